/**
 * Owns the list of started parts, and stops them once, in the opposite order. Knows nothing of the
 * parts.
 */

/**
 * A refusal before or during the start, for a reason that the person at the terminal can mend:
 * shown without a stack.
 */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** The started parts, to be stopped once, in the opposite order. */
export class Lifecycle {
  private readonly stops: (() => unknown)[] = [];
  private stopping: Promise<void> | undefined;
  private readonly end = new AbortController();
  /** Aborted when everything has to stop: a part that is still starting gives up. */
  readonly ending = this.end.signal;
  /** Settles with the reason when a part died without being stopped. */
  readonly died: Promise<string>;
  private reportDeath!: (reason: string) => void;

  /** `complain` takes the lines about parts that could not be stopped. */
  constructor(private readonly complain: (line: string) => void = (line) => console.error(line)) {
    this.died = new Promise((resolve) => (this.reportDeath = resolve));
  }
  /** Adds a stop. A part that starts while everything is being stopped is stopped too. */
  onStop(stop: () => unknown): void {
    this.stops.push(stop);
    if (this.stopping) this.stopping = this.stopping.then(() => this.stopAll());
  }
  /** When `end` settles before the stop, `part` has died. */
  watch(part: string, end: Promise<unknown>): void {
    const report = (how: unknown) => {
      if (!this.stopping) this.reportDeath(`${part} ended: ${how instanceof Error ? how.message : String(how)}`);
    };
    end.then(report, report);
  }
  stop(): Promise<void> {
    this.end.abort(new StartRefused('told to stop while starting'));
    return (this.stopping ??= this.stopAll());
  }
  private async stopAll(): Promise<void> {
    for (let stop = this.stops.pop(); stop; stop = this.stops.pop()) {
      try {
        await stop();
      } catch (error) {
        this.complain(`while stopping: ${errorMessage(error)}`);
      }
    }
  }
}

/** The message of a thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
