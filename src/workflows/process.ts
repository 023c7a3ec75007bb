/**
 * Owns the shell around one process, incident or release alike: the shell holds the state, takes
 * commands, waits for a person or the next instant, and starts effects. The shell decides nothing:
 * every rule is a pure function of the domain, driven here by real time.
 *
 * Life of a run: handlers are registered before anything is awaited, so inputs are applied first
 * and in order of arrival (T3). Then the loop settles the state at the present instant, starts the
 * new effects of the outbox, publishes the search attributes, arms the one timer (T11) and sleeps
 * until something happens. The loop never awaits an effect: a slow channel delays nobody.
 */
import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  makeContinueAsNewFunc,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { commandsFor, type ProcessCommandName, type ProcessKind } from '../contracts/command-table';
import {
  accountOf,
  calledOff,
  carriedOf,
  completeEffect,
  deliveriesOf,
  giveUp,
  incidentStanding,
  isLooking,
  lookAgain,
  memoOf,
  nextInstant,
  searchAttributesOf,
  settle,
  timelineOf,
  viewOf,
  type AbsorbRequest,
  type AlertReport,
  type Account,
  type CommandAnswer,
  type IncidentStanding,
  type ProcessState,
  type ReleaseReport,
} from '../domain';
import { ArmedTimer } from './armed-timer';
import { perform } from './effects';
import type { CommandEnvelope } from './envelope';
import { Grace } from './grace';
import { Handover, type RunOptions } from './handover';
import {
  applyAbsorb,
  applyGates,
  applyLook,
  applySignal,
  applyWaitingSignals,
  firstState,
  tryAbsorb,
  tryAlerts,
  tryCommand,
  tryLook,
  type ProcessInput,
} from './inputs';
import { changedMemo, changedPairs, searchAttributePairs } from './search-attributes';

export const viewQuery = defineQuery<ReturnType<typeof viewOf>>('view');
export const timelineQuery = defineQuery<ReturnType<typeof timelineOf>, [after?: number, limit?: number]>('timeline');
/** View and timeline of one moment: a command could come between two separate queries. */
export const accountQuery = defineQuery<Account>('account');
export const deliveriesQuery = defineQuery<ReturnType<typeof deliveriesOf>, [limit?: number]>('deliveries');
export const absorbSignal = defineSignal<[AbsorbRequest]>('absorb');
/** The way of Muster's own activity: the incident that ends has to know that it was taken. */
const absorbUpdate = defineUpdate<void, [AbsorbRequest]>('absorb');
/** The way of the intake of alerts, which has to know whether the incident takes them. */
const alertsUpdate = defineUpdate<void, [AlertReport]>('alerts');
/** How an incident stands in the eyes of a release; null in a release (R43). */
const standingQuery = defineQuery<IncidentStanding | null>('standing');
/** An incident says that it has changed: the release has to look how it stands. */
const lookSignal = defineSignal<[string]>('look');
/** Somebody has to know which open incidents close the gates now: the release looks anew. */
const lookUpdate = defineUpdate<void>('look');
/** Whether a look is under way. */
const lookingQuery = defineQuery<boolean>('looking');
/** A release says what became of its gates by this incident. */
const gatesSignal = defineSignal<[ReleaseReport]>('gates');
/** Keeps an Update apart from the task before it (src/api/temporal/apart.ts). Changes nothing. */
export const apartSignal = defineSignal('apart');
/** The Update of a command; its Signal has the same name and argument. */
export const commandUpdate = (name: ProcessCommandName) => defineUpdate<CommandAnswer, [CommandEnvelope]>(name);
export const commandSignal = (name: ProcessCommandName) => defineSignal<[CommandEnvelope]>(name);

/**
 * An instant nearer than this is armed before the local activities have answered: with all their
 * attempts they take half a minute.
 */
const armedAtOnceMs = 60_000;

/**
 * Runs one process to its end. Resolves when the process is over and its effects are done or given
 * up.
 */
export function runProcess(kind: ProcessKind, input: ProcessInput, options: RunOptions = {}): Promise<void> {
  const { cancelRequested } = CancellationScope.current();
  // A cancellation by an operator of Temporal is a `cancel` like any other: it stands on record,
  // and cancels the deadlines.
  return CancellationScope.nonCancellable(() => run(kind, input, options, cancelRequested));
}

