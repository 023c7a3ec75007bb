/**
 * Owns what a timeline says of the world in which a process ran: which ways to people worked and
 * which failed, when the engine was absent, how long messages took. Another policy is then tried in
 * the same world. Pure; reads what readers get.
 */
import type { FiredRung, Instant } from '../model';
import type { TimelineEntry } from '../views/timeline';
import type { Broken } from './virtual-run';

/** What became of one message over one channel. */
export interface Attempt {
  /** When the event happened that the message tells of. */
  readonly at: Instant;
  /** `person/channel`. */
  readonly way: string;
  /** Why the message failed; absent: it arrived. */
  readonly because?: string;
}
export interface RecordedWorld {
  /** The attempts over each way that failed at least once. */
  readonly attempts: readonly Attempt[];
  /**
   * When the engine was absent, as the rungs that fired late show. An absence that delayed no rung
   * leaves no trace.
   */
  readonly away: readonly { readonly from: Instant; readonly to: Instant }[];
  /** The longest time, in ms, from the event that a page or a reminder tells of to the arrival. */
  readonly slowestMs: number;
}

/** The world of `timeline`, which must be complete. Less than `toleranceMs` late is no absence. */
export function recordedWorld(timeline: readonly TimelineEntry[], toleranceMs: number): RecordedWorld {
  const bySeq = new Map(timeline.map((entry) => [entry.seq, entry]));
  const attempts: Attempt[] = [];
  let slowestMs = 0;
  for (const { type, at: instant, of, kind, to, channel, because } of timeline) {
    if (type !== 'delivered' && type !== 'delivery-failed') continue;
    const at = Date.parse(bySeq.get(of as number)?.at ?? instant);
    if (type === 'delivered' && kind !== 'announce') slowestMs = Math.max(slowestMs, Date.parse(instant) - at);
    const failed = type === 'delivered' ? {} : { because: String(because) };
    attempts.push({ at, way: `${String(to)}/${String(channel)}`, ...failed });
  }
  const failing = new Set(attempts.flatMap(({ way, because }) => (because === undefined ? [] : [way])));
  return {
    attempts: attempts.filter(({ way }) => failing.has(way)),
    away: absencesOf(timeline, toleranceMs),
    slowestMs,
  };
}

/** The ways that do not work at `now`: each way is as it was at the attempt nearest in time. */
export function brokenAt(attempts: readonly Attempt[], now: Instant): Broken {
  const nearest = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const known = nearest.get(attempt.way);
    if (!known || Math.abs(attempt.at - now) < Math.abs(known.at - now)) nearest.set(attempt.way, attempt);
  }
  return new Map(
    [...nearest].flatMap(([way, { because }]) => (because === undefined ? [] : [[way, because] as const])),
  );
}

// A rung that fired late waited for the engine from the instant at which it should have fired,
// unless the engine fired other rungs meanwhile.
function absencesOf(timeline: readonly TimelineEntry[], toleranceMs: number): { from: Instant; to: Instant }[] {
  const began = Date.parse(timeline[0]?.at ?? '');
  const absences: { from: Instant; to: Instant }[] = [];
  let lastSeen = began;
  for (const entry of timeline) {
    if (entry.type !== 'rungs-fired') continue;
    const to = Date.parse(entry.at);
    const late = Math.max(0, ...(entry['rungs'] as FiredRung[]).map((rung) => rung.late ?? 0));
    // Just before the late rung was due, but not before the process began.
    const from = Math.max(to - late - 1, began + 1);
    if (late >= toleranceMs && from >= lastSeen && from < to) absences.push({ from, to });
    lastSeen = to;
  }
  return absences;
}
