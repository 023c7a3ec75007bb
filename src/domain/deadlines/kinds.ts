/**
 * Owns what sets the kinds of deadlines apart, as one table: a rule that differs between kinds asks
 * the table, and a new kind is a new row. The list of kinds itself is in
 * src/contracts/deadline-kinds.ts. Knows no instants (due.ts) and no rungs.
 */
import type { responseKind } from '../../contracts/deadline-kinds';
import type { Deadline, DeadlineKind, ProcessKind, ProcessState } from '../model';

interface KindRules {
  /** The kinds of process that have such deadlines. */
  readonly processes: readonly ProcessKind[];
  /**
   * T8: this kind comes first among deadlines, and while its ladder rings, the other ladders only
   * remind. An acknowledgement meets the deadline.
   */
  readonly asksForAnswer: boolean;
  /** T7: whether the deadline may be snoozed. */
  readonly snoozable: boolean;
  /** R1: the ladder ends when the incident is resolved, unless the deadline counts from there. */
  readonly endsAtResolve: boolean;
  /** T6: the ladder counts anew when a reschedule puts `dueAt` into the past. */
  readonly restarts: boolean;
  /** Another event tells that the deadline was met, so that `deadline-met` is not needed. */
  readonly otherEventTellsMet: boolean;
  /** A template cannot name the owner, because the owner is named together with the deadline. */
  readonly ownerNotInTemplate: boolean;
  /** A deadline of the kind, as in "when ... is late". */
  readonly one: string;
  /** The name of the deadline for people; `own`: the id without the kind. */
  readonly name: (state: ProcessState, own: string) => string;
  /** What the recipient of a message about the deadline should do next, with a whole command. */
  readonly nextStep: (process: Pick<ProcessState, 'id' | 'kind' | 'policy'>, own: string) => string;
}

const look: KindRules['nextStep'] = ({ id, kind }) => `see what is open: muster ${kind} show ${id}`;
const both: readonly ProcessKind[] = ['incident', 'release'];
const work = {
  processes: both,
  asksForAnswer: false,
  snoozable: true,
  endsAtResolve: true,
  restarts: true,
  otherEventTellsMet: false,
  ownerNotInTemplate: false,
} as const;

export const kindRules: Readonly<Record<DeadlineKind, KindRules>> = {
  response: {
    processes: ['incident'],
    asksForAnswer: true,
    snoozable: false,
    endsAtResolve: true,
    restarts: false,
    otherEventTellsMet: false,
    ownerNotInTemplate: false,
    one: 'the response',
    name: (_state, own) => (own === '' ? 'response' : `response of ${own}`),
    nextStep: ({ id }) => `acknowledge: muster incident ack ${id}`,
  },
  phase: {
    ...work,
    otherEventTellsMet: true,
    one: 'a phase',
    name: ({ policy }, own) => `phase ${policy.phases.find((phase) => phase.id === own)?.name ?? own}`,
    nextStep: look,
  },
  item: { ...work, one: 'an item', name: (_state, own) => `item ${own}`, nextStep: look },
  update: {
    ...work,
    processes: ['incident'],
    otherEventTellsMet: true,
    one: 'a promised update',
    name: () => 'update',
    nextStep: ({ id }) => `post an update: muster incident update ${id} "..."`,
  },
  'action-item': {
    ...work,
    endsAtResolve: false,
    ownerNotInTemplate: true,
    one: 'an action item',
    name: ({ actionItems }, own) => `action item ${own} (${actionItems.find(({ id }) => id === own)?.title ?? '?'})`,
    nextStep: ({ id, kind }, own) => `finish it: muster ${kind} complete-action-item ${id} ${own}`,
  },
  gate: {
    ...work,
    one: 'the decision at a gate',
    name: (_state, own) => `gate ${own}`,
    // Of several gates, the command does not guess one.
    nextStep: ({ id, kind, policy }, own) =>
      `decide: muster ${kind} go ${id}${policy.gates.length > 1 ? ` --gate ${own}` : ''}`,
  },
};

/** Ids of the deadlines that a process has at most once: the kind itself. */
export const responseId: typeof responseKind = 'response';
export const updateId = 'update' satisfies DeadlineKind;

/** The id of a deadline of a kind that a process may have several times: `phase.assessment`. */
export const deadlineId = (kind: Exclude<DeadlineKind, typeof responseId | typeof updateId>, own: string) =>
  `${kind}.${own}`;

/** The kind that an id begins with, and the rest of the id. */
export function partsOfId(id: string): { readonly kind: DeadlineKind; readonly own: string } {
  const dot = id.indexOf('.');
  return dot === -1
    ? { kind: id as DeadlineKind, own: '' }
    : { kind: id.slice(0, dot) as DeadlineKind, own: id.slice(dot + 1) };
}

type Deadlines = Pick<ProcessState, 'deadlines'>;
/** The response deadline; a release has none. */
export const responseOf = ({ deadlines }: Deadlines): Deadline | undefined => deadlines[responseId];
/** The update deadline; a release has none. */
export const updateOf = ({ deadlines }: Deadlines): Deadline | undefined => deadlines[updateId];
