/**
 * Owns lengths of time in words: `1h30m`, `2d`, `PT15M`, `4bh`. Knows nothing of calendars, nor of
 * the instants of templates (template-instants.ts). Every parser answers a value or one sentence
 * that says what would be right.
 */
import type { Length } from '../model';
import { hourMs } from './instants';

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };
export const ok = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const no = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const durationForm = 'a duration such as 30s, 5m, 1h30m, 2d or PT15M';

/** An elapsed length in ms; a day counts 24 hours here. A bare number is refused. */
export function parseDuration(text: unknown): Parsed<number> {
  if (typeof text !== 'string')
    return no(
      `expected ${durationForm} in quotes, found ${typeof text === 'number' ? `the bare number ${text}` : typeof text}`,
    );
  const short = /^(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,8})s)?$/.exec(text);
  const long = /^P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,8})S)?)?$/.exec(text);
  const parts = (short ?? long)?.slice(1);
  if (/^\d+(\.\d+)?\s*b[dh]$/.test(text))
    return no(`only elapsed time counts here, such as 8h or 1d, and no business time; found "${text.slice(0, 60)}"`);
  if (!parts || parts.every((part) => part === undefined))
    return no(`expected ${durationForm}, found "${text.slice(0, 60)}"`);
  const [w, d, h, m, s] = parts.map((part) => Number(part ?? 0)) as [number, number, number, number, number];
  const ms = w * 7 * day + d * day + h * hour + m * minute + s * second;
  return ms > 0 ? ok(ms) : no(`expected a length above zero, found "${text}"`);
}

/** A length that was read from `text`, refused when it is shorter than `least` (ms). */
export function atLeast(read: Parsed<number>, least: number, text: unknown): Parsed<number> {
  return read.ok && read.value < least
    ? no(`expected at least ${formatDuration(least)}, found "${String(text)}"`)
    : read;
}

/** For people: the two largest units, such as `4m 30s` or `3d 4h`; under a second `0s`. */
export function formatDuration(ms: number): string {
  let rest = Math.floor(Math.abs(ms) / second);
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0s' : parts.join(' ');
}

export const businessHours = /^(\d{1,4}(?:\.\d{1,2})?)\s*bh$/;
/** What is wrong with business time that is written well and beyond what is read, or undefined. */
export function businessLimit(text: string): string | undefined {
  return /^\d+(\.\d+)?\s*b[hd]$/.test(text)
    ? `business time goes from 0.01bh to 9999bh in steps of 0.01bh, and from 1bd to 999bd in whole days; found "${text.slice(0, 60)}"`
    : undefined;
}
const lengthForm = `${durationForm}, or business hours such as 4bh`;

/** A length of a severity: elapsed time, or business time such as `4bh` or `2bd` (R32, R38). */
export function parseLength(text: unknown): Parsed<Length> {
  const written = typeof text === 'string' ? text.trim() : '';
  const business = /^(\d{1,3})\s*b(d)$/.exec(written) ?? businessHours.exec(written);
  if (business !== null) {
    const [, count, days] = business;
    if (Number(count) === 0) return no(`expected a length above zero, found "${written}"`);
    return ok(days ? { n: Number(count), unit: 'bd' } : { n: Math.round(Number(count) * hourMs), unit: 'bh' });
  }
  const elapsed = parseDuration(text);
  if (elapsed.ok) return ok({ n: elapsed.value, unit: 'ms' });
  return no(businessLimit(written) ?? elapsed.message.replace(durationForm, lengthForm));
}

/** A length as a severity says it: `15m`, or `4bh` of business time. */
export function formatLength({ n, unit }: Length): string {
  if (unit === 'bd') return `${n}bd`;
  return unit === 'ms' ? formatDuration(n) : `${Math.round((n / hourMs) * 100) / 100}bh`;
}
