/**
 * Owns what a rehearsal says: when, which deadline, which rung, who exactly, over which channel,
 * how late; and what was missed, met or exhausted. Reads everything from the run and computes
 * nothing again. Knows nothing of layout.
 */
import { deadlineId, updateId } from '../deadlines/kinds';
import { unfiredRungs } from '../deadlines/ladders';
import { deadlineName, exhaustedWords } from '../messages/promises';
import { describe } from '../messages/wording';
import { written } from '../text/phrase';
import { plain, type AgendaLine } from './agenda-line';
import { causesOf, messagesOf, nobodyOf, type Cause } from './agenda-messages';
import type { RefusedStep, Rehearsal, Warning } from './rehearsal';
import type { Instant, Meeting, ProcessState, TimelineEvent } from '../model';
import { iso } from '../time/instants';
import { given } from '../../given';

export interface Agenda {
  readonly lines: readonly AgendaLine[];
  readonly endedAt: string;
  readonly ends: Rehearsal['ends'];
  readonly status: string;
  readonly paged: number;
  readonly missed: readonly string[];
  readonly exhausted: readonly string[];
}

/**
 * The agenda of a rehearsal. `nameOf` gives the name of a person; `away` are the engine's absences.
 */
export function agendaOf(
  { run, refused, warnings, acted, endedAt, ends }: Rehearsal,
  nameOf: (person: string) => string,
  away: readonly { readonly from: Instant; readonly to: Instant }[] = [],
): Agenda {
  const { state } = run;
  const causes = causesOf(run);
  // The order of lines at one instant: the return of the engine, the events, warnings and refusals,
  // the departure of the engine, the end. The engine tells what it missed when it is back, and
  // nothing is told after the end.
  const seen = (edge: 'from' | 'to') => away.flatMap((span) => (span[edge] <= endedAt ? [span[edge]] : []));
  const lines = [
    ...seen('to').map((at) => plain(state, at, 'back', 'the engine is back')),
    ...state.timeline.flatMap((event) => linesOf({ run, acted }, causes, event, nameOf)),
    ...warnings.map((warning) => warningLine(state, warning)),
    ...refused.flatMap((one) => (one.recorded ? [] : [refusalLine(state, one)])),
    ...heldLines(state, endedAt),
    ...seen('from').map((at) => plain(state, at, 'absent', 'the engine is absent')),
    plain(state, endedAt, 'ended', `${state.lifecycle.status}`),
  ];
  // The sort is stable.
  lines.sort((a, b) => a.after - b.after);
  const deadlinesOf = (type: TimelineEvent['type']) =>
    state.timeline.flatMap((event) => (event.type === type && 'deadline' in event ? [event.deadline] : []));
  return {
    lines,
    endedAt: iso(endedAt),
    ends,
    status: state.lifecycle.status,
    paged: run.sent.filter(({ request }) => request.kind === 'page').length,
    missed: [...new Set(deadlinesOf('deadline-missed'))],
    exhausted: [...new Set(deadlinesOf('exhausted'))],
  };
}

// R14: at the instant that the ladder says, until when hours hold a rung: of those that fired, and
// of those that are still held at the end.
function heldLines(state: ProcessState, endedAt: Instant): AgendaLine[] {
  const fired = state.timeline.flatMap((event) => (event.type === 'rungs-fired' ? event.rungs : []));
  const ahead = Object.values(state.deadlines).flatMap((deadline) =>
    unfiredRungs(state, deadline)
      .filter(({ statedAt, nominalAt }) => statedAt <= endedAt && nominalAt > endedAt)
      .map(({ label, statedAt, nominalAt }) => ({
        deadline: deadline.id,
        dueAt: deadline.dueAt,
        rung: label,
        heldFrom: statedAt,
        nominalAt,
      })),
  );
  return [...fired, ...ahead].flatMap(({ deadline, dueAt, rung, heldFrom, nominalAt }) => {
    if (heldFrom === undefined || heldFrom < state.beganAt) return [];
    const name = deadlineName(state, deadline);
    return [
      plain(state, heldFrom, 'held', `rung ${rung} of ${name} waits for working hours, until ${iso(nominalAt)}`, {
        about: [name],
        deadlines: [{ id: deadline, dueAt: iso(dueAt) }],
        rung,
      }),
    ];
  });
}

