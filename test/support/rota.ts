/**
 * Schedules for tests, and an oracle that asks the zone database about every boundary and shares no
 * code with the rules.
 */
import { Temporal } from 'temporal-polyfill';
import { compileZone } from '../../src/config/compile/zone';
import type { Layer, Override, Schedule } from '../../src/domain';

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;
export type Window = { days: number[]; from: number; to: number };
export const always = [0, 1, 2, 3, 4, 5, 6];
export const clock = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** A layer in a person's words. */
export interface Described {
  name?: string;
  zone: string;
  /** Local date and time of the first hand-off. */
  from: string;
  until?: string;
  hours: number;
  participants: string[];
  restrict?: Window[];
}

export const instant = (text: string) => Temporal.ZonedDateTime.from(text).epochMilliseconds;

/** Whether turns keep the wall clock: whole days, and hours that divide a day. */
const keepsTheClock = (hours: number) => hours % 24 === 0 || 24 % hours === 0;

export function layerOf({ name = 'layer', zone, from, until, hours, participants, restrict = [] }: Described): Layer {
  return {
    name,
    from: boundary(zone, Temporal.PlainDateTime.from(from), 'earlier'),
    ...(until === undefined ? {} : { until: boundary(zone, Temporal.PlainDateTime.from(until), 'earlier') }),
    turn: keepsTheClock(hours)
      ? { kind: 'wall', wall: Date.parse(`${from}Z`), ms: hours * hourMs }
      : { kind: 'elapsed', ms: hours * hourMs },
    participants,
    restrict,
  };
}

export function scheduleOf(...described: Described[]): Schedule {
  const { zone } = described[0]!;
  const layers = described.map((one, index) => layerOf({ name: `layer ${index + 1}`, ...one }));
  const from = Math.min(...layers.map((layer) => layer.from));
  return {
    id: 'schedule',
    name: 'Schedule',
    zone: compileZone(zone, from - 3 * dayMs, from + 1200 * dayMs),
    layers,
  };
}

export function override(id: string, person: string, from: number, to: number, more: Partial<Override> = {}): Override {
  return { id, schedule: 'schedule', person, from, to, by: 'test', at: 0, ...more };
}

// --- The oracle ----------------------------------------------------------------------------------

/**
 * The first or the last instant of a wall time; for a time in a gap the end of the gap, from the
 * zone database.
 */
export function boundary(zone: string, wall: Temporal.PlainDateTime, which: 'earlier' | 'later'): number {
  const moment = wall.toZonedDateTime(zone, { disambiguation: which });
  if (moment.toPlainDateTime().equals(wall)) return moment.epochMilliseconds;
  return wall.toZonedDateTime(zone, { disambiguation: 'earlier' }).getTimeZoneTransition('next')!.epochMilliseconds;
}

/**
 * A function that says who is on call by one layer at any instant from `begin` to `end`; lists
 * every boundary beforehand.
 */
export function oracle(described: Described, begin: number, end: number): (at: number) => string | undefined {
  const { zone, hours, participants, restrict = [] } = described;
  const first = Temporal.PlainDateTime.from(described.from);
  const from = boundary(zone, first, 'earlier');
  const until =
    described.until === undefined ? Infinity : boundary(zone, Temporal.PlainDateTime.from(described.until), 'earlier');
  const handOffs: number[] = [];
  for (let turn = 0; (handOffs.at(-1) ?? 0) <= end; turn++)
    handOffs.push(
      keepsTheClock(hours)
        ? boundary(zone, first.add({ hours: turn * hours }), 'earlier')
        : from + turn * hours * hourMs,
    );
  const windows: [number, number][] = [];
  const day = Temporal.Instant.fromEpochMilliseconds(begin)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .subtract({ days: 3 });
  const days = Math.ceil((end - begin) / dayMs) + 6;
  for (let index = 0; index < days; index++) {
    const date = day.add({ days: index });
    for (const window of restrict) {
      if (!window.days.includes(date.dayOfWeek % 7)) continue;
      const wall = (on: Temporal.PlainDate, minutes: number) => on.toPlainDateTime().add({ minutes });
      windows.push([
        boundary(zone, wall(date, window.from), 'earlier'),
        boundary(zone, wall(window.to > window.from ? date : date.add({ days: 1 }), window.to), 'later'),
      ]);
    }
  }
  return (at) => {
    if (at < from || at >= until) return undefined;
    if (restrict.length > 0 && !windows.some(([opens, closes]) => opens <= at && at < closes)) return undefined;
    let turn = -1;
    while (handOffs[turn + 1]! <= at) turn += 1;
    return participants[turn % participants.length];
  };
}
