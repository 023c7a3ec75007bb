/**
 * Owns the words of a notification: what is wrong, why the recipient gets the message, what to do
 * next. The body follows these words, for an incident in the form of the Incident Communication
 * Template (message-body.ts). Words and body are made from the timeline up to the event that caused
 * the message, so the same event always gives the same text, save for the title, which is that of
 * now (R21).
 */
import { kindRules, partsOfId } from '../deadlines/kinds';
import { changeWords, rollBackWord } from '../changes/words';
import { wasToldBefore } from './audiences';
import { alertsNamed } from '../state/alerts-shown';
import { eventAt, isIncident } from '../state/draft';
import { formatDuration } from '../time/duration';
import { drillMark, processFields } from './message-body';
import { notesFor } from './moments';
import { hasItWords, newsWords, nextAfterNews, whyNews } from './news';
import { askedFor, deadlineName } from './promises';
import { joinedPhrases, moment, phrase } from '../text/phrase';
import { publicFields, publicTitle } from './public-words';
import { snapshotAt, type Snapshot } from './snapshot';
import { takesCommand } from '../state/has-it';
import { subjectOf } from './subject';
import { given } from '../../given';
import type {
  FiredRung,
  Instant,
  InternalFields,
  MessageContent,
  MessageFields,
  Phrase,
  ProcessFields,
  ProcessState,
  SendRequest,
  TimelineEvent,
} from '../model';

export interface MessageSubject {
  readonly of: number;
  readonly kind: SendRequest['kind'];
  readonly recipient: string;
  readonly rungs: readonly FiredRung[];
  readonly public: boolean;
}

/**
 * The content of one message: the facts, and the sentence that says why this recipient gets the
 * message. If the timeline has no event `of`, the content is only a title.
 */
export function messageContent(state: ProcessState, subject: MessageSubject): MessageContent {
  const event = eventAt(state, subject.of);
  if (!event) return { text: subject.public ? publicTitle(state) : state.title, why: 'a notification' };
  return { fields: fieldsOf(state, subject, event) };
}

function fieldsOf(state: ProcessState, subject: MessageSubject, event: TimelineEvent): MessageFields {
  const snapshot = snapshotAt(state, subject.of);
  if (subject.public) return publicFields(state, event, snapshot);
  return {
    public: false,
    head: phrase`${state.drill ? drillMark : ''}${headline(state, subject, event)}`,
    ...given({
      subject: isOfHolder(subject, event) ? hasItWords(event) : subjectOf(state, event, subject.rungs),
    }),
    why: whyOf(state, subject, event, snapshot),
    next: nextStep(state, subject, event) ?? null,
    notes: [
      ...(subject.kind === 'announce' ? notesFor(state, event, snapshot, subject.recipient) : leftOpen(state, subject)),
      ...(asksWhy(subject, event) ? changedLately(state) : []),
    ],
    ...given({ alerts: asksWhy(subject, event) && isIncident(state) ? alertsNamed(state) : undefined }),
    event: event.type,
    kind: subject.kind,
    recipient: subject.recipient,
    late: Math.max(0, ...subject.rungs.map(({ late }) => late ?? 0)),
    ...processFields(state, snapshot),
  };
}

// Whoever is woken, or hears of the incident first, asks why.
function asksWhy({ kind }: MessageSubject, { type }: TimelineEvent): boolean {
  return kind === 'page' || type === 'declared';
}

/** How many changes a message names. */
const mostChanges = 2;
function changedLately(state: ProcessState): InternalFields['notes'] {
  if (!isIncident(state) || state.recent === undefined) return [];
  return state.recent.changes.slice(0, mostChanges).map((change) => {
    const back = rollBackWord(change, state.id);
    const how = back === undefined ? '' : `; to take it back: ${back}`;
    return { label: 'Changed lately', text: phrase`${changeWords(change)} at ${moment(change.at)}${how}` };
  });
}

// R1: what was open at the resolve is said once to the people, with the first rung of what counts
// from there.
function leftOpen(state: ProcessState, { of, rungs }: MessageSubject): InternalFields['notes'] {
  const isFirst = rungs.some(({ deadline, rung }) => rung === '1' && state.deadlines[deadline]?.anchor === 'resolved');
  if (!isFirst) return [];
  const resolved = state.timeline.slice(0, of).findLast((event) => event.type === 'resolved');
  if (resolved === undefined || resolved.open === 0) return [];
  const items = resolved.open === 1 ? '1 item was' : `${resolved.open} items were`;
  return [{ label: 'Left open', text: `${items} open at the resolve` }];
}

