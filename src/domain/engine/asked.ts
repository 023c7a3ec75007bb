/**
 * Owns what an incident asks of people again, and what answers: a severity worse than what was
 * answered (R8), and teams that become affected (R9).
 */
import { dueAtOf, isUnmet } from '../deadlines/due';
import { servicesOfTeam, teamOfResponse, teamResponseId } from '../deadlines/teams';
import { responseId, responseOf } from '../deadlines/kinds';
import { beginRound, beginResponseRound, meet, cancelDeadline, firstRound } from '../deadlines/rounds';
import { asksAnew, whoHasIt } from '../state/has-it';
import { worseOf } from '../state/severity';
import type { Deadline, Incident, ProcessState, TimelineEvent } from '../model';

/** Marks a deadline met. The answer to a response counts for everything up to its severity (R8). */
export function answer(draft: ProcessState, deadline: Deadline, at: number): void {
  meet(deadline, at);
  if (draft.kind === 'incident' && deadline.id === responseId)
    draft.answeredUpTo = worseOf(draft.policy, draft.severity, draft.answeredUpTo);
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
