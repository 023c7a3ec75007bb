/**
 * Owns how a zone becomes plain data that needs no zone database (T12). The only user of
 * temporal-polyfill.
 */
import { Temporal } from 'temporal-polyfill';
import type { CompiledZone, Instant } from '../../domain';
import { dayMs, nearest, own } from '../../domain';

interface Transition {
  readonly at: Instant;
  readonly offset: number;
}
/**
 * The clock changes of a zone that were looked up so far. The range grows on demand, because each
 * change costs a millisecond.
 */
interface Known {
  readonly from: Instant;
  readonly until: Instant;
  readonly offset: number;
  readonly transitions: readonly Transition[];
}
const known = new Map<string, Known>();
/**
 * A longer range is not kept: a time in the year 9999 must not cost eight thousand years of
 * changes.
 */
const longestKnownMs = 60 * 366 * dayMs;

/** True for the name of a zone that this Node knows. */
export function isKnownZone(zone: string): boolean {
  try {
    // Temporal also accepts a whole instant, such as 2026-01-01T00:00[Europe/Athens], and takes the
    // zone out of it. The code that shows times needs a plain name.
    new Intl.DateTimeFormat('en', { timeZone: zone });
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return !/^[+-]\d/.test(zone) && cityOf(zone) === undefined;
  } catch {
    return false;
  }
}

// Some abbreviations are zones of their own to a computer, and keep one offset all year.
const cities: Readonly<Record<string, string>> = {
  BST: 'Europe/London',
  CET: 'Europe/Paris',
  CST: 'America/Chicago',
  EET: 'Europe/Athens',
  EST: 'America/New_York',
  HST: 'Pacific/Honolulu',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  MET: 'Europe/Berlin',
  MST: 'America/Denver',
  PST: 'America/Los_Angeles',
  WET: 'Europe/Lisbon',
};
/** A city with the clock that an abbreviation such as EST or CST6CDT means; else undefined. */
function cityOf(zone: string): string | undefined {
  const [, standard = ''] = /^([A-Z]{3})(?:\d[A-Z]{3})?$/.exec(zone.toUpperCase()) ?? [];
  return own(cities, standard);
}

/** The words for a zone that nobody knows, or that is an abbreviation. */
export function unknownZone(zone: string): string {
  const city = cityOf(zone);
  if (city !== undefined)
    return `"${zone}" is an abbreviation, which says nothing of summer and winter; expected a city, such as ${city}`;
  const close = nearest(zone, Intl.supportedValuesOf('timeZone'), 1);
  return close.length > 0
    ? `unknown time zone "${zone}"; did you mean ${close[0]}?`
    : `unknown time zone "${zone}"; expected an IANA name such as Europe/Athens`;
}

/** The clock changes of `zone` from `from` to `until` (epoch ms). */
export function compileZone(zone: string, from: Instant, until: Instant): CompiledZone {
  const found = reaching(zone, from, until);
  const before = found.transitions.filter(({ at }) => at <= from).at(-1);
  return {
    zone,
    from,
    until,
    offset: before?.offset ?? found.offset,
    transitions: found.transitions.filter(({ at }) => at > from && at <= until),
  };
}

function reaching(zone: string, from: Instant, until: Instant): Known {
  const before = known.get(zone);
  if (before && before.from <= from && before.until >= until) return before;
  const wanted = { from: Math.min(from, before?.from ?? from), until: Math.max(until, before?.until ?? until) };
  if (wanted.until - wanted.from > longestKnownMs) return { from, until, ...look(zone, from, until) };
  const found = { ...wanted, ...look(zone, wanted.from, wanted.until) };
  known.set(zone, found);
  return found;
}

function look(zone: string, from: Instant, until: Instant): Pick<Known, 'offset' | 'transitions'> {
  const offsetOf = (moment: Temporal.ZonedDateTime) => Math.round(moment.offsetNanoseconds / 1e6);
  let moment = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  const offset = offsetOf(moment);
  const transitions: Transition[] = [];
  for (;;) {
    const next = moment.getTimeZoneTransition('next');
    if (!next || next.epochMilliseconds > until) return { offset, transitions };
    transitions.push({ at: next.epochMilliseconds, offset: offsetOf(next) });
    moment = next;
  }
}
