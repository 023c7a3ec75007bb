/**
 * Owns what one alert does to the episodes of the intake: begins one, is counted, ends one, comes
 * too late. Pure; changes the draft that it is given. The rows of the table in docs/alerts.md stand
 * here, one function each.
 */
import type { Episode, Instant, IntakeState, Leading, RuledAlert } from '../model';
import { given } from '../../given';

/** How many identities the intake tells apart. More are placed, counted, and then forgotten. */
export const mostEpisodes = 4_000;
/** The texts of an episode, which the intake keeps for a day. */
const longestTitle = 120;

/** Who an alert is. */
export function alertId({ source, key }: Pick<RuledAlert, 'source' | 'key'>): string {
  return `${source}/${key}`;
}

/** Whether the alert fires. One that flaps fires until it is quiet. */
export const fires = ({ endedAt }: Episode): boolean => endedAt === undefined;

/**
 * What an alert that fires does. Answers the id when it is to be placed now, or told anew to the
 * incident that has it.
 */
export function fire(draft: IntakeState, alert: RuledAlert, ruling: Leading, at: Instant): boolean {
  const id = alertId(alert);
  const known = draft.episodes[id];
  if (known !== undefined && fires(known)) return repeat(draft, id, known, ruling, at);
  if (known !== undefined && isOld(alert, known)) {
    count(draft, alert.source, 'late');
    return false;
  }
  begin(draft, id, known, alert, ruling, at);
  return draft.episodes[id]!.heldUntil === undefined;
}

// The sender says so again. A flapping alert that fires again has not ended. The level may have
// changed, which the incident judges.
function repeat(draft: IntakeState, id: string, known: Episode, ruling: Leading, at: Instant): boolean {
  const { endsAt, ...rest } = known;
  draft.episodes[id] = {
    ...rest,
    count: known.count + 1,
    lastAt: Math.max(known.lastAt, at),
    level: ruling.severity,
    ...(endsAt === undefined ? {} : { begun: [...known.begun, at] }),
  };
  return known.level !== ruling.severity && known.heldUntil === undefined;
}

/**
 * Whether a firing alert is older than the end that is known: the sender's own clock says that it
 * began no later than the episode that has ended. Compared in whole seconds, because senders round
 * one of the two (Alertmanager 0.35 does).
 */
function isOld({ startsAt }: RuledAlert, ended: Episode): boolean {
  if (startsAt === undefined || ended.startsAt === undefined) return false;
  return Math.floor(startsAt / 1_000) <= Math.floor(ended.startsAt / 1_000);
}

function begin(
  draft: IntakeState,
  id: string,
  before: Episode | undefined,
  alert: RuledAlert,
  ruling: Leading,
  at: Instant,
): void {
  const isBeyond = before === undefined && Object.keys(draft.episodes).length >= mostEpisodes;
  if (isBeyond) count(draft, alert.source, 'further');
  const waitMs = ruling.do === 'open' ? ruling.waitMs : undefined;
  const since = at - (ruling.flapping?.withinMs ?? 0);
  draft.episodes[id] = {
    source: alert.source,
    key: alert.key,
    number: (before?.number ?? 0) + 1,
    title: alert.title.slice(0, longestTitle),
    firstAt: at,
    lastAt: at,
    count: 1,
    begun: [...(before?.begun ?? []).filter((begun) => begun > since), at],
    level: ruling.severity,
    ruling,
    details: { links: alert.links, ...given({ runbook: alert.runbook }) },
    ...given({
      severity: alert.severity,
      service: ruling.service,
      group: alert.group,
      startsAt: alert.startsAt,
      heldUntil: waitMs === undefined ? undefined : at + waitMs,
      further: isBeyond ? (true as const) : undefined,
    }),
  };
}

/**
 * What the end of an alert does. True when its incident has to be told. An end of which no
 * beginning is known is remembered, so that the beginning, when it comes late, wakes nobody.
 */
export function end(draft: IntakeState, alert: RuledAlert, at: Instant): boolean {
  const id = alertId(alert);
  const known = draft.episodes[id];
  if (known === undefined) {
    if (Object.keys(draft.episodes).length < mostEpisodes) draft.episodes[id] = unheard(alert, at);
    return false;
  }
  if (!fires(known)) return false;
  // An end from before the beginning that is known belongs to an earlier episode.
  if (alert.endsAt !== undefined && known.startsAt !== undefined && alert.endsAt < known.startsAt) {
    count(draft, alert.source, 'late');
    return false;
  }
  if (flaps(known, at)) {
    draft.episodes[id] = { ...known, endsAt: at + known.ruling!.flapping!.withinMs };
    return known.endsAt === undefined;
  }
  return endNow(draft, id, at);
}

/** Ends the episode. True when its incident has to be told. */
export function endNow(draft: IntakeState, id: string, at: Instant): boolean {
  const { endsAt: _, heldUntil, ...rest } = draft.episodes[id]!;
  draft.episodes[id] = { ...rest, endedAt: at, lastAt: Math.max(rest.lastAt, at) };
  return heldUntil === undefined;
}

/** Whether the alert has begun so often lately that its end is not believed at once. */
export function flaps({ ruling, begun }: Episode, at: Instant): boolean {
  const flapping = ruling?.flapping;
  if (flapping === undefined) return false;
  return begun.filter((one) => one > at - flapping.withinMs).length >= flapping.times;
}

function unheard({ source, key, title, startsAt, group }: RuledAlert, at: Instant): Episode {
  return {
    source,
    key,
    number: 0,
    title: title.slice(0, longestTitle),
    firstAt: at,
    lastAt: at,
    count: 1,
    begun: [],
    endedAt: at,
    ...given({ startsAt, group }),
  };
}

type Counted = 'late' | 'further' | 'unmatched' | 'ignored' | 'alerts' | 'requests' | 'pages' | 'answers';
/** Counts for a source. */
export function count(draft: IntakeState, source: string, what: Counted, by = 1): void {
  const seen = draft.sources[source];
  if (seen) draft.sources[source] = { ...seen, [what]: (seen[what] ?? 0) + by };
}
