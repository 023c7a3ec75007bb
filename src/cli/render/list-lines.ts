/**
 * Owns lists as tables: processes, timeline, inbox, templates, people, services, and what a command
 * changed. Knows no HTTP.
 */
import { metWords, targetMeetsWords } from './meeting-words';
import { noLevel } from '../../contracts/command-table';
import type {
  CommandAnswer,
  InboxPage,
  InboxRow,
  ListRow,
  PersonRow,
  ReschedulePreviewView,
  ServiceRow,
  TemplateRow,
  TemplateView,
  TimelineEntry,
} from '../../contracts/view';
import { duration, localizeInstants, localTime, relative } from '../terminal/format';
import { levelTone } from '../terminal/style';
import { table, type Layout } from '../terminal/table';
import { cleanLine, wrap } from '../terminal/text';

export function processTable(rows: readonly ListRow[], now: number, layout: Layout): string[] {
  const due = ({ nextDueAt, missed, ended }: ListRow) => {
    if (ended !== undefined) return '-';
    if (nextDueAt === null) return missed ? 'LATE' : '-';
    const ahead = Date.parse(nextDueAt) - now;
    if (missed) return ahead < 0 ? `LATE by ${duration(-ahead, 1)}` : 'LATE';
    return ahead > 0 ? `in ${duration(ahead, 1)}` : 'now';
  };
  return table<ListRow>(
    [
      { title: 'ID', cell: ({ id }) => id },
      {
        title: 'SEV',
        cell: ({ severity }) => (severity === noLevel ? '-' : severity),
        tone: ({ level }) => levelTone(level),
      },
      {
        title: 'STATUS',
        cell: ({ status, ended, standsStill }) =>
          ended !== undefined ? `${status}, ${ended.toUpperCase()}` : standsStill ? `${status}, STANDS STILL` : status,
        tone: ({ ended, standsStill }) => (ended !== undefined || standsStill ? 'bad' : 'plain'),
      },
      { title: 'DUE', cell: due, tone: ({ missed, ended }) => (missed && ended === undefined ? 'bad' : 'plain') },
      { title: 'SERVICES', cell: ({ services }) => services.join(','), wide: true },
      {
        title: 'BEGAN',
        cell: ({ declaredAt, plannedAt }) => relative(Date.parse(declaredAt ?? plannedAt ?? ''), now),
        wide: true,
      },
      { title: 'TITLE', cell: ({ title, drill }) => (drill ? `DRILL ${title}` : title), gives: 'cut' },
    ],
    rows,
    layout,
  );
}

/** Times are local; the sentence of each entry is never cut. */
export function timelineTable(entries: readonly TimelineEntry[], now: number, layout: Layout): string[] {
  return table<TimelineEntry>(
    [
      { title: 'NO', cell: ({ seq }) => String(seq), wide: true },
      { title: 'TIME', cell: ({ at }) => localTime(Date.parse(at), now, { seconds: true }) },
      { title: 'WHO', cell: ({ by }) => by, gives: 'cut' },
      { title: 'TYPE', cell: ({ type }) => type, wide: true },
      {
        title: 'WHAT',
        cell: ({ text }) => localizeInstants(text, now),
        gives: 'wrap',
        tone: ({ type }) => (alarming.has(type) ? 'bad' : 'plain'),
      },
    ],
    entries,
    layout,
  );
}
const alarming = new Set([
  'deadline-missed',
  'exhausted',
  'delivery-failed',
  'effect-failed',
  'fallthrough',
  'rolled-back',
]);

/** One entry on one line, for pipes. */
export function timelineLine({ at, by, text }: TimelineEntry, now: number): string {
  return `${localTime(Date.parse(at), now, { date: true, seconds: true })}   ${cleanLine(by)}   ${cleanLine(localizeInstants(text, now))}`;
}

/** What the list of messages does not show, a line for each reason. */
export function inboxLeftOut(leftOut: InboxPage['leftOut'] | undefined): string[] {
  // An older server does not say it.
  if (leftOut === undefined) return [];
  const { messages, processes, unanswered } = leftOut;
  const older = messages === 1 ? '1 older message is' : `${messages} older messages are`;
  return [
    ...(messages === 0 ? [] : [`${older} not shown; --limit shows up to 500, --person and --process fewer`]),
    ...(processes
      ? ['not all incidents and releases were looked at, open ones first; --process ID shows the messages of another']
      : []),
    ...(unanswered.length === 0
      ? []
      : [`not looked at, because they did not answer in time: ${unanswered.map((id) => cleanLine(id)).join(', ')}`]),
  ];
}

