/**
 * Owns which call by hand needs no page of its own, because its person was paged just before (R41).
 * Knows nothing of how a message is sent.
 */
import { eventAt } from '../state/draft';
import { wordsOfCall } from './called-words';
import type { Instant, ProcessState, TimelineEvent } from '../model';
import { minuteMs } from '../time/instants';

/** How long ago a page may have left that a call joins. */
const joinedWithinMs = minuteMs;

/** A page that a call joins. */
export interface PageBefore {
  /** When it left; when it was asked for, while it is on its way. */
  readonly at: Instant;
  readonly hasLeft: boolean;
}

/**
 * The page that a call of `person` by event `of` joins. Undefined: the call pages. `until`: how
 * many events are looked at.
 */
export function pageBefore(
  state: ProcessState,
  of: number,
  person: string,
  until = state.timeline.length,
): PageBefore | undefined {
  const call = eventAt(state, of);
  // A process of an older version pages at every call.
  if (state.policy.joinsPages !== true || call?.type !== 'escalated') return undefined;
  const from = call.at - joinedWithinMs;
  const underWay = until < state.timeline.length ? undefined : callUnderWay(state, of, person);
  for (let index = until - 1; index >= 0; index--) {
    const event = state.timeline[index]!;
    if (asksAnew(event)) return undefined;
    if (event.seq === underWay && event.at >= from) return { at: event.at, hasLeft: false };
    if (event.type !== 'delivered') {
      // A message may stand on the timeline behind what came later, but not a minute behind.
      if (event.at < from - joinedWithinMs) return undefined;
      continue;
    }
    if (event.kind === 'page' && event.to === person && event.at >= from) return { at: event.at, hasLeft: true };
  }
  return undefined;
}

/**
 * The calls of `person` that join the page of event `of`, which is still on its way: as it ends, so
 * they end.
 */
export function callsThatJoin(state: ProcessState, of: number, person: string): number[] {
  return (state.calls ?? [])
    .filter((call) => call.of > of && call.waiting.includes(person))
    .map((call) => call.of)
    .filter((other) => state.timeline.some((event) => isJoining(event, other, person)));
}

/**
 * Who of those that event `of` calls was paged within the minute before, as far as their names are
 * known before they are looked up: by name, or by a call in the same words.
 */
export function joinedByName(state: ProcessState, { seq }: TimelineEvent): { person: string; at: Instant }[] {
  const words = wordsOfCall(state, seq);
  const sameWords = (event: TimelineEvent) =>
    event.type === 'resolved-to' && wordsOfCall(state, event.of).some((word) => words.includes(word));
  const people = state.timeline
    .slice(0, seq - 1)
    .flatMap((event) => (event.type === 'resolved-to' && sameWords(event) ? event.people : []));
  return [...new Set([...words, ...people])].flatMap((person) => {
    const before = pageBefore(state, seq, person, seq - 1);
    return before === undefined ? [] : [{ person, at: before.at }];
  });
}

// The page by hand that is under way to the person, of another call within the minute.
function callUnderWay(state: ProcessState, of: number, person: string): number | undefined {
  return state.outbox.find(
    (effect) =>
      effect.type === 'send' &&
      effect.of < of &&
      effect.request.kind === 'page' &&
      effect.request.recipient === person &&
      eventAt(state, effect.of)?.type === 'escalated',
  )?.of;
}

function isJoining(event: TimelineEvent, of: number, person: string): boolean {
  return (
    event.type === 'resolved-to' && event.of === of && event.joins !== undefined && Object.hasOwn(event.joins, person)
  );
}

// After these a page is a new one: the page before was answered, or others told the person that
// nobody has to come, or it is about something else by now.
function asksAnew({ type }: TimelineEvent): boolean {
  return type === 'acknowledged' || type === 'severity-changed' || type === 'resolved' || type === 'reopened';
}
