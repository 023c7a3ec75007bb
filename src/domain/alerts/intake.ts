/**
 * Owns the intake of alerts: what is taken, what follows when time passes, and what follows from
 * the results of its effects. Pure: a workflow drives it with real time. Of the alerts about one
 * service (one place) one placement is under way at a time, so that they never make two incidents.
 */
import { count, end, endNow, fire, fires, flaps, alertId } from './episodes';
import { answersPage } from './own-pages';
import type {
  AlertGroup,
  AlertReport,
  AlertsTaken,
  AnswerRequest,
  Episode,
  Expected,
  Instant,
  IntakeEffect,
  IntakeOutcome,
  IntakeState,
  KnownAlert,
  Leading,
  RuledAlert,
  Unmatched,
} from '../model';
import { assertNever } from '../model/assert-never';
import { given } from '../../given';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** How many alerts that fit no rule are shown. */
const mostUnmatched = 50;
/**
 * How large the alerts of one report are, in UTF-16 units of JSON. Temporal takes 2 MiB at most for
 * an activity: a task that hands over more fails, and is tried for ever.
 */
const reportLimit = 128 * 1024;
/** The key of the alert that a source is silent. */
export const silence = 'silence';

/** An intake that has heard nothing yet. `mark` is part of every key that it gives. */
export function emptyIntake(mark: string, at: Instant): IntakeState {
  return {
    mark,
    episodes: {},
    places: {},
    incidents: {},
    unmatched: [],
    expected: {},
    sources: {},
    outbox: [],
    nextEffectId: 1,
    tidiedAt: at,
  };
}

/** Takes what one request said, at `now`. Never refuses: what fits nothing is kept and shown. */
export function takeAlerts(state: IntakeState, taken: AlertsTaken, now: Instant): IntakeState {
  const draft = settled(state, now);
  const { source } = taken;
  const at = Math.min(taken.at, now);
  const seen = draft.sources[source];
  draft.sources[source] = {
    ...(seen ?? { requests: 0, alerts: 0, unmatched: 0, ignored: 0, late: 0, further: 0 }),
    lastAt: Math.max(seen?.lastAt ?? at, at),
  };
  count(draft, source, 'requests');
  count(draft, source, 'alerts', taken.alerts.length);
  if (draft.expected[source] !== undefined) breakSilence(draft, source, at);
  for (const alert of taken.alerts) takeOne(draft, alert, at);
  for (const group of taken.groups) takeGroup(draft, source, group, at);
  dispatch(draft, now);
  return draft;
}

