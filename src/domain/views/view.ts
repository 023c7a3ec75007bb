/**
 * Owns what a reader sees of a process: facts and instants only, as RFC 3339. Nothing here depends
 * on the present: a workflow's clock stands still between tasks, so the API derives whatever
 * depends on now.
 */
import type { Ending } from '../../contracts/statuses';
import { alertsView } from '../state/alerts-shown';
import { recentView } from '../changes/shown';
import { conditionWords } from '../state/condition';
import { levelRank, levelsOf } from '../state/severity';
import { deadlineId, responseId, updateOf } from '../deadlines/kinds';
import {
  blockingItems,
  itemIsRequired,
  itemStatus,
  missingNeeds,
  phaseApplies,
  phaseIsComplete,
} from '../state/checklist';
import { targetMeets } from '../engine/preview';
import { opensAtOf } from '../engine/reactions';
import { earliestFirst, instantOfSpec, isOver, isOwed, isUnmet, rests } from '../deadlines/due';
import { doneOverFailedChecks } from '../state/checks';
import { closingIncidents } from '../state/closing-incidents';
import { closedBecause, gateDecision, gatesHolding, passageOf } from '../state/gates';
import { freezeView } from '../state/freezes';
import { isTerminal } from '../state/draft';
import { partakersIn, restrictionOf } from '../state/restricted';
import { toldBy, toldOfRounds, type ToldOfRounds } from './deliveries';
import { actionsOf, checksOf, hasItView, lastWordOf } from './latest';
import { firedRungs, nextRungOf, rungsOf, type FiredRungs } from './rungs';
import { audiencesOf } from '../messages/audiences';
import { deadlineName } from '../messages/promises';
import { integrationStandings } from '../engine/integrations';
import { specWords } from '../time/template-instants';
import type { Contact, Deadline, GatePolicy, Incident, Meeting, PhasePolicy, ProcessState } from '../model';
import { iso, isoIfAny } from '../time/instants';
import { given } from '../../given';
import { type TimelineEntry, timelineOf } from './timeline';

/**
 * The whole process for a reader. `deadlines[].next.to` holds references to recipients; the API
 * turns these into people.
 */
export function viewOf(state: ProcessState) {
  const { lifecycle } = state;
  const incident = state.kind === 'incident' ? state : undefined;
  const release = state.kind === 'release' ? state : undefined;
  const fired = firedRungs(state);
  const told = toldOfRounds(state);
  return {
    id: state.id,
    ...given({ mark: state.mark }),
    kind: state.kind,
    title: state.title,
    status: lifecycle.status,
    severity: state.severity,
    level: levelRank(state.policy, state.severity),
    levels: levelsOf(state.policy),
    drill: state.drill,
    ...given({ drillEndsAt: isoIfAny(state.drillEndsAt) }),
    revision: state.revision,
    template: { ...state.policy.template },
    ...given({
      declaredAt: isoIfAny(incident?.beganAt),
      declaredBy: incident?.beganBy,
      startedAt: isoIfAny(incident?.startedAt),
      plannedAt: isoIfAny(release?.beganAt),
      plannedBy: release?.beganBy,
      description: state.description,
      version: release?.version,
      strategy: release?.strategy,
      acknowledgedAt: isoIfAny(incident?.acknowledgedAt),
      acknowledgedBy: incident?.acknowledgedBy,
      handOff: incident?.handOff && handOffView(incident.handOff),
    }),
    ...('resolvedAt' in lifecycle ? { resolvedAt: iso(lifecycle.resolvedAt) } : {}),
    ...('endedAt' in lifecycle ? { closedAt: iso(lifecycle.endedAt) } : {}),
    ...('into' in lifecycle ? { mergedInto: lifecycle.into } : {}),
    ...given({ targetAt: isoIfAny(state.anchors.target), deployedAt: isoIfAny(state.anchors.deployed) }),
    ...meetsView(state),
    hasIt: hasItView(state),
    lastWord: lastWordOf(state),
    actions: actionsOf(state),
    services: [...state.services],
    ...given({ alerts: incident && alertsView(incident), recentChanges: incident && recentView(incident) }),
    impact: {
      ...given({ description: incident?.impact ?? undefined, usersAffected: incident?.usersAffected }),
    },
    customerFacing: state.customerFacing,
    ...given({ restricted: restrictedView(state) }),
    partakers: partakersIn(state),
    roles: { ...state.roles },
    ...given({ updatesReach: reachView(state) }),
    phases: state.policy.phases.map((phase) => phaseView(state, phase)),
    deadlines: Object.values(state.deadlines)
      .sort(earliestFirst)
      .map((deadline) => deadlineView(state, deadline, fired, told)),
    nextUpdateDueAt: nextUpdate(state),
    actionItems: state.actionItems.map(({ dueAt, doneAt, droppedAt, ...item }) => ({
      ...item,
      dueAt: iso(dueAt),
      ...given({ doneAt: isoIfAny(doneAt), droppedAt: isoIfAny(droppedAt) }),
    })),
    links: state.links.map(({ at, ...link }) => ({ ...link, at: iso(at) })),
    ...given({ begunEarly: begunEarlyView(state), begunInFreeze: begunInFreezeView(state) }),
    gates: state.policy.gates.map((gate) => gateView(state, gate)),
    ...closedByView(state),
    checks: checksOf(state),
    review: state.review === undefined ? null : { ...state.review, at: iso(state.review.at) },
    labels: [...(state.labels ?? [])],
    followers: integrationStandings(state).map(({ at, ...standing }) => ({ ...standing, at: iso(at) })),
    contacts: state.policy.contacts.map((contact) => ({ ...contact, matters: contactMatters(state, contact) })),
    openItems: blockingItems(state).length,
  };
}

