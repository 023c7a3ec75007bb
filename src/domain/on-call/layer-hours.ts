/**
 * Owns when a layer of a schedule counts: in its windows of the week, and in the working hours of
 * its calendar (R32). Where a layer has both, it counts where both are open. Knows nothing of
 * turns.
 *
 * Where clocks change, a window of the week begins at the first occurrence of its wall-clock time
 * and ends at the last, so that adjoining windows overlap in a repeated hour instead of leaving a
 * hole. A skipped time counts as the end of the gap. Working hours are open as in business-time.ts.
 */
import type { CompiledZone, Instant, Layer, Schedule } from '../model';
import { inWorkingHours } from '../time/calendar';
import { dayMs, minuteMs, weekdayOf } from '../time/instants';
import { openSpans, type OpenSpan } from '../time/open-spans';
import { firstOf, highWater, lastOf, lowWater } from '../time/wall-clock';

/** The clock of the layer: its own, else that of its schedule (R32). */
export function clockOf({ zone }: Schedule, layer: Layer): CompiledZone {
  return layer.zone ?? zone;
}

/** True when the layer counts at `at`, as far as its windows and its calendar say. */
export function isOpen(schedule: Schedule, layer: Layer, at: Instant): boolean {
  return inWeek(schedule, layer, at) && (layer.hours === undefined || inWorkingHours(layer.hours, at));
}

/** The times from `from` to `to` in which the layer counts, in order and without overlaps. */
export function windowsOf(schedule: Schedule, layer: Layer, from: Instant, to: Instant): readonly OpenSpan[] {
  if (from >= to) return [];
  const week = windowsOfWeek(schedule, layer, from, to);
  return layer.hours === undefined ? week : inBoth(week, openSpans(layer.hours, from, to));
}

function inBoth(some: readonly OpenSpan[], others: readonly OpenSpan[]): OpenSpan[] {
  const found: OpenSpan[] = [];
  for (let a = 0, b = 0; a < some.length && b < others.length;) {
    const [one, other] = [some[a]!, others[b]!];
    const both = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
    if (both.from < both.to) found.push(both);
    if (one.to < other.to) a += 1;
    else b += 1;
  }
  return found;
}

/** True when a restriction of the layer is open at `at`, or when the layer has no restriction. */
function inWeek(schedule: Schedule, layer: Layer, at: Instant): boolean {
  const { restrict } = layer;
  if (restrict.length === 0) return true;
  const zone = clockOf(schedule, layer);
  const reached = highWater(zone, at);
  const left = lowWater(zone, at);
  const lastDay = Math.floor(reached / dayMs);
  for (let day = Math.floor(left / dayMs) - 1; day <= lastDay; day++)
    for (const { days, from, to } of restrict) {
      if (!days.includes(weekdayOf(day))) continue;
      if (reached >= day * dayMs + from * minuteMs && left <= endOf(day, from, to)) return true;
    }
  return false;
}

/** The end of the window that begins on `day`, on the wall clock. */
function endOf(day: number, from: number, to: number): number {
  return (to > from ? day : day + 1) * dayMs + to * minuteMs;
}

function windowsOfWeek(schedule: Schedule, layer: Layer, from: Instant, to: Instant): readonly OpenSpan[] {
  const { restrict } = layer;
  if (restrict.length === 0) return [{ from, to }];
  const zone = clockOf(schedule, layer);
  const found: { from: Instant; to: Instant }[] = [];
  const lastDay = Math.floor(highWater(zone, to) / dayMs);
  for (let day = Math.floor(lowWater(zone, from) / dayMs) - 1; day <= lastDay; day++) {
    for (const window of restrict) {
      if (!window.days.includes(weekdayOf(day))) continue;
      const begins = Math.max(from, firstOf(zone, day * dayMs + window.from * minuteMs));
      const ends = Math.min(to, lastOf(zone, endOf(day, window.from, window.to)));
      if (begins < ends) found.push({ from: begins, to: ends });
    }
  }
  found.sort((a, b) => a.from - b.from);
  const apart: typeof found = [];
  for (const window of found) {
    const before = apart.at(-1);
    if (before && window.from <= before.to) before.to = Math.max(before.to, window.to);
    else apart.push(window);
  }
  return apart;
}
