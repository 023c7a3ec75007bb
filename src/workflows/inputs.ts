/**
 * Owns how inputs from Temporal reach the domain: the start, an Update, a Signal, a merge. A
 * refusal is thrown to the sender of an Update and written on the timeline for a Signal; nothing
 * that a client may send fails a workflow task.
 */
import { ApplicationFailure, currentUpdateInfo, setDefaultSignalHandler, workflowInfo } from '@temporalio/workflow';
import { commandTable, type ProcessCommandName, type ProcessKind } from '../contracts/command-table';
import {
  absorb,
  accept,
  gateStandings,
  hearOfGates,
  lookAgain,
  recordRefusal,
  reportAlerts,
  signalled,
  start,
  stateOf,
  takeMerged,
  watchesIncidents,
  type AbsorbRequest,
  type AlertReport,
  type Accepted,
  type CarriedState,
  type ProcessState,
  type Refusal,
  type ReleaseReport,
  type StartInput,
} from '../domain';
import { isRecentChanges, isRecord, readEnvelope } from './envelope';
import { failureOf } from './refusal';

/** A process begins with its start input; a run that continues another one gets the whole state. */
export type ProcessInput = StartInput | { readonly carried: CarriedState };

/**
 * The state to begin with. A start input that does not fit fails the workflow at once instead of
 * its task for ever.
 */
export function firstState(kind: ProcessKind, input: ProcessInput): ProcessState {
  try {
    const state = 'carried' in input ? stateOf(input.carried) : start({ ...input, mark: markOfProcess() });
    if (state.kind === kind && state.id === workflowInfo().workflowId) return state;
  } catch (error) {
    throw ApplicationFailure.nonRetryable(
      `this cannot start the ${kind}: ${error instanceof Error ? error.message : String(error)}`,
      'BadStart',
    );
  }
  throw ApplicationFailure.nonRetryable(
    `the input is of another kind or id than the workflow (${kind}, ${workflowInfo().workflowId})`,
    'BadStart',
  );
}

/**
 * The last group of the run id with which the process began: 48 random bits, where a newer Temporal
 * begins its run ids with the time. The same in every later run of the process, and another one
 * when an id is handed out a second time: two processes of one id have one mark once in 2.8e14
 * pairs.
 */
function markOfProcess(): string {
  return workflowInfo().firstExecutionRunId.slice(-12);
}

/** Accepts the command or throws its refusal, for the caller to read from `details`. */
export function tryCommand(state: ProcessState, name: ProcessCommandName, argument: unknown): Accepted {
  const read = readEnvelope(name, argument);
  if (!read.ok) throw failureOf(read.refusal);
  // Temporal forgets update ids at continue-as-new; the state remembers them as keys.
  const key = read.command.key ?? currentUpdateInfo()?.id;
  const result = accept(state, key === undefined ? read.command : { ...read.command, key }, Date.now());
  if (!result.ok) throw failureOf(result.refusal);
  return result;
}

/** Applies a signal. Its sender gets no answer, so a refusal goes on the timeline. */
export function applySignal(state: ProcessState, name: ProcessCommandName, argument: unknown): ProcessState {
  const read = readEnvelope(name, argument);
  const result = read.ok ? accept(state, signalled(state, read.command), Date.now()) : read;
  return result.ok ? result.state : writeDown(state, name, result.refusal, read.command.actor.person);
}

/**
 * How many refusals the timeline keeps. More would say nothing new, and thousands would outgrow
 * what a run can hand over to the next: the process would stand still.
 */
const refusalsKept = 200;

function writeDown(state: ProcessState, name: string, refusal: Refusal, by?: string): ProcessState {
  const kept = state.timeline.filter(({ type }) => type === 'refused').length;
  return kept < refusalsKept ? recordRefusal(state, name, refusal, Date.now(), by) : state;
}

/**
 * Applies a merge that another incident tells by a signal. One that does not fit, or cannot be
 * taken, is refused on the timeline like any other signal.
 */
export function applyAbsorb(state: ProcessState, argument: unknown): ProcessState {
  if (isAbsorbRequest(argument)) return absorb(state, argument, Date.now());
  return writeDown(state, 'absorb', malformedAbsorb);
}
const malformedAbsorb: Refusal = {
  kind: 'invalid',
  reason: 'malformed',
  message: 'this message is for one process to tell another',
};

/**
 * The state after a merge that another incident tells by an Update. Throws the refusal of one that
 * this process cannot take: an answer that it was taken must be true.
 */
export function tryAbsorb(state: ProcessState, argument: unknown): ProcessState {
  if (!isAbsorbRequest(argument)) throw failureOf(malformedAbsorb);
  const taken = takeMerged(state, argument, Date.now());
  if (!taken.ok) throw failureOf(taken.refusal);
  return taken.state;
}

/**
 * The state after what the intake says of the alerts. Throws the refusal of a process that cannot
 * take them.
 */
