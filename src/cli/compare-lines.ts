/** Owns how it reads what another policy changes: who is told earlier, later, newly, never any more. Computes nothing. */
import { duration } from './format';
import type { Tone } from './style';
import { table, type Layout } from './table';

export interface Change {
  readonly change: string;
  readonly name: string;
  readonly person: string;
  readonly deadline: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly kindBefore: string | null;
  readonly kindAfter: string | null;
  readonly countBefore: number;
  readonly countAfter: number;
}

const tones: Readonly<Record<string, Tone>> = {
  gone: 'bad',
  later: 'warn',
  quieter: 'warn',
  earlier: 'good',
  new: 'good',
};

/** The changes as a table; `titles`: what the two sides are called. */
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

function wordsOf({ change, before, after, countBefore, countAfter, kindAfter }: Change): string {
  const by = duration((after ?? 0) - (before ?? 0));
  switch (change) {
    case 'earlier':
      return `${by} earlier`;
    case 'later':
      return `${by} later`;
    case 'gone':
      return 'never any more';
    case 'new':
      return 'newly';
    case 'louder':
    case 'quieter':
      return kindAfter === 'page' ? 'a reminder becomes a page' : 'a page becomes a reminder';
    default:
      return `${countAfter} times instead of ${countBefore}`;
  }
}
