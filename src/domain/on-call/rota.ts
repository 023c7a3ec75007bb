/**
 * Owns the rota: who is on call at an instant, and in which shifts between two instants. Pure
 * functions over compiled schedules and overrides, the same for a page, a rota and a rehearsal.
 * Knows no team, no clock and no zone database.
 *
 * Where clocks change: a hand-off is at the first occurrence of its wall-clock time. A skipped time
 * counts as the end of the gap. When a layer counts at all is in layer-hours.ts.
 */
import { newestLast } from './overrides';
import type { Instant, Layer, OnCall, Override, Schedule, Shift, ShiftSource } from '../model';
import { listOf } from '../text/list-of';
import { firstOf, highWater } from '../time/wall-clock';
import { clockOf, isOpen, windowsOf } from './layer-hours';

const nobody: OnCall = { people: [] };

/**
 * Who is on call on `schedule` at `at`. `overrides` may belong to any schedule, in any order; of
 * those that cover `at` the newest counts (R20).
 */
export function onCallAt(schedule: Schedule, overrides: readonly Override[], at: Instant): OnCall {
  const covering = overrides.filter(({ schedule: on, from, to }) => on === schedule.id && from <= at && at < to);
  return newestLast(covering).reduce<OnCall>(
    (below, { id, person, replaces }) =>
      replaces === undefined || below.people.includes(replaces)
        ? { people: standingIn(below.people, person, replaces), source: { override: id } }
        : below,
    plannedAt(schedule, at),
  );
}

/**
 * The shifts from `from` to `to`, in order and without holes: where nobody is on call, the shift
 * has no people. Neighbouring shifts of the same people by one layer are one shift. The outer
 * shifts are cut off at `from` and `to`.
 */
export function shiftsBetween(
  schedule: Schedule,
  overrides: readonly Override[],
  from: Instant,
  to: Instant,
): readonly Shift[] {
  if (!(from < to)) return [];
  const planned = schedule.layers.reduce<readonly Span[]>(
    (below, layer) => overlaid(below, spansOf(schedule, layer, from, to)),
    [],
  );
  const own = overrides.filter(
    (override) => override.schedule === schedule.id && override.from < to && override.to > from,
  );
  const counted = newestLast(own).reduce<readonly Span[]>(
    (below, override) => overlaid(below, spansOfOverride(override, below)),
    planned,
  );
  return tiled(counted, from, to);
}

/**
 * The shifts between `from` and `to` as a person sees them: neighbours are joined, and each shift
 * is whole, as far as `reach` (ms) before `from` and after `to` shows its ends.
 */
export function shiftsAround(
  schedule: Schedule,
  overrides: readonly Override[],
  from: Instant,
  to: Instant,
  reach: number,
): readonly Shift[] {
  return joined(shiftsBetween(schedule, overrides, from - reach, to + reach)).filter(
    (shift) => shift.from < to && shift.to > from,
  );
}

/**
 * Joins neighbouring shifts of the same people by several layers, as these people see them. A shift
 * by an override stays separate.
 */
export function joined(shifts: readonly Shift[]): readonly Shift[] {
  const isOverride = ({ source }: Shift) => source !== undefined && 'override' in source;
  return shifts.reduce<Shift[]>((before, shift) => {
    const last = before.at(-1);
    if (!last || !isSameList(last.people, shift.people) || isOverride(last) || isOverride(shift)) before.push(shift);
    else before[before.length - 1] = { ...last, to: shift.to };
    return before;
  }, []);
}

/** Everybody in the layers of the schedule, each once. */
export function participantsOf({ layers }: Schedule): string[] {
  return [...new Set(layers.flatMap(({ participants }) => participants.flatMap(listOf)))];
}

// --- At an instant -------------------------------------------------------------------------------

function plannedAt(schedule: Schedule, at: Instant): OnCall {
  for (let index = schedule.layers.length - 1; index >= 0; index--) {
    const layer = schedule.layers[index]!;
    if (at < layer.from || at >= (layer.until ?? Infinity) || !isOpen(schedule, layer, at)) continue;
    const people = takingTurn(layer, turnAt(schedule, layer, at));
    if (people.length > 0) return { people, source: { layer: layer.name } };
  }
  return nobody;
}

