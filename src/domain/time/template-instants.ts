/**
 * Owns the notation in which templates write instants and amounts, such as `declared + 3 response`
 * or `target - 3w at 10:00` (R31): what it means, and how it is written. Knows nothing of calendars
 * and of which anchor exists when (deadlines/due.ts).
 */
import type { Anchor, AnchorName, ClockTime, InstantSpec, Offset, OpensSpec, Step } from '../model';
import { unknownName } from '../text/nearest';
import {
  businessHours,
  businessLimit,
  formatDuration,
  formatLength,
  no,
  ok,
  parseDuration,
  type Parsed,
} from './duration';
import { hourMs } from './instants';

const offsetForm = 'an amount such as 30m, 4h, 4bh, 2d, 2w, 5bd, 13d 3h, 1 response or 0.4 interval';
// What is combined is added in this order: first what keeps the wall-clock time (R31).
const unitOrder: readonly Step['unit'][] = ['d', 'bd', 'response', 'interval', 'bh', 'ms'];

/**
 * A length as templates write it, unsigned; several units stand apart: `13d 3h`. Fractions only of
 * `response`, `interval` and `bh`.
 */
export function parseOffset(text: string): Parsed<Offset> {
  const amounts = new Map<Step['unit'], number>();
  for (const word of text.replace(/(\d)\s+(response|interval|bh|bd|d|w)\b/g, '$1$2').split(/\s+/)) {
    const step = parseStep(word);
    if (!step.ok) return no(businessLimit(word) ?? `expected ${offsetForm}, found "${text.slice(0, 60)}"`);
    amounts.set(step.value.unit, (amounts.get(step.value.unit) ?? 0) + step.value.n);
  }
  const [first, ...and] = unitOrder.flatMap((unit): Step[] => {
    const n = amounts.get(unit);
    return n === undefined ? [] : [{ n, unit }];
  });
  return ok({ ...first!, ...(and.length === 0 ? {} : { and }) });
}

function parseStep(text: string): Parsed<Step> {
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
  return elapsed.ok && !/[dw]/i.test(text) ? ok({ n: elapsed.value, unit: 'ms' }) : no(offsetForm);
}

/** What an instant of a template may count from: the anchors of its kind, its phases and items. */
export interface KnownAnchors {
  readonly names: readonly AnchorName[];
  readonly phases: readonly string[];
  readonly items: readonly string[];
}

const anchored = /^(?:(opened|item)\s+)?([a-z0-9][a-z0-9-]*)(?:\s+([+-])\s+(.+?))?(?:\s+at\s+(.+))?$/;
interface Written {
  readonly word: string | undefined;
  readonly name: string;
  readonly offset: Offset;
}
// `<anchor>`, then perhaps an amount and a time of day.
function parseAnchored(text: string, form: string): Parsed<Written> {
  const match = anchored.exec(text.trim());
  if (!match) return no(`expected ${form}; found "${text.slice(0, 60)}"`);
  const [, word, name, sign, amount, time] = match;
  const offset: Parsed<Offset> = sign === undefined ? ok({ n: 0, unit: 'ms' }) : parseOffset(amount!.trim());
  if (!offset.ok) return offset;
  const clock = time === undefined ? undefined : parseClock(time.trim());
  if (clock?.ok === false) return clock;
  const signed = sign === '-' ? negative(offset.value) : offset.value;
  return ok({ word, name: name!, offset: clock === undefined ? signed : { ...signed, clock: clock.value } });
}

function negative({ n, unit, and }: Offset): Offset {
  const first: Offset = { n: 0 - n, unit };
  return and === undefined ? first : { ...first, and: and.map((step) => ({ n: 0 - step.n, unit: step.unit })) };
}

function parseClock(text: string): Parsed<ClockTime> {
  if (text === 'start of day' || text === 'end of day') return ok(text);
  const time = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return time
    ? ok(Number(time[1]) * 60 + Number(time[2]))
    : no(
        `expected a time of day such as "at 10:00", "at start of day" or "at end of day", found "at ${text.slice(0, 40)}"`,
      );
}

