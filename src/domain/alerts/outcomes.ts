/**
 * Owns what follows from the results of the intake's effects: an incident has the alerts, none
 * takes them, or an incident is over. Pure; changes the draft that it is given.
 */
import { againAfterMs, fires, keyIn, onlyAsks } from './episode';
import { placeOfEpisode } from './places';
import { alertsOfReport } from './reports';
import { count, showUnmatched, tallyAgain } from './seen';
import type { Episode, Instant, IntakeEffect, IntakeOutcome, IntakeState, KnownAlert, Merge } from '../model';
import { assertNever } from '../model/assert-never';
import { dayMs } from '../time/instants';
import { given } from '../../given';

/** Applies the outcome of `effect`, which has left the outbox. */
export function applyOutcome(draft: IntakeState, effect: IntakeEffect, outcome: IntakeOutcome, now: Instant): void {
  switch (effect.type) {
    case 'place':
      return placed(draft, effect, outcome, now);
    case 'tell':
      return told(draft, effect, outcome, now);
    case 'answer':
      return count(draft, effect.request.source, outcome.type === 'answered' ? 'answers' : 'late');
    case 'notify':
      return notified(draft, effect, outcome, now);
    default:
      assertNever(effect);
  }
}

type Effect<T extends IntakeEffect['type']> = Extract<IntakeEffect, { type: T }>;
function placed(draft: IntakeState, effect: Effect<'place'>, outcome: IntakeOutcome, now: Instant): void {
  switch (outcome.type) {
    case 'placed':
      draft.places[effect.place] = { ...draft.places[effect.place], incident: outcome.incident };
      for (const alert of alertsOfReport(effect)) settleIn(draft, alert, outcome.incident, now);
      return gatherLoose(draft, effect.place);
    case 'failed':
      for (const alert of alertsOfReport(effect)) giveUp(draft, alert, outcome.because, now);
      return;
    // They stay where they are, and join the next incident of this place.
    case 'nowhere':
    case 'over':
    case 'told':
    case 'answered':
    case 'unwanted':
    case 'notified':
      return;
    default:
      assertNever(outcome);
  }
}

function settleIn(draft: IntakeState, { id, episode }: KnownAlert, incident: string, now: Instant): void {
  const known = draft.episodes[id];
  if (known?.number === episode) draft.episodes[id] = heldBy(known, incident, now);
}

// The incident has the alert, and heard all that is not untold.
function heldBy(known: Episode, incident: string, now: Instant): Episode {
  if (known.untold) return { ...known, incident };
  const { details: _, askAt = now + againAfterMs(known), ...rest } = known;
  return { ...rest, incident, ...given({ askAt: fires(known) ? askAt : undefined }) };
}

// Alerts that only join have waited for an incident of their place.
function gatherLoose(draft: IntakeState, place: string): void {
  for (const [id, episode] of Object.entries(draft.episodes)) {
    const isLoose = episode.incident === undefined && episode.heldUntil === undefined && fires(episode);
    if (isLoose && !episode.untold && placeOfEpisode(episode) === place)
      draft.episodes[id] = { ...episode, untold: true };
  }
}

function giveUp(draft: IntakeState, { id, episode, source, title }: KnownAlert, because: string, at: Instant): void {
  if (draft.episodes[id]?.number !== episode) return;
  delete draft.episodes[id];
  showUnmatched(draft, { at, source, key: keyIn(id), title, labels: {}, because });
}

function told(draft: IntakeState, effect: Effect<'tell'>, outcome: IntakeOutcome, now: Instant): void {
  if (outcome.type !== 'told' && outcome.type !== 'over') return;
  const into = outcome.type === 'told' ? (outcome.incident ?? effect.incident) : undefined;
  // An incident that is over hears nothing more, and takes no further alerts; one that was merged
  // goes on as another.
  if (into !== effect.incident) leadOn(draft, effect.incident, into);
  for (const { id, episode, state } of effect.report.alerts) {
    const known = draft.episodes[id];
    if (known?.number !== episode || known.incident !== effect.incident) continue;
    if (outcome.type === 'told') draft.episodes[id] = heldBy(known, into ?? effect.incident, now);
    else if (state === 'firing' && fires(known)) draft.episodes[id] = afterIncident(known, outcome.since, now);
  }
}

// What comes next at the places of `incident` goes to `into`, or to whichever is open.
function leadOn(draft: IntakeState, incident: string, into: string | undefined): void {
  for (const [name, place] of Object.entries(draft.places)) {
    const { incident: last, ...rest } = place;
    if (last === incident) draft.places[name] = { ...rest, ...given({ incident: into }) };
  }
}

/**
 * Applies that an incident was merged: the other one has its alerts, and hears what is under way.
 */
export function applyMerge(draft: IntakeState, { from, into }: Merge): void {
  leadOn(draft, from, into);
  for (const [id, episode] of Object.entries(draft.episodes))
    if (episode.incident === from) draft.episodes[id] = { ...episode, incident: into };
  draft.outbox = draft.outbox.map((effect) =>
    effect.type === 'tell' && effect.incident === from ? { ...effect, incident: into } : effect,
  );
}

/**
 * Applies that these incidents were ended by no command, or may have been: nobody had peace of
 * their alerts, so the next repeat of each asks at once whether its incident goes on.
 */
export function applyEnded(draft: IntakeState, incidents: readonly string[]): void {
  for (const [id, episode] of Object.entries(draft.episodes)) {
    const isHeld = episode.incident !== undefined && incidents.includes(episode.incident);
    // Where nothing is to be asked, the incident is being told already.
    if (isHeld && onlyAsks(episode)) draft.episodes[id] = { ...episode, askAt: episode.lastAt };
  }
}

// It fires, and nobody has that incident any more. Another level begins another incident at once;
// that it only fires on, when whoever ended the incident has had peace for `again-after`. One that
// flaps, and has ended, begins nothing.
function afterIncident(known: Episode, since: Instant | undefined, now: Instant): Episode {
  if (known.endsAt !== undefined) return known;
  const { incident, askAt, details, ...rest } = known;
  const dueAt = askAt === undefined || since === undefined ? now : since + againAfterMs(known);
  if (dueAt > now) return { ...rest, ...given({ incident }), askAt: dueAt };
  return { ...rest, ...given({ details }), untold: true };
}

// What reached nobody is told with what comes next, a day later at the latest.
function notified(draft: IntakeState, { notice }: Effect<'notify'>, outcome: IntakeOutcome, now: Instant): void {
  if (outcome.type === 'notified' && outcome.deliveries.length > 0) {
    const sent = { notice, deliveries: outcome.deliveries.slice(0, mostDeliveries) };
    draft.notices = [...(draft.notices ?? []), sent].slice(-mostNotices);
    return;
  }
  const { tellAt = 0 } = draft;
  tallyAgain(draft, notice.tally, tellAt > now ? tellAt : now + dayMs);
}
/** How many lines the inbox shows, and how many deliveries of each. */
const mostNotices = 5;
const mostDeliveries = 50;
