/**
 * Owns the pace at which alerts reach incidents in a storm: few at a time. Incidents begin first,
 * those of a worse level before the others; last comes what is no news to the incident that hears
 * it. So a storm does not make the deadlines of other processes late. Whoever has waited long
 * enough goes in any case. Knows neither Temporal nor the rules.
 */

/** Times in ms. */
export interface TurnTimes {
  /**
   * The longest wait to begin. The attempt has to end before Temporal's limit (15 s), and the pages
   * of a storm that lasts ten seconds have to come within twenty (R40).
   */
  readonly beginMs: number;
  /** The longest wait of what is no news. An alert of a worse level may wait behind it. */
  readonly tellMs: number;
  /** The longest turn: an incident that does not answer must not keep the others waiting. */
  readonly turnMs: number;
  /** One more goes at a time for each such time that the longest waiting has waited to begin. */
  readonly oneMoreMs: number;
}
const usualTimes: TurnTimes = { beginMs: 9_000, tellMs: 6_000, turnMs: 1_000, oneMoreMs: 3_000 };

/**
 * All begin through the same few steps of the worker (src/worker.ts): with two at a time the next
 * one is ready when one is done, and steps are free for whatever else is due.
 */
const atATime = 2;
/** Incidents of which is remembered what they heard. */
const rememberedAtMost = 1_000;
/** After all that begin. */
const noNews = Infinity;

interface Waiting {
  readonly rank: number;
  /** By `performance.now()`, as everything here. */
  readonly since: number;
  readonly go: () => void;
}

export class PlacingTurns {
  private underWay = 0;
  /** The lowest rank first; of one rank, who came first. */
  private readonly waiting: Waiting[] = [];
  private readonly heard = new Map<string, ReadonlySet<string>>();

  constructor(private readonly times: TurnTimes = usualTimes) {}

  /** Runs `begin`, which begins an incident. `rank`: of its level, 0 is the worst. */
  begin<T>(rank: number, begin: () => Promise<T>): Promise<T> {
    return this.inTurn(rank, this.times.beginMs, begin);
  }

  /**
   * Runs `tell`, by which the incident hears of alerts of these levels: at once, when one of the
   * levels is news to it or may be. Alerts that ended have no level.
   */
  tell<T>(incident: string, levels: readonly string[], tell: () => Promise<T>): Promise<T> {
    const heard = this.heard.get(incident);
    const isNews = heard === undefined || levels.some((level) => !heard.has(level));
    return isNews ? tell() : this.inTurn(noNews, this.times.tellMs, tell);
  }

  /** The incident has heard of alerts of these levels. */
  hears(incident: string, levels: readonly string[]): void {
    const before = this.heard.get(incident) ?? [];
    this.heard.delete(incident);
    this.heard.set(incident, new Set([...before, ...levels]));
    if (this.heard.size > rememberedAtMost) this.heard.delete(this.heard.keys().next().value!);
  }

  private async inTurn<T>(rank: number, waitMs: number, work: () => Promise<T>): Promise<T> {
    if (this.underWay < atATime) this.underWay += 1;
    else await this.turn(rank, waitMs);
    let hasTurn = true;
    const end = (): void => {
      if (!hasTurn) return;
      hasTurn = false;
      this.underWay -= 1;
      this.call();
    };
    const timer = setTimeout(end, this.times.turnMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      end();
    }
  }

  // Until the turn has come, or was waited for long enough. Whoever is called has its turn from
  // then on, so that no newcomer can take it.
  private turn(rank: number, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const goAnyway = () => {
        this.waiting.splice(this.waiting.indexOf(one), 1);
        this.underWay += 1;
        resolve();
      };
      const timer = setTimeout(goAnyway, waitMs);
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      const one: Waiting = { rank, since: performance.now(), go };
      const later = this.waiting.findIndex((other) => other.rank > rank);
      this.waiting.splice(later === -1 ? this.waiting.length : later, 0, one);
    });
  }

  private call(): void {
    const now = performance.now();
    const begins = this.waiting.filter(({ rank }) => rank !== noNews);
    const longestMs = now - Math.min(now, ...begins.map(({ since }) => since));
    const most = atATime + Math.floor(longestMs / this.times.oneMoreMs);
    while (this.underWay < most && this.waiting.length > 0) {
      this.underWay += 1;
      this.waiting.shift()!.go();
    }
  }
}
