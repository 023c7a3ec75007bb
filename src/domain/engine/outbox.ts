/**
 * Owns the effects that an event puts into the outbox: messages, look-ups of people, and calls to
 * other processes. The key of a message or call never changes. Starts no effect: the workflow or
 * the rehearsal does.
 */
import { levelRank } from '../state/severity';
import { kindRules, responseOf } from '../deadlines/kinds';
import { audiencesOf } from '../messages/audiences';
import { instantOfSpec, isUnmet } from '../deadlines/due';
import { eventAt, isRelease } from '../state/draft';
import { ladderOf, modeAt } from '../deadlines/ladders';
import { identityOf } from '../state/identity';
import { heldPhase } from '../state/gates';
import { wordsOfCall } from './called-words';
import { messageContent } from '../messages/messages';
import { whoHasIt } from '../state/has-it';
import { publicTitle } from '../messages/public-words';
import { refOf, workingOnIt } from '../on-call/recipients';
import type {
  Effect,
  FiredRung,
  Incident,
  Instant,
  Mode,
  ProcessState,
  RecipientRef,
  SendRequest,
  Severity,
  TimelineEvent,
} from '../model';
import { hourMs, iso } from '../time/instants';
import { given } from '../../given';

type NewEffect = Effect extends infer E ? (E extends Effect ? Omit<E, 'id'> : never) : never;

/** Puts an effect into the outbox under the next number. */
export function enqueue(draft: ProcessState, effect: NewEffect): void {
  draft.outbox.push({ id: draft.nextEffectId, ...effect });
  draft.nextEffectId += 1;
}

/** Puts the effects that `event` demands into the outbox. */
export function effectsOf(draft: ProcessState, event: TimelineEvent): void {
  announce(draft, event, audiencesOf(draft, event));
  switch (event.type) {
    case 'escalated':
    case 'handed-off':
    case 'call-failed':
      callByHand(draft, event.seq);
      break;
    case 'team-involved':
      if (joinsTheLadder(draft, event)) callByHand(draft, event.seq);
      break;
    case 'merged':
      enqueueAbsorb(draft as Incident, event);
      break;
    case 'rolled-back':
      if (event.declare !== undefined) enqueueDeclaration(draft, event, event.declare);
      break;
    // The other events demand at most messages to audiences, and `audiencesOf` names these
    // audiences.
    default:
      break;
  }
}

function enqueueDeclaration(
  draft: ProcessState,
  event: TimelineEvent & { type: 'rolled-back' },
  severity: Severity,
): void {
  const body = {
    // The reason for a roll-back does not say what users see, so the reason is no description.
    title: `Roll-back of ${draft.title}: ${event.reason}`.slice(0, 200),
    severity,
    services: draft.services,
  };
  enqueue(draft, {
    type: 'declare-incident',
    of: event.seq,
    request: {
      key: `${identityOf(draft)}/event/${event.seq}`,
      by: event.by ?? 'muster',
      drill: draft.drill,
      body: draft.drill ? { ...body, drill: true } : body,
      causedBy: draft.id,
    },
  });
}

/**
 * R10: the incident that was to go on is over, so that nobody would be asked any more: a new
 * incident takes the place of the one that was merged.
 */
export function declareAnew(draft: Incident, { of, request }: Extract<Effect, { type: 'absorb' }>): void {
  const { customerFacing, usersAffected, description, labels, startedAt, policy } = draft;
  const body = {
    title: draft.title,
    severity: draft.severity,
    services: draft.services,
    template: policy.template.name,
    ...given({
      customerFacing: customerFacing ? true : undefined,
      usersAffected,
      description,
      labels,
      startedAt: startedAt === undefined ? undefined : iso(startedAt),
    }),
    ...(draft.drill ? { drill: true } : {}),
  };
  const key = `${identityOf(draft)}/event/${of}/anew`;
  enqueue(draft, {
    type: 'declare-incident',
    of,
    request: { key, by: request.by, drill: draft.drill, body, causedBy: draft.id },
  });
}

function announce(draft: ProcessState, event: TimelineEvent, audiences: readonly string[]): void {
  for (const audience of new Set(audiences)) {
    const policy = draft.policy.audiences[audience];
    const channels = draft.drill ? silentWays(draft, draft.policy.drillChannels) : (policy?.channels ?? []);
    for (const channel of channels) {
      enqueueSend(draft, {
        of: event.seq,
        kind: 'announce',
        recipient: audience,
        channel,
        rungs: [],
        nominalAt: event.at,
        late: 0,
        public: policy?.public === true,
        next: [],
      });
    }
  }
}

