/**
 * Owns the wait for new entries on a timeline. Many readers may wait for the same entries; the
 * process is asked once for all of them: every 250 ms at first, every second later, and at once
 * after a command that came through this API.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { TimelineEntry } from '../../domain';

type Ask = (id: string, after: number, limit: number) => Promise<TimelineEntry[]>;
const firstPauseMs = 250;
const longestPauseMs = 1_000;
const most = 1_000;

interface Watch {
  readonly id: string;
  waiting: number;
  stir: AbortController;
  readonly found: Promise<TimelineEntry[]>;
}

export class TimelineWatch {
  private readonly watches = new Map<string, Watch>();
  constructor(private readonly ask: Ask) {}

  /**
   * Entries after number `after`, as soon as there are some; an empty list when `signal` ends the
   * wait first.
   */
  async next(id: string, after: number, signal: AbortSignal): Promise<TimelineEntry[]> {
    if (signal.aborted) return [];
    const watch = this.join(id, after);
    watch.waiting += 1;
    let stop!: () => void;
    const ended = new Promise<TimelineEntry[]>((resolve) =>
      signal.addEventListener('abort', (stop = () => resolve([])), { once: true }),
    );
    try {
      return await Promise.race([watch.found, ended]);
    } finally {
      signal.removeEventListener('abort', stop);
      watch.waiting -= 1;
      if (watch.waiting === 0) watch.stir.abort();
    }
  }

  /** This process got a command: look at once. */
  stir(id: string): void {
    for (const watch of this.watches.values()) if (watch.id === id) watch.stir.abort();
  }

  private join(id: string, after: number): Watch {
    const key = `${id}/${after}`;
    const running = this.watches.get(key);
    if (running) return running;
    const watch: Watch = {
      id,
      waiting: 0,
      stir: new AbortController(),
      found: Promise.resolve().then(() => this.poll(key, watch, after)),
    };
    this.watches.set(key, watch);
    // Each reader gets a failure through its own wait. Without a reader nobody handles the failure,
    // and Node would end Muster.
    watch.found.catch(() => undefined);
    return watch;
  }

  private async poll(key: string, watch: Watch, after: number): Promise<TimelineEntry[]> {
    try {
      for (let wait = firstPauseMs; watch.waiting > 0; wait = Math.min(wait * 1.5, longestPauseMs)) {
        // Before the question: a command that comes while it is under way may not be in the answer.
        watch.stir = new AbortController();
        const found = await this.ask(watch.id, after, most);
        if (found.length > 0) return found;
        if (watch.waiting > 0) await pause(wait, undefined, { signal: watch.stir.signal }).catch(() => undefined);
      }
      return [];
    } finally {
      if (this.watches.get(key) === watch) this.watches.delete(key);
    }
  }
}
