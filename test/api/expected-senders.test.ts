/** What the intake is told at the start: which senders are expected, sooner or later. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { createAlertStore } from '../../src/api/temporal/alerts';
import { StoreUnavailable } from '../../src/api/temporal/process-store';
import { tellExpected } from '../../src/app/expected-senders';
import type { Expected } from '../../src/domain';
import { rulesOf } from './serve-alerts';

const expected = rulesOf({
  sources: { watch: { preset: 'generic', severity: 'P2', 'expect-every': '1h' } },
}).expected;

test('the intake is told, however often it does not answer at first, with longer and longer pauses', async () => {
  const told: (readonly Expected[])[] = [];
  const [pauses, warned]: [number[], string[]] = [[], []];
  const expect_ = (senders: readonly Expected[]) => {
    if (pauses.length < 9) return Promise.reject(new StoreUnavailable('no answer in time'));
    told.push(senders);
    return Promise.resolve();
  };
  const log = { info: () => undefined, warn: (message: string) => void warned.push(message) };
  const pause = (ms: number) => Promise.resolve(pauses.push(ms));
  await tellExpected({ expect: expect_ }, expected, log, new AbortController().signal, pause);
  expect(told).toEqual([expected]);
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000));
  expect(warned).toHaveLength(9);
});

test('the end of the program ends the tries', async () => {
  const ending = new AbortController();
  let tries = 0;
  const failing = () => {
    tries += 1;
    return Promise.reject(new Error('down'));
  };
  const log = { info: () => undefined, warn: () => undefined };
  const telling = tellExpected({ expect: failing }, expected, log, ending.signal);
  await new Promise((resolve) => setImmediate(resolve));
  ending.abort();
  await telling;
  expect(tries).toBe(1);
});

describe('over Temporal', () => {
  const asked: string[] = [];
  const storeWhere = (exists: boolean) => {
    asked.length = 0;
    const client = {
      connection: { withDeadline: (_: number, ask: () => Promise<unknown>) => ask() },
      workflow: {
        signalWithStart: (_: string, { signal }: { signal: string }) => Promise.resolve(asked.push(`begin ${signal}`)),
        getHandle: () => ({
          signal: (name: string) =>
            exists
              ? Promise.resolve(asked.push(name))
              : Promise.reject(new WorkflowNotFoundError('none', 'muster-alerts', undefined)),
        }),
      },
    };
    return createAlertStore({ client: client as unknown as Client, taskQueue: 'muster' });
  };

  test('expected senders begin the intake', async () => {
    await storeWhere(false).expect(expected);
    expect(asked).toEqual(['begin expect']);
  });
  test('that nobody is expected is told an intake that exists, and begins none', async () => {
    await storeWhere(true).expect([]);
    expect(asked).toEqual(['expect']);
    await storeWhere(false).expect([]);
    expect(asked).toEqual([]);
  });
});
