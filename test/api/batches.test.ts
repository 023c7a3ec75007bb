/** Batches: a burst asks one question at a time, and a call that was dropped is made again. */
import fc from 'fast-check';
import { Batches } from '../../src/api/temporal/batches';
import { patiently } from '../../src/api/temporal/patiently';

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A sender whose answers are given by hand. */
function byHand() {
  const asked: { name: string; requests: readonly number[]; answer: () => void; fail: (why: Error) => void }[] = [];
  const send = (name: string, requests: readonly number[]) =>
    new Promise<readonly string[]>((resolve, reject) =>
      asked.push({ name, requests, answer: () => resolve(requests.map((one) => `${name}${one}`)), fail: reject }),
    );
  return { asked, send };
}

test('what comes while a question is under way goes together as the next one', async () => {
  const { asked, send } = byHand();
  const batches = new Batches(send, 100);
  const answers = [1, 2, 3].map((one) => batches.ask('a', one, never));
  expect(asked.map(({ requests }) => requests)).toEqual([[1]]);
  asked[0]!.answer();
  await settled();
  expect(asked.map(({ requests }) => requests)).toEqual([[1], [2, 3]]);
  asked[1]!.answer();
  expect(await Promise.all(answers)).toEqual(['a1', 'a2', 'a3']);
});

test('other names do not wait, and a batch has its limit', async () => {
  const { asked, send } = byHand();
  const batches = new Batches(send, 2);
  for (const one of [1, 2, 3, 4]) void batches.ask('a', one, never);
  void batches.ask('b', 1, never);
  expect(asked.map(({ name, requests }) => [name, requests])).toEqual([
    ['a', [1]],
    ['b', [1]],
  ]);
  asked[0]!.answer();
  await settled();
  expect(asked.at(-1)!.requests).toEqual([2, 3]);
});

test('a failure reaches those of its batch alone, and the line goes on', async () => {
  const { asked, send } = byHand();
  const batches = new Batches(send, 100);
  const first = batches.ask('a', 1, never);
  const second = batches.ask('a', 2, never);
  asked[0]!.fail(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await settled();
  asked[1]!.answer();
  expect(await second).toBe('a2');
});

test('a request whose caller has gone before its turn is not sent', async () => {
  const { asked, send } = byHand();
  const batches = new Batches(send, 100);
  void batches.ask('a', 1, never);
  const caller = new AbortController();
  const gone = batches.ask('a', 2, caller.signal);
  caller.abort(new Error('the caller has gone'));
  asked[0]!.answer();
  await expect(gone).rejects.toThrow('the caller has gone');
  expect(asked).toHaveLength(1);
  // The line is free again.
  void batches.ask('a', 3, never);
  expect(asked.at(-1)!.requests).toEqual([3]);
});

test('each request is asked once and gets its own answer, in whatever order and number they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), async (names, most) => {
      const seen: string[] = [];
      let underWay = 0;
      const batches = new Batches<number, string>(async (name, requests) => {
        expect(requests.length).toBeLessThanOrEqual(most);
        if (name === '0') expect((underWay += 1)).toBe(1);
        await settled();
        if (name === '0') underWay -= 1;
        seen.push(...requests.map((one) => `${name}/${one}`));
        return requests.map((one) => `${name}/${one}`);
      }, most);
      const answers = await Promise.all(names.map((name, index) => batches.ask(String(name), index, never)));
      const expected = names.map((name, index) => `${name}/${index}`);
      expect(answers).toEqual(expected);
      expect([...seen].sort()).toEqual([...expected].sort());
    }),
    { numRuns: 50 },
  );
});

test('a dropped call is made again until it is taken; another failure is not', async () => {
  const isPassing = (error: unknown) => (error as Error).message === 'dropped';
  let calls = 0;
  const taken = patiently(() => ((calls += 1) < 4 ? Promise.reject(new Error('dropped')) : Promise.resolve('taken')), {
    isPassing,
    signal: never,
    pauseMs: 1,
  });
  expect([await taken, calls]).toEqual(['taken', 4]);
  const refused = patiently(() => Promise.reject(new Error('refused')), { isPassing, signal: never, pauseMs: 1 });
  await expect(refused).rejects.toThrow('refused');
});

test('when the patience of the caller ends, the caller gets the reason of the last call', async () => {
  const caller = new AbortController();
  const call = patiently(() => Promise.reject(new Error('dropped')), {
    isPassing: () => true,
    signal: caller.signal,
    pauseMs: 10_000,
  });
  await settled();
  caller.abort(new Error('out of time'));
  await expect(call).rejects.toThrow('dropped');
});