// R5: a reminder about such a deed tells who has the incident by it.
function isOfHolder({ kind, rungs }: MessageSubject, event: TimelineEvent): boolean {
  return kind === 'remind' && rungs.length === 0 && takesCommand(event);
}

function headline(state: ProcessState, subject: MessageSubject, event: TimelineEvent): Phrase {
  if (subject.rungs.length > 0) {
    const named = subject.rungs.map(
      (rung) => phrase`${deadlineName(state, rung.deadline)} ${dueWords(rung, event.at)}`,
    );
    return phrase`${state.title}: ${joinedPhrases([...distinct(named), ...askedFor(state, subject.of, subject.rungs)], '; ')}`;
  }
  const news = isOfHolder(subject, event) ? hasItWords(event) : newsWords(state, event);
  return news === undefined ? state.title : phrase`${state.title}: ${news}`;
}

// Two rungs may read the same in words; the headline then names them once.
function distinct(phrases: readonly Phrase[]): readonly Phrase[] {
  if (phrases.length < 2) return phrases;
  const seen = new Map(phrases.map((one) => [JSON.stringify(one), one]));
  return [...seen.values()];
}

function dueWords(rung: FiredRung, at: Instant): Phrase {
  const due = phrase`due ${moment(rung.dueAt)}`;
  const late = (rung.late ?? 0) >= 1000 ? ` (told ${formatDuration(rung.late ?? 0)} late)` : '';
  return rung.dueAt <= at ? phrase`missed, ${due}${late}` : phrase`${due}${late}`;
}

function whyOf(state: ProcessState, subject: MessageSubject, event: TimelineEvent, snapshot: Snapshot): string {
  const knew = () => event.type === 'reopened' || wasToldBefore(state, event, subject.recipient);
  if (subject.kind === 'announce' && knew()) return `${subject.recipient} was told of this ${state.kind} before`;
  if (subject.kind === 'announce')
    return `${subject.recipient} is informed of ${state.kind === 'incident' ? `${snapshot.severity} incidents` : 'releases'}`;
  if (subject.kind === 'remind' && subject.rungs.length === 0) return whyNews(state, event, subject.recipient);
  const standing = standingAt(state, subject);
  if (event.type === 'handed-off') return `${event.by ?? 'muster'} wants you to take it`;
  if (event.type === 'team-involved')
    return standing === undefined ? `you are on call of ${event.team}` : `you are ${standing}`;
  if (event.type === 'severity-changed') return 'you were told of it before, and nobody has answered yet';
  if (event.type === 'effect-failed') return standing === undefined ? 'you are on call' : `you are ${standing}`;
  if (event.type === 'call-failed')
    return `${event.call} could not be reached${standing === undefined ? '' : `; you are ${standing}`}`;
  if (event.type === 'escalated')
    return `${event.by ?? 'muster'} asked for ${event.to.join(', ')}${standing === undefined ? '' : `; you are ${standing}`}`;
  if (event.type === 'fallthrough')
    return `nobody before you was reached (rung ${event.rung} of ${deadlineName(state, event.deadline)})${standing === undefined ? '' : `; you are ${standing}`}`;
  const rungs = subject.rungs.map(({ deadline, rung }) => `rung ${rung} of ${deadlineName(state, deadline)}`);
  return standing === undefined ? `you are on ${rungs.join(', ')}` : `you are ${standing}, on ${rungs.join(', ')}`;
}

// Which recipient of the ladder the person is, in words, by the look-up that event `of` asked for.
function standingAt({ timeline }: ProcessState, { of, recipient }: MessageSubject): string | undefined {
  // The answer of a look-up stands on the timeline after event `of`, so the search begins there.
  for (let index = of; index < timeline.length; index++) {
    const event = timeline[index]!;
    if (event.type === 'resolved-to' && event.of === of && event.as !== undefined)
      return Object.hasOwn(event.as, recipient) ? event.as[recipient] : undefined;
  }
  return undefined;
}

function nextStep(state: ProcessState, subject: MessageSubject, event: TimelineEvent): string | undefined {
  if (subject.kind === 'announce') return undefined;
  const first = subject.rungs[0];
  // R8: a page about it asks for an answer.
  if (event.type === 'severity-changed' && subject.kind === 'page') return kindRules.response.nextStep(state, '');
  if (!first) return nextAfterNews(state, event, subject.recipient);
  return kindRules[first.kind].nextStep(state, partsOfId(first.deadline).own);
}

/** The facts of the process when event number `of` was written, that event included. */
export function standingAfter(state: ProcessState, of: number): ProcessFields {
  return processFields(state, snapshotAt(state, of));
}
