/**
 * How a page gets the overrides: one look-up for many pages, never a look-up that began before the
 * page, and in an outage the last known overrides.
 */
import { SingleFlight } from '../../src/api/temporal/single-flight';
import type { Override } from '../../src/domain';
import { overridesForPages } from '../../src/app/on-call-overrides';
import { override } from '../support/rota';

/** A question whose calls the test answers by hand, in order. */
function question<T>() {
  const asked: { answer: (value: T) => void; fail: (error: Error) => void }[] = [];
  return {
    asked,
    ask: () => new Promise<T>((resolve, reject) => asked.push({ answer: resolve, fail: reject })),
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('of a hundred look-ups at once one is under way and one waits; nobody gets an answer to what was asked before they came', async () => {
  const { asked, ask } = question<string>();
  const shared = new SingleFlight(ask);
  const first = shared.read();
  const rest = Array.from({ length: 99 }, () => shared.read());
  await turn();
  expect(asked).toHaveLength(1);
  asked[0]!.answer('before');
  expect(await first).toBe('before');
  await turn();
  expect(asked).toHaveLength(2);
  const late = shared.read();
  asked[1]!.answer('after');
  expect(new Set(await Promise.all(rest))).toEqual(new Set(['after']));
  await turn();
  expect(asked).toHaveLength(3);
  asked[2]!.answer('later');
  expect(await late).toBe('later');
});

test('a look-up that fails fails for those who waited for it alone; the next one asks again', async () => {
  const { asked, ask } = question<string>();
  const shared = new SingleFlight(ask);
  const first = shared.read();
  const second = shared.read();
  asked[0]!.fail(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await turn();
  asked[1]!.answer('back');
  expect(await second).toBe('back');
});

test('when Temporal does not answer in time, or not at all, the last overrides known are used, with a warning', async () => {
  const { asked, ask } = question<readonly Override[]>();
  const warned: string[] = [];
  const logger = { info: () => undefined, warn: (message: string) => void warned.push(message) };
  const overrides = overridesForPages(ask, logger, 20);
  const known = [override('ov-1', 'ana', 0, 1)];
  const answered = overrides();
  asked[0]!.answer(known);
  expect(await answered).toEqual(known);
  expect(warned).toEqual([]);
  expect(await overrides()).toEqual(known);
  expect(warned).toHaveLength(1);
  const failed = overrides();
  asked[2]!.fail(new Error('no connection'));
  expect(await failed).toEqual(known);
  expect(warned).toHaveLength(2);
  // The answer that came too late for the second page is used for the next page.
  const newer = [override('ov-2', 'bruno', 0, 1)];
  asked[1]!.answer(newer);
  await turn();
  expect(await overrides()).toEqual(newer);
});
