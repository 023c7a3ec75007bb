/**
 * Owns how the effect of another policy is shown: who is told earlier, later, newly or no more, and
 * which announcements change. Computes nothing.
 */
import { changeWords, type Change } from '../../contracts/change-words';
import { duration } from '../terminal/format';
import type { Tone } from '../terminal/style';
import { table, type Layout } from '../terminal/table';

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
      {
        title: 'CHANGE',
        cell: (change) => changeWords(change, duration),
        tone: ({ change }) => tones[change] ?? 'plain',
        gives: 'wrap',
      },
    ],
    changes,
    layout,
  );
}

function momentOf(kind: string | null, at: number | null): string {
  return kind === null || at === null ? '-' : `${kind} +${duration(at)}`;
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
