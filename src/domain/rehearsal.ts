/**
 * Owns a rehearsal: one process driven through virtual time by the production rules, with people who act as a script says and an
 * engine that may be absent. Touches nothing; what it answers is what would happen. Knows nothing of how a script is written.
 */
import { actorFacts } from './actor';
import { isTerminal } from './draft';
import { nextInstant } from './engine';
import { VirtualRun, type Broken } from './virtual-run';
import type { Command, CommandBody, Directory, Instant, ProcessCommandName, Refusal, StartInput } from './model';

/** What somebody does at an instant. */
export interface ScriptStep {
  readonly at: Instant;
  readonly name: ProcessCommandName;
  readonly body: CommandBody<ProcessCommandName>;
  /** Who does it; absent: whoever was paged first and has not left, else who began it. */
  readonly by?: string;
}
export interface Script {
  readonly input: StartInput;
  readonly directory: Directory;
  /** Channels that do not work, by `channel` or `person/channel`, and why. */
  readonly broken: Broken;
  readonly steps: readonly ScriptStep[];
  /** When the engine is absent; what people do meanwhile reaches it when it is back. */
  readonly away: readonly { readonly from: Instant; readonly to: Instant }[];
  /** Where it ends at the latest. */
  readonly until: Instant;
}
export interface RefusedStep {
  readonly step: ScriptStep;
  readonly by: string;
  readonly refusal: Refusal;
}
export interface Rehearsal {
  readonly run: Pick<VirtualRun, 'state' | 'sent' | 'failed' | 'followed'>;
  readonly refused: readonly RefusedStep[];
  /** The last instant that was looked at: the end of the process, or of the script. */
  readonly endedAt: Instant;
}

/** Runs `script` to the end of its process or to `until`. Pure: the same script gives the same rehearsal. */
export function rehearse(script: Script): Rehearsal {
  const { input, directory, broken, until } = script;
  const run = new VirtualRun(
    input,
    () => directory,
    () => broken,
  );
  const refused: RefusedStep[] = [];
  let waiting: ScriptStep[] = [];
  const give = (step: ScriptStep) => {
    const by = step.by ?? whoeverHasIt(run);
    const answer = run.give(commandOf(step, by, directory, input.at));
    if (!answer.ok) refused.push({ step, by, refusal: answer.refusal });
  };
  for (const turn of turnsOf(script)) {
    if (turn.at > until) break;
    run.passTo(turn.at);
    if (turn.type === 'step' && run.away) waiting.push(turn.step);
    else if (turn.type === 'step') give(turn.step);
    else {
      run.away = turn.type === 'leaves';
      if (!run.away) {
        // Inputs first (T3): what was done while the engine was absent counts from when it was done.
        waiting.forEach(give);
        waiting = [];
      }
    }
    if (!run.away) run.activate();
  }
  if (!run.away) run.passTo(nextInstant(run.state) === null ? run.now : until);
  return { run, refused, endedAt: endOf(run, until) };
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
  // A stable sort: what is said first at an instant happens first.
  return turns.sort((a, b) => a.at - b.at);
}

function commandOf({ at, name, body }: ScriptStep, by: string, directory: Directory, began: Instant): Command {
  return { name, body, actor: actorFacts(by, directory), receivedAt: at, key: `${name}/${at - began}` };
}

/** The first person whom a page of the response reached in this round; nobody was: who began it. */
function whoeverHasIt({ state, sent }: VirtualRun): string {
  const response = state.deadlines['response'];
  const paged = sent.find(
    ({ request }) =>
      request.kind === 'page' &&
      request.deadlines.some(({ id }) => id === 'response') &&
      request.key.includes(`/response/${response?.round ?? 1}/`),
  );
  if (state.kind === 'incident') return state.acknowledgedBy ?? paged?.request.recipient ?? state.beganBy;
  return state.beganBy;
}

function endOf({ state, now }: VirtualRun, until: Instant): Instant {
  if (isTerminal(state)) return state.timeline.at(-1)?.at ?? now;
  return nextInstant(state) === null ? (state.timeline.at(-1)?.at ?? now) : until;
}
