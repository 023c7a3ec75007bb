/**
 * Owns one way of asking for many who want the same at the same time: never more than one question
 * under way and one that waits, and nobody gets an answer to a question that was asked before they
 * came. Knows nothing of what is asked.
 */

export class SingleFlight<T> {
  private underWay: Promise<T> | undefined;
  private following: Promise<T> | undefined;

  constructor(private readonly question: () => Promise<T>) {}

  /** An answer to a question that is asked from now on. */
  read(): Promise<T> {
    // Not asked yet, so it is for everybody who comes until then.
    if (this.following) return this.following;
    if (!this.underWay) return this.begin();
    return (this.following = this.underWay.then(this.next, this.next));
  }

  private readonly next = (): Promise<T> => {
    this.following = undefined;
    return this.begin();
  };

  private begin(): Promise<T> {
    const asked = this.question().finally(() => {
      if (this.underWay === asked) this.underWay = undefined;
    });
    this.underWay = asked;
    return asked;
  }
}
