/**
 * Owns which alerts an incident keeps: what a report, or a merged incident, adds to those that are
 * known, and what makes room when there are too many. Draws no consequence (reported-alerts.ts).
 */
import type { Incident, Instant, KnownAlert } from '../model';
import { cutUnkept, remember, unkeptNumber, unkeptOf, writtenUnkept, type Unkept } from '../state/unkept-alerts';
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
  report: {
    readonly key?: string;
    readonly alerts: readonly KnownAlert[];
    readonly further?: number;
    readonly unkept?: Alerts['unkept'];
  },
  resolveAfterMs: number,
): Added {
  const known = new Map((before?.known ?? []).map((alert) => [alert.id, alert]));
  const began: KnownAlert[] = [];
  const ended: KnownAlert[] = [];
  const unkept = unkeptOf(before);
  join(unkept, unkeptOf(report), known);
  for (const alert of report.alerts) {
    const old = known.get(alert.id);
    if (old === undefined && isUnkept(unkept, alert)) {
      if (endsUnkept(unkept, alert)) {
        remember(unkept, alert);
        ended.push(alert);
      }
      continue;
    }
    forget(unkept, alert);
    if (!isNews(alert, old)) continue;
    known.set(alert.id, { ...linksOf(old), ...alert });
    const isNew = isLater(alert, old);
    if (isNew) began.push(alert);
    if (!isNotOver(alert) && (old === undefined || isNew || isNotOver(old))) ended.push(alert);
  }
  const fitting = fitted([...known.values()]);
  for (const alert of fitting.left) remember(unkept, alert);
  const cut = cutUnkept(unkept);
  const past = (before?.past ?? 0) + cut.past;
  const { overAt: _, unkept: __, ...rest } = before ?? { told: [] };
  const alerts: Alerts = {
    ...rest,
    known: fitting.kept,
    further: (before?.further ?? 0) + (report.further ?? 0) + cut.further,
    resolveAfterMs,
    told: [...rest.told, ...(report.key === undefined ? [] : [report.key])].slice(-rememberedReports),
    ...given({ past: past === 0 ? undefined : past, unkept: writtenUnkept(unkept) }),
  };
  return { alerts, began, ended };
}

/** Whether the alert is not kept, and of no episode that begins anew. */
export function isUnkept({ firing, ended }: Unkept, alert: KnownAlert): boolean {
  const number = unkeptNumber(alert);
  const [fired, over] = [firing.get(number), ended.get(number)];
  if (fired !== undefined) return !fires(alert) || alert.episode === fired;
  return over !== undefined && (alert.episode === over || (!fires(alert) && alert.episode < over));
}

// An end of an earlier episode comes too late, and a silence is no end.
function endsUnkept({ firing }: Unkept, alert: KnownAlert): boolean {
  return !isNotOver(alert) && alert.episode >= (firing.get(unkeptNumber(alert)) ?? Infinity);
}

function forget({ firing, ended }: Unkept, alert: KnownAlert): void {
  if (firing.size + ended.size === 0) return;
  const number = unkeptNumber(alert);
  firing.delete(number);
  ended.delete(number);
}

// Those of a merged incident which this one does not know.
function join(unkept: Unkept, other: Unkept, known: ReadonlyMap<string, KnownAlert>): void {
  if (other.firing.size + other.ended.size === 0) return;
  const here = new Set([...[...known.values()].map(unkeptNumber), ...unkept.firing.keys(), ...unkept.ended.keys()]);
  for (const [number, episode] of other.firing) if (!here.has(number)) unkept.firing.set(number, episode);
  for (const [number, episode] of other.ended) if (!here.has(number)) unkept.ended.set(number, episode);
}

// The links of an alert come once, with its first report.
const linksOf = (old: KnownAlert | undefined) => given({ links: old?.links, runbook: old?.runbook });

function fitted(known: readonly KnownAlert[]): { kept: KnownAlert[]; left: KnownAlert[] } {
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
  if (!isTooMuch()) return { kept, left: [] };
  const left: KnownAlert[] = [];
  for (const ended of known.filter((one) => !isNotOver(one)).sort((a, b) => endOf(a) - endOf(b))) {
    if (!isTooMuch()) break;
    kept = kept.filter((one) => one !== ended);
    size -= sizeOf(ended);
    left.push(ended);
  }
  if (size > alertsLimit) {
    // One runbook is worth more than five links.
    kept = kept.map(({ links: _, ...alert }) => alert);
    size = total(kept);
  }
  while (isTooMuch()) {
    const last = kept.pop()!;
    size -= sizeOf(last);
    left.push(last);
  }
  return { kept, left };
}
const endOf = ({ endedAt, lastAt }: KnownAlert): Instant => endedAt ?? lastAt;
