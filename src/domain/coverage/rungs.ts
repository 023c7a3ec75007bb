/**
 * Owns what there is to cover: every rung of every ladder that a process of a severity about a
 * service can climb. Who is on the rung when is in people-over.ts. Knows nothing of faults.
 */
import { deadlineId, kindRules, responseId, updateId } from '../deadlines/kinds';
import { teamsOf } from '../state/actor';
import { itemApplies, itemsOf, phaseApplies } from '../state/checklist';
import { repeatedFor } from '../state/repeated';
import { levelOf } from '../state/severity';
import { ladderOf, rungApplies } from '../deadlines/ladder';
import { pagesInHoursOnly } from '../deadlines/ladders';
import { firstRound } from '../deadlines/rounds';
import type { ProcessKind, Severity } from '../../contracts/command-table';
import type {
  Condition,
  Deadline,
  DeadlineKind,
  Directory,
  Instant,
  Mode,
  Policy,
  ProcessState,
  RecipientRef,
  Teams,
} from '../model';
import { given } from '../../given';
import { refsOfRung } from '../on-call/refs';
import { start } from '../engine/start';
import { dayMs } from '../time/instants';

export interface CoveredRung {
  /** From 1. */
  readonly rung: number;
  readonly mode: Mode;
  /** Outside working hours the rung waits for the opening (R14). */
  readonly hoursOnly: boolean;
  readonly refs: readonly RecipientRef[];
  /** The rung also means a person who is not known yet: the owner of an action item. */
  readonly others: boolean;
  /** R11: after this rung, the last one, the ladder says nothing more. */
  readonly last: boolean;
}
/**
 * Ladders whose rungs mean the same people are one covered ladder, with every deadline that climbs
 * it. Empty `rungs`: the template has no such ladder.
 */
export interface CoveredLadder {
  readonly process: ProcessKind;
  readonly template: string;
  readonly ladder: DeadlineKind;
  readonly severities: readonly Severity[];
  /** null: a process about no service. */
  readonly services: readonly (string | null)[];
  readonly deadlines: readonly string[];
  readonly rungs: readonly CoveredRung[];
  /** By severity: the facts under which these rungs apply. */
  readonly facts: Readonly<Record<Severity, Facts>>;
}
/** Facts of a process that decide what applies (R30), besides severity, services and strategy. */
type Facts = Pick<ProcessState, 'customerFacing' | 'labels'>;

/** A process that begins at `at`, with nobody in any role and nothing done yet. */
export function stateFor(
  policy: Policy,
  severity: Severity,
  services: readonly string[],
  at: Instant,
  teams?: Teams,
): ProcessState {
  const actor = { person: 'muster', known: false, roles: [], approves: [] };
  const body = { title: 'coverage', severity, services: [...services] };
  return policy.kind === 'incident'
    ? start({ kind: 'incident', id: 'coverage', at, actor, policy, body, ...given({ teams }) })
    : start({
        kind: 'release',
        id: 'coverage',
        at,
        actor,
        policy,
        ...given({ teams }),
        body: { ...body, targetAt: new Date(at + releaseAheadMs).toISOString() },
      });
}
// Any instant ahead will do: the recipients of a rung do not depend on the target.
const releaseAheadMs = 14 * dayMs;

/**
 * Every ladder of `policy` for these severities and services. Services with the same people on call
 * are judged together, unless a `when` of the policy asks for one of them.
 */
export function laddersToCover(
  policy: Policy,
  directory: Directory,
  severities: readonly Severity[],
  services: readonly (string | null)[],
  at: Instant,
): CoveredLadder[] {
  const found = new Map<string, CoveredLadder>();
  const alike = alikeServices(directory, services, policy);
  // A process about no service involves the default team (R9).
  const teams = teamsOf([], directory);
  for (const severity of severities) {
    for (const facts of factsAskedFor(stateFor(policy, severity, [], at, teams)))
      for (const group of alike) {
        const [first = null] = group;
        const team = first === null ? undefined : directory.services[first]?.team;
        const about = first === null ? [] : [first];
        const state = {
          ...facts,
          policy: repeatedFor(facts.policy, about),
          services: about,
          teams: first === null || team === undefined ? {} : { [first]: team },
        };
        for (const deadline of deadlinesOf(state)) {
          const rungs = coveredRungs(state, deadline);
          // The severities of one covered ladder count in one calendar.
          const hours = levelOf(policy, severity).calendar ?? '';
          const key = `${deadline.kind} ${hours} ${JSON.stringify(rungs)} ${first}`;
          const known = found.get(key);
          found.set(key, {
            process: policy.kind,
            template: policy.template.name,
            ladder: deadline.kind,
            rungs,
            services: group,
            severities: [...new Set([...(known?.severities ?? []), severity])],
            deadlines: [...new Set([...(known?.deadlines ?? []), deadline.id])],
            facts: {
              [severity]: { customerFacing: state.customerFacing, ...given({ labels: state.labels }) },
              ...known?.facts,
            },
          });
        }
      }
  }
  return [...found.values()];
}

