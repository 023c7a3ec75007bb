/**
 * Owns how one input is applied: a command, passing time, an effect's outcome (a start is in
 * start.ts, a merge in merge.ts). Workflow, API and rehearsal drive exactly these functions. Pure:
 * state in, state out, `now` always a parameter.
 */
import type { Decided, Decisions } from './commands/decision';
import { decideIncident } from './commands/incident';
import { decideRelease } from './commands/release';
import { advance, react, judgePhases } from './reactions';
import { staleGates } from './gate-reactions';
import { type Cause } from '../deadlines/deadlines';
import { isUnmet } from '../deadlines/due';
import { responseOf } from '../deadlines/kinds';
import { isMeantForAnother, isOfAnotherRound, otherProcess } from '../state/identity';
import { maySee, restrictionOf, unnamedPerson } from '../state/restricted';
import { isFinished, openActionItems } from '../state/action-items';
import { draftOf, isIncident, isTerminal, type NewEvent } from '../state/draft';
import { isCalledOff } from './called-off';
import { nextInstantOf, passTime } from './escalation';
import { applyEffectResult } from './effect-results';
import { previewOf } from './preview';
import { record } from './record';
import { stateLimit, stateSize } from '../state/state-size';
import type {
  Accepted,
  Calendars,
  Command,
  CommandAnswer,
  Effect,
  EffectOutcome,
  CommandHeader,
  Incident,
  Instant,
  Policy,
  ProcessCommandName,
  ProcessState,
  RecentKey,
  Refusal,
  Refused,
  Release,
} from '../model';
import { own } from '../text/own';
import { given } from '../../given';
import { commandAnswer, newTargetMeets } from './command-answer';

/** How many idempotency keys are remembered, and carried through continue-as-new. */
export const rememberedKeys = 200;
/** Commands that are accepted however large the state has grown. */
const neverTooLarge = new Set<string>([
  'acknowledge',
  'resolve',
  'close',
  'roll-back',
  'complete-action-item',
  'drop-action-item',
]);
/** R22: the commands that a process takes after its end, while action items are open. */
const afterTheEnd = new Set<string>(['complete-action-item', 'drop-action-item']);

/** The refusal of a key that was used before, with another body. */
export const keyReused: Refusal = {
  kind: 'key-reuse',
  reason: 'key-reuse',
  message: 'this Idempotency-Key was used with another body; use a new key',
};

/**
 * T3: applies a command as of its receipt, but not before the last applied input and not after
 * `now`. A repeated key gives the first answer again. Fires no rung.
 */
export function accept<N extends ProcessCommandName>(
  state: ProcessState,
  command: Command<N>,
  now: Instant,
): Accepted | Refused {
  if (isMeantForAnother(state, command.ifMark))
    return refused({
      kind: 'refused',
      reason: 'another-process',
      message: otherProcess(state.id),
    });
  const remembered = command.key === undefined ? undefined : state.recentKeys.find(({ key }) => key === command.key);
  if (remembered) {
    if (remembered.fingerprint !== command.fingerprint) return refused(keyReused);
    return { ok: true, state, answer: commandAnswer(state, remembered) };
  }
  if (!mayCommand(state, command)) return refused(restrictedRefusal(state.id, command.actor.person));
  if (isOverFor(state, command.name)) return refused(overRefusal(state));
  if (command.ifRevision !== undefined && command.ifRevision !== state.revision) {
    return refused({
      kind: 'stale',
      reason: 'stale',
      message: `the revision is ${state.revision}, not ${command.ifRevision}; read it again`,
      revision: state.revision,
    });
  }
  const latest = Math.max(now, state.lastInputAt);
  const at = Math.min(Math.max(command.receivedAt ?? latest, state.lastInputAt), latest);
  const draft = draftOf(state);
  advance(draft, at, at);
  // The time that passed may have ended the process.
  if (isOverFor(draft, command.name)) return refused(overRefusal(draft));
  if (isOfAnotherRound(responseOf(draft), command.ifRound))
    return refused({
      kind: 'refused',
      reason: 'earlier-round',
      message: 'somebody has been asked for again since; use the link of the latest message',
    });
  const decided = decide(draft, command, at);
  if (!decided.ok) return { ok: false, refusal: decided.refusal };
  const from = draft.timeline.length;
  apply(draft, decided.events, command, at);
  if (decided.dryRun) {
    return {
      ok: true,
      state,
      answer: { ...unchanged(state, command), preview: previewOf(state, draft, at, command.frozen) },
    };
  }
  // Time passes on to `now` only in `settle`: another input of this activation may have been
  // received before `now` (T3).
  const answered: RecentKey = {
    key: command.key ?? '',
    from,
    to: draft.timeline.length,
    ...given({
      fingerprint: command.fingerprint,
      meets: newTargetMeets(draft, from, draft.timeline.length, command.frozen),
    }),
  };
  if (command.key !== undefined) draft.recentKeys = [...draft.recentKeys, answered].slice(-rememberedKeys);
  // The outbox does not count, because it empties by itself: two hundred people paged at once are
  // no reason to refuse a comment.
  if (stateSize({ ...draft, outbox: [] }) > stateLimit) {
    if (neverTooLarge.has(command.name)) {
      // At the limit, a repeat that is only a line on the timeline is not written down: the state
      // would grow without end.
      if (decided.events.every(({ type }) => isOnlySaid(state, type)))
        return { ok: true, state, answer: unchanged(state, command) };
      return { ok: true, state: draft, answer: commandAnswer(draft, answered) };
    }
    return refused({
      kind: 'too-large',
      reason: 'state-limit',
      message: `${state.id} has grown to its limit of ${stateLimit / 1024} KB; resolve and close it, and go on in a new one`,
    });
  }
  return { ok: true, state: draft, answer: commandAnswer(draft, answered) };
}

