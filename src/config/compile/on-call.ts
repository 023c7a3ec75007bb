/**
 * Owns how on-call.yaml becomes schedules that need no zone database, and the rules for the file:
 * people and zones exist, dates and times occur exactly once. Knows nothing of who is on call when.
 */
import {
  dayMs,
  hourMs,
  minuteMs,
  listOf,
  processRoles,
  unknownName,
  type Instant,
  type Layer,
  type Schedule,
} from '../../domain';
import { instantOf } from '../../domain/time/calendar';
import { weekdayOf } from '../../domain/time/instants';
import { given } from '../../given';
import { calendarNamed, compileHours, daysOf, minutesOf, unknownCalendar, type Weekday } from './calendar';
import { compileZone, isKnownZone, unknownZone } from './zone';
import type { CalendarFile } from '../files/calendar-shapes';
import { weekdays } from '../files/field-shapes';
import type { LayerFile, OnCallFile, ScheduleFile } from '../files/on-call-shapes';
import type { ConfigError, Located } from '../files/yaml-file';

/** A wall time and its instant in UTC never lie further apart. */
const aroundMs = 3 * dayMs;

/**
 * The schedules by id, their zones compiled until `until` (epoch ms). `calendar`: its zone is for
 * schedules that name no zone, its calendars are those that layers name.
 */
export function compileSchedules(file: OnCallFile, calendar: CalendarFile, until: Instant): Record<string, Schedule> {
  return Object.fromEntries(
    Object.entries(file.schedules).map(([id, schedule]) => [id, compileSchedule(id, schedule, calendar, until)]),
  );
}

function compileSchedule(id: string, file: ScheduleFile, calendar: CalendarFile, until: Instant): Schedule {
  const zone = file.zone ?? calendar.zone;
  const bare = file.layers.map((layer) => compileLayer(layer, zoneOf(layer, calendar) ?? zone));
  const from = Math.min(...bare.map((layer) => layer.from)) - aroundMs;
  const far = Math.max(from, until) + aroundMs;
  const layers = bare.map((layer, index): Layer => {
    const written = file.layers[index]!;
    const own = zoneOf(written, calendar);
    return {
      ...layer,
      ...given({
        zone: own === undefined || own === zone ? undefined : compileZone(own, from, far),
        hours:
          written.calendar === undefined
            ? undefined
            : compileHours(calendarNamed(calendar, written.calendar), from, far),
      }),
    };
  });
  return { id, name: file.name, zone: compileZone(zone, from, far), layers, ...given({ roles: file.roles }) };
}

// R32. Undefined: the zone of the schedule, or of a calendar that does not exist.
function zoneOf({ zone, calendar: name }: LayerFile, calendar: CalendarFile): string | undefined {
  if (zone !== undefined || name === undefined) return zone;
  return Object.hasOwn(calendar.calendars, name) ? calendarNamed(calendar, name).zone : undefined;
}

function compileLayer(file: LayerFile, zone: string): Layer {
  const { rotation, until } = file;
  const wall = wallOf(rotation.from, rotation['hand-off']);
  const hours = hoursOf(rotation.every);
  const ms = hours * hourMs;
  return {
    name: file.name,
    from: instantAt(zone, wall).at,
    ...(until === undefined ? {} : { until: instantAt(zone, endOf(file)).at }),
    // A day is not always 24 hours long: only turns that come at the same times every day can
    // follow the clock.
    turn: hours % 24 === 0 || 24 % hours === 0 ? { kind: 'wall', wall, ms } : { kind: 'elapsed', ms },
    participants: file.participants,
    restrict: file.restrict.map(({ days, from, to }) => ({
      days: daysNamed(days).map((day) => weekdays.indexOf(day)),
      from: minutesOf(from),
      to: minutesOf(to),
    })),
  };
}

function daysNamed(days: LayerFile['restrict'][number]['days']): readonly Weekday[] {
  return days === undefined ? weekdays : [...new Set([days].flat().flatMap(daysOf))];
}

