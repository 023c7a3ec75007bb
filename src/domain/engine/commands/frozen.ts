/**
 * Owns the refusal of a deployment in a freeze, and who passes a freeze for a reason (R42). Which
 * freezes are in force comes with the command; roll-back and what has begun already pass.
 */
import type { Actor, CommandHeader, Frozen, Instant } from '../../model';
import { allowedWords, freeWords, freezeWords, frozenView, inForceAt, mayDeployIn } from '../../state/freezes';
import { type NotTaken, refuse } from './decision';

/** The freezes that came with the command, as far as they cover `at`; undefined: none does. */
export function frozenNow({ frozen }: CommandHeader, at: Instant): Frozen | undefined {
  const freezes = inForceAt(frozen?.freezes ?? [], at);
  return frozen === undefined || freezes.length === 0 ? undefined : { ...frozen, freezes };
}

/** What holds, until when, and who may deploy all the same. */
export function frozenWords(frozen: Frozen): string {
  const holding = frozen.freezes.map(freezeWords).join('; ');
  return `no deployment now because of ${holding}; ${freeWords(frozen)}; ${frozen.freezes.map(allowedWords).join('; ')}`;
}

/**
 * The refusal of a deployment in these freezes, or undefined when `actor` passes them for the
 * reason of the override. Deny wins: each of them has to allow it.
 */
export function heldByFreeze(frozen: Frozen, override: string | undefined, actor: Actor): NotTaken | undefined {
  const more = frozenView(frozen);
  if (override === undefined) return refuse('frozen', frozenWords(frozen), more);
  const barred = frozen.freezes.filter((freeze) => !mayDeployIn(freeze, actor));
  if (barred.length === 0) return undefined;
  const said = barred.map((freeze) => `${freezeWords(freeze)}; ${allowedWords(freeze)}`);
  return refuse('may-not-override', `${said.join('; ')}; ${freeWords(frozen)}`, more);
}
