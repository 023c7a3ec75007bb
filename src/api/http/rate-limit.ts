/**
 * Owns how many requests one address may send in a minute, so that a script in a loop does not
 * block everybody. Counts only in this program. Knows no route except those that must answer under
 * any load.
 */
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { addressOf, isLoopback, type Access } from './reach';
import { ApiProblem } from './problem';

const windowMs = 60_000;
/**
 * Requests a minute where MUSTER_RATE_LIMIT is not set and other machines can reach the server:
 * more than dashboards and a busy CI need.
 */
const defaultLimit = 3_000;
const neverLimited = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * The limit for all requests; undefined (no limit) on loopback, unless a limit is set. A request
 * that brings alerts is told 503: of 429 many senders think that it is final, and the alert is
 * lost.
 */
export function limiter(
  { host, rateLimit: wanted }: Access,
  bringsAlerts: (request: Request) => boolean,
): RequestHandler | undefined {
  const limit = wanted ?? (isLoopback(host) ? 0 : defaultLimit);
  return limit === 0
    ? undefined
    : limited(limit, 'requests', (request) => (bringsAlerts(request) ? 'busy' : 'rate-limited'));
}

/** The limit of one expensive route: `perMinute` requests from one address. */
export function routeLimiter(perMinute: number, what: string): RequestHandler {
  return limited(perMinute, what);
}

/** Counts what everybody together does in a minute, where the doing costs somebody else. */
export class PerMinute {
  private taken: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly what: string,
  ) {}

  /** Counts one more at `now` (epoch ms); throws `rate-limited` when the minute is full. */
  take(now: number): void {
    this.taken = this.taken.filter((at) => at > now - windowMs);
    const [first] = this.taken;
    if (first !== undefined && this.taken.length >= this.limit)
      throw tooMany('rate-limited', `${this.limit} ${this.what}`, Math.ceil((first + windowMs - now) / 1000));
    this.taken.push(now);
  }
}

function tooMany(problem: 'busy' | 'rate-limited', what: string, seconds: number): ApiProblem {
  const detail = `at most ${what} a minute are taken; try again in ${seconds} s`;
  return new ApiProblem(problem, detail, {}, { 'Retry-After': `${seconds}` });
}

function limited(
  limit: number,
  what: string,
  problem: (request: Request) => 'busy' | 'rate-limited' = () => 'rate-limited',
): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => ipKeyGenerator(addressOf(request, request.ip)),
    skip: ({ path }) => neverLimited.has(path),
    handler: (request, response, next) => {
      const seconds = Number(response.getHeader('Retry-After') ?? windowMs / 1000);
      next(tooMany(problem(request), `${limit} ${what}`, seconds));
    },
  });
}