function hoursOf(every: string): number {
  const unit = { h: 1, d: 24, w: 168 }[every.slice(-1) as 'h' | 'd' | 'w'];
  return Number(every.slice(0, -1)) * unit;
}
/** Ms since 1970-01-01T00:00 on the wall clock. */
function wallOf(date: string, clock: string): number {
  return Date.parse(`${date}T00:00:00Z`) + minutesOf(clock) * minuteMs;
}
function endOf({ until = '', rotation }: LayerFile): number {
  return wallOf(until.slice(0, 10), until.slice(11) || rotation['hand-off']);
}
function instantAt(zone: string, wall: number): ReturnType<typeof instantOf> {
  const day = Math.floor(wall / dayMs);
  return instantOf(compileZone(zone, wall - aroundMs, wall + aroundMs), { day, ms: wall - day * dayMs });
}

// --- Checks --------------------------------------------------------------------------------------

/** The people, and the other names that a ladder or a slot may use. */
export interface OnCallNames {
  readonly people: readonly string[];
  /** The people who have an entry under `reach`. */
  readonly reached: readonly string[];
  readonly roles: readonly string[];
  readonly taken: readonly string[];
}

/**
 * Every error in on-call.yaml that the shape cannot find. `calendar`: undefined when the calendar
 * itself has errors.
 */
export function checkOnCall(
  onCall: Located<OnCallFile>,
  names: OnCallNames,
  calendar: CalendarFile | undefined,
): ConfigError[] {
  return Object.entries(onCall.value.schedules).flatMap(([id, schedule]) => {
    const path = ['schedules', id];
    const zone = schedule.zone ?? calendar?.zone;
    const zoneIn = (layer: LayerFile) =>
      (calendar ? zoneOf(layer, calendar) : layer.zone) ?? (onCall.isSure([...path, 'zone']) ? zone : undefined);
    const clockIn = (name: string | undefined) => (name !== undefined && isKnownZone(name) ? name : undefined);
    const unknown = (name: string | undefined, where: readonly PropertyKey[]) =>
      name === undefined || isKnownZone(name) ? [] : [onCall.at([...where, 'zone'], unknownZone(name))];
    return [
      ...checkId(onCall, id, names),
      ...checkRoles(onCall, id, schedule, names),
      ...unknown(schedule.zone, path),
      ...schedule.layers.flatMap((layer, index) => [
        ...(schedule.layers.findIndex(({ name }) => name === layer.name) < index
          ? [onCall.at([...path, 'layers', index, 'name'], `another layer is called ${layer.name} already`)]
          : []),
        ...unknown(layer.zone, [...path, 'layers', index]),
        ...checkCalendarOf(onCall, [...path, 'layers', index], layer, calendar),
        ...checkParticipants(onCall, [...path, 'layers', index], layer, names),
        ...(onCall.isSure([...path, 'layers', index])
          ? checkTimesOf(onCall, [...path, 'layers', index], layer, clockIn(zoneIn(layer)))
          : []),
      ]),
    ];
  });
}

function checkId(onCall: Located<OnCallFile>, id: string, { people, roles, taken }: OnCallNames): ConfigError[] {
  const means = people.includes(id) ? 'a person' : roles.includes(id) || taken.includes(id) ? 'a role' : undefined;
  return means === undefined
    ? []
    : [onCall.at(['schedules', id], `"${id}" is the name of ${means}; a schedule needs an id of its own`)];
}

// R35: a role may be held by people and by schedules, but no name may mean two things in a ladder.
function checkRoles(
  onCall: Located<OnCallFile>,
  id: string,
  { roles = [] }: ScheduleFile,
  { people, taken }: OnCallNames,
): ConfigError[] {
  const other = taken.filter((name) => !processRoles.some((role) => role === name));
  return roles.flatMap((role, index) => {
    const means = people.includes(role) ? 'a person' : other.includes(role) ? 'a recipient of ladders' : undefined;
    if (means === undefined) return [];
    return [onCall.at(['schedules', id, 'roles', index], `"${role}" is the name of ${means}; expected a role`)];
  });
}

