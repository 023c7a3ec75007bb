/**
 * Owns the checklist in lines: phases with their progress, items by the ids that people type, gates
 * and who decided what.
 */
import type { GateView, ItemView, PhaseView } from '../../contracts/view';
import { localizeInstants, localTime } from '../terminal/format';
import { table, type Layout } from '../terminal/table';
import { cleanLine, pad, width, wrap } from '../terminal/text';

const itemsOf = (phase: PhaseView): ItemView[] => phase.groups.flatMap(({ items }) => items);

// Skipped is never shown as done.
function countsOf(phase: PhaseView): { readonly all: number; readonly done: number; readonly skipped: number } {
  const counted = itemsOf(phase).filter(({ status }) => status !== 'not-applicable' && status !== 'not-needed');
  const countOf = (status: ItemView['status']) => counted.filter((item) => item.status === status).length;
  return { all: counted.length, done: countOf('done'), skipped: countOf('skipped') };
}

function progress(phase: PhaseView): string {
  const { all, done, skipped } = countsOf(phase);
  return skipped === 0 ? `${done}/${all}` : `${done} done, ${skipped} skipped of ${all}`;
}

function standing(phase: PhaseView, isLate: boolean): string {
  const { done, skipped } = countsOf(phase);
  if (phase.status !== 'completed')
    return `${phase.status}${isLate ? ', LATE' : ''}${phase.heldBy === undefined ? '' : ', held'}`;
  const word = skipped === 0 ? (isLate ? 'done' : 'completed') : done === 0 ? 'skipped' : 'completed';
  return isLate ? `${word}, LATE` : word;
}

/** Each phase with its progress and its window in local time. */
export function phaseLines(phases: readonly PhaseView[], now: number, layout: Layout): string[] {
  const time = (instant: string | undefined, words = '-') =>
    instant === undefined ? words : localTime(Date.parse(instant), now);
  const isLatePhase = (phase: PhaseView) =>
    phase.late ||
    (phase.status !== 'completed' &&
      phase.over !== true &&
      phase.dueAt !== undefined &&
      Date.parse(phase.dueAt) <= now);
  return table<PhaseView>(
    [
      {
        title: 'PHASE',
        cell: ({ name }) => name,
        gives: 'cut',
        tone: ({ status }) => (status === 'open' ? 'strong' : 'plain'),
      },
      { title: 'ID', cell: ({ id }) => id, wide: true },
      {
        title: 'STATUS',
        cell: (phase) => standing(phase, isLatePhase(phase)),
        tone: (phase) => (isLatePhase(phase) ? (phase.status === 'completed' ? 'warn' : 'bad') : 'plain'),
      },
      { title: 'DONE', cell: progress },
      { title: 'OPENS', cell: ({ opensAt, opensWhen }) => time(opensAt, opensWhen) },
      { title: 'DUE', cell: ({ dueAt, dueWhen }) => time(dueAt, dueWhen) },
      { title: 'CHECKLIST SAYS', cell: ({ hint }) => hint ?? '', wide: true },
    ],
    phases.filter(({ status }) => layout.wide || status !== 'not-applicable'),
    layout,
  );
}

/** By what an item shows: the lines. */
type ShownUnder = Readonly<Partial<Record<NonNullable<ItemView['shows']>, readonly string[]>>>;

/**
 * The items that are still open, by the ids that people type. Shows the open phases that have a due
 * instant, or the first open phase when none has. Says how many items are left out; `-o wide` shows
 * every item. `under`: the lines that an item shows.
 */
export function openItemLines(phases: readonly PhaseView[], layout: Layout, under: ShownUnder = {}): string[] {
  const { wide, style } = layout;
  const left = phases
    .map((phase) => ({
      phase,
      items: itemsOf(phase).filter(({ status }) => wide || (phase.status === 'open' && status === 'open')),
    }))
    .filter(({ items }) => items.length > 0);
  if (left.length === 0) return [];
  const timed = left.filter(({ phase }) => phase.dueAt !== undefined);
  const shown = wide ? left : timed.length > 0 ? timed : left.slice(0, 1);
  const rest = left.filter((entry) => !shown.includes(entry));
  const count = rest.reduce((sum, { items }) => sum + items.length, 0);
  const names = rest.map(({ phase }) => cleanLine(phase.name)).join(', ');
  const columns = Math.max(...shown.flatMap(({ items }) => items.map(({ id }) => width(id))));
  return [
    style('strong', wide ? 'ITEMS' : 'OPEN ITEMS'),
    ...shown.flatMap(({ phase, items }) => [
      `  ${cleanLine(phase.name)}`,
      ...items.flatMap((item) => [
        ...itemLines(item, columns, layout),
        ...(item.shows === undefined ? [] : (under[item.shows] ?? [])).map((line) => `      ${line}`),
      ]),
    ]),
    ...(rest.length === 0
      ? []
      : wrap(`${count} more in ${names}: -o wide`, layout.width - 2).map((line) => style('dim', `  ${line}`))),
  ];
}

