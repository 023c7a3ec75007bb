/**
 * Owns how a release knows which open incidents close its gates (R43): it looks when it is told to,
 * soon after that again, and from time to time while one closes them. As long as nobody tells it
 * to, it asks for nothing: then a build that knows no incidents at gates can go on with it. Each
 * look asks the incidents themselves, and only one look is under way at a time, so the last look
 * says how things stand, in whatever order the news came. What the release tells an incident is in
 * told-incidents.ts.
 */
import { enqueue } from './outbox';
import { restartGateLadders } from './evolve';
import { record } from './record';
import { closesGatesOf, gatesAhead, watchesIncidents } from '../state/closing-incidents';
import { isRelease } from '../state/draft';
import { hasRoomForOthers } from '../state/state-size';
import { minuteMs } from '../time/instants';
import { given } from '../../given';
import type {
  ClosingIncident,
  Effect,
  EffectOutcome,
  FoundIncidents,
  IncidentStanding,
  IncidentWatch,
  Instant,
  ProcessState,
  Release,
} from '../model';

type FindEffect = Extract<Effect, { type: 'find-incidents' }>;

/**
 * A release is told of an incident by its name, and lists, which lag behind, have the others. So a
 * release that knows something new looks twice more, after these times.
 */
const soonAgainMs = [5_000, minuteMs / 2] as const;
/**
 * While an incident closes the gates. Nobody tells of an end to which no person came: that of its
 * alerts, of a drill, by an operator of Temporal. Soon at first, so that a short incident holds no
 * deployment long after its end; then seldom, because one may stay open for days, and each look
 * takes some ten events of history.
 */
const laterLooksMs = { first: minuteMs, longest: 10 * minuteMs };
/** How many incidents are asked by name with one look; lists have the others. */
const mostNamed = 100;

const firstWatch: IncidentWatch = { closing: [], named: [], looks: 0 };

/** True while a look is under way. */
export function isLooking({ outbox }: ProcessState): boolean {
  return outbox.some(({ type }) => type === 'find-incidents');
}

/** Forgets the incidents once no gate is ahead that one could close. */
export function forgetIncidents(draft: ProcessState): void {
  if (isRelease(draft) && !watchesIncidents(draft)) delete draft.watch;
}

/** Looks now, or as soon as the look that is under way has ended; `incident` is asked by name. */
export function lookSoon(draft: ProcessState, incident?: string): void {
  if (!watchesIncidents(draft)) return;
  const watch = draft.watch ?? firstWatch;
  const named = incident === undefined ? watch.named : [...new Set([...watch.named, incident])].slice(-mostNamed);
  if (isLooking(draft)) draft.watch = { ...watch, named, again: true };
  else look(draft, { ...watch, named });
}

/** When the release looks again by itself; undefined when it need not. */
export function nextLookAt(state: ProcessState): Instant | undefined {
  return watchesIncidents(state) ? state.watch?.nextAt : undefined;
}

function look(draft: Release, { closing, named, looks }: IncidentWatch): void {
  const { id, drill, services } = draft;
  const asked = [...new Set([...closing.map((one) => one.id), ...named])];
  draft.watch = { closing, named: [], looks: looks + 1 };
  enqueue(draft, {
    type: 'find-incidents',
    of: draft.timeline.length,
    request: { release: id, drill, services, named: asked },
  });
}

/** Applies what a look has found: the incidents that close the gates from now on, and no others. */
export function applyFound(draft: ProcessState, { request }: FindEffect, outcome: EffectOutcome, at: Instant): void {
  if (!watchesIncidents(draft) || draft.watch === undefined) return;
  // A look that failed has asked nobody.
  const found: FoundIncidents =
    outcome.type === 'find-incidents' ? outcome.found : { incidents: [], unanswered: request.named };
  const before = draft.watch.closing;
  const closing = closingAfter(draft, before, found);
  const isNews = !isSame(idsOf(before), idsOf(closing));
  // Who gave no answer is asked by name again.
  const named = [...new Set([...draft.watch.named, ...found.unanswered])].slice(-mostNamed);
  draft.watch = { ...draft.watch, closing, named, ...(isNews ? { looks: 1 } : {}) };
  noteChanges(draft, before, closing, at);
  // The gates may have let the release end.
  if (!watchesIncidents(draft) || draft.watch === undefined) return;
  if (draft.watch.again) look(draft, draft.watch);
  else draft.watch = { ...draft.watch, ...given({ nextAt: lookAfter(draft.watch, outcome, at) }) };
}

function closingAfter(
  draft: Release,
  before: readonly ClosingIncident[],
  { incidents, unanswered }: FoundIncidents,
): ClosingIncident[] {
  const kept = before.filter(({ id }) => unanswered.includes(id));
  const found = incidents.filter((incident) => closesGatesOf(draft, incident)).map(keptOf);
  return [...kept, ...found].sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1));
}
const keptOf = ({ id, severity, since, title }: IncidentStanding): ClosingIncident => ({
  id,
  severity,
  since,
  ...given({ title }),
});

function noteChanges(
  draft: Release,
  before: readonly ClosingIncident[],
  after: readonly ClosingIncident[],
  at: Instant,
): void {
  const gates = gatesAhead(draft).map(({ id }) => id);
  const isIn = (list: readonly ClosingIncident[], { id }: ClosingIncident) => list.some((one) => one.id === id);
  const gone = before.filter((one) => !isIn(after, one) && isNoted(draft, one));
  const come = hasRoomForOthers(draft) ? after.filter((one) => !isIn(before, one)) : [];
  for (const [index, { id: incident, severity, since }] of come.entries())
    record(draft, at, {
      type: 'incident-closes-gates',
      incident,
      severity,
      since,
      gates,
      ...given({ also: before.length + index > 0 ? (true as const) : undefined }),
    });
  for (const { id: incident } of gone)
    record(draft, at, {
      type: 'incident-frees-gates',
      incident,
      gates,
      ...given({ still: after.length > 0 ? (true as const) : undefined }),
    });
  // What no line says is so all the same.
  if (before.length > 0 && after.length === 0 && gone.length === 0) restartGateLadders(draft, at);
}
// Where there was no room to say that it closes the gates, nobody hears that it frees them.
function isNoted({ timeline }: Release, { id }: ClosingIncident): boolean {
  const latest = timeline.findLast(
    (event) =>
      (event.type === 'incident-closes-gates' || event.type === 'incident-frees-gates') && event.incident === id,
  );
  return latest?.type === 'incident-closes-gates';
}

// Something new is looked at twice more; what closes the gates or gave no answer, again and again.
function lookAfter({ closing, named, looks }: IncidentWatch, outcome: EffectOutcome, at: Instant): Instant | undefined {
  const soon = soonAgainMs[Math.max(0, looks - 1)];
  if (soon !== undefined) return at + soon;
  if (closing.length === 0 && named.length === 0 && outcome.type === 'find-incidents') return undefined;
  return at + Math.min(laterLooksMs.first * 2 ** Math.min(looks - 1 - soonAgainMs.length, 10), laterLooksMs.longest);
}

const idsOf = (incidents: readonly ClosingIncident[]) => incidents.map(({ id }) => id);
function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