function restrictedView(state: ProcessState) {
  const restriction = restrictionOf(state);
  return restriction && { to: [...restriction.to], involved: [...restriction.involved] };
}

/** Which audiences would hear of an update that is posted now; undefined: none can be posted. */
function reachView(state: ProcessState) {
  const last = state.timeline.at(-1);
  if (isTerminal(state) || last === undefined) return undefined;
  const reach = (audience: 'internal' | 'public') => [
    ...new Set(audiencesOf(state, { type: 'update-posted', seq: last.seq + 1, at: last.at, text: '', audience })),
  ];
  return { internal: reach('internal'), public: reach('public') };
}

function handOffView({ to, from, dueAt }: NonNullable<Incident['handOff']>) {
  return { to, from, answerBy: iso(dueAt) };
}

// R24: what is against the target, until the deployment begins.
function meetsView(state: ProcessState): { meets?: Meeting[] } {
  const { target } = state.anchors;
  const isAhead = state.kind === 'release' && ['planned', 'preparing', 'ready'].includes(state.lifecycle.status);
  const meets = isAhead && target !== undefined ? targetMeets(state, target) : [];
  return meets.length === 0 ? {} : { meets };
}

// R24: why the deployment began before its phase opened.
function begunEarlyView({ timeline }: ProcessState) {
  const begun = timeline.findLast((event) => event.type === 'deployment-started');
  if (begun?.type !== 'deployment-started') return undefined;
  const { at, by = 'muster', early } = begun;
  return early === undefined ? undefined : { by, at: iso(at), reason: early };
}

// R42: why the deployment began in a freeze.
function begunInFreezeView({ timeline }: ProcessState) {
  const begun = timeline.findLast((event) => event.type === 'deployment-started');
  if (begun?.type !== 'deployment-started' || begun.freezes === undefined) return undefined;
  const { at, by = 'muster', override = '', freezes } = begun;
  return { by, at: iso(at), reason: override, freezes: freezes.map(freezeView) };
}

