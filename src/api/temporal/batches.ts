/**
 * Owns batches: requests under one name that come while others are under way wait, and go together
 * as the next batch. So a burst of any size asks a workflow one question at a time. Knows nothing
 * of the requests.
 */

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

export class Batches<Request, Answer> {
  private readonly lines = new Map<string, Waiting<Request, Answer>[]>();

  /**
   * `send` asks for all of `requests` under `name`, with one answer for each, in order. `most`: the
   * requests in one batch.
   */
  constructor(
    private readonly send: (name: string, requests: readonly Request[]) => Promise<readonly Answer[]>,
    private readonly most: number,
  ) {}

  /**
   * The answer to `request`. Throws the reason of `signal` when it ends before the request's turn.
   */
  ask(name: string, request: Request, signal: AbortSignal): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const waiting = { request, signal, resolve, reject };
      const line = this.lines.get(name);
      if (line) return void line.push(waiting);
      this.lines.set(name, [waiting]);
      void this.work(name);
    });
  }

  private async work(name: string): Promise<void> {
    const line = this.lines.get(name)!;
    while (line.length > 0) {
      const batch = line.splice(0, this.most);
      for (const { signal, reject } of batch) if (signal.aborted) reject(signal.reason);
      await this.settle(
        name,
        batch.filter(({ signal }) => !signal.aborted),
      );
    }
    this.lines.delete(name);
  }

  private async settle(name: string, batch: readonly Waiting<Request, Answer>[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const answers = await this.send(
        name,
        batch.map(({ request }) => request),
      );
      batch.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
