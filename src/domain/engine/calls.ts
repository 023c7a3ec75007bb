/**
 * Owns calls by hand: pages that a person asks for and that belong to no rung. A recipient who
 * cannot be reached falls through to the next rung of the response ladder (R18), and a hand-off to
 * such a person is over at once (R19). Knows nothing of how a message was sent.
 */
import { eventAt, isIncident } from '../state/draft';
import { isCallOver } from './called-off';
import { applyingResponseRung, nextResponseRung, wordsOfCall, wordsOfResponseRung } from './called-words';
import { record } from './record';
import type { Call, Instant, ProcessState, ResolveResult } from '../model';

/**
 * Notes whom event `of` calls, by the answer of the look-up. Answers the words that mean nobody who
 * can be reached.
 */
export function beginCalls(draft: ProcessState, of: number, { rungs }: ResolveResult): string[] {
  const words = wordsOfCall(draft, of);
  const calls = words.map((word, index): Call => {
    const people = rungs[index]?.people ?? [];
    const waiting = people.filter(({ reach }) => reach.length > 0).map(({ person }) => person);
    return { of, word, waiting };
  });
  draft.calls = [...(draft.calls ?? []), ...calls.filter(({ waiting }) => waiting.length > 0)];
  return calls.filter(({ waiting }) => waiting.length === 0).map(({ word }) => word);
}

// The rung whose recipients are called instead: the one after the rung that was called, else the
// next rung of the ladder.
function nextAfter(state: ProcessState, of: number): number {
  const event = eventAt(state, of);
  if (event?.type === 'call-failed') return applyingResponseRung(state, event.toRung ?? Infinity) ?? Infinity;
  const next = nextResponseRung(state) ?? Infinity;
  const called = wordsOfResponseRung(state, next);
  const isThatRung = event?.type === 'escalated' && event.to.join() === called.join();
  return isThatRung ? (applyingResponseRung(state, next + 1) ?? Infinity) : next;
}

/**
 * Nobody has to be called instead of `person`: the page of event `of` arrived, or is not needed.
 */
export function callSettled(draft: ProcessState, of: number, person: string): void {
  if (draft.calls === undefined) return;
  keep(
    draft,
    draft.calls.filter((call) => !(call.of === of && call.waiting.includes(person))),
  );
}

/** No way to `person` worked: the calls of event `of` that have nobody else left fall through. */
export function callUnreached(draft: ProcessState, of: number, person: string, because: string, now: Instant): void {
  const calls = (draft.calls ?? []).map((call) =>
    call.of === of ? { ...call, waiting: call.waiting.filter((name) => name !== person) } : call,
  );
  const failed = calls.filter(({ waiting }) => waiting.length === 0);
  keep(
    draft,
    calls.filter(({ waiting }) => waiting.length > 0),
  );
  for (const { word } of failed) callFailed(draft, of, word, because, now);
}

/**
 * R18: nobody whom `word` means was reached, so the next rung is called and the caller hears it.
 */
export function callFailed(draft: ProcessState, of: number, word: string, because: string, now: Instant): void {
  const cause = eventAt(draft, of);
  if (isCallOver(draft, of)) return;
  if (cause?.type === 'handed-off') {
    const { to, from } = cause;
    if (isIncident(draft) && draft.handOff?.of === of)
      record(draft, now, { type: 'hand-off-expired', to, from, because });
    return;
  }
  const index = nextAfter(draft, of);
  // A call after the resolve has no ladder any more: its caller hears that nobody is left.
  const isOpen = draft.lifecycle.status !== 'resolved';
  const words = isOpen && Number.isFinite(index) ? wordsOfResponseRung(draft, index) : [];
  // Of two recipients whom nobody reached, the first has brought the next rung already.
  const isCalled = draft.timeline.some((one) => one.type === 'call-failed' && one.of === of && one.next.length > 0);
  const next = isCalled ? [] : words;
  const toRung = words.length > 0 ? index + 1 : null;
  record(draft, now, { type: 'call-failed', of, call: word, because: because.slice(0, 300), next, toRung });
}

function keep(draft: ProcessState, calls: readonly Call[]): void {
  if (calls.length > 0) draft.calls = calls;
  else delete draft.calls;
}
