/**
 * Owns batches: requests under one name that come while others are under way wait, and go together
 * as the next batch. So a burst of any size asks a workflow once at a time. Knows nothing of the
 * requests.
 */
import { setTimeout as pause } from 'node:timers/promises';

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

export interface BatchesOptions<Request, Answer> {
  /** Asks for all of `requests` under `name`; one answer for each, in order. */
  readonly send: (name: string, requests: readonly Request[]) => Promise<readonly Answer[]>;
  /** Whether the batch may be sent again after `error`. */
  readonly isPassing: (error: unknown) => boolean;
  /** Requests in one batch. */
  readonly most: number;
  /** The longest pause before a batch is sent again, in ms; each pause is a random part of it. */
  readonly longestPauseMs: number;
}

export class Batches<Request, Answer> {
  private readonly lines = new Map<string, Waiting<Request, Answer>[]>();
  constructor(private readonly options: BatchesOptions<Request, Answer>) {}

  /**
   * The answer to `request`. A batch that failed for a passing reason is sent again until `signal`
   * is aborted; then throws the reason of `signal`.
   */
  ask(name: string, request: Request, signal: AbortSignal): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const line = this.lines.get(name);
      const waiting = { request, signal, resolve, reject };
      if (line) return void line.push(waiting);
      this.lines.set(name, [waiting]);
      void this.work(name);
    });
  }

  private async work(name: string): Promise<void> {
    const line = this.lines.get(name)!;
    while (line.length > 0) {
      const batch = line.splice(0, this.options.most);
      const left = await this.sendOnce(name, batch);
      if (left.length === 0) continue;
      line.unshift(...left);
      // Of several APIs that were turned away together, each comes again at another moment.
      await pause(Math.random() * this.options.longestPauseMs);
    }
    this.lines.delete(name);
  }

  /** The requests that are still to be sent. */
  private async sendOnce(
    name: string,
    batch: readonly Waiting<Request, Answer>[],
  ): Promise<Waiting<Request, Answer>[]> {
    const wanted = batch.filter(({ signal }) => !signal.aborted);
    for (const { signal, reject } of batch) if (signal.aborted) reject(signal.reason);
    if (wanted.length === 0) return [];
    try {
      const answers = await this.options.send(
        name,
        wanted.map(({ request }) => request),
      );
      wanted.forEach(({ resolve }, index) => resolve(answers[index]!));
      return [];
    } catch (error) {
      if (this.options.isPassing(error)) return wanted;
      for (const { reject } of wanted) reject(error);
      return [];
    }
  }
}