// R37: whoever may not see a process does not act in it either, because the answers tell of it. A
// program that reports a check, and an operator who cancels through Temporal, see nothing by that.
function mayCommand(state: ProcessState, { name, actor }: NamedHeader): boolean {
  const isOperator = name === 'cancel' && actor.person === 'temporal';
  return name === 'report-check' || isOperator || maySee(restrictionOf(state), actor);
}

function isOverFor(state: ProcessState, name: ProcessCommandName): boolean {
  return isTerminal(state) && (isFinished(state) || !afterTheEnd.has(name));
}

function overRefusal(state: ProcessState): Refusal {
  const { id, lifecycle } = state;
  if (lifecycle.status === 'merged') return mergedRefusal(id, lifecycle.into);
  const open = openActionItems(state).length;
  const taken =
    open === 0
      ? ''
      : ` but ${[...afterTheEnd].join(' and ')}, as ${open} of its action items ${open === 1 ? 'is' : 'are'} open`;
  return {
    kind: 'refused',
    reason: 'closed',
    message: `${id} is ${lifecycle.status}; it takes no more commands${taken}`,
  };
}

/** R37: the refusal of whoever may not see the process, which says nothing of the process. */
export function restrictedRefusal(id: string, person: string): Refusal {
  const who =
    person === unnamedPerson
      ? 'say who you are (--as PERSON, Muster-Actor)'
      : `${person} is not among those who see it; ask one of them`;
  return { kind: 'refused', reason: 'restricted', message: `${id} is restricted: ${who}` };
}

/** R10: whoever works on a merged incident is told where the incident goes on. */
export function mergedRefusal(id: string, into: string): Refusal {
  const message = `${id} was merged into ${into}; it takes no more commands: give them to ${into}`;
  return { kind: 'refused', reason: 'closed', message, mergedInto: into };
}

// The summary of a second `resolve`, or an acknowledgement of what was answered before. One that
// answers for a team, or takes the incident, has further events.
function isOnlySaid(state: ProcessState, type: NewEvent['type']): boolean {
  const response = responseOf(state);
  return type === 'commented' || (type === 'acknowledged' && response !== undefined && !isUnmet(response));
}
function unchanged(state: ProcessState, { fingerprint }: CommandHeader): CommandAnswer {
  return { id: state.id, revision: state.revision, changes: [], ...given({ fingerprint }) };
}

const refused = (refusal: Refusal): Refused => ({ ok: false, refusal });

function decide<N extends ProcessCommandName>(state: ProcessState, command: Command<N>, at: Instant): Decided {
  // The rules of a kind have no entry for a command that the kind does not take.
  const decided = isIncident(state)
    ? decideBy<Incident, N>(decideIncident, state, command, at)
    : decideBy<Release, N>(decideRelease, state, command, at);
  return (
    decided ?? {
      ok: false,
      refusal: { kind: 'invalid', reason: 'not-for-kind', message: `a ${state.kind} takes no ${command.name}` },
    }
  );
}
// Generic in the command's name, so that the compiler ties the body to the rule without a cast.
function decideBy<S extends ProcessState, N extends ProcessCommandName>(
  rules: Partial<Decisions<S, ProcessCommandName>>,
  state: S,
  command: Command<N>,
  at: Instant,
): Decided | undefined {
  return rules[command.name]?.(state, command.body, { at, command });
}

