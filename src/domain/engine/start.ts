/**
 * Owns how a process begins: the first state, in which the fields of `declare` and `plan` count as
 * the events that they stand for. Pure, like engine.ts.
 */
import { levelNamed, levelsOf, usualLevel } from '../state/severity';
import { react } from './reactions';
import { drillEndOf } from '../deadlines/drill';
import { openIncidentDeadlines } from '../deadlines/rounds';
import { record } from './record';
import { firstAlerts, openWithAlerts } from './reported-alerts';
import { joinedChanges } from '../changes/recent';
import { listChanges } from './listed-changes';
import { firstTeams } from '../deadlines/teams';
import { repeatedFor } from '../state/repeated';
import type { Instant, ProcessState, StartInput } from '../model';
import { dayMs } from '../time/instants';
import { given } from '../../given';

/** A `startedAt` further back than this is a typing error. */
const longestSinceMs = 366 * dayMs;

/** Why the trouble cannot have begun at `startedAt`, or undefined. */
export function startedProblem(startedAt: Instant, now: Instant): string | undefined {
  const isPossible = startedAt <= now && startedAt >= now - longestSinceMs;
  return isPossible ? undefined : 'expected an instant that is past, by a year at most';
}

/** A new process as of `input.at`. Call `settle` to fire what is due at once. */
export function start(input: StartInput): ProcessState {
  const { id, mark, at, actor, policy } = input;
  const body = input.body;
  const severity = levelNamed(levelsOf(policy), body.severity ?? usualLevel(policy))!;
  const services = [...new Set(body.services ?? [])];
  const restrictedTo = body.restrictedTo && [...new Set(body.restrictedTo)];
  const drillEndsAt = drillEndOf(body, at);
  const common = {
    id,
    ...given({ mark }),
    title: body.title,
    drill: body.drill === true,
    ...given({ drillEndsAt }),
    policy: repeatedFor(policy, services),
    beganBy: actor.person,
    beganAt: at,
    severity,
    services,
    customerFacing: input.kind === 'incident' && input.body.customerFacing === true,
    ...given({ description: body.description, teams: input.teams?.of, restrictedTo }),
    roles: {},
    phases: {},
    items: {},
    deadlines: {},
    actionItems: [],
    links: [],
    gates: {},
    checks: {},
    facts: [],
    timeline: [],
    revision: 0,
    lastInputAt: at,
    outbox: [],
    nextEffectId: 1,
    inFlight: [],
    recentKeys: [],
  };
  let draft: ProcessState;
  if (input.kind === 'incident') {
    draft = {
      ...common,
      kind: 'incident',
      lifecycle: { status: 'investigating' },
      anchors: { declared: at },
      responseAt: at,
      // The first message can then name them already.
      ...(input.alerts === undefined
        ? given({ alerts: input.inherited?.alerts })
        : { alerts: firstAlerts(input.alerts) }),
      ...given({ recent: joinedChanges(undefined, input.recent)?.all }),
      ...(input.teams === undefined ? {} : { involved: firstTeams(input.teams) }),
      ...(input.body.startedAt === undefined ? {} : { startedAt: Date.parse(input.body.startedAt) }),
    };
    openIncidentDeadlines(draft);
    const { usersAffected, customerFacing, commander } = input.body;
    record(
      draft,
      at,
      {
        type: 'declared',
        title: body.title,
        severity,
        services,
        // The first message can then state these facts already.
        ...given({ usersAffected, customerFacing, commander, restrictedTo }),
      },
      actor,
    );
    listChanges(draft, input.recent, undefined, at);
    recordFields(draft, input);
    if (input.alerts) openWithAlerts(draft, input.alerts, at);
  } else {
    const targetAt = Date.parse(input.body.targetAt);
    draft = {
      ...common,
      kind: 'release',
      lifecycle: { status: 'planned' },
      anchors: { planned: at, target: targetAt },
      ...given({
        version: input.body.version,
        strategy: input.body.strategy,
        tellsChanges: input.tellsChanges,
      }),
    };
    record(
      draft,
      at,
      { type: 'planned', title: body.title, severity, services, targetAt, ...given({ restrictedTo }) },
      actor,
    );
  }
  react(draft, at, 'planning');
  return draft;
}

// The fields of `declare` count as their events (docs/rules.md).
function recordFields(
  draft: ProcessState,
  { body, actor, causedBy, inherited }: Extract<StartInput, { kind: 'incident' }>,
): void {
  const by = actor;
  const { customerFacing, usersAffected, description, commander } = body;
  const labels = body.labels && [...new Set(body.labels)];
  if (
    customerFacing !== undefined ||
    usersAffected !== undefined ||
    description !== undefined ||
    labels !== undefined
  ) {
    record(
      draft,
      draft.beganAt,
      {
        type: 'impact-recorded',
        ...given({ customerFacing, usersAffected, description, labels }),
      },
      by,
    );
  }
  if (commander !== undefined)
    record(draft, draft.beganAt, { type: 'role-assigned', role: 'commander', person: commander }, by);
  for (const [role, person] of Object.entries(inherited?.roles ?? {}))
    record(draft, draft.beganAt, { type: 'role-assigned', role, person }, by);
  for (const { to, relation, title } of inherited?.links ?? [])
    record(draft, draft.beganAt, { type: 'linked', to, relation, ...given({ title }) }, by);
  if (causedBy !== undefined) record(draft, draft.beganAt, { type: 'linked', to: causedBy, relation: 'caused-by' }, by);
}
