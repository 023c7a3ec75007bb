/**
 * Owns deadlines in words: how late or how soon, and who is told next. Words carry the meaning;
 * colour only repeats them.
 */
import { levelWord } from '../../contracts/command-table';
import { isUnmetStatus, responseKind } from '../../contracts/deadline-kinds';
import type { DeadlineView, DeadlineWithRungs, DuePage, DueRow } from '../../contracts/view';
import { counted, duration, localTime, relative } from '../terminal/format';
import type { Tone } from '../terminal/style';
import { table, type Layout } from '../terminal/table';
import { cleanLine, width, wrap } from '../terminal/text';

type Timed = Pick<DeadlineView, 'dueAt' | 'status' | 'missedAt' | 'metAt' | 'snoozedUntil' | 'over'>;

/** `LATE by 4m 10s`, `due in 10m`, `met`, `met 2m LATE`, `cancelled`, `cancelled, was missed`. */
export function standing(deadline: Timed, now: number): string {
  // Lateness counts from the recorded miss. A lower severity may have moved `dueAt` since, which
  // does not change the miss.
  const due = Date.parse(deadline.missedAt ?? deadline.dueAt);
  if (deadline.status === 'cancelled') return deadline.missedAt === undefined ? 'cancelled' : 'cancelled, was missed';
  if (deadline.over === true)
    return deadline.status === 'missed' ? 'missed, open at the resolve' : 'open at the resolve';
  if (deadline.status === 'met') {
    const late = deadline.metAt === undefined ? 0 : Date.parse(deadline.metAt) - due;
    return deadline.missedAt !== undefined && late > 0 ? `met ${duration(late)} LATE` : 'met';
  }
  return isLate(deadline, now) ? `LATE by ${duration(now - due)}` : `due in ${duration(due - now)}`;
}

/**
 * Whether the deadline is unmet and its instant has passed, by its status or by the local clock.
 */
export function isLate(deadline: Timed, now: number): boolean {
  return isRunning(deadline) && (deadline.status === 'missed' || Date.parse(deadline.dueAt) <= now);
}

export function isRunning({ status, over }: Pick<DeadlineView, 'status' | 'over'>): boolean {
  return isUnmetStatus(status) && over !== true;
}

export function standingTone(deadline: Timed, now: number): Tone {
  if (!isRunning(deadline)) return 'dim';
  if (isLate(deadline, now)) return 'bad';
  return Date.parse(deadline.dueAt) - now < 15 * 60_000 ? 'warn' : 'plain';
}

/** `pages Eleni, Kostas in 50s (14:15)`; a sentence of its own when nobody is next. */
export function nextWords({ next, rests }: Pick<DeadlineView, 'next' | 'rests'>, now: number): string {
  if (rests) return 'nobody is asked while an incident closes the gate';
  if (next === null) return 'nobody further is told';
  const people = next.recipients.map(({ name, person }) => cleanLine(name || person));
  const whom = people.length === 0 ? 'NOBODY (no recipient found)' : people.join(', ');
  const at = Date.parse(next.at);
  const when = at <= now ? 'now' : `${relative(at, now)} (${localTime(at, now)})`;
  const held =
    next.heldFrom === undefined ? '' : `, held since ${localTime(Date.parse(next.heldFrom), now)} for working hours`;
  const isHeld = next.heldFrom !== undefined && Date.parse(next.heldFrom) <= now;
  return `${next.mode === 'page' ? 'pages' : 'reminds'} ${whom} ${when}${isHeld ? held : ''}`;
}

/**
 * `paged Eleni (14:10), NOT Kostas (14:12: the mailbox is full)`; nothing when nobody was told yet.
 */
