/**
 * Owns the numbers of delivery: how late messages left (T2), how many left, failed for good or fell
 * through (T9), and how many attempts kept outside tools up to date. The counts are those of this
 * operating system process; `/metrics` shows them.
 */
import type { SendRequest } from '../domain';

type Kind = SendRequest['kind'];
/** `failed`: the tool refused for good, or the last attempt failed. */
type FollowOutcome = 'done' | 'retried' | 'failed';
/** Upper bounds of the buckets, in seconds. */
const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

export class DeliveryMetrics {
  private readonly late = new Map<Kind, { buckets: number[]; sum: number; count: number }>();
  private readonly outcomes = new Map<string, number>();
  private readonly follows = new Map<string, number>();
  private fallthroughs = 0;
  private readonly drills = new Map<string, number>();

  /**
   * Where the attempts of a process are counted. Attempts of a drill are counted apart, and in no
   * other number.
   */
  ofProcess({
    drill,
  }: {
    readonly drill: boolean;
  }): Pick<DeliveryMetrics, 'delivered' | 'failed' | 'retried' | 'followed' | 'fellThrough'> {
    if (!drill) return this;
    const apart = (outcome: string) => (kind: Kind, channelType: string) =>
      add(this.drills, labelsOf(outcome, kind, channelType));
    return {
      delivered: apart('delivered'),
      failed: apart('failed'),
      retried: apart('retried'),
      followed: () => undefined,
      fellThrough: () => undefined,
    };
  }

  /**
   * A message left `latenessMs` after its rung was due, or after the change that moved the
   * deadline.
   */
  delivered(kind: Kind, channelType: string, latenessMs: number): void {
    this.count('delivered', kind, channelType);
    const seconds = Math.max(0, latenessMs) / 1_000;
    const series = this.late.get(kind) ?? { buckets: bounds.map(() => 0), sum: 0, count: 0 };
    this.late.set(kind, series);
    series.sum += seconds;
    series.count += 1;
    bounds.forEach((bound, index) => {
      if (seconds <= bound) series.buckets[index]! += 1;
    });
  }

  /** A message failed for good over this channel. */
  failed(kind: Kind, channelType: string): void {
    this.count('failed', kind, channelType);
  }

  /** An attempt failed and will be repeated. */
  retried(kind: Kind, channelType: string): void {
    this.count('retried', kind, channelType);
  }

  /** An attempt to bring an outside tool up to date ended with `outcome`. */
  followed(channelType: string, outcome: FollowOutcome): void {
    add(this.follows, `channel="${channelType}",outcome="${outcome}"`);
  }

  /** A rung reached nobody, so the recipients of the next rung are told at once. */
  fellThrough(): void {
    this.fallthroughs += 1;
  }

  /** All numbers in the Prometheus text format. */
  text(): string {
    const lines = [
      '# HELP muster_notification_lateness_seconds How long after its due instant a notification left.',
      '# TYPE muster_notification_lateness_seconds histogram',
    ];
    for (const [kind, series] of this.late) {
      bounds.forEach((bound, index) =>
        lines.push(
          `muster_notification_lateness_seconds_bucket{kind="${kind}",le="${bound}"} ${series.buckets[index]}`,
        ),
      );
      lines.push(`muster_notification_lateness_seconds_bucket{kind="${kind}",le="+Inf"} ${series.count}`);
      lines.push(
        `muster_notification_lateness_seconds_sum{kind="${kind}"} ${series.sum}`,
        `muster_notification_lateness_seconds_count{kind="${kind}"} ${series.count}`,
      );
    }
    lines.push(
      '# HELP muster_notification_attempts_total Attempts to deliver a notification by their end.',
      '# TYPE muster_notification_attempts_total counter',
    );
    for (const [labels, count] of this.outcomes) lines.push(`muster_notification_attempts_total{${labels}} ${count}`);
    lines.push(
      '# HELP muster_follow_attempts_total Attempts to bring an outside tool up to date with a process by their end.',
      '# TYPE muster_follow_attempts_total counter',
    );
    for (const [labels, count] of this.follows) lines.push(`muster_follow_attempts_total{${labels}} ${count}`);
    lines.push(
      '# HELP muster_fallthroughs_total Rungs that reached nobody, so that the next one was told at once.',
      '# TYPE muster_fallthroughs_total counter',
      `muster_fallthroughs_total ${this.fallthroughs}`,
      '# HELP muster_drill_notification_attempts_total Attempts of drills by their end; no other number counts them.',
      '# TYPE muster_drill_notification_attempts_total counter',
    );
    for (const [labels, count] of this.drills)
      lines.push(`muster_drill_notification_attempts_total{${labels}} ${count}`);
    return `${lines.join('\n')}\n`;
  }

  private count(outcome: string, kind: Kind, channelType: string): void {
    add(this.outcomes, labelsOf(outcome, kind, channelType));
  }
}

function labelsOf(outcome: string, kind: Kind, channelType: string): string {
  return `channel="${channelType}",kind="${kind}",outcome="${outcome}"`;
}
function add(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
}
