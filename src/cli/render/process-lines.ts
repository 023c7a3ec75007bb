/**
 * Owns one incident or release as a page for a tired reader: which blocks, in which order. This
 * file decides how the view is shown; the API decides what is true. Knows no HTTP.
 */
import type { DeclaredView, PossibleDuplicate, ProcessView } from '../../contracts/view';
import { changesToReview, recentChangeLines } from './change-lines';
import { gateLines, openItemLines, phaseLines } from './checklist-lines';
import { deadlineBlock } from './deadline-lines';
import { incidentAlertLines } from './incident-alert-lines';
import { factLines, lastWordLines, standingLines, type Pair } from './standing-lines';
import { localTime, relative } from '../terminal/format';
import { pairs, table, type Layout } from '../terminal/table';
import { cleanLine } from '../terminal/text';

/**
 * The whole page, block after block. First what somebody who joins late asks: who has it, the last
 * word, what is due next and who is told then. The checklist stands last.
 */
export function processLines(view: ProcessView, now: number, layout: Layout): string[] {
  const deadlines = deadlineBlock(view.deadlines, now, layout);
  const gates = gateLines(view.gates, now, layout);
  return joined([
    standingLines(view, now, layout),
    incidentAlertLines(view, now, layout),
    recentChangeLines(view, now, layout),
    deadlines,
    ...(view.kind === 'release' ? [gates, lastWordLines(view, now, layout), checkLines(view, now, layout)] : []),
    factLines(view, now, layout),
    ...(view.kind === 'incident' ? [gates] : []),
    linkLines(view, layout),
    contactLines(view, layout),
    actionItemLines(view, now, layout),
    reviewLines(view, now, layout),
    phaseLines(view.phases, now, layout),
    openItemLines(view.phases, layout, { 'recent-changes': changesToReview(view, now, layout) }),
  ]);
}

/** The page of a process that has just begun: nothing that the reader has to look up first. */
export function beginningLines(view: DeclaredView, now: number, layout: Layout, again = ''): string[] {
  return joined([
    standingLines(view, now, layout),
    deadlineBlock(view.deadlines, now, layout),
    recentChangeLines(view, now, layout),
    duplicateLines(view.id, view.possibleDuplicates ?? [], now, layout, again),
    factLines(view, now, layout),
    ...(view.kind === 'release' ? [phaseLines(view.phases, now, layout)] : []),
  ]);
}

