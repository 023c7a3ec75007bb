/**
 * Owns what one alert does to the episodes of the intake: begins one, is counted, ends one, comes
 * too late. Pure; changes the draft that it is given. The rows of the table in docs/alerts.md stand
 * here, one function each.
 */
import { againAfterMs, alertId, fires, flaps, levelOf } from './episode';
import { admit, type Room } from './room';
import { joinFurther } from './places';
import { shortHash } from '../text/short-key';
import { count } from './seen';
import type { AlertGroup, Episode, Instant, IntakeState, Lead, Leading, RuledAlert } from '../model';
import { minuteMs } from '../time/instants';
import { given } from '../../given';

/** The texts of an episode, which the intake keeps for a day. */
const longestTitle = 120;
/** A beginning that lies further ahead is a fault of the sender's clock, and says nothing. */
const mostAheadMs = 10 * minuteMs;

/** What an alert that fires does. */
export function fire(draft: IntakeState, said: RuledAlert, ruling: Leading, at: Instant, room: Room): void {
  const alert = withoutFuture(said, at);
  const id = alertId(alert);
  const known = heardBefore(draft.episodes[id], at);
  if (known === undefined) return begin(draft, id, undefined, alert, ruling, at, room);
  // A flapping alert that has ended fires still, until it is quiet.
  if (fires(known) && (known.endsAt === undefined || !isOld(alert, known)))
    return repeat(draft, id, known, alert, ruling, at, room);
  if (isOld(alert, known)) return count(draft, alert.source, 'late');
  begin(draft, id, known, alert, ruling, at, room);
}

// The sender says so again. A flapping alert that fires again has not ended. The sender's word for
// the level may have changed, and the level too, which the incident judges; what is older than what
// is known has nothing to say of either.
// From time to time a repeat asks whether the incident is still open.
function repeat(
  draft: IntakeState,
  id: string,
  known: Episode,
  alert: RuledAlert,
  ruling: Leading,
  at: Instant,
  room: Room,
): void {
  const { endsAt, level: _, askAt, severity, ...rest } = known;
  const { startsAt } = alert;
  const isOlder = startsAt !== undefined && known.startsAt !== undefined && startsAt < known.startsAt;
  const level = isOlder ? levelOf(known) : ruling.severity;
  const isNews = level !== levelOf(known) && known.heldUntil === undefined;
  const asks = !isOlder && !isNews && !known.untold && askAt !== undefined && at >= askAt;
  const repeated: Episode = {
    ...rest,
    count: known.count + 1,
    lastAt: Math.max(known.lastAt, at),
    ...given({
      startsAt: latest(known.startsAt, startsAt),
      severity: isOlder ? severity : alert.severity,
      level: level === known.lead?.severity ? undefined : level,
      begun: endsAt === undefined ? known.begun : lately(known, ruling, at),
      untold: isNews || asks ? (true as const) : known.untold,
      askAt: isNews ? undefined : asks ? at + againAfterMs(known) : askAt,
      // Another incident may begin with it.
      details: isNews || asks ? detailsOf(alert, ruling, known.title) : known.details,
    }),
  };
  if (isNews || asks) admit(draft, room, id, repeated, at);
  else draft.episodes[id] = repeated;
}

/**
 * Whether a firing alert is older than the end that is known: the sender's own clock says that it
 * began no later than the episode that has ended. Compared in whole seconds, because senders round
 * one of the two (Alertmanager 0.35 does).
 */
function isOld({ startsAt }: RuledAlert, ended: Episode): boolean {
  if (startsAt === undefined || ended.startsAt === undefined) return false;
  // Its sender never said that what fell silent has ended, and may go on with the same beginning.
  if (ended.fellSilent) return second(startsAt) < second(ended.startsAt);
  return second(startsAt) <= second(ended.startsAt);
}

// A request may wait for a worker, and come when the alert has counted as silent already; it was
// heard before that.
function heardBefore(known: Episode | undefined, at: Instant): Episode | undefined {
  if (!known?.fellSilent || at >= known.endedAt!) return known;
  const { endedAt: _, fellSilent: __, ...rest } = known;
  return rest;
}
const second = (at: Instant): number => Math.floor(at / 1_000);

function latest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function withoutFuture(alert: RuledAlert, at: Instant): RuledAlert {
  const { startsAt, ...rest } = alert;
  return startsAt === undefined || startsAt <= at + mostAheadMs ? alert : rest;
}

