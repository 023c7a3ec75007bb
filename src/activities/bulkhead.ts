/**
 * Owns how much of a worker one channel may take. A receiver that hangs holds each attempt for ten
 * seconds. However many messages wait for that receiver, messages for other receivers must find
 * room. Knows no channel and no message.
 */

/**
 * How many attempts may be under way at once over one channel, by the kind of work. A worker has
 * room for several full channels. `gathered`: pages that wait to go together, or went so and wait
 * for the answer; many share one attempt.
 */
const room = { page: 300, gathered: 600, remind: 60, announce: 60, follow: 30 } as const;
export type Lane = keyof typeof room;

export class Bulkhead {
  private readonly underWay = new Map<string, number>();

  /** Runs `attempt` unless the lane is full; then undefined, at once. */
  async take<T>(channel: string, lane: Lane, attempt: () => Promise<T>): Promise<T | undefined> {
    const leave = this.enter(channel, lane);
    if (leave === undefined) return undefined;
    try {
      return await attempt();
    } finally {
      leave();
    }
  }

  /** Takes a place in the lane; answers what gives the place back, once. Undefined: it is full. */
  enter(channel: string, lane: Lane): (() => void) | undefined {
    const key = `${lane}/${channel}`;
    const before = this.underWay.get(key) ?? 0;
    if (before >= room[lane]) return undefined;
    this.underWay.set(key, before + 1);
    return () => this.underWay.set(key, this.underWay.get(key)! - 1);
  }
}
