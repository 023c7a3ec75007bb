/**
 * Owns how a rehearsal reads at 3 a.m.: day by day on the clock of the calendar's zone, when, how urgent, what is due, who exactly and by
 * which way, and a sentence that says how it went. Computes nothing.
 */
import type { AgendaLineView, RehearsalView } from '../contracts/rehearsal-view';
import { duration } from './format';
import type { Tone } from './style';
import type { Layout } from './table';
import { oneLine, pad, wrap } from './text';

/** Announcements are one line each in `wide`; else they are counted. */
export function rehearsalLines(answer: RehearsalView, layout: Layout): string[] {
  const shown = answer.agenda.filter(
    (line) => (line.type !== 'announce' || layout.wide) && !(line.type === 'command' && isBeginning(line, answer)),
  );
  const clock = clockOf(answer.zone);
  const lines = [...heading(answer, clock, layout)];
  let day = '';
  for (const line of shown) {
    const at = Date.parse(line.at);
    if (clock.day(at) !== day) {
      day = clock.day(at);
      lines.push('', layout.style('strong', day));
    }
    lines.push(...agendaLines(line, clock, layout));
  }
  return [...lines, '', ...closing(answer, clock, layout)];
}

function isBeginning({ after, text }: AgendaLineView, { kind }: RehearsalView): boolean {
  return after === 0 && text.startsWith(kind === 'incident' ? 'Declared' : 'Planned');
}

export interface Clock {
  /** `Thu 24 Dec 2026`. */
  readonly day: (at: number) => string;
  /** `23:30`, with seconds where there are some. */
  readonly time: (at: number) => string;
  /** `EET`. */
  readonly zone: (at: number) => string;
}
/** The clock of `zone`. */
export function clockOf(zone: string): Clock {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options });
  const day = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const time = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const name = format({ timeZoneName: 'short', hour: '2-digit' });
  return {
    day: (at) => day.format(at).replace(',', ''),
    time: (at) => time.format(at).replace(/:00$/, ''),
    zone: (at) => name.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? zone,
  };
}

function heading(answer: RehearsalView, clock: Clock, { style }: Layout): string[] {
  const { kind, severity, services, template, zone } = answer;
  const at = Date.parse(answer.at);
  const about = services.length === 0 ? 'no service named' : services.join(', ');
  const target =
    answer.targetAt === undefined
      ? ''
      : `, target ${clock.day(Date.parse(answer.targetAt))} ${clock.time(Date.parse(answer.targetAt))}`;
  return [
    `${style('strong', `REHEARSAL of ${kind === 'incident' ? 'an incident' : 'a release'}`)}   ${severity}   ${about}${target}`,
    style(
      'dim',
      `${clock.day(at)} ${clock.time(at)} ${clock.zone(at)} (${zone}), ${template.name} ${template.version}; nothing is sent`,
    ),
  ];
}

const labels: Readonly<Record<AgendaLineView['type'], readonly [string, Tone]>> = {
  page: ['PAGE', 'warn'],
  remind: ['remind', 'plain'],
  announce: ['announce', 'dim'],
  nobody: ['NOBODY', 'bad'],
  missed: ['MISSED', 'bad'],
  met: ['met', 'good'],
  exhausted: ['EXHAUSTED', 'bad'],
  command: ['', 'strong'],
  refused: ['REFUSED', 'bad'],
  absent: ['ABSENT', 'bad'],
  back: ['BACK', 'good'],
  ended: ['end', 'dim'],
};
const labelWidth = 9;
/** What stands before the words of a line: the time, the time passed, the label. */
const indent = 2 + 7 + 8 + labelWidth + 1;

function agendaLines(line: AgendaLineView, clock: Clock, { width: room, wide, style }: Layout): string[] {
  const at = Date.parse(line.at);
  const [label, tone] = labels[line.type];
  const shownLabel = line.type === 'command' ? (line.by ?? 'muster').slice(0, labelWidth) : label;
  const before = `  ${pad(`${clock.time(at)} `, 7)}${pad(line.after === 0 ? '+0' : `+${duration(line.after)}`, 8)}`;
  const words = wordsOf(line, at, clock).flatMap((text) => (wide ? [text] : wrap(text, Math.max(30, room - indent))));
  return words.map((text, index) =>
    index === 0
      ? `${before}${style(tone, pad(shownLabel, labelWidth))} ${text}`.trimEnd()
      : `${' '.repeat(indent)}${text}`.trimEnd(),
  );
}

function wordsOf(line: AgendaLineView, at: number, clock: Clock): string[] {
  switch (line.type) {
    case 'page':
    case 'remind':
      return [noticeOf(line, at, clock), ...whoOf(line)];
    case 'announce':
      return whoOf(line);
    case 'met':
      return [`${line.about.join(', ')}${line.late > 0 ? `, ${duration(line.late)} late` : ' in time'}`];
    case 'missed':
      return [line.about.join(', ')];
    case 'nobody':
      return [oneLine(line.text)];
    case 'ended':
      return [`the process is ${line.text}`];
    default:
      return [oneLine(onClock(line.text, clock))];
  }
}

