/**
 * Owns how many requests a minute are taken, so that nothing a script or a hostile credential does
 * keeps somebody from acknowledging at night. Each request is counted once: by whoever proved who
 * they are, else by its address; and it is counted in one lane. A lane that is full refuses only
 * what belongs to it. Counts only in this program. Knows no route except those that must answer
 * under any load.
 */
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit, type RateLimitInfo } from 'express-rate-limit';
import type { Principal } from '../../domain';
import { addressOf, isLoopback, type Access } from './reach';
import { ApiProblem } from './problem';
import type { Route } from './route';

const windowMs = 60_000;
/**
 * Requests a minute of one asker where MUSTER_RATE_LIMIT is not set and people have to sign in:
 * more than dashboards and a busy CI need.
 */
const defaultLimit = 3_000;
/**
 * What everybody together may send is that many times what one may: with the default 12 000 a
 * minute, which is 200 a second. Two cores that had other work besides, the engine's among it,
 * answered 250 looks at a process a second, and 640 lists.
 */
const everybodyTimes = 4;

/**
 * Lanes that do not follow MUSTER_RATE_LIMIT: whoever lowers that means scripts that read, not
 * somebody who is paged. `each` is more than a person sends, or a script that acknowledges a whole
 * storm; it takes ten askers at their limit to fill `all`. The same two cores took 40 commands and
 * 19 declarations a second.
 */
const ownLanes = {
  acknowledge: { each: 300, all: 3_000, what: 'acknowledgements' },
  declare: { each: 60, all: 600, what: 'declarations' },
} as const;

/** `unknown`: of those who have not proved who they are. */
export type Lane = 'ordinary' | 'unknown' | 'alerts' | keyof typeof ownLanes;

const neverLimited = new Set(['/healthz', '/readyz', '/metrics']);

/** The lane of a route. */
export function laneOf({
  path,
  alerts,
  command,
  needs,
}: Pick<Route, 'path' | 'alerts' | 'command' | 'needs'>): Lane | 'free' {
  if (neverLimited.has(path)) return 'free';
  if (alerts === 'door') return 'alerts';
  if (command === 'acknowledge' || needs === 'link') return 'acknowledge';
  if (command === 'declare') return 'declare';
  return needs === 'anyone' ? 'unknown' : 'ordinary';
}

/** All limits of one app. */
export class Limits {
  private readonly lanes: Readonly<Record<Lane, readonly Bucket[]>> | undefined;
  private readonly ofRoutes = new Map<string, Bucket>();
  /** Each request is counted in one lane, once. */
  private readonly counted = new WeakSet<Request>();

  constructor({ host, authentication, rateLimit: wanted }: Pick<Access, 'host' | 'authentication' | 'rateLimit'>) {
    const limit = wanted ?? (authentication || !isLoopback(host) ? defaultLimit : 0);
    this.lanes = limit === 0 ? undefined : lanesOf(limit);
  }

  /** Counts a request of `principal`. Throws a problem when the request is one too many. */
  async take(principal: Principal, route: Route, request: Request): Promise<void> {
    const who = keyOf(principal, request);
    // Of a message to a door it is not known yet whose it is.
    if (principal.kind !== 'sender') await this.takeIn(laneOf(route), who, request);
    if (route.perMinute !== undefined) await this.ofRoute(route, route.perMinute).take(who, request);
  }

  /**
   * Counts a request that its principal may not send, for its credential alone: a token that
   * leaked, and that is for reading, must not keep its owner from acknowledging.
   */
  takeRefused({ kind, id, via }: Principal, request: Request): Promise<void> {
    return this.takeIn('unknown', `refused ${kind} ${id} ${via}`, request);
  }

  /**
   * Counts a message of a source that was proved. Several tools may send as one source: each
   * address of a source has what one asker has.
   */
  takeMessage(source: string, request: Request): Promise<void> {
    return this.takeIn('alerts', `${source} ${addressKey(request)}`, request);
  }

  /**
   * Counts a request of which nobody is known to be the sender: it showed nothing that counts, or
   * was refused before anybody looked. A request that was counted before is not counted here.
   */
  takeUnknown(request: Request, route: Route | undefined): Promise<void> {
    const lane = route === undefined ? 'unknown' : laneOf(route);
    return this.takeIn(lane === 'free' ? lane : 'unknown', addressKey(request), request, lane === 'alerts');
  }

