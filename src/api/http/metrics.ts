/**
 * Owns the numbers of the API in the Prometheus text format: requests, their duration, refusals,
 * and whether the configuration is stale. No ids in labels.
 */
import type { ConfigurationHealth } from '../../contracts/configuration-view';
import type { EndedProcesses, Stuck } from '../../contracts/readiness-view';

const bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

export class ApiMetrics {
  private readonly requests = new Map<string, number>();
  private readonly refusals = new Map<string, number>();
  private readonly seconds = new Map<string, { buckets: number[]; sum: number; count: number }>();

  /** A request to `route` (the pattern, not the address) was answered after `ms`. */
  answered(method: string, route: string, status: number, ms: number): void {
    add(this.requests, `method="${method}",route="${route}",status="${status}"`);
    const series = this.seconds.get(route) ?? { buckets: bounds.map(() => 0), sum: 0, count: 0 };
    this.seconds.set(route, series);
    series.sum += ms / 1000;
    series.count += 1;
    bounds.forEach((bound, index) => {
      if (ms / 1000 <= bound) series.buckets[index]! += 1;
    });
  }

  /** A command was refused; `reason` is one of the domain's. */
  refused(command: string, reason: string): void {
    add(this.refusals, `command="${command}",reason="${reason.replace(/[^a-z-]/g, '')}"`);
  }

  text(): string {
    const lines = [
      '# HELP muster_http_requests_total Requests by route and answer.',
      '# TYPE muster_http_requests_total counter',
    ];
    for (const [labels, count] of this.requests) lines.push(`muster_http_requests_total{${labels}} ${count}`);
    lines.push(
      '# HELP muster_refusals_total Commands that were refused, by reason.',
      '# TYPE muster_refusals_total counter',
    );
    for (const [labels, count] of this.refusals) lines.push(`muster_refusals_total{${labels}} ${count}`);
    lines.push(
      '# HELP muster_http_request_seconds Time to answer, without what a long poll was asked to wait.',
      '# TYPE muster_http_request_seconds histogram',
    );
    for (const [route, { buckets, sum, count }] of this.seconds) {
      bounds.forEach((bound, index) =>
        lines.push(`muster_http_request_seconds_bucket{route="${route}",le="${bound}"} ${buckets[index]}`),
      );
      lines.push(
        `muster_http_request_seconds_bucket{route="${route}",le="+Inf"} ${count}`,
        `muster_http_request_seconds_sum{route="${route}"} ${sum}`,
        `muster_http_request_seconds_count{route="${route}"} ${count}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }
}

/**
 * The number is 1 when a file of people or on-call was refused and its older version is in force,
 * else 0.
 */
export function configurationNumbers({ ok }: ConfigurationHealth): string {
  return [
    '# HELP muster_config_stale Whether files of people or on-call are refused, so that older ones are in force.',
    '# TYPE muster_config_stale gauge',
    `muster_config_stale ${ok ? 0 : 1}`,
    '',
  ].join('\n');
}

/**
 * How many workflows stand still, because their workflow tasks fail again and again. Without the
 * number as long as Temporal does not tell: no answer is not the answer 0.
 */
export function stuckNumbers(stuck: Stuck): string {
  if (!stuck.known) return '';
  return [
    '# HELP muster_stuck_processes Workflows whose workflow tasks fail again and again, so that they stand still.',
    '# TYPE muster_stuck_processes gauge',
    `muster_stuck_processes ${stuck.count}`,
    '',
  ].join('\n');
}

/**
 * How many processes were ended in Temporal by no command lately; without the number while Temporal
 * does not tell.
 */
export function endedNumbers(ended: EndedProcesses): string {
  if (!ended.known) return '';
  return [
    '# HELP muster_ended_processes Incidents and releases that were ended in Temporal by no command within 7 days.',
    '# TYPE muster_ended_processes gauge',
    `muster_ended_processes ${ended.count}`,
    '',
  ].join('\n');
}

/** How long the namespace keeps closed processes; nothing where the cluster does not tell. */
export function retentionNumbers(retentionMs: number | undefined): string {
  if (retentionMs === undefined) return '';
  return [
    '# HELP muster_retention_seconds How long closed processes are kept, as of the start of this program.',
    '# TYPE muster_retention_seconds gauge',
    `muster_retention_seconds ${Math.round(retentionMs / 1_000)}`,
    '',
  ].join('\n');
}

function add(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
}
