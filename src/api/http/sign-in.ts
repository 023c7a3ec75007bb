/**
 * Owns the port through which people sign in with a browser: the cookies that it keeps, and the
 * identity provider. Knows no way to seal a cookie, and no protocol.
 */
import type { IncomingMessage } from 'node:http';
import type { Instant, Session } from '../../domain';

/** By what people sign in with a browser. */
export interface SignIn {
  /** Where people reach this installation; no slash at its end. */
  readonly publicUrl: string;
  readonly cookies: Cookies;
  readonly provider: Provider;
  /** The person whom the identity provider knows by `value`; undefined: nobody of people.yaml. */
  readonly personOfClaim: (value: string) => string | undefined;
}

/** The cookies of signing in. What is kept is the whole header of the answer. */
export interface Cookies {
  /** The session that the request brings; undefined when it is none of ours, or has expired. */
  session(request: IncomingMessage, now: Instant): Promise<Session | undefined>;
  keepSession(session: Session, now: Instant): Promise<string>;
  forgetSession(): string;
  /** The login at the provider that has begun in this browser. */
  attempt(request: IncomingMessage, now: Instant): Promise<Attempt | undefined>;
  keepAttempt(attempt: Attempt, now: Instant): Promise<string>;
  forgetAttempt(): string;
}

/** A login at the identity provider that has begun in a browser. */
export interface Attempt {
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The path of this installation to which the browser goes in the end. */
  readonly goesOnTo: string;
}

export interface Provider {
  /** The provider of access.yaml; undefined: there is none. */
  readonly settings: () => { readonly issuer: string } | undefined;
  /** Where the browser goes, and what it brings back. Throws when the provider does not answer. */
  begin(redirectUri: string, goesOnTo: string): Promise<{ readonly url: URL; readonly attempt: Attempt }>;
  /**
   * Who came back with `returned`, the address of the redirect with its query. Throws when the
   * provider does not answer, or does not confirm it.
   */
  finish(returned: URL, attempt: Attempt): Promise<Finished>;
}
export type Finished =
  | { readonly ok: true; readonly value: string; readonly groups: readonly string[] }
  | { readonly ok: false; readonly message: string };
