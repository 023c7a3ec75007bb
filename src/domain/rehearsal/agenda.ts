/**
 * Owns what a rehearsal says: when, which deadline, which rung, who exactly, over which channel,
 * how late; and what was missed, met or exhausted. Reads everything from the run and computes
 * nothing again. Knows nothing of layout.
 */
import { deadlineId, updateId } from '../deadlines/kinds';
import { unfiredRungs } from '../deadlines/ladders';
import { newsWords } from '../messages/news';
import { deadlineName, exhaustedWords } from '../messages/promises';
import { inOrder, labelOfFirst, modesOf } from '../deadlines/fired-rungs';
import { describe } from '../messages/wording';
import { written } from '../text/phrase';
import type { RefusedStep, Rehearsal } from './rehearsal';
import type { SentAt } from './virtual-run';
import type { FiredRung, Instant, Mode, ProcessState, TimelineEvent } from '../model';
import { iso } from '../time/instants';
import { given } from '../../given';

/** One person or audience of a line, with each channel that was tried. */
export interface AgendaRecipient {
  readonly person: string;
  readonly name: string;
  /** Which recipient of the ladder the person is: `primary on call of platform`. */
  readonly as?: string;
  /** The channel over which the message got through; absent when none did. */
  readonly channel?: string;
  readonly failed: readonly { readonly channel: string; readonly because: string }[];
}
export interface AgendaLine {
  readonly at: string;
  /** ms after the beginning. */
  readonly after: number;
  readonly type:
    | Mode
    | 'announce'
    | 'nobody'
    | 'missed'
    | 'met'
    | 'exhausted'
    | 'command'
    | 'refused'
    | 'absent'
    | 'back'
    | 'held'
    | 'ended';
  /** The names of the deadlines that the line is about: `response`, `phase Immediate Response`. */
  readonly about: readonly string[];
  readonly deadlines: readonly {
    readonly id: string;
    readonly dueAt: string;
    /**
     * Messages only: what the message is for this deadline; a page may only remind of some (T8).
     */
    readonly mode?: Mode;
  }[];
  readonly rung?: string;
  /** Lateness in ms; 0 when on time. */
  readonly late: number;
  /** When the message was to leave, if that was earlier than `at`. */
  readonly nominalAt?: string;
  /**
   * `fallthrough`: told because other people were not reached (T9); `merged`: several deadlines in
   * one message (T8).
   */
  readonly because?: 'fallthrough' | 'escalated' | 'merged';
  readonly by?: string;
  /** The command that was refused. */
  readonly command?: string;
  readonly recipients: readonly AgendaRecipient[];
  readonly text: string;
}
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
  { run, refused, endedAt, ends }: Rehearsal,
  nameOf: (person: string) => string,
  away: readonly { readonly from: Instant; readonly to: Instant }[] = [],
): Agenda {
  const { state } = run;
  const causes = causesOf(run);
  // The order of lines at one instant: the return of the engine, the events and refusals, the
  // departure of the engine, the end. The engine tells what it missed when it is back, and nothing
  // is told after the end.
  const seen = (edge: 'from' | 'to') => away.flatMap((span) => (span[edge] <= endedAt ? [span[edge]] : []));
  const lines = [
    ...seen('to').map((at) => plain(state, at, 'back', 'the engine is back')),
    ...state.timeline.flatMap((event) => linesOf(run, causes, event, nameOf)),
    ...refused.map((one) => refusalLine(state, one)),
    ...heldLines(state, endedAt),
    ...seen('from').map((at) => plain(state, at, 'absent', 'the engine is absent')),
    plain(state, endedAt, 'ended', `${state.lifecycle.status}`),
  ];
  const order = new Map(lines.map((line, index) => [line, index]));
  lines.sort((a, b) => a.after - b.after || order.get(a)! - order.get(b)!);
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

function plain(
  state: ProcessState,
  at: Instant,
  type: AgendaLine['type'],
  text: string,
  more: Partial<AgendaLine> = {},
): AgendaLine {
  const after = at - state.beganAt;
  return { at: iso(at), after, type, about: [], deadlines: [], late: 0, recipients: [], text, ...more };
}

/** Acts of people that an agenda shows; the consequences have lines of their own. */
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
]);

