/**
 * Owns business time (R32): when a calendar is open, how much open time has passed at an instant,
 * and at which instant an amount of it has passed. A minute is open when its wall-clock time lies
 * in a window of its local day, so a repeated hour counts twice and a skipped one not at all.
 *
 * Time is counted by arithmetic on whole weeks, and only the days that differ from their week are
 * kept in a list; so 400 days cost no more than one.
 */
import type { HoursWindow, Instant, WorkingHours } from '../model';
import { dayMs, minuteMs, weekdayOf } from './instants';
import type { Wall } from './wall-clock';

/** The windows in which people work on a day, in order; empty on a day without work. */
export function windowsOn(calendar: WorkingHours, day: number): readonly HoursWindow[] {
  return windowsOf(calendar, indexOf(calendar), day);
}

/**
 * The instant by which `length` ms of open time have passed since `at`: the earliest one. With a
 * negative length the latest instant from which that much open time leads to `at`. So counting from
 * a closed instant begins at the next opening, and backwards at the last close.
 */
export function addBusinessTime(calendar: WorkingHours, at: Instant, length: number): Instant {
  const index = indexOf(calendar);
  // No amount of open time ever passes in a calendar that never opens, so elapsed time counts. No
  // file makes such a calendar.
  if (length === 0 || index.weekMs === 0) return at + length;
  const wanted = openUntil(calendar, index, at) + length;
  return length > 0 ? earliest(calendar, index, wanted) : latest(calendar, index, wanted);
}

/**
 * When something may be said that waits for working hours: `at` within them or at their very end,
 * else their next start. What falls due as work ends is not kept until the next morning.
 */
export function saidInHours(calendar: WorkingHours, at: Instant): Instant {
  const index = indexOf(calendar);
  const isClosing = openUntil(calendar, index, at) > openUntil(calendar, index, at - 1);
  return isClosing ? at : nextWorkingHours(calendar, at);
}

/** `at` in working hours, else the next start of working hours. */
export function nextWorkingHours(calendar: WorkingHours, at: Instant): Instant {
  const index = indexOf(calendar);
  return index.weekMs === 0 ? at : latest(calendar, index, openUntil(calendar, index, at));
}

// --- What is kept of a calendar ------------------------------------------------------------------

/** What stays the same for a calendar, computed once. */
interface Index {
  /** Open time of a usual week, and of its days before each weekday. */
  readonly weekMs: number;
  readonly beforeWeekday: readonly number[];
  /** Days with other windows than their weekday: holidays and half days, in order. */
  readonly others: readonly number[];
  readonly windows: ReadonlyMap<number, readonly HoursWindow[]>;
  /** How much more open time the first `n` of `others` have than their weekdays. */
  readonly more: readonly number[];
  /** From `from` on the clock is `offset` ahead of UTC. */
  readonly eras: readonly Era[];
}
interface Era {
  readonly from: Instant;
  readonly offset: number;
  /** Open time up to an instant of the era = `base` + open time up to its wall-clock time. */
  readonly base: number;
}

const known = new WeakMap<WorkingHours, Index>();

function indexOf(calendar: WorkingHours): Index {
  let index = known.get(calendar);
  if (index === undefined) {
    index = indexed(calendar);
    known.set(calendar, index);
  }
  return index;
}

function indexed(calendar: WorkingHours): Index {
  const { week, holidays, halfDays = {} } = calendar;
  const usual = Array.from({ length: 7 }, (_, weekday) => lengthOf(week[weekday] ?? []));
  const windows = new Map<number, readonly HoursWindow[]>();
  for (const date of holidays) windows.set(Date.parse(date) / dayMs, []);
  for (const [date, own] of Object.entries(halfDays)) windows.set(Date.parse(date) / dayMs, own);
  const others = [...windows.keys()].filter(Number.isInteger).sort((a, b) => a - b);
  const more = [0];
  for (const day of others) more.push(more.at(-1)! + lengthOf(windows.get(day)!) - usual[weekdayOf(day)]!);
  const beforeWeekday = usual.map((_, weekday) => usual.slice(0, weekday).reduce((sum, ms) => sum + ms, 0));
  const bare = { weekMs: usual.reduce((sum, ms) => sum + ms, 0), beforeWeekday, others, windows, more };
  const eras: Era[] = [{ from: -Infinity, offset: calendar.offset, base: 0 }];
  for (const { at, offset } of calendar.transitions) {
    const last = eras.at(-1)!;
    const open = (wall: Wall) => openUntilWall(calendar, bare, wall);
    eras.push({ from: at, offset, base: last.base + open(at + last.offset) - open(at + offset) });
  }
  return { ...bare, eras };
}