/** From now on the silence of these senders is an alert, and of no others. */
export function expectSources(state: IntakeState, expected: readonly Expected[], now: Instant): IntakeState {
  const draft = settled(state, now);
  draft.expected = Object.fromEntries(
    expected.map((one) => [one.source, { ...one, since: state.expected[one.source]?.since ?? now }]),
  );
  for (const source of Object.keys(state.expected))
    if (draft.expected[source] === undefined) breakSilence(draft, source, now);
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
  let next = Infinity;
  for (const id in state.episodes) {
    const { heldUntil = Infinity, endsAt = Infinity } = state.episodes[id]!;
    next = Math.min(next, heldUntil, endsAt);
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
  switch (effect.type) {
    case 'place':
      placed(draft, effect, outcome, now);
      break;
    case 'tell':
      told(draft, effect, outcome);
      break;
    case 'answer':
      count(draft, effect.request.source, outcome.type === 'answered' ? 'answers' : 'late');
      break;
    default:
      assertNever(effect);
  }
  dispatch(draft, now);
  return draft;
}

// --- What comes in -------------------------------------------------------------------------------

function takeOne(draft: IntakeState, alert: RuledAlert, at: Instant): void {
  const { ruling, says } = alert;
  if (ruling.do === 'page') return takePage(draft, alert, ruling, at);
  // An end is an end, whatever the rules say today: the sender tells it once.
  if (says === 'resolved')
    return void (isKnown(draft, alert) || leads(ruling) ? ended(draft, alert, at) : note(draft, alert, at));
  if (says === 'acknowledged') return;
  if (!leads(ruling)) return note(draft, alert, at);
  if (fire(draft, alert, ruling, at)) concern(draft, alertId(alert));
}

const isKnown = (draft: IntakeState, alert: RuledAlert) => draft.episodes[alertId(alert)] !== undefined;
const leads = (ruling: RuledAlert['ruling']): ruling is Leading => ruling.do === 'open' || ruling.do === 'join';

function ended(draft: IntakeState, alert: RuledAlert, at: Instant): void {
  if (end(draft, alert, at)) concern(draft, alertId(alert));
}

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

// What is ignored is counted; what fits no rule is shown too.
function note(draft: IntakeState, { source, key, title, labels, ruling }: RuledAlert, at: Instant): void {
  if (ruling.do === 'ignore') return count(draft, source, 'ignored');
  if (ruling.do !== 'unmatched') return;
  count(draft, source, 'unmatched');
  show(draft, { at, source, key, title, labels, because: ruling.because });
}
function show(draft: IntakeState, unmatched: Unmatched): void {
  draft.unmatched = [...draft.unmatched, unmatched].slice(-mostUnmatched);
}

// A group is an identity too: senders leave alerts out of a message that would be too long.
function takeGroup(draft: IntakeState, source: string, { group, says }: AlertGroup, at: Instant): void {
  if (says !== 'resolved') return;
  for (const [id, episode] of Object.entries(draft.episodes))
    if (episode.source === source && episode.group === group && fires(episode) && endNow(draft, id, at))
      concern(draft, id);
}

// --- Time ----------------------------------------------------------------------------------------

function settled(state: IntakeState, now: Instant): IntakeState {
  const draft = { ...state, episodes: { ...state.episodes }, places: { ...state.places } };
  draft.incidents = { ...state.incidents };
  draft.sources = { ...state.sources };
  for (const [id, { heldUntil, endsAt }] of Object.entries(state.episodes)) {
    if (heldUntil !== undefined && heldUntil <= now) release(draft, id);
    if (endsAt !== undefined && endsAt <= now && endNow(draft, id, endsAt)) concern(draft, id);
  }
  for (const source of Object.keys(state.expected)) {
    const at = silentAt(draft, source);
    if (at !== undefined && at <= now) takeOne(draft, draft.expected[source]!.alert, at);
  }
  if (now - draft.tidiedAt >= hourMs) tidy(draft, now);
  return draft;
}

function release(draft: IntakeState, id: string): void {
  const { heldUntil: _, ...rest } = draft.episodes[id]!;
  draft.episodes[id] = rest;
  concern(draft, id);
}

// When the silence of a source becomes an alert; undefined while it is one.
function silentAt(state: IntakeState, source: string): Instant | undefined {
  const expected = state.expected[source]!;
  const known = state.episodes[alertId(expected.alert)];
  if (known !== undefined && fires(known)) return undefined;
  return Math.max(state.sources[source]?.lastAt ?? -Infinity, expected.since) + expected.everyMs;
}

function breakSilence(draft: IntakeState, source: string, at: Instant): void {
  const id = alertId({ source, key: silence });
  const known = draft.episodes[id];
  if (known !== undefined && fires(known) && endNow(draft, id, at)) concern(draft, id);
}

// What has ended is remembered for a day, because senders repeat themselves; a place, as long as it
// has alerts.
function tidy(draft: IntakeState, now: Instant): void {
  const kept = Object.entries(draft.episodes).filter(
    ([, { endedAt }]) => endedAt === undefined || endedAt > now - dayMs,
  );
  draft.episodes = Object.fromEntries(kept);
  const used = new Set(kept.flatMap(([, episode]) => (fires(episode) ? [placeOf(episode)] : [])));
  draft.places = Object.fromEntries(
    Object.entries(draft.places).filter(
      ([place, { waiting, placing }]) => used.has(place) || waiting.length > 0 || placing !== undefined,
    ),
  );
  draft.tidiedAt = now;
}

// --- What goes out -------------------------------------------------------------------------------

// Alerts of one value of a rule's group belong together, else those about one service, else those
// of one source. `\0` stands in no name.
function placeOf({ ruling, source }: Pick<Episode, 'ruling' | 'source'>): string {
  const gather = ruling?.do === 'open' ? ruling.gather : undefined;
  if (gather !== undefined) return `gather\0${gather}`;
  return ruling?.service === undefined ? `source\0${source}` : `service\0${ruling.service}`;
}

// Whoever has the alert is to hear of it; without an incident it is to be placed.
function concern(draft: IntakeState, id: string): void {
  const episode = draft.episodes[id]!;
  if (episode.incident !== undefined) {
    const { waiting = [], ...rest } = draft.incidents[episode.incident] ?? {};
    if (!waiting.includes(id)) draft.incidents[episode.incident] = { ...rest, waiting: [...waiting, id] };
    return;
  }
  const name = placeOf(episode);
  const { waiting, ...rest } = draft.places[name] ?? { waiting: [] };
  if (!waiting.includes(id) && episode.ruling !== undefined && !isBeingPlaced(draft, rest.placing, id))
    draft.places[name] = { ...rest, waiting: [...waiting, id] };
}

// What changes meanwhile is told when the incident is known.
function isBeingPlaced(draft: IntakeState, placing: number | undefined, id: string): boolean {
  const effect = draft.outbox.find((one) => one.id === placing);
  return effect?.type === 'place' && effect.request.report.alerts.some((alert) => alert.id === id);
}

/** Puts into the outbox what waits, at each place and for each incident one at a time. */
function dispatch(draft: IntakeState, now: Instant): void {
  for (const [name, place] of Object.entries(draft.places)) {
    if (place.placing !== undefined || place.waiting.length === 0) continue;
    const ids = place.waiting.filter((id) => draft.episodes[id]?.ruling !== undefined);
    const rulings = ids.map((id) => draft.episodes[id]!.ruling!);
    const ruling = rulings.find((one) => one.do === 'open') ?? rulings[0];
    if (ruling === undefined) {
      draft.places[name] = { ...place, waiting: [] };
      continue;
    }
    const id = draft.nextEffectId++;
    const key = keyOf(draft, id);
    const first = fitting(draft, ids, now);
    const report = reportOf(draft, key, first, ruling, now);
    const isGathered = ruling.do === 'open' && ruling.gather !== undefined;
    const request = { key, at: now, ruling, isGathered, report, ...given({ lastIncident: place.incident }) };
    draft.outbox = [...draft.outbox, { id, type: 'place', place: name, request }];
    draft.places[name] = { ...place, waiting: ids.slice(first.length), placing: id };
  }
  for (const [incident, { waiting, telling }] of Object.entries(draft.incidents)) {
    const ids = waiting.filter((id) => draft.episodes[id]?.ruling !== undefined);
    if (telling !== undefined || ids.length === 0) continue;
    const id = draft.nextEffectId++;
    const first = fitting(draft, ids, now);
    const report = reportOf(draft, keyOf(draft, id), first, draft.episodes[ids[0]!]!.ruling!, now);
    draft.outbox = [...draft.outbox, { id, type: 'tell', incident, report }];
    draft.incidents[incident] = { waiting: ids.slice(first.length), telling: id };
  }
}

// The first of `ids` that one report carries, at least one; the others follow in the next.
function fitting(draft: IntakeState, ids: readonly string[], at: Instant): readonly string[] {
  let size = 0;
  const end = ids.findIndex((id, index) => {
    size += JSON.stringify(knownAlert(id, draft.episodes[id]!, at)).length;
    return index > 0 && size > reportLimit;
  });
  return end === -1 ? ids : ids.slice(0, end);
}

const keyOf = ({ mark }: IntakeState, effect: number) => `alerts/${mark}/${effect}`;

function reportOf(
  draft: IntakeState,
  key: string,
  ids: readonly string[],
  { resolveAfterMs }: Leading,
  at: Instant,
): AlertReport {
  const episodes = ids.map((id) => draft.episodes[id]!);
  const kept = ids.filter((id) => draft.episodes[id]!.further === undefined);
  const firing = episodes.filter(fires);
  return {
    key,
    at,
    alerts: kept.map((id) => knownAlert(id, draft.episodes[id]!, at)),
    levels: [...new Set(firing.flatMap(({ level }) => level ?? []))],
    services: [...new Set(episodes.flatMap(({ service }) => service ?? []))],
    resolveAfterMs,
    ...given({ further: kept.length < ids.length ? ids.length - kept.length : undefined }),
  };
}

/** The alert as an incident keeps it. */
export function knownAlert(id: string, episode: Episode, at: Instant): KnownAlert {
  const { number, source, title, severity, service, firstAt, lastAt, endedAt, details, count: times } = episode;
  return {
    id,
    episode: number,
    source,
    title,
    state: fires(episode) ? 'firing' : 'resolved',
    firstAt,
    lastAt,
    count: times,
    ...given({ severity, service, endedAt, flaps: flaps(episode, at) ? (true as const) : undefined }),
    ...details,
  };
}

// --- What comes back -----------------------------------------------------------------------------

type Placing = Extract<IntakeEffect, { type: 'place' }>;
function placed(draft: IntakeState, { place: name, request }: Placing, outcome: IntakeOutcome, now: Instant): void {
  const { placing: _, ...place } = draft.places[name] ?? { waiting: [] };
  draft.places[name] = place;
  switch (outcome.type) {
    case 'placed':
      draft.places[name] = { ...place, incident: outcome.incident };
      for (const alert of request.report.alerts) settleIn(draft, alert, outcome.incident);
      forgetFurther(draft, name);
      gatherLoose(draft, name);
      break;
    case 'failed':
      for (const { id } of request.report.alerts) giveUp(draft, id, outcome.because, now);
      forgetFurther(draft, name);
      break;
    // They stay where they are, and join the next incident of this place.
    case 'nowhere':
    case 'over':
    case 'told':
    case 'answered':
    case 'unwanted':
      break;
    default:
      assertNever(outcome);
  }
}

function settleIn(draft: IntakeState, { id, episode, state }: KnownAlert, incident: string): void {
  const known = draft.episodes[id];
  if (known?.number !== episode) return;
  const { details: _, ...rest } = known;
  draft.episodes[id] = { ...rest, incident };
  if ((fires(known) ? 'firing' : 'resolved') !== state) concern(draft, id);
}

// Those that wait for the next placement are forgotten with that one.
function forgetFurther(draft: IntakeState, name: string): void {
  const { waiting } = draft.places[name]!;
  for (const [id, episode] of Object.entries(draft.episodes))
    if (episode.further && placeOf(episode) === name && !waiting.includes(id)) delete draft.episodes[id];
}

// Alerts that only join have waited for an incident of their place.
function gatherLoose(draft: IntakeState, name: string): void {
  for (const [id, episode] of Object.entries(draft.episodes)) {
    const isLoose = episode.incident === undefined && episode.heldUntil === undefined && fires(episode);
    if (isLoose && placeOf(episode) === name) concern(draft, id);
  }
}

function giveUp(draft: IntakeState, id: string, because: string, at: Instant): void {
  const episode = draft.episodes[id];
  if (episode === undefined) return;
  const { source, key, title } = episode;
  delete draft.episodes[id];
  count(draft, source, 'unmatched');
  show(draft, { at, source, key, title, labels: {}, because });
}

type TellingEffect = Extract<IntakeEffect, { type: 'tell' }>;
function told(draft: IntakeState, { incident }: TellingEffect, outcome: IntakeOutcome): void {
  const { waiting = [] } = draft.incidents[incident] ?? {};
  // An incident that is over hears nothing more, and takes no further alerts.
  const isOver = outcome.type === 'over';
  if (isOver || waiting.length === 0) delete draft.incidents[incident];
  else draft.incidents[incident] = { waiting };
  if (!isOver) return;
  for (const [name, place] of Object.entries(draft.places)) {
    if (place.incident !== incident) continue;
    const { incident: _, ...rest } = place;
    draft.places[name] = rest;
  }
}