export function tryAlerts(state: ProcessState, argument: unknown): ProcessState {
  if (!isAlertReport(argument)) throw failureOf(malformedAlerts);
  const taken = reportAlerts(state, argument, Date.now());
  if (!taken.ok) throw failureOf(taken.refusal);
  return taken.state;
}
const malformedAlerts: Refusal = {
  kind: 'invalid',
  reason: 'malformed',
  message: 'this message is for the intake of alerts to tell a process',
};

/** Applies that an incident has changed. What does not fit tells nothing, and changes nothing. */
export function applyLook(state: ProcessState, incident: unknown): ProcessState {
  return isText(incident) && incident !== '' ? lookAgain(state, incident, Date.now()) : state;
}

/** Refuses to look for a process to whose gates open incidents do nothing. */
export function tryLook(state: ProcessState): void {
  if (!watchesIncidents(state)) throw failureOf(nothingToLookFor);
}
const nothingToLookFor: Refusal = {
  kind: 'refused',
  reason: 'no-gates-ahead',
  message: 'no incident closes a gate of this process',
};

/** Applies what a release says of its gates. */
export function applyGates(state: ProcessState, report: unknown): ProcessState {
  return isReleaseReport(report) ? hearOfGates(state, report, Date.now()) : state;
}

/**
 * Applies the signals that arrived before the first task of this run, in the order of their
 * arrival: handlers that are registered one by one would take these signals name by name. The
 * handler for all names is removed again, because it would make the SDK throw at any name that
 * Temporal keeps for itself, and one such signal would block the process for good.
 */
export function applyWaitingSignals(onSignal: (name: string, argument: unknown) => void): void {
  for (let waiting = true; waiting;) {
    try {
      setDefaultSignalHandler(onSignal);
      waiting = false;
    } catch {
      // The offending signal is off the queue; the signals behind it are still there.
      setDefaultSignalHandler(undefined);
    }
  }
  setDefaultSignalHandler(undefined);
}

function isAbsorbRequest(value: unknown): value is AbsorbRequest {
  if (!isRecord(value)) return false;
  const {
    severity,
    services,
    people,
    links,
    roles,
    answeredUpTo,
    unanswered,
    holder,
    teams,
    restrictedTo,
    alerts,
    recent,
  } = value;
  return (
    ['key', 'into', 'from', 'by'].every((field) => isText(value[field])) &&
    isText(severity) &&
    [services, people, unanswered ?? [], restrictedTo ?? []].every((list) => isListOf(list, isText)) &&
    isListOf(links, isLink) &&
    (answeredUpTo === undefined || isText(answeredUpTo)) &&
    (holder === undefined || isText(holder)) &&
    [roles, teams].every((names) => names === undefined || (isRecord(names) && Object.values(names).every(isText))) &&
    (alerts === undefined || isAlertsOf(alerts)) &&
    (recent === undefined || isRecentChanges(recent))
  );
}
function isAlertsOf(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { alerts, further, unkept } = value;
  const isUnkept = isRecord(unkept) && [unkept['firing'], unkept['ended']].every((one) => typeof one === 'string');
  return isListOf(alerts, isKnownAlert) && Number.isSafeInteger(further) && (unkept === undefined || isUnkept);
}
function isAlertReport(value: unknown): value is AlertReport {
  if (!isRecord(value)) return false;
  const { key, alerts, levels, services, resolveAfterMs, further, gathered, recent } = value;
  return (
    isText(key) &&
    isListOf(alerts, isKnownAlert) &&
    [levels, services].every((list) => Array.isArray(list) && list.every(isText)) &&
    Number.isSafeInteger(resolveAfterMs) &&
    (further === undefined || Number.isSafeInteger(further)) &&
    (gathered === undefined || gathered === true) &&
    (recent === undefined || isRecentChanges(recent))
  );
}
function isReleaseReport(value: unknown): value is ReleaseReport {
  if (!isRecord(value)) return false;
  const { release, of, gatesAre, gates, by, reason } = value;
  return (
    isText(release) &&
    Number.isSafeInteger(of) &&
    gateStandings.some((one) => one === gatesAre) &&
    isListOf(gates, isText) &&
    [by, reason].every((text) => text === undefined || isText(text))
  );
}
function isKnownAlert(value: unknown): boolean {
  return (
    isRecord(value) &&
    [value['id'], value['source'], value['title']].every(isText) &&
    (value['state'] === 'firing' || value['state'] === 'resolved') &&
    [value['episode'], value['count'], value['firstAt'], value['lastAt']].every(Number.isSafeInteger)
  );
}
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 4_096;
}
function isLink(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { to, relation, by, title } = value;
  return [to, by].every(isText) && relations.some((one) => one === relation) && (title === undefined || isText(title));
}
const relations = commandTable.link.fields.relation.values;
function isListOf(value: unknown, fits: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits);
}