function joined(blocks: readonly (readonly string[])[]): string[] {
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

// --- Blocks --------------------------------------------------------------------------------------

/** The open incidents that may be the same as the one just declared, and how the two become one. */
function duplicateLines(
  id: string,
  duplicates: readonly PossibleDuplicate[],
  now: number,
  layout: Layout,
  again: string,
): string[] {
  const [first] = duplicates;
  if (!first) return [];
  return [
    layout.style('warn', 'MAYBE THE SAME'),
    ...table<PossibleDuplicate>(
      [
        { title: 'ID', cell: (one) => one.id },
        { title: 'SEV', cell: ({ severity }) => severity },
        { title: 'STATUS', cell: ({ status }) => status },
        { title: 'DECLARED', cell: ({ declaredAt }) => relative(Date.parse(declaredAt), now) },
        { title: 'TITLE', cell: ({ title }) => title, gives: 'wrap' },
      ],
      duplicates,
      { ...layout, width: layout.width - 2 },
    ).map((line) => `  ${line}`),
    `  The same problem? muster incident merge ${id} ${first.id}${again}`,
  ];
}

function actionItemLines({ actionItems }: ProcessView, now: number, layout: Layout): string[] {
  if (actionItems.length === 0) return [];
  type Row = ProcessView['actionItems'][number];
  const ended = (row: Row) => row.doneAt !== undefined || row.dropped !== undefined;
  const late = (row: Row) => !ended(row) && Date.parse(row.dueAt) <= now;
  return [
    layout.style('strong', 'ACTION ITEMS'),
    ...table<Row>(
      [
        { title: 'NO', cell: ({ id }) => id },
        {
          title: 'STATUS',
          cell: (row) =>
            row.doneAt !== undefined
              ? 'done'
              : row.dropped !== undefined
                ? 'dropped'
                : late(row)
                  ? 'open, LATE'
                  : 'open',
          tone: (row) => (late(row) ? 'bad' : ended(row) ? 'dim' : 'plain'),
        },
        { title: 'DUE', cell: ({ dueAt }) => localTime(Date.parse(dueAt), now) },
        { title: 'OWNER', cell: ({ owner }) => owner },
        { title: 'WHAT', cell: ({ title }) => title, gives: 'wrap' },
      ],
      actionItems,
      { ...layout, width: layout.width - 2 },
    ).map((line) => `  ${line}`),
  ];
}

function checkLines({ checks }: ProcessView, now: number, layout: Layout): string[] {
  if (checks.length === 0) return [];
  return [
    layout.style('strong', 'CHECKS'),
    ...table<ProcessView['checks'][number]>(
      [
        { title: 'CHECK', cell: ({ check }) => check },
        {
          title: 'RESULT',
          cell: ({ result, because }) => (because === undefined ? result : `${result}, but ${because}`),
          tone: ({ result, because }) => (result === 'fail' || because !== undefined ? 'bad' : 'good'),
          gives: 'cut',
        },
        { title: 'VALUE', cell: ({ value }) => (value === undefined ? '-' : String(value)) },
        { title: 'MEASURED', cell: ({ at }) => localTime(Date.parse(at), now) },
        { title: 'WHERE', cell: ({ url }) => url ?? '', wide: true },
      ],
      checks,
      { ...layout, width: layout.width - 2 },
    ).map((line) => `  ${line}`),
  ];
}

function reviewLines({ review }: ProcessView, now: number, layout: Layout): string[] {
  if (review === null) return [];
  const list = (texts: readonly string[] | undefined) => (texts ?? []).map((text) => `- ${text}`).join('\n');
  const entries: Pair[] = [
    ['Written', `by ${cleanLine(review.by)} at ${localTime(Date.parse(review.at), now)}`],
    ['Root cause', review.rootCause ?? ''],
    ['Resolution', review.resolution ?? ''],
    ['Went well', list(review.wentWell)],
    ['Improve', list(review.couldImprove)],
  ];
  const given = entries.filter(([, text]) => text !== '');
  return [
    layout.style('strong', 'REVIEW'),
    ...pairs(given, { ...layout, width: layout.width - 2 }).map((line) => `  ${line}`),
  ];
}

function linkLines({ links, serviceLinks }: ProcessView, layout: Layout): string[] {
  if (links.length + serviceLinks.length === 0) return [];
  const entries = [
    ...links.map(({ relation, title, to }): Pair => [
      relation,
      cleanLine(title === undefined ? to : `${title}  ${to}`),
    ]),
    ...serviceLinks.map(({ service, name, to }): Pair => [cleanLine(name), cleanLine(`${service}  ${to}`)]),
  ];
  return [
    layout.style('strong', 'LINKS'),
    ...pairs(entries, { ...layout, width: layout.width - 2 }).map((line) => `  ${line}`),
  ];
}

// Contacts to call now stand first. The other contacts and tools are only shown on request.
function contactLines({ contacts }: ProcessView, layout: Layout): string[] {
  if (contacts.length === 0) return [];
  const matter = contacts.filter(({ matters }) => matters);
  const others = contacts.filter(({ matters }) => !matters);
  const shown = layout.wide ? [...matter, ...others] : matter;
  const rest = `${others.length} ${matter.length > 0 ? 'other ' : ''}${others.length === 1 ? 'contact or tool' : 'contacts and tools'}`;
  return [
    layout.style('strong', 'CONTACTS'),
    ...pairs(
      shown.map((contact): Pair => [cleanLine(contact.name), contactWords(contact), contact.matters ? 'plain' : 'dim']),
      { ...layout, width: layout.width - 2 },
    ).map((line) => `  ${line}`),
    ...(layout.wide || others.length === 0 ? [] : [layout.style('dim', `  ${rest}: -o wide`)]),
  ];
}

// Phone, e-mail and links first: at night nobody reads to the end.
function contactWords({ hint, ...contact }: ProcessView['contacts'][number]): string {
  const text = (value: unknown) => (typeof value === 'string' ? [value] : []);
  const { links } = contact;
  const ways = [
    ...text(contact['phone']),
    ...text(contact['email']),
    ...(typeof links === 'object' && links !== null ? Object.values(links).flatMap(text) : []),
  ];
  if (ways.length === 0) return cleanLine(hint ?? '-');
  return cleanLine(`${ways.join(', ')}${hint === undefined ? '' : ` (${hint})`}`);
}
