/**
 * Owns turns: under one name only a limited amount of work runs at a time. The rest waits, first
 * come first served. Knows nothing of the work.
 */

interface Line {
  underWay: number;
  readonly waiting: (() => void)[];
}

export class KeyedSemaphore {
  private readonly lines = new Map<string, Line>();
  constructor(private readonly atATime: number) {}

  /**
   * Runs `work` when its turn under `name` has come. Throws the reason of `signal` when the signal
   * is aborted before.
   */
  async take<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(name) ?? { underWay: 0, waiting: [] };
    this.lines.set(name, line);
    if (line.underWay >= this.atATime) await turnOf(line, signal);
    else line.underWay += 1;
    try {
      return await work();
    } finally {
      this.leave(name, line);
    }
  }

  // The next in line takes over the place, so that no newcomer can take it.
  private leave(name: string, line: Line): void {
    const next = line.waiting.shift();
    if (next) return next();
    line.underWay -= 1;
    if (line.underWay === 0) this.lines.delete(name);
  }
}

function turnOf(line: Line, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      line.waiting.splice(line.waiting.indexOf(come), 1);
      reject(signal.reason as Error);
    };
    const come = () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    line.waiting.push(come);
  });
}