/** An instant of a template, such as `declared + 3 response` or `target - 3w at 10:00`. */
export function parseInstantSpec(text: string, { names, phases, items }: KnownAnchors): Parsed<InstantSpec> {
  const others = '<phase> (its completion), opened <phase>, item <id>';
  const read = parseAnchored(
    text,
    `<anchor> or <anchor> + <amount> (${offsetForm}), and perhaps "at 10:00"; anchors: ${names.join(', ')}, ${others}`,
  );
  if (!read.ok) return read;
  const { word, name, offset } = read.value;
  if (word === 'item')
    return items.includes(name) ? ok({ anchor: { item: name }, offset }) : no(unknownName('item', name, items));
  if (word === 'opened')
    return phases.includes(name) ? ok({ anchor: { opened: name }, offset }) : no(unknownName('phase', name, phases));
  const anchor = names.find((known) => known === name);
  if (anchor !== undefined) return ok({ anchor, offset });
  if (phases.includes(name)) return ok({ anchor: { phase: name }, offset });
  return no(`unknown anchor "${name}"; expected one of ${names.join(', ')}, or ${others}`);
}

/** The value of `opens`: an instant, or `after <phase>`. */
export function parseOpens(text: string, anchors: KnownAnchors): Parsed<OpensSpec> {
  const after = /^after\s+([a-z0-9][a-z0-9-]*)$/.exec(text.trim());
  if (after) return ok({ after: after[1]! });
  const instant = parseInstantSpec(text, anchors);
  return instant.ok ? instant : no(`${instant.message}; or "after <phase>", when another phase is complete`);
}

/** When a rung fires, relative to its deadline: `due`, `due - 1bd`, `due + 0.2 interval`. */
export function parseRungAt(text: string): Parsed<Offset> {
  const read = parseAnchored(text, `due or due + <amount> (${offsetForm}), and perhaps "at 10:00"`);
  if (!read.ok) return read;
  const { word, name, offset } = read.value;
  return word === undefined && name === 'due'
    ? ok(offset)
    : no(`unknown anchor "${word === undefined ? name : `${word} ${name}`}"; a rung counts from due`);
}

/** An instant in the notation of templates, such as `due - 0.4 response` or `deployed + 24h`. */
export function instantWords(anchor: Anchor | 'due', { n, unit, and = [], clock }: Offset): string {
  const steps = [{ n, unit }, ...and].filter((step) => step.n !== 0);
  const amount = steps.map(amountWords).join(' ');
  const counted =
    steps.length === 0 ? anchorWords(anchor) : `${anchorWords(anchor)} ${steps[0]!.n < 0 ? '-' : '+'} ${amount}`;
  return clock === undefined ? counted : `${counted} at ${clockWords(clock)}`;
}
/** What a template says of an instant; undefined when it says nothing. */
export function specWords(spec: OpensSpec | undefined): string | undefined {
  if (spec === undefined) return undefined;
  return 'after' in spec ? `after ${spec.after}` : instantWords(spec.anchor, spec.offset);
}

/** What an instant counts from, as templates write it. */
export function anchorWords(anchor: Anchor | 'due'): string {
  if (typeof anchor === 'string') return anchor;
  if ('phase' in anchor) return anchor.phase;
  return 'item' in anchor ? `item ${anchor.item}` : `opened ${anchor.opened}`;
}
function amountWords({ n, unit }: Step): string {
  const size = Math.abs(n);
  if (unit === 'ms') return elapsed(size);
  if (unit === 'bh') return formatLength({ n: size, unit });
  return unit === 'd' || unit === 'bd' ? `${size}${unit}` : `${size} ${unit}`;
}
const two = (count: number) => `${count}`.padStart(2, '0');
function clockWords(clock: ClockTime): string {
  return typeof clock === 'string' ? clock : `${two(Math.floor(clock / 60))}:${two(clock % 60)}`;
}
// Never in days, because `d` means days of the calendar and not elapsed time.
function elapsed(ms: number): string {
  const hours = Math.floor(ms / hourMs);
  const rest = ms % hourMs;
  return (hours > 0 ? `${hours}h` : '') + (rest > 0 || hours === 0 ? formatDuration(rest) : '');
}
