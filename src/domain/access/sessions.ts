/**
 * Owns how long a session of a browser counts: it ends when nobody uses it, after a week at the
 * latest, when its person closes it, and when its person is signed out everywhere. For the last, a
 * session carries a stamp from its beginning: whoever is signed out later loses every session with
 * an older stamp. Knows no cookie.
 */
import type { Instant } from '../model';
import { dayMs, hourMs } from '../time/instants';
import type { AccessState } from './book';

/** A session ends when it was not used for this long. */
export const sessionIdleMs = 12 * hourMs;
/** A session ends this long after its beginning, however much it is used. */
export const sessionLongestMs = 7 * dayMs;
/** The last use is written down as often as this: each time the browser gets a new cookie. */
const useNotedMs = 10 * 60_000;

/** What a session keeps. It says who signed in and how, never what they may. */
export interface Session {
  readonly id: string;
  /** Who signed in, by what counts once: a person of people.yaml. */
  readonly person?: string;
  /** Who signed in at the identity provider: the value of its claim. The file says who that is. */
  readonly claim?: { readonly issuer: string; readonly value: string };
  readonly stamp: string;
  readonly begunAt: Instant;
  readonly usedAt: Instant;
}

/** What a session that begins now keeps. */
export function sessionStamp({ mark, epoch }: AccessState): string {
  return `${mark}.${epoch}`;
}

/** Whether the session of `person` with this stamp stands: nobody has signed `person` out since. */
export function sessionStands(book: AccessState, person: string, stamp: string): boolean {
  const at = stamp.lastIndexOf('.');
  const epoch = Number(stamp.slice(at + 1));
  if (book.mark === '' || stamp.slice(0, at) !== book.mark || !Number.isSafeInteger(epoch)) return false;
  const over = book.signedOut.find((out) => out.person === person)?.epoch ?? 0;
  return epoch >= Math.max(over, book.floor);
}

/** Whether the session of `person` counts at `now`, or why it is over. */
export function sessionStanding(
  book: AccessState,
  { id, stamp, begunAt, usedAt }: Session,
  person: string,
  now: Instant,
): 'counts' | 'idle' | 'old' | 'ended' | 'signed-out' {
  if (now >= begunAt + sessionLongestMs) return 'old';
  if (now >= usedAt + sessionIdleMs) return 'idle';
  if (book.endedSessions?.some((ended) => ended.id === id)) return 'ended';
  return sessionStands(book, person, stamp) ? 'counts' : 'signed-out';
}

/** When the session ends unless somebody uses it. */
export function sessionEnd({ begunAt, usedAt }: Pick<Session, 'begunAt' | 'usedAt'>): Instant {
  return Math.min(begunAt + sessionLongestMs, usedAt + sessionIdleMs);
}

/** The session as used at `now`; undefined while the last use that it knows is young enough. */
export function usedSession(session: Session, now: Instant): Session | undefined {
  return now - session.usedAt < useNotedMs ? undefined : { ...session, usedAt: now };
}
