/**
 * Owns the copy on which one input is applied, so that every rule is pure for its caller, and the
 * one way to add to the timeline. Knows nothing of what an event means (engine/evolve.ts) or of
 * what the outside world is told (engine/outbox.ts).
 */
import type { Actor, Incident, Instant, ProcessState, Release, TimelineEvent } from '../model';

type Unsequenced<E> = E extends TimelineEvent ? Omit<E, 'seq' | 'at' | 'by'> : never;
/** An event before it has its place on the timeline. */
export type NewEvent = Unsequenced<TimelineEvent>;

/**
 * A copy of `state` that may be changed in place. The copy shares timeline events, policy and item
 * records, because nobody changes these.
 */
export function draftOf<S extends ProcessState>(state: S): S {
  const deadlines: ProcessState['deadlines'] = {};
  for (const id in state.deadlines) {
    const deadline = state.deadlines[id]!;
    deadlines[id] = { ...deadline, fired: [...deadline.fired] };
  }
  const draft: S = {
    ...state,
    services: [...state.services],
    anchors: { ...state.anchors },
    roles: { ...state.roles },
    phases: { ...state.phases },
    items: { ...state.items },
    deadlines,
    actionItems: [...state.actionItems],
    links: [...state.links],
    gates: { ...state.gates },
    checks: { ...state.checks },
    facts: [...state.facts],
    timeline: [...state.timeline],
    outbox: [...state.outbox],
    inFlight: state.inFlight.map((flight) => ({
      ...flight,
      waiting: [...flight.waiting],
      reached: [...flight.reached],
    })),
  };
  if (state.follows !== undefined) draft.follows = { ...state.follows };
  if (state.woken !== undefined) draft.woken = { ...state.woken };
  return draft;
}

/** The event with number `seq`: events are numbered from 1 without a gap. */
export function eventAt(state: ProcessState, seq: number): TimelineEvent | undefined {
  return state.timeline[seq - 1];
}

/** Types of events that do not change the process itself, and so do not move the revision. */
const unrevised = new Set<TimelineEvent['type']>([
  'resolved-to',
  'delivered',
  'delivery-failed',
  'called-off',
  'refused',
  'effect-failed',
  'follow-failed',
]);

/** By whom an event is: a name, or an actor with the credential by which they came. */
export type By = string | Pick<Actor, 'person' | 'via'>;

/** Writes `event` on the timeline with the next number; answers the event as written. */
export function append(draft: ProcessState, at: Instant, event: NewEvent, by?: By): TimelineEvent {
  const seq = draft.timeline.length + 1;
  const written = { seq, at, ...event, ...byWhom(by) } as TimelineEvent;
  draft.timeline.push(written);
  if (!unrevised.has(event.type)) draft.revision += 1;
  return written;
}

function byWhom(by: By | undefined): Pick<TimelineEvent, 'by' | 'byVia'> {
  if (by === undefined) return {};
  if (typeof by === 'string') return { by };
  return by.via === undefined ? { by: by.person } : { by: by.person, byVia: by.via };
}

/** The revision of the process after event number `seq`. */
export function revisionAfter({ timeline, revision }: ProcessState, seq: number): number {
  let after = 0;
  for (let index = seq; index < timeline.length; index++) if (!unrevised.has(timeline[index]!.type)) after += 1;
  return revision - after;
}

/** Statuses after which a process takes no command and holds no deadline. */
const terminal = new Set<string>(['closed', 'merged', 'cancelled', 'completed', 'rolled-back']);
/** True when the process has ended. */
export function isTerminal(state: ProcessState): boolean {
  return isTerminalStatus(state.lifecycle.status);
}
/** As `isTerminal`, by the status alone. */
export function isTerminalStatus(status: string): boolean {
  return terminal.has(status);
}

export function isIncident(state: ProcessState): state is Incident {
  return state.kind === 'incident';
}
export function isRelease(state: ProcessState): state is Release {
  return state.kind === 'release';
}