// Sentences name instants in UTC; the agenda is on the clock of the calendar.
function onClock(text: string, clock: Clock): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, (found) => {
    const at = Date.parse(found);
    return `${clock.day(at)} ${clock.time(at)}`;
  });
}

function noticeOf({ about, deadlines, rung, late, because }: AgendaLineView, at: number, clock: Clock): string {
  const due = deadlines.map(({ dueAt }, index) => `${about[index] ?? ''}, ${dueWords(Date.parse(dueAt), at, clock)}`);
  const words = [
    due.length > 0 ? due.join('; ') : 'escalated by hand',
    ...(rung === undefined ? [] : [`rung ${rung}`]),
    ...(late >= 1000 ? [`${duration(late)} late`] : []),
    ...(because === 'fallthrough' ? ['fallthrough: the rung reached nobody'] : []),
  ];
  return words.join(', ');
}

function dueWords(due: number, at: number, clock: Clock): string {
  const day = clock.day(due) === clock.day(at) ? '' : `${clock.day(due).slice(0, -5)} `;
  const when = `${day}${clock.time(due)}`;
  if (due > at) return `due in ${duration(due - at)} (${when})`;
  return due === at ? 'due now' : `overdue by ${duration(at - due)} (${when})`;
}

/** `Ana Duarte (ceo), Bruno Keller (cto) by inbox`, a line for each way. */
export function whoOf({ recipients }: Pick<AgendaLineView, 'recipients'>): string[] {
  const ways = new Map<string, string[]>();
  for (const { name, as, channel, failed } of recipients) {
    const tried =
      failed.length === 0 ? '' : ` after ${failed.map((one) => `${one.channel} failed (${one.because})`).join(', ')}`;
    const way = channel === undefined ? `NOT REACHED${tried.replace(' after', ':')}` : `by ${channel}${tried}`;
    ways.set(way, [...(ways.get(way) ?? []), oneLine(as === undefined ? name : `${name} (${as})`)]);
  }
  return [...ways].map(([way, names]) => `${names.join(', ')} ${way}`);
}

// --- How it went ---------------------------------------------------------------------------------------------------

function closing(answer: RehearsalView, clock: Clock, { style, width: room, wide }: Layout): string[] {
  const { agenda, missed, exhausted } = answer;
  const of = (type: AgendaLineView['type']) => agenda.filter((line) => line.type === type);
  const told = agenda.filter(({ type }) => type === 'page' || type === 'remind');
  const people = (lines: readonly AgendaLineView[]) =>
    new Set(
      lines.flatMap(({ recipients }) => recipients.flatMap((one) => (one.channel === undefined ? [] : [one.person]))),
    );
  const announced = of('announce').flatMap(({ recipients }) => recipients.map(({ person }) => person));
  const unreached =
    told.filter(({ recipients }) => recipients.every(({ channel }) => channel === undefined)).length +
    of('nobody').length;
  const lines: [Tone, string][] = [
    [
      'strong',
      `${answerSentence(answer, clock)} ${count(answer.paged, 'page')} to ${count(people(of('page')).size, 'person', 'people')}, ${count(
        of('remind').reduce((sum, { recipients }) => sum + recipients.length, 0),
        'reminder',
      )}.`,
    ],
    ...(missed.length === 0 ? [] : ([['bad', `Missed: ${missed.join(', ')}.`]] as [Tone, string][])),
    ...(exhausted.length === 0
      ? []
      : ([['bad', `Ladders at their end: ${exhausted.join(', ')}.`]] as [Tone, string][])),
    ...(unreached === 0 ? [] : ([['bad', `${count(unreached, 'rung')} reached nobody.`]] as [Tone, string][])),
    ...(of('refused').length === 0
      ? []
      : ([['bad', `${count(of('refused').length, 'step')} of the scenario refused.`]] as [Tone, string][])),
    ...(announced.length === 0
      ? []
      : ([
          [
            'dim',
            `${count(announced.length, 'announcement')} to ${[...new Set(announced)].join(', ')}${wide ? '' : ' (-o wide lists them)'}.`,
          ],
        ] as [Tone, string][])),
  ];
  return lines.flatMap(([tone, text]) => wrap(text, wide ? Infinity : room).map((part) => style(tone, part)));
}

function answerSentence({ kind, agenda, status, ends, endedAt }: RehearsalView, clock: Clock): string {
  const answer = agenda.find(({ type, about }) => type === 'met' && about.includes('response'));
  const heard = agenda.find(({ type, text }) => type === 'command' && text.startsWith('Acknowledged'));
  const at = Date.parse(endedAt);
  const until = {
    over: `It is ${status} on`,
    quiet: 'Nothing is ahead after',
    horizon: 'Looked at until',
    limit: 'It became too long and was cut off on',
  }[ends];
  const end = `${until} ${clock.day(at)} ${clock.time(at)}.`;
  if (kind === 'release') return end;
  const by = heard?.by === undefined ? 'It was answered' : `${heard.by} had it`;
  if (!answer) return `Nobody ever answered. ${end}`;
  return `${by} after ${duration(answer.after)}, ${answer.late > 0 ? `${duration(answer.late)} late` : 'in time'}. ${end}`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
