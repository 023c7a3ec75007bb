import fc from 'fast-check';
import { sleepMs } from '../../src/workflows/armed-timer';

const begin = 1_800_000_000_000;

/**
 * Arms and wakes until the instant has come. `delay`: from the moment at which a task is handed out
 * to the one at which its timer reaches the server. `ahead`: how far the clock of the worker is.
 */
function wakes(inMs: number, { delay, ahead }: { delay: number; ahead: number }): { count: number; lateMs: number } {
  const at = begin + inMs;
  let now = begin;
  let count = 0;
  do {
    now += delay + sleepMs(at, now, now + delay + ahead);
    count += 1;
  } while (now < at);
  return { count, lateMs: now - at };
}

describe('the armed timer', () => {
  it('fires at its instant, however long the task took that armed it', () => {
    expect(wakes(180_000, { delay: 35, ahead: 0 })).toEqual({ count: 1, lateMs: 0 });
    expect(wakes(180_000, { delay: 900, ahead: 0 })).toEqual({ count: 1, lateMs: 0 });
  });

  it('is late by the task when the clock of the worker is behind', () => {
    expect(wakes(180_000, { delay: 35, ahead: -60_000 })).toEqual({ count: 1, lateMs: 35 });
  });

  it('wakes once too early when the clock of the worker is far ahead, and then waits exactly', () => {
    expect(wakes(180_000, { delay: 35, ahead: 3_600_000 })).toEqual({ count: 2, lateMs: 35 });
  });

  it('wakes twice at most and is never later than the task, with any clock', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000, max: 90 * 86_400_000 }),
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: -86_400_000, max: 86_400_000 }),
        (inMs, delay, ahead) => {
          const { count, lateMs } = wakes(inMs, { delay, ahead });
          expect(count).toBeLessThanOrEqual(2);
          expect(lateMs).toBeLessThanOrEqual(Math.max(0, -inMs) + delay + 1);
        },
      ),
    );
  });
});