// Facts that are not known yet decide which items and rungs apply, and so who owns a phase. Answers
// `bare`, and `bare` with every answer that a `when` asks for: each label alone, for customers and
// not.
function factsAskedFor(bare: ProcessState): ProcessState[] {
  const whens = conditionsOf(bare.policy);
  if (bare.kind === 'incident') {
    const isAsked = whens.some(({ customerFacing }) => customerFacing === true);
    const facing = isAsked ? [bare, { ...bare, customerFacing: true }] : [bare];
    const labels = [...new Set(whens.flatMap(({ label }) => label ?? []))];
    return facing.flatMap((state) => [state, ...labels.map((label) => ({ ...state, labels: [label] }))]);
  }
  const strategies = new Set(whens.flatMap(({ strategy }) => strategy ?? []));
  return [bare, ...[...strategies].map((strategy) => ({ ...bare, strategy }))];
}

function conditionsOf({ phases, ladders, namedLadders = {} }: Policy): Condition[] {
  const groups = phases.flatMap((phase) => phase.groups);
  const rungs = [...Object.values(ladders), ...Object.values(namedLadders)].flat();
  const stated = [...phases, ...groups, ...groups.flatMap(({ items }) => items), ...rungs];
  return stated.flatMap(({ when }) => when ?? []);
}

function coveredRungs(state: ProcessState, deadline: Deadline): CoveredRung[] {
  const covered = ladderOf(state, deadline).map((rung, index, ladder) => ({
    rung: index + 1,
    mode: levelOf(state.policy, state.severity).page === 'none' ? 'remind' : rung.mode,
    hoursOnly: pagesInHoursOnly(state, rung),
    refs: refsOfRung(state, deadline, ladder, index),
    others: kindRules[deadline.kind].ownerNotInTemplate && rung.to.includes('owner'),
    last: rung.then === 'nothing',
    applies: rungApplies(state, rung),
  }));
  return covered.flatMap(({ applies, ...rung }) => (applies ? [rung] : []));
}

/** The rungs that mean somebody whom no rung before means. */
export function bringingIn(rungs: readonly CoveredRung[]): CoveredRung[] {
  const before = new Set<string>();
  return rungs.filter(({ refs }) => {
    const fresh = refs.map((ref) => JSON.stringify(ref)).filter((key) => !before.has(key));
    for (const key of fresh) before.add(key);
    return fresh.length > 0;
  });
}

// The deadlines of every kind that a ladder climbs, also those whose anchor does not exist yet.
function deadlinesOf(state: ProcessState): Deadline[] {
  const { beganAt } = state;
  const named = (kind: DeadlineKind, id: string): Deadline =>
    firstRound({ id, kind, anchor: { at: beganAt }, offset: { n: 0, unit: 'ms' }, dueAt: beganAt });
  const { phases, gates } = state.policy;
  const ids = {
    response: [responseId],
    update: levelOf(state.policy, state.severity).update === 'none' ? [] : [updateId],
    phase: phases.filter((phase) => phase.due && phaseApplies(state, phase)).map(({ id }) => deadlineId('phase', id)),
    item: itemsOf(state)
      .filter(({ item }) => item.due && itemApplies(state, item))
      .map(({ item }) => deadlineId('item', item.id)),
    gate: gates.filter(({ due }) => due).map(({ id }) => deadlineId('gate', id)),
    // How many action items there will be is not known yet.
    'action-item': ['action-item'],
  } satisfies Record<DeadlineKind, string[]>;
  return Object.keys(ids)
    .map((kind) => kind as DeadlineKind)
    .filter((kind) => kindRules[kind].processes.includes(state.kind))
    .flatMap((kind) => ids[kind].map((id) => named(kind, id)));
}

// A service that a `when` names is like no other (R30).
function alikeServices(
  directory: Directory,
  services: readonly (string | null)[],
  policy: Policy,
): (string | null)[][] {
  const asked = new Set(conditionsOf(policy).flatMap(({ service }) => service ?? []));
  const groups = new Map<string, (string | null)[]>();
  for (const id of services) {
    const service = id === null ? undefined : directory.services[id];
    const key = service ? `${service.team} ${JSON.stringify(service['on-call'] ?? {})}` : '';
    const own = id !== null && asked.has(id) ? `${key} ${id}` : key;
    groups.set(own, [...(groups.get(own) ?? []), id]);
  }
  return [...groups.values()];
}