function gateView(state: ProcessState, gate: GatePolicy) {
  const { id, before, requires, notBefore } = gate;
  return {
    id,
    before,
    decision: gateDecision(state, gate),
    ...overriddenView(state, id),
    ...given({ notBefore: isoIfAny(notBefore && instantOfSpec(state, notBefore)) }),
    approvals: (state.gates[id] ?? []).map(({ at, as: _roles, ...decision }) => ({ ...decision, at: iso(at) })),
    closedBecause: closedBecause(state, gate).map((reason) => ({ ...reason })),
    ...overFailedChecksView(state, requires),
  };
}

// R43: the open incidents that close the gates which are not passed.
function closedByView(state: ProcessState) {
  const incidents = closingIncidents(state);
  return incidents.length === 0
    ? {}
    : { closedBy: incidents.map(({ since, ...one }) => ({ ...one, since: iso(since) })) };
}

// R23: nobody sees from an open gate that a check behind it failed.
function overFailedChecksView(state: ProcessState, phases: readonly string[]) {
  const done = doneOverFailedChecks(state, phases);
  return done.length === 0 ? {} : { overFailedChecks: done.map(({ at, ...one }) => ({ ...one, at: iso(at) })) };
}

function overriddenView(state: ProcessState, gate: string) {
  const { at, overridden } = passageOf(state, gate) ?? {};
  if (at === undefined || overridden === undefined) return {};
  return { overridden: { by: overridden.by, at: iso(at), reason: overridden.reason } };
}

// A contact matters when one of its services is affected or the process has one of its labels. A
// contact that names neither always matters, unless it is a tool, which has a category.
function contactMatters(state: ProcessState, { services, labels, category }: Contact): boolean {
  if (services === undefined && labels === undefined) return category === undefined;
  return (
    (services ?? []).some((service) => state.services.includes(service)) ||
    (labels ?? []).some((label) => state.labels?.includes(label) === true)
  );
}

function nextUpdate(state: ProcessState): string | null {
  const update = updateOf(state);
  return update && isUnmet(update) ? iso(update.dueAt) : null;
}

function windowView(state: ProcessState, phase: PhasePolicy) {
  const opens = state.phases[phase.id]?.openedAt ?? opensAtOf(state, phase);
  const due = phase.due && instantOfSpec(state, phase.due);
  // An instant whose anchor does not exist yet can still be said in words.
  return given({
    opensAt: isoIfAny(opens),
    opensWhen: opens === undefined ? specWords(phase.opens) : undefined,
    dueAt: isoIfAny(due),
    dueWhen: due === undefined ? specWords(phase.due) : undefined,
  });
}

function phaseStatus(state: ProcessState, phase: PhasePolicy): 'upcoming' | 'open' | 'completed' | 'not-applicable' {
  const { openedAt, completedAt } = state.phases[phase.id] ?? {};
  if (!phaseApplies(state, phase)) return 'not-applicable';
  if (phaseIsComplete(state, phase) && completedAt !== undefined) return 'completed';
  return openedAt === undefined ? 'upcoming' : 'open';
}

function phaseView(state: ProcessState, phase: PhasePolicy) {
  const own = state.phases[phase.id] ?? {};
  const status = phaseStatus(state, phase);
  const window = status === 'not-applicable' ? {} : windowView(state, phase);
  // Late as the deadline of the phase says: a window that moved after the completion makes nothing
  // late.
  const deadline = state.deadlines[deadlineId('phase', phase.id)];
  const { missedAt, metAt } = deadline ?? {};
  const late = missedAt !== undefined && (metAt === undefined || metAt > missedAt);
  return {
    id: phase.id,
    ...given({ stage: phase.stage }),
    name: phase.name,
    ...given({ hint: phase.hint }),
    status,
    ...given({ when: conditionWords(phase.when) }),
    ...window,
    ...given({ completedAt: isoIfAny(own.completedAt) }),
    late,
    ...overView(state, deadline),
    ...heldView(state, phase.id),
    groups: phase.groups.map((group) => ({
      id: group.id,
      name: group.name,
      items: group.items.map((item) => {
        const recorded = state.items[item.id];
        const status = itemStatus(state, phase, item);
        const needs = status === 'open' ? missingNeeds(state, item) : [];
        return {
          id: item.id,
          text: item.text,
          status,
          required: itemIsRequired(state, item),
          ...given({ shows: item.shows }),
          ...given({
            owner: item.owner,
            check: item.check?.name,
            needs: needs.length === 0 ? undefined : needs,
            by: recorded?.by,
            at: isoIfAny(recorded?.at),
            note: recorded?.note,
            evidence: recorded?.evidence,
            overFailedCheck: recorded?.overFailedCheck,
          }),
        };
      }),
    })),
  };
}

