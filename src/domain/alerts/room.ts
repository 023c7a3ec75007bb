/**
 * Owns how much the intake remembers: at most so many identities, within what one hand-over to the
 * next run carries. Of what it forgets for others, what has ended goes first. What still has to be
 * told never goes.
 */
import { alertsOfReport } from './reports';
import { count } from './seen';
import type { Episode, Instant, IntakeState } from '../model';
import { bytesOf } from '../text/bytes';
import { dayMs } from '../time/instants';

/** How many identities the intake tells apart. More are placed and counted. */
export const mostEpisodes = 4_000;
/** How large these may be: fewer are told apart when their names are very long. */
export const episodesLimit = 1.6 * 1024 * 1024;
/**
 * How large a state that is handed over may be, in bytes of JSON. Temporal takes 2 MiB: a task that
 * hands over more fails, and is tried for ever.
 */
export const carriedLimit = 1.95 * 1024 * 1024;
/** A firing alert that was not heard for so long makes room for others: its sender knows no end. */
const silentMs = 7 * dayMs;
/** How much is forgotten at once, so that a flood of alerts does not ask for room one by one. */
const share = 0.1;

/** What is left for further identities while one input is taken; measured when one is new. */
export interface Room {
  taken: { count: number; bytes: number } | undefined;
  /** Nothing more can be forgotten. */
  isFull: boolean;
}

export const roomUnknown = (): Room => ({ taken: undefined, isFull: false });

function measured({ episodes }: IntakeState): { count: number; bytes: number } {
  const taken = { count: 0, bytes: 0 };
  for (const id in episodes) {
    taken.count += 1;
    taken.bytes += sizeOf(id, episodes[id]!);
  }
  return taken;
}

/**
 * Remembers the episode; without its links once half of the room is taken. False when there is no
 * room, and none can be made.
 */
export function admit(draft: IntakeState, room: Room, id: string, said: Episode, at: Instant): boolean {
  const taken = (room.taken ??= measured(draft));
  const before = draft.episodes[id];
  const sizeBefore = before === undefined ? 0 : sizeOf(id, before);
  const { details: _, ...bare } = said;
  const episode = taken.bytes - sizeBefore + sizeOf(id, said) > episodesLimit / 2 ? bare : said;
  const size = sizeOf(id, episode);
  if (before === undefined) {
    if (!hasRoom(taken, size) && !room.isFull) makeRoom(draft, room, taken, at);
    if (!hasRoom(taken, size)) return false;
    taken.count += 1;
  }
  taken.bytes += size - sizeBefore;
  draft.episodes[id] = episode;
  return true;
}

type Taken = NonNullable<Room['taken']>;
const hasRoom = ({ count: known, bytes }: Taken, size: number) => known < mostEpisodes && bytes + size <= episodesLimit;

function makeRoom(draft: IntakeState, room: Room, taken: Taken, at: Instant): void {
  const most = { count: mostEpisodes * (1 - share), bytes: episodesLimit * (1 - share) };
  for (const [id, episode] of oldestOf(draft, (one) => one.endedAt !== undefined || one.lastAt < at - silentMs)) {
    if (taken.count <= most.count && taken.bytes <= most.bytes) return;
    forget(draft, id, episode);
    taken.bytes -= sizeOf(id, episode);
    taken.count -= 1;
  }
  room.isFull = true;
}

/**
 * The state to hand over. Usually all of it; beyond the limit it forgets, the oldest first: alerts
 * that have ended, then alerts that fire and that an incident has, of which nobody hears the end
 * any more. Last go the links of what still waits, and what is shown of alerts that fit no rule.
 */
export function carriedIntake(state: IntakeState): IntakeState {
  let over = bytesOf(state) - carriedLimit;
  if (over <= 0) return state;
  const draft = { ...state, episodes: { ...state.episodes }, sources: { ...state.sources } };
  // The numbers of what is forgotten grow by some digits.
  over += 100;
  for (const [id, episode] of oldestOf(draft, () => true)) {
    if (over <= 0) break;
    forget(draft, id, episode);
    // Without its braces, and with its comma.
    over -= bytesOf({ [id]: episode }) - 1;
  }
  return over > 0 ? { ...draft, episodes: withoutLinks(draft.episodes), unmatched: [] } : draft;
}

function withoutLinks(episodes: IntakeState['episodes']): IntakeState['episodes'] {
  return Object.fromEntries(Object.entries(episodes).map(([id, { details: _, ...episode }]) => [id, episode]));
}

// Not while it waits for its time, for an incident, or to be told. What fires counts as further.
function oldestOf(draft: IntakeState, may: (episode: Episode) => boolean): [string, Episode][] {
  const underWay = new Set(draft.outbox.flatMap(alertsOfReport).map(({ id }) => id));
  const isNeeded = (id: string, { heldUntil, endsAt, untold, endedAt, incident }: Episode) =>
    [heldUntil, endsAt, untold].some((one) => one !== undefined) ||
    underWay.has(id) ||
    (endedAt === undefined && incident === undefined);
  return Object.entries(draft.episodes)
    .filter(([id, episode]) => !isNeeded(id, episode) && may(episode))
    .sort(([, a], [, b]) => rank(a) - rank(b));
}

// Those that have ended come first.
const rank = ({ endedAt, lastAt }: Episode): Instant => (endedAt === undefined ? lastAt + 1e15 : endedAt);

function forget(draft: IntakeState, id: string, episode: Episode): void {
  delete draft.episodes[id];
  if (episode.endedAt === undefined) count(draft, episode.source, 'further');
}

const sizes = new WeakMap<Episode, number>();
// With its place, should it be the only one there: two short names, and the id of an incident.
function sizeOf(id: string, episode: Episode): number {
  let size = sizes.get(episode);
  if (size === undefined) {
    const { lead } = episode;
    const gather = lead?.do === 'open' ? lead.gather : undefined;
    size = bytesOf({ [id]: episode }) + (gather === undefined ? 0 : bytesOf(gather) + 60);
    sizes.set(episode, size);
  }
  return size;
}
