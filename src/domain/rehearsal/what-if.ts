/**
 * Owns what-if: a real process again under another policy, with the commands that people gave and
 * the faults that they met, and how the messages of the two differ. Pure; reads what readers get.
 */
import { nameOf } from '../state/actor';
import { levelNamed, levelsOf, noLevel } from '../state/severity';
import { recordedCommands } from './recorded-commands';
import { recordedWorld } from './recorded-world';
import { compareNotices, lookedUntil, noticesOf, noticesOfTimeline, type Notice, type NoticeChange } from './notices';
import type { answerOf } from './answer';
import type { Script } from './rehearsal';
import type { Calendars, Directory, Instant, Policy } from '../model';
import type { ProcessFacts } from '../views/view';
import type { TimelineEntry } from '../views/timeline';

/**
 * A real message leaves some seconds after its instant, and a busy engine is as late. Differences
 * up to this are not differences of policies.
 */
export const whatIfToleranceMs = 30_000;

/** What happened, as readers get it; the timeline is whole. */
export interface Happened {
  readonly view: Pick<ProcessFacts, 'deadlines' | 'declaredAt' | 'plannedAt'> & Parameters<typeof recordedCommands>[0];
  readonly timeline: readonly TimelineEntry[];
}
/** Under what it is tried. */
export interface OtherWorld {
  readonly policyAt: (at: Instant) => Policy;
  /** With the overrides, those that are over too. */
  readonly directoryAt: (at: Instant) => Directory;
  readonly calendarsAt: (at: Instant) => Calendars;
  readonly now: Instant;
}
/** The process to be run again. */
export interface WhatIf {
  readonly happened: Happened;
  readonly script: Script;
  readonly beganAt: Instant;
  readonly over: boolean;
  readonly slowestMs: number;
}
export interface ComparedRuns {
  readonly was: readonly Notice[];
  readonly would: readonly Notice[];
  readonly changes: readonly (NoticeChange & { readonly name: string })[];
  /** Pages and reminders that failed over a channel; they fail again. */
  readonly undelivered: number;
}

/**
 * Why `happened` cannot be tried under `policy`: it began at a level that the policy does not have,
 * and nobody can say which one it would have been (R28).
 */
export function unlikeLevels(
  id: string,
  [first]: readonly TimelineEntry[],
  policy: Pick<Policy, 'severities'> & { readonly name: string },
): string | undefined {
  const stated = first?.['severity'];
  const began = typeof stated === 'string' ? stated : noLevel;
  const levels = levelsOf(policy);
  if (levelNamed(levels, began) !== undefined) return undefined;
  const was = began === noLevel ? 'has no level' : `was ${began}`;
  const has = levels[0] === noLevel ? 'has no levels' : `has ${levels.join(', ')}`;
  return `${id} ${was}; ${policy.name} ${has}, so nothing can be compared`;
}

/** What has to run again. A process that is still open is looked at until now. */
export function whatIf(happened: Happened, world: OtherWorld): WhatIf {
  const { view, timeline } = happened;
  const beganAt = Date.parse(timeline[0]?.at ?? view.declaredAt ?? view.plannedAt ?? '');
  const directory = world.directoryAt(beganAt);
  const recorded = recordedCommands(view, timeline, world.policyAt(beganAt), directory, world.calendarsAt);
  const { input, steps, over, lastAt } = recorded;
  const { away, attempts, slowestMs } = recordedWorld(timeline, whatIfToleranceMs);
  const until = over ? lastAt : Math.max(lastAt, world.now);
  return {
    happened,
    script: { input, directory, broken: new Map(), attempts, steps, away, until },
    beganAt,
    over,
    slowestMs,
  };
}

/** How the run of `tried` differs from what happened. */
export function comparedRuns(tried: WhatIf, rehearsal: ReturnType<typeof answerOf>): ComparedRuns {
  const { happened, script, beganAt, over } = tried;
  const { view, timeline } = happened;
  const [was, would] = [noticesOfTimeline(timeline, beganAt), noticesOf(rehearsal.agenda)];
  // Nothing is known of messages after now, on either side. For a process that is still open both
  // sides are compared only until now.
  const lasted = script.until - beganAt;
  const until = over ? { after: lookedUntil(rehearsal) } : { before: lasted, after: lasted };
  const settled = { before: settledIn(view.deadlines), after: settledIn(rehearsal.deadlines) };
  const changes = compareNotices(was, would, { toleranceMs: whatIfToleranceMs, until, settled });
  return {
    was,
    would,
    changes: changes.map((change) => ({ ...change, name: nameOf(change.person, script.directory.people) })),
    undelivered: timeline.filter(({ type, kind }) => type === 'delivery-failed' && kind !== 'announce').length,
  };
}

function settledIn(deadlines: readonly { readonly id: string; readonly status: string }[]): ReadonlySet<string> {
  return new Set(deadlines.flatMap(({ id, status }) => (status === 'met' || status === 'cancelled' ? [id] : [])));
}
