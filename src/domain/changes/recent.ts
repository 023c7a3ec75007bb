/**
 * Owns what an incident is told of the latest changes of its services: which count, how many, and
 * how what is found later joins what is known. Pure.
 */
import { bytesOf } from '../text/bytes';
import type { Change, ChangeLog, Instant, RecentChanges } from '../model';
import { dayMs } from '../time/instants';
import { own } from '../text/own';
import { isBeginningOf } from './log';

/** How far back a change may explain an incident. */
export const recentForMs = 7 * dayMs;
/** How many changes an incident lists. */
export const mostListed = 20;
/** How many changes of one service are at hand without the log itself. */
const mostOfService = 20;
/** How large all of these may be together, in bytes of JSON. */
const bytesAtHand = 400 * 1024;

/** By service: its latest changes, the newest first. */
export type RecentByService = Readonly<Record<string, RecentChanges>>;

/** Whether the change is a deployment that goes on: these are named before all others. */
const isUnderWay = ({ kind, ended }: Change): boolean => kind === 'deploying' && ended !== true;

const happened = ({ kind }: Change): boolean => kind !== 'check' && kind !== 'unread';

/**
 * The latest changes of each service, what is being deployed first, for whoever cannot wait for the
 * whole log. Where they are too much together, services whose last change is the oldest are left
 * out.
 */
export function recentByService({ changes }: ChangeLog, now: Instant): RecentByService {
  const since = now - recentForMs;
  const found = new Map<string, Change[]>();
  for (const change of changes.toReversed()) {
    if (change.at <= since || !happened(change)) continue;
    for (const service of change.services) found.set(service, [...(found.get(service) ?? []), change]);
  }
  let bytes = 0;
  const kept: [string, RecentChanges][] = [];
  // In the order of their latest change.
  for (const [service, all] of found) {
    const first = newestFirst(all).slice(0, mostOfService);
    const recent = { changes: first, more: Math.max(0, all.length - mostOfService) };
    bytes += bytesOf({ [service]: recent });
    if (bytes > bytesAtHand) break;
    kept.push([service, recent]);
  }
  return Object.fromEntries(kept);
}

/**
 * The latest changes of `services`: what is being deployed, then the newest; undefined when there
 * are none.
 */
export function recentChanges(
  byService: RecentByService,
  services: readonly string[],
  now: Instant,
): RecentChanges | undefined {
  const found = [...new Set(services)].flatMap((service) => own(byService, service) ?? []);
  const since = now - recentForMs;
  const recent = found.flatMap(({ changes }) => changes).filter(({ at }) => at > since);
  const listed = newestFirst(recent);
  const more = found.reduce((sum, one) => sum + one.more, 0);
  return listed.length === 0 ? undefined : cutTo(listed, more);
}

/**
 * What an incident lists that knew `before`, and hears of `found`; undefined when nothing is new to
 * it. `fresh`: what it did not know.
 */
export function joinedChanges(
  before: RecentChanges | undefined,
  found: RecentChanges | undefined,
): { readonly all: RecentChanges; readonly fresh: readonly Change[] } | undefined {
  const ids = new Set(before?.changes.map(({ id }) => id));
  const fresh = (found?.changes ?? []).filter(({ id }) => !ids.has(id));
  if (fresh.length === 0) return undefined;
  const known = (before?.changes ?? []).filter((one) => !fresh.some((later) => isBeginningOf(one, later)));
  const all = cutTo(newestFirst([...known, ...fresh]), (before?.more ?? 0) + (found?.more ?? 0));
  return { all, fresh: fresh.filter((one) => all.changes.includes(one)) };
}

/** The same, of which `release` has been taken back meanwhile, or is over. */
export function withoutRelease(recent: RecentChanges | undefined, release: string): RecentChanges | undefined {
  return (
    recent && {
      ...recent,
      changes: recent.changes.map((one) => (one.release === release ? { ...one, ended: true as const } : one)),
    }
  );
}

function newestFirst(changes: readonly Change[]): Change[] {
  const once = new Map(changes.map((change) => [change.id, change]));
  const byRank = (a: Change, b: Change) => Number(isUnderWay(b)) - Number(isUnderWay(a));
  return [...once.values()].sort((a, b) => byRank(a, b) || b.at - a.at || (a.id < b.id ? -1 : 1));
}

function cutTo(listed: readonly Change[], more: number): RecentChanges {
  return { changes: listed.slice(0, mostListed), more: more + Math.max(0, listed.length - mostListed) };
}
