/**
 * Owns what an effect's result leads to: who is told, and which channel is tried next (T8). What
 * follows when nobody was reached is in fallthrough.ts. Knows nothing of how the effect was carried
 * out.
 */
import { eventAt, isIncident, isTerminal } from '../state/draft';
import { applyAndReact } from './reactions';
import { inOrder } from '../deadlines/fired-rungs';
import { silentOf } from '../state/following';
import { declareAnew } from './other-processes';
import { enqueueSend } from './sends';
import { isCalledOff, isCallOver, stillWanted } from './called-off';
import { applyIntegrationResult, noteAlertOf } from './integrations';
import { arrived, fallThrough, flightOf } from './fallthrough';
import { record } from './record';
import { callsThatJoin, pageBefore } from './joined';
import { callByHand } from './demanded';
import { beginCalls, callFailed, callSettled, callUnreached } from './calls';
import { wordsOfCall } from './called-words';
import { noteWoken, tellTheWoken } from './woken';
import { sendNews } from './news';
import { tellReleases } from './told-releases';
import { applyFound } from './watched-incidents';
import { given } from '../../given';
import { assertNever } from '../model/assert-never';
import type {
  Effect,
  EffectOutcome,
  FiredRung,
  Instant,
  ProcessState,
  ResolveResult,
  RungInFlight,
  SendResult,
  Ways,
} from '../model';

type ResolveEffect = Extract<Effect, { type: 'resolve' }>;
type SendEffect = Extract<Effect, { type: 'send' }>;

/**
 * Applies an effect's outcome to the draft. An effect that is no longer in the outbox was applied
 * before.
 */
export function applyEffectResult(draft: ProcessState, effectId: number, outcome: EffectOutcome, now: Instant): void {
  const effect = draft.outbox.find(({ id }) => id === effectId);
  if (!effect) return;
  draft.outbox = draft.outbox.filter(({ id }) => id !== effectId);
  if (isTerminal(draft)) {
    applyOutcome(draft, effect, outcome, now);
    tellTheWoken(draft);
    // A merge that was taken, or came to nothing, is news to running releases (R43).
    tellReleases(draft);
  } else applyAndReact(draft, now, () => applyOutcome(draft, effect, outcome, now));
}

function applyOutcome(draft: ProcessState, effect: Effect, outcome: EffectOutcome, now: Instant): void {
  switch (effect.type) {
    case 'resolve':
      if (outcome.type === 'resolve') applyResolved(draft, effect, outcome.result, now);
      else unresolved(draft, effect, because(outcome), now);
      break;
    case 'send':
      if (outcome.type === 'called-off') applyCalledOff(draft, effect, now);
      else applySendOutcome(draft, effect, sendResultOf(outcome), now);
      break;
    case 'follow':
      applyIntegrationResult(
        draft,
        effect,
        outcome.type === 'follow' ? outcome.result : { status: 'failed', because: because(outcome) },
        now,
      );
      break;
    case 'declare-incident':
      if (outcome.type === 'declare-incident')
        record(draft, now, { type: 'incident-declared', incident: outcome.incident });
      else record(draft, now, { type: 'effect-failed', what: effect.type, because: because(outcome) });
      break;
    case 'tell-change':
      if (outcome.type !== 'tell-change')
        record(draft, now, { type: 'effect-failed', what: effect.type, because: because(outcome) });
      break;
    case 'absorb':
      if (outcome.type === 'absorb') break;
      record(draft, now, { type: 'effect-failed', what: effect.type, because: because(outcome) });
      if (isIncident(draft)) declareAnew(draft, effect);
      break;
    case 'find-incidents':
      applyFound(draft, effect, outcome, now);
      break;
    // Whoever was not told finds out by itself: a release looks again from time to time.
    case 'tell-releases':
    case 'tell-incident':
      if (outcome.type === 'failed')
        record(draft, now, { type: 'effect-failed', what: effect.type, because: because(outcome) });
      break;
    default:
      assertNever(effect);
  }
}

function sendResultOf(outcome: EffectOutcome): SendResult {
  return outcome.type === 'send' ? outcome.result : { status: 'failed', because: because(outcome) };
}

// R2: nobody has to hear that an attempt failed which nobody needed any more.
function applySendOutcome(draft: ProcessState, effect: SendEffect, result: SendResult, now: Instant): void {
  if (result.status === 'failed' && isCalledOff(draft, effect)) applyCalledOff(draft, effect, now, result.because);
  else applySent(draft, effect, result, now);
}

function because(outcome: EffectOutcome): string {
  return outcome.type === 'failed' ? outcome.because : `unexpected outcome ${outcome.type}`;
}

