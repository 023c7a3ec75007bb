/**
 * Owns the intake of alerts: what is taken, what follows when time passes, and what follows from
 * the results of its effects. Pure: a workflow drives it with real time.
 */
import { alertId, fires, silentFrom } from './episode';
import { end, endGroup, endNow, fallSilent, fire, release } from './episodes';
import { dispatch } from './outgoing';
import { applyEnded, applyMerge, applyOutcome } from './outcomes';
import { placeOfEpisode } from './places';
import { mostEpisodes, roomUnknown, type Room } from './room';
import { count, hear, showUnmatched } from './seen';
import { answersPage } from './own-pages';
import type {
  AlertsTaken,
  AnswerRequest,
  Expected,
  Instant,
  IntakeOutcome,
  IntakeState,
  Leading,
  Merge,
  RuledAlert,
} from '../model';
import { own } from '../text/own';
import { dayMs, hourMs } from '../time/instants';
import { given } from '../../given';

/** The key of the alert that a source is silent. */
export const silence = 'silence';

/** An intake that has heard nothing yet. `mark` is part of every key that it gives. */
export function emptyIntake(mark: string, at: Instant): IntakeState {
  return {
    mark,
    episodes: {},
    places: {},
    unmatched: [],
    expected: {},
    sources: {},
    outbox: [],
    nextEffectId: 1,
    tidiedAt: at,
  };
}

/**
 * Takes what requests said, in their order, at `now`. Never refuses: what fits nothing is kept and
 * shown. What of it people have to hear goes out afterwards, together.
 */
export function takeAlerts(state: IntakeState, requests: readonly AlertsTaken[], now: Instant): IntakeState {
  const draft = settled(state, now);
  const room = roomUnknown();
  for (const request of requests) takeRequest(draft, request, Math.min(request.at, now), room);
  dispatch(draft, now);
  return draft;
}

/** From now on the silence of these senders is an alert, and of no others. */
export function expectSources(state: IntakeState, expected: readonly Expected[], now: Instant): IntakeState {
  const draft = settled(state, now);
  draft.expected = Object.fromEntries(
    expected.map((one) => [one.source, { ...one, since: own(state.expected, one.source)?.since ?? now }]),
  );
  for (const source of Object.keys(state.expected))
    if (own(draft.expected, source) === undefined) breakSilence(draft, source, now);
  dispatch(draft, now);
  return draft;
}

/** The alerts of an incident that was merged are those of the other from now on. */
export function takeMerge(state: IntakeState, merge: Merge, now: Instant): IntakeState {
  const draft = settled(state, now);
  applyMerge(draft, merge);
  dispatch(draft, now);
  return draft;
}

/** These incidents were ended by no command (R44): their alerts lead to others. */
export function takeEnded(state: IntakeState, incidents: readonly string[], now: Instant): IntakeState {
  const draft = settled(state, now);
  applyEnded(draft, incidents);
  dispatch(draft, now);
  return draft;
}

/** Lets time pass to `now`: held alerts are placed, quiet ones end, silence is noticed. */
export function settleIntake(state: IntakeState, now: Instant): IntakeState {
  const next = nextIntakeInstant(state);
  if (next === null || next > now) return state;
  const draft = settled(state, now);
  dispatch(draft, now);
  return draft;
}

/** The earliest instant at which `settleIntake` has something to do; null: none. */
export function nextIntakeInstant(state: IntakeState): Instant | null {
  // While people are being told, the next tally waits.
  const isTelling = state.outbox.some(({ type }) => type === 'notify');
  let next = isTelling ? Infinity : (state.tally?.dueAt ?? Infinity);
  for (const id in state.episodes) {
    const { heldUntil = Infinity, endsAt = Infinity } = state.episodes[id]!;
    next = Math.min(next, heldUntil, endsAt, silentFrom(state.episodes[id]!) ?? Infinity);
  }
  for (const source in state.expected) next = Math.min(next, silentAt(state, source) ?? Infinity);
  return next === Infinity ? null : next;
}

/** Applies the outcome of an effect; of an effect that is not there any more, nothing. */
export function completeIntakeEffect(
  state: IntakeState,
  effectId: number,
  outcome: IntakeOutcome,
  now: Instant,
): IntakeState {
  const effect = state.outbox.find(({ id }) => id === effectId);
  if (effect === undefined) return state;
  const draft = settled(state, now);
  draft.outbox = draft.outbox.filter(({ id }) => id !== effectId);
  applyOutcome(draft, effect, outcome, now);
  dispatch(draft, now);
  return draft;
}

// --- What comes in -------------------------------------------------------------------------------