/** The ways of `reach` that call nobody: a pager rings for every message. */
export function silentWays({ policy: { followers = [] } }: ProcessState, reach: readonly string[]): string[] {
  return reach.filter((way) => !followers.some(({ channel, alerts }) => channel === way && alerts));
}

// R9: the primary of a team that joins while nobody has answered is paged at once, if the first
// rung has fired and would page now.
function joinsTheLadder(draft: ProcessState, event: TimelineEvent & { type: 'team-involved' }): boolean {
  const response = responseOf(draft);
  if (event.answers || !response || !isUnmet(response) || !response.fired.includes('1')) return false;
  const [first] = ladderOf(draft, response);
  return first !== undefined && modeAt(draft, response, first, event.at) === 'page';
}

// One entry for each word, so that each falls through by itself (R18).
function callByHand(draft: ProcessState, of: number): void {
  const event = eventAt(draft, of);
  const refOfWord = (word: string): RecipientRef =>
    event?.type === 'team-involved' ? { kind: 'slot', slot: 'primary', services: event.services } : refOf(draft, word);
  const wanted = wordsOfCall(draft, of).map((word) => ({ deadline: 'event', rung: word, to: [refOfWord(word)] }));
  if (wanted.length > 0) enqueueResolve(draft, of, [], wanted, { byHand: true });
}

/**
 * Puts a look-up into the outbox: which people each entry of `wanted` means. `rungs`: the fired
 * rungs, one for each entry and in the same order; none for a call by hand and for news. `toRung`:
 * the rung whose recipients a fallthrough tells.
 */
export function enqueueResolve(
  draft: ProcessState,
  of: number,
  rungs: readonly FiredRung[],
  wanted: readonly { deadline: string; rung: string; to: readonly RecipientRef[] }[],
  extra: { toRung?: number; byHand?: true; news?: true } = {},
): void {
  enqueue(draft, {
    type: 'resolve',
    of,
    rungs,
    request: {
      process: draft.id,
      drill: draft.drill,
      drillChannels: draft.policy.drillChannels,
      rungs: wanted,
      ...(extra.toRung === undefined ? {} : { fallthrough: true }),
    },
    ...extra,
  });
}

export interface Message {
  of: number;
  kind: SendRequest['kind'];
  recipient: string;
  channel: string;
  rungs: readonly FiredRung[];
  nominalAt: Instant;
  late: number;
  public: boolean;
  next: readonly string[];
  /** The ways of a paged person that call nobody. */
  silent?: readonly string[];
  /** The key of the page after which this message comes (R5). */
  ends?: string;
}

/**
 * Puts into the outbox that `recipient` hears of `event`, over the first of `ways` that works: a
 * reminder about no deadline. `ends` is the key of the page after which the reminder comes (R5).
 * Without a way there is nothing to send.
 */
export function enqueueNews(
  draft: ProcessState,
  event: TimelineEvent,
  recipient: string,
  ways: readonly string[],
  ends?: string,
): void {
  const [channel, ...next] = ways;
  if (channel === undefined) return;
  enqueueSend(draft, {
    of: event.seq,
    kind: 'remind',
    recipient,
    channel,
    rungs: [],
    nominalAt: event.at,
    late: 0,
    public: false,
    next,
    ...given({ ends }),
  });
}

/**
 * Puts one message over one channel into the outbox. The request holds every fact of the message
 * from the start, so that each retry says the same.
 */
export function enqueueSend(draft: ProcessState, message: Message): void {
  const request: SendRequest = {
    key: messageKey(draft, message),
    kind: message.kind,
    process: {
      id: draft.id,
      kind: draft.kind,
      // The public never reads the internal title.
      title: message.public ? publicTitle(draft) : draft.title,
      severity: draft.severity,
      level: levelRank(draft.policy, draft.severity),
      status: draft.lifecycle.status,
      services: draft.services,
      drill: draft.drill,
      ...given({ mark: draft.mark }),
    },
    deadlines: distinctDeadlines(message.rungs),
    rung: message.rungs.length === 0 ? null : labelOfFirst(message.rungs),
    nominalAt: message.nominalAt,
    recipient: message.recipient,
    channel: message.channel,
    late: message.late,
    ...messageContent(draft, message),
    canAcknowledge: asksForAnAnswer(draft, message),
    links: message.public
      ? []
      : draft.links
          .map(({ relation, to, title }) => ({ relation, to, ...(title === undefined ? {} : { title }) }))
          .slice(0, 20),
    public: message.public,
    ...windowOf(draft, message.public),
    ...(message.next.length > 0 ? { otherWays: true } : {}),
    ...given({ ends: message.ends }),
  };
  const { of, next, rungs, silent } = message;
  enqueue(draft, { type: 'send', of, request, next, rungs, ...given({ silent }) });
}

