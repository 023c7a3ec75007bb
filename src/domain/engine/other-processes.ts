/**
 * Owns what one process asks of another: to take an incident that is merged into it, and to begin
 * an incident. The receiving side of a merge is in merge.ts.
 */
import { isUnmet } from '../deadlines/due';
import { responseOf } from '../deadlines/kinds';
import { teamOfResponse } from '../deadlines/teams';
import { restrictedTo } from '../state/restricted';
import { identityOf } from '../state/identity';
import { whoHasIt } from '../state/has-it';
import { workingOnIt } from '../on-call/refs';
import { enqueue } from './outbox';
import type { Effect, Incident, ProcessState, Severity, TimelineEvent } from '../model';
import { iso } from '../time/instants';
import { given } from '../../given';

/** Puts into the outbox that the roll-back of a release begins an incident. */
export function enqueueDeclaration(
  draft: ProcessState,
  event: TimelineEvent & { type: 'rolled-back' },
  severity: Severity,
): void {
  const body = {
    // The reason for a roll-back does not say what users see, so the reason is no description.
    title: `Roll-back of ${draft.title}: ${event.reason}`.slice(0, 200),
    severity,
    services: draft.services,
    ...restrictionFor(draft),
  };
  enqueue(draft, {
    type: 'declare-incident',
    of: event.seq,
    request: {
      key: `${identityOf(draft)}/event/${event.seq}`,
      by: event.by ?? 'muster',
      drill: draft.drill,
      body: draft.drill ? { ...body, drill: true } : body,
      causedBy: draft.id,
    },
  });
}

// R37: what goes on elsewhere stays restricted there.
function restrictionFor(draft: ProcessState): { restrictedTo?: string[] } {
  const to = restrictedTo(draft);
  return to === undefined ? {} : { restrictedTo: [...to] };
}

/**
 * R10: the incident that was to go on is over, so that nobody would be asked any more: a new
 * incident takes the place of the one that was merged, with its roles and links. The answer is not
 * taken over: somebody has to say anew that they have it.
 */
export function declareAnew(draft: Incident, { of, request }: Extract<Effect, { type: 'absorb' }>): void {
  const { customerFacing, usersAffected, description, labels, startedAt, policy, links } = draft;
  const { commander, ...roles } = draft.roles;
  const body = {
    title: draft.title,
    severity: draft.severity,
    services: draft.services,
    template: policy.template.name,
    ...given({
      customerFacing: customerFacing ? true : undefined,
      usersAffected,
      description,
      labels,
      commander,
      startedAt: startedAt === undefined ? undefined : iso(startedAt),
    }),
    ...restrictionFor(draft),
    ...(draft.drill ? { drill: true } : {}),
  };
  const key = `${identityOf(draft)}/event/${of}/anew`;
  const inherited = { roles, links, ...given({ alerts: alertsOf(draft) }) };
  enqueue(draft, {
    type: 'declare-incident',
    of,
    request: { key, by: request.by, drill: draft.drill, body, causedBy: draft.id, inherited },
  });
}

// What monitoring tools say of it they say to the new one from now on. A person has merged it, so
// that it does not end by itself with its alerts.
function alertsOf({ alerts }: Incident): Incident['alerts'] {
  if (alerts === undefined) return undefined;
  const { opened: _, overAt: __, ...others } = alerts;
  return others;
}

// R9: somebody has answered, but not for these teams.
function unansweredTeams(draft: Incident): string[] | undefined {
  const teams = Object.values(draft.deadlines).flatMap((one) => (isUnmet(one) ? (teamOfResponse(one) ?? []) : []));
  return teams.length === 0 ? undefined : teams;
}

const mergedAlerts = ({ known, further, unkept, gathered }: NonNullable<Incident['alerts']>) => ({
  alerts: known,
  further,
  ...given({ unkept, gathered }),
});

/** Puts into the outbox that the other incident takes this one. */
export function enqueueAbsorb(draft: Incident, event: TimelineEvent & { type: 'merged' }): void {
  enqueue(draft, {
    type: 'absorb',
    of: event.seq,
    request: {
      key: `${identityOf(draft)}/event/${event.seq}`,
      into: event.into,
      from: draft.id,
      by: event.by ?? 'muster',
      severity: event.severity ?? draft.severity,
      // In the words of the other template, if the severity was said in them.
      ...given({ answeredUpTo: isUnmet(responseOf(draft)!) ? undefined : (event.severity ?? draft.answeredUpTo) }),
      ...given({ holder: whoHasIt(draft)?.person, teams: draft.teams, unanswered: unansweredTeams(draft) }),
      services: draft.services,
      ...restrictionFor(draft),
      people: workingOnIt(draft),
      roles: draft.roles,
      links: draft.links,
      ...given({ recent: draft.recent }),
      ...given({ alerts: draft.alerts && mergedAlerts(draft.alerts) }),
    },
  });
}
