/**
 * Owns what the alerts of monitoring tools do to an incident: it keeps them, is raised by a worse
 * one (R8), and takes their services (R9). What follows from the end of the last one is in
 * alerts-over.ts. Who places an alert in which incident is decided in alerts/intake.ts.
 */
import { takesMerges } from './merge';
import { mergedRefusal } from './engine';
import { added, fires, isLater, isNotOver, isUnkept, type Added, type Alerts } from './known-alerts';
import { alertCounts, unkeptOf } from '../state/unkept-alerts';
import { advance, react } from './reactions';
import { record } from './record';
import { listChanges } from './listed-changes';
import { pagedByRaise } from './raised';
import { draftOf, isIncident, isTerminalStatus } from '../state/draft';
import { asksAnew } from '../state/has-it';
import { restrictedTo } from '../state/restricted';
import { isWorse, levelNamed, levelsOf } from '../state/severity';
import { stateLimit, stateSize } from '../state/state-size';
import { involving } from '../deadlines/teams';
import type { AlertReport, Incident, Instant, KnownAlert, ProcessState, Refusal, Refused, Severity } from '../model';
import { given } from '../../given';

/** How many alerts a line of the timeline names. */
const named = 10;

/**
 * Why this process does not take the report; undefined when it does. What an incident knows it is
 * told of until its end, so that nothing stands there as firing that has ended; once it is
 * resolved, of ends alone. Alerts that begin go to an incident that is open, real, and seen by
 * whoever is woken for them (R37).
 */
function alertsRefusal(state: ProcessState, report: AlertReport): Refusal | undefined {
  const { id, lifecycle, drill } = state;
  const { status } = lifecycle;
  if (lifecycle.status === 'merged') return mergedRefusal(id, lifecycle.into);
  if (!isIncident(state)) return noIncident;
  if (isTerminalStatus(status)) return refusal('closed', `${id} is ${status}; it takes no more alerts`);
  // What fires, also what it knows: nobody would hear of it there.
  if (!takesMerges(status) && ((report.further ?? 0) > 0 || report.alerts.some(fires)))
    return refusal('closed', `${id} is ${status}; it takes no alerts that fire`);
  if (report.asks || !beginsSomething(state, report)) return undefined;
  if (drill) return refusal('drill', `${id} is a drill; it takes no real alerts`);
  if (state.alerts?.gathered && !report.gathered)
    return refusal('of-a-group', `${id} is of the alerts of a group; it takes no others`);
  // One that began with alerts under a restricted template is theirs.
  if (restrictedTo(state) !== undefined && state.alerts?.opened !== true)
    return refusal('restricted', `${id} is restricted; it takes no new alerts`);
  return undefined;
}
const refusal = (reason: string, message: string): Refusal => ({ kind: 'refused', reason, message });
const noIncident: Refusal = { kind: 'invalid', reason: 'not-for-kind', message: 'only an incident takes alerts' };

function beginsSomething({ alerts }: Incident, { alerts: reported, further = 0 }: AlertReport): boolean {
  const known = new Map(alerts?.known.map((alert) => [alert.id, alert]));
  const unkept = unkeptOf(alerts);
  const isNew = (alert: KnownAlert) => isLater(alert, known.get(alert.id)) && !isUnkept(unkept, alert);
  return further > 0 || reported.some((alert) => fires(alert) && isNew(alert));
}

/**
 * Takes a report of the intake, or says why not. A report changes nothing the second time, also
 * when the incident has ended since: the answer to its first time may have been lost.
 */
export function reportAlerts(
  state: ProcessState,
  report: AlertReport,
  now: Instant,
): { readonly ok: true; readonly state: ProcessState } | Refused {
  if (isIncident(state) && state.alerts?.told.includes(report.key)) return { ok: true, state };
  const before = alertsRefusal(state, report);
  if (before) return { ok: false, refusal: before };
  const at = Math.max(now, state.lastInputAt);
  const draft = draftOf(state);
  advance(draft, at);
  // The time that passed may have ended the incident.
  const over = alertsRefusal(draft, report);
  if (over || !isIncident(draft)) return { ok: false, refusal: over ?? noIncident };
  draft.lastInputAt = at;
  noteAlerts(draft, report, at);
  react(draft, at);
  return { ok: true, state: draft };
}

/** What an incident knows that begins with the alerts of `report`, before anything is recorded. */
export function firstAlerts(report: AlertReport): Alerts {
  const { alerts } = added(undefined, report, report.resolveAfterMs);
  return { ...alerts, opened: true, ...given({ gathered: report.gathered }) };
}

