/**
 * The shell around one process, incident or release alike: it holds the state, takes commands, waits for a person or the next
 * instant, and starts effects. It decides nothing: every rule is a pure function of the domain, driven here by real time.
 *
 * Life of a run: handlers are registered before anything is awaited, so inputs are applied first and in order of arrival (T3);
 * then the loop settles the state at the present instant, starts what is new in the outbox, publishes the search attributes,
 * arms the one timer (T11) and sleeps until something happens. Effects are never awaited in line: a slow channel delays nobody.
 */
import {
  ApplicationFailure, condition, currentUpdateInfo, defineQuery, defineSignal, defineUpdate, makeContinueAsNewFunc, setDefaultSignalHandler, setHandler, upsertSearchAttributes, workflowInfo,
} from '@temporalio/workflow';
import { commandsFor, type ProcessCommandName, type ProcessKind } from '../contracts/command-table';
import {
  absorb, accept, completeEffect, deliveriesOf, isTerminal, nextInstant, recordRefusal, searchAttributesOf, settle, start, timelineOf, viewOf,
  type AbsorbRequest, type Accepted, type CommandAnswer, type ProcessState, type Refusal, type StartInput,
} from '../domain';
import { ArmedTimer } from './armed-timer';
import { perform } from './effects';
import { isRecord, readEnvelope, type CommandEnvelope } from './envelope';
import { Handover, type RunOptions } from './handover';
import { changedPairs, searchAttributePairs } from './search-attributes';

/** A process begins with its start input; a run that continues another one gets the whole state. */
export type ProcessInput = StartInput | { readonly carried: ProcessState };

export const viewQuery = defineQuery<ReturnType<typeof viewOf>>('view');
export const timelineQuery = defineQuery<ReturnType<typeof timelineOf>, [after?: number, limit?: number]>('timeline');
export const deliveriesQuery = defineQuery<ReturnType<typeof deliveriesOf>>('deliveries');
export const absorbSignal = defineSignal<[AbsorbRequest]>('absorb');
/** The Update of a command; its Signal has the same name and argument. */
export const commandUpdate = (name: ProcessCommandName) => defineUpdate<CommandAnswer, [CommandEnvelope]>(name);
export const commandSignal = (name: ProcessCommandName) => defineSignal<[CommandEnvelope]>(name);

/** How long an ended process still tries to deliver what it owes. */
const graceAfterEndMs = 15 * 60_000;

/** Runs one process to its end. Resolves when it is over and everybody has been told. */
export async function runProcess(kind: ProcessKind, input: ProcessInput, options: RunOptions = {}): Promise<void> {
  let state = firstState(kind, input);
  let stirred = false;
  const started = new Set<number>();
  const handover = new Handover(options);
  const timer = new ArmedTimer(() => (stirred = true));
  const change = (next: ProcessState) => {
    state = next;
    stirred = true;
  };

  const onSignal = (name: string, argument: unknown): void => {
    const command = commandsFor(kind).find((known) => known === name);
    if (command !== undefined) change(applySignal(state, command, argument));
    else if (name === absorbSignal.name) change(applyAbsorb(state, argument));
  };
  applyWaitingSignals(onSignal);
  setHandler(absorbSignal, (request) => onSignal(absorbSignal.name, request));
  for (const name of commandsFor(kind)) {
    // The validator is a dry run of the handler: a refusal leaves no trace in the history.
    const handler = (argument: unknown): CommandAnswer => {
      const accepted = tryCommand(state, name, argument);
      handover.answered();
      change(accepted.state);
      return accepted.answer;
    };
    setHandler(commandUpdate(name), handler, { validator: (argument: unknown) => void tryCommand(state, name, argument) });
    setHandler(commandSignal(name), (argument: unknown) => onSignal(name, argument));
  }
  setHandler(viewQuery, () => viewOf(state));
  setHandler(timelineQuery, (after, limit) => timelineOf(state, wholeNumber(after), wholeNumber(limit)));
  setHandler(deliveriesQuery, () => deliveriesOf(state));

  for (;;) {
    stirred = false;
    state = settle(state, Date.now());
    for (const effect of state.outbox) {
      if (started.has(effect.id)) continue;
      started.add(effect.id);
      void perform(effect).then((outcome) => {
        started.delete(effect.id);
        change(completeEffect(state, effect.id, outcome, Date.now()));
      });
    }
    publish(state);
    const endsAt = isTerminal(state) ? endedAtOf(state) + graceAfterEndMs : undefined;
    if (endsAt !== undefined && (state.outbox.length === 0 || Date.now() >= endsAt)) return;
    if (handover.isDue(started.size === 0)) {
      await handover.safeMoment();
      // Search attributes and memo go over by themselves; what was not completed is started again under its key.
      await makeContinueAsNewFunc<(input: ProcessInput, options?: RunOptions) => Promise<void>>({ workflowType: kind })({ carried: state }, options);
    }
    timer.arm(endsAt ?? nextInstant(state));
    await condition(() => stirred);
  }
}

