/** The limit on every wait for something outside. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isTimeout, within } from '../../src/time-limit';

/** Settles with the reason of the signal when the signal is aborted. */
const ended = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener('abort', () => resolve(signal.reason));
  });

test('the limit comes although the garbage collector ran meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const waits = Array.from({ length: 50 }, () => within(100, [new AbortController().signal], ended));
  collect();
  const reasons = await Promise.all(waits);
  expect(reasons.every(isTimeout)).toBe(true);
});

test('whoever else may end it ends it, before as well as during', async () => {
  const leaving = new AbortController();
  const during = within(60_000, [leaving.signal], ended);
  leaving.abort('left');
  expect(await during).toBe('left');
  expect(await within(60_000, [leaving.signal], ended)).toBe('left');
});

test('nothing is left behind when the work is done first: no timer, no listener', async () => {
  const leaving = new AbortController();
  const kept: AbortSignal[] = [];
  expect(await within(50, [leaving.signal], async (signal) => kept.push(signal))).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 80));
  leaving.abort('left');
  expect(kept[0]?.aborted).toBe(false);
});

test('a limit beyond what a timer can count, or none, does not come at once', async () => {
  for (const ms of [2 ** 40, Infinity]) {
    const aborted = await within(ms, [], async (signal) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return signal.aborted;
    });
    expect(aborted).toBe(false);
  }
});
