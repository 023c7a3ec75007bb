/**
 * Owns a rehearsal: one process driven through virtual time by the production rules, with people
 * who act as a script says and an engine that may be absent. Touches nothing: the answer is what
 * would happen. Knows nothing of how a script is written.
 */
import { onlyInsists } from '../engine/escalation';
import { lookAgain } from '../engine/heard-from-others';
import { absorb } from '../engine/merge';
import { nextInstant, recordRefusal } from '../engine/engine';
import { unknownPerson } from '../engine/news';
import { targetMeets } from '../engine/preview';
import { actorFacts } from '../on-call/actor';
import { teamsOfImpact } from '../state/actor';
import { isFinished } from '../state/action-items';
import { freezesJudgedAt, frozenAt } from '../state/freezes';
import { actingPerson, commandsOf, completed, type OwnStep, type Ordered, type ScriptStep } from './acts';
import { mergedInto } from './other-incident';
import { brokenAt, type Attempt } from './recorded-world';
import { VirtualRun, type Broken } from './virtual-run';
import type {
  CommandAnswer,
  Directory,
  Freeze,
  Frozen,
  Instant,
  Meeting,
  ProcessCommandName,
  Refusal,
  StartInput,
} from '../model';
import { given } from '../../given';

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
  /** The freezes that hold deployments (R42); absent: none. */
  readonly freezes?: readonly Freeze[];
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
  /** The refusal stands on the timeline too (R16). */
  readonly recorded?: true;
}
/** What the answer to a command, or to the planning, warns of. */
export interface Warning {
  readonly at: Instant;
  /** R24: what is against the target. */
  readonly meets?: readonly Meeting[];
  /** R23: what is wrong with a value that was reported as a pass. */
  readonly belowThreshold?: string;
}
export interface Rehearsal {
  readonly run: Pick<VirtualRun, 'state' | 'sent' | 'failed' | 'followed' | 'dueAtOf'>;
  readonly refused: readonly RefusedStep[];
  readonly warnings: readonly Warning[];
  /** The numbers of the events that are a command of a step, not its consequence. */
  readonly acted: ReadonlySet<number>;
  /** The last instant that was looked at: the end of the process, or of the script. */
  readonly endedAt: Instant;
  /**
   * Why the rehearsal goes no further: the process is over, nothing is ahead, the script looks no
   * further, or the process woke up too often.
   */
  readonly ends: 'over' | 'quiet' | 'repeating' | 'horizon' | 'limit';
}

/**
 * Reasons of refusals that depend on how things stand at that moment, by the policy or its limits,
 * and of one that a script asks for by naming a stranger (R16). A rehearsal exists to show these.
 */
const dependsOnCourse = new Set([
  'gate-closed',
  'frozen',
  'too-early',
  'state-limit',
  'check-failed',
  'needs-first',
  'items-open',
  unknownPerson,
]);

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
  const seen = new Seen(run, script.freezes ?? []);
  let waiting: ScriptStep[] = [];
  let lastTurnAt = input.at;
  const take = (step: ScriptStep) => {
    if (step.name === 'absorb') run.state = absorb(run.state, step.request, run.now);
    else if (step.name === 'take-other') seen.takeOther(step, script);
    else if (step.name === 'incident-opens' || step.name === 'incident-ends') happen(run, step);
    else
      for (const _one of seen.give(step, directory))
        // A step of several commands is several inputs, unless all of them waited for the engine.
        if (!run.away && waiting.length === 0) run.activate();
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
  const { refused, warnings, acted } = seen;
  return { run, refused, warnings, acted, ...endOf(run, lastTurnAt, until) };
}

// The release hears of it at once, as of a real one.
function happen(run: VirtualRun, step: ScriptStep & { name: 'incident-opens' | 'incident-ends' }): void {
  const { services, drill } = run.state;
  if (step.name === 'incident-opens') {
    const { incident, levels } = step;
    run.incidents = [...run.incidents, { ...incident, open: true, levels, services, drill }];
  } else run.incidents = run.incidents.filter(({ id }) => step.id !== undefined && id !== step.id);
  run.state = lookAgain(run.state, undefined, run.now);
}

/** What the steps of a script come to, in the order in which they are taken. */
class Seen {
  readonly refused: RefusedStep[] = [];
  readonly warnings: Warning[] = [];
  readonly acted = new Set<number>();

  constructor(
    private readonly run: VirtualRun,
    private readonly freezes: readonly Freeze[],
  ) {
    const { target } = run.state.anchors;
    if (target !== undefined) this.warn(run.now, { meets: targetMeets(run.state, target, this.frozenAt(target)) });
  }

  /** Gives the commands of `step`, each when it is asked for. */
  *give(step: OwnStep, directory: Directory): Generator<void> {
    for (const { act, by = actingPerson(this.run) } of commandsOf(this.run, step, directory)) {
      const order = completed(this.run, act, by, directory);
      if (order.ok) this.order(step, order.act, by, directory);
      else this.refused.push({ step, at: step.at, name: act.name, by, refusal: order.refusal });
      yield;
    }
  }

  private order(step: OwnStep, act: Ordered, by: string, directory: Directory): void {
    const { run } = this;
    const { at } = step;
    const before = run.state.timeline.length;
    const teams = act.name === 'record-impact' ? teamsOfImpact(act.body, directory) : undefined;
    // As the API does (R42).
    const judged = freezesJudgedAt(act, at);
    const frozen = act.frozen ?? (judged === undefined ? undefined : this.frozenAt(judged));
    const actor = actorFacts(by, directory, at);
    const answer = run.give({ ...act, actor, receivedAt: at, ...given({ teams, frozen }) });
    if (answer.ok) {
      this.warn(at, answer.answer);
      // What `done` and `go` come to would be many lines.
      const own = run.state.timeline.slice(before).find((event) => event.by === by);
      if (own && 'body' in step) this.acted.add(own.seq);
      return;
    }
    const { refusal } = answer;
    const isRecorded = refusal.reason === unknownPerson;
    // As the API does: the next people are to hear of it.
    if (isRecorded) run.state = recordRefusal(run.state, act.name, refusal, run.now, by);
    this.refused.push({ step, at, name: act.name, by, refusal, ...(isRecorded ? { recorded: true } : {}) });
  }

  private frozenAt(at: Instant): Frozen | undefined {
    const { services, policy } = this.run.state;
    return frozenAt(this.freezes, { services, template: policy.template.name }, at);
  }

  takeOther(step: ScriptStep & { name: 'take-other' }, { directory, broken }: Script): void {
    const { run } = this;
    const { at, other, by = actingPerson(run) } = step;
    const merged = mergedInto(run, other, by, { directory, broken });
    if (merged.ok) run.state = absorb(run.state, merged.request, run.now);
    else this.refused.push({ step, at, name: 'merge', by, refusal: merged.refusal });
  }

  private warn(at: Instant, { meets = [], belowThreshold }: Pick<CommandAnswer, 'meets' | 'belowThreshold'>): void {
    if (meets.length > 0) this.warnings.push({ at, meets });
    if (belowThreshold !== undefined) this.warnings.push({ at, belowThreshold });
  }
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
