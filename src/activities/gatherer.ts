/**
 * Owns the pages of this worker that wait to go together (R40): keeps each page's attempt open
 * until the message that names it was sent, and ends the attempt as that message ended. When a page
 * waits is a rule of the domain. Knows no channel.
 */
import {
  asks,
  calledBack,
  goesAt,
  hurries,
  isSilent,
  silence,
  timePasses,
  type Gatherable,
  type Instant,
  type Spoken,
  type Voice,
} from '../domain';
import type { Attempt, Message } from './channel';

/** A page that asks to go. */
export interface Asking extends Gatherable {
  /** One person over one channel: the pages of one place are counted together. */
  readonly place: string;
  /** The longest that it waits for others, in ms. */
  readonly holdMs: number;
  /** How much one message over the channel holds, in the unit of `size`. */
  readonly room: number;
  readonly message: Message;
  /** Aborted when the page is not to go any more, or not from here. */
  readonly signal: AbortSignal;
  /** The page begins to wait. False: there is no room to wait, so it has to come again. */
  waits(): boolean;
  /** Sends one message that names all of `messages`, in one attempt. */
  send(messages: readonly Message[]): Promise<Attempt>;
}
/** `called-back`: the page did not go, because its signal was aborted while it waited. */
export type Told = Attempt | 'called-back';

interface Waiting {
  readonly asking: Asking;
  readonly settle: (told: Told | Promise<Told>) => void;
}
interface Place {
  voice: Voice;
  readonly waiting: Map<string, Waiting>;
  timer?: NodeJS.Timeout;
}

/** How many pages that went together are remembered, in case their attempt is made again. */
const rememberedAtMost = 2_000;

export class Gatherer {
  private readonly places = new Map<string, Place>();
  private readonly arrived = new Map<string, Attempt>();
  private isHurried = false;

  /**
   * `clock` gives ms from any beginning. It never goes back: a page would wait until the clock has
   * come so far again.
   */
  constructor(private readonly clock: () => Instant = () => performance.now()) {}

  /** Ends as the message ended that named the page. */
  async tell(asking: Asking): Promise<Told> {
    // Temporal did not hear how the attempt ended, and asks again: the message need not go again.
    const before = this.arrived.get(asking.key);
    if (before) return before;
    const now = this.clock();
    this.forgetSilent(now);
    const place = this.places.get(asking.place) ?? { voice: silence, waiting: new Map<string, Waiting>() };
    this.places.set(asking.place, place);
    place.waiting.get(asking.key)?.settle({ status: 'unavailable', because: 'another attempt took its place' });
    place.voice = calledBack(place.voice, asking.key);
    const { holdMs, room } = asking;
    return new Promise<Told>((resolve) => {
      const waiting = this.entered(place, asking, resolve);
      this.go(place, asks(place.voice, asking, now, { holdMs: this.isHurried ? 0 : holdMs, room }));
      waiting();
    });
  }

  /** Nothing waits for others any more: the worker is about to stop. */
  hurry(): void {
    this.isHurried = true;
    for (const place of this.places.values()) this.go(place, hurries(place.voice, this.clock()));
  }

  // Answers what begins the waiting, once it is known that the page did not go at once.
  private entered(place: Place, asking: Asking, resolve: (told: Told | Promise<Told>) => void): () => void {
    const { key, signal } = asking;
    const leave = (told: Told) => {
      if (place.waiting.get(key) !== waiting) return;
      this.go(place, { voice: calledBack(place.voice, key), goes: [] });
      waiting.settle(told);
    };
    const callBack = () => leave('called-back');
    const waiting: Waiting = {
      asking,
      settle: (told) => {
        if (place.waiting.get(key) === waiting) place.waiting.delete(key);
        signal.removeEventListener('abort', callBack);
        resolve(told);
      },
    };
    place.waiting.set(key, waiting);
    return () => {
      if (place.waiting.get(key) !== waiting) return;
      if (!asking.waits()) leave({ status: 'unavailable', because: 'too many pages wait for others already' });
      else if (signal.aborted) callBack();
      else signal.addEventListener('abort', callBack, { once: true });
    };
  }

  private go(place: Place, { voice, goes }: Spoken): void {
    place.voice = voice;
    for (const keys of goes) this.send(keys.flatMap((key) => place.waiting.get(key) ?? []));
    clearTimeout(place.timer);
    const at = goesAt(place.voice);
    if (at === undefined) return;
    const pass = () => this.go(place, timePasses(place.voice, this.clock()));
    place.timer = setTimeout(pass, Math.max(0, at - this.clock()));
  }

  private send(together: readonly Waiting[]): void {
    const [first] = together;
    if (first === undefined) return;
    const attempt = sent(first.asking, together);
    for (const { asking, settle } of together) settle(together.length === 1 ? attempt : this.toldOf(asking, attempt));
  }

  // One page may be what the receiver does not take: then the others still go, each by itself.
  private async toldOf(asking: Asking, attempt: Promise<Attempt>): Promise<Attempt> {
    const ended = await attempt;
    if (ended.status === 'failed') return asking.send([asking.message]);
    if (ended.status !== 'delivered') return ended;
    this.arrived.set(asking.key, ended);
    if (this.arrived.size > rememberedAtMost) this.arrived.delete(this.arrived.keys().next().value!);
    return ended;
  }

  private forgetSilent(now: Instant): void {
    for (const [name, { voice, waiting }] of this.places)
      if (waiting.size === 0 && isSilent(voice, now)) this.places.delete(name);
  }
}

// Async, so that whatever is thrown is heard by each page, and by no timer.
async function sent(asking: Asking, together: readonly Waiting[]): Promise<Attempt> {
  return asking.send(together.map((one) => one.asking.message));
}
