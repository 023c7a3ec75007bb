/**
 * Owns the remarks that the answer to a command makes beyond the bare changes: which audiences see
 * an update and when the next update is due; which public audiences do not hear of a turn; who has
 * the incident already. The remarks are made from the timeline, so that a repeated answer
 * is the same.
 */
import { levelOf, noLevel } from '../state/severity';
import { restrictedTo } from '../state/restricted';
import { audiencesThen, toldBefore } from './audiences';
import { snapshotAt, type Snapshot } from './snapshot';
import type { ProcessState, TimelineEvent } from '../model';
import { iso } from '../time/instants';

type Posted = TimelineEvent & { type: 'update-posted' };
const mostNames = 6;

/** The remark on a post, such as `Update (internal) to all-hands; next update due <instant>`. */
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
 * The remark on a turn that a public audience does not hear of, although the audience was told of
 * the process before. Without a post, the status page would go on showing an outage that is over,
 * or a maintenance at its old time. Undefined when no audience is left waiting.
 * `to`: the number of the command's last event; only the last turn of a command gets a remark.
 */
export function leftWaitingWords(state: ProcessState, event: TimelineEvent, to: number): string | undefined {
  // A drill tells nobody outside: even a public post goes over the drill channels only.
  if (state.drill) return undefined;
  if (!isTurn(state, event) || state.timeline.slice(event.seq, to).some((later) => isTurn(state, later)))
    return undefined;
  const { audiences } = state.policy;
  const hear = audiencesThen(state, event);
  const waiting = toldBefore(state, event)
    .filter((name) => audiences[name]?.public === true && audiences[name].channels.length > 0)
    .filter((name) => !hear.includes(name));
  if (waiting.length === 0) return undefined;
  const what = `${named(waiting)} ${waiting.length === 1 ? 'was told of it and does' : 'were told of it and do'} not hear of this`;
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
// A turn changes what people outside expect. The closing of an incident is no turn, because the
// resolution came before.
const isTurn = ({ kind }: ProcessState, { type }: TimelineEvent): boolean =>
  turns.has(type) && !(kind === 'incident' && type === 'closed');

/**
 * The remark on an acknowledgement that changes nothing, because another person has acknowledged or
 * the incident is resolved. Otherwise undefined. `to`: the number of the command's last event.
 */
export function acknowledgedWords(state: ProcessState, event: TimelineEvent, to: number): string | undefined {
  if (event.type !== 'acknowledged') return undefined;
  const { acknowledged: before, status } = snapshotAt(state, event.seq - 1);
  if (status === 'resolved') return 'It is resolved: nothing waited for an answer';
  if (before === undefined) return undefined;
  const holder = snapshotAt(state, to).holder ?? before.by ?? 'muster';
  if (holder === event.by) return undefined;
  return `${holder} has it${holder === before.by ? `, since ${iso(before.at)}` : ''}`;
}

function seenBy(state: ProcessState, event: Posted, { severity }: Snapshot): string {
  const { audience } = event;
  const { audiences } = state.policy;
  const reaches = (name: string) => state.drill || (audiences[name]?.channels ?? []).length > 0;
  const told = [...new Set(audiencesThen(state, event))].filter(reaches);
  const where = state.drill ? ', over the channels of the drill only' : '';
  const informs = severity === noLevel ? 'the template informs' : `${severity} informs`;
  const isRestricted = restrictedTo(state) !== undefined;
  if (told.length > 0) {
    const unasked =
      audience === 'public' && !levelOf(state.policy, severity).inform.some((name) => audiences[name]?.public === true);
    return ` to ${named(told)}${where}${unasked ? ` (${informs} no public audience, so all of them are told)` : ''}`;
  }
  const hidden = `no audience hears of this restricted ${state.kind}`;
  if (audience === 'internal')
    return `: nobody is told of it, ${isRestricted ? hidden : `${informs} no internal audience`}`;
  const following = (state.policy.followers ?? [])
    .map(({ channel, on }) => (on.includes('update-posted') ? channel : ''))
    .filter((channel) => channel !== '' && Object.hasOwn(state.follows ?? {}, channel));
  const nobody = isRestricted ? hidden : 'no audience is public';
  return following.length > 0
    ? `: ${nobody}; outside it is seen only where ${named(following)} shows it`
    : `: nobody outside will see it, ${nobody}`;
}

function named(names: readonly string[]): string {
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(', ')} and ${more} more` : names.join(', ');
}
