/**
 * Owns how outside tools are kept in step with a process: which of them follow it, what each has
 * not heard yet, and what its answer means. One request at a time for each tool, so that things
 * arrive in order. Knows no tool.
 */
import { afterMoves, alertMovesOf, withAlertOf } from './alerts';
import { enqueue } from './outbox';
import { eventAt, isIncident, isTerminal } from '../state/draft';
import { standingAfter } from '../messages/messages';
import { workingOnIt } from '../on-call/recipients';
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
  ProcessState,
  TimelineEvent,
} from '../model';

type FollowEffect = Extract<Effect, { type: 'follow' }>;

/** A tool that was out of reach for days is told of the latest only, and of how it stands. */
const mostEntries = 50;
/**
 * UTF-16 units of their words, together. A request stays in the state until it is answered, one for
 * each tool: fifty long posts for each of a few tools that are down would take a process to its
 * limit, and beyond what a run can hand over to the next.
 */
const mostWords = 16 * 1024;

/**
 * Enqueues the news for the tools that follow the process, or are to follow it from now on. Tells
 * nothing twice.
 */
export function tellIntegrations(draft: ProcessState): void {
  for (const follower of draft.policy.followers ?? []) if (follows(draft, follower)) tell(draft, follower);
}

// Once it follows, it follows to the end, whatever becomes of the severity. A drill touches the
// drill channels only.
function follows(state: ProcessState, { channel, incidents, releases, drills }: FollowerPolicy): boolean {
  if (state.drill && !(drills ?? state.policy.drillChannels.includes(channel))) return false;
  if (state.follows !== undefined && Object.hasOwn(state.follows, channel)) return true;
  return isIncident(state) ? incidents.includes(state.severity) : releases;
}

function tell(draft: ProcessState, { channel, on }: FollowerPolicy): void {
  const known = draft.follows?.[channel] ?? { told: 0 };
  if (underWayTo(draft, channel)) return;
  const news = draft.timeline.filter(({ seq, type }) => seq > known.told && on.includes(type)).slice(-mostEntries);
  const alerts = alertMovesOf(draft, known.alerts ?? []);
  if (news.length === 0 && alerts === undefined) return;
  const upTo = news.at(-1)?.seq ?? draft.timeline.length;
  draft.follows = { ...draft.follows, [channel]: known };
  const request: FollowRequest = {
    key: `${draft.id}/follow/${channel}/${upTo}`,
    channel,
    process: subjectOf(draft),
    ...(known.ref === undefined ? {} : { ref: known.ref }),
    ...(alerts === undefined ? {} : { alerts }),
    entries: latestOf(news.map((event) => entryOf(draft, event))),
    people: workingOnIt(draft),
    links: draft.links
      .map(({ relation, to, title }) => ({ relation, to, ...(title === undefined ? {} : { title }) }))
      .slice(0, 20),
    fields: standingAfter(draft, upTo),
  };
  enqueue(draft, { type: 'follow', of: upTo, request });
}

function underWayTo({ outbox }: ProcessState, channel: string): FollowEffect | undefined {
  return outbox.find(
    (effect): effect is FollowEffect => effect.type === 'follow' && effect.request.channel === channel,
  );
}

function subjectOf(state: ProcessState): FollowRequest['process'] {
  const { id, kind, title, severity, services, drill, beganAt, beganBy, customerFacing, description } = state;
  const commander = state.roles['commander'];
  const acknowledgedBy = isIncident(state) ? state.acknowledgedBy : undefined;
  return {
    id,
    kind,
    title,
    severity,
    status: state.lifecycle.status,
    services,
    drill,
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

/** The latest that fit, one at least. */
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

/** Notes what a tool answered, then tells it what has happened meanwhile. */
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
  // When all is over nothing comes that could tell it once more.
  const keep = result.status === 'failed' && !isTerminal(draft);
  const alerts = afterMoves(before?.alerts ?? [], effect.request.alerts ?? { acknowledge: [], close: [] }, keep);
  // News that could not be told are not told again; the next request says how it stands then.
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
    // What keeps reports makes its page long after it first heard of the process.
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
 * The message of `effect` is settled: at a pager it may have opened an alert. Only now, as nothing
 * can close what is still on its way; and when what it is about is over already, the pager is told
 * at once.
 */
export function noteAlertOf(draft: ProcessState, effect: Extract<Effect, { type: 'send' }>): void {
  const { channel, kind } = effect.request;
  const follower = draft.policy.followers?.find((one) => one.channel === channel);
  if (follower?.alerts !== true || kind === 'announce') return;
  const known = draft.follows?.[channel] ?? { told: 0 };
  draft.follows = {
    ...draft.follows,
    [channel]: { ...known, alerts: withAlertOf(known.alerts ?? [], effect) },
  };
  tell(draft, follower);
}

/**
 * How a tool stands: told of everything, being told since `at`, or not brought up to date the last
 * time.
 */
export interface IntegrationStanding {
  readonly channel: string;
  readonly status: 'up-to-date' | 'waiting' | 'failed';
  readonly at: Instant;
  /** Why, when it failed. */
  readonly because?: string;
}

/** How each tool that follows the process stands. */
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
