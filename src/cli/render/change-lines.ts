/**
 * Owns changes as tables and lines: the log, and what an incident lists of it. Knows no HTTP.
 */
import { changeVerbs } from '../../contracts/change-kinds';
import type { ChangeRow, ProcessView } from '../../contracts/view';
import { localTime, relative } from '../terminal/format';
import { table, type Layout } from '../terminal/table';
import { cleanLine, wrap } from '../terminal/text';

const isTrouble = ({ kind }: Pick<ChangeRow, 'kind'>) => kind === 'deployment-failed' || kind === 'unread';

export function changeTable(rows: readonly ChangeRow[], now: number, layout: Layout): string[] {
  return table<ChangeRow>(
    [
      { title: 'AT', cell: ({ at }) => localTime(Date.parse(at), now) },
      { title: 'WHAT', cell: ({ kind }) => changeVerbs[kind], tone: (row) => (isTrouble(row) ? 'bad' : 'plain') },
      { title: 'SERVICE', cell: ({ services }) => services.join(', ') || '-' },
      { title: 'RELEASE', cell: ({ release = '-' }) => release },
      { title: 'VERSION', cell: ({ version = '-' }) => version, wide: true },
      { title: 'SOURCE', cell: ({ source }) => source, wide: true },
      { title: 'BY', cell: ({ by = '-' }) => by, wide: true },
      { title: 'URL', cell: ({ url = '-' }) => url, wide: true },
      {
        title: 'TITLE',
        // Why no release took it.
        cell: ({ title, because }) => `${title}${because === undefined ? '' : `: ${because}`}`,
        gives: 'wrap',
      },
    ],
    rows,
    layout,
  );
}

/** Says that the list ends where changes gave way to later ones. */
export function lackWords(completeSince: string, now: number): string {
  const since = localTime(Date.parse(completeSince), now, { date: true });
  return `changes before ${since} may be missing: at most 1,000 are kept, and 200 of one service`;
}

/** How many changes of an incident are shown with everything else. */
const mostShown = 5;

/** The block of the latest changes; empty for an incident without any. */
export function recentChangeLines({ recentChanges }: ProcessView, now: number, layout: Layout): string[] {
  if (recentChanges === undefined) return [];
  const { shown, more } = recentChanges;
  const listed = layout.wide ? shown : shown.slice(0, mostShown);
  const rest = shown.length - listed.length + more;
  return [
    layout.style('strong', 'RECENT CHANGES'),
    ...listed.flatMap((change) => changeLines(change, now, layout)),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

/** How many changes stand under an item of the checklist. */
const mostToReview = 3;

/** The same in short, for the item that asks to review them. */
export function changesToReview({ recentChanges }: ProcessView, now: number, layout: Layout): string[] {
  return (recentChanges?.shown ?? []).slice(0, mostToReview).flatMap(({ at, kind, title, rollBack }) => {
    const words = `${localTime(Date.parse(at), now)}  ${changeVerbs[kind]}: ${title}`;
    return [
      ...wrap(cleanLine(words), layout.width - 6),
      ...(rollBack === undefined ? [] : [`  ${cleanLine(rollBack)}`]),
    ];
  });
}

type Recent = NonNullable<ProcessView['recentChanges']>['shown'][number];
function changeLines(change: Recent, now: number, layout: Layout): string[] {
  const { at, kind, title, services, version, release, by, url, rollBack } = change;
  const facts = [
    services.join(', '),
    ...(version === undefined || title.includes(version) ? [] : [version]),
    ...(release === undefined ? [] : [release]),
    ...(by === undefined ? [] : [`by ${by}`]),
    relative(Date.parse(at), now),
  ];
  const words = `${localTime(Date.parse(at), now)}  ${changeVerbs[kind]}: ${title} (${facts.join(', ')})`;
  return [
    ...wrap(cleanLine(words), layout.width - 2).map((line) => `  ${line}`),
    // What can be typed or clicked stands on a line of its own.
    ...(rollBack === undefined ? [] : [`    take it back: ${cleanLine(rollBack)}`]),
    ...(url === undefined ? [] : [`    ${cleanLine(url)}`]),
  ];
}