export function toldWords(told: DeadlineView['told'], now: number): string {
  const words = (kind: 'page' | 'remind', verb: string) => {
    const rows = told.filter((row) => row.kind === kind);
    const people = rows.map(({ name, at, channel, failed, underWay }) => {
      const time = localTime(Date.parse(at), now);
      if (underWay) return `${cleanLine(name)} NOT YET (by ${cleanLine(channel)} since ${time})`;
      return failed === undefined
        ? `${cleanLine(name)} (${time})`
        : `NOT ${cleanLine(name)} (${time}: ${cleanLine(failed)})`;
    });
    return rows.length === 0 ? [] : [`${verb} ${people.join(', ')}`];
  };
  return [...words('page', 'paged'), ...words('remind', 'reminded')].join('; ');
}

/**
 * The unmet deadlines, late ones first, each with the people who are told next; then a count of the
 * rest.
 */
export function deadlineBlock(deadlines: readonly DeadlineView[], now: number, layout: Layout): string[] {
  const { style } = layout;
  const running = deadlines
    .filter(isRunning)
    .sort((a, b) => order(a, now) - order(b, now) || (a.dueAt < b.dueAt ? -1 : 1));
  const lines = [style('strong', 'DEADLINES')];
  if (running.length === 0) lines.push('  none is running');
  const columns = Math.max(0, ...running.map((deadline) => standing(deadline, now).length));
  for (const deadline of running) {
    const words = standing(deadline, now).padEnd(columns);
    const due = localTime(Date.parse(deadline.dueAt), now);
    lines.push(
      `  ${style(standingTone(deadline, now), words)}   ${style('strong', deadline.id)}   ${style('dim', `at ${due}`)}`,
    );
    const reached = toldWords(deadline.told, now);
    if (reached !== '') lines.push(...wrap(reached, layout.width - 6).map((line) => `      ${line}`));
    const then = `then ${nextWords(deadline, now)}`;
    const snoozed =
      deadline.snoozedUntil === undefined ? '' : `snoozed until ${localTime(Date.parse(deadline.snoozedUntil), now)}; `;
    lines.push(...wrap(snoozed + then, layout.width - 6).map((line) => `      ${line}`));
  }
  const rest = restWords(deadlines, now);
  if (rest !== '') lines.push(style('dim', `  ${rest}`));
  return lines;
}

function order(deadline: DeadlineView, now: number): number {
  return (isLate(deadline, now) ? 0 : 2) + (deadline.kind === responseKind ? 0 : 1);
}

function restWords(deadlines: readonly DeadlineView[], now: number): string {
  const ended = deadlines.filter((deadline) => !isRunning(deadline));
  const late = ended.filter((deadline) => standing(deadline, now).includes('LATE')).map(({ id }) => id);
  const met = ended.filter(({ status }) => status === 'met').length - late.length;
  const missed = ended.filter(({ status, missedAt }) => status === 'cancelled' && missedAt !== undefined);
  const open = ended.filter(({ over }) => over === true).map(({ id }) => id);
  const words = [
    ...(met > 0 ? [`${met} met in time`] : []),
    ...(late.length > 0 ? [`met late: ${late.join(', ')}`] : []),
    ...(open.length > 0 ? [`open at the resolve: ${open.join(', ')}`] : []),
    ...(missed.length > 0 ? [`missed and cancelled: ${missed.map(({ id }) => id).join(', ')}`] : []),
  ];
  return words.join('; ');
}

/** Every deadline of a process with the rungs of its ladder. */
export function ladderLines(deadlines: readonly DeadlineWithRungs[], now: number, layout: Layout): string[] {
  return deadlines.flatMap((deadline, index) => [
    ...(index === 0 ? [] : ['']),
    ...ladderHeading(deadline, now, layout),
    ...(deadline.rungs.length === 0 ? [] : rungTable(deadline.rungs, now, layout).map((line) => `  ${line}`)),
  ]);
}

