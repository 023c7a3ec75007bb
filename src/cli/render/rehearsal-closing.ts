/**
 * Owns the last lines of a rehearsal: who answered and when, how many people were told, and which
 * messages did not get through. Counts lines of the agenda; computes nothing else.
 */
import { responseKind } from '../../contracts/deadline-kinds';
import type { AgendaLineView, RehearsalView } from '../../contracts/rehearsal-view';
import { counted, duration } from '../terminal/format';
import type { Tone } from '../terminal/style';
import type { Layout } from '../terminal/table';
import { wrap } from '../terminal/text';
import type { Clock } from './clock';

/** The result of the rehearsal, in sentences. */
export function closingLines(answer: RehearsalView, clock: Clock, { style, width: room, wide }: Layout): string[] {
  const { agenda, missed, exhausted } = answer;
  const ofType = (type: AgendaLineView['type']) => agenda.filter((line) => line.type === type);
  const [pages, reminders, announcements] = [ofType('page'), ofType('remind'), ofType('announce')].map(countedOf) as [
    Counted,
    Counted,
    Counted,
  ];
  const lost = [
    counted(pages.lost, 'page'),
    counted(reminders.lost, 'reminder'),
    counted(announcements.lost, 'announcement'),
  ].filter((words) => !words.startsWith('0 '));
  const unreached = unreachedRungs(agenda);
  const refusedAtOnce = ofType('page').some(({ recipients }) => recipients.some(({ failed }) => failed.length > 0));
  const lines: [Tone, string | undefined][] = [
    [
      'strong',
      `${answerSentence(answer, clock)} ${counted(pages.reached.length, 'page')} to ${counted(new Set(pages.reached).size, 'person', 'people')}, ${counted(reminders.reached.length, 'reminder')}.`,
    ],
    ['bad', missed.length === 0 ? undefined : `Missed: ${missed.join(', ')}.`],
    ['bad', exhausted.length === 0 ? undefined : `Ladders at their end: ${exhausted.join(', ')}.`],
    ['bad', unreached === 0 ? undefined : `${counted(unreached, 'rung')} reached nobody.`],
    ['bad', lost.length === 0 ? undefined : `Did not get through: ${lost.join(', ')}.`],
    [
      'dim',
      refusedAtOnce
        ? 'What is broken or absent refuses at once here; a receiver that stays silent holds a real page up for minutes.'
        : undefined,
    ],
    [
      'bad',
      ofType('refused').length === 0
        ? undefined
        : `${counted(ofType('refused').length, 'step')} of the scenario refused.`,
    ],
    [
      'dim',
      announcements.reached.length === 0
        ? undefined
        : `${counted(announcements.reached.length, 'announcement')} to ${[...new Set(announcements.reached)].join(', ')}${wide ? '' : ' (-o wide lists them)'}.`,
    ],
  ];
  return lines.flatMap(([tone, text]) =>
    text === undefined ? [] : wrap(text, wide ? Infinity : room).map((part) => style(tone, part)),
  );
}

interface Counted {
  /** The recipients of the messages that got through, one entry per message. */
  readonly reached: readonly string[];
  readonly lost: number;
}
function countedOf(lines: readonly AgendaLineView[]): Counted {
  const recipients = lines.flatMap((line) => line.recipients);
  const reached = recipients.filter(({ channel }) => channel !== undefined).map(({ person }) => person);
  return { reached, lost: recipients.length - reached.length };
}

// A rung may have several lines: one for each kind of message, and one that says that it reached
// nobody.
function unreachedRungs(agenda: readonly AgendaLineView[]): number {
  const reached = new Map<string, boolean>();
  for (const { type, deadlines, rung, because, recipients } of agenda) {
    if (!['page', 'remind', 'nobody'].includes(type) || because === 'fallthrough' || rung === undefined) continue;
    const key = JSON.stringify([deadlines[0]?.id, deadlines[0]?.dueAt, rung]);
    reached.set(key, reached.get(key) === true || recipients.some(({ channel }) => channel !== undefined));
  }
  return [...reached.values()].filter((one) => !one).length;
}

function answerSentence(answer: RehearsalView, clock: Clock): string {
  const { kind, agenda, status, ends } = answer;
  const at = Date.parse(answer.endedAt);
  const until = {
    over: `It is ${status} on`,
    quiet: 'Nothing is ahead after',
    repeating: 'The last of this is told again, until somebody acts, after',
    horizon: 'Looked at until',
    limit: 'Too much happens to be looked at further: cut off on',
  }[ends];
  const end = `${until} ${clock.day(at)} ${clock.time(at)}.`;
  if (kind === 'release') return end;
  const answers = agenda
    .filter(({ type, about }) => type === 'met' && about.includes(responseKind))
    .map(({ after, late }, index) => {
      const heard = agenda.find((line) => line.after === after && line.text.startsWith('Acknowledged'));
      const by = heard?.by === undefined ? `${index === 0 ? 'It' : 'it'} was answered` : `${heard.by} had it`;
      return `${by} after ${duration(after)}, ${late > 0 ? `${duration(late)} late` : 'in time'}`;
    });
  if (answers.length === 0) return `Nobody ever answered. ${end}`;
  return `${[...answers, ...unansweredSince(answer)].join('; ')}. ${end}`;
}

// After a reopening, a worse severity or a hand-off that nobody took, the response is open again.
function unansweredSince({ at, deadlines, timeline }: RehearsalView): string[] {
  if (deadlines.find(({ id }) => id === responseKind)?.status === 'met') return [];
  const asked = timeline.findLast(({ type, asksAnew }) => Object.hasOwn(askedWords, type) || asksAnew === true);
  if (!asked) return [];
  const after = duration(Date.parse(asked.at) - Date.parse(at));
  return [`${askedWords[asked.type] ?? 'raised'} after ${after}, and nobody answered since`];
}
const askedWords: Readonly<Record<string, string>> = {
  reopened: 'reopened',
  'hand-off-expired': 'not taken over',
  'answer-expired': 'nothing heard',
};
