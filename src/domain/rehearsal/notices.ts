/**
 * Owns the comparison of messages to people under two policies: messages that come earlier, later,
 * newly or no longer. Compares by person and deadline, message by message, pages first. Knows
 * nothing of where either side comes from.
 */
import type { AgendaLine } from './agenda-line';
import type { Mode } from '../model';
import type { TimelineEntry } from '../views/timeline';
import { given } from '../../given';

/** One message that got through to one person. */
export interface Notice {
  /** ms after the beginning. */
  readonly after: number;
  readonly kind: Mode;
  readonly person: string;
  /** Ids of the deadlines that the message is about; none when a person escalated, and for news. */
  readonly deadlines: readonly string[];
  /** What the message is for each deadline: a page for one may only remind of another (T8). */
  readonly modes: Readonly<Record<string, Mode>>;
}
export interface NoticeChange {
  readonly change: 'earlier' | 'later' | 'gone' | 'new' | 'louder' | 'quieter' | 'more' | 'fewer';
  readonly person: string;
  /** A deadline's id; `escalated` when a person escalated; `news` of who has it, and of the end. */
  readonly deadline: string;
  /**
   * ms after the beginning; null: never. `earlier` and `later`: of the first pair of messages that
   * differs. Other changes: of the first message.
   */
  readonly before: number | null;
  readonly after: number | null;
  readonly kindBefore: Mode | null;
  readonly kindAfter: Mode | null;
  /**
   * `earlier` and `later` only: the number of that pair among the pages (or reminders) about the
   * deadline to this person, from 1.
   */
  readonly number?: number;
  /**
   * `more` and `fewer` only: ms after the beginning of the first message that only one side has.
   */
  readonly alone?: number;
  /** How many messages, and how many pages among them. */
  readonly countBefore: number;
  readonly countAfter: number;
  readonly pagesBefore: number;
  readonly pagesAfter: number;
  /**
   * How far the side with fewer messages was looked at, in ms after the beginning; absent when that
   * side has no more messages.
   */
  readonly until?: number;
}

/** The messages of an agenda that reached people. */
export function noticesOf(lines: readonly AgendaLine[]): Notice[] {
  return lines.flatMap(({ type, after, deadlines, recipients }) =>
    type === 'page' || type === 'remind'
      ? recipients
          .filter(({ channel }) => channel !== undefined)
          .map(({ person }) => ({
            after,
            kind: type,
            person,
            deadlines: deadlines.map(({ id }) => id),
            modes: Object.fromEntries(deadlines.map(({ id, mode = type }) => [id, mode])),
          }))
      : [],
  );
}

/** The messages that reached people by a timeline as readers get it; `beganAt` in epoch ms. */
export function noticesOfTimeline(timeline: readonly TimelineEntry[], beganAt: number): Notice[] {
  return timeline.flatMap((entry) => {
    const { type, at, kind, to, deadlines, modes } = entry;
    if (type !== 'delivered' || (kind !== 'page' && kind !== 'remind') || typeof to !== 'string') return [];
    return [
      {
        after: Date.parse(at) - beganAt,
        kind,
        person: to,
        deadlines: (deadlines ?? []) as string[],
        modes: (modes ?? {}) as Record<string, Mode>,
      },
    ];
  });
}

/** How far a rehearsal was looked at, in ms after its beginning; undefined: nothing comes later. */
export function lookedUntil({
  ends,
  at,
  endedAt,
}: {
  readonly ends: string;
  readonly at: string;
  readonly endedAt: string;
}): number | undefined {
  return ends === 'over' || ends === 'quiet' || ends === 'repeating' ? undefined : Date.parse(endedAt) - Date.parse(at);
}

