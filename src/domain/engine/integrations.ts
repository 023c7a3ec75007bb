/**
 * Owns how outside tools are kept in step with a process: which tools follow the process, which
 * news each tool has not heard yet, and what the answer of a tool means. Each tool gets one request
 * at a time, so that news arrives in order. Knows no vendor.
 */
import { levelRank } from '../state/severity';
import { given } from '../../given';
import { afterMoves, alertMovesOf, withAlertOf } from './alerts';
import { enqueue } from './outbox';
import { eventAt, isIncident, isTerminal } from '../state/draft';
import { standingAfter } from '../messages/messages';
import { follows, pagerOf } from '../state/following';
import { identityOf } from '../state/identity';
import { isWithheldFrom, neutralTitle, restrictedTo } from '../state/restricted';
import { workingOnIt } from '../on-call/refs';
import { record } from './record';
import { describe } from '../messages/wording';
import { written } from '../text/phrase';
import { iso } from '../time/instants';
import type {
  Effect,
  FollowEntry,
  FollowerPolicy,
  FollowRequest,
  FollowResult,
  Instant,
  ProcessFields,
  ProcessState,
  TimelineEvent,
} from '../model';

type FollowEffect = Extract<Effect, { type: 'follow' }>;

/**
 * The most events in one request. A tool that was out of reach for days hears of the latest events
 * only, and of how the process stands.
 */
const mostEntries = 50;
/**
 * The most words in one request, in UTF-16 units. A request stays in the state until the tool
 * answers, and each tool has its own request. With fifty long posts for each of a few tools that
 * are down, the state would reach its size limit, and a run could not hand the state over to the
 * next run.
 */
const mostWords = 16 * 1024;

/**
 * Puts the news into the outbox for each tool that follows the process or begins to follow the
 * process now. No tool hears the same news twice.
 */
export function tellIntegrations(draft: ProcessState): void {
  for (const follower of draft.policy.followers ?? []) if (follows(draft, follower)) tell(draft, follower);
}

function tell(draft: ProcessState, follower: FollowerPolicy): void {
  const { channel, on } = follower;
  // R37: such a tool hears nothing but of the alerts that it called people with.
  const isWithheld = isWithheldFrom(draft, follower);
  const known = draft.follows?.[channel] ?? { told: 0 };
  if (underWayTo(draft, channel)) return;
  const news = draft.timeline
    .slice(Math.max(known.told, follower.restricted ? 0 : unheardUpTo(draft)))
    .filter(({ type }) => !isWithheld && on.includes(type))
    .slice(-mostEntries);
  const alerts = alertMovesOf(draft, known.alerts ?? []);
  if (news.length === 0 && alerts === undefined) return;
  const upTo = news.at(-1)?.seq ?? draft.timeline.length;
  draft.follows = { ...draft.follows, [channel]: known };
  const request: FollowRequest = {
    key: `${identityOf(draft)}/follow/${channel}/${upTo}`,
    channel,
    process: isWithheld ? neutralSubjectOf(draft) : subjectOf(draft),
    ...(known.ref === undefined ? {} : { ref: known.ref }),
    ...(alerts === undefined ? {} : { alerts }),
    entries: latestOf(news.map((event) => entryOf(draft, event))),
    people: isWithheld ? [] : workingOnIt(draft),
    links: (isWithheld ? [] : draft.links)
      .map(({ relation, to, title }) => ({ relation, to, ...(title === undefined ? {} : { title }) }))
      .slice(0, 20),
    fields: isWithheld ? neutralFields(standingAfter(draft, upTo)) : standingAfter(draft, upTo),
  };
  enqueue(draft, { type: 'follow', of: upTo, request });
}

// R37: what happened before everybody could see the process is news to no tool.
function unheardUpTo({ unrestricted, timeline }: ProcessState): number {
  return unrestricted ? (timeline.findLast(({ type }) => type === 'unrestricted')?.seq ?? 0) : 0;
}

function underWayTo({ outbox }: ProcessState, channel: string): FollowEffect | undefined {
  return outbox.find(
    (effect): effect is FollowEffect => effect.type === 'follow' && effect.request.channel === channel,
  );
}

function subjectOf(state: ProcessState): FollowRequest['process'] {
  const { id, mark, kind, title, severity, services, drill, beganAt, beganBy, customerFacing, description } = state;
  const commander = state.roles['commander'];
  const acknowledgedBy = isIncident(state) ? state.acknowledgedBy : undefined;
  return {
    id,
    kind,
    title,
    severity,
    level: levelRank(state.policy, severity),
    status: state.lifecycle.status,
    services,
    drill,
    ...given({ mark, restricted: restrictedTo(state) === undefined ? undefined : (true as const) }),
    beganAt,
    beganBy,
    labels: state.labels ?? [],
    customerFacing,
    ...(description === undefined ? {} : { description }),
    ...(commander === undefined ? {} : { commander }),
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
    ...(state.anchors.target === undefined ? {} : { targetAt: state.anchors.target }),
  };
}