/** Records that the incident has begun with the alerts of `report`. */
export function openWithAlerts(draft: Incident, report: AlertReport, at: Instant): void {
  const first = added(undefined, report, report.resolveAfterMs);
  follow(draft, report, { ...first, alerts: firstAlerts(report) }, false, at);
}

/** Writes the alerts of `report` down at `at`, with what follows at once from them. */
function noteAlerts(draft: Incident, report: AlertReport, at: Instant): void {
  const before = draft.alerts;
  follow(
    draft,
    report,
    added(before, withoutUnknown(report, before), report.resolveAfterMs),
    before?.overAt !== undefined,
    at,
  );
}

// What an incident has no room for is counted once.
function withoutUnknown(report: AlertReport, before: Alerts | undefined): AlertReport {
  if (!report.asks) return report;
  const known = new Set(before?.known.map(({ id }) => id));
  return { ...report, alerts: report.alerts.filter(({ id }) => known.has(id)) };
}

// `wasOver`: all had ended before.
function follow(
  draft: Incident,
  report: AlertReport,
  { alerts, began, ended }: Added,
  wasOver: boolean,
  at: Instant,
): void {
  draft.alerts = alerts;
  const by = report.alerts.at(-1)?.source ?? 'muster';
  const { firing } = alertCounts(alerts);
  const isOpen = takesMerges(draft.lifecycle.status);
  // What only fell silent may not end the incident: nobody has said that it is over.
  const isOver = firing === 0 && alerts.further === 0 && !alerts.known.some(isNotOver);
  if (isOver && isOpen && (ended.length > 0 || wasOver))
    draft.alerts = { ...alerts, overAt: lastEnd([...alerts.known, ...ended], at) };
  // At its limit a process takes what is true, and writes no more lines about it.
  const isFull = stateSize({ ...draft, outbox: [] }) > stateLimit;
  if (!isFull && (began.length + ended.length > 0 || (report.further ?? 0) > 0))
    record(
      draft,
      at,
      {
        type: 'alerts-reported',
        began: began.slice(0, named).map(({ id, title, flaps }) => ({ id, title, ...given({ flaps }) })),
        ended: ended.slice(0, named).map(({ id, title }) => ({ id, title })),
        firing,
        ...given({
          more: Math.max(began.length, ended.length) > named ? began.length + ended.length : undefined,
          further: alerts.further > 0 ? alerts.further : undefined,
        }),
      },
      by,
    );
  if (!isOpen) return;
  raise(draft, report, began, at, by);
  affect(draft, report, at, by);
}

function lastEnd(known: readonly KnownAlert[], at: Instant): Instant {
  return known.reduce((last, { endedAt = at }) => Math.max(last, Math.min(endedAt, at)), 0);
}

// R8.
function raise(draft: Incident, { levels }: AlertReport, began: readonly KnownAlert[], at: Instant, by: string): void {
  const worst = worstOf(draft, levels);
  if (worst === undefined || !isWorse(draft.policy, worst, draft.severity)) return;
  const title = began[0]?.title;
  record(
    draft,
    at,
    {
      type: 'severity-changed',
      from: draft.severity,
      to: worst,
      reason: title === undefined ? 'an alert became worse' : `alert: ${title}`,
      ...(asksAnew(draft, worst) ? { asksAnew: true as const } : {}),
      ...pagedByRaise(draft, worst),
    },
    by,
  );
}

/** The worst of `levels` that the template of the incident has. */
function worstOf({ policy }: Incident, levels: readonly Severity[]): Severity | undefined {
  return levels
    .flatMap((level) => levelNamed(levelsOf(policy), level) ?? [])
    .reduce<Severity | undefined>(
      (worst, level) => (worst && !isWorse(policy, level, worst) ? worst : level),
      undefined,
    );
}

// R9, R21.
function affect(draft: Incident, { services, teams, recent }: AlertReport, at: Instant, by: string): void {
  const added = services.filter((service) => !draft.services.includes(service));
  if (added.length === 0) return;
  const of = teams?.of ?? {};
  const all = [...draft.services, ...added];
  record(draft, at, { type: 'impact-recorded', services: all, added, ...given({ teams: teams?.of }) }, by);
  for (const event of involving(draft, added, of)) record(draft, at, event, by);
  listChanges(draft, recent, draft.recent, at);
}
