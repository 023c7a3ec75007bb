/**
 * Owns the rungs that one message tells of: their order (T8), the deadlines that they name, and the
 * label of the message. Knows nothing of when a rung fires.
 */
import { kindRules } from './kinds';
import { eventAt } from '../state/draft';
import type { FiredRung, Instant, Mode, ProcessState } from '../model';

/** The rungs in the order of T8: `response` first, then by `dueAt`, then by id. */
export function inOrder(rungs: readonly FiredRung[]): FiredRung[] {
  return rungs.length < 2 ? [...rungs] : [...rungs].sort(byRank);
}
function byRank(a: FiredRung, b: FiredRung): number {
  return rankOf(a) - rankOf(b) || a.dueAt - b.dueAt || (a.deadline < b.deadline ? -1 : a.deadline > b.deadline ? 1 : 0);
}
const rankOf = ({ kind }: FiredRung): number => (kindRules[kind].asksForAnswer ? 0 : 1);

/** The deadlines that a merged notification names, in the order of T8, each once. */
export function distinctDeadlines(
  rungs: readonly FiredRung[],
): { id: string; kind: FiredRung['kind']; dueAt: Instant }[] {
  const [only, more] = rungs;
  if (only === undefined) return [];
  if (more === undefined) return [{ id: only.deadline, kind: only.kind, dueAt: only.dueAt }];
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
  if (rungs.length === 1) return rungs[0]!.rung;
  const ordered = inOrder(rungs);
  return ordered.filter(({ deadline }) => deadline === ordered[0]!.deadline).at(-1)!.rung;
}

/**
 * The rungs that a delivered message told of, or that a failed message was to tell of; of a
 * look-up, the rungs for which people were looked up.
 */
export function rungsTold(
  state: ProcessState,
  event: { readonly of: number; readonly rungs?: readonly string[] },
): FiredRung[] {
  const cause = eventAt(state, event.of);
  if (cause?.type === 'fallthrough') {
    const { deadline, kind, dueAt, round, rung, mode, nominalAt, late = 0 } = cause;
    return [{ deadline, kind, dueAt, round, rung, mode, nominalAt, late }];
  }
  if (cause?.type !== 'rungs-fired') return [];
  const { rungs } = event;
  if (rungs === undefined) return [...cause.rungs];
  return rungs.flatMap((label) => cause.rungs.filter(({ deadline, rung }) => label === `${deadline}/${rung}`));
}