function takeRequest(
  draft: IntakeState,
  { source, alerts, groups, tellAt }: AlertsTaken,
  at: Instant,
  room: Room,
): void {
  hear(draft, source, alerts.length, at);
  if (tellAt !== undefined) draft.tellAt = tellAt;
  if (own(draft.expected, source) !== undefined) breakSilence(draft, source, at);
  for (const alert of alerts) takeOne(draft, alert, at, room);
  // A group is an identity too: senders leave alerts out of a message that would be too long.
  for (const group of groups) if (group.says === 'resolved') endGroup(draft, source, group, at);
}

function takeOne(draft: IntakeState, alert: RuledAlert, at: Instant, room: Room): void {
  const { ruling, says } = alert;
  if (ruling.do === 'page') return takePage(draft, alert, ruling, at);
  if (says === 'acknowledged') return;
  // An end is an end, whatever the rules say today: the sender tells it once.
  if (says === 'resolved' && (isKnown(draft, alert) || leads(ruling))) return end(draft, alert, at, room);
  if (says === 'firing' && leads(ruling)) return fire(draft, alert, ruling, at, room);
  note(draft, alert, at);
}

const isKnown = (draft: IntakeState, alert: RuledAlert) => draft.episodes[alertId(alert)] !== undefined;
const leads = (ruling: RuledAlert['ruling']): ruling is Leading => ruling.do === 'open' || ruling.do === 'join';

// A page of Muster that comes back is no alert.
function takePage(
  draft: IntakeState,
  { source, key, says, by = [] }: RuledAlert,
  { process, channels }: Extract<RuledAlert['ruling'], { do: 'page' }>,
  at: Instant,
): void {
  count(draft, source, 'pages');
  if (!answersPage({ says, by }, process)) return;
  const request: AnswerRequest = {
    ...{ source, at, process, key, channels, by },
    ...given({ closed: says === 'resolved' ? (true as const) : undefined }),
  };
  draft.outbox = [...draft.outbox, { id: draft.nextEffectId++, type: 'answer', request }];
}

// What is ignored is counted; what fits no rule is shown too, but not an end without a beginning.
function note(draft: IntakeState, { source, key, says, title, labels, ruling }: RuledAlert, at: Instant): void {
  if (ruling.do === 'ignore') count(draft, source, 'ignored');
  if (says === 'firing' && ruling.do === 'unmatched')
    showUnmatched(draft, { at, source, key, title, labels, because: ruling.because });
}

// --- Time ----------------------------------------------------------------------------------------

function settled(state: IntakeState, now: Instant): IntakeState {
  const draft = { ...state, episodes: { ...state.episodes }, places: { ...state.places } };
  draft.sources = { ...state.sources };
  for (const id in state.episodes) {
    const { heldUntil, endsAt } = state.episodes[id]!;
    if (heldUntil !== undefined && heldUntil <= now) release(draft, id);
    if (endsAt !== undefined && endsAt <= now) endNow(draft, id, endsAt);
    const silentAt = silentFrom(draft.episodes[id]!);
    if (silentAt !== undefined && silentAt <= now) fallSilent(draft, id, silentAt);
  }
  noticeSilence(draft, now);
  const isCrowded = Object.keys(draft.places).length > mostEpisodes;
  if (isCrowded || now - draft.tidiedAt >= hourMs) tidy(draft, now);
  return draft;
}

function noticeSilence(draft: IntakeState, now: Instant): void {
  const silent = Object.keys(draft.expected).flatMap((source) => {
    const at = silentAt(draft, source);
    return at === undefined || at > now ? [] : [{ at, alert: draft.expected[source]!.alert }];
  });
  if (silent.length === 0) return;
  const room = roomUnknown();
  for (const { at, alert } of silent) takeOne(draft, alert, at, room);
}

// When the silence of a source becomes an alert; undefined while it is one.
function silentAt(state: IntakeState, source: string): Instant | undefined {
  const expected = state.expected[source]!;
  const known = state.episodes[alertId(expected.alert)];
  if (known !== undefined && fires(known)) return undefined;
  return Math.max(own(state.sources, source)?.lastAt ?? -Infinity, expected.since) + expected.everyMs;
}

function breakSilence(draft: IntakeState, source: string, at: Instant): void {
  const id = alertId({ source, key: silence });
  const known = draft.episodes[id];
  if (known !== undefined && fires(known)) endNow(draft, id, at);
}

// What has ended is remembered for a day, because senders repeat themselves; a place, as long as it
// has alerts.
function tidy(draft: IntakeState, now: Instant): void {
  const kept = Object.entries(draft.episodes).filter(
    ([, { endedAt, untold }]) => endedAt === undefined || endedAt > now - dayMs || untold,
  );
  draft.episodes = Object.fromEntries(kept);
  const used = new Set(kept.flatMap(([, one]) => (fires(one) || one.untold ? [placeOfEpisode(one)] : [])));
  for (const effect of draft.outbox) if (effect.type === 'place') used.add(effect.place);
  draft.places = Object.fromEntries(
    Object.entries(draft.places).filter(([name, { further }]) => used.has(name) || further !== undefined),
  );
  draft.tidiedAt = now;
}
