/**
 * Owns what the intake tells incidents: which alerts one report names, and at which level. Pure.
 */
import { fires, flaps, levelOf, onlyAsks } from './episode';
import type {
  AlertReport,
  Episode,
  Further,
  Instant,
  IntakeEffect,
  IntakeState,
  KnownAlert,
  Lead,
  Leading,
} from '../model';
import { assertNever } from '../model/assert-never';
import { bytesOf } from '../text/bytes';
import { given } from '../../given';

/**
 * How large the alerts of one report are, in bytes of JSON. The next report follows when the
 * incident has taken this one.
 */
const reportLimit = 48 * 1024;

/** The first of `ids` that one report carries, at least one; the others follow in the next. */
export function fitting(draft: IntakeState, ids: readonly string[], at: Instant): readonly string[] {
  let size = 0;
  const end = ids.findIndex((id, index) => {
    size += bytesOf(knownAlert(id, draft.episodes[id]!, at));
    return index > 0 && size > reportLimit;
  });
  return end === -1 ? ids : ids.slice(0, end);
}

/** The alerts that an effect tells of. */
export function alertsOfReport(effect: IntakeEffect): readonly KnownAlert[] {
  switch (effect.type) {
    case 'place':
      return effect.request.report.alerts;
    case 'tell':
      return effect.report.alerts;
    case 'answer':
    case 'notify':
      return [];
    default:
      return assertNever(effect);
  }
}

/**
 * A report that places alerts: what has ended before anybody heard of it did fire, at its level.
 */
export function placing(
  draft: IntakeState,
  key: string,
  ids: readonly string[],
  further: Further | undefined,
  resolveAfterMs: number,
  at: Instant,
): AlertReport {
  const episodes = ids.map((id) => draft.episodes[id]!);
  const levels = [...episodes.map(levelOf), ...(further?.levels ?? [])];
  const services = [...episodes.map(({ lead }) => lead?.service), further?.ruling.service];
  return {
    ...reportOf(draft, key, ids, levels, services, resolveAfterMs, at),
    ...given({
      further: further?.count,
      gathered: anyGathered([...episodes.map(({ lead }) => lead), further?.ruling]),
    }),
  };
}

/** A report to the incident that has the alerts. */
export function telling(
  draft: IntakeState,
  key: string,
  ids: readonly string[],
  resolveAfterMs: number,
  at: Instant,
): AlertReport {
  const episodes = ids.map((id) => draft.episodes[id]!);
  const asks = episodes.every(onlyAsks);
  // Who lowered the level of the incident, or took a service from it, knew of these alerts.
  const levels = asks ? [] : episodes.filter(fires).map(levelOf);
  const services = asks ? [] : episodes.map(({ lead }) => lead?.service);
  const gathered = anyGathered(episodes.map(({ lead }) => lead));
  const report = { ...reportOf(draft, key, ids, levels, services, resolveAfterMs, at), ...given({ gathered }) };
  return asks ? { ...report, asks } : report;
}

// Alerts of one report are of one group, or of none.
function anyGathered(leads: readonly (Lead | Leading | undefined)[]): true | undefined {
  return leads.some((lead) => lead?.do === 'open' && lead.gather !== undefined) || undefined;
}

function reportOf(
  draft: IntakeState,
  key: string,
  ids: readonly string[],
  levels: readonly (string | undefined)[],
  services: readonly (string | undefined)[],
  resolveAfterMs: number,
  at: Instant,
): AlertReport {
  const named = (words: readonly (string | undefined)[]) => [...new Set(words.filter((word) => word !== undefined))];
  return {
    key,
    at,
    alerts: ids.map((id) => knownAlert(id, draft.episodes[id]!, at)),
    levels: named(levels),
    services: named(services),
    resolveAfterMs,
  };
}

// The alert as an incident keeps it.
function knownAlert(id: string, episode: Episode, at: Instant): KnownAlert {
  const {
    number,
    source,
    title,
    severity,
    lead,
    firstAt,
    lastAt,
    endedAt,
    fellSilent,
    details,
    count: times,
  } = episode;
  return {
    id,
    episode: number,
    source,
    title,
    state: fires(episode) ? 'firing' : 'resolved',
    firstAt,
    lastAt,
    count: times,
    ...given({
      severity,
      service: lead?.service,
      endedAt,
      fellSilent,
      flaps: flaps(episode, at) ? (true as const) : undefined,
      links: details?.links,
      runbook: details?.runbook,
    }),
  };
}
