/**
 * Owns the facts that were known when an event was written. These facts come from the timeline up
 * to that event and from nothing later, so a message that is rebuilt says what was sent. Knows
 * nothing of the words. When the next update was due is in promised-update.ts.
 */
import { responseId } from '../deadlines/kinds';
import type { Counting } from '../deadlines/due';
import { assertNever } from '../model/assert-never';
import { promise, promisedAt, type Promised } from './promised-update';
import { noteReaders } from '../state/restricted';
import { given } from '../../given';
import type { Instant, ProcessState, Severity, TimelineEvent } from '../model';

/** The facts that were known when an event was written. */
export interface Snapshot {
  severity: Severity;
  status: string;
  services: readonly string[];
  /** By process role: the id of the person who holds the role. */
  roles: Readonly<Record<string, string>>;
  usersAffected?: string;
  impact?: string;
  /** Absent until somebody says whether customers can see the process. */
  customerFacing?: boolean;
  actions: readonly string[];
  /** The instant at which the next update was due (T10); absent when no update was due. */
  nextUpdateAt?: Instant;
  targetAt?: Instant;
  deployedAt?: Instant;
  /** The first acknowledgement in the response round in force. */
  acknowledged?: { readonly at: Instant; readonly by?: string };
  /** Who has the incident, as `whoHasIt` says of the state. */
  holder?: string;
  /** The last person who acknowledged since the first acknowledgement. */
  lastAcknowledgedBy?: string;
  /** Set when the ladder of the response round in force has come to its end. */
  calledInVain?: true;
  /** The latest post for the public. */
  published?: { readonly at: Instant; readonly text: string };
  /** R37: as the state keeps them. */
  restrictedTo?: readonly string[];
  unrestricted?: true;
}

/** The part of a process that a snapshot is read off. */
type Read = Pick<ProcessState, 'kind' | 'policy' | 'severity' | 'timeline' | 'teams'>;

interface Known {
  readonly snapshot: Snapshot;
  readonly promised: Promised;
  /** The snapshot with the next update, once somebody has asked. */
  whole?: Snapshot;
}
// Caches the facts under the last event that they cover, because every message about one event asks
// for the same facts. A timeline only grows, so these facts never change.
const read = new WeakMap<TimelineEvent, Known>();

/**
 * The facts that were known when event number `of` was written, that event included. Callers must
 * not change the snapshot, because other callers get the same object.
 */
export function snapshotAt(state: Read, of: number): Snapshot {
  const known = knownAt(state, Math.min(of, state.timeline.length));
  const { snapshot, promised } = known;
  return (known.whole ??= {
    ...snapshot,
    ...given({ nextUpdateAt: promisedAt(promised, countingAt(state, snapshot)) }),
  });
}

function knownAt(state: Read, of: number): Known {
  const { timeline } = state;
  const last = timeline[of - 1];
  const before = last && read.get(last);
  if (before) return before;
  let from = of - 1;
  while (from > 0 && !read.has(timeline[from - 1]!)) from--;
  const nearest = from > 0 ? read.get(timeline[from - 1]!) : undefined;
  const snapshot: Snapshot = nearest
    ? { ...nearest.snapshot }
    : {
        severity: state.severity,
        status: state.kind === 'incident' ? 'investigating' : 'planned',
        services: [],
        roles: {},
        actions: [],
      };
  const promised: Promised = nearest ? { ...nearest.promised } : { round: 0, answered: false };
  for (let index = Math.max(0, from); index < of; index++) {
    const event = timeline[index]!;
    const counting = countingAt(state, snapshot);
    remember(snapshot, event, promised.answered);
    if (state.kind === 'incident') promise(promised, event, counting);
  }
  const known: Known = { snapshot, promised };
  if (last) read.set(last, known);
  return known;
}

/** In which calendar and units the process counted when these facts were known. */
export function countingAt({ policy, teams }: Read, { severity, services }: Snapshot): Counting {
  return teams === undefined ? { policy, severity, services } : { policy, severity, services, teams };
}

