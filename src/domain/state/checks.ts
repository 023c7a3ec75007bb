/**
 * Owns what the latest result of a check says of an item (R23). Which results count is decided by
 * engine/commands/check-report.ts.
 */
import type { CheckPolicy, Instant, ItemPolicy, ProcessState } from '../model';

type Result = ProcessState['checks'][string];

/** How far a measured value falls short of the threshold of the check; undefined: it does not. */
export function shortfall({ atLeast }: Pick<CheckPolicy, 'atLeast'>, value: number | undefined): string | undefined {
  return atLeast !== undefined && value !== undefined && value < atLeast ? `${value} is below ${atLeast}` : undefined;
}

/** The evidence that a pass of the check `name` gives. */
export function passWords(
  name: string,
  { value, url }: { readonly [F in 'value' | 'url']?: Result[F] | undefined },
): string {
  return `check ${name} passed${value === undefined ? '' : ` with ${value}`}${url === undefined ? '' : `, ${url}`}`;
}

/** How long a result that was measured at `measuredAt` counts; undefined: without end. */
export function validUntilOf(
  { validForMs }: Pick<CheckPolicy, 'validForMs'>,
  measuredAt: Instant,
): Instant | undefined {
  return validForMs === undefined ? undefined : measuredAt + validForMs;
}

/**
 * Why the latest result of the item's check is no pass; undefined when the result is a pass, when
 * none has come, and when the item has no check.
 */
export function failedCheckOf({ checks }: Pick<ProcessState, 'checks'>, { check }: ItemPolicy): string | undefined {
  const last = check && checks[check.name];
  if (!last) return undefined;
  if (last.result === 'fail') return `check ${check.name} failed`;
  const short = shortfall(check, last.value === undefined ? undefined : Number(last.value));
  return short === undefined ? undefined : `check ${check.name}: ${short}`;
}

/** The items of the phases `phases` that were done by hand over a failed check, in order. */
export function doneOverFailedChecks(state: ProcessState, phases: readonly string[]) {
  return state.policy.phases
    .filter(({ id }) => phases.includes(id))
    .flatMap(({ groups }) => groups.flatMap(({ items }) => items))
    .flatMap(({ id }) => {
      const { overFailedCheck: because, note: reason = '', by = '', at = 0 } = state.items[id] ?? {};
      return because === undefined ? [] : [{ item: id, because, reason, by, at }];
    });
}
