/**
 * Owns the cookies of signing in: the session, and the beginning of a login at the identity
 * provider. Each is sealed (seals.ts), and only ever sent to this installation. Whether a session
 * counts is a rule of the domain.
 */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { given } from '../../given';
import { sessionEnd, type Instant, type Session } from '../../domain';
import type { Attempt, Cookies } from '../http/sign-in';
import { Seals } from './seals';

const sessionShape = z.object({
  id: z.string(),
  person: z.string().optional(),
  claim: z.object({ issuer: z.string(), value: z.string() }).optional(),
  stamp: z.string(),
  begunAt: z.number(),
  usedAt: z.number(),
});

const attemptShape: z.ZodType<Attempt> = z.object({
  issuer: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  goesOnTo: z.string(),
});
const attemptMs = 10 * 60_000;

type Name = 'muster-session' | 'muster-login';

/** Reads and writes the cookies of one installation. */
export class SessionCookies implements Cookies {
  private readonly sessions: Seals<z.infer<typeof sessionShape>>;
  private readonly attempts: Seals<Attempt>;
  /** A request is asked for its session at the door, and for the cookie that makes it go on. */
  private readonly opened = new WeakMap<IncomingMessage, Promise<Session | undefined>>();
  private readonly prefix: string;
  private readonly attributes: string;

  /**
   * `secrets`: the newest first. `isSecure`: people reach Muster by https, so that browsers send
   * the cookies by nothing else.
   */
  constructor(secrets: readonly Buffer[], isSecure: boolean) {
    this.sessions = new Seals(secrets, 'session', sessionShape);
    this.attempts = new Seals(secrets, 'login', attemptShape);
    // With `__Host-` no other host, and no page under it, can set the cookie.
    this.prefix = isSecure ? '__Host-' : '';
    this.attributes = `; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  }

  /** Whether the request brings a session, good or not. */
  carriesSession(request: IncomingMessage): boolean {
    return this.valueOf(request, 'muster-session') !== undefined;
  }

  /** The session that the request brings; undefined when it is none of ours, or has expired. */
  session(request: IncomingMessage, now: Instant): Promise<Session | undefined> {
    const known = this.opened.get(request) ?? this.openSession(request, now);
    this.opened.set(request, known);
    return known;
  }

  /** The header that makes the browser keep `session`. */
  async keepSession(session: Session, now: Instant): Promise<string> {
    const until = sessionEnd(session);
    return this.cookie('muster-session', await this.sessions.seal(session, now, until), now, until);
  }

  /** The header that makes the browser forget the session. */
  forgetSession(): string {
    return this.forget('muster-session');
  }

  async attempt(request: IncomingMessage, now: Instant): Promise<Attempt | undefined> {
    return this.attempts.open(this.valueOf(request, 'muster-login') ?? '', now);
  }

  async keepAttempt(attempt: Attempt, now: Instant): Promise<string> {
    const until = now + attemptMs;
    return this.cookie('muster-login', await this.attempts.seal(attempt, now, until), now, until);
  }

  forgetAttempt(): string {
    return this.forget('muster-login');
  }

  private async openSession(request: IncomingMessage, now: Instant): Promise<Session | undefined> {
    const found = await this.sessions.open(this.valueOf(request, 'muster-session') ?? '', now);
    return found && given(found);
  }

  private forget(name: Name): string {
    return `${this.prefix}${name}=; Max-Age=0${this.attributes}`;
  }

  private cookie(name: Name, value: string, now: Instant, until: Instant): string {
    return `${this.prefix}${name}=${value}; Max-Age=${Math.max(0, Math.round((until - now) / 1000))}${this.attributes}`;
  }

  private valueOf({ headers: { cookie = '' } }: IncomingMessage, name: Name): string | undefined {
    const begin = `${this.prefix}${name}=`;
    const found = cookie.split(/; */).find((pair) => pair.startsWith(begin));
    return found?.slice(begin.length) || undefined;
  }
}