  private async takeIn(
    lane: Lane | 'free',
    who: string,
    request: Request,
    isSender = lane === 'alerts',
  ): Promise<void> {
    if (lane === 'free' || this.counted.has(request)) return;
    this.counted.add(request);
    // What one may not send is not counted for all: one asker alone fills no lane.
    for (const bucket of this.lanes?.[lane] ?? []) await bucket.take(who, request, isSender ? 'busy' : 'rate-limited');
  }

  private ofRoute({ name, path }: Route, perMinute: number): Bucket {
    const bucket = this.ofRoutes.get(name) ?? new Bucket(name, perMinute, path.split('/').at(-1)!);
    this.ofRoutes.set(name, bucket);
    return bucket;
  }
}

function lanesOf(limit: number): Record<Lane, readonly Bucket[]> {
  const lane = (name: Lane, each: number, all: number, what: string): readonly Bucket[] => [
    new Bucket(name, each, what),
    new Bucket(name, all, `${what} of everybody together`, { isForAll: true }),
  ];
  const usual = (name: Lane, what: string) => lane(name, limit, limit * everybodyTimes, what);
  const own = (name: keyof typeof ownLanes) => {
    const { each, all, what } = ownLanes[name];
    return lane(name, each, all, what);
  };
  return {
    ordinary: usual('ordinary', 'requests'),
    unknown: usual('unknown', 'requests without a credential that counts'),
    alerts: usual('alerts', 'messages'),
    acknowledge: own('acknowledge'),
    declare: own('declare'),
  };
}

/**
 * Whom a request is counted for. All tokens of somebody count together, so that nobody gets more by
 * another one. Names that nothing proves are no names: anybody could use a new one each time.
 */
export function keyOf({ kind, id, via, scopes }: Principal, request: Request): string {
  if (via === 'nobody' || via === 'loopback' || kind === 'sender') return addressKey(request);
  return `${kind} ${id} ${kind === 'link' ? (scopes.process ?? '') : ''}`;
}

function addressKey(request: Request): string {
  return ipKeyGenerator(addressOf(request, request.ip));
}

type TooMany = 'busy' | 'rate-limited';

/** The most askers that a bucket tells apart; further ones share what one may send. */
const mostAskers = 20_000;

/** What may be taken in a minute: of each asker, or of everybody together. */
class Bucket {
  private readonly count: RequestHandler;
  private readonly asked = new WeakMap<Request, { readonly who: string; readonly problem: TooMany }>();

  constructor(name: string, limit: number, what: string, { isForAll = false } = {}) {
    const { asked } = this;
    const store = new MemoryStore();
    const isKnown = (who: string) => store.current.has(who) || store.previous.has(who);
    const keyOf = (who: string) =>
      isKnown(who) || store.current.size + store.previous.size < mostAskers ? who : 'further ones';
    this.count = rateLimit({
      windowMs,
      limit,
      identifier: name,
      store,
      // Whoever asks can do nothing about what all the others ask.
      standardHeaders: isForAll ? false : 'draft-8',
      legacyHeaders: false,
      keyGenerator: (request) => (isForAll ? 'all' : keyOf(asked.get(request)!.who)),
      handler: (request, _response, next) => {
        const { resetTime } = (request as Request & { rateLimit: RateLimitInfo }).rateLimit;
        const seconds = Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000));
        next(tooMany(asked.get(request)!.problem, `${limit} ${what}`, seconds));
      },
    });
  }

  /** Counts a request of `who`; throws `problem` when it is one too many. */
  take(who: string, request: Request, problem: TooMany = 'rate-limited'): Promise<void> {
    this.asked.set(request, { who, problem });
    return new Promise((resolve, reject) => {
      const next = (error?: unknown) => (error instanceof Error ? reject(error) : resolve());
      void this.count(request, request.res!, next);
    });
  }
}

function tooMany(problem: TooMany, what: string, seconds: number): ApiProblem {
  // A sender is told 503: of 429 many think that it is final, and the alert is lost.
  const detail = `at most ${what} a minute are taken; try again in ${seconds} s`;
  return new ApiProblem(problem, detail, {}, { 'Retry-After': `${seconds}` });
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
