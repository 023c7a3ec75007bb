/**
 * Owns a rehearsal: one process driven through virtual time by the production rules, with people
 * who act as a script says and an engine that may be absent. Touches nothing: the answer is what
 * would happen. Knows nothing of how a script is written.
 */
import { onlyInsists } from '../engine/escalation';
import { responseId, responseOf } from '../deadlines/kinds';
import { absorb } from '../engine/merge';
import { actorFacts } from '../on-call/actor';
import { teamsOfImpact } from '../state/actor';
import { itemBlocks, itemsOf } from '../state/checklist';
import { isFinished } from '../state/action-items';
import { nextInstant } from '../engine/engine';
import { lacksVotes, notBindingBecause } from '../state/gates';
import { brokenAt, type Attempt } from './recorded-world';
import { VirtualRun, type Broken } from './virtual-run';
import type {
  AbsorbRequest,
  Calendars,
  Directory,
  Instant,
  Order,
  ProcessCommandName,
  ProcessState,
  Refusal,
  StartInput,
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
  /** Another incident is merged into this one. */
  | { readonly name: 'absorb'; readonly request: AbsorbRequest };
/** `calendars`: the fresh calendars that `reschedule` brings. */
type Ordered = Order & { readonly calendars?: Calendars };
export interface Script {
  readonly input: StartInput;
  readonly directory: Directory;
  /** Channels that do not work, by `channel` or `person/channel`, and why. */
  readonly broken: Broken;
  /**
   * What became of real messages over ways that failed. A rehearsed message gets the result of the
   * attempt nearest in time.
   */
  readonly attempts?: readonly Attempt[];
  readonly steps: readonly ScriptStep[];
  /** When the engine is absent. Acts of people in that time reach the engine when it is back. */
  readonly away: readonly { readonly from: Instant; readonly to: Instant }[];
  /** Where the rehearsal ends at the latest. */
  readonly until: Instant;
  /**
   * What people do at the very instant of a deadline comes before it (R12). In the record of a real
   * process it came after what stands before it.
   */
  readonly stepsComeFirst?: true;
  /** Stop before `until`, once nothing is ahead but what ladders say again and again (R11). */
  readonly stopsWhenRepeating?: true;
  /** How often the process may wake up before the rehearsal stops; absent: without a limit. */
  readonly mostActivations?: number;
}
export interface RefusedStep {
  readonly step: ScriptStep;
  readonly at: Instant;
  readonly name: ProcessCommandName;
  readonly by: string;
  readonly refusal: Refusal;
}
export interface Rehearsal {
  readonly run: Pick<VirtualRun, 'state' | 'sent' | 'failed' | 'followed' | 'dueAtOf'>;
  readonly refused: readonly RefusedStep[];
  /** The last instant that was looked at: the end of the process, or of the script. */
  readonly endedAt: Instant;
  /**
   * Why the rehearsal goes no further: the process is over, nothing is ahead, the script looks no
   * further, or the process woke up too often.
   */
  readonly ends: 'over' | 'quiet' | 'repeating' | 'horizon' | 'limit';
}

/**
 * Reasons of refusals that depend on how things stand at that moment, by the policy or its limits.
 * A rehearsal exists to show these.
 */
const dependsOnCourse = new Set(['gate-closed', 'too-early', 'state-limit']);

/**
 * The refusals in `refused` that no course of events could have avoided: the script contradicts
 * itself.
 */
export function contradictionsIn(refused: readonly RefusedStep[]): RefusedStep[] {
  const neverDeployed = refused.some(
    ({ name, refusal }) => name === 'start-deployment' && dependsOnCourse.has(refusal.reason),
  );
  return refused.filter(
    ({ refusal: { reason } }) => !dependsOnCourse.has(reason) && !(neverDeployed && reason === 'not-deploying'),
  );
}

/**
 * Runs `script` to the end of its process or to `until`. Pure: the same script gives the same
 * rehearsal.
 */
export function rehearse(script: Script): Rehearsal {
  const { input, directory, broken, attempts, until } = script;
  const run = new VirtualRun(
    input,
    () => directory,
    (now) => (attempts ? new Map([...broken, ...brokenAt(attempts, now)]) : broken),
  );
  run.mostActivations = script.mostActivations ?? Infinity;
  const refused: RefusedStep[] = [];
  let waiting: ScriptStep[] = [];
  let lastTurnAt = input.at;
  const take = (step: ScriptStep) => {
    if (step.name === 'absorb') {
      run.state = absorb(run.state, step.request, run.now);
      return;
    }
    for (const one of commandsOf(run, step, directory)) {
      const by = one.by ?? actingPerson(run);
      const teams = one.act.name === 'record-impact' ? teamsOfImpact(one.act.body, directory) : undefined;
      const answer = run.give({
        ...one.act,
        actor: actorFacts(by, directory, step.at),
        receivedAt: step.at,
        ...given({ teams }),
      });
      if (!answer.ok) refused.push({ step, at: step.at, name: one.act.name, by, refusal: answer.refusal });
      // A step of several commands is several inputs, unless all of them waited for the engine.
      if (!run.away && waiting.length === 0) run.activate();
    }
  };
  for (const turn of turnsOf(script)) {
    if (turn.at > until || run.spent) break;
    run.passTo(turn.at, turn.type === 'step' && script.stepsComeFirst);
    lastTurnAt = turn.at;
    if (turn.type === 'step' && run.away) waiting.push(turn.step);
    else if (turn.type === 'step') take(turn.step);
    else {
      run.away = turn.type === 'leaves';
      if (!run.away) {
        // Inputs first (T3): what people did while the engine was absent counts from when they did
        // it.
        waiting.forEach(take);
        waiting = [];
      }
    }
    if (!run.away) run.activate();
  }
  const isEnough = script.stopsWhenRepeating ? onlyInsists : () => false;
  if (!run.away && !run.spent && !isEnough(run.state))
    run.passTo(nextInstant(run.state) === null ? run.now : until, false, isEnough);
  return { run, refused, ...endOf(run, lastTurnAt, until) };
}

type Turn =
  | { readonly type: 'step'; readonly at: Instant; readonly step: ScriptStep }
  | { readonly type: 'leaves' | 'returns'; readonly at: Instant };

function turnsOf({ steps, away }: Script): Turn[] {
  const turns: Turn[] = [
    ...away.flatMap(({ from, to }): Turn[] => [
      { type: 'leaves', at: from },
      { type: 'returns', at: to },
    ]),
    ...steps.map((step): Turn => ({ type: 'step', at: step.at, step })),
  ];
  // The sort is stable: of turns at one instant, the first in this list happens first.
  return turns.sort((a, b) => a.at - b.at);
}

interface Given {
  readonly act: Ordered;
  readonly by?: string;
}

// A generator, so that each command is decided when its turn comes: an approval may open the gate,
// and the next approval is then no longer given.
function* commandsOf(
  run: VirtualRun,
  step: Exclude<ScriptStep, { name: 'absorb' }>,
  from: Directory,
): Generator<Given> {
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
function actingPerson({ state, sent }: VirtualRun): string {
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

function endOf(
  { state, now, spent }: VirtualRun,
  lastTurnAt: Instant,
  until: Instant,
): Pick<Rehearsal, 'endedAt' | 'ends'> {
  const last = state.timeline.at(-1)?.at ?? now;
  if (isFinished(state)) return { endedAt: last, ends: 'over' };
  if (spent) return { endedAt: last, ends: 'limit' };
  if (nextInstant(state) === null) return { endedAt: Math.max(last, lastTurnAt), ends: 'quiet' };
  return now < until ? { endedAt: Math.max(last, lastTurnAt), ends: 'repeating' } : { endedAt: until, ends: 'horizon' };
}