/** The state to begin with. A start input that does not fit fails the workflow at once instead of its task for ever. */
function firstState(kind: ProcessKind, input: ProcessInput): ProcessState {
  try {
    const state = 'carried' in input ? input.carried : start(input);
    if (state.kind === kind && state.id === workflowInfo().workflowId) return state;
  } catch (error) {
    throw ApplicationFailure.nonRetryable(`this cannot start the ${kind}: ${error instanceof Error ? error.message : String(error)}`, 'BadStart');
  }
  throw ApplicationFailure.nonRetryable(`the input is of another kind or id than the workflow (${kind}, ${workflowInfo().workflowId})`, 'BadStart');
}

/** Accepts the command or throws its refusal, for the caller to read from `details`. */
function tryCommand(state: ProcessState, name: ProcessCommandName, argument: unknown): Accepted {
  const read = readEnvelope(name, argument);
  if (!read.ok) throw failureOf(read.refusal);
  // Temporal forgets update ids at continue-as-new; as keys of the state they are remembered.
  const key = read.command.key ?? currentUpdateInfo()?.id;
  const result = accept(state, key === undefined ? read.command : { ...read.command, key }, Date.now());
  if (!result.ok) throw failureOf(result.refusal);
  return result;
}
function failureOf(refusal: Refusal): ApplicationFailure {
  return ApplicationFailure.create({ type: 'Refusal', message: refusal.message, details: [refusal], nonRetryable: true });
}

/** A signal has nobody to answer to: its refusal goes on the timeline. */
function applySignal(state: ProcessState, name: ProcessCommandName, argument: unknown): ProcessState {
  const read = readEnvelope(name, argument);
  const result = read.ok ? accept(state, read.command, Date.now()) : read;
  return result.ok ? result.state : recordRefusal(state, name, result.refusal, Date.now(), read.command.actor.person);
}

/** Upserts the search attributes that changed; the attributes of a carried run are compared with what it was given. */
function publish(state: ProcessState): void {
  const changed = changedPairs(searchAttributePairs(searchAttributesOf(state)), workflowInfo().typedSearchAttributes);
  if (changed.length > 0) upsertSearchAttributes(changed);
}

/**
 * Applies the signals that came before the first task of this run in the order in which they came: registered one by one, the
 * handlers would take them in the order of their names. A handler for all names is no more than that: left in place, it would
 * make the SDK throw at any name that Temporal keeps for itself, and one such signal would wedge the process.
 */
function applyWaitingSignals(onSignal: (name: string, argument: unknown) => void): void {
  for (let waiting = true; waiting; ) {
    try {
      setDefaultSignalHandler(onSignal);
      waiting = false;
    } catch {
      // The offending signal is off the queue; go on with those behind it.
      setDefaultSignalHandler(undefined);
    }
  }
  setDefaultSignalHandler(undefined);
}

function endedAtOf(state: ProcessState): number {
  return 'endedAt' in state.lifecycle ? state.lifecycle.endedAt : state.lastInputAt;
}

/** The absorb signal is sent by our own activity; what does not fit is refused on the timeline like any other signal. */
function applyAbsorb(state: ProcessState, argument: unknown): ProcessState {
  const fits = isRecord(argument) && ['key', 'into', 'from', 'by', 'severity'].every((field) => typeof argument[field] === 'string') && ['services', 'people', 'links'].every((field) => Array.isArray(argument[field]));
  if (fits) return absorb(state, argument as unknown as AbsorbRequest, Date.now());
  return recordRefusal(state, absorbSignal.name, { kind: 'invalid', reason: 'malformed', message: 'this signal is for one process to tell another' }, Date.now());
}
function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
