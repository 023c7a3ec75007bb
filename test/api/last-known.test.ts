/** An answer that every request needs is as new as the request, and outlives a short silence. */
import { LastKnown } from '../../src/api/temporal/last-known';
import { StoreUnavailable } from '../../src/api/temporal/process-store';

/** Questions that a test answers itself, and a clock that it sets. */
function asker({ goodMs = 60_000, patienceMs = 50 } = {}) {
  const asked: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];
  const clock = { now: 0 };
  const known = new LastKnown<string>(() => new Promise((resolve, reject) => asked.push({ resolve, reject })), {
    goodMs,
    patienceMs,
    elapsed: () => clock.now,
  });
  return { known, asked, clock };
}
const settled = () => new Promise((done) => setImmediate(done));

test('nobody gets the answer to a question that began before they asked, and a thousand share two', async () => {
  const { known, asked } = asker({ patienceMs: 60_000 });
  const first = known.read();
  const later = Array.from({ length: 1_000 }, () => known.read());
  asked[0]!.resolve('old');
  expect(await first).toBe('old');
  await settled();
  expect(asked).toHaveLength(2);
  asked[1]!.resolve('new');
  expect(new Set(await Promise.all(later))).toEqual(new Set(['new']));
});

test('in a silence the last answer counts for a minute from its question, then nothing does', async () => {
  const { known, asked, clock } = asker();
  const first = known.read();
  clock.now = 30_000;
  asked[0]!.resolve('last');
  await first;
  clock.now = 59_999;
  expect(await known.read()).toBe('last');
  clock.now = 60_000;
  await expect(known.read()).rejects.toThrow(StoreUnavailable);
});

test('an error is told at once when nothing is known, and covered when something is', async () => {
  const { known, asked } = asker({ patienceMs: 60_000 });
  const first = known.read();
  asked[0]!.reject(new StoreUnavailable('down'));
  await expect(first).rejects.toThrow('down');
  const second = known.read();
  asked[1]!.resolve('up');
  expect(await second).toBe('up');
  const third = known.read();
  asked[2]!.reject(new StoreUnavailable('down'));
  expect(await third).toBe('up');
});

test('after a change nothing from before counts, also not an answer that was on its way', async () => {
  const { known, asked } = asker();
  const first = known.read();
  known.noteChange();
  asked[0]!.resolve('before the change');
  // It began before the change, as whoever asked for it did.
  expect(await first).toBe('before the change');
  await expect(known.read()).rejects.toThrow(StoreUnavailable);
});