/** The line of a refused step. */
export function refusalLine(state: ProcessState, { at, name, by, refusal }: RefusedStep): AgendaLine {
  return plain(state, at, 'refused', `${by} could not ${name}: ${refusal.message}`, { by, command: name });
}

// The sender of a refused signal hears nothing, so the refusal stands on the timeline.
function recordedRefusal(state: ProcessState, event: TimelineEvent & { type: 'refused' }): AgendaLine {
  const { at, by = 'muster', message } = event;
  // The word of one process to another.
  const command = event.command === 'absorb' ? 'merge' : event.command;
  return plain(state, at, 'refused', `${by} could not ${command}: ${message}`, { by, command });
}

/** R23, R24: what the answer warned of. */
function warningLine(state: ProcessState, { at, meets, belowThreshold }: Warning): AgendaLine {
  const words = meets === undefined ? `below the threshold: ${belowThreshold}` : meetsWords(meets);
  const warns = meets === undefined ? ['threshold' as const] : meets.map(({ why }) => why);
  return plain(state, at, 'warned', words, { warns: [...new Set(warns)] });
}
function meetsWords(meets: readonly Meeting[]): string {
  const days = meets.map(({ why, text }) => `${why}${text === undefined ? '' : `: ${text}`}`);
  return `the target is on ${meets[0]?.date} (${days.join('; ')})`;
}

/**
 * Acts of people that an agenda shows, also where one step comes to several commands; the
 * consequences have lines of their own.
 */
const acts = new Set<TimelineEvent['type']>([
  'declared',
  'planned',
  'acknowledged',
  'severity-changed',
  'status-changed',
  'update-posted',
  'snoozed',
  'escalated',
  'resolved',
  'reopened',
  'rescheduled',
  'decided',
  'deployment-started',
  'deployed',
  'rolled-back',
  'cancelled',
  'closed',
  'merged',
  'absorbed',
  'incident-closes-gates',
  'incident-frees-gates',
]);

function linesOf(
  { run: { state, dueAtOf }, acted }: Pick<Rehearsal, 'run' | 'acted'>,
  causes: ReadonlyMap<number, Cause>,
  event: TimelineEvent,
  nameOf: (person: string) => string,
): AgendaLine[] {
  const cause = causes.get(event.seq);
  const messages = cause ? messagesOf(state, cause, event, nameOf) : [];
  const own =
    acts.has(event.type) || acted.has(event.seq)
      ? [plain(state, event.at, 'command', written(describe(state, event), iso), given({ by: event.by }))]
      : [];
  switch (event.type) {
    case 'deadline-missed':
      return [about(state, event, event.deadline, 'missed', dueAtOf)];
    case 'deadline-met':
      return [about(state, event, event.deadline, 'met', dueAtOf)];
    case 'phase-completed':
      return metBy(state, event, deadlineId('phase', event.phase), dueAtOf);
    case 'update-posted':
      return [...metBy(state, event, updateId, dueAtOf), ...own, ...messages];
    case 'exhausted':
      return [about(state, event, event.deadline, 'exhausted', dueAtOf), ...messages];
    case 'rungs-fired':
    case 'fallthrough':
      return [...messages, ...nobodyOf(state, cause, event)];
    case 'refused':
      return [recordedRefusal(state, event), ...messages];
    // Of all other events an agenda shows the acts of people and the messages that left.
    default:
      return [...own, ...messages];
  }
}

// A completed phase and a post in time meet their deadline; no other event says so.
function metBy(
  state: ProcessState,
  event: TimelineEvent,
  id: string,
  dueAtOf: ReadonlyMap<number, Instant>,
): AgendaLine[] {
  return dueAtOf.has(event.seq) ? [about(state, event, id, 'met', dueAtOf)] : [];
}

function about(
  state: ProcessState,
  event: TimelineEvent,
  id: string,
  type: 'missed' | 'met' | 'exhausted',
  dueAtOf: ReadonlyMap<number, Instant>,
): AgendaLine {
  const name = deadlineName(state, id);
  const words = event.type === 'exhausted' ? written(exhaustedWords(state, event), iso) : `${name} is ${type}`;
  const dueAt = dueAtOf.get(event.seq);
  return plain(state, event.at, type, words, {
    about: [name],
    deadlines: dueAt === undefined ? [] : [{ id, dueAt: iso(dueAt) }],
    late: event.type === 'deadline-met' || event.type === 'phase-completed' ? (event.late ?? 0) : 0,
  });
}