const stillUnmet = ({ deadlines }: ProcessState, { deadline }: FiredRung): boolean =>
  deadlines[deadline] !== undefined && isUnmet(deadlines[deadline]);

// News asks for nothing. A call by hand is answered by an acknowledgement, also when the response
// was answered before.
function asksForAnAnswer(draft: ProcessState, { kind, rungs }: Message): boolean {
  const response = responseOf(draft);
  if (response === undefined || kind === 'announce') return false;
  if (rungs.length === 0) return kind === 'page' && draft.lifecycle.status !== 'resolved';
  return isUnmet(response) || rungs.some((rung) => kindRules[rung.kind].asksForAnswer && stillUnmet(draft, rung));
}

/**
 * The key of a message, the same for every attempt: of its first deadline (T8), or of its event
 * when it is about no deadline.
 */
export function messageKey(
  state: Pick<ProcessState, 'id' | 'mark'>,
  { of, kind, rungs, recipient, channel }: Pick<Message, 'of' | 'kind' | 'rungs' | 'recipient' | 'channel'>,
): string {
  const [first] = inOrder(rungs);
  // A person may be called by an event, and hear news of the same event.
  const own = kind === 'remind' ? `news/${of}` : `event/${of}`;
  const subject = first === undefined ? own : `${first.deadline}/${first.round}/${labelOfFirst(rungs)}`;
  return `${identityOf(state)}/${subject}/${recipient}/${channel}`;
}

// A public notice of a release says from when to when the maintenance lasts: from the target to the
// due instant of the deployment phase, or four hours when that phase has no due instant.
function windowOf(draft: ProcessState, isPublic: boolean): Pick<SendRequest, 'window'> {
  const from = draft.anchors.target;
  if (!isPublic || !isRelease(draft) || from === undefined) return {};
  const deployment = draft.policy.phases.find(({ id }) => id === heldPhase)?.due;
  const to = (deployment && instantOfSpec(draft, deployment)) ?? from + 4 * hourMs;
  return { window: { from, to: Math.max(to, from + 60_000) } };
}

/** The rungs in the order of T8: `response` first, then by `dueAt`, then by id. */
export function inOrder(rungs: readonly FiredRung[]): FiredRung[] {
  const first = (rung: FiredRung) => (kindRules[rung.kind].asksForAnswer ? 0 : 1);
  return [...rungs].sort(
    (a, b) =>
      first(a) - first(b) || a.dueAt - b.dueAt || (a.deadline < b.deadline ? -1 : a.deadline > b.deadline ? 1 : 0),
  );
}

/** The deadlines that a merged notification names, in the order of T8, each once. */
export function distinctDeadlines(
  rungs: readonly FiredRung[],
): { id: string; kind: FiredRung['kind']; dueAt: Instant }[] {
  const ordered = inOrder(rungs);
  return ordered
    .filter((rung, index) => ordered.findIndex(({ deadline }) => deadline === rung.deadline) === index)
    .map(({ deadline, kind, dueAt }) => ({ id: deadline, kind, dueAt }));
}

/**
 * By deadline id: the mode that a message with these rungs has for the deadline. The mode is `page`
 * if a rung of that deadline pages; the rungs of other deadlines do not count.
 */
export function modesOf(rungs: readonly FiredRung[]): Record<string, Mode> {
  const modes: Record<string, Mode> = {};
  for (const { deadline, mode } of rungs) if (modes[deadline] !== 'page') modes[deadline] = mode;
  return modes;
}

/**
 * The label of the last rung of the first deadline (T8). This label is part of the key of a merged
 * notification. `rungs` must not be empty.
 */
export function labelOfFirst(rungs: readonly FiredRung[]): string {
  const ordered = inOrder(rungs);
  return ordered.filter(({ deadline }) => deadline === ordered[0]!.deadline).at(-1)!.rung;
}

function enqueueAbsorb(draft: Incident, event: TimelineEvent & { type: 'merged' }): void {
  enqueue(draft, {
    type: 'absorb',
    of: event.seq,
    request: {
      key: `${identityOf(draft)}/event/${event.seq}`,
      into: event.into,
      from: draft.id,
      by: event.by ?? 'muster',
      severity: event.severity ?? draft.severity,
      // In the words of the other template, if the severity was said in them.
      ...given({ answeredUpTo: isUnmet(responseOf(draft)!) ? undefined : (event.severity ?? draft.answeredUpTo) }),
      ...given({ holder: whoHasIt(draft)?.person, teams: draft.teams }),
      services: draft.services,
      people: workingOnIt(draft),
      roles: draft.roles,
      links: draft.links,
    },
  });
}
