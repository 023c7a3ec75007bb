/**
 * Owns the stretches in which a calendar is open, between two instants. Knows nothing of who works
 * then.
 */
import type { Instant, WorkingHours } from '../model';
import { windowsOn } from './business-time';
import { inWorkingHours, localOf } from './calendar';
import { dayMs, minuteMs } from './instants';
import { firstOf, lastOf } from './wall-clock';

/** From `from` to before `to`. */
export interface OpenSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * When people work between `from` and `to`, in order and without overlaps: not at night, not on
 * weekends and holidays of the calendar.
 */
export function openSpans(hours: WorkingHours, from: Instant, to: Instant): OpenSpan[] {
  if (from >= to) return [];
  const begins = new Set([from]);
  const add = (at: Instant) => {
    if (at > from && at < to) begins.add(at);
  };
  // At a clock change, a time of day occurs twice or never: each of its instants may begin or end
  // the working hours.
  for (const { at } of hours.transitions) add(at);
  const lastDay = localOf(hours, to).day;
  for (let day = localOf(hours, from).day; day <= lastDay; day++)
    for (const minutes of [0, ...windowsOn(hours, day).flat(), 24 * 60]) {
      const wall = day * dayMs + minutes * minuteMs;
      add(firstOf(hours, wall));
      add(lastOf(hours, wall));
    }
  const sorted = [...begins].sort((a, b) => a - b);
  const open: OpenSpan[] = [];
  sorted.forEach((begin, index) => {
    if (!inWorkingHours(hours, begin)) return;
    const end = sorted[index + 1] ?? to;
    const last = open.at(-1);
    if (last?.to === begin) open[open.length - 1] = { from: last.from, to: end };
    else open.push({ from: begin, to: end });
  });
  return open;
}