// One line when it fits.
function ladderHeading(deadline: DeadlineWithRungs, now: number, { style, width: room, wide }: Layout): string[] {
  const words = standing(deadline, now);
  const about = `${cleanLine(deadline.name)}, at ${localTime(Date.parse(deadline.dueAt), now)}`;
  const first = `${style('strong', deadline.id)}   ${style(standingTone(deadline, now), words)}`;
  if (wide || width(`${deadline.id}   ${words}   ${about}`) <= room) return [`${first}   ${about}`];
  return [first, ...wrap(about, room - 2).map((line) => `  ${line}`)];
}

function rungTable(rungs: DeadlineWithRungs['rungs'], now: number, layout: Layout): string[] {
  return table(
    [
      { title: 'RUNG', cell: ({ rung }) => rung },
      { title: 'AT', cell: ({ at }) => localTime(Date.parse(at), now) },
      { title: 'WHEN', cell: ({ at, fired }) => (fired ? 'fired' : relative(Date.parse(at), now)) },
      { title: 'WHAT', cell: ({ mode, fired }) => (fired ? { page: 'paged', remind: 'reminded' }[mode] : mode) },
      {
        title: 'WHOM',
        cell: ({ recipients, fired }) => recipients.map(({ name }) => name).join(', ') || (fired ? 'nobody' : 'NOBODY'),
        gives: 'wrap',
      },
    ],
    rungs,
    { ...layout, width: layout.width - 2 },
  );
}

const tableFrom = 120;

/**
 * The next deadlines over all open processes: a table where it fits, else two lines for each
 * deadline, so that no id is cut.
 */
export function dueLines(rows: readonly DueRow[], now: number, layout: Layout): string[] {
  if (layout.wide || layout.width >= tableFrom) return dueTable(rows, now, layout);
  const { style } = layout;
  const columns = Math.max(...rows.map((row) => standing(row, now).length));
  return rows.flatMap((row) => {
    const { id, severity, title, drill } = row.process;
    const what = `${drill ? 'DRILL ' : ''}${cleanLine(title)}; then ${nextWords(row, now)}`;
    return [
      `${style(standingTone(row, now), standing(row, now).padEnd(columns))}   ${style('strong', row.id)}   ${levelWord(severity)}${id}`,
      ...wrap(what, layout.width - 4).map((line) => `    ${line}`),
    ];
  });
}

/** What a list of the next deadlines does not show, a line for each reason. */
export function leftOutLines({ processes, deadlines, unanswered, earlier }: DuePage['leftOut']): string[] {
  const lines: string[] = [];
  const more = processes === 1 ? '1 more is' : `${processes} more are`;
  if (unanswered.length > 0)
    lines.push(
      `not listed, because they did not answer in time: ${unanswered.map((id) => cleanLine(id)).join(', ')}; their deadlines may be earlier`,
    );
  if (processes > 0)
    lines.push(
      earlier
        ? `${more} open; so many that some of their deadlines may be earlier: ask again`
        : `${more} open, with later deadlines`,
    );
  if (deadlines > 0)
    lines.push(`${counted(deadlines, 'later deadline')} of these are not listed; --limit shows up to 100`);
  return lines;
}

function dueTable(rows: readonly DueRow[], now: number, layout: Layout): string[] {
  return table<DueRow>(
    [
      { title: 'DUE', cell: (row) => standing(row, now), tone: (row) => standingTone(row, now) },
      { title: 'PROCESS', cell: ({ process }) => process.id },
      { title: 'SEV', cell: ({ process }) => levelWord(process.severity) || '-' },
      { title: 'DEADLINE', cell: ({ id }) => id, gives: 'cut' },
      { title: 'AT', cell: ({ dueAt }) => localTime(Date.parse(dueAt), now), wide: true },
      { title: 'THEN', cell: (row) => nextWords(row, now), gives: 'wrap' },
      { title: 'TITLE', cell: ({ process }) => (process.drill ? `DRILL ${process.title}` : process.title), wide: true },
    ],
    rows,
    layout,
  );
}
