/** Owns the receiving side of a merge, which one process tells another. Pure, like engine.ts. */
import { advance, react } from './reactions';
import { draftOf, isIncident, isTerminalStatus } from '../state/draft';
import { added, isNotOver } from './known-alerts';
import { alertCounts } from '../state/unkept-alerts';
import { recordRefusal } from './engine';
import { record } from './record';
import { asksAnew, whoHasIt } from '../state/has-it';
import { pagedByRaise } from './raised';
import { involving } from '../deadlines/teams';
import { isWorse, levelNamed, levelsOf, levelProblem, worseOf } from '../state/severity';
import { lateAt } from '../deadlines/rounds';
import { listChanges } from './listed-changes';
import { maySee, mayTell, restrictedTo, restrictionOf } from '../state/restricted';
import { stateLimit, stateSize } from '../state/state-size';
import { isUnmet } from '../deadlines/due';
import { responseOf } from '../deadlines/kinds';
import type { AbsorbRequest, Incident, Instant, Link, ProcessState, Refusal, Refused, Status } from '../model';
import { own } from '../text/own';
import { given } from '../../given';

/**
 * Whether an incident of this status takes others. A resolved incident asks nobody for anything, so
 * that an open one must not end in it.
 */
export function takesMerges(status: Status): boolean {
  return status !== 'resolved' && !isTerminalStatus(status);
}

/** Why this process cannot take the other incident; undefined when it can, or has. */
export function absorbRefusal(state: ProcessState, request: AbsorbRequest): Refusal | undefined {
  const isOpen = isIncident(state) && takesMerges(state.lifecycle.status);
  if (hasTaken(state, request)) return undefined;
  if (!isOpen) return notTaken(state, request);
  const to = request.restrictedTo;
  if (!mayTell(to, restrictedTo(state))) return restrictedSource({ id: request.from, to: to ?? [] }, request.into);
  // R28: the other template may have other levels.
  const wrong = levelProblem(state.policy, request.severity);
  return wrong === undefined
    ? undefined
    : { kind: 'refused', reason: 'unknown-severity', message: `${request.from} cannot be merged: ${wrong}` };
}

/** R37: the refusal of a merge that would tell readers of the target what they may not see. */
export function restrictedSource(from: { readonly id: string; readonly to: readonly string[] }, into: string): Refusal {
  const how = `muster incident restrict ${into} ${from.to.join(' ')}`;
  const message = `${from.id} is restricted, and ${into} has other readers; restrict ${into} to the same people first (${how})`;
  return { kind: 'refused', reason: 'restricted', message };
}

function hasTaken({ timeline }: ProcessState, { from }: AbsorbRequest): boolean {
  return timeline.some((event) => event.type === 'absorbed' && event.from === from);
}

function notTaken({ id, lifecycle }: ProcessState, { from }: AbsorbRequest): Refusal {
  return { kind: 'refused', reason: 'closed', message: `${from} cannot be merged: ${id} is ${lifecycle.status}` };
}

/**
 * Applies a merge that another incident tells by a signal: its sender gets no answer, so a refusal
 * goes on the timeline.
 */
export function absorb(state: ProcessState, request: AbsorbRequest, now: Instant): ProcessState {
  const taken = takeMerged(state, request, now);
  return taken.ok ? taken.state : recordRefusal(state, 'absorb', taken.refusal, now, request.by);
}

/**
 * Moves severity (if worse), services, people, roles and links of the other incident to this one,
 * or says why not. A repeated request changes nothing.
 */
export function takeMerged(
  state: ProcessState,
  asked: AbsorbRequest,
  now: Instant,
): { readonly ok: true; readonly state: ProcessState } | Refused {
  const level = levelNamed(levelsOf(state.policy), asked.severity) ?? asked.severity;
  const request = { ...withoutOutsiders(state, asked), severity: level };
  const at = Math.max(now, state.lastInputAt);
  if (hasTaken(state, request)) return { ok: true, state };
  const refusal = absorbRefusal(state, request);
  if (refusal || !isIncident(state)) return { ok: false, refusal: refusal ?? notTaken(state, request) };
  const draft = draftOf(state);
  advance(draft, at);
  // The time that passed may have ended the incident.
  const over = absorbRefusal(draft, request);
  if (over) return { ok: false, refusal: over };
  draft.lastInputAt = at;
  countAnswered(draft, request);
  if (isWorse(draft.policy, request.severity, draft.severity)) raise(draft, at, request);
  record(
    draft,
    at,
    {
      type: 'absorbed',
      from: request.from,
      severity: draft.severity,
      services: [...new Set([...draft.services, ...request.services])],
      people: [...request.people],
      ...given({
        answeredUpTo: request.answeredUpTo,
        unanswered: request.unanswered && [...request.unanswered],
        teams: request.teams,
      }),
    },
    request.by,
  );
  // R9, R10: a team that nobody there has answered for is asked here.
  if (request.answeredUpTo === undefined)
    for (const event of involving(draft, request.services, request.teams ?? {})) record(draft, at, event, request.by);
  for (const [role, person] of Object.entries(request.roles ?? {})) {
    if (draft.roles[role] === undefined) record(draft, at, { type: 'role-assigned', role, person }, request.by);
  }
  // After the roles: a commander who was only named there has answered here neither.
  takeAnswer(draft, at, request);
  countAnswered(draft, request);
  // After the answer: a team that owed one of its own there owes it here.
  for (const event of involving(draft, ofTeams(request, request.unanswered), request.teams ?? {}))
    record(draft, at, event, request.by);
  for (const link of request.links) {
    if (!isThere(draft, link))
      record(
        draft,
        at,
        {
          type: 'linked',
          to: link.to,
          relation: link.relation,
          ...given({ title: link.title }),
        },
        link.by,
      );
  }
  if (draft.alerts?.gathered && !request.alerts?.gathered) takeAnyAlert(draft, draft.alerts);
  if (request.alerts) takeAlertsOf(draft, request.alerts, at);
  listChanges(draft, request.recent, draft.recent, at);
  react(draft, at);
  if (stateSize({ ...draft, outbox: [] }) > stateLimit) return { ok: false, refusal: tooLarge(draft, request) };
  return { ok: true, state: draft };
}

