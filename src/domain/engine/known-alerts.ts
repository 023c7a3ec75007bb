/**
 * Owns which alerts an incident keeps: what a report, or a merged incident, adds to those that are
 * known, and what makes room when there are too many. Draws no consequence (reported-alerts.ts).
 */
import type { Incident, Instant, KnownAlert } from '../model';
import { given } from '../../given';

/** How many alerts an incident keeps; of more it keeps the number. */
export const mostAlerts = 500;
/** How large these may be, in UTF-16 units of JSON, beside the limit of the state. */
const alertsLimit = 160 * 1024;
/** Reports whose keys are remembered: more are never under way. */
const rememberedReports = 50;

export type Alerts = NonNullable<Incident['alerts']>;

export const fires = ({ state }: KnownAlert): boolean => state === 'firing';
/** Whether nobody has said that the alert is over: it fires, or fell silent. */
export const isNotOver = ({ state, fellSilent }: KnownAlert): boolean => state === 'firing' || fellSilent === true;

/**
 * Whether `alert` is of a later episode than the `known` one. The intake counts the episodes of an
 * identity anew when it has forgotten those before, so what begins after all that is known is later
 * too.
 */
export function isLater(alert: KnownAlert, known: KnownAlert | undefined): boolean {
  return known === undefined || alert.episode > known.episode || alert.firstAt > known.lastAt;
}

// Whether `alert` says something that an incident with `known` does not know.
function isNews(alert: KnownAlert, known: KnownAlert | undefined): boolean {
  if (known === undefined || isLater(alert, known)) return true;
  if (alert.episode !== known.episode) return false;
  if (alert.state !== known.state) return alert.state === 'resolved';
  if (known.fellSilent && !alert.fellSilent) return true;
  return alert.count > known.count || (alert.flaps ?? false) !== (known.flaps ?? false);
}

export interface Added {
  readonly alerts: Alerts;
  /** New ones, and new episodes of known ones; those that are counted only stand here too. */
  readonly began: readonly KnownAlert[];
  readonly ended: readonly KnownAlert[];
}

/**
 * The alerts of an incident with those of a report. Of what is beyond the limits, the end of the
 * earliest makes room first; alerts that fire are then counted only.
 */
export function added(
  before: Alerts | undefined,
  report: { readonly key?: string; readonly alerts: readonly KnownAlert[]; readonly further?: number },
  resolveAfterMs: number,
): Added {
  const known = new Map((before?.known ?? []).map((alert) => [alert.id, alert]));
  const began: KnownAlert[] = [];
  const ended: KnownAlert[] = [];
  for (const alert of report.alerts) {
    const old = known.get(alert.id);
    if (!isNews(alert, old)) continue;
    known.set(alert.id, { ...linksOf(old), ...alert });
    const isNew = isLater(alert, old);
    if (isNew) began.push(alert);
    if (!isNotOver(alert) && (old === undefined || isNew || isNotOver(old))) ended.push(alert);
  }
  const fitting = fitted([...known.values()]);
  const past = (before?.past ?? 0) + fitting.past;
  const { overAt: _, ...rest } = before ?? { told: [] };
  const alerts: Alerts = {
    ...rest,
    known: fitting.kept,
    further: (before?.further ?? 0) + (report.further ?? 0) + fitting.further,
    resolveAfterMs,
    told: [...rest.told, ...(report.key === undefined ? [] : [report.key])].slice(-rememberedReports),
    ...given({ past: past === 0 ? undefined : past }),
  };
  return { alerts, began, ended };
}

// The links of an alert come once, with its first report.
const linksOf = (old: KnownAlert | undefined) => given({ links: old?.links, runbook: old?.runbook });

function fitted(known: readonly KnownAlert[]): { kept: KnownAlert[]; past: number; further: number } {
  const sizes = new Map<KnownAlert, number>();
  const sizeOf = (alert: KnownAlert): number => {
    const size = sizes.get(alert) ?? JSON.stringify(alert).length + 1;
    sizes.set(alert, size);
    return size;
  };
  const total = (alerts: readonly KnownAlert[]) => alerts.reduce((sum, alert) => sum + sizeOf(alert), 0);
  let kept = [...known];
  const isTooMuch = () => kept.length > mostAlerts || size > alertsLimit;
  let size = total(kept);
  if (!isTooMuch()) return { kept, past: 0, further: 0 };
  let past = 0;
  for (const ended of known.filter((one) => !isNotOver(one)).sort((a, b) => endOf(a) - endOf(b))) {
    if (!isTooMuch()) break;
    kept = kept.filter((one) => one !== ended);
    size -= sizeOf(ended);
    past += 1;
  }
  if (size > alertsLimit) {
    // One runbook is worth more than five links.
    kept = kept.map(({ links: _, ...alert }) => alert);
    size = total(kept);
  }
  let further = 0;
  while (isTooMuch()) {
    size -= sizeOf(kept.pop()!);
    further += 1;
  }
  return { kept, past, further };
}
const endOf = ({ endedAt, lastAt }: KnownAlert): Instant => endedAt ?? lastAt;