/** The number of the turn at `at`, from 0. */
function turnAt(schedule: Schedule, layer: Layer, at: Instant): number {
  const { from, turn } = layer;
  return turn.kind === 'elapsed'
    ? Math.floor((at - from) / turn.ms)
    : Math.floor((highWater(clockOf(schedule, layer), at) - turn.wall) / turn.ms);
}

/** When turn `number` begins. */
function turnBegins(schedule: Schedule, layer: Layer, number: number): Instant {
  const { from, turn } = layer;
  return turn.kind === 'elapsed'
    ? from + number * turn.ms
    : firstOf(clockOf(schedule, layer), turn.wall + number * turn.ms);
}

function takingTurn({ participants }: Layer, turn: number): readonly string[] {
  return listOf(participants[turn % participants.length]);
}

// R35: without `replaces` a person stands in for all of a pair; with it, for one of them.
function standingIn(people: readonly string[], person: string, replaces: string | undefined): readonly string[] {
  if (replaces === undefined) return [person];
  return [...new Set(people.map((one) => (one === replaces ? person : one)))];
}

// --- Between two instants ------------------------------------------------------------------------

interface Span {
  readonly from: Instant;
  readonly to: Instant;
  readonly people: readonly string[];
  readonly source: ShiftSource;
}

function spansOf(schedule: Schedule, layer: Layer, from: Instant, to: Instant): Span[] {
  const source = { layer: layer.name };
  const spans: Span[] = [];
  const windows = windowsOf(schedule, layer, Math.max(from, layer.from), Math.min(to, layer.until ?? Infinity));
  for (const window of windows) {
    let turn = turnAt(schedule, layer, window.from);
    for (let begins = window.from; begins < window.to; turn++) {
      // A layer of one turn has no hand-offs.
      const ends =
        layer.participants.length === 1 ? window.to : Math.min(turnBegins(schedule, layer, turn + 1), window.to);
      const people = takingTurn(layer, turn);
      if (ends > begins && people.length > 0) spans.push({ from: begins, to: ends, people, source });
      begins = Math.max(begins, ends);
    }
  }
  return spans;
}

function spansOfOverride({ id, person, from, to, replaces }: Override, below: readonly Span[]): Span[] {
  const source = { override: id };
  if (replaces === undefined) return [{ from, to, people: [person], source }];
  return below
    .filter((span) => span.people.includes(replaces) && span.from < to && span.to > from)
    .map((span) => ({
      from: Math.max(span.from, from),
      to: Math.min(span.to, to),
      people: standingIn(span.people, person, replaces),
      source,
    }));
}

/**
 * The spans of `above`, and those of `below` where `above` has none. Both are in order and without
 * overlaps, and so is the answer.
 */
function overlaid(below: readonly Span[], above: readonly Span[]): Span[] {
  const spans: Span[] = [];
  let index = 0;
  let reached = -Infinity;
  const takeBelow = (until: Instant) => {
    for (let span = below[index]; span && span.from < until; span = below[index]) {
      const from = Math.max(span.from, reached);
      const to = Math.min(span.to, until);
      if (from < to) spans.push({ ...span, from, to });
      if (span.to > until) return;
      index += 1;
    }
  };
  for (const span of above) {
    takeBelow(span.from);
    spans.push(span);
    reached = span.to;
  }
  takeBelow(Infinity);
  return spans;
}

function tiled(spans: readonly Span[], from: Instant, to: Instant): Shift[] {
  const shifts: Shift[] = [];
  const add = (shift: Shift) => {
    const before = shifts.at(-1);
    if (before && isSame(before, shift)) shifts[shifts.length - 1] = { ...before, to: shift.to };
    else shifts.push(shift);
  };
  let reached = from;
  for (const span of spans) {
    const begins = Math.max(span.from, from);
    const ends = Math.min(span.to, to);
    if (begins >= ends) continue;
    if (begins > reached) add({ from: reached, to: begins, people: [] });
    add({ from: begins, to: ends, people: span.people, source: span.source });
    reached = ends;
  }
  if (reached < to) add({ from: reached, to, people: [] });
  return shifts;
}

function isSame(a: Shift, b: Shift): boolean {
  return isSameList(a.people, b.people) && nameOf(a.source) === nameOf(b.source);
}
function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}
function nameOf(source: ShiftSource | undefined): string {
  if (source === undefined) return '';
  return 'layer' in source ? `layer ${source.layer}` : `override ${source.override}`;
}
