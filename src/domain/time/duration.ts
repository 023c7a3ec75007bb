/**
 * Owns lengths of time in words: `1h30m`, `2d`, `PT15M`, `3 response`, and instants of templates
 * such as `target - 5bd`. Knows nothing of calendars. Every parser answers a value or one sentence
 * that says what would be right.
 */
import type { AnchorName, InstantSpec, Length, Offset, OpensSpec } from '../model';
import { hourMs } from './instants';

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };
const ok = <T>(value: T): Parsed<T> => ({ ok: true, value });
const no = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

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
  if (!parts || parts.every((part) => part === undefined))
    return no(`expected ${durationForm}, found "${text.slice(0, 60)}"`);
  const [w, d, h, m, s] = parts.map((part) => Number(part ?? 0)) as [number, number, number, number, number];
  const ms = w * 7 * day + d * day + h * hour + m * minute + s * second;
  return ms > 0 ? ok(ms) : no(`expected a length above zero, found "${text}"`);
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

const businessHours = /^(\d{1,4}(?:\.\d{1,2})?)\s*bh$/;
const lengthForm = `${durationForm}, or business hours such as 4bh`;

/** A length of a severity: elapsed time, or business time such as `4bh` (R32). */
export function parseLength(text: unknown): Parsed<Length> {
  const written = typeof text === 'string' ? text : '';
  const hours = businessHours.exec(written)?.[1];
  if (hours !== undefined)
    return Number(hours) > 0
      ? ok({ n: Math.round(Number(hours) * hourMs), unit: 'bh' })
      : no(`expected a length above zero, found "${written}"`);
  const days = /^(\d{1,4})\s*bd$/.exec(written)?.[1];
  if (days !== undefined)
    return no(
      `a response or an interval counts in hours: write business hours, such as ${9 * Number(days)}bh for ${days === '1' ? 'a day' : `${days} days`} of 9 hours; found "${written}"`,
    );
  const elapsed = parseDuration(text);
  if (elapsed.ok) return ok({ n: elapsed.value, unit: 'ms' });
  return no(elapsed.message.replace(durationForm, lengthForm));
}

/**
 * As `parseLength`, or whole business days such as `2bd`: when an update is due that is due once.
 */
export function parseOnce(text: unknown): Parsed<Length> {
  const days = typeof text === 'string' ? /^(\d{1,3})\s*bd$/.exec(text.trim())?.[1] : undefined;
  return days !== undefined && Number(days) > 0 ? ok({ n: Number(days), unit: 'bd' }) : parseLength(text);
}

/** A length as a severity says it: `15m`, or `4bh` of business time. */
export function formatLength({ n, unit }: Length): string {
  if (unit === 'bd') return `${n}bd`;
  return unit === 'ms' ? formatDuration(n) : `${Math.round((n / hourMs) * 100) / 100}bh`;
}

const offsetForm = 'an amount such as 30m, 4h, 4bh, 2d, 2w, 5bd, 1 response or 0.4 interval';

/** A length as templates write it, unsigned. Fractions only of `response`, `interval` and `bh`. */
export function parseOffset(text: string): Parsed<Offset> {
  const unit = /^(\d{1,4}(?:\.\d{1,3})?)\s*(response|interval)$/.exec(text);
  if (unit) return ok({ n: Number(unit[1]), unit: unit[2] as 'response' | 'interval' });
  const days = /^(\d{1,4})\s*(bd|d|w)$/.exec(text);
  if (days)
    return ok(
      days[2] === 'bd'
        ? { n: Number(days[1]), unit: 'bd' }
        : { n: Number(days[1]) * (days[2] === 'w' ? 7 : 1), unit: 'd' },
    );
  const hours = businessHours.exec(text)?.[1];
  if (hours !== undefined) return ok({ n: Math.round(Number(hours) * hourMs), unit: 'bh' });
  const elapsed = parseDuration(text);
  return elapsed.ok && !/[dw]/i.test(text)
    ? ok({ n: elapsed.value, unit: 'ms' })
    : no(`expected ${offsetForm}, found "${text.slice(0, 60)}"`);
}

/** `<anchor>` or `<anchor> (+|-) <amount>`. `anchors`: the anchors that are allowed. */
export function parseAnchored(text: string, anchors: readonly string[]): Parsed<{ anchor: string; offset: Offset }> {
  const match = /^([a-z][a-z-]*)(?:\s+([+-])\s+(.+))?$/.exec(text.trim());
  const form = `<anchor> or <anchor> + <amount> (${offsetForm}), anchors: ${anchors.join(', ')}`;
  if (!match) return no(`expected ${form}; found "${text.slice(0, 60)}"`);
  const [, anchor, sign, amount] = match;
  if (!anchors.includes(anchor!)) return no(`unknown anchor "${anchor}"; expected one of ${anchors.join(', ')}`);
  if (sign === undefined) return ok({ anchor: anchor!, offset: { n: 0, unit: 'ms' } });
  const offset = parseOffset(amount!.trim());
  if (!offset.ok) return offset;
  const { n, unit } = offset.value;
  return ok({ anchor: anchor!, offset: { n: sign === '-' ? 0 - n : n, unit } });
}

/** An instant of a template, such as `declared + 3 response`. */
export function parseInstantSpec(text: string, anchors: readonly AnchorName[]): Parsed<InstantSpec> {
  return parseAnchored(text, anchors) as Parsed<InstantSpec>;
}

/** The value of `opens`: an instant, or `after <phase>`. */
export function parseOpens(text: string, anchors: readonly AnchorName[]): Parsed<OpensSpec> {
  const after = /^after\s+([a-z0-9][a-z0-9-]*)$/.exec(text.trim());
  return after ? ok({ after: after[1]! }) : parseInstantSpec(text, anchors);
}

/** When a rung fires, relative to its deadline: `due`, `due - 1bd`, `due + 0.2 interval`. */
export function parseRungAt(text: string): Parsed<Offset> {
  const parsed = parseAnchored(text, ['due']);
  return parsed.ok ? ok(parsed.value.offset) : parsed;
}