// The other incident is then declared anew (R10): nothing of it is lost.
function tooLarge({ id }: ProcessState, { from }: AbsorbRequest): Refusal {
  const message = `${from} cannot be merged: ${id} would grow beyond its limit of ${stateLimit / 1024} KB`;
  return { kind: 'too-large', reason: 'state-limit', message };
}

// R10: what was answered there is answered here, once somebody has this one; the rest decides R8.
function countAnswered(draft: Incident, { answeredUpTo }: AbsorbRequest): void {
  if (draft.acknowledgedAt !== undefined && answeredUpTo !== undefined)
    draft.answeredUpTo = worseOf(draft.policy, answeredUpTo, draft.answeredUpTo);
}

function ofTeams({ services, teams = {} }: AbsorbRequest, wanted: readonly string[] = []): string[] {
  return services.filter((service) => wanted.includes(own(teams, service) ?? ''));
}

// R37: of an incident that more people see, those who do not see this one come neither with their
// answer nor with their roles: they would see it by that, and what they answered was another
// question.
function withoutOutsiders(state: ProcessState, request: AbsorbRequest): AbsorbRequest {
  if (mayTell(restrictedTo(state), request.restrictedTo)) return request;
  const { holder, answeredUpTo, roles = {}, ...others } = request;
  const sees = (person: string) => maySee(restrictionOf(state), { person, roles: [] });
  return {
    ...others,
    ...(holder !== undefined && sees(holder) ? { holder, ...given({ answeredUpTo }) } : {}),
    roles: Object.fromEntries(Object.entries(roles).filter(([, person]) => sees(person))),
  };
}

// R10: whoever answered there has answered here too, unless this one is worse.
function takeAnswer(draft: Incident, at: Instant, { from, holder, answeredUpTo }: AbsorbRequest): void {
  const response = responseOf(draft);
  if (holder === undefined || answeredUpTo === undefined || !response || !isUnmet(response)) return;
  if (draft.acknowledgedAt !== undefined || isWorse(draft.policy, draft.severity, answeredUpTo)) return;
  record(draft, at, { type: 'acknowledged', note: `answered in ${from}` }, holder);
  record(draft, at, { type: 'deadline-met', deadline: response.id, round: response.round, ...lateAt(response, at) });
}

// What they say was answered or raised above; only that they fire, or have ended, is news here.
function takeAlertsOf(draft: Incident, report: NonNullable<AbsorbRequest['alerts']>, at: Instant): void {
  const { alerts } = added(draft.alerts, report, draft.alerts?.resolveAfterMs ?? 0);
  const isOver = alerts.further === 0 && alertCounts(alerts).firing === 0 && !alerts.known.some(isNotOver);
  draft.alerts = isOver && draft.alerts?.overAt !== undefined ? { ...alerts, overAt: at } : alerts;
}

// A person has said that it is about more than the group of a rule.
function takeAnyAlert(draft: Incident, { gathered: _, ...alerts }: NonNullable<Incident['alerts']>): void {
  draft.alerts = alerts;
}

// R8: merged by whoever has this incident, the worse severity is answered already.
function raise(draft: Incident, at: Instant, { from, severity, by }: AbsorbRequest): void {
  const isHolder = whoHasIt(draft)?.person === by;
  record(
    draft,
    at,
    {
      type: 'severity-changed',
      from: draft.severity,
      to: severity,
      reason: `${from} was merged into this`,
      ...(!isHolder && asksAnew(draft, severity) ? { asksAnew: true as const } : {}),
      ...pagedByRaise(draft, severity),
    },
    by,
  );
}

// A second conference would part the people whom the merge has just brought together: the
// conference of this incident stays.
function isThere({ links }: ProcessState, { to, relation }: Link): boolean {
  return links.some((known) => known.relation === relation && (known.to === to || relation === 'conference'));
}
