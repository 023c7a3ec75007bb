/**
 * Owns the steps that every way to sign in with a browser shares: where the browser goes on to, and
 * how a session begins.
 */
import type { IncomingMessage } from 'node:http';
import { sessionStamp, type Session } from '../../domain';
import { mintSessionId } from '../access/token-text';
import type { Answer, Shared } from '../http/route';

/** The page that signs people in. */
export const signInPath = '/login';

/**
 * The path within this installation that `wanted` names; else the page that signs people in. An
 * address of somebody else must not follow a sign-in.
 */
export function safePath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 2_000 || !/^\/[\x21-\x7e]*$/.test(wanted)) return signInPath;
  const base = 'http://muster.invalid';
  if (!URL.canParse(wanted, base)) return signInPath;
  const { origin, pathname, search } = new URL(wanted, base);
  // Two slashes begin the name of a host, also where only the address as read has them.
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : signInPath;
}

/** Sends the browser on to `path` of this installation. */
export function goTo(
  shared: Pick<Shared, 'signIn'>,
  request: IncomingMessage,
  path: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): Answer {
  return {
    status: 303,
    headers: { ...headers, Location: `${baseOf(shared, request)}${path}` },
    body: '',
    type: 'text/plain',
  };
}

/** Whether the browser speaks to the host under which people reach this installation. */
export function isAtPublicUrl({ signIn }: Pick<Shared, 'signIn'>, { headers }: IncomingMessage): boolean {
  const { protocol, host } = new URL(signIn.publicUrl);
  const said = `${protocol}//${headers.host ?? ''}`;
  // A port that goes without saying may be said.
  return URL.canParse(said) && new URL(said).host === host;
}

// A proxy may serve Muster under a path, which only the public address tells.
function baseOf(shared: Pick<Shared, 'signIn'>, request: IncomingMessage): string {
  return isAtPublicUrl(shared, request) ? shared.signIn.publicUrl : '';
}

/** Begins a session of whoever has just proved who they are, and goes on to `path`. */
export async function beginSession(
  shared: Shared,
  request: IncomingMessage,
  who: Pick<Session, 'person' | 'claim'>,
  path: string,
): Promise<Answer> {
  const { cookies } = shared.signIn;
  const now = shared.clock();
  const stamp = sessionStamp(await shared.accessBook.read());
  const session = { ...who, id: mintSessionId(), stamp, begunAt: now, usedAt: now };
  const kept = [await cookies.keepSession(session, now), cookies.forgetAttempt()];
  return goTo(shared, request, path, { 'Set-Cookie': kept });
}
