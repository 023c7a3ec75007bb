/**
 * Owns whom a call by hand means, in the words of ladders: a person's `escalate`, what follows when
 * nobody was reached, a hand-off. Looks nobody up.
 */
import { levelOf } from '../state/severity';
import { ladderOf, nextApplying, rungApplies } from '../deadlines/ladder';
import { responseOf } from '../deadlines/kinds';
import { eventAt } from '../state/draft';
import type { ProcessState, TimelineEvent } from '../model';

/**
 * The next rung of the response ladder, from 0: the first that applies and has not fired; when all
 * have fired, the last. Undefined without such a ladder.
 */
export function nextResponseRung(state: ProcessState): number | undefined {
  const response = responseOf(state);
  const ladder = response ? ladderOf(state, response) : [];
  const applying = ladder.flatMap((rung, index) => (rungApplies(state, rung) ? [index] : []));
  return applying.find((index) => response?.fired.includes(`${index + 1}`) === false) ?? applying.at(-1);
}

/** The first rung of the response ladder that applies, from `index` on. */
export function applyingResponseRung(state: ProcessState, index: number): number | undefined {
  const response = responseOf(state);
  return response && nextApplying(state, ladderOf(state, response), index);
}

/** The recipients of rung `index` (from 0) of the response ladder, as words of their own. */
export function wordsOfResponseRung(state: ProcessState, index: number): string[] {
  const response = responseOf(state);
  const ladder = response ? ladderOf(state, response) : [];
  const words = (position: number): string[] =>
    (ladder[position]?.to ?? []).flatMap((word) => {
      if (word === 'severity') return [...levelOf(state.policy, state.severity).escalateTo];
      if (word === 'all above')
        return ladder.slice(0, position).flatMap((rung, above) => (rungApplies(state, rung) ? words(above) : []));
      return [word];
    });
  return [...new Set(words(index))];
}

/** The recipients that event `of` calls by hand, as their caller wrote them. */
export function wordsOfCall(state: ProcessState, of: number): readonly string[] {
  const event = eventAt(state, of);
  switch (event?.type) {
    case 'escalated':
      return event.to;
    case 'call-failed':
      return event.next;
    case 'handed-off':
      return [event.to];
    case 'team-involved':
      return [event.team];
    case 'severity-changed':
      return event.pages ? ['whoever was told before'] : [];
    // R10: no incident goes on, so nobody would be asked: whoever is on call is.
    case 'effect-failed':
      return isLeftAlone(event) ? ['primary'] : [];
    default:
      return [];
  }
}

/**
 * R10: true when no incident could be declared in place of the process, which is over: nobody would
 * be asked any more.
 */
export function isLeftAlone(event: TimelineEvent): boolean {
  return event.type === 'effect-failed' && event.what === 'declare-incident';
}
