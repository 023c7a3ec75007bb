/**
 * Owns what was started and taking it down again, in the opposite order and once. Knows nothing of
 * the parts.
 */

/**
 * Refused before or while starting, for a reason that the person at the terminal can do something
 * about: shown without a stack.
 */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** What was started, to be stopped in the opposite order, once. */
export class Lifecycle {
  private readonly stops: (() => unknown)[] = [];
  private stopping: Promise<void> | undefined;
  private readonly end = new AbortController();
  /** Aborted when everything is to be taken down: whatever is still coming up gives up. */
  readonly ending = this.end.signal;
  /** Settles with the reason when a part died of itself. */
  readonly died: Promise<string>;
  private reportDeath!: (reason: string) => void;

  constructor() {
    this.died = new Promise((resolve) => (this.reportDeath = resolve));
  }
  /** A part that comes up while everything is being taken down is taken down too. */
  onStop(stop: () => unknown): void {
    this.stops.push(stop);
    if (this.stopping) this.stopping = this.stopping.then(() => this.stopAll());
  }
  /** `end` settling before the stop means that `part` died. */
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
        console.error(`while stopping: ${errorMessage(error)}`);
      }
    }
  }
}

/** What was thrown, in words. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
