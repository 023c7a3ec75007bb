/**
 * Owns the numbers of alerts in the Prometheus text format: what came from each source, what fits
 * no rule, when the last request came, and how many requests proved nothing. Counts in this
 * program. The names of sources are labels, never what a sender sent.
 */
import type { Instant } from '../../domain';

interface Heard {
  requests: number;
  alerts: number;
  unmatched: number;
  refused: number;
  lastAt?: Instant;
}

export class AlertMetrics {
  private readonly heard = new Map<string, Heard>();

  /** `sources`: all that may send, so that each has its 0 from the start. */
  constructor(sources: readonly string[]) {
    for (const source of sources) this.of(source);
  }

  /** A request of `source` was taken at `at`. */
  taken(source: string, at: Instant, { alerts, unmatched }: { readonly alerts: number; readonly unmatched: number }) {
    const heard = this.of(source);
    heard.requests += 1;
    heard.alerts += alerts;
    heard.unmatched += unmatched;
    heard.lastAt = at;
  }

  /** A request showed no right key or signature. `source`: `` when the key would have named it. */
  refused(source: string): void {
    this.of(source).refused += 1;
  }

  text(): string {
    const rows = [...this.heard];
    const sources = rows.filter(([source]) => source !== '');
    return [
      ...series('muster_alerts_received_total', 'counter', 'Alerts that were taken, by source.', sources, 'alerts'),
      ...series('muster_alert_requests_total', 'counter', 'Requests with alerts that were taken.', sources, 'requests'),
      ...series(
        'muster_alerts_unmatched_total',
        'counter',
        'Alerts that fit no rule, and what could not be read.',
        sources,
        'unmatched',
      ),
      ...series(
        'muster_alerts_refused_total',
        'counter',
        'Requests without a right key or signature; the source is empty where the key names it.',
        rows,
        'refused',
      ),
      ...series(
        'muster_alerts_last_received_timestamp_seconds',
        'gauge',
        'When the last request of a source was taken.',
        sources,
        'lastAt',
      ),
      '',
    ].join('\n');
  }

  private of(source: string): Heard {
    const known = this.heard.get(source);
    if (known) return known;
    const heard = { requests: 0, alerts: 0, unmatched: 0, refused: 0 };
    this.heard.set(source, heard);
    return heard;
  }
}

function series(
  name: string,
  type: string,
  help: string,
  rows: readonly (readonly [string, Heard])[],
  field: keyof Heard,
): string[] {
  const lines = rows.flatMap(([source, heard]) => {
    const number = heard[field];
    if (number === undefined) return [];
    return [`${name}{source="${source}"} ${field === 'lastAt' ? number / 1_000 : number}`];
  });
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}
