/**
 * Owns the way to the identity provider and back: where a login begins, and what becomes of
 * whoever comes back. While the provider does not answer, the page says what goes on without it.
 */
import { randomUUID } from 'node:crypto';
import { areGroupsNews } from '../../domain';
import { signedIn } from '../admission/authenticate';
import type { Answer, Call, Route, Shared } from '../http/route';
import type { Finished } from '../http/sign-in';
import { signInAnswer } from '../present/html-page';
import { beginSession, goTo, isAtPublicUrl, safePath, signInPath } from './sign-in-steps';

const startPath = `${signInPath}/start`;
const callbackPath = `${signInPath}/callback`;
/** A whole office may stand behind one address. */
const loginsPerMinute = 600;

export function providerRoutes(shared: Shared): Route[] {
  const page = { about: 'why nobody was signed in', types: ['text/html'] } as const;
  return [
    {
      method: 'get',
      path: startPath,
      forReaders: true,
      name: 'start-sign-in',
      needs: 'anyone',
      about: 'go to the identity provider',
      anyQuery: true,
      openedByLinks: true,
      perMinute: loginsPerMinute,
      success: { status: 303, ...page },
      handle: (call) => start(shared, call),
    },
    {
      method: 'get',
      path: callbackPath,
      forReaders: true,
      name: 'finish-sign-in',
      needs: 'anyone',
      about: 'come back from the identity provider, signed in',
      anyQuery: true,
      openedByLinks: true,
      perMinute: loginsPerMinute,
      success: { status: 303, ...page },
      handle: (call) => finish(shared, call),
    },
  ];
}

async function start(shared: Shared, { request }: Call): Promise<Answer> {
  const { provider, cookies, publicUrl } = shared.signIn;
  const path = safePath(request.query['return']);
  if (!shared.access.authentication || provider.settings() === undefined) return goTo(shared, request, signInPath);
  // The provider sends the browser back to the public address, where it has to find its cookie.
  if (!isAtPublicUrl(shared, request)) {
    // Somebody who was sent there, and comes again under another name, would go round for ever.
    if (request.query['moved'] !== undefined) return refusedPage(unsaidHost(publicUrl, request.headers.host), 400);
    return moved(`${publicUrl}${startPath}?moved=1&return=${encodeURIComponent(path)}`);
  }
  try {
    const { url, attempt } = await provider.begin(`${publicUrl}${callbackPath}`, path);
    return moved(url.href, await cookies.keepAttempt(attempt, shared.clock()));
  } catch (error) {
    return away(shared, error);
  }
}

async function finish(shared: Shared, { request }: Call): Promise<Answer> {
  const { provider, cookies, publicUrl } = shared.signIn;
  if (!shared.access.authentication || provider.settings() === undefined) return goTo(shared, request, signInPath);
  const attempt = await cookies.attempt(request, shared.clock());
  if (attempt === undefined) {
    // The page was loaded again, or somebody came back by the browser's history.
    const principal = await signedIn(shared, request).catch(() => undefined);
    if (principal !== undefined) return goTo(shared, request, signInPath);
    return refusedPage('this sign-in did not begin in this browser, or more than 10 minutes ago', 400);
  }
  const returned = new URL(`${publicUrl}${callbackPath}`);
  returned.search = new URL(request.originalUrl, publicUrl).search;
  // Also when this page was opened by a link of somebody who wants to be signed in here.
  if (returned.searchParams.get('state') !== attempt.state)
    return refusedPage('another sign-in has begun in this browser since', 400);
  let who: Finished;
  try {
    who = await provider.finish(returned, attempt);
  } catch (error) {
    return away(shared, error);
  }
  if (!who.ok) return refusedPage(who.message, 403);
  const person = shared.signIn.personOfClaim(who.value);
  if (person !== undefined) await noteGroups(shared, person, who.groups);
  shared.log.info('somebody signed in at the identity provider', { who: who.value, person: person ?? null });
  return beginSession(shared, request, { claim: { issuer: attempt.issuer, value: who.value } }, attempt.goesOnTo);
}

async function noteGroups({ accessBook, clock }: Shared, person: string, groups: readonly string[]): Promise<void> {
  if (!areGroupsNews(await accessBook.read(), { person, groups }, clock())) return;
  const key = `note-groups/${randomUUID()}`;
  await accessBook.order('note-groups', { key, fingerprint: key, by: person, person, groups });
}

function moved(url: string, cookie?: string): Answer {
  const headers = { Location: url, ...(cookie === undefined ? {} : { 'Set-Cookie': cookie }) };
  return { status: 303, headers, body: '', type: 'text/plain' };
}

function unsaidHost(publicUrl: string, host = ''): string {
  return `people reach Muster at ${publicUrl} (MUSTER_PUBLIC_URL), but the request came for the Host ${JSON.stringify(host.slice(0, 100))}; the proxy in front has to pass on the header Host`;
}

function refusedPage(because: string, status: number): Answer {
  return signInAnswer({ page: 'not-signed-in', because, mayBeginAgain: true }, status);
}

function away({ log, signIn }: Shared, error: unknown): Answer {
  const { issuer } = signIn.provider.settings() ?? {};
  log.warn('the identity provider signed nobody in', { issuer, because: reasonOf(error) });
  return signInAnswer({ page: 'provider-away', issuer: issuer ?? '' }, 503, { 'Retry-After': '10' });
}

// What failed stands in the cause, where the library was not asked in the wrong way.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What the provider itself says of it, such as invalid_client.
  if ('error' in error && typeof error.error === 'string') return `${error.message}: ${error.error.slice(0, 100)}`;
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
