/**
 * Owns the wait for new entries on a timeline. Many readers may wait, each for what comes after the
 * last entry that reader has; the process is asked once for all of them: every 250 ms at first,
 * every second later, and at once after a command that came through this API.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { TimelineEntry } from '../../domain';
import { StoreUnavailable } from './process-store';

type Ask = (id: string, after: number, limit: number) => Promise<TimelineEntry[]>;
const firstPauseMs = 250;
const longestPauseMs = 1_000;
const most = 1_000;
/** How many readers may wait at once: each holds a connection. */
const mostReaders = 2_000;

interface Reader {
  readonly after: number;
  readonly answer: (entries: TimelineEntry[]) => void;
  readonly fail: (error: unknown) => void;
}

interface Watch {
  readonly readers: Set<Reader>;
  stir: AbortController;
}

export class TimelineWatch {
  private readonly watches = new Map<string, Watch>();
  private readers = 0;
  constructor(
    private readonly ask: Ask,
    private readonly longestQueue = mostReaders,
  ) {}

  /**
   * Entries after number `after`, as soon as there are some; an empty list when `signal` ends the
   * wait first. Throws StoreUnavailable when too many wait already.
   */
  async next(id: string, after: number, signal: AbortSignal): Promise<TimelineEntry[]> {
    if (signal.aborted) return [];
    if (this.readers >= this.longestQueue) throw new StoreUnavailable(`${this.readers} others wait for news already`);
    this.readers += 1;
    const watch = this.watches.get(id) ?? this.begin(id);
    let reader!: Reader;
    let leave!: () => void;
    const found = new Promise<TimelineEntry[]>((resolve, reject) => {
      reader = { after, answer: resolve, fail: reject };
      leave = () => resolve([]);
    });
    watch.readers.add(reader);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await found;
    } finally {
      signal.removeEventListener('abort', leave);
      this.readers -= 1;
      watch.readers.delete(reader);
      if (watch.readers.size === 0) watch.stir.abort();
    }
  }

  /** This process got a command: look at once. */
  stir(id: string): void {
    this.watches.get(id)?.stir.abort();
  }

  private begin(id: string): Watch {
    const watch: Watch = { readers: new Set(), stir: new AbortController() };
    this.watches.set(id, watch);
    // After this turn, so that the first reader is there.
    void Promise.resolve().then(() => this.poll(id, watch));
    return watch;
  }

  private async poll(id: string, watch: Watch): Promise<void> {
    const { readers } = watch;
    try {
      for (let wait = firstPauseMs; readers.size > 0; wait = Math.min(wait * 1.5, longestPauseMs)) {
        // Before the question: a command that comes while it is under way may not be in the answer.
        watch.stir = new AbortController();
        // Those who come while the question is under way may be further behind than it asks.
        const asking = [...readers];
        const found = await this.ask(id, Math.min(...asking.map(({ after }) => after)), most);
        const served = asking.filter((reader) => give(reader, found));
        served.forEach((reader) => readers.delete(reader));
        if (served.length > 0) wait = firstPauseMs;
        else if (readers.size > 0) await pause(wait, undefined, { signal: watch.stir.signal }).catch(() => undefined);
      }
    } catch (error) {
      readers.forEach(({ fail }) => fail(error));
    } finally {
      if (this.watches.get(id) === watch) this.watches.delete(id);
    }
  }
}

/** Whether `found` has something for the reader. */
function give({ after, answer }: Reader, found: readonly TimelineEntry[]): boolean {
  const news = found.filter(({ seq }) => seq > after);
  if (news.length > 0) answer(news);
  return news.length > 0;
}