async function run(
  kind: ProcessKind,
  input: ProcessInput,
  options: RunOptions,
  cancelRequested: Promise<never>,
): Promise<void> {
  let state = firstState(kind, input);
  let stirred = false;
  // By the number of an effect that is being carried out.
  const started = new Map<number, CancellationScope>();
  const handover = new Handover(options, () => (stirred = true));
  const grace = new Grace(Date.now());
  const timer = new ArmedTimer(() => (stirred = true));
  const change = (next: ProcessState) => {
    state = next;
    stirred = true;
  };

  const onSignal = (name: string, argument: unknown): void => {
    const command = commandsFor(kind).find((known) => known === name);
    if (command !== undefined) change(applySignal(state, command, argument));
    else if (name === absorbSignal.name) change(applyAbsorb(state, argument));
    else if (name === lookSignal.name) change(applyLook(state, argument));
    else if (name === gatesSignal.name) change(applyGates(state, argument));
  };
  cancelRequested.catch(() =>
    onSignal('cancel', { actor: { person: 'temporal' }, body: { reason: 'cancelled through Temporal' } }),
  );
  applyWaitingSignals(onSignal);
  setHandler(absorbSignal, (request) => onSignal(absorbSignal.name, request));
  setHandler(lookSignal, (incident) => onSignal(lookSignal.name, incident));
  setHandler(gatesSignal, (report) => onSignal(gatesSignal.name, report));
  setHandler(apartSignal, () => undefined);
  const taken = (request: unknown): void => {
    const next = tryAbsorb(state, request);
    handover.answered();
    change(next);
  };
  setHandler(absorbUpdate, taken, { validator: (request: unknown) => void tryAbsorb(state, request) });
  const alerted = (report: unknown): void => {
    const next = tryAlerts(state, report);
    handover.answered();
    change(next);
  };
  setHandler(alertsUpdate, alerted, { validator: (report: unknown) => void tryAlerts(state, report) });
  // Answered at once: an Update that waits for an effect would wait for ever where the run is about
  // to hand over, and starts no more effects.
  const looked = (): void => {
    handover.answered();
    change(lookAgain(state, undefined, Date.now()));
  };
  setHandler(lookUpdate, looked, { validator: () => tryLook(state) });
  setHandler(lookingQuery, () => isLooking(state));
  for (const name of commandsFor(kind)) {
    // The validator is a dry run of the handler: a refusal leaves no trace in the history.
    const handler = (argument: unknown): CommandAnswer => {
      const accepted = tryCommand(state, name, argument);
      handover.answered();
      change(accepted.state);
      return accepted.answer;
    };
    setHandler(commandUpdate(name), handler, {
      validator: (argument: unknown) => void tryCommand(state, name, argument),
    });
    setHandler(commandSignal(name), (argument: unknown) => onSignal(name, argument));
  }
  setHandler(viewQuery, () => viewOf(state));
  setHandler(standingQuery, () => (state.kind === 'incident' ? incidentStanding(state) : null));
  setHandler(timelineQuery, (after, limit) => timelineOf(state, wholeNumber(after), wholeNumber(limit)));
  setHandler(accountQuery, () => accountOf(state));
  setHandler(deliveriesQuery, (limit) => deliveriesOf(state, wholeNumber(limit)));

  for (;;) {
    stirred = false;
    grace.woke(Date.now());
    state = settle(state, Date.now());
    for (const id of calledOff(state)) {
      const scope = started.get(id);
      if (scope) scope.cancel();
      else state = completeEffect(state, id, { type: 'called-off' }, Date.now());
    }
    for (const effect of state.outbox) {
      if (started.has(effect.id)) continue;
      const scope = new CancellationScope();
      started.set(effect.id, scope);
      void scope
        .run(() => perform(effect))
        .then((outcome) => {
          started.delete(effect.id);
          change(completeEffect(state, effect.id, outcome, Date.now()));
        });
    }
    publish(state);
    if (grace.isOver(state, Date.now())) {
      state = giveUp(state, Date.now());
      return;
    }
    if (handover.isDue(started.size === 0)) {
      await handover.safeMoment();
      // Search attributes and memo go over by themselves; effects that were not completed are
      // started again under their keys.
      const next = { workflowType: kind, ...handover.memo() };
      await makeContinueAsNewFunc<(input: ProcessInput, options?: RunOptions) => Promise<void>>(next)(
        { carried: carriedOf(state) },
        options,
      );
    }
    const at = grace.nextWake(state, nextInstant(state), Date.now());
    // The answer to a local activity comes within this task. To arm the timer after the answer
    // makes the timer less late, and an instant that the answer moves is armed once.
    if (!isAnswering(state) || at === null || at - Date.now() < armedAtOnceMs) timer.arm(at);
    await condition(() => stirred);
  }
}

/**
 * Upserts the search attributes and the fields of the memo that changed. A carried run compares
 * with those that it was given.
 */
function publish(state: ProcessState): void {
  const changed = changedPairs(searchAttributePairs(searchAttributesOf(state)), workflowInfo().typedSearchAttributes);
  if (changed.length > 0) upsertSearchAttributes(changed);
  const { memo } = workflowInfo();
  // A workflow that Muster's API did not start has no title in its memo, and is in no list.
  if (memo?.['title'] === undefined) return;
  const facts = changedMemo(memoOf(state), memo);
  if (Object.keys(facts).length > 0) upsertMemo(facts);
}

/** Whether a local activity is under way. */
function isAnswering({ outbox }: ProcessState): boolean {
  return outbox.some(({ type }) => type === 'resolve');
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