// R25: the closed gates that hold the phase.
function heldView(state: ProcessState, phase: string): { heldBy?: string[] } {
  const gates = gatesHolding(state, phase).map(({ id }) => id);
  return gates.length === 0 ? {} : { heldBy: gates };
}

/**
 * How a deadline stands, the same for every reader: the round in force, and the earlier rounds that
 * were missed.
 */
export function standingOf(state: ProcessState, deadline: Deadline) {
  const { id, kind, dueAt, status, round, metAt, missedAt, cancelledAt, misses = [] } = deadline;
  return {
    id,
    kind,
    name: deadlineName(state, id),
    dueAt: iso(dueAt),
    status,
    round,
    ...given({ metAt: isoIfAny(metAt), missedAt: isoIfAny(missedAt), cancelledAt: isoIfAny(cancelledAt) }),
    misses: misses.map(({ superseded, ...miss }) => ({
      round: miss.round,
      dueAt: iso(miss.dueAt),
      missedAt: iso(miss.missedAt),
      ...given({ metAt: isoIfAny(miss.metAt), cancelledAt: isoIfAny(miss.cancelledAt) }),
      ...(superseded === undefined ? {} : { superseded: { at: iso(superseded.at), by: superseded.by } }),
    })),
  };
}

// R1: open at the resolve.
function overView(state: ProcessState, deadline: Deadline | undefined): { over?: true } {
  return deadline && isUnmet(deadline) && isOver(state, deadline) ? { over: true } : {};
}

function deadlineView(state: ProcessState, deadline: Deadline, fired: FiredRungs, told: ToldOfRounds) {
  const owed = isOwed(state, deadline);
  return {
    ...standingOf(state, deadline),
    ...given({ snoozedUntil: isoIfAny(deadline.snoozedUntil) }),
    ...overView(state, deadline),
    ...(isUnmet(deadline) && rests(state, deadline) ? { rests: true as const } : {}),
    next: nextRungOf(state, deadline),
    // Whoever takes an incident asks who else was woken, so these stay once somebody has answered.
    told: owed || (deadline.metAt !== undefined && deadline.id === responseId) ? toldBy(told, deadline) : [],
    rungs: owed ? rungsOf(state, deadline, fired) : [],
  };
}

/**
 * True while any known person would answer by an acknowledgement. A response of a team waits for
 * the team (R9), and does not count.
 */
export function awaitsAnswer({ deadlines }: Pick<ProcessFacts, 'deadlines'>): boolean {
  return deadlines.some((deadline) => deadline.id === responseId && isUnmet(deadline));
}

/** That a process was ended in Temporal, by no command (ended.ts). */
export interface EndedFacts {
  readonly how: Ending;
  /** RFC 3339. */
  readonly at: string;
  /** In the words of whoever ended it, or of Temporal. */
  readonly reason?: string;
  /** Nobody had answered, and nobody is called any more. */
  readonly unanswered?: true;
}

/** The process as `viewOf` gives it; `ended` is for the API to say, a workflow does not know it. */
export type ProcessFacts = ReturnType<typeof viewOf> & { readonly ended?: EndedFacts };

/** How a process stands and what led there, at one moment: the source of a report. */
export interface Account {
  readonly facts: ProcessFacts;
  readonly timeline: readonly TimelineEntry[];
}
export function accountOf(state: ProcessState): Account {
  return { facts: viewOf(state), timeline: timelineOf(state) };
}
