/**
 * Owns one shared question for many askers: at most one question is under way and one waits. No
 * asker gets the answer to a question that began before the asker came. Knows nothing of the
 * question.
 */

export class SingleFlight<T> {
  private underWay: Promise<T> | undefined;
  private following: Promise<T> | undefined;

  /**
   * `failsTogether`: where a question fails, so does the one that waits, which would most likely
   * take as long to fail.
   */
  constructor(
    private readonly question: () => Promise<T>,
    private readonly failsTogether = false,
  ) {}

  /** The answer to a question that begins after this call. */
  read(): Promise<T> {
    // The waiting question has not begun, so every newcomer may share it.
    if (this.following) return this.following;
    if (!this.underWay) return this.begin();
    return (this.following = this.underWay.then(this.next, this.failsTogether ? this.giveUp : this.next));
  }

  private readonly next = (): Promise<T> => {
    this.following = undefined;
    return this.begin();
  };

  private readonly giveUp = (error: unknown): never => {
    this.following = undefined;
    throw error;
  };

  private begin(): Promise<T> {
    const asked = this.question().finally(() => {
      if (this.underWay === asked) this.underWay = undefined;
    });
    this.underWay = asked;
    return asked;
  }
}

/** Shared questions by their names; a name that nobody asks for is forgotten. */
export class SingleFlights {
  private readonly flights = new Map<string, { readonly flight: SingleFlight<unknown>; askers: number }>();

  /**
   * The answer to a question that begins after this call. Two questions with one name must be the
   * same question, of the same type: the first one's is asked.
   */
  async read<T>(name: string, question: () => Promise<T>): Promise<T> {
    const known = this.flights.get(name) ?? { flight: new SingleFlight<unknown>(question, true), askers: 0 };
    this.flights.set(name, known);
    known.askers += 1;
    try {
      return (await known.flight.read()) as T;
    } finally {
      known.askers -= 1;
      if (known.askers === 0) this.flights.delete(name);
    }
  }
}
