/**
 * Owns an answer that every request needs: askers share a question, as with `SingleFlight`, and
 * while nobody answers, the last answer counts for a while. Knows nothing of the question.
 */
import { atMost, isTimeout } from '../../time-limit';
import { StoreUnavailable } from './process-store';
import { SingleFlight } from './single-flight';

export interface LastKnownFor {
  /** For how long an answer stands in for a newer one, in ms from its question. */
  readonly goodMs: number;
  /** How long an asker waits for a newer answer. */
  readonly patienceMs: number;
  /** Milliseconds that only grow. */
  readonly elapsed?: () => number;
}

export class LastKnown<T> {
  private known: { readonly from: number; readonly answer: T } | undefined;
  /** How often something was changed. */
  private changes = 0;
  private readonly flight: SingleFlight<T>;
  private readonly elapsed: () => number;

  constructor(
    question: () => Promise<T>,
    private readonly good: LastKnownFor,
  ) {
    this.elapsed = good.elapsed ?? (() => performance.now());
    this.flight = new SingleFlight(async () => {
      const [from, changes] = [this.elapsed(), this.changes];
      const answer = await question();
      // What was asked before a change is over with the change.
      if (changes === this.changes) this.known = { from, answer };
      return answer;
    });
  }

  /**
   * The answer to a question that begins after this call, or the last one that still counts. Throws
   * what the question throws, or StoreUnavailable when the patience is over.
   */
  async read(): Promise<T> {
    try {
      return await atMost(this.good.patienceMs, this.flight.read());
    } catch (error) {
      const { known } = this;
      if (known && this.elapsed() - known.from < this.good.goodMs) return known.answer;
      throw isTimeout(error) ? new StoreUnavailable('no answer in time', { cause: error }) : error;
    }
  }

  /** What is known is over: a change was made. */
  noteChange(): void {
    this.changes += 1;
    this.known = undefined;
  }
}
