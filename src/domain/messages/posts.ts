/**
 * Owns the sentences that the answer to a command adds to the changes: who will see an update and
 * when the next update is due, which audience does not hear of a change, that nobody commands yet.
 * The sentences come from the timeline alone, so that a repeated answer is the same.
 */
import { audiencesThen, informedOf, toldBefore } from './audiences';
import { snapshotAt, type Snapshot } from './snapshot';
import type { ProcessState, TimelineEvent } from '../model';
import { iso } from '../time/instants';

type Posted = TimelineEvent & { type: 'update-posted' };
const mostNames = 6;

/** `Update (internal) to all-hands; next update due <instant>`. */
export function postedWords(state: ProcessState, event: Posted): string {
  const snapshot = snapshotAt(state, event.seq);
  const { nextUpdateAt } = snapshot;
  const next =
    nextUpdateAt !== undefined
      ? `; next update due ${iso(nextUpdateAt)}`
      : state.kind === 'incident'
        ? '; no further update is due'
        : '';
  return `Update (${event.audience})${seenBy(state, event, snapshot)}${next}`;
}

/**
 * The sentence for the person who moves or ends a process, when public audiences were told of the
 * process but will not hear of this event: a status page would still show an old state or date.
 * Undefined when no public audience is left waiting. `to`: the sequence number of the last event of
 * the command; only the last such event of a command counts.
 */
export function leftWaitingWords(state: ProcessState, event: TimelineEvent, to: number): string | undefined {
  // The posts of a drill reach nobody outside.
  if (state.drill) return undefined;
  if (!isTurn(state, event) || state.timeline.slice(event.seq, to).some((later) => isTurn(state, later)))
    return undefined;
  const { audiences } = state.policy;
  const hear = audiencesThen(state, event);
  const waiting = toldBefore(state, event)
    .filter((name) => audiences[name]?.public === true && audiences[name].channels.length > 0)
    .filter((name) => !hear.includes(name));
  if (waiting.length === 0) return undefined;
  const what = `${named(waiting)} was told of it and does not hear of this`;
  if (event.type === 'merged')
    return `${what}, nor of the end of ${event.into}: muster incident update ${event.into} "..." --audience public`;
  return endings.has(event.type)
    ? `${what}; say there that it is over`
    : `${what}: muster ${state.kind} update ${state.id} "..." --audience public`;
}
const endings = new Set<TimelineEvent['type']>(['cancelled', 'merged', 'rolled-back', 'completed', 'closed']);
const turns = new Set<TimelineEvent['type']>([
  'rescheduled',
  'deployment-started',
  'deployed',
  'resolved',
  'reopened',
  ...endings,
]);
// The closing of an incident is no news outside: the incident was resolved before.
const isTurn = ({ kind }: ProcessState, { type }: TimelineEvent): boolean =>
  turns.has(type) && !(kind === 'incident' && type === 'closed');

/**
 * The sentence for a person whose acknowledgement changes nothing, because somebody has the
 * incident already or the incident is resolved; or for the first person to acknowledge, when there
 * is no commander afterwards: the name is not in people.yaml, perhaps by a typing error. `to`: the
 * sequence number of the last event of the command.
 */
export function acknowledgedWords(state: ProcessState, event: TimelineEvent, to: number): string | undefined {
  if (event.type !== 'acknowledged') return undefined;
  const { acknowledged: before, status } = snapshotAt(state, event.seq - 1);
  if (status === 'resolved') return 'It is resolved: nothing waited for an answer';
  if (before !== undefined)
    return before.by === event.by ? undefined : `${before.by ?? 'muster'} has it, since ${iso(before.at)}`;
  if (snapshotAt(state, to).roles['commander'] !== undefined) return undefined;
  return `Nobody commands yet: ${event.by ?? 'muster'} is not in people.yaml`;
}

function seenBy(state: ProcessState, { audience }: Posted, { severity }: Snapshot): string {
  const { audiences, severities } = state.policy;
  const reaches = (name: string) => state.drill || (audiences[name]?.channels ?? []).length > 0;
  const told = informedOf({ ...state, severity }, audience).filter(reaches);
  const where = state.drill ? ', over the channels of the drill only' : '';
  if (told.length > 0) {
    const unasked =
      audience === 'public' && !severities[severity].inform.some((name) => audiences[name]?.public === true);
    return ` to ${named(told)}${where}${unasked ? ` (${severity} informs no public audience, so all of them are told)` : ''}`;
  }
  if (audience === 'internal') return `: nobody is told of it, ${severity} informs no internal audience`;
  const following = (state.policy.followers ?? [])
    .map(({ channel, on }) => (on.includes('update-posted') ? channel : ''))
    .filter((channel) => channel !== '' && Object.hasOwn(state.follows ?? {}, channel));
  return following.length > 0
    ? `: no audience is public; outside it is seen only where ${named(following)} shows it`
    : ': nobody outside will see it, no audience is public';
}

function named(names: readonly string[]): string {
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(', ')} and ${more} more` : names.join(', ');
}
