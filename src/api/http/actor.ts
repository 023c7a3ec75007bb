/**
 * Owns the actor of a request: the header `Muster-Actor` (there is no authentication yet), and the
 * facts about that person that a command carries. Also owns on which addresses a server without
 * authentication may listen, and which requests it trusts. Decides nothing more.
 */
import type { IncomingMessage } from 'node:http';
import { textRules } from '../../contracts/field-rules';
import { unnamedPerson } from '../../domain';
import { ApiProblem, malformed } from './problem';

/** Where the server will listen. */
export interface Access {
  readonly host: string;
  /** MUSTER_INSECURE=1: a proxy in front keeps strangers out. */
  readonly insecure: boolean;
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
 * Throws unless a server without authentication may listen on `host`. Where every source of alerts
 * proves itself, it may: other machines then reach the doors of alerts, and nothing else.
 */
export function checkAccess({ host, insecure }: Access, sources: AskedProof): void {
  if (insecure || isLoopback(host)) return;
  const names = Object.keys(sources);
  const open = names.filter((name) => !sources[name]!.asksProof);
  if (names.length > 0 && open.length === 0) return;
  const why =
    open.length === 0 ? '' : ` (without one: ${open.slice(0, 5).join(', ')}${open.length > 5 ? ', ...' : ''})`;
  throw new Error(
    `without authentication Muster listens on loopback only, not on ${host}; set MUSTER_INSECURE=1 where something in front keeps strangers out, or give every source of alerts.yaml a key or a signature${why}, so that other machines may send alerts and nothing else`,
  );
}

/**
 * Refuses requests from other machines that bring no alerts, and requests that a foreign web page
 * may have sent through somebody's browser: a command from another site and, on loopback, a request
 * whose Host is a foreign name that was pointed to this machine (DNS rebinding). `isProved`: the
 * request brings alerts, and every source proves itself, so from where it comes says nothing.
 */
export function checkSender(request: IncomingMessage, { insecure }: Access, isProved: boolean): void {
  const host = request.headers.host ?? '';
  if (!insecure && !isProved) {
    if (!isLoopback((request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')))
      throw new ApiProblem('forbidden', 'from other machines only alerts are taken');
    if (!isLoopback(host.replace(/:\d+$/, '')))
      throw new ApiProblem('forbidden', 'on loopback, Host must be localhost or a loopback address');
  }
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign =
    (typeof site === 'string' && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && hostOf(origin) !== host.toLowerCase());
  if (foreign) throw new ApiProblem('forbidden', 'commands are not taken from pages of other sites');
}
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** The person whom the request names, `anonymous` by default. */
export function personOf(request: IncomingMessage): string {
  const header = request.headers['muster-actor'];
  if (header === undefined) return unnamedPerson;
  // Node reads headers as Latin-1; clients send UTF-8.
  const person = Buffer.from(Array.isArray(header) ? header.join(', ') : header, 'latin1')
    .toString('utf8')
    .trim();
  const { max, pattern, expected } = textRules.person;
  if (person.length > max || !pattern.test(person) || person.includes('\ufffd'))
    throw malformed([{ path: 'Muster-Actor', message: `expected ${expected}` }]);
  if (person.toLowerCase() === 'muster')
    throw malformed([
      {
        path: 'Muster-Actor',
        message: 'muster is the name of Muster itself on the timeline; use the name of a person',
      },
    ]);
  return person;
}
