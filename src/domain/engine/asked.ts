/**
 * Owns what an incident asks of people again, and what answers: a severity worse than what was
 * answered (R8), services and teams that become affected or are no longer (R9, R21), updates that a
 * level promises (R38), and when whoever has the incident answered last (R13).
 */
import { dueAtOf, isUnmet } from '../deadlines/due';
import { servicesOfTeam, teamOfResponse, teamResponseId } from '../deadlines/teams';
import { responseId, responseOf, updateOf } from '../deadlines/kinds';
import {
  beginRound,
  beginResponseRound,
  beginsUpdates,
  beginUpdateRound,
  meet,
  cancelDeadline,
  firstRound,
} from '../deadlines/rounds';
import { asksAnew, takesCommand, whoHasIt } from '../state/has-it';
import { repeatedFor } from '../state/repeated';
import { levelOf, worseOf } from '../state/severity';
import type { Deadline, Incident, ProcessState, TimelineEvent } from '../model';

/**
 * Marks a deadline met. The answer to a response counts for everything up to its severity (R8), and
 * for as long as one by whoever has the incident (R13).
 */
export function answer(draft: ProcessState, deadline: Deadline, at: number): void {
  meet(deadline, at);
  if (draft.kind !== 'incident' || deadline.id !== responseId) return;
  draft.answeredUpTo = worseOf(draft.policy, draft.severity, draft.answeredUpTo);
  draft.answeredAt = at;
}

/** R9: a team that was not involved is asked for an answer, if the event says so. */
export function involve(
  draft: Incident,
  { at, team, services, answers }: TimelineEvent & { type: 'team-involved' },
): void {
  draft.involved = [...(draft.involved ?? []), team];
  draft.teams = { ...draft.teams, ...Object.fromEntries(services.map((service) => [service, team])) };
  if (!answers) return;
  const anchor = { at };
  const offset = { n: 1, unit: 'response' } as const;
  const id = teamResponseId(team);
  const dueAt = dueAtOf(draft, { anchor, offset })!;
  const known = draft.deadlines[id];
  if (known) beginRound(known, { at, dueAt, anchor, offset });
  else draft.deadlines[id] = { ...firstRound({ id, kind: responseId, anchor, offset, dueAt }), movedAt: at };
}

/** R21: the services that are affected now; what was ever affected stays searchable. */
export function affect(draft: Incident, services: string[]): void {
  const ever = [...draft.services, ...(draft.formerServices ?? [])];
  const former = [...new Set(ever)].filter((service) => !services.includes(service));
  draft.services = services;
  if (former.length > 0) draft.formerServices = former;
  else delete draft.formerServices;
  draft.policy = repeatedFor(draft.policy, services);
}

/**
 * R9: a team none of whose services is affected any more owes nothing; it is asked again if one is.
 */
export function dropTeams(draft: Incident, at: number): void {
  for (const deadline of Object.values(draft.deadlines)) {
    const team = teamOfResponse(deadline);
    if (team === undefined || !isUnmet(deadline)) continue;
    if (servicesOfTeam(draft, team).some((service) => draft.services.includes(service))) continue;
    cancelDeadline(deadline, at);
  }
  const isAffected = (team: string) => {
    const known = Object.entries(draft.teams ?? {}).filter(([, one]) => one === team);
    return known.length === 0 || known.some(([service]) => draft.services.includes(service));
  };
  draft.involved = (draft.involved ?? []).filter(isAffected);
}

/**
 * R8. Whoever has the incident answers by the change itself. A change back to what was answered
 * takes the question back.
 */
export function changeSeverity(draft: Incident, event: TimelineEvent & { type: 'severity-changed' }): void {
  const holder = whoHasIt(draft)?.person;
  draft.severity = event.to;
  followUpdates(draft, event);
  const before = responseOf(draft);
  if (event.asksAnew) {
    // A question that was open for another reason stays open when the severity goes down again.
    const stays = before !== undefined && isUnmet(before) && before.first?.only !== true;
    const first = { people: holder === undefined ? [] : [holder], only: true as const, ...(stays ? { stays } : {}) };
    beginResponseRound(draft, event.at, 'severity-raised', holder === undefined ? undefined : first);
    return;
  }
  if (holder !== undefined && holder === event.by)
    draft.answeredUpTo = worseOf(draft.policy, event.to, draft.answeredUpTo);
  const isBack = before?.first?.only === true && !before.first.stays && !asksAnew(draft, event.to);
  if (before && isBack && isUnmet(before)) cancelDeadline(before, event.at);
}

const answering = new Set<TimelineEvent['type']>([
  'acknowledged',
  'update-posted',
  'role-assigned',
  'severity-changed',
  'handed-off',
]);

/**
 * R13: notes an answer by whoever has the incident. Somebody who comes to have it has not been
 * asked yet, so the time counts from there: from the role, or from the first deed of a commander
 * who was only named.
 */
export function noteAnswer(draft: ProcessState, event: TimelineEvent): void {
  if (draft.kind !== 'incident' || !(answering.has(event.type) || takesCommand(event))) return;
  const holder = whoHasIt(draft);
  if (holder === undefined) return;
  const isTaken = event.seq === holder.seq || (event.type === 'role-assigned' && event.role === 'commander');
  if (isTaken || (answering.has(event.type) && event.by === holder.person)) draft.answeredAt = event.at;
}

/** R38: cancels the update that no level promises, unless a person did. */
export function dropUpdates(draft: Incident, at: number): void {
  const update = updateOf(draft);
  if (!update || !isUnmet(update) || isPromised(update)) return;
  if (levelOf(draft.policy, draft.severity).update === 'none') cancelDeadline(update, at);
}

// A person promised this very instant (T10).
const isPromised = ({ offset }: Deadline): boolean => offset.n === 0;

// R38: the new level may promise other updates. Those that begin count from the change.
function followUpdates(draft: Incident, { at, from, to }: TimelineEvent & { type: 'severity-changed' }): void {
  dropUpdates(draft, at);
  const update = updateOf(draft);
  if (!update || isUnmet(update) || draft.lifecycle.status === 'resolved') return;
  const [was, is] = [levelOf(draft.policy, from).update, levelOf(draft.policy, to).update];
  if (!beginsUpdates(was, is)) return;
  const response = responseOf(draft)!;
  const isAnswered = draft.acknowledgedAt !== undefined;
  beginUpdateRound(draft, at, isAnswered ? { at } : { responseAt: draft.responseAt, round: response.round });
}
