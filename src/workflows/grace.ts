/**
 * Owns how long a process that has ended still tries to carry out the effects that it owes. Knows
 * nothing of how an effect is carried out.
 */
import { finishedAt, type Effect, type ProcessState } from '../domain';

/**
 * How long people, audiences and tools are tried after the end. Tools that follow are tried for
 * longer (workflows/effects.ts).
 */
const graceAfterEndMs = { messages: 15 * 60_000, follow: 60 * 60_000 };

/**
 * A wake-up that is so much later than the armed instant means that no worker ran. What was not
 * tried meanwhile has not failed, so the grace begins anew.
 */
const absentMs = 60_000;

/**
 * What another process takes over is owed for as long as its activity is tried: without it nobody
 * would be asked any more (R10, `roll-back` with `declare`).
 */
const neverGivenUp: readonly Effect['type'][] = ['absorb', 'declare-incident'];

export class Grace {
  private wakesAt: number | null = null;

  /** `resumedAt`: when this run began, later when a worker was back after an absence. */
  constructor(private resumedAt: number) {}

  /** To be called at each wake-up, at the instant `now`. */
  woke(now: number): void {
    if (this.wakesAt !== null && now - this.wakesAt >= absentMs) this.resumedAt = now;
  }

  /** True once a finished process has nothing left to do, or was given its time to do it. */
  isOver(state: ProcessState, now: number): boolean {
    const endsAt = this.endsAt(state);
    if (endsAt === undefined) return false;
    const { outbox } = state;
    return outbox.length === 0 || (now >= endsAt && !outbox.some(({ type }) => neverGivenUp.includes(type)));
  }

  /**
   * The instant to wake up at, at the latest. `ahead`: the next instant of the process, which
   * counts until it has finished: a process that has ended goes on while action items are open
   * (R22).
   */
  nextWake(state: ProcessState, ahead: number | null, now: number): number | null {
    const endsAt = this.endsAt(state);
    this.wakesAt = endsAt === undefined ? ahead : now < endsAt ? endsAt : null;
    return this.wakesAt;
  }

  private endsAt(state: ProcessState): number | undefined {
    const finished = finishedAt(state);
    if (finished === undefined) return undefined;
    const follows = state.outbox.some(({ type }) => type === 'follow');
    return Math.max(finished, this.resumedAt) + (follows ? graceAfterEndMs.follow : graceAfterEndMs.messages);
  }
}