function begin(
  draft: IntakeState,
  id: string,
  before: Episode | undefined,
  alert: RuledAlert,
  ruling: Leading,
  at: Instant,
  room: Room,
): void {
  const waitMs = ruling.do === 'open' ? ruling.waitMs : undefined;
  const title = alert.title.slice(0, longestTitle);
  const episode: Episode = {
    source: alert.source,
    number: (before?.number ?? 0) + 1,
    title,
    firstAt: at,
    lastAt: at,
    count: 1,
    lead: leadOf(ruling),
    ...given({
      details: detailsOf(alert, ruling, title),
      begun: lately(before, ruling, at),
      severity: alert.severity,
      group: alert.group === undefined ? undefined : shortHash(alert.group),
      startsAt: alert.startsAt,
      heldUntil: waitMs === undefined ? undefined : at + waitMs,
      untold: waitMs === undefined ? (true as const) : undefined,
    }),
  };
  if (admit(draft, room, id, episode, at)) return;
  count(draft, alert.source, 'further');
  joinFurther(draft, alert.source, ruling);
}

function leadOf(ruling: Leading): Lead {
  if (ruling.do === 'join') return ruling;
  const { title: _, waitMs: __, ...lead } = ruling;
  return lead;
}

function detailsOf({ links, runbook }: RuledAlert, ruling: Leading, title: string): Episode['details'] {
  const details = given({
    links: links.length === 0 ? undefined : links,
    runbook,
    incidentTitle: ruling.do === 'open' && ruling.title !== title ? ruling.title : undefined,
  });
  return Object.keys(details).length === 0 ? undefined : details;
}

function lately(before: Episode | undefined, { flapping }: Leading, at: Instant): readonly Instant[] | undefined {
  if (flapping === undefined) return undefined;
  const since = at - flapping.withinMs;
  return [...(before?.begun ?? []).filter((begun) => begun > since), at].slice(-flapping.times);
}

/**
 * What the end of an alert does. An end of which no beginning is known is remembered, so that the
 * beginning, when it comes late, wakes nobody.
 */
export function end(draft: IntakeState, said: RuledAlert, at: Instant, room: Room): void {
  const alert = withoutFuture(said, at);
  const id = alertId(alert);
  const known = draft.episodes[id];
  if (known === undefined) return void admit(draft, room, id, unheard(alert, at), at);
  const startsAt = latest(known.startsAt, alert.startsAt) ?? alert.endsAt;
  // The end of a later episode, whose beginning has not come yet.
  if (!fires(known) && !known.fellSilent) return void (draft.episodes[id] = { ...known, ...given({ startsAt }) });
  // An end from before the beginning that is known belongs to an earlier episode.
  const endsAt = alert.endsAt ?? alert.startsAt;
  if (endsAt !== undefined && known.startsAt !== undefined && second(endsAt) < second(known.startsAt))
    return count(draft, alert.source, 'late');
  draft.episodes[id] = { ...known, ...given({ startsAt }) };
  endKnown(draft, id, at);
}

/** A group that says that it is over ends all its alerts, also those that were left out. */
export function endGroup(draft: IntakeState, source: string, { group, endsAt }: AlertGroup, at: Instant): void {
  const hash = shortHash(group);
  for (const [id, episode] of Object.entries(draft.episodes)) {
    if (episode.source !== source || episode.group !== hash || (!fires(episode) && !episode.fellSilent)) continue;
    // What began after the last end in the message: the message came late.
    const isNewer = endsAt !== undefined && episode.startsAt !== undefined && second(endsAt) < second(episode.startsAt);
    if (!isNewer) endKnown(draft, id, at);
  }
}

// The end of an alert that flaps is not believed at once.
function endKnown(draft: IntakeState, id: string, at: Instant): void {
  const known = draft.episodes[id]!;
  if (!flaps(known, at) || known.fellSilent) return endNow(draft, id, at);
  const isFirst = known.endsAt === undefined && known.heldUntil === undefined;
  const endsAt = at + known.lead!.flapping!.withinMs;
  draft.episodes[id] = { ...known, endsAt, ...given({ untold: isFirst ? (true as const) : known.untold }) };
}

/** Ends the episode. Its incident has to be told, unless nobody has heard of it yet. */
export function endNow(draft: IntakeState, id: string, at: Instant): void {
  const { endsAt: _, fellSilent: __, heldUntil, ...rest } = draft.episodes[id]!;
  draft.episodes[id] = {
    ...rest,
    endedAt: at,
    lastAt: Math.max(rest.lastAt, at),
    ...given({ untold: heldUntil === undefined ? (true as const) : undefined }),
  };
}

/** Ends an episode that its sender has not said again. Its incident does not end with it. */
export function fallSilent(draft: IntakeState, id: string, at: Instant): void {
  draft.episodes[id] = { ...draft.episodes[id]!, endedAt: at, fellSilent: true, untold: true };
}

/** The alert has fired for as long as its rule asks. */
export function release(draft: IntakeState, id: string): void {
  const { heldUntil: _, ...rest } = draft.episodes[id]!;
  draft.episodes[id] = { ...rest, untold: true };
}

function unheard({ source, title, startsAt, endsAt }: RuledAlert, at: Instant): Episode {
  return {
    source,
    number: 0,
    title: title.slice(0, longestTitle),
    firstAt: at,
    lastAt: at,
    count: 1,
    endedAt: at,
    ...given({ startsAt: startsAt ?? endsAt }),
  };
}
