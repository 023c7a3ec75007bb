/**
 * Owns what of the intake goes over into its next run when it has grown too large: what nobody
 * needs goes first, and what still has to be done never goes. Temporal takes 2 MiB at most: a task
 * that hands over more fails, and is tried for ever.
 */
import { fires } from './episodes';
import type { Episode, Instant, IntakeEffect, IntakeState } from '../model';
import { assertNever } from '../model/assert-never';

/** How large a state that is handed over may be, in bytes of JSON. */
export const carriedLimit = 1.5 * 1024 * 1024;

/**
 * The state to hand over. Beyond the limit the intake forgets, the oldest first: alerts that have
 * ended, then alerts that fire and that an incident has. Of these nobody hears the end any more, so
 * they count as further ones of their source. Last go the links of what still waits.
 */
export function carriedIntake(state: IntakeState): IntakeState {
  let over = bytesOf(state) - carriedLimit;
  if (over <= 0) return state;
  const episodes = { ...state.episodes };
  const sources = { ...state.sources };
  const needed = new Set([
    ...Object.values(state.places).flatMap(({ waiting }) => waiting),
    ...Object.values(state.incidents).flatMap(({ waiting }) => waiting),
    ...state.outbox.flatMap(alertsIn),
  ]);
  const oldest = Object.entries(episodes)
    .filter(([id, episode]) => !needed.has(id) && isForgettable(episode))
    .sort(([, a], [, b]) => rank(a) - rank(b));
  for (const [id, episode] of oldest) {
    if (over <= 0) break;
    // Without its braces, and with its comma.
    over -= bytesOf({ [id]: episode }) - 1;
    delete episodes[id];
    const seen = sources[episode.source];
    if (fires(episode) && seen) sources[episode.source] = { ...seen, further: seen.further + 1 };
  }
  return { ...state, episodes: over > 0 ? withoutLinks(episodes) : episodes, sources };
}

function withoutLinks(episodes: IntakeState['episodes']): IntakeState['episodes'] {
  return Object.fromEntries(Object.entries(episodes).map(([id, { details: _, ...episode }]) => [id, episode]));
}

// Not while it waits for its time, or for an incident.
function isForgettable(episode: Episode): boolean {
  if (episode.heldUntil !== undefined || episode.endsAt !== undefined) return false;
  return !fires(episode) || episode.incident !== undefined;
}

// Those that have ended come first.
const rank = ({ endedAt, lastAt }: Episode): Instant => (endedAt === undefined ? lastAt + 1e15 : endedAt);

function alertsIn(effect: IntakeEffect): readonly string[] {
  switch (effect.type) {
    case 'place':
      return effect.request.report.alerts.map(({ id }) => id);
    case 'tell':
      return effect.report.alerts.map(({ id }) => id);
    case 'answer':
      return [];
    default:
      return assertNever(effect);
  }
}

// UTF-8; a pair of surrogates counts as 6 instead of 4.
function bytesOf(value: unknown): number {
  const json = JSON.stringify(value);
  let bytes = json.length;
  for (let index = 0; index < json.length; index += 1) {
    const unit = json.charCodeAt(index);
    if (unit >= 0x80) bytes += unit < 0x800 ? 1 : 2;
  }
  return bytes;
}
