/**
 * Owns how the effect of another policy is shown: who is told earlier, later, newly or no more, and
 * which announcements change. Computes nothing.
 */
import { duration } from '../terminal/format';
import type { Tone } from '../terminal/style';
import { table, type Layout } from '../terminal/table';

export interface Change {
  readonly change: string;
  readonly name: string;
  readonly person: string;
  readonly deadline: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly kindBefore: string | null;
  readonly kindAfter: string | null;
  readonly number?: number;
  readonly alone?: number;
  readonly countBefore: number;
  readonly countAfter: number;
  readonly pagesBefore: number;
  readonly pagesAfter: number;
  readonly until?: number;
}

const tones: Readonly<Record<string, Tone>> = {
  gone: 'bad',
  later: 'warn',
  quieter: 'warn',
  earlier: 'good',
  new: 'good',
};

/** The changes as a table; `titles`: the column titles of the two sides. */
export function changeTable(changes: readonly Change[], layout: Layout, titles: readonly [string, string]): string[] {
  return table<Change>(
    [
      { title: 'WHO', cell: ({ name }) => name, gives: 'cut' },
      { title: 'DEADLINE', cell: ({ deadline }) => deadline, gives: 'cut' },
      { title: titles[0], cell: ({ kindBefore, before }) => momentOf(kindBefore, before) },
      { title: titles[1], cell: ({ kindAfter, after }) => momentOf(kindAfter, after) },
      { title: 'CHANGE', cell: wordsOf, tone: ({ change }) => tones[change] ?? 'plain', gives: 'wrap' },
    ],
    changes,
    layout,
  );
}

function momentOf(kind: string | null, at: number | null): string {
  return kind === null || at === null ? '-' : `${kind} +${duration(at)}`;
}

function wordsOf(one: Change): string {
  const { change, before, after, kindAfter, number = 1, alone = 0, until } = one;
  const by = `${duration((after ?? 0) - (before ?? 0))} ${change}`;
  // The comparison ends here; messages after this instant are unknown.
  const end = until === undefined ? '' : ` before +${duration(until)}`;
  switch (change) {
    case 'earlier':
    case 'later':
      return `${number === 1 ? by : `${ordinal(number)} ${kindAfter === 'page' ? 'page' : 'reminder'} ${by}`}${fewerOrMore(one, ', ')}${end}`;
    case 'gone':
      return until === undefined ? 'never any more' : `not${end}`;
    case 'new':
      return `newly${end}`;
    case 'louder':
      return isTheSame(one) ? 'a reminder becomes a page' : `newly a page${end}`;
    case 'quieter':
      return isTheSame(one) ? 'a page becomes a reminder' : until === undefined ? 'no page any more' : `no page${end}`;
    default:
      return `${fewerOrMore(one)}${end}: ${change === 'more' ? 'also' : 'not'} at +${duration(alone)}`;
  }
}

// Whether the message is the same, judged by its time. A real message comes some seconds after its
// instant.
function isTheSame({ before, after }: Change): boolean {
  return Math.abs((before ?? 0) - (after ?? 0)) < 60_000;
}

function fewerOrMore({ countBefore, countAfter, pagesBefore, pagesAfter }: Change, separator = ''): string {
  const words = (what: string, was: number, is: number) =>
    `${separator}${is} ${is === 1 ? what : `${what}s`} instead of ${was}`;
  if (pagesBefore !== pagesAfter) return words('page', pagesBefore, pagesAfter);
  return countBefore === countAfter ? '' : words('reminder', countBefore - pagesBefore, countAfter - pagesAfter);
}

function ordinal(number: number): string {
  const last = number % 100 > 10 && number % 100 < 14 ? 0 : number % 10;
  return `${number}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}

type AnnouncementChange = import('../../domain').AnnouncementChange;

/** The moments at which other audiences are told, as a table. */
export function announcementTable(changes: readonly AnnouncementChange[], layout: Layout): string[] {
  const facing = { true: ' (customer-facing)', false: ' (not customer-facing)', null: '' };
  return table<AnnouncementChange>(
    [
      {
        title: 'SEVERITY',
        cell: ({ severities, customerFacing }) => `${severities.join(', ')}${facing[`${customerFacing}`]}`,
      },
      {
        title: 'NO LONGER',
        cell: ({ gone }) => gone.join(', ') || '-',
        tone: ({ gone }) => (gone.length > 0 ? 'bad' : 'plain'),
        gives: 'cut',
      },
      {
        title: 'NEWLY',
        cell: (change) => change.new.join(', ') || '-',
        tone: (change) => (change.new.length > 0 ? 'good' : 'plain'),
        gives: 'cut',
      },
      { title: 'MOMENT', cell: ({ moments }) => moments.join(', '), gives: 'wrap' },
    ],
    changes,
    layout,
  );
}