/** When one person was told of one deadline: ms after the beginning, ascending. */
type Heard = Readonly<Record<Mode, readonly number[]>>;
/** How far each side was looked at, in ms after the beginning; undefined: to its end. */
interface Ends {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/** What a comparison knows besides the messages of both sides. */
interface Comparison {
  /** A smaller difference does not count. */
  readonly toleranceMs?: number;
  readonly until?: Ends;
  /**
   * Ids of deadlines that are met or cancelled on a side: no more messages come on that side,
   * however far it was looked at.
   */
  readonly settled?: Readonly<Partial<Record<keyof Ends, ReadonlySet<string>>>>;
}

/** How `after` differs from `before`, by person and deadline. */
export function compareNotices(
  before: readonly Notice[],
  after: readonly Notice[],
  { toleranceMs = 1_000, until = {}, settled = {} }: Comparison = {},
): NoticeChange[] {
  const endOf = (side: keyof Ends, deadline: string) => (settled[side]?.has(deadline) ? undefined : until[side]);
  const [old, now] = [heardBy(before), heardBy(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((key): NoticeChange[] => {
    const [person, deadline] = JSON.parse(key) as [string, string];
    const [was, is] = [old.get(key) ?? nothing, now.get(key) ?? nothing];
    const ends = { before: endOf('before', deadline), after: endOf('after', deadline) };
    const found = changeOf(was, is, toleranceMs, ends);
    if (found === undefined) return [];
    const { less, ...change } = found;
    const end = less === undefined ? undefined : ends[less];
    return [
      {
        person,
        deadline,
        ...change,
        countBefore: countOf(was),
        countAfter: countOf(is),
        pagesBefore: was.page.length,
        pagesAfter: is.page.length,
        ...given({ until: end }),
      },
    ];
  });
  const when = ({ before: was, after: is }: NoticeChange) => Math.min(was ?? Infinity, is ?? Infinity);
  return changes.sort((a, b) => when(a) - when(b) || (a.person < b.person ? -1 : a.person > b.person ? 1 : 0));
}

type Found = Pick<NoticeChange, 'change' | 'before' | 'after' | 'kindBefore' | 'kindAfter' | 'number' | 'alone'> & {
  /** The side with fewer messages; absent: neither. */
  readonly less?: keyof Ends;
};

function changeOf(was: Heard, is: Heard, tolerance: number, until: Ends): Found | undefined {
  const [before, after, kindBefore, kindAfter] = [firstOf(was), firstOf(is), kindOf(was), kindOf(is)];
  const firsts = { before, after, kindBefore, kindAfter };
  if (after === null) return { change: 'gone', ...firsts, less: 'after' };
  if (before === null) return { change: 'new', ...firsts, less: 'before' };
  if (kindBefore !== kindAfter)
    return kindAfter === 'page'
      ? { change: 'louder', ...firsts, less: 'before' }
      : { change: 'quieter', ...firsts, less: 'after' };
  const among = (mode: Mode): Found | undefined => {
    const found = changeAmong(was[mode], is[mode], tolerance, until);
    return found && { ...firsts, ...('before' in found ? { kindBefore: mode, kindAfter: mode } : {}), ...found };
  };
  return among('page') ?? among('remind');
}

function changeAmong(was: readonly number[], is: readonly number[], tolerance: number, until: Ends) {
  const same = (one: number, other: number) => Math.abs(one - other) < tolerance;
  const [shorter, longer] = is.length < was.length ? [is, was] : [was, is];
  const at = shorter.findIndex((one, index) => !same(one, longer[index]!));
  const moved = at === -1 ? {} : { before: was[at]!, after: is[at]!, number: at + 1 };
  const change = (was[at] ?? 0) < (is[at] ?? 0) ? ('later' as const) : ('earlier' as const);
  if (was.length === is.length) return at === -1 ? undefined : { change, ...moved };
  const less = is.length < was.length ? ('after' as const) : ('before' as const);
  // Messages were added or dropped in between, and the others are the same. This cannot be said of
  // a side that was cut off.
  const between = at > 0 && until[less] === undefined && isWithin(shorter, longer, same);
  if (at !== -1 && !between) return { change, ...moved, less };
  const alone = longer[at === -1 ? shorter.length : at]!;
  return { change: less === 'after' ? ('fewer' as const) : ('more' as const), alone, less };
}

function isWithin(
  shorter: readonly number[],
  longer: readonly number[],
  same: (one: number, other: number) => boolean,
): boolean {
  let found = 0;
  for (const one of longer) if (found < shorter.length && same(one, shorter[found]!)) found += 1;
  return found === shorter.length;
}

const nothing: Heard = { page: [], remind: [] };
const firstOf = ({ page, remind }: Heard): number | null => page[0] ?? remind[0] ?? null;
const countOf = ({ page, remind }: Heard): number => page.length + remind.length;
const kindOf = (heard: Heard): Mode | null =>
  heard.page.length > 0 ? 'page' : heard.remind.length > 0 ? 'remind' : null;

function heardBy(notices: readonly Notice[]): Map<string, Heard> {
  const found = new Map<string, Record<Mode, number[]>>();
  // A slow message may stand on a timeline behind a message that left later.
  for (const { after, kind, person, deadlines, modes } of [...notices].sort((a, b) => a.after - b.after)) {
    for (const deadline of deadlines.length === 0 ? [kind === 'page' ? 'escalated' : 'news'] : deadlines) {
      const key = JSON.stringify([person, deadline]);
      const heard = found.get(key) ?? { page: [], remind: [] };
      heard[modes[deadline] ?? kind].push(after);
      found.set(key, heard);
    }
  }
  return found;
}
