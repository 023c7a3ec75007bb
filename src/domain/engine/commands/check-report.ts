/**
 * Owns the command `report-check`: which results of a check count, and which items a result ticks
 * or opens again (docs/rules.md). Both kinds of process take the command.
 */
import { given } from '../../../given';
import type { ProcessState, Instant, CommandBody } from '../../model';
import { unknownName } from '../../text/nearest';
import type { NewEvent } from '../../state/draft';
import { checkNamesOf, itemsOf } from '../../state/checklist';
import { passWords, shortfall, validUntilOf } from '../../state/checks';
import { isHeld } from '../../state/gates';
import { formatDuration } from '../../time/duration';
import { dayMs, isoSecond } from '../../time/instants';
import { type Context, type Decided, events, instant, invalid } from './decision';

// Why a result does not count as a pass, or undefined. `ignored`: the result changes nothing.
function rejected(
  state: ProcessState,
  policy: { atLeast?: number; validForMs?: number },
  check: string,
  measuredAt: Instant,
  measured: number | undefined,
  at: Instant,
  result: 'pass' | 'fail',
): { text: string; ignored: boolean } | undefined {
  const last = state.checks[check];
  if (last && last.at > measuredAt) return { text: `older than the result of ${isoSecond(last.at)}`, ignored: true };
  if (result === 'pass' && policy.validForMs !== undefined && measuredAt + policy.validForMs <= at)
    return { text: `too old: valid for ${formatDuration(policy.validForMs)}`, ignored: true };
  const short = result === 'pass' ? shortfall(policy, measured) : undefined;
  return short === undefined ? undefined : { text: short, ignored: false };
}

/** A result ticks the items of the check, or opens them again, unless the result is too old. */
export function reportCheck(
  state: ProcessState,
  { check, result, value, url, at: text }: CommandBody<'report-check'>,
  { at }: Context,
): Decided {
  const items = itemsOf(state)
    .map(({ item }) => item)
    .filter((item) => item.check?.name === check);
  if (items.length === 0) return invalid('check', unknownName('check', check, checkNamesOf(state.policy)));
  const measuredAt = text === undefined ? at : instant(text);
  if (measuredAt > at + dayMs / 24) return invalid('at', 'a result cannot have been measured in the future');
  const policy = items[0]!.check!;
  const measured = value === undefined ? undefined : Number(value);
  if (policy.atLeast !== undefined && result === 'pass' && (measured === undefined || !Number.isFinite(measured)))
    return invalid('value', `check ${check} needs the measured number: at least ${policy.atLeast} is asked for`);
  const because = rejected(state, policy, check, measuredAt, measured, at, result);
  const report: NewEvent = {
    type: 'check-reported',
    check,
    result,
    ...given({ value, url, measuredAt: measuredAt === at ? undefined : measuredAt }),
    accepted: because?.ignored !== true,
    ...given({ because: because?.text }),
  };
  if (because?.ignored) return events(report);
  const passes = result === 'pass' && because === undefined;
  const ids = items.map(({ id }) => id);
  if (passes) {
    // R25: the result counts at once, and ticks what a closed gate holds when the gate opens.
    const waiting = ids.filter((id) => state.items[id]?.status !== 'done' && isHeld(state, id));
    const ticked = ids.filter((id) => !waiting.includes(id));
    const evidence = passWords(check, { value, url });
    const validUntil = validUntilOf(policy, measuredAt);
    return events(
      { ...report, ...(waiting.length === 0 ? {} : { waiting }) },
      ...(ticked.length === 0
        ? []
        : [{ type: 'items-done' as const, items: ticked, evidence, ...given({ validUntil }) }]),
    );
  }
  const done = ids.filter((id) => state.items[id]?.status === 'done');
  return done.length === 0
    ? events(report)
    : events(report, { type: 'items-reopened', items: done, reason: because?.text ?? `check ${check} failed` });
}