// `answered`: whether the response round in force has ended, by an acknowledgement, the resolution
// or the end of the process.
function remember(snapshot: Snapshot, event: TimelineEvent, answered: boolean): void {
  noteReaders(snapshot, event);
  switch (event.type) {
    case 'planned':
      snapshot.severity = event.severity;
      snapshot.services = event.services;
      snapshot.targetAt = event.targetAt;
      break;
    case 'declared':
      snapshot.severity = event.severity;
      snapshot.services = event.services;
      if (event.usersAffected !== undefined) snapshot.usersAffected = event.usersAffected;
      if (event.customerFacing !== undefined) snapshot.customerFacing = event.customerFacing;
      if (event.commander !== undefined) snapshot.roles = { commander: event.commander };
      break;
    case 'absorbed':
      snapshot.severity = event.severity;
      snapshot.services = event.services;
      break;
    case 'severity-changed':
      snapshot.severity = event.to;
      if (event.asksAnew) delete snapshot.calledInVain;
      act(snapshot, event);
      break;
    case 'hand-off-expired':
    case 'answer-expired':
      delete snapshot.calledInVain;
      break;
    case 'status-changed':
      snapshot.status = event.to;
      act(snapshot, event);
      break;
    case 'resolved':
      snapshot.status = 'resolved';
      break;
    case 'reopened':
      delete snapshot.acknowledged;
      delete snapshot.holder;
      delete snapshot.lastAcknowledgedBy;
      delete snapshot.calledInVain;
      snapshot.status = 'investigating';
      break;
    case 'rescheduled':
      snapshot.targetAt = event.to;
      break;
    case 'deployment-started':
      snapshot.status = 'deploying';
      break;
    case 'deployed':
      snapshot.deployedAt = event.deployedAt;
      snapshot.status = 'monitoring';
      break;
    case 'completed':
      snapshot.status = 'completed';
      break;
    case 'closed':
      // An incident is resolved before it closes, and its status becomes `closed`. Only a release
      // is closed after `deployed`, and its status becomes `completed`.
      snapshot.status = snapshot.status === 'resolved' ? 'closed' : 'completed';
      break;
    case 'rolled-back':
    case 'cancelled':
    case 'merged':
      snapshot.status = event.type;
      break;
    case 'role-assigned':
      snapshot.roles = held(snapshot.roles, event.role, event.person);
      if (event.role === 'commander' && snapshot.acknowledged)
        hold(snapshot, event.person ?? snapshot.lastAcknowledgedBy);
      break;
    case 'acknowledged':
      if (!answered) {
        snapshot.acknowledged = { at: event.at, ...given({ by: event.by }) };
        hold(snapshot, event.by);
      }
      if (snapshot.acknowledged && event.by !== undefined) {
        snapshot.lastAcknowledgedBy = event.by;
        const commander = snapshot.roles['commander'];
        if (commander === undefined || snapshot.holder !== commander) hold(snapshot, event.by);
      }
      act(snapshot, event);
      break;
    case 'exhausted':
      if (event.deadline === responseId) snapshot.calledInVain = true;
      break;
    case 'impact-recorded':
      if (event.services) snapshot.services = event.services;
      if (event.usersAffected !== undefined) snapshot.usersAffected = event.usersAffected;
      if (event.description !== undefined) snapshot.impact = event.description;
      if (event.customerFacing !== undefined) snapshot.customerFacing = event.customerFacing;
      break;
    case 'update-posted':
      // A post for the public need not list the actions: the actions of the last internal post then
      // still stand.
      if (event.actions !== undefined || event.audience !== 'public') snapshot.actions = event.actions ?? [];
      if (event.audience === 'public') snapshot.published = { at: event.at, text: event.text };
      act(snapshot, event);
      break;
    case 'items-done':
    case 'items-skipped':
    case 'items-reopened':
    case 'snoozed':
    case 'restricted':
    case 'unrestricted':
    case 'title-changed':
    case 'commented':
    case 'team-involved':
    case 'escalated':
    case 'call-failed':
    case 'handed-off':
    case 'decision-awaited':
    case 'action-item-added':
    case 'action-item-completed':
    case 'action-item-dropped':
    case 'linked':
    case 'review-written':
    case 'check-reported':
    case 'check-expired':
    case 'decided':
    case 'gate-stale':
    case 'phase-opened':
    case 'phase-completed':
    case 'phase-reopened':
    case 'deadline-missed':
    case 'deadline-met':
    case 'rungs-fired':
    case 'fallthrough':
    case 'resolved-to':
    case 'delivered':
    case 'delivery-failed':
    case 'called-off':
    case 'followed':
    case 'follow-failed':
    case 'effect-failed':
    case 'incident-declared':
    case 'refused':
    case 'alerts-reported':
    case 'alerts-over':
    case 'incident-closes-gates':
    case 'incident-frees-gates':
    case 'gates-of-release':
    case 'changes-listed':
      break;
    default:
      assertNever(event);
  }
}

function hold(snapshot: Snapshot, person: string | undefined): void {
  if (person === undefined) delete snapshot.holder;
  else snapshot.holder = person;
}

// A commander who was only named takes the incident by the first deed after the acknowledgement.
function act(snapshot: Snapshot, { by }: TimelineEvent): void {
  if (snapshot.acknowledged && by !== undefined && by === snapshot.roles['commander']) snapshot.holder = by;
}

function held(roles: Snapshot['roles'], role: string, person: string | null): Snapshot['roles'] {
  const { [role]: _before, ...others } = roles;
  return person === null ? others : { ...others, [role]: person };
}

/** The last resolution before event number `seq`. */
export function resolvedBefore(
  { timeline }: Pick<ProcessState, 'timeline'>,
  seq: number,
): (TimelineEvent & { type: 'resolved' }) | undefined {
  return timeline.slice(0, seq - 1).findLast((event) => event.type === 'resolved');
}
