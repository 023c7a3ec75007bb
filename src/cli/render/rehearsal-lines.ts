/**
 * Owns how a rehearsal is shown, readable at 3 a.m.: day by day, on the clock of the calendar's
 * zone, with the time, the urgency, the deadline, the people and the channel. rehearsal-closing.ts
 * has the last lines. Computes nothing.
 */
import { noLevel } from '../../contracts/command-table';
import { showInstants } from '../../contracts/instant-text';
import type { AgendaLineView, RehearsalView } from '../../contracts/rehearsal-view';
import { duration } from '../terminal/format';
import { closingLines } from './rehearsal-closing';
import type { Tone } from '../terminal/style';
import type { Layout } from '../terminal/table';
import { cleanLine, pad, width, wrap } from '../terminal/text';
import { clockOf, type Clock } from './clock';

/** In `wide`, each announcement is a line; otherwise announcements are only counted. */
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
  return [...lines, '', ...closingLines(answer, clock, layout)];
}

function isBeginning({ after, text }: AgendaLineView, { kind }: RehearsalView): boolean {
  return after === 0 && text.startsWith(kind === 'incident' ? 'Declared' : 'Planned');
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
    `${style('strong', `REHEARSAL of ${kind === 'incident' ? 'an incident' : 'a release'}`)}   ${severity === noLevel ? '' : `${severity}   `}${about}${target}`,
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
  warned: ['WARNED', 'warn'],
  absent: ['ABSENT', 'bad'],
  back: ['BACK', 'good'],
  held: ['held', 'dim'],
  ended: ['end', 'dim'],
};
const labelWidth = 9;
/** The width before the words of a line: the time, the time passed, the label. */
const indent = 2 + 7 + 8 + labelWidth + 1;

function agendaLines(line: AgendaLineView, clock: Clock, { width: room, wide, style }: Layout): string[] {
  const at = Date.parse(line.at);
  const [label, tone] = labels[line.type];
  const shownLabel = line.type === 'command' ? (line.by ?? 'muster').slice(0, labelWidth) : label;
  const before = `  ${pad(`${clock.time(at)} `, 7)}${pad(line.after === 0 ? '+0' : `+${duration(line.after)} `, 8)}`;
  // A time with an offset takes more room.
  const taken = Math.max(indent, width(before) + labelWidth + 1);
  const words = wordsOf(line, at, clock).flatMap((text) => (wide ? [text] : wrap(text, Math.max(30, room - taken))));
  return words.map((text, index) =>
    index === 0
      ? `${before}${style(tone, pad(shownLabel, labelWidth))} ${text}`.trimEnd()
      : `${' '.repeat(taken)}${text}`.trimEnd(),
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
      return [cleanLine(line.text)];
    case 'ended':
      return [`the process is ${line.text}`];
    default:
      return [cleanLine(onClock(line.text, clock))];
  }
}

// The sentences have UTC instants; the agenda uses the clock of the calendar.
function onClock(text: string, clock: Clock): string {
  return showInstants(text, (instant) => {
    const at = Date.parse(instant);
    return `${clock.day(at)} ${clock.time(at)}`;
  });
}

function noticeOf({ about, deadlines, rung, late, because, text }: AgendaLineView, at: number, clock: Clock): string {
  const due = deadlines.map(({ dueAt }, index) => `${about[index] ?? ''}, ${dueWords(Date.parse(dueAt), at, clock)}`);
  const words = [
    due.length > 0 ? due.join('; ') : cleanLine(onClock(text, clock)),
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

/** `Ana Duarte (ceo), Bruno Keller (cto) by inbox`, one line for each channel. */
export function whoOf({ recipients }: Pick<AgendaLineView, 'recipients'>): string[] {
  const ways = new Map<string, string[]>();
  for (const { name, as, channel, failed } of recipients) {
    const tried =
      failed.length === 0 ? '' : ` after ${failed.map((one) => `${one.channel} failed (${one.because})`).join(', ')}`;
    const way = channel === undefined ? `NOT REACHED${tried.replace(' after', ':')}` : `by ${channel}${tried}`;
    ways.set(way, [...(ways.get(way) ?? []), cleanLine(as === undefined ? name : `${name} (${as})`)]);
  }
  return [...ways].map(([way, names]) => `${names.join(', ')} ${way}`);
}
