/**
 * Owns the agreement within calendar.yaml: zones exist, windows are in order and apart, and each
 * day that is not weekend has hours. Each error says which form fits.
 */
import { dayMs, formatDuration, minuteMs } from '../../domain';
import { weekdayOf } from '../../domain/time/instants';
import { calendarNamed, daysOf, isDaily, listed, windowOf, windowsByDay, type Weekday } from '../compile/calendar';
import { isKnownZone, unknownZone } from '../compile/zone';
import type { CalendarFile, WindowsFile } from '../files/calendar-shapes';
import { weekdays } from '../files/field-shapes';
import type { ConfigError, Located } from '../files/yaml-file';

type Own = Partial<CalendarFile['calendars'][string]>;
type At = (keys: readonly PropertyKey[], message: string) => ConfigError;

/** Every error of calendar.yaml that the shape cannot find, of its named calendars too. */
export function checkCalendar({ value, at }: Located<CalendarFile>): ConfigError[] {
  const { calendars, ...top } = value;
  return [
    ...checkOne(top, value, undefined, at),
    ...(value.freezes ?? []).flatMap(({ from, to }, index) =>
      from <= to
        ? []
        : [at(['freezes', index, 'to'], `a freeze ends on the day on which it begins or later; it begins on ${from}`)],
    ),
    ...Object.entries(calendars).flatMap(([name, own]) =>
      checkOne(own, value, name, (keys, message) => at(['calendars', name, ...keys], message)),
    ),
  ];
}

// `own`: what the calendar states itself, where the errors stand.
function checkOne(own: Own, file: CalendarFile, name: string | undefined, at: At): ConfigError[] {
  const errors: ConfigError[] = [];
  const { zone, weekend, hours, holidays, 'half-days': halfDays } = own;
  if (zone !== undefined && !isKnownZone(zone)) errors.push(at(['zone'], unknownZone(zone)));
  const isWeekend = new Set(calendarNamed(file, name).weekend);
  if (isWeekend.size === 7) {
    if (weekend !== undefined)
      errors.push(at(['weekend'], 'a week needs at least one day that is not weekend, or nobody would ever work'));
  } else errors.push(...checkDays(own, calendarNamed(file, name).hours, isWeekend, at));
  if (hours !== undefined && isDaily(hours)) {
    if (hours.from >= hours.to) errors.push(at(['hours'], backward(`${hours.from}-${hours.to}`)));
  } else
    for (const [key, windows] of Object.entries(hours ?? {})) errors.push(...checkWindows(windows, ['hours', key], at));
  const usual = windowsByDay(calendarNamed(file, name).hours);
  for (const [date, windows] of Object.entries(halfDays ?? {})) {
    const faults = checkWindows(windows, ['half-days', date], at);
    errors.push(...(faults.length > 0 ? faults : checkHalfDay(date, windows, usual, isWeekend, at)));
    if (holidays?.includes(date))
      errors.push(at(['half-days', date], `${date} is a holiday as well; leave it out of holidays, or here`));
  }
  return errors;
}

// A half day stands for a longer one.
function checkHalfDay(
  date: string,
  windows: WindowsFile,
  usual: ReturnType<typeof windowsByDay>,
  isWeekend: ReadonlySet<Weekday>,
  at: At,
): ConfigError[] {
  const day = weekdays[weekdayOf(Date.parse(date) / dayMs)]!;
  const path = ['half-days', date];
  if (isWeekend.has(day))
    return [
      at(
        path,
        `${date} is a ${day}, which is weekend, when nobody works: leave it out here, or take ${day} out of weekend`,
      ),
    ];
  const [here, whole] = [minutesIn(listed(windows)), minutesIn(usual.get(day) ?? [])];
  return whole > 0 && here > whole
    ? [
        at(
          path,
          `a half day is no longer than the day it stands for: ${date} has ${hoursWords(here)} here, and each ${day} has ${hoursWords(whole)}`,
        ),
      ]
    : [];
}
const minutesIn = (windows: readonly string[]) => windows.map(windowOf).reduce((sum, [from, to]) => sum + to - from, 0);
const hoursWords = (minutes: number) => formatDuration(minutes * minuteMs);

// A day is weekend or has hours, and has them once.
function checkDays(
  { hours, weekend }: Own,
  whole: CalendarFile['hours'],
  isWeekend: ReadonlySet<Weekday>,
  at: At,
): ConfigError[] {
  const errors: ConfigError[] = [];
  const seen = new Map<Weekday, string>();
  for (const key of hours === undefined || isDaily(hours) ? [] : Object.keys(hours))
    for (const day of daysOf(key)) {
      const before = seen.get(day);
      if (before !== undefined)
        errors.push(at(['hours', key], `${day} has hours under ${before} already; a day stands under one key`));
      else if (isWeekend.has(day))
        errors.push(
          at(
            ['hours', key],
            `${day} is weekend, when nobody works: leave it out here, or write weekend: [${[...isWeekend].filter((one) => one !== day).join(', ')}]`,
          ),
        );
      seen.set(day, key);
    }
  const byDay = windowsByDay(whole);
  const missing = weekdays.filter((day) => !isWeekend.has(day) && !byDay.has(day));
  if (missing.length > 0 && (hours !== undefined || weekend !== undefined))
    errors.push(
      at(
        [hours === undefined ? 'weekend' : 'hours'],
        `no hours for ${missing.join(', ')}: write ${missing[0]!}: "09:00-17:00" under hours, or name the day under weekend`,
      ),
    );
  return errors;
}

function checkWindows(windows: WindowsFile, path: readonly PropertyKey[], at: At): ConfigError[] {
  const errors: ConfigError[] = [];
  const place = (index: number) => (typeof windows === 'string' ? path : [...path, index]);
  const forward: { readonly text: string; readonly from: number; readonly to: number }[] = [];
  listed(windows).forEach((text, index) => {
    const [from, to] = windowOf(text);
    const across = forward.find((other) => from < other.to && other.from < to);
    if (from >= to) errors.push(at(place(index), backward(text)));
    else if (across) {
      const [first, last] = [across.from < from ? across.text : text, across.to > to ? across.text : text];
      errors.push(
        at(place(index), `"${text}" overlaps "${across.text}"; write "${first.slice(0, 5)}-${last.slice(6)}"`),
      );
    } else forward.push({ text, from, to });
  });
  return errors;
}

function backward(window: string): string {
  const [from, to] = [window.slice(0, 5), window.slice(6)];
  return from === to
    ? `"${window}" has no length; the whole day is "00:00-24:00"`
    : `working hours must begin before they end; hours over midnight are two windows: "${from}-24:00", and "00:00-${to}" on the next day`;
}