/**
 * The consequences of an event: the messages that left, in order, and the look-up of the
 * recipients.
 */
interface Cause {
  readonly tried: (SentAt & { readonly because?: string })[];
  resolved?: TimelineEvent & { type: 'resolved-to' };
}
function causesOf({ state, sent, failed }: Rehearsal['run']): Map<number, Cause> {
  const causes = new Map<number, Cause>();
  const causeOf = (of: number): Cause => {
    const known = causes.get(of) ?? { tried: [] };
    causes.set(of, known);
    return known;
  };
  for (const one of [...sent, ...failed]) causeOf(one.of).tried.push(one);
  for (const event of state.timeline) if (event.type === 'resolved-to') causeOf(event.of).resolved ??= event;
  return causes;
}

function linesOf(
  { state, dueAtOf }: Rehearsal['run'],
  causes: ReadonlyMap<number, Cause>,
  event: TimelineEvent,
  nameOf: (person: string) => string,
): AgendaLine[] {
  const cause = causes.get(event.seq);
  const messages = cause ? messagesOf(state, cause, event, nameOf) : [];
  const own = acts.has(event.type)
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
    // Of all other events an agenda shows the acts of people (`acts`) and the messages that left.
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

/**
 * The messages that `event` caused: one line for each kind, each set of rungs, and each mode for
 * their deadlines.
 */
function messagesOf(
  state: ProcessState,
  { tried, resolved }: Cause,
  event: TimelineEvent,
  nameOf: (person: string) => string,
): AgendaLine[] {
  const groups = new Map<string, typeof tried>();
  for (const one of tried) {
    const { kind, rung, deadlines } = one.request;
    const modes = modesOf(one.rungs);
    const key = JSON.stringify([kind, rung, deadlines.map(({ id }) => [id, modes[id]])]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const standing = resolved?.as ?? {};
  return [...groups.values()].map((group) => {
    const { request, rungs, at } = group[0]!;
    const modes = modesOf(rungs);
    const people = [...new Set(group.map((one) => one.request.recipient))];
    const recipients = people.map((person): AgendaRecipient => {
      const own = group.filter((one) => one.request.recipient === person);
      const through = own.find(({ because }) => because === undefined);
      const as = standing[person];
      return {
        person,
        name: request.kind === 'announce' ? person : nameOf(person),
        ...given({ as, channel: through?.request.channel }),
        failed: own.flatMap(({ request: { channel }, because }) =>
          because === undefined ? [] : [{ channel, because }],
        ),
      };
    });
    const names = request.deadlines.map(({ id }) => deadlineName(state, id));
    const because =
      event.type === 'fallthrough' || event.type === 'escalated' ? event.type : names.length > 1 ? 'merged' : undefined;
    const words = names.length > 0 ? names.join(', ') : written(newsWords(state, event) ?? '', iso);
    return plain(state, at, request.kind, words, {
      about: names,
      deadlines: request.deadlines.map(({ id, dueAt }) => ({ id, dueAt: iso(dueAt), mode: modes[id]! })),
      late: request.late,
      recipients,
      ...(request.rung === null ? {} : { rung: request.rung }),
      ...(request.nominalAt < at ? { nominalAt: iso(request.nominalAt) } : {}),
      ...given({ because }),
    });
  });
}

/** Rungs of `event` with nobody to reach. */
function nobodyOf(
  state: ProcessState,
  cause: Cause | undefined,
  event: TimelineEvent & { type: 'rungs-fired' | 'fallthrough' },
): AgendaLine[] {
  const nobody = cause?.resolved?.nobody ?? [];
  const rungs: readonly FiredRung[] = event.type === 'rungs-fired' ? inOrder(event.rungs) : [event];
  return rungs
    .filter(({ deadline, rung }) => nobody.includes(`${deadline}/${rung}`))
    .map((rung) =>
      plain(state, event.at, 'nobody', `rung ${rung.rung} of ${deadlineName(state, rung.deadline)} reaches nobody`, {
        about: [deadlineName(state, rung.deadline)],
        deadlines: [{ id: rung.deadline, dueAt: iso(rung.dueAt) }],
        rung: labelOfFirst([rung]),
        late: rung.late ?? 0,
      }),
    );
}
