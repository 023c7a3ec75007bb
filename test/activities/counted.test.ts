/**
 * What an attempt to send tells Temporal: that its worker lives, and how many attempts have failed.
 */
import { ActivityCancellationDetails, ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Info } from '@temporalio/activity';
import { counted } from '../../src/activities/counted';
import type { SendRequest } from '../../src/domain';
import { pageRequest } from '../support/messages';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const passing = (message: string) => ApplicationFailure.create({ message, category: 'BENIGN' });
const page: SendRequest = { ...pageRequest, otherWays: true };
/** One attempt that fails, unless `work` does something else, and what it told. */
async function attemptAt(request: SendRequest, info: Partial<Info> = {}, work?: () => Promise<unknown>) {
  const env = new MockActivityEnvironment({
    heartbeatTimeoutMs: 8_000,
    retryPolicy: { maximumAttempts: 7 },
    ...info,
  });
  const told: unknown[] = [];
  let wasLast: boolean | undefined;
  env.on('heartbeat', (count) => told.push(count));
  const fails = () => Promise.reject(passing('answered 503'));
  const ended: unknown = await env
    .run((one: SendRequest) => {
      return counted(one, (isLast) => {
        wasLast = isLast;
        return work?.() ?? fails();
      });
    }, request)
    .catch((error: unknown) => error);
  return { told, ended, wasLast, isForGood: ended instanceof ApplicationFailure && ended.nonRetryable === true };
}

test.each([
  ['the first failure of a hasty page', page, 0, false],
  ['the second failure of a hasty page', page, 1, true],
  ['the sixth failure of a page over the last channel', pageRequest, 5, false],
  ['the seventh failure of a page over the last channel', pageRequest, 6, true],
  ['the 30th failure of a reminder', { ...pageRequest, kind: 'remind' as const }, 29, true],
  ['the 59th failure of an announcement', { ...pageRequest, kind: 'announce' as const }, 58, false],
])('%s is counted', async (_, request, failed, isForGood) => {
  const more = { heartbeatDetails: { failed }, retryPolicy: { maximumAttempts: 99 } };
  expect(await attemptAt(request, more)).toMatchObject({
    told: [{ failed: failed + 1 }],
    wasLast: isForGood,
    isForGood,
    ended: { message: 'answered 503' },
  });
});

test('attempts whose worker was gone are not counted: the sixth attempt may be the first failure', async () => {
  expect(await attemptAt(page, { attempt: 6 })).toMatchObject({ told: [{ failed: 1 }], isForGood: false });
  // Not more than Temporal makes.
  expect(await attemptAt(page, { attempt: 7 })).toMatchObject({ wasLast: true, isForGood: true });
});

test.each([undefined, null, {}, { failed: 'two' }, { undecodable: true, because: 'broken' }])(
  'signs of another build, %j, count nothing',
  async (heartbeatDetails) => {
    expect((await attemptAt(page, { heartbeatDetails })).told).toEqual([{ failed: 1 }]);
  },
);

test('the attempt at a page shows that it lives for as long as it lasts, and hands on what has failed before', async () => {
  const lasts = () => new Promise((resolve) => setTimeout(resolve, 11_000));
  const attempt = attemptAt(page, { heartbeatDetails: { failed: 1 } }, lasts);
  await jest.advanceTimersByTimeAsync(20_000);
  expect((await attempt).told).toEqual(Array(4).fill({ failed: 1 }));
  const announcement = attemptAt({ ...pageRequest, kind: 'announce' }, {}, lasts);
  await jest.advanceTimersByTimeAsync(20_000);
  expect((await announcement).told).toEqual([]);
});

test('an attempt that is stopped with its worker has not failed', async () => {
  const env = new MockActivityEnvironment({ heartbeatTimeoutMs: 8_000, heartbeatDetails: { failed: 1 } });
  const told: unknown[] = [];
  env.on('heartbeat', (count) => told.push(count));
  const ended = env.run(() =>
    counted(page, async () => {
      await new Promise((resolve) => env.context.cancellationSignal.addEventListener('abort', resolve));
      throw passing('the worker stops');
    }),
  );
  env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  await expect(ended).rejects.toMatchObject({ message: 'the worker stops', nonRetryable: false });
  expect(told).toEqual([]);
});

test('a message that nobody waits for, or that an older build sends, is counted by Temporal alone', async () => {
  const old = { heartbeatTimeoutMs: 0, retryPolicy: { maximumAttempts: 2 } };
  expect(await attemptAt(page, old)).toMatchObject({ told: [], wasLast: false, isForGood: false });
  expect(await attemptAt(page, { ...old, attempt: 2 })).toMatchObject({ told: [], wasLast: true });
});