// Of the named calendars, a process keeps those that its policy names; one that is gone stays.
function withCalendars(policy: Policy, { calendar, calendars: fresh = {} }: Calendars): Policy {
  const { calendars } = policy;
  if (calendars === undefined) return { ...policy, calendar };
  const kept = Object.entries(calendars).map(([name, old]) => [name, own(fresh, name) ?? old] as const);
  return { ...policy, calendar, calendars: Object.fromEntries(kept) };
}

type NamedHeader = CommandHeader & { readonly name: ProcessCommandName };
function apply(draft: ProcessState, events: readonly NewEvent[], command: NamedHeader, at: Instant): void {
  if (draft.kind === 'release' && command.name === 'reschedule' && command.calendars)
    draft.policy = withCalendars(draft.policy, command.calendars);
  draft.lastInputAt = at;
  let cause: Cause = 'other';
  for (const event of events) {
    const mine = event.type !== 'deadline-met';
    // The items that `skipRest` skipped complete their phases before the process closes.
    if (event.type === 'closed') judgePhases(draft, at);
    record(draft, at, event, mine ? command.actor : undefined);
    if (event.type === 'items-reopened')
      staleGates(draft, at, 'reopen-items', event.items, `items reopened: ${event.items.join(', ')}`.slice(0, 200));
    if (event.type === 'rescheduled') {
      cause = 'rescheduling';
      staleGates(draft, at, 'reschedule', [], 'the release was rescheduled');
    }
  }
  react(draft, at, cause);
}

/** Writes the refusal of a signal on the timeline, because its sender hears nothing else. */
export function recordRefusal(
  state: ProcessState,
  command: string,
  refusal: Refusal,
  now: Instant,
  by?: string,
): ProcessState {
  // A flood of refused signals must not make a process grow beyond its limit.
  if (stateSize(state) > stateLimit) return state;
  const draft = draftOf(state);
  record(
    draft,
    Math.max(now, draft.lastInputAt),
    { type: 'refused', command: command.slice(0, 60), reason: refusal.reason, message: refusal.message.slice(0, 300) },
    by,
  );
  return draft;
}

/** T3: lets time pass to `now`, then fires the rungs that are due, into the outbox. */
export function settle(state: ProcessState, now: Instant): ProcessState {
  const next = nextInstantOf(state);
  if (next === undefined || next > now) return state;
  const draft = draftOf(state);
  passTime(draft, now);
  return draft;
}

/** The earliest instant at which `settle` has something to do; null when nothing is ahead. */
export function nextInstant(state: ProcessState): Instant | null {
  return nextInstantOf(state) ?? null;
}

/**
 * Applies the outcome of an effect of the outbox; an effect that was settled before changes
 * nothing.
 */
export function completeEffect(
  state: ProcessState,
  effectId: number,
  outcome: EffectOutcome,
  now: Instant,
): ProcessState {
  if (!state.outbox.some(({ id }) => id === effectId)) return state;
  const at = Math.max(now, state.lastInputAt);
  const draft = draftOf(state);
  advance(draft, at);
  draft.lastInputAt = at;
  applyEffectResult(draft, effectId, outcome, at);
  return draft;
}

/**
 * Settles the draft at `now` and carries out at once every effect that the outbox holds or comes to
 * hold: `outcomeOf` answers each effect in turn. The same as `settle` and `completeEffect` for each
 * effect in turn, but in place: nobody else may hold the draft (`draftOf`).
 */
export function settleAndComplete(
  draft: ProcessState,
  now: Instant,
  outcomeOf: (effect: Effect) => EffectOutcome,
): void {
  passTime(draft, now);
  carryOut(draft, now, outcomeOf);
}

function carryOut(draft: ProcessState, now: Instant, outcomeOf: (effect: Effect) => EffectOutcome): void {
  const at = Math.max(now, draft.lastInputAt);
  for (let effect = draft.outbox[0]; effect !== undefined; effect = draft.outbox[0]) {
    advance(draft, at);
    draft.lastInputAt = at;
    const outcome: EffectOutcome = isCalledOff(draft, effect) ? { type: 'called-off' } : outcomeOf(effect);
    applyEffectResult(draft, effect.id, outcome, at);
  }
}

/**
 * Gives up the effects that an ended process still owes, and records them as failed: a pager that
 * was never told of the end goes on calling, and the timeline has to say why.
 */
export function giveUp(state: ProcessState, now: Instant): ProcessState {
  const draft = draftOf(state);
  carryOut(draft, now, () => ({
    type: 'failed',
    because: 'given up: it was not done in time after the process ended',
  }));
  return draft;
}
