/** Owns questions to one episode: who it is, whether it fires or flaps, at which level. Pure. */
import type { Episode, Instant, RuledAlert, Severity } from '../model';
import { hourMs } from '../time/instants';

/** Who an alert is. */
export function alertId({ source, key }: Pick<RuledAlert, 'source' | 'key'>): string {
  return `${source}/${key}`;
}
/** The identity within its source. */
export const keyIn = (id: string): string => id.slice(id.indexOf('/') + 1);

/** Whether the alert fires. One that flaps fires until it is quiet. */
export const fires = ({ endedAt }: Episode): boolean => endedAt === undefined;

/** The level that the rules gave the alert last. */
export const levelOf = ({ level, lead }: Episode): Severity | undefined => level ?? lead?.severity;

/**
 * When the alert has ended if it is not heard until then: its sender tells no end. Undefined for
 * one that has a sender's end, and while nobody has heard of it yet.
 */
export function silentFrom({ lead, lastAt, endedAt, endsAt, heldUntil }: Episode): Instant | undefined {
  if (lead?.endsAfterMs === undefined) return undefined;
  if (endedAt !== undefined || endsAt !== undefined || heldUntil !== undefined) return undefined;
  return lastAt + lead.endsAfterMs;
}

/** How long after the end of its incident an alert that fires on begins another. */
export const againAfterMs = ({ lead }: Episode): number => lead?.againAfterMs ?? hourMs;

/**
 * Whether what is untold is only the question whether the incident is still open: to an open one it
 * is no news.
 */
export const onlyAsks = (episode: Episode): boolean => fires(episode) && episode.askAt !== undefined;

/** Whether the alert has begun so often lately that its end is not believed at once. */
export function flaps({ lead, begun = [] }: Episode, at: Instant): boolean {
  const flapping = lead?.flapping;
  if (flapping === undefined) return false;
  return begun.filter((one) => one > at - flapping.withinMs).length >= flapping.times;
}
