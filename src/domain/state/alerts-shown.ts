/**
 * Owns what readers see of the alerts of an incident: those that fire first, the latest first, then
 * those that ended last. Of very many the first are shown, and all are counted.
 */
import type { Incident, KnownAlert } from '../model';
import { alertCounts } from './unkept-alerts';
import { iso, isoIfAny } from '../time/instants';
import { given } from '../../given';

/** How many alerts a view shows. */
const mostShown = 100;
/** How many alerts a message names. */
const mostNamed = 3;

const fires = ({ state }: KnownAlert): boolean => state === 'firing';
const latest = (alert: KnownAlert): number => alert.endedAt ?? alert.firstAt;
function inOrder(known: readonly KnownAlert[]): KnownAlert[] {
  return [...known].sort((a, b) => Number(fires(b)) - Number(fires(a)) || latest(b) - latest(a));
}

/** The alerts of a view; undefined for an incident that never had any. */
export function alertsView({ alerts }: Pick<Incident, 'alerts'>) {
  if (alerts === undefined) return undefined;
  const { known, further } = alerts;
  return {
    ...alertCounts(alerts),
    /** More than are told apart: whether they fire is not known. */
    further,
    shown: inOrder(known)
      .slice(0, mostShown)
      .map(
        ({
          id,
          source,
          title,
          state,
          severity,
          service,
          firstAt,
          lastAt,
          count,
          endedAt,
          fellSilent,
          flaps,
          links,
          runbook,
        }) => ({
          id,
          source,
          title,
          state,
          ...given({ severity, service }),
          firstAt: iso(firstAt),
          lastAt: iso(lastAt),
          count,
          ...given({ endedAt: isoIfAny(endedAt), fellSilent, flaps, runbook }),
          links: (links ?? []).map((link) => ({ ...link })),
        }),
      ),
  };
}

/** What a message names of the alerts that fire; undefined when none does. */
export function alertsNamed({ alerts }: Pick<Incident, 'alerts'>) {
  const firing = inOrder(alerts?.known ?? []).filter(fires);
  const count = alerts === undefined ? 0 : alertCounts(alerts).firing;
  if (count === 0) return undefined;
  return {
    firing: count,
    named: firing.slice(0, mostNamed).map(({ title, runbook }) => ({ title, runbook: runbook ?? null })),
  };
}

/** How many alerts fire. */
export function firingAlerts({ alerts }: Pick<Incident, 'alerts'>): number {
  return alerts === undefined ? 0 : alertCounts(alerts).firing;
}