function checkCalendarOf(
  { at }: Located<OnCallFile>,
  path: readonly PropertyKey[],
  { calendar: name }: LayerFile,
  calendar: CalendarFile | undefined,
): ConfigError[] {
  if (name === undefined || calendar === undefined || Object.hasOwn(calendar.calendars, name)) return [];
  return [at([...path, 'calendar'], unknownCalendar(name, Object.keys(calendar.calendars)))];
}

function checkParticipants(
  { at }: Located<OnCallFile>,
  path: readonly PropertyKey[],
  layer: LayerFile,
  { people, reached }: OnCallNames,
): ConfigError[] {
  const errors = layer.participants.flatMap((turn, index) =>
    listOf(turn).flatMap((person, place) =>
      reached.includes(person)
        ? []
        : [
            at(
              [...path, 'participants', index, ...(typeof turn === 'string' ? [] : [place])],
              people.includes(person) ? unreachable(person) : unknownName('person', person, people),
            ),
          ],
    ),
  );
  layer.participants.forEach((turn, index) =>
    listOf(turn).forEach((person, place, all) => {
      if (all.indexOf(person) < place)
        errors.push(at([...path, 'participants', index, place], `${person} is listed twice in one turn`));
    }),
  );
  return errors;
}

function checkTimesOf(
  { at }: Located<OnCallFile>,
  path: readonly PropertyKey[],
  layer: LayerFile,
  zone: string | undefined,
): ConfigError[] {
  const { rotation } = layer;
  const where = (...keys: PropertyKey[]) => [...path, ...keys];
  const errors: ConfigError[] = [];
  if (rotation['hand-off'] === '24:00')
    errors.push(at(where('rotation', 'hand-off'), 'expected a time of day such as "00:00", at which a day begins'));
  if (rotation.on !== undefined) errors.push(...checkWeekday(at, where('rotation', 'on'), rotation));
  layer.restrict.forEach((window, index) => {
    if (window.from === '24:00')
      errors.push(
        at(where('restrict', index, 'from'), 'expected a time of day such as "00:00", at which a day begins'),
      );
  });
  const begins = wallOf(rotation.from, rotation['hand-off']);
  if (layer.until !== undefined && endOf(layer) <= begins)
    errors.push(at(where('until'), 'a layer must end after its first hand-off'));
  if (zone === undefined) return errors;
  errors.push(...checkTime(at, where('rotation', 'hand-off'), zone, begins));
  if (layer.until !== undefined) errors.push(...checkTime(at, where('until'), zone, endOf(layer)));
  return errors;
}

function checkWeekday(
  at: Located<OnCallFile>['at'],
  path: readonly PropertyKey[],
  { every, on, from }: LayerFile['rotation'],
): ConfigError[] {
  if (!every.endsWith('w')) return [at(path, `on is for rotations by weeks; this one is every ${every}`)];
  const day = Date.parse(from) / dayMs;
  const found = weekdays[weekdayOf(day)]!;
  if (found === on) return [];
  const next = Array.from({ length: 7 }, (_, index) => day + index).find((one) => weekdays[weekdayOf(one)] === on)!;
  const date = new Date(next * dayMs).toISOString().slice(0, 10);
  return [at(path, `the first hand-off, ${from}, is a ${found}; write from: ${date}, or on: ${found}`)];
}

/** The error of a written time that does not occur exactly once on the clock of `zone`. */
export function checkTime(
  at: Located<OnCallFile>['at'],
  path: readonly PropertyKey[],
  zone: string,
  wall: number,
): ConfigError[] {
  const { kind } = instantAt(zone, wall);
  if (kind === 'unique') return [];
  const time = new Date(wall).toISOString().slice(0, 16);
  return [
    at(
      path,
      kind === 'gap'
        ? `${time} does not exist in ${zone}, where the clocks go forward then; choose another day or time`
        : `${time} happens twice in ${zone}, where the clocks go back then; choose another day or time`,
    ),
  ];
}

/** The error for a person who is on call and has no channel. */
export function unreachable(person: string): string {
  return `${person} is on call but cannot be reached: write people.${person}.reach in people.yaml`;
}
