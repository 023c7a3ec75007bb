/**
 * Owns server-sent events on one connection: how an event is written, and how much waits for a
 * client that reads slowly. Knows nothing of what the events say.
 */
import type { ServerResponse } from 'node:http';
import type { StreamEventName } from '../../contracts/stream-view';

/** How long a browser waits before it connects again, in ms. */
const retryMs = 2_000;

/** An event as it goes over the wire. `json` is one line, as JSON always may be. */
export function eventText(event: StreamEventName, json: string, id?: string): Buffer {
  return Buffer.from(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${json}\n\n`);
}

export class EventStream {
  private isOver = false;
  private drain: Promise<void> | undefined;

  /** Begins the answer; its headers are set. */
  constructor(private readonly response: ServerResponse) {
    response.once('close', () => (this.isOver = true));
    response.flushHeaders();
    this.write(Buffer.from(`retry: ${retryMs}\n\n`));
  }

  /** Sends what `eventText` made. Nothing is sent any more after the end. */
  write(text: Buffer): void {
    if (this.isOver || this.response.write(text) || this.drain !== undefined) return;
    this.drain = new Promise((resolve) => {
      const done = () => {
        this.response.off('drain', done).off('close', done);
        this.drain = undefined;
        resolve();
      };
      this.response.on('drain', done).on('close', done);
    });
  }

  /** Settles when the client has taken what was sent, or is gone; undefined: it has. */
  get drained(): Promise<void> | undefined {
    return this.drain;
  }

  /**
   * Whether all that was sent has left this program, however little it was. What the system holds
   * for a connection that is dead counts as gone: there TCP alone gives up, after a quarter of an
   * hour.
   */
  get isTaken(): boolean {
    return this.drain === undefined && this.response.writableLength === 0;
  }

  /** Says why nothing more comes, and ends. */
  over(because: string): void {
    this.write(eventText('over', JSON.stringify({ because })));
    this.end();
  }

  /** Ends without a word: the client connects again. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.response.end();
  }

  /** Gives up a client that does not read. */
  drop(): void {
    this.isOver = true;
    this.response.destroy();
  }
}

/**
 * Gives one client what changes, one after the other. What comes while the client is slow, or while
 * something is looked up for it, is made one by `joined`: by default the latest alone.
 */
export class InTurn<T> {
  private waiting: T | undefined;
  private out: EventStream | undefined;
  private isGiving = false;

  /** `give` writes to `out`. `onError` hears what it throws. */
  constructor(
    private readonly give: (latest: T, out: EventStream) => Promise<void>,
    private readonly onError: (error: unknown) => void,
    private readonly joined: (earlier: T, later: T) => T = (_, later) => later,
  ) {}

  take(latest: T): void {
    this.waiting = this.waiting === undefined ? latest : this.joined(this.waiting, latest);
    void this.giveAll();
  }

  /** What was taken before waits until now. */
  begin(out: EventStream): void {
    this.out = out;
    void this.giveAll();
  }

  private async giveAll(): Promise<void> {
    if (this.out === undefined || this.isGiving) return;
    this.isGiving = true;
    try {
      while (this.waiting !== undefined) {
        if (this.out.drained !== undefined) await this.out.drained;
        const latest = this.waiting;
        this.waiting = undefined;
        await this.give(latest, this.out);
      }
    } catch (error) {
      this.onError(error);
    } finally {
      this.isGiving = false;
    }
  }
}
