/**
 * Owns who asks: the one principal of each request, made before the route from exactly one
 * credential. Nothing behind it reads a header to learn who asks. Decides nothing about what they
 * may (permit.ts).
 */
import type { IncomingMessage } from 'node:http';
import { dayMs, readName, unnamedPerson, type Principal } from '../../domain';
import { given } from '../../given';
import { unauthenticated, type Authenticator } from '../http/authenticator';
import { ApiProblem, malformed } from '../http/problem';
import { showsItsPage } from '../http/reach';
import type { Call, Route, Shared } from '../http/route';

/** Of a route that asks nobody who they are. */
const nobody: Principal = { id: unnamedPerson, kind: 'person', roles: [], scopes: {}, via: 'nobody' };
/** The route proves the sender itself: the key may stand in the body. */
const aSender: Principal = { id: 'sender', kind: 'sender', roles: [], scopes: {}, via: 'source' };

/** Who asks. Throws when the route needs a credential, and there is none that counts. */
export async function principalOf(shared: Shared, { needs }: Route, call: Omit<Call, 'principal'>): Promise<Principal> {
  if (needs === 'anyone') return nobody;
  if (needs === 'sender') return aSender;
  if (needs === 'link') return linkPrincipal(shared, call.params['token'] ?? '');
  const principal = await signedIn(shared, call.request);
  if (principal === undefined)
    throw unauthenticated(
      'say who you are: send your key or token as Authorization: Bearer TOKEN; docs/access.md says how',
    );
  return principal;
}

/**
 * Who asks, by the credential of the request; undefined when it brings none. For a route that
 * everybody may use, and that shows more to whoever has signed in.
 */
export async function signedIn(shared: Shared, request: IncomingMessage): Promise<Principal | undefined> {
  if (!shared.access.authentication) return loopbackPrincipal(request);
  const [found, second] = shared.authenticators.filter((one) => one.carries(request));
  if (found === undefined) return undefined;
  if (second !== undefined)
    throw malformed([{ path: '', message: `a ${found.what} and a ${second.what} contradict each other; send one` }]);
  checkPage(found, request);
  const principal = await found.authenticate(request, shared.clock());
  checkHeader(principal, request);
  return principal;
}

// Another site can make a browser send a cookie, and none of the headers by which it would show.
function checkPage({ isAmbient, what }: Authenticator, request: IncomingMessage): void {
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (isAmbient && changes && !showsItsPage(request))
    throw new ApiProblem('forbidden', `with a ${what}, a request that changes something needs Origin`);
}

// R37 and the timeline count on the name: a client that believes in another one must hear of it.
function checkHeader({ id, via }: Principal, request: IncomingMessage): void {
  const named = actorHeader(request);
  if (named !== undefined && named !== id)
    throw new ApiProblem(
      'forbidden',
      `Muster-Actor names ${named}, but the credential (${via}) is that of ${id}; leave Muster-Actor out`,
    );
}

/**
 * Without authentication Muster is reached from its own machine alone, whose users may all of it.
 * Who acts is as the header says.
 */
function loopbackPrincipal(request: IncomingMessage): Principal {
  return {
    id: actorHeader(request) ?? unnamedPerson,
    kind: 'person',
    roles: [{ role: 'admin' }],
    scopes: {},
    via: 'loopback',
  };
}

function actorHeader(request: IncomingMessage): string | undefined {
  const header = request.headers['muster-actor'];
  if (header === undefined) return undefined;
  // Node reads headers as Latin-1; clients send UTF-8.
  const text = Buffer.from(Array.isArray(header) ? header.join(', ') : header, 'latin1').toString('utf8');
  const read = readName(text);
  if (!read.ok) throw malformed([{ path: 'Muster-Actor', message: read.message }]);
  return read.name;
}

/** An old link shows how things stand for this long; then the process is nobody's who holds it. */
const shownForMs = 7 * dayMs;

/** The person to whom the acknowledge link `token` was sent, for one process alone. */
function linkPrincipal(shared: Shared, token: string): Principal {
  const now = shared.clock();
  const read = shared.readAckToken(token, now);
  if (!read.ok && read.because === 'forged')
    throw new ApiProblem('not-found', 'this is no acknowledge link of this installation');
  const { person, process, mark, round, exp } = read.claim;
  if (now >= exp + shownForMs)
    throw new ApiProblem('gone', 'this link has expired; acknowledge by the command line or the API');
  if (!Object.hasOwn(shared.directory().people, person))
    throw new ApiProblem('gone', `people.yaml does not have ${person} any more, to whom this link was sent`);
  const isOld = read.ok ? undefined : (true as const);
  const scopes = { operations: ['acknowledge'], process, ...given({ mark, round, isOld }) };
  return { id: person, kind: 'link', roles: [], scopes, via: 'link' };
}
