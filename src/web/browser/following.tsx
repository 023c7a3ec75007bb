/**
 * Owns the stream of events that keeps a page up to date: opens it while the page is seen, says
 * truthfully whether it is heard, and when it was last heard.
 */
import { useEffect, useRef, useState } from 'preact/hooks';

/** Whether the page is kept up to date. */
export type Standing =
  /** Nothing keeps it up to date: it is as old as it says. */
  | 'still'
  | 'live'
  /** Not heard for now; tried again and again. */
  | 'reconnecting'
  /** The server will not say more: not to this reader, or not about this. */
  | { readonly over: string };

/** The server says that it is there every 10 s. */
const silentAfterMs = 25_000;
const againAfterMs = 5_000;

interface Followed {
  readonly url: string | undefined;
  /** `id`: of the last event that had one. */
  readonly onEvent: Hear;
}

type Hear = (name: 'process' | 'open' | 'alive', event: unknown, id: string) => void;

/** Follows the stream at `url` while the page is seen. */
export function useStream({ url, onEvent }: Followed): Standing {
  const [standing, setStanding] = useState<Standing>('still');
  const handler = useRef(onEvent);
  handler.current = onEvent;
  useEffect(() => {
    if (url === undefined) return;
    const line = new Line(url, setStanding, (...heard) => handler.current(...heard));
    // A page that nobody sees keeps no connection: a browser has six for all its tabs.
    const look = () => (document.hidden ? line.rest() : line.open());
    const left = new AbortController();
    const { signal } = left;
    document.addEventListener('visibilitychange', look, { signal });
    // A browser keeps a page that was left, and its connection is dead when somebody comes back.
    window.addEventListener('pagehide', () => line.rest(), { signal });
    window.addEventListener('pageshow', look, { signal });
    window.addEventListener('online', () => line.anew(), { signal });
    look();
    return () => {
      left.abort();
      line.rest();
    };
  }, [url]);
  return standing;
}

class Line {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastId = '';
  private isOver = false;

  constructor(
    private readonly url: string,
    private readonly say: (standing: Standing) => void,
    private readonly hear: Hear,
  ) {}

  open(): void {
    if (this.source !== undefined || this.isOver) return;
    const separator = this.url.includes('?') ? '&' : '?';
    const from = this.lastId === '' ? '' : `${separator}lastEventId=${encodeURIComponent(this.lastId)}`;
    const source = new EventSource(`${this.url}${from}`);
    this.source = source;
    for (const name of ['process', 'open', 'alive'] as const)
      source.addEventListener(name, (event) => {
        // The browser's own `open` says nothing of Muster.
        if (!(event instanceof MessageEvent)) return;
        if (source !== this.source) return;
        if (event.lastEventId !== '') this.lastId = event.lastEventId;
        this.wait(silentAfterMs);
        this.say('live');
        this.hear(name, JSON.parse(String(event.data)), event.lastEventId);
      });
    source.addEventListener('over', (event) => {
      const { because } = JSON.parse(String(event.data)) as { because: string };
      this.end(because);
    });
    source.addEventListener('error', () => {
      if (source !== this.source) return;
      this.say('reconnecting');
      this.wait(againAfterMs);
      // A browser gives up for good when the answer is no stream, such as that of a proxy, and does
      // not say what it was.
      if (source.readyState === EventSource.CLOSED) void this.askWhy(source);
    });
    this.wait(silentAfterMs);
  }

  // Whoever is refused, because their session is over or they may not see it, hears that.
  private async askWhy(source: EventSource): Promise<void> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), againAfterMs);
    try {
      const response = await fetch(this.url, { signal: limit.signal });
      const isRefused = [401, 403, 404].includes(response.status);
      if (!isRefused || source !== this.source) return;
      const { detail } = (await response.json()) as { detail?: string };
      if (detail !== undefined) this.end(detail);
    } catch {
      // It is tried again as it is.
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  }

  private end(because: string): void {
    this.isOver = true;
    this.rest();
    this.say({ over: because });
  }

  /** Closes the connection; what was heard stays. */
  rest(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  anew(): void {
    this.rest();
    if (!document.hidden) this.open();
  }

  // A line may be dead without saying so.
  private wait(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.say('reconnecting');
      this.anew();
    }, ms);
  }
}