/** The headline of each message; the whole text under `-o wide`. */
export function inboxTable(rows: readonly InboxRow[], now: number, layout: Layout): string[] {
  const shownOf = (text: string) => (layout.wide ? text : (text.split('\n', 1)[0] ?? ''));
  return table<InboxRow>(
    [
      { title: 'TIME', cell: ({ at }) => localTime(Date.parse(at), now, { seconds: true }) },
      { title: 'KIND', cell: ({ kind }) => kind, tone: ({ kind }) => (kind === 'page' ? 'strong' : 'plain') },
      { title: 'TO', cell: ({ recipient }) => recipient },
      { title: 'PROCESS', cell: ({ process }) => process },
      { title: 'RUNG', cell: ({ rung }) => rung ?? '-', wide: true },
      { title: 'CHANNEL', cell: ({ channel }) => channel, wide: true },
      { title: 'TEXT', cell: ({ text }) => localizeInstants(shownOf(text), now), gives: 'wrap' },
    ],
    rows,
    layout,
  );
}

export function templateTable(rows: readonly TemplateRow[], layout: Layout): string[] {
  return table<TemplateRow>(
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'DEFAULT', cell: ({ default: isDefault }) => (isDefault ? 'yes' : '-') },
      { title: 'VERSION', cell: ({ version }) => version },
      { title: 'SHA-256', cell: ({ hash }) => (layout.wide ? hash : hash.slice(0, 12)) },
    ],
    rows,
    layout,
  );
}

export function templateLines(template: TemplateView, layout: Layout): string[] {
  const { style, width } = layout;
  const severities = Object.entries(template.severities);
  const lines = [
    `${style('strong', template.id)}   ${template.kind}   ${template.version}   sha256 ${template.hash.slice(0, 12)}`,
    '',
  ];
  lines.push(
    ...table<(typeof severities)[number]>(
      [
        { title: 'SEVERITY', cell: ([id, { name }]) => `${id} ${name}` },
        { title: 'ANSWER', cell: ([, { response }]) => response },
        { title: 'UPDATES', cell: ([, { update, updateEvery }]) => updatesWords(update, updateEvery) },
        { title: 'ESCALATES TO', cell: ([, { escalateTo }]) => escalateTo.join(', '), gives: 'cut' },
        { title: 'MEANS', cell: ([, { means }]) => means, gives: 'wrap' },
      ],
      severities,
      layout,
    ),
  );
  for (const phase of template.phases) {
    lines.push(
      '',
      `${style('strong', cleanLine(phase.name))}   ${phase.id}${phase.hint === undefined ? '' : `   ${cleanLine(phase.hint)}`}${appliesWords(phase)}`,
    );
    const times = (['opens', 'due', 'ladder'] as const).flatMap((word) =>
      phase[word] === undefined ? [] : [`${word} ${phase[word]}`],
    );
    if (times.length > 0) lines.push(...wrap(times.join(', '), width - 2).map((line) => `  ${line}`));
    for (const group of phase.groups) {
      lines.push(`  ${cleanLine(group.name)}${appliesWords(group)}`);
      for (const { id, text, required, doneWhen, check, due, needs, when, ladder } of group.items) {
        const marks = [
          ...(required ? [] : ['if needed']),
          ...(doneWhen === undefined ? [] : [`by itself: ${doneWhen}`]),
          ...(check === undefined ? [] : [`check ${check}`]),
          ...(due === undefined ? [] : [`due ${due}`]),
          ...(needs === undefined ? [] : [`after ${needs.join(', ')}`]),
          ...(when === undefined ? [] : [`when ${when}`]),
          ...(ladder === undefined ? [] : [`ladder ${ladder}`]),
        ];
        const words = wrap(
          `${cleanLine(text)}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`,
          Math.max(24, width - 39),
        );
        lines.push(...words.map((line, index) => `    ${(index === 0 ? id : '').padEnd(32)}   ${line}`));
      }
    }
  }
  for (const { id, before, min, majority, veto, each, notBefore, roles } of template.gates) {
    const rules = [
      `${min} of ${roles.join(', ')}`,
      ...each.map((role) => `a go of ${role}`),
      ...(majority ? ['the majority'] : []),
      ...(veto ? [] : ['one no-go does not close it']),
      ...(notBefore === undefined ? [] : [`not before ${notBefore}`]),
    ];
    lines.push('', `Gate ${id} before ${before}: ${rules.join('; ')}`);
  }
  for (const [kind, rungs] of Object.entries(template.ladders)) {
    lines.push(
      '',
      style('strong', `Ladder ${kind}`),
      ...rungs.map(
        ({ rung, at, mode, to, when }) =>
          `  ${rung}   ${at}   ${mode} ${to.join(', ')}${when === undefined ? '' : `   when ${when}`}`,
      ),
    );
  }
  return lines;
}