function windowsOf({ week }: WorkingHours, { windows }: Pick<Index, 'windows'>, day: number): readonly HoursWindow[] {
  return windows.get(day) ?? week[weekdayOf(day)] ?? [];
}

function lengthOf(windows: readonly HoursWindow[]): number {
  return windows.reduce((sum, [from, to]) => sum + (to - from) * minuteMs, 0);
}

// --- Open time up to an instant ------------------------------------------------------------------

// Only differences of such times mean something: they count from a day long ago.
function openUntil(calendar: WorkingHours, index: Index, at: Instant): number {
  const { eras } = index;
  let era = eras[0]!;
  for (const next of eras) {
    if (next.from > at) break;
    era = next;
  }
  return era.base + openUntilWall(calendar, index, at + era.offset);
}

function openUntilWall(calendar: WorkingHours, index: Omit<Index, 'eras'>, wall: Wall): number {
  const day = Math.floor(wall / dayMs);
  const ms = wall - day * dayMs;
  let open = openBefore(index, day);
  for (const [from, to] of windowsOf(calendar, index, day))
    open += Math.min(Math.max(ms - from * minuteMs, 0), (to - from) * minuteMs);
  return open;
}

function openBefore({ weekMs, beforeWeekday, others, more }: Omit<Index, 'eras'>, day: number): number {
  let low = 0;
  for (let high = others.length; low < high;) {
    const middle = (low + high) >> 1;
    if (others[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return Math.floor((day + 4) / 7) * weekMs + beforeWeekday[weekdayOf(day)]! + more[low]!;
}

// --- The instant of an amount of open time -------------------------------------------------------

/** The first instant up to which `wanted` ms are open. */
function earliest(calendar: WorkingHours, index: Index, wanted: number): Instant {
  const { eras } = index;
  const era = eras.find(({ base, offset }, number) => {
    const next = eras[number + 1];
    return next === undefined || base + openUntilWall(calendar, index, next.from + offset) >= wanted;
  })!;
  return wallOf(calendar, index, wanted - era.base, (open) => open >= wanted - era.base) - era.offset;
}

/** The last instant up to which no more than `wanted` ms are open. */
function latest(calendar: WorkingHours, index: Index, wanted: number): Instant {
  const era = index.eras.findLast(
    ({ base, offset, from }) => from === -Infinity || base + openUntilWall(calendar, index, from + offset) <= wanted,
  )!;
  return wallOf(calendar, index, wanted - era.base, (open) => open > wanted - era.base) - era.offset;
}

// The time on the wall clock at which `wanted` ms are open: on the first day at whose end
// `isReached` holds of the open time so far, in the first window in which it comes to hold.
function wallOf(calendar: WorkingHours, index: Index, wanted: number, isReached: (open: number) => boolean): Wall {
  const day = firstDay(index, Math.floor(wanted / index.weekMs) * 7 - 4, isReached);
  let open = openBefore(index, day);
  for (const [from, to] of windowsOf(calendar, index, day)) {
    const length = (to - from) * minuteMs;
    if (isReached(open + length)) return day * dayMs + from * minuteMs + wanted - open;
    open += length;
  }
  return (day + 1) * dayMs;
}

// Holidays move the day away from `near`, which is right for a calendar without any.
function firstDay(index: Index, near: number, isReached: (open: number) => boolean): number {
  const holds = (day: number) => isReached(openBefore(index, day + 1));
  let step = 8;
  let [low, high] = [near, near];
  for (; holds(low); step *= 2) [low, high] = [low - step, low];
  for (; !holds(high); step *= 2) [low, high] = [high, high + step];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