function applyResolved(draft: ProcessState, effect: ResolveEffect, result: ResolveResult, now: Instant): void {
  if (effect.byHand || effect.news) {
    if (effect.news) sendNews(draft, effect, result);
    else if (!isCallOver(draft, effect.of)) pageByHand(draft, effect, result, now);
    return;
  }
  const people = new Map<string, { ways: Ways; rungs: FiredRung[] }>();
  const nobody: RungInFlight[] = [];
  effect.rungs.forEach((rung, index) => {
    const flight = flightOf(draft, effect.of, rung);
    if (!flight) return;
    flight.resolved = true;
    // The deadline may have been met while the look-up was under way.
    if (!stillWanted(draft, rung)) return;
    const meant = result.rungs[index]?.people ?? [];
    const early = effect.toRung === undefined ? (draft.deadlines[rung.deadline]!.reachedEarly?.[rung.rung] ?? []) : [];
    for (const { person, ...ways } of meant) {
      if (early.includes(person)) {
        flight.reached.push(person);
        continue;
      }
      if (ways.reach.length === 0 || flight.unreachable?.includes(person)) continue;
      flight.waiting.push(person);
      const entry = people.get(person);
      if (entry) entry.rungs.push(rung);
      else people.set(person, { ways, rungs: [rung] });
    }
    if (flight.waiting.length === 0 && flight.reached.length === 0) nobody.push(flight);
  });
  record(draft, now, {
    type: 'resolved-to',
    of: effect.of,
    people: [...people.keys()],
    ...standings(result, [...people.keys()]),
    ...(nobody.length > 0 ? { nobody: nobody.map(({ deadline, rung }) => `${deadline}/${rung}`) } : {}),
  });
  for (const [person, { ways, rungs }] of people) sendTo(draft, effect.of, person, ways, rungs);
  for (const flight of nobody) fallThrough(draft, flight, 'nobody there', now);
  const paged = [...people].flatMap(([person, { rungs }]) =>
    rungs.some(({ mode }) => mode === 'page') ? [person] : [],
  );
  callForRaise(draft, effect, paged);
  sweep(draft);
}

// R8: `paged` hear that the incident became worse from the rungs of that moment.
function callForRaise(draft: ProcessState, { raised }: ResolveEffect, paged: readonly string[]): void {
  if (raised !== undefined && !isCallOver(draft, raised)) callByHand(draft, raised, paged);
}

// By person: which recipient of the ladder the person is, for the text that tells the person why.
function standings({ rungs }: ResolveResult, told: readonly string[]): { as?: Record<string, string> } {
  const known = rungs
    .flatMap(({ people }) => people)
    .flatMap(({ person, as }) => (as !== undefined && told.includes(person) ? [[person, as] as const] : []));
  return known.length === 0 ? {} : { as: Object.fromEntries(known.reverse()) };
}

function sendTo(draft: ProcessState, of: number, person: string, ways: Ways, rungs: readonly FiredRung[]): void {
  const kind = rungs.some(({ mode }) => mode === 'page') ? 'page' : 'remind';
  const silent = silentOf(draft, ways);
  // Where every way calls people, a reminder of a ladder calls them too: it is not to be lost.
  const [channel, ...next] = kind === 'page' || silent.length === 0 ? ways.reach : silent;
  enqueueSend(draft, {
    of,
    kind,
    recipient: person,
    channel: channel!,
    rungs: inOrder(rungs),
    nominalAt: Math.min(...rungs.map(({ nominalAt }) => nominalAt)),
    late: Math.max(...rungs.map(({ late }) => late ?? 0)),
    public: false,
    next,
    ...(kind === 'page' ? { silent } : {}),
  });
}

function pageByHand(draft: ProcessState, effect: ResolveEffect, result: ResolveResult, now: Instant): void {
  // A person whom two words mean is paged once.
  const people = new Map(result.rungs.flatMap((rung) => rung.people).map((one) => [one.person, one]));
  const reachable = [...people.values()].filter(({ reach }) => reach.length > 0);
  const names = reachable.map(({ person }) => person);
  const nobody = beginCalls(draft, effect.of, result);
  const joins: Record<string, Instant> = {};
  for (const person of names) {
    const before = pageBefore(draft, effect.of, person);
    if (before === undefined) continue;
    joins[person] = before.at;
    if (before.hasLeft) callSettled(draft, effect.of, person);
  }
  record(draft, now, {
    type: 'resolved-to',
    of: effect.of,
    people: names,
    ...standings(result, names),
    ...(nobody.length > 0 ? { nobody } : {}),
    ...(Object.keys(joins).length > 0 ? { joins } : {}),
  });
  for (const { person, ...ways } of reachable) {
    if (Object.hasOwn(joins, person)) continue;
    const [channel, ...next] = ways.reach;
    const called = eventAt(draft, effect.of);
    enqueueSend(draft, {
      of: effect.of,
      kind: 'page',
      recipient: person,
      channel: channel!,
      rungs: [],
      nominalAt: called?.at ?? now,
      late: 0,
      public: false,
      next,
      silent: silentOf(draft, ways),
    });
  }
  for (const word of nobody) callFailed(draft, effect.of, word, 'nobody there', now);
}

