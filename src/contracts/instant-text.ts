/**
 * Owns how an instant is written, also inside a sentence: RFC 3339 with an offset, a wall-clock
 * time without an offset, or a length from now. Plain code, fit for workflows. Knows no zone: only
 * a calendar can say which instant a wall-clock time is.
 */

import { textRules } from './field-rules';

const { duration } = textRules;

/**
 * The time that a text states: an instant (epoch ms), or a wall-clock time (ms since
 * 1970-01-01T00:00 on that clock).
 */
export type WrittenTime =
  { readonly kind: 'instant'; readonly at: number } | { readonly kind: 'local'; readonly wall: number };

const form = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):(\d\d))?$/;

/**
 * Reads `text`; undefined when `text` is no such time, such as 30 February, 24:00 or a leap second.
 * Digits below a millisecond are cut off.
 */
export function readTime(text: string): WrittenTime | undefined {
  const found = form.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? '0')) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const fraction = Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'));
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    return undefined;
  const wall = utc(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
  if (found[8] !== undefined) return { kind: 'instant', at: wall };
  if (found[9] === undefined) return { kind: 'local', wall };
  const [hours, minutes] = [Number(found[10]), Number(found[11])];
  if (hours > 23 || minutes > 59) return undefined;
  const offset = (hours * 60 + minutes) * 60_000 * (found[9] === '-' ? -1 : 1);
  const at = wall - offset;
  return inFourDigitYears(at) ? { kind: 'instant', at } : undefined;
}

/** True when `text` is a date that exists, such as `2026-12-07`. */
export function isDate(text: string): boolean {
  return text.length === 10 && readTime(`${text}T00:00`) !== undefined;
}

/**
 * Reads a length from now, such as `30m`, `+1h30m` or `10m ago`: the length as written, and its
 * direction. undefined when `text` is no such length.
 */
export function readFromNow(text: string): { readonly length: string; readonly isPast: boolean } | undefined {
  const [, length, ago] = /^\+?(\S+?)( ago)?$/.exec(text) ?? [];
  if (length === undefined || length.length > duration.max || !duration.pattern.test(length)) return undefined;
  return { length, isPast: ago !== undefined };
}

/**
 * `text` with each instant in it (RFC 3339, UTC) as `show` writes it. A time that does not exist
 * stays as it is, because people may write anything.
 */
export function showInstants(text: string, show: (instant: string) => string): string {
  return text.replace(standingAlone, (found) => (readTime(found) === undefined ? found : show(found)));
}
// An instant inside an address or the name of a file has to stay as it is.
const standingAlone = /(?<![^\s([{"'])\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z(?![\w/-]|\.\w)/g;

// Date.UTC takes the years 0 to 99 for 1900 to 1999.
function utc(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}
function daysIn(year: number, month: number): number {
  // Day 0 of the following month.
  return new Date(utc(year, month + 1, 0)).getUTCDate();
}
function inFourDigitYears(at: number): boolean {
  const year = new Date(at).getUTCFullYear();
  return year >= 0 && year <= 9999;
}