function updatesWords(update: 'none' | 'once' | undefined, updateEvery: string): string {
  return update === 'once' ? `once, ${updateEvery}` : (update ?? updateEvery);
}

// Whether all of it applies: an empty text when the template says nothing.
function appliesWords({
  when,
  each,
}: {
  readonly when?: string | undefined;
  readonly each?: string | undefined;
}): string {
  return `${each === undefined ? '' : `   for each ${each}`}${when === undefined ? '' : `   when ${when}`}`;
}

export function peopleTable(rows: readonly PersonRow[], layout: Layout): string[] {
  return table<PersonRow>(
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'NAME', cell: ({ name }) => name, gives: 'cut' },
      { title: 'ROLES', cell: ({ roles }) => roles.join(', ') || '-', gives: 'wrap' },
      { title: 'REACHED BY', cell: ({ reach }) => reach.join(', '), wide: true },
    ],
    rows,
    layout,
  );
}

export function serviceTable(rows: readonly ServiceRow[], layout: Layout): string[] {
  return table<ServiceRow>(
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'TEAM', cell: ({ team }) => team },
      { title: 'TIER', cell: ({ tier }) => (tier === undefined ? '-' : String(tier)) },
      { title: 'OWNERS', cell: ({ owners }) => (owners ?? []).join(', ') || '-', wide: true },
      { title: 'ON PAGE AS', cell: ({ statusPage }) => statusPage?.name ?? '-', wide: true },
      { title: 'LINKS', cell: ({ links }) => Object.values(links ?? {}).join(' '), gives: 'wrap' },
    ],
    rows,
    layout,
  );
}

/** The changes by one of several commands, on one line. */
export function answerLine({ id, changes }: CommandAnswer, now: number, { style }: Layout): string {
  const words = changes.length === 0 ? ['nothing changed'] : changes;
  return `${style('strong', id)}   ${words.map((change) => localizeInstants(cleanLine(change), now, true)).join('; ')}`;
}

/** The changes by a command; for a dry run, the changes that it would make. */
export function answerLines(answer: CommandAnswer, now: number, layout: Layout): string[] {
  if (answer.preview !== undefined) return previewLines(answer.id, answer.preview, now, layout);
  const changes = answer.changes.length === 0 ? ['nothing changed'] : answer.changes;
  return [
    `${layout.style('strong', answer.id)}   revision ${answer.revision}`,
    ...changes.flatMap((change) =>
      wrap(localizeInstants(cleanLine(change), now, true), layout.width - 2).map((line) => `  ${line}`),
    ),
    ...targetLines(answer.meets, now, layout),
  ];
}

// R24: a target on a day off or in a freeze is taken, and warned of.
function targetLines(meets: CommandAnswer['meets'] = [], now: number, { style, width }: Layout): string[] {
  const lines = meets.length === 0 ? [] : wrap(targetMeetsWords(meets, now), width - 2);
  return lines.map((line) => `  ${style('warn', line)}`);
}

function previewLines(id: string, preview: ReschedulePreviewView, now: number, layout: Layout): string[] {
  const time = (instant: string) => localTime(Date.parse(instant), now, { date: true });
  type Move = ReschedulePreviewView['moves'][number];
  return [
    `${layout.style('strong', id)}   nothing changed yet; with the target at ${time(preview.targetAt)} this would move:`,
    '',
    ...table<Move>(
      [
        { title: 'DEADLINE', cell: ({ deadline }) => deadline, gives: 'cut' },
        { title: 'FROM', cell: ({ from }) => time(from) },
        { title: 'TO', cell: ({ to }) => time(to) },
      ],
      preview.moves,
      layout,
    ),
    ...(preview.overdue.length === 0
      ? []
      : ['', layout.style('bad', 'LATE at once:'), ...preview.overdue.map((deadline) => `  ${deadline}`)]),
    ...(preview.meets.length === 0
      ? []
      : [
          '',
          layout.style('warn', 'On days off, or in a freeze:'),
          ...preview.meets.map((met) => `  ${metWords(met, now)}   ${met.deadline}`),
        ]),
  ];
}
