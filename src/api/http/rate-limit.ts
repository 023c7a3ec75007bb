/**
 * Owns how many requests one address may send in a minute, so that a script gone wild does not take
 * the engine from everybody. Counts in this process alone; knows no route but those that must
 * answer however busy it is.
 */
import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { isLoopback, type Access } from './actor';
import { ApiProblem } from './problem';

const windowMs = 60_000;
/**
 * Requests a minute where nothing was set and others than this machine can reach us: above what
 * watching eyes and a busy CI need.
 */
const defaultLimit = 3_000;
const neverLimited = new Set(['/healthz', '/readyz', '/metrics']);

/** The limit for where the server listens; none on loopback, unless one was set. */
export function limiter({ host, rateLimit: wanted }: Access): RequestHandler | undefined {
  const limit = wanted ?? (isLoopback(host) ? 0 : defaultLimit);
  return limit === 0 ? undefined : limited(limit, 'requests');
}

/** The limit of one route that takes more than others: `perMinute` requests from one address. */
export function routeLimiter(perMinute: number, what: string): RequestHandler {
  return limited(perMinute, what);
}

function limited(limit: number, what: string): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: ({ socket }) => ipKeyGenerator(socket.remoteAddress ?? ''),
    skip: ({ path }) => neverLimited.has(path),
    handler: (_request, response, next) => {
      const seconds = Number(response.getHeader('Retry-After') ?? windowMs / 1000);
      next(
        new ApiProblem(
          'rate-limited',
          `at most ${limit} ${what} a minute are taken; try again in ${seconds} s`,
          {},
          {
            'Retry-After': `${seconds}`,
          },
        ),
      );
    },
  });
}
