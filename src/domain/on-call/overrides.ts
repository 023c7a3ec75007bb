/**
 * Owns the book of overrides: who stands in when, what may be entered and taken out, what is
 * forgotten. Pure; knows no schedule and no person: whether those exist is asked where the
 * configuration is.
 */
import type { Instant, Override, Refusal } from '../model';
import { dayMs, iso } from '../time/instants';
import { given } from '../../given';

/** Plain JSON, whole. */
export interface OverrideBook {
  /** Of the next one. */
  readonly number: number;
  /** In order of their beginning. */
  readonly overrides: readonly Override[];
  /** The latest orders, so that one which is repeated is done once. */
  readonly answered: readonly (OverrideAnswer & { readonly key: string })[];
}
export interface OverrideAnswer {
  readonly override: Override;
  /**
   * Of the order that was answered first; whoever asks compares it, to find a key that was used for
   * something else.
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
  /** Now, when it is left out or past: what was is not changed. */
  readonly from?: Instant;
  readonly to: Instant;
  readonly replaces?: string;
  readonly reason?: string;
}
export interface RemoveOverride extends Order {
  readonly id: string;
}
export type Booked =
  | { readonly ok: true; readonly book: OverrideBook; readonly answer: OverrideAnswer }
  | { readonly ok: false; readonly refusal: Refusal };

/** How far ahead somebody may stand in, and for how long at a time. */
const aheadDays = 400;
const keptDays = 400;
const mostAhead = 500;
/**
 * One weighs 1.4 KB at the most, and Temporal takes 2 MB as a memo, or as what a run hands over to
 * the next.
 */
const mostPast = 300;
const rememberedOrders = 200;

export const emptyBook: OverrideBook = { number: 1, overrides: [], answered: [] };

/**
 * Enters an override. Two of one schedule may not overlap: which of them counts would be anybody's
 * guess.
 */
export function addOverride(book: OverrideBook, order: AddOverride, now: Instant): Booked {
  const before = answeredBefore(book, order.key);
  if (before) return { ok: true, book, answer: before };
  const { key, fingerprint, schedule, person, to, replaces, reason, by } = order;
  const from = Math.max(order.from ?? now, now);
  if (order.from !== undefined && to <= order.from) return invalid('to', 'expected an instant after from');
  if (to <= now) return invalid('to', 'expected an instant that lies ahead');
  if (to > now + aheadDays * dayMs) return invalid('to', `expected an instant within ${aheadDays} days`);
  if (replaces === person) return invalid('replaces', 'nobody replaces themselves');
  const conflict = book.overrides.find((other) => other.schedule === schedule && other.from < to && other.to > from);
  if (conflict)
    return refused(
      'override-conflict',
      `${conflict.person} stands in on ${schedule} from ${iso(conflict.from)} to ${iso(conflict.to)} already (${conflict.id}); remove that first`,
      { conflict: conflict.id },
    );
  if (book.overrides.filter((other) => other.to > now).length >= mostAhead)
    return refused('too-many-overrides', `${mostAhead} overrides lie ahead already; remove some first`);
  const override: Override = {
    id: `ov-${book.number}`,
    schedule,
    person,
    from,
    to,
    ...given({ replaces, reason }),
    by,
    at: now,
  };
  return booked(
    { ...book, number: book.number + 1 },
    [...book.overrides, override],
    { key, fingerprint, override },
    now,
  );
}

/**
 * Takes an override out; one that has begun ends now, so that the record of who was on call stays.
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

function invalid(path: string, message: string): Booked {
  const errors = [{ path, message }];
  return { ok: false, refusal: { kind: 'invalid', reason: 'malformed', message: `${path}: ${message}`, errors } };
}
function refused(reason: string, message: string, members: Readonly<Record<string, unknown>> = {}): Booked {
  return { ok: false, refusal: { ...members, kind: 'refused', reason, message } };
}
