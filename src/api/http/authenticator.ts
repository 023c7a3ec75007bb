/**
 * Owns the port through which credentials enter: each kind (a token, a session, ...) is one
 * `Authenticator` in the list of `ApiDeps`. Also owns how a missing or worthless credential is
 * answered. Knows no kind of credential.
 */
import type { IncomingMessage } from 'node:http';
import type { Instant, Principal } from '../../domain';
import { ApiProblem } from './problem';

/** Reads one kind of credential. */
export interface Authenticator {
  /** As refusals call it, such as `session cookie`. */
  readonly what: string;
  /**
   * Browsers send it by themselves (a cookie), so that a request that changes something has to show
   * from which page it comes as well.
   */
  readonly isAmbient: boolean;
  /**
   * Whether the request brings a credential of this kind, good or not. Asks nobody: a request with
   * two credentials is refused before either is looked at.
   */
  carries(request: IncomingMessage): boolean;
  /**
   * Who asks. Throws `unauthenticated` when the credential does not count (any more), and
   * StoreUnavailable when nobody can tell.
   */
  authenticate(request: IncomingMessage, now: Instant): Promise<Principal>;
  /** Headers of the answer by which the credential goes on; of a credential that counts. */
  renewal?(request: IncomingMessage, now: Instant): Promise<Readonly<Record<string, string>> | undefined>;
}

/** 401: whoever asks has to say who they are. */
export function unauthenticated(because: string): ApiProblem {
  return new ApiProblem('unauthenticated', because, {}, { 'WWW-Authenticate': 'Bearer realm="Muster"' });
}

/** What stands in `Authorization: Bearer ...`; undefined when nothing of the kind does. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}
