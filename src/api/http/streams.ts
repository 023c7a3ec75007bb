/**
 * Owns all streams that are open in this program: how many there may be, the one timer behind them,
 * their heartbeats, who reads too slowly, and whether whoever reads still may. Knows nothing of
 * what they carry.
 */
import { iso, type Instant } from '../../domain';
import { eventText, type EventStream } from './event-stream';
import { ApiProblem, problemOf } from './problem';

/** Each holds a connection. */
export const mostStreams = 1_000;
/** More than one person has pages open; a script that forgets to close them comes to its end. */
export const mostStreamsOfOne = 20;
const tickMs = 1_000;
/** In ticks, as are the following. */
const heartbeatEvery = 10;
const askAgainEvery = 12;
const patience = 30;
/** When whoever was refused may ask again. */
const againIn = '10';

/** Does `act` every `ms` until the returned function is called. */
export type Every = (ms: number, act: () => void) => () => void;

export const everyByTimer: Every = (ms, act) => {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
};

export interface Streamed {
  readonly out: EventStream;
  /** Whether what was sent last is known to be how things stand: else nothing is said. */
  readonly isCurrent: () => boolean;
  /** Rejects with a problem when whoever reads may not any more. */
  readonly askAgain: () => Promise<void>;
}
interface Entry extends Streamed {
  age: number;
  /** For how many ticks the client has not taken what was sent. */
  slowFor: number;
}

interface Settings {
  readonly clock: () => Instant;
  readonly every: Every;
  /** Aborted when the program stops. */
  readonly ending: AbortSignal | undefined;
  /** What else happens each second while anybody reads. */
  readonly onTick: () => void;
}

export class Streams {
  private readonly open = new Set<Entry>();
  private readonly places = new Map<string, number>();
  private taken = 0;
  private ticks = 0;
  private stopTicking: (() => void) | undefined;

  constructor(private readonly settings: Settings) {
    settings.ending?.addEventListener('abort', () => this.open.forEach(({ out }) => out.end()), { once: true });
  }

  /**
   * Takes a place until `gone`. `who`: whose it is; undefined: nobody is told apart. Throws a
   * problem when there are too many.
   */
  takePlace(who: string | undefined, gone: AbortSignal): void {
    if (gone.aborted) return;
    const own = who === undefined ? 0 : (this.places.get(who) ?? 0);
    if (own >= mostStreamsOfOne) throw tooMany('rate-limited', `${mostStreamsOfOne} streams of one`);
    if (this.taken >= mostStreams) throw tooMany('busy', `${mostStreams} streams of everybody together`);
    this.taken += 1;
    if (who !== undefined) this.places.set(who, own + 1);
    gone.addEventListener('abort', () => this.freePlace(who), { once: true });
  }

  private freePlace(who: string | undefined): void {
    this.taken -= 1;
    if (who === undefined) return;
    const left = (this.places.get(who) ?? 1) - 1;
    if (left > 0) this.places.set(who, left);
    else this.places.delete(who);
  }

  /** Looks after a stream until `gone`. */
  add(streamed: Streamed, gone: AbortSignal): void {
    if (gone.aborted) return;
    if (this.settings.ending?.aborted) return streamed.out.end();
    const entry: Entry = { ...streamed, age: 0, slowFor: 0 };
    this.open.add(entry);
    this.stopTicking ??= this.settings.every(tickMs, () => this.tick());
    gone.addEventListener('abort', () => this.remove(entry), { once: true });
  }

  private remove(entry: Entry): void {
    this.open.delete(entry);
    if (this.open.size > 0) return;
    this.stopTicking?.();
    this.stopTicking = undefined;
  }

  private tick(): void {
    this.ticks += 1;
    this.settings.onTick();
    const alive =
      this.ticks % heartbeatEvery === 0
        ? eventText('alive', JSON.stringify({ at: iso(this.settings.clock()) }))
        : undefined;
    for (const entry of this.open) {
      entry.age += 1;
      const { out } = entry;
      entry.slowFor = out.isTaken ? 0 : entry.slowFor + 1;
      if (entry.slowFor > patience) out.drop();
      else if (alive !== undefined && out.drained === undefined && entry.isCurrent()) out.write(alive);
      // By age, so that not all ask within one second.
      if (entry.age % askAgainEvery === 0) void this.askAgain(entry);
    }
  }

  // While nobody can tell who asks, nobody is sent away.
  private async askAgain({ out, askAgain }: Entry): Promise<void> {
    try {
      await askAgain();
    } catch (error) {
      const { status, body } = problemOf(error, '');
      if (status < 500) out.over(String(body['detail']));
    }
  }
}

function tooMany(problem: 'busy' | 'rate-limited', what: string): ApiProblem {
  const detail = `at most ${what} are open at a time; close one, or try again in ${againIn} s`;
  return new ApiProblem(problem, detail, {}, { 'Retry-After': againIn });
}
