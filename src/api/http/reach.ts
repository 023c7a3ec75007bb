/**
 * Owns from where the API may be reached: on which addresses it listens, under which host names it
 * answers, and which requests a page of another site may have sent through somebody's browser.
 * Knows nothing of who asks.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { ApiProblem } from './problem';

/** How the API is reached. */
export interface Access {
  /** Where the server listens. */
  readonly host: string;
  /** Each request has to prove who asks; else Muster is for the users of its own machine alone. */
  readonly authentication: boolean;
  /** Host names under which it answers besides those of loopback, without port. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /**
   * Requests a minute from one address; 0: no limit. Absent: no limit on loopback, a generous limit
   * elsewhere.
   */
  readonly rateLimit?: number;
}

const loopbackName = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  return loopbackName.test(host);
}

/** What a source of alerts asks of its senders. */
export type AskedProof = Readonly<Record<string, { readonly asksProof: boolean }>>;

/**
 * Throws unless the API may listen on its address: elsewhere than on loopback, everybody who asks
 * has to prove who they are; and where they have to, so have the senders of alerts. A proxy in
 * front reaches loopback too.
 */
export function checkAccess(
  { host, authentication }: Pick<Access, 'host' | 'authentication'>,
  sources: AskedProof,
): void {
  if (!authentication) {
    if (isLoopback(host)) return;
    throw new Error(
      `without authentication Muster listens on loopback only, not on ${host}; write access.yaml or set MUSTER_AUTHENTICATION=required, so that everybody has to say who they are (docs/access.md)`,
    );
  }
  const open = Object.keys(sources).filter((name) => !sources[name]!.asksProof);
  if (open.length > 0)
    throw new Error(
      `where people have to sign in, each source of alerts.yaml needs a key or a signature, or has to be called local: true, and then takes nothing; without one: ${open.slice(0, 5).join(', ')}${open.length > 5 ? ', ...' : ''}`,
    );
}

/** What the route of a request says of who may send it. */
export interface Reached {
  /** It brings alerts, and every source proves itself: from where it comes says nothing. */
  readonly isProvedDoor: boolean;
  /** It answers whoever watches over the server, under any name and address. */
  readonly isHealth: boolean;
  /** A link on a page of another site may lead there. */
  readonly isOpenedByLinks: boolean;
}

/**
 * Refuses what a foreign web page may have sent through somebody's browser: requests under a
 * foreign name that was pointed to this machine (DNS rebinding), commands, and reads other than by
 * a link that somebody opens. Without authentication, refuses other machines as well.
 */
export function checkSender(request: IncomingMessage, access: Access, reached: Reached, from: string): void {
  const { authentication } = access;
  if (!reached.isProvedDoor && !authentication && !isLoopback(from))
    throw new ApiProblem('forbidden', 'without authentication only this machine is answered');
  if (!reached.isProvedDoor && !reached.isHealth) checkHost(request, access);
  if (isRead(request)) checkRead(request, reached);
  else checkWrite(request);
}

function checkHost({ headers: { host = '' } }: IncomingMessage, { allowedHosts }: Access): void {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (isLoopback(name) || allowedHosts.includes(name)) return;
  throw new ApiProblem(
    'forbidden',
    `Muster does not answer to the Host ${JSON.stringify(name.slice(0, 100))}; if people or programs use this name, add it to MUSTER_ALLOWED_HOSTS, or set MUSTER_PUBLIC_URL`,
  );
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

function checkRead({ headers }: IncomingMessage, { isOpenedByLinks }: Reached): void {
  if (headers['sec-fetch-site'] !== 'cross-site') return;
  if (isOpenedByLinks && headers['sec-fetch-mode'] === 'navigate') return;
  throw new ApiProblem('forbidden', 'pages of other sites may not read here; open the address itself');
}

function checkWrite({ headers }: IncomingMessage): void {
  const { host = '', origin } = headers;
  const site = headers['sec-fetch-site'];
  const isForeign =
    (typeof site === 'string' && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && hostOf(origin) !== host.toLowerCase());
  if (isForeign) throw new ApiProblem('forbidden', 'commands are not taken from pages of other sites');
}
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/**
 * Whether the request says from which page it comes. That the page is ours is checked for every
 * request that says so.
 */
export function showsItsPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

/**
 * The address from which a request came: that of the connection, or what a trusted proxy says.
 * `said`: as Express reads it, which believes only trusted proxies.
 */
export function addressOf({ socket }: IncomingMessage, said: string | undefined): string {
  const own = socket.remoteAddress ?? '';
  return (said !== undefined && isIP(said) !== 0 ? said : own).replace(/^::ffff:/, '');
}
