/**
 * Owns the comparison of who is told what under two policies: earlier, later, never any more, newly. By person and deadline, the first
 * message counts. Knows nothing of where either side comes from.
 */
import type { AgendaLine } from './agenda';
import type { TimelineEntry } from './view';

/** One message that got through to one person. */
export interface Notice {
  /** ms after the beginning. */
  readonly after: number;
  readonly kind: 'page' | 'remind';
  readonly person: string;
  /** Ids; empty: a person escalated. */
  readonly deadlines: readonly string[];
}
export interface NoticeChange {
  readonly change: 'earlier' | 'later' | 'gone' | 'new' | 'louder' | 'quieter' | 'more' | 'fewer';
  readonly person: string;
  /** A deadline's id; `escalated` when a person escalated. */
  readonly deadline: string;
  /** ms after the beginning, of the first message; null: never. */
  readonly before: number | null;
  readonly after: number | null;
  readonly kindBefore: Notice['kind'] | null;
  readonly kindAfter: Notice['kind'] | null;
  readonly countBefore: number;
  readonly countAfter: number;
}

/** What got through to people by an agenda. */
export function noticesOf(lines: readonly AgendaLine[]): Notice[] {
  return lines.flatMap(({ type, after, deadlines, recipients }) =>
    type === 'page' || type === 'remind'
      ? recipients
          .filter(({ channel }) => channel !== undefined)
          .map(({ person }) => ({ after, kind: type, person, deadlines: deadlines.map(({ id }) => id) }))
      : [],
  );
}

/** What got through to people by a timeline as readers get it; `beganAt` in epoch ms. */
export function noticesOfTimeline(timeline: readonly TimelineEntry[], beganAt: number): Notice[] {
  return timeline.flatMap((entry) => {
    const { type, at, kind, to, deadlines } = entry;
    if (type !== 'delivered' || (kind !== 'page' && kind !== 'remind') || typeof to !== 'string') return [];
    return [{ after: Date.parse(at) - beganAt, kind, person: to, deadlines: (deadlines ?? []) as string[] }];
  });
}

interface Heard {
  readonly first: number;
  readonly firstPage: number | undefined;
  readonly count: number;
}

/** What `after` changes against `before`, by person and deadline; a difference of less than `toleranceMs` is none. */
export function compareNotices(
  before: readonly Notice[],
  after: readonly Notice[],
  toleranceMs = 1_000,
): NoticeChange[] {
  const [old, now] = [heardBy(before), heardBy(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((key): NoticeChange[] => {
    const [person, deadline] = JSON.parse(key) as [string, string];
    const [was, is] = [old.get(key), now.get(key)];
    const change = changeOf(was, is, toleranceMs);
    if (change === undefined) return [];
    return [
      {
        change,
        person,
        deadline,
        before: was ? (was.firstPage ?? was.first) : null,
        after: is ? (is.firstPage ?? is.first) : null,
        kindBefore: kindOf(was),
        kindAfter: kindOf(is),
        countBefore: was?.count ?? 0,
        countAfter: is?.count ?? 0,
      },
    ];
  });
  const when = ({ before: was, after: is }: NoticeChange) => Math.min(was ?? Infinity, is ?? Infinity);
  return changes.sort((a, b) => when(a) - when(b) || (a.person < b.person ? -1 : a.person > b.person ? 1 : 0));
}

function changeOf(
  was: Heard | undefined,
  is: Heard | undefined,
  tolerance: number,
): NoticeChange['change'] | undefined {
  if (!was || !is) return was ? 'gone' : is ? 'new' : undefined;
  if ((was.firstPage === undefined) !== (is.firstPage === undefined))
    return is.firstPage === undefined ? 'quieter' : 'louder';
  const moved = (is.firstPage ?? is.first) - (was.firstPage ?? was.first);
  if (Math.abs(moved) >= tolerance) return moved < 0 ? 'earlier' : 'later';
  return was.count === is.count ? undefined : is.count > was.count ? 'more' : 'fewer';
}
const kindOf = (heard: Heard | undefined): Notice['kind'] | null =>
  heard === undefined ? null : heard.firstPage === undefined ? 'remind' : 'page';

function heardBy(notices: readonly Notice[]): Map<string, Heard> {
  const found = new Map<string, Heard>();
  for (const { after, kind, person, deadlines } of notices) {
    for (const deadline of deadlines.length === 0 ? ['escalated'] : deadlines) {
      const key = JSON.stringify([person, deadline]);
      const heard = found.get(key);
      const page = kind === 'page' ? after : undefined;
      found.set(key, {
        first: Math.min(heard?.first ?? after, after),
        firstPage: heard?.firstPage ?? page,
        count: (heard?.count ?? 0) + 1,
      });
    }
  }
  return found;
}
