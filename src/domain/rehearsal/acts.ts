/**
 * Owns what the acts of a script come to: which commands people give, who acts where nobody is
 * named, and what only the API knows in a real process. Gives no command itself.
 */
import { nextHolder } from '../engine/commands/others';
import { responseId, responseOf } from '../deadlines/kinds';
import { actorFacts } from '../on-call/actor';
import { peopleOf } from '../on-call/recipients';
import { itemBlocks, itemsOf } from '../state/checklist';
import { lacksVotes, notBindingBecause } from '../state/gates';
import type { OtherIncident } from './other-incident';
import type { VirtualRun } from './virtual-run';
import type {
  AbsorbRequest,
  Calendars,
  ClosingIncident,
  Directory,
  Frozen,
  Instant,
  Order,
  ProcessState,
  Refusal,
  Severity,
} from '../model';
import { given } from '../../given';

/** What a person does at an instant. */
export type ScriptStep = {
  readonly at: Instant;
  /** The person who acts. Absent: the person whom `actingPerson` names at that moment. */
  readonly by?: string;
} & Act;
export type Act =
  | Ordered
  /**
   * The named items, and the items that keep the named phases from completion, are done; checks
   * among them pass. By ids.
   */
  | { readonly name: 'complete'; readonly what: readonly string[] }
  /**
   * Everything that the gates ask for: their phases are completed, and as many different approvers
   * as the gates need say go.
   */
  | { readonly name: 'pass-gates' }
  /** Another incident begins, and is merged into this one at once. */
  | { readonly name: 'take-other'; readonly other: OtherIncident }
  /**
   * R43: an incident on the services of the release begins, or one is over; without id, all are.
   */
  | { readonly name: 'incident-opens'; readonly incident: ClosingIncident; readonly levels: readonly Severity[] }
  | { readonly name: 'incident-ends'; readonly id?: string }
  /** The record of an incident that was merged into this one. */
  | { readonly name: 'absorb'; readonly request: AbsorbRequest };
/**
 * `calendars`: the fresh calendars that `reschedule` brings. `frozen`: the freezes in which a real
 * deployment began (R42).
 */
export type Ordered = Order & { readonly calendars?: Calendars; readonly frozen?: Frozen };
/** A step that comes to commands of this process. */
export type OwnStep = Exclude<ScriptStep, { name: 'absorb' | 'take-other' | 'incident-opens' | 'incident-ends' }>;

/** A command, and who gives it. */
export interface Given {
  readonly act: Ordered;
  readonly by?: string;
}

/**
 * The commands of `step`. A generator, so that each command is decided when its turn comes: an
 * approval may open the gate, and the next approval is then no longer given.
 */
export function* commandsOf(run: VirtualRun, step: OwnStep, from: Directory): Generator<Given> {
  const by = given({ by: step.by });
  if ('what' in step) yield* completing(run.state, step.what, by);
  else if ('body' in step) {
    const { at: _at, by: _by, ...act } = step;
    yield { act, ...by };
  } else yield* passingGates(run, from, by);
}

function* completing(state: ProcessState, what: readonly string[], by: { readonly by?: string }): Generator<Given> {
  // What is repeated for each service is meant by the id that the template has, too (R33).
  const isMeant = ({ id, repeats = id }: { readonly id: string; readonly repeats?: string }) =>
    what.includes(id) || what.includes(repeats);
  const items = itemsOf(state)
    .filter(({ item, phase }) => isMeant(item) || (isMeant(phase) && itemBlocks(state, item)))
    .map(({ item }) => item);
  for (const evidence of [false, true]) {
    const ids = items
      .filter((item) => item.check === undefined && (item.evidenceRequired === true) === evidence)
      .map(({ id }) => id);
    const body = { items: ids, ...(evidence ? { evidence: 'as rehearsed' } : {}) };
    if (ids.length > 0) yield { act: { name: 'complete-items', body }, ...by };
  }
  const checks = new Map(items.flatMap(({ check }) => (check === undefined ? [] : [[check.name, check.atLeast]])));
  for (const [check, atLeast] of checks) {
    const body = { check, result: 'pass' as const, ...given({ value: atLeast }) };
    yield { act: { name: 'report-check', body }, ...by };
  }
}

function* passingGates(run: VirtualRun, directory: Directory, by: { readonly by?: string }): Generator<Given> {
  for (const gate of run.state.policy.gates) {
    yield* completing(run.state, gate.requires, by);
    for (const person of Object.keys(directory.people)) {
      const { state } = run;
      if (!lacksVotes(state, gate)) break;
      if (notBindingBecause(state, gate, actorFacts(person, directory, run.now)) !== undefined) continue;
      yield { act: { name: 'decide', body: { gate: gate.id, decision: 'go' } }, by: person };
    }
  }
}

/**
 * The person who acts where a step names nobody. In an incident: the person who acknowledged, else
 * the first person whom a page of this response round reached, else the person who began the
 * incident. In a release: the person who planned it.
 */
export function actingPerson({ state, sent }: VirtualRun): string {
  const response = responseOf(state);
  const paged = sent.find(
    ({ request }) =>
      request.kind === 'page' &&
      request.deadlines.some(({ id }) => id === responseId) &&
      request.key.includes(`/${responseId}/${response?.round ?? 1}/`),
  );
  if (state.kind === 'incident') return state.acknowledgedBy ?? paged?.request.recipient ?? state.beganBy;
  return state.beganBy;
}

/**
 * `act` with what only the API can know, or why it is refused: a hand-off without a name is for the
 * one person on call at that moment (R19).
 */
export function completed(
  { state, now }: Pick<VirtualRun, 'state' | 'now'>,
  act: Ordered,
  by: string,
  directory: Directory,
): { readonly ok: true; readonly act: Ordered } | { readonly ok: false; readonly refusal: Refusal } {
  if (act.name !== 'hand-off' || act.body.to !== undefined) return { ok: true, act };
  const onCall = peopleOf({ kind: 'slot', slot: 'primary', services: state.services }, directory, now);
  const next = nextHolder(onCall, by);
  return next.ok ? { ok: true, act: { ...act, body: { ...act.body, to: next.to } } } : next;
}
