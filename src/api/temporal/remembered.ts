/**
 * Owns answers that several askers share for a while: equal questions within the time are answered
 * by one. A failure is not remembered. Knows nothing of the questions.
 */

export interface RememberFor {
  /** How long an answer is good, in ms from its question. */
  readonly ms: number;
  /** The same once something was changed; `ms` by default. */
  readonly afterChangeMs?: number;
  /** An answer that has not come yet is waited for, however long ago it was asked for. */
  readonly joins?: true;
}

interface Entry<T> {
  readonly from: number;
  until: number;
  isUnderWay: boolean;
  readonly answer: Promise<T>;
}

export class Remembered<T> {
  private readonly recent = new Map<string, Entry<T>>();

  /** `now`: the clock, in ms. */
  constructor(
    private readonly good: RememberFor,
    private readonly now: () => number,
  ) {}

  /** The remembered answer to the question called `name`, or the answer of `ask`. */
  ask(name: string, ask: () => Promise<T>): Promise<T> {
    const from = this.now();
    for (const [known, entry] of this.recent) if (this.isOver(entry, from)) this.recent.delete(known);
    const known = this.recent.get(name);
    if (known) return known.answer;
    const entry = { from, until: from + this.good.ms, isUnderWay: true, answer: ask() };
    this.recent.set(name, entry);
    entry.answer.then(
      () => (entry.isUnderWay = false),
      () => {
        if (this.recent.get(name) === entry) this.recent.delete(name);
      },
    );
    return entry.answer;
  }

  private isOver({ from, until, isUnderWay }: Entry<T>, now: number): boolean {
    if (isUnderWay && this.good.joins === true) return false;
    // A clock that was set back would keep an answer for as long.
    return until <= now || from > now;
  }

  /** What the question called `name` is about was changed: the next asker asks anew. */
  forget(name: string): void {
    this.recent.delete(name);
  }

  /** From now on the answers of before are good for `afterChangeMs` only. */
  noteChange(): void {
    const { ms, afterChangeMs = ms } = this.good;
    for (const entry of this.recent.values()) entry.until = Math.min(entry.until, entry.from + afterChangeMs);
  }
}
