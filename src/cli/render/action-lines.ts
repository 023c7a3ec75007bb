/** Owns the open action items over all incidents and releases as a table. Knows no HTTP. */
import type { OpenActionItemPage, OpenActionItemRow } from '../../contracts/view';
import { localTime } from '../terminal/format';
import { table, type Layout } from '../terminal/table';
import { cleanLine } from '../terminal/text';

export function actionItemTable(rows: readonly OpenActionItemRow[], now: number, layout: Layout): string[] {
  return table<OpenActionItemRow>(
    [
      {
        title: 'DUE',
        cell: ({ dueAt, overdue }) => `${localTime(Date.parse(dueAt), now, { date: true })}${overdue ? ', LATE' : ''}`,
        tone: ({ overdue }) => (overdue ? 'bad' : 'plain'),
      },
      { title: 'OWNER', cell: ({ owner }) => owner },
      { title: 'PROCESS', cell: ({ process }) => process.id },
      { title: 'NO', cell: ({ id }) => id },
      { title: 'STATUS', cell: ({ process }) => process.status, wide: true },
      { title: 'NAME', cell: ({ name }) => name, wide: true },
      { title: 'OF', cell: ({ process: { title, drill } }) => `${drill ? 'DRILL ' : ''}${title}`, wide: true },
      { title: 'WHAT', cell: ({ title }) => title, gives: 'wrap' },
    ],
    rows,
    layout,
  );
}

/** How one says that the first of `rows` is done. */
export function howToFinish([first]: readonly OpenActionItemRow[], again: string): string | undefined {
  if (first === undefined) return undefined;
  const { kind, id } = first.process;
  return `When one is done: muster ${kind} complete-action-item ${cleanLine(id)} ${cleanLine(first.id)}${again}`;
}

/** What no page shows, a line for each reason. */
export function itemsLeftOut({ processes, items, earlier }: OpenActionItemPage['leftOut']): string[] {
  const more = processes === 1 ? '1 more incident or release has' : `${processes} more incidents and releases have`;
  const later = items === 1 ? '1 later action item' : `${items} later action items`;
  return [
    ...(processes === 0
      ? []
      : [
          earlier
            ? `${more} open ones; so many that some may be due earlier: ask again`
            : `${more} open ones, due later; not listed`,
        ]),
    ...(items === 0 ? [] : [`${later} of these incidents and releases: not listed`]),
  ];
}