function itemLines(item: ItemView, columns: number, { width: room, style, wide }: Layout): string[] {
  const marks = [
    ...(item.required ? [] : ['if needed']),
    ...(item.check === undefined ? [] : [`check ${item.check}`]),
    ...(item.needs === undefined ? [] : [`after ${item.needs.join(', ')}`]),
    ...(item.owner === undefined ? [] : [item.owner]),
  ];
  const words = [cleanLine(item.text) + (marks.length > 0 ? ` (${marks.join(', ')})` : '')];
  const over = item.overFailedCheck === undefined ? '' : `over a failed check (${cleanLine(item.overFailedCheck)}) `;
  if (wide && item.by !== undefined)
    words.push(
      `${over}by ${cleanLine(item.by)}${[item.note, item.evidence].map((text) => (text === undefined ? '' : `: ${cleanLine(text)}`)).join('')}`,
    );
  const status = wide ? `${item.status.padEnd(14)} ` : '';
  const indent = 4 + status.length + columns + 3;
  return wrap(words.join('; '), Math.max(24, room - indent)).map((line, index) =>
    index === 0
      ? `    ${status}${pad(item.id, columns)}   ${style(item.status === 'open' ? 'plain' : 'dim', line)}`
      : ' '.repeat(indent) + line,
  );
}

function gateStanding({ overridden, closedBecause }: GateView, style: Layout['style']): string {
  if (overridden) return style('warn', 'OVERRIDDEN');
  return closedBecause.length > 0 ? style('warn', 'CLOSED') : style('good', 'OPEN');
}
function overriddenLines({ overridden }: GateView, now: number, room: number): string[] {
  if (!overridden) return [];
  const { by, at, reason } = overridden;
  const words = `by ${cleanLine(by)} at ${localTime(Date.parse(at), now)} - ${cleanLine(reason)}`;
  return wrap(words, room - 4).map((line) => `    ${line}`);
}

/** Each gate: open or closed, the reasons, and the votes. */
export function gateLines(gates: readonly GateView[], now: number, { style, width: room }: Layout): string[] {
  if (gates.length === 0) return [];
  return [
    style('strong', 'GATES'),
    ...gates.flatMap((gate) => [
      `  ${gate.id}   ${gateStanding(gate, style)}   decision: ${gate.decision}, before ${gate.before}`,
      ...overriddenLines(gate, now, room),
      ...gate.closedBecause.flatMap(({ text }) =>
        wrap(localizeInstants(cleanLine(text), now, true), room - 15).map(
          (line, index) => `    ${index === 0 ? 'because' : '       '}    ${line}`,
        ),
      ),
      ...(gate.overFailedChecks ?? []).flatMap(({ item, because, reason, by }) =>
        wrap(
          `${item} done over a failed check (${cleanLine(because)}) by ${cleanLine(by)}: ${cleanLine(reason)}`,
          room - 4,
        ).map((line) => `    ${line}`),
      ),
      ...gate.approvals.flatMap(({ person, decision, at, note, stale, notBinding }) => {
        const counts = `${stale === undefined ? '' : ` (no longer counts: ${cleanLine(stale)})`}${notBinding === undefined ? '' : ` (not binding: ${cleanLine(notBinding)})`}`;
        const words = `${cleanLine(person)}: ${decision} at ${localTime(Date.parse(at), now)}${counts}${note === undefined ? '' : ` - ${cleanLine(note)}`}`;
        return wrap(words, room - 4).map((line) => `    ${line}`);
      }),
    ]),
  ];
}
