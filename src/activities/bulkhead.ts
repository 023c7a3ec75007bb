/**
 * Owns how much of a worker one channel may take. A receiver that hangs holds each attempt for ten
 * seconds. However many messages wait for that receiver, messages for other receivers must find
 * room. Knows no channel and no message.
 */

/**
 * How many attempts may be under way at once over one channel, by the kind of work. A worker has
 * room for several full channels.
 */
const room = { page: 300, remind: 60, announce: 60, follow: 30 } as const;
export type Lane = keyof typeof room;

export class Bulkhead {
  private readonly underWay = new Map<string, number>();

  /** Runs `attempt` unless the lane is full; then undefined, at once. */
  async take<T>(channel: string, lane: Lane, attempt: () => Promise<T>): Promise<T | undefined> {
    const key = `${lane}/${channel}`;
    const before = this.underWay.get(key) ?? 0;
    if (before >= room[lane]) return undefined;
    this.underWay.set(key, before + 1);
    try {
      return await attempt();
    } finally {
      this.underWay.set(key, this.underWay.get(key)! - 1);
    }
  }
}
