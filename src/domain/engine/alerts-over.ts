/**
 * Owns what follows when the last alert of an incident has ended: the incident that nobody has
 * acknowledged ends by itself; else whoever has it is asked.
 */
import { allAlerts } from '../messages/news';
import { record } from './record';
import { blockingItems } from '../state/checklist';
import { isIncident, isTerminal } from '../state/draft';
import { alertCounts } from '../state/unkept-alerts';
import type { Incident, Instant, KnownAlert, ProcessState } from '../model';

/** When the end of all alerts counts; undefined while one fires, or when that is dealt with. */
export function alertsOverAt(state: ProcessState): Instant | undefined {
  if (!isIncident(state) || isTerminal(state) || state.lifecycle.status === 'resolved') return undefined;
  const { overAt, resolveAfterMs = 0 } = state.alerts ?? {};
  return overAt === undefined ? undefined : overAt + resolveAfterMs;
}

/**
 * All alerts have ended for long enough: the incident of which only alerts have spoken is resolved;
 * else whoever has it is told, and decides.
 */
export function endWithAlerts(draft: Incident, at: Instant): void {
  const { overAt: _, ...alerts } = draft.alerts!;
  draft.alerts = alerts;
  const last = alerts.known.reduce<KnownAlert | undefined>(
    (latest, one) => ((one.endedAt ?? 0) >= (latest?.endedAt ?? 0) ? one : latest),
    undefined,
  );
  const { all: count } = alertCounts(alerts);
  if (!onlyAlertsSpoke(draft)) return void record(draft, at, { type: 'alerts-over', count }, last?.source);
  const summary = `${allAlerts(count)} ended`;
  record(draft, at, { type: 'resolved', summary, open: blockingItems(draft).length }, last?.source);
}

// Somebody who declared, reopened or merged something, or has it, knows more than the alerts.
function onlyAlertsSpoke({ acknowledgedAt, alerts, timeline }: Incident): boolean {
  return (
    acknowledgedAt === undefined &&
    alerts?.opened === true &&
    !timeline.some(({ type }) => type === 'reopened' || type === 'absorbed')
  );
}
