/**
 * Owns the book of overrides: who stands in when, which orders are accepted, which override is
 * newer (R20), and which overrides are forgotten. Pure. Knows no schedule and no person: the
 * callers know the configuration and check that both exist.
 */
import type { Instant, Override, Refused } from '../model';
import { malformed, refused } from '../text/refused';
import { dayMs, iso } from '../time/instants';
import { given } from '../../given';

/** The whole book as plain JSON. */
export interface OverrideBook {
  /** The number of the next override. */
  readonly number: number;
  /** Ascending by `from`. */
  readonly overrides: readonly Override[];
  /** The latest orders, so that a repeated order is carried out once. */
  readonly answered: readonly (OverrideAnswer & { readonly key: string })[];
}
export interface OverrideAnswer {
  readonly override: Override;
  /**
   * The fingerprint of the order that was answered first. The caller compares fingerprints, to find
   * a key that was used for another order.
   */
  readonly fingerprint: string;
}
interface Order {
  readonly key: string;
  readonly fingerprint: string;
  readonly by: string;
}
export interface AddOverride extends Order {
  readonly schedule: string;
  readonly person: string;
  /** Now, when absent or past: an override does not change the past. */
  readonly from?: Instant;
  readonly to: Instant;
  readonly replaces?: string;
  readonly reason?: string;
}
export interface RemoveOverride extends Order {
  readonly id: string;
}
export type Booked = { readonly ok: true; readonly book: OverrideBook; readonly answer: OverrideAnswer } | Refused;

/**
 * `aheadDays`: how far ahead an override may end. `keptDays`: for how long an ended override is
 * kept. `mostAhead`: how many overrides may lie ahead.
 */
const aheadDays = 400;
const keptDays = 400;
const mostAhead = 500;
/**
 * How many ended overrides are kept. An override weighs 1.4 KB at the most, and Temporal takes 2 MB
 * as a memo or as the input of the next run.
 */
const mostPast = 300;
const rememberedOrders = 200;

export const emptyBook: OverrideBook = { number: 1, overrides: [], answered: [] };

/**
 * Enters an override. It is laid over older ones of the same schedule, which go on around it; the
 * overlap of a person with their own override extends that one (R20).
 */
export function addOverride(book: OverrideBook, order: AddOverride, now: Instant): Booked {
  const before = answeredBefore(book, order.key);
  if (before) return { ok: true, book, answer: before };
  const { key, fingerprint, schedule, person, to, replaces, reason, by } = order;
  const from = Math.max(order.from ?? now, now);
  if (order.from !== undefined && to <= order.from) return malformed('to', 'expected an instant after from');
  if (to <= now) return malformed('to', 'expected an instant that lies ahead');
  if (to > now + aheadDays * dayMs) return malformed('to', `expected an instant within ${aheadDays} days`);
  if (replaces === person) return malformed('replaces', 'nobody replaces themselves');
  const made = { schedule, person, from, to, ...given({ replaces, reason }), by, at: now };
  const own = extended(book.overrides, made);
  if (own !== undefined) {
    const override = { ...own, ...made, from: Math.min(own.from, from), to: Math.max(own.to, to) };
    const others = book.overrides.filter((other) => other !== own);
    return booked(book, [...others, override], { key, fingerprint, override }, now);
  }
  if (book.overrides.filter((other) => other.to > now).length >= mostAhead)
    return refused('too-many-overrides', `${mostAhead} overrides lie ahead already; remove some first`);
  const override: Override = { id: `ov-${book.number}`, ...made };
  return booked(
    { ...book, number: book.number + 1 },
    [...book.overrides, override],
    { key, fingerprint, override },
    now,
  );
}

/**
 * R20: the override of the same person that `made` extends. None when a newer override overlaps the
 * time of both: the newer one, or the new order, would lose its place on top.
 */
function extended(overrides: readonly Override[], made: Omit<Override, 'id'>): Override | undefined {
  const overlaps = (a: Span, b: Span) => a.schedule === b.schedule && a.from < b.to && b.from < a.to;
  const own = newestLast(overrides).findLast(
    (other) => other.person === made.person && other.replaces === made.replaces && overlaps(other, made),
  );
  if (own === undefined) return undefined;
  const both = { ...own, from: Math.min(own.from, made.from), to: Math.max(own.to, made.to) };
  const isCovered = overrides.some((other) => isNewer(other, own) && overlaps(other, both));
  return isCovered ? undefined : own;
}
type Span = Pick<Override, 'schedule' | 'from' | 'to'>;

/** R20: the newer of two overrides that cover one instant is laid over the older one. */
export function newestLast(overrides: readonly Override[]): readonly Override[] {
  return [...overrides].sort((a, b) => (isNewer(a, b) ? 1 : -1));
}
/** The overrides over which `override` lies. */
export function overridesBelow(overrides: readonly Override[], override: Override): readonly Override[] {
  return overrides.filter((other) => isNewer(override, other));
}
// Two of one moment, entered in the order of their numbers.
function isNewer(a: Override, b: Override): boolean {
  return a.at !== b.at ? a.at > b.at : numberOf(a) > numberOf(b);
}
const numberOf = ({ id }: Override): number => Number(id.slice(id.indexOf('-') + 1));

/**
 * Removes an override, which uncovers what it lay over. An override that has begun ends now
 * instead, so that the record of who was on call stays.
 */
export function removeOverride(book: OverrideBook, { id, key, fingerprint }: RemoveOverride, now: Instant): Booked {
  const before = answeredBefore(book, key);
  if (before) return { ok: true, book, answer: before };
  const override = book.overrides.find((other) => other.id === id);
  if (!override) return refused('unknown-override', `there is no override ${id}`);
  if (override.to <= now) return refused('over', `${id} ended at ${iso(override.to)}`);
  const ended = { ...override, to: Math.max(override.from, now) };
  const rest = book.overrides.filter((other) => other !== override);
  return booked(book, override.from < now ? [...rest, ended] : rest, { key, fingerprint, override: ended }, now);
}

function booked(
  book: OverrideBook,
  overrides: readonly Override[],
  { key, ...answer }: OverrideBook['answered'][number],
  now: Instant,
): Booked {
  const ahead = overrides.filter(({ to }) => to > now);
  const past = overrides.filter(({ to }) => to <= now && to > now - keptDays * dayMs);
  const kept = [...past].sort((a, b) => a.to - b.to).slice(-mostPast);
  return {
    ok: true,
    book: {
      ...book,
      overrides: [...kept, ...ahead].sort((a, b) => a.from - b.from || a.at - b.at),
      answered: [...book.answered, { key, ...answer }].slice(-rememberedOrders),
    },
    answer,
  };
}

function answeredBefore({ answered }: OverrideBook, key: string): OverrideAnswer | undefined {
  const found = answered.find((answer) => answer.key === key);
  return found && { override: found.override, fingerprint: found.fingerprint };
}
