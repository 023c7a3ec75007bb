/**
 * Owns answers that several askers share for a while: equal questions within the time are answered
 * by one. A failure is not remembered. Knows nothing of the questions.
 */

export interface RememberFor {
  /** How long an answer is good, in ms from its question. */
  readonly ms: number;
  /** The same once something was changed; `ms` by default. */
  readonly afterChangeMs?: number;
}

export class Remembered<T> {
  private readonly recent = new Map<string, { readonly from: number; until: number; readonly answer: Promise<T> }>();

  /** `now`: the clock, in ms. */
  constructor(
    private readonly good: RememberFor,
    private readonly now: () => number,
  ) {}

  /** The remembered answer to the question called `name`, or the answer of `ask`. */
  ask(name: string, ask: () => Promise<T>): Promise<T> {
    const from = this.now();
    for (const [known, { until }] of this.recent) if (until <= from) this.recent.delete(known);
    const known = this.recent.get(name);
    if (known) return known.answer;
    const entry = { from, until: from + this.good.ms, answer: ask() };
    this.recent.set(name, entry);
    entry.answer.catch(() => {
      if (this.recent.get(name) === entry) this.recent.delete(name);
    });
    return entry.answer;
  }

  /** From now on the answers of before are good for `afterChangeMs` only. */
  noteChange(): void {
    const { ms, afterChangeMs = ms } = this.good;
    for (const entry of this.recent.values()) entry.until = Math.min(entry.until, entry.from + afterChangeMs);
  }
}
