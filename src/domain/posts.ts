/**
 * Owns what whoever acts is told besides what changed: who will see an update, and when the next is due; who will not hear of an end; that
 * nobody commands yet. Read off the timeline, so that a repeated answer is the same.
 */
import { informedOf, toldByItself } from './effects';
import { iso } from './message-body';
import { snapshotAt, type Snapshot } from './snapshot';
import type { ProcessState, TimelineEvent } from './model';

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
 * What whoever ends an incident is told when people outside were told of it and will not hear of the end by itself: their status page would
 * go on saying that it is broken. Undefined when nobody is left waiting.
 */
export function leftWaitingWords(state: ProcessState, event: TimelineEvent): string | undefined {
  if (state.kind !== 'incident' || !isEnd(event)) return undefined;
  const { published, severity } = snapshotAt(state, event.seq);
  if (published === undefined) return undefined;
  const then = { ...state, severity };
  const hear = event.type === 'resolved' ? toldByItself(then, 'resolved') : [];
  const waiting = informedOf(then, 'public')
    .filter((name) => (state.policy.audiences[name]?.channels ?? []).length > 0)
    .filter((name) => !hear.includes(name));
  if (waiting.length === 0) return undefined;
  const what = `${named(waiting)} was told of it and does not hear of this`;
  return event.type === 'resolved'
    ? `${what}: muster incident update ${state.id} "..." --audience public`
    : `${what}; say there that it is over`;
}
/**
 * What the first to answer is told when nobody commands afterwards: their name is in no people.yaml, which is what a typing error looks like.
 * `to`: the last event of the command.
 */
export function nobodyLeadsWords(state: ProcessState, event: TimelineEvent, to: number): string | undefined {
  if (event.type !== 'acknowledged' || snapshotAt(state, event.seq - 1).acknowledged !== undefined) return undefined;
  if (snapshotAt(state, to).roles['commander'] !== undefined) return undefined;
  return `Nobody commands yet: ${event.by ?? 'muster'} is not in people.yaml`;
}
const isEnd = ({ type }: TimelineEvent): boolean => type === 'resolved' || type === 'cancelled' || type === 'merged';

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