function neutralSubjectOf(state: ProcessState): FollowRequest['process'] {
  const { id, kind, severity, level, status, drill, mark, beganAt, beganBy, customerFacing } = subjectOf(state);
  const open = { id, kind, severity, level, status, drill, ...given({ mark }), beganAt, beganBy, customerFacing };
  return { ...open, title: neutralTitle(kind), services: [], labels: [], restricted: true };
}

function neutralFields(fields: ProcessFields): ProcessFields {
  const { process } = fields;
  return {
    ...fields,
    process: { ...process, title: neutralTitle(process.kind), description: null, version: null },
    impact: { services: [], description: null, usersAffected: null },
    actions: [],
    commander: null,
    manager: null,
  };
}

/** The latest entries that fit into `mostWords`; the last entry always stays. */
function latestOf(entries: readonly FollowEntry[]): FollowEntry[] {
  let room = mostWords;
  const from = entries.findLastIndex(({ text }) => (room -= written(text, iso).length) < 0);
  return entries.slice(Math.min(from + 1, entries.length - 1));
}

function entryOf(state: ProcessState, event: TimelineEvent): FollowEntry {
  const { seq, at, type, by } = event;
  return {
    seq,
    at,
    type,
    ...(by === undefined ? {} : { by }),
    text: describe(state, event),
  };
}

/** Notes the answer of a tool, then puts the news since that request into the outbox. */
export function applyIntegrationResult(
  draft: ProcessState,
  effect: FollowEffect,
  result: FollowResult,
  now: Instant,
): void {
  const { channel } = effect.request;
  const before = draft.follows?.[channel];
  const follower = draft.policy.followers?.find((known) => known.channel === channel);
  if (!follower) return;
  const ref = (result.status === 'done' ? result.ref : undefined) ?? before?.ref;
  // A closing that a pager did not take is sent again with later news. A process that has ended has
  // no later news, so Muster does not keep the closing.
  const keep = result.status === 'failed' && !isTerminal(draft);
  const alerts = afterMoves(before?.alerts ?? [], effect.request.alerts ?? { acknowledge: [], close: [] }, keep);
  // Muster does not repeat news that a tool failed to take: the next request says how the process
  // stands then.
  draft.follows = {
    ...draft.follows,
    [channel]: {
      told: effect.of,
      ...(ref === undefined ? {} : { ref }),
      ...(alerts.length === 0 ? {} : { alerts }),
    },
  };
  if (result.status === 'failed') {
    record(draft, now, { type: 'follow-failed', channel, because: result.because.slice(0, 300) });
  } else {
    const { relation, establishes } = follower;
    const isFirst = firstSuccess(draft, channel);
    const { link } = result;
    // A tool that keeps reports makes its page, and so the link, long after the tool first heard of
    // the process.
    if (isFirst || (link !== undefined && !draft.links.some(({ to }) => to === link.to)))
      record(draft, Math.max(now, result.at), {
        type: 'followed',
        channel,
        ...(link === undefined ? {} : { ...link, ...(relation === undefined ? {} : { relation }) }),
        ...(isFirst && establishes !== undefined ? { establishes } : {}),
      });
  }
  tell(draft, follower);
}

/**
 * Notes the alert that the message of `effect` may have opened at a pager. To be called when the
 * message is delivered or has failed, because nothing can close the alert of a message that is
 * still on its way. If the subject of the alert is over already, the pager is told at once.
 */
export function noteAlertOf(draft: ProcessState, effect: Extract<Effect, { type: 'send' }>): void {
  const { channel, kind } = effect.request;
  const follower = pagerOf(draft, channel);
  if (follower === undefined || kind === 'announce') return;
  const known = draft.follows?.[channel] ?? { told: 0 };
  draft.follows = {
    ...draft.follows,
    [channel]: { ...known, alerts: withAlertOf(known.alerts ?? [], effect) },
  };
  tell(draft, follower);
}

/**
 * How far a tool is in step with the process. `up-to-date`: the tool was told of everything up to
 * the event at `at`. `waiting`: a request is under way, whose last event was at `at`. `failed`: the
 * last request failed at `at`.
 */
export interface IntegrationStanding {
  readonly channel: string;
  readonly status: 'up-to-date' | 'waiting' | 'failed';
  readonly at: Instant;
  /** The reason for the status `failed`. */
  readonly because?: string;
}

/** The standing of each tool that follows the process. */
export function integrationStandings(state: ProcessState): IntegrationStanding[] {
  return Object.entries(state.follows ?? {}).map(([channel, { told }]) => {
    const waiting = state.outbox.find((effect) => effect.type === 'follow' && effect.request.channel === channel);
    if (waiting) return { channel, status: 'waiting', at: eventAt(state, waiting.of)?.at ?? state.beganAt };
    const last = state.timeline.findLast(
      (event) => (event.type === 'followed' || event.type === 'follow-failed') && event.channel === channel,
    );
    if (last?.type === 'follow-failed' && last.seq > told)
      return { channel, status: 'failed', at: last.at, because: last.because };
    return { channel, status: 'up-to-date', at: eventAt(state, told)?.at ?? state.beganAt };
  });
}

function firstSuccess(state: ProcessState, channel: string): boolean {
  return !state.timeline.some((event) => event.type === 'followed' && event.channel === channel);
}