function unresolved(draft: ProcessState, effect: ResolveEffect, reason: string, now: Instant): void {
  record(draft, now, { type: 'effect-failed', what: 'resolve', because: reason });
  if (effect.byHand) for (const word of wordsOfCall(draft, effect.of)) callFailed(draft, effect.of, word, reason, now);
  for (const rung of effect.rungs) {
    const flight = flightOf(draft, effect.of, rung);
    if (!flight) continue;
    flight.resolved = true;
    fallThrough(draft, flight, reason, now);
  }
  callForRaise(draft, effect, []);
  sweep(draft);
}

function applySent(draft: ProcessState, effect: SendEffect, result: SendResult, now: Instant): void {
  const { request } = effect;
  const { kind, channel, recipient } = request;
  const cause = eventAt(draft, effect.of);
  const rungs =
    cause?.type === 'rungs-fired' && cause.rungs.length > 1
      ? { rungs: effect.rungs.map(({ deadline, rung }) => `${deadline}/${rung}`) }
      : {};
  if (result.status === 'delivered') {
    // The sender's clock may differ from the clock of the process: a message cannot have left
    // before its rung fired (T2).
    record(draft, Math.max(result.at, cause?.at ?? result.at), {
      type: 'delivered',
      of: effect.of,
      kind,
      to: recipient,
      channel,
      ...rungs,
    });
    for (const rung of effect.rungs) arrived(draft, effect.of, rung, recipient);
    noteAlertOf(draft, effect);
    noteWoken(draft, effect);
    for (const of of callsOf(draft, effect)) callSettled(draft, of, recipient);
    sweep(draft);
    return;
  }
  record(draft, now, {
    type: 'delivery-failed',
    of: effect.of,
    kind,
    to: recipient,
    channel,
    because: result.because.slice(0, 300),
    ...rungs,
  });
  noteAlertOf(draft, effect);
  const [nextChannel, ...rest] = effect.next;
  if (nextChannel !== undefined) {
    enqueueSend(draft, {
      ...effect.request,
      of: effect.of,
      ...given({ silent: effect.silent }),
      channel: nextChannel,
      // The time that the failed channels took is lateness too (T2).
      late: Math.max(0, ...effect.rungs.map(({ late }) => late ?? 0)) + Math.max(0, now - (cause?.at ?? now)),
      rungs: effect.rungs,
      next: rest,
    });
    return;
  }
  const because = `every way to ${recipient} failed: ${result.because}`.slice(0, 300);
  for (const rung of effect.rungs) {
    const flight = flightOf(draft, effect.of, rung);
    if (!flight) continue;
    flight.waiting = flight.waiting.filter((person) => person !== recipient);
    flight.unreachable = [...(flight.unreachable ?? []), recipient];
    if (flight.waiting.length === 0 && flight.reached.length === 0) fallThrough(draft, flight, because, now);
  }
  for (const of of callsOf(draft, effect)) callUnreached(draft, of, recipient, because, now);
  sweep(draft);
}

/** The calls by hand that end as the message of `effect` ends: its own, and those that join it. */
function callsOf(draft: ProcessState, { of, request: { kind, recipient } }: SendEffect): number[] {
  return [of, ...(kind === 'page' ? callsThatJoin(draft, of, recipient) : [])];
}

// R2. The alert that an earlier attempt may have opened is closed with the others.
function applyCalledOff(draft: ProcessState, effect: SendEffect, now: Instant, failed?: string): void {
  const { kind, channel, recipient } = effect.request;
  const because = failed?.slice(0, 300);
  record(draft, now, { type: 'called-off', of: effect.of, kind, to: recipient, channel, ...given({ because }) });
  for (const rung of effect.rungs) {
    const flight = flightOf(draft, effect.of, rung);
    if (flight) flight.waiting = flight.waiting.filter((person) => person !== recipient);
  }
  noteAlertOf(draft, effect);
  for (const of of callsOf(draft, effect)) callSettled(draft, of, recipient);
  sweep(draft);
}

function sweep(draft: ProcessState): void {
  draft.inFlight = draft.inFlight.filter(({ resolved, waiting }) => !resolved || waiting.length > 0);
}
