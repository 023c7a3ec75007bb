/**
 * Owns how an effect gets into the outbox: under the next number. Starts no effect: the workflow or
 * the rehearsal does. Which effects an event demands is in demanded.ts.
 */
import type { Effect, FiredRung, ProcessState, RecipientRef } from '../model';

type NewEffect = Effect extends infer E ? (E extends Effect ? Omit<E, 'id'> : never) : never;

/** Puts an effect into the outbox under the next number. */
export function enqueue(draft: ProcessState, effect: NewEffect): void {
  draft.outbox.push({ id: draft.nextEffectId, ...effect });
  draft.nextEffectId += 1;
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
  extra: { toRung?: number; byHand?: true; news?: true; raised?: number } = {},
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
