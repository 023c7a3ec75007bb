/**
 * Owns when the pages of a storm go to one person over one channel: at once, or together in one
 * message (R40). Pure: what that person heard and what waits in, the same after the change and what
 * goes now out. Knows nothing of how a message is sent.
 */
import type { Instant, LevelRank } from '../model';

/** A page that asks to go. */
export interface Gatherable {
  /** The same on every attempt. */
  readonly key: string;
  readonly level: LevelRank;
  /** How much of a message its entry takes, in characters. */
  readonly size: number;
}
interface Held extends Gatherable {
  /** When it goes at the latest. */
  readonly until: Instant;
}
interface Said {
  readonly at: Instant;
  readonly level: LevelRank;
  /** The page that went by itself; absent: several went together. */
  readonly key?: string;
}

/** What one person heard over one channel within the last minute, and what waits to be said. */
export interface Voice {
  readonly said: readonly Said[];
  readonly held: readonly Held[];
}
export const silence: Voice = { said: [], held: [] };

/** `goes`: the keys of each message that goes now; mostly one message, or none. */
export interface Spoken {
  readonly voice: Voice;
  readonly goes: readonly (readonly string[])[];
}

/** The time over which messages are counted. */
export const gatherWindowMs = 60_000;
/** The longest that a page waits for others. */
export const gatherHoldMs = 10_000;
/** So many messages of a minute go at once, in any case. */
const atOnce = 3;
/** So many go at once when each comes `gatherHoldMs` after the one before. */
const atOnceSpread = 5;

/** What was said at `from` or later. */
const since = (said: readonly Said[], from: Instant) => said.filter(({ at }) => at > from);

/** Levels of different templates compare by their place on their own scale (R28). */
const place = ({ rank, of }: LevelRank) => rank / Math.max(of, 1);
const worst = (levels: readonly LevelRank[]) =>
  levels.reduce((one, other) => (place(other) < place(one) ? other : one));

/**
 * `page` asks to go at `now`. It waits at most `holdMs`; `room` is how much one message holds. A
 * page that is full with it goes with those that wait; one for which no room is left begins the
 * next message.
 */
export function asks(
  { said: before, held }: Voice,
  page: Gatherable,
  now: Instant,
  { holdMs, room }: { readonly holdMs: number; readonly room: number },
): Spoken {
  // Another attempt at a page that went by itself is no further message.
  const isRepeat = before.some(({ key }) => key === page.key);
  const said = since(before, now - gatherWindowMs).filter(({ key }) => key !== page.key);
  if (isRepeat || goesAtOnce({ said, held }, page, now))
    return {
      voice: { said: [...said, { at: now, level: page.level, key: page.key }], held },
      goes: [[page.key]],
    };
  const waiting = { ...page, until: now + Math.min(Math.max(0, holdMs), gatherHoldMs) };
  const taken = held.reduce((sum, { size }) => sum + size, 0);
  if (held.length > 0 && taken + page.size > room) {
    const full = gather({ said, held }, now);
    return { voice: { ...full.voice, held: [waiting] }, goes: full.goes };
  }
  return { voice: { said, held: [...held, waiting] }, goes: [] };
}

/** Time has come to `now`: what waited long enough goes, and all that waits goes with it. */
export function timePasses(voice: Voice, now: Instant): Spoken {
  const said = since(voice.said, now - gatherWindowMs);
  const next = goesAt(voice);
  return next !== undefined && next <= now
    ? gather({ said, held: voice.held }, now)
    : { voice: { said, held: voice.held }, goes: [] };
}

/** When the pages that wait go; undefined when none waits. */
export function goesAt({ held }: Voice): Instant | undefined {
  return held.length === 0 ? undefined : Math.min(...held.map(({ until }) => until));
}

/** All that waits goes now, because nothing can wait any longer. */
export function hurries(voice: Voice, now: Instant): Spoken {
  return voice.held.length === 0 ? { voice, goes: [] } : gather(voice, now);
}

/** The page of `key` is not to go any more (R2). */
export function calledBack({ said, held }: Voice, key: string): Voice {
  return { said, held: held.filter((one) => one.key !== key) };
}

/** True when nothing needs to be remembered of this voice at `now`. */
export function isSilent({ said, held }: Voice, now: Instant): boolean {
  return held.length === 0 && since(said, now - gatherWindowMs).length === 0;
}

function goesAtOnce({ said, held }: Voice, page: Gatherable, now: Instant): boolean {
  const last = said.at(-1);
  if (last === undefined) return true;
  if (said.every(({ level }) => place(page.level) < place(level))) return true;
  // Whoever waits is not overtaken by a page that is no worse.
  if (held.length > 0) return false;
  return said.length < atOnce || (said.length < atOnceSpread && now - last.at >= gatherHoldMs);
}

function gather({ said, held }: Voice, now: Instant): Spoken {
  const keys = held.map(({ key }) => key);
  const one: Said = {
    at: now,
    level: worst(held.map(({ level }) => level)),
    ...(keys.length === 1 ? { key: keys[0]! } : {}),
  };
  return { voice: { said: [...said, one], held: [] }, goes: [keys] };
}
