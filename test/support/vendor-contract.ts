/**
 * The contract of every channel to a vendor, whatever the vendor does: a refusal is reported as a
 * refusal, a passing failure asks for another attempt, and that attempt makes nothing twice. Each
 * fault is tried at each call of an attempt.
 */
import type { Attempt, Channel, FollowAttempt } from '../../src/activities/channel';
import type { HttpOptions } from '../../src/activities/http/client';
import { allKeys, placesOf, unmeasurable, withAt } from './hostile';
import type { Fault, Vendor, VendorRequest } from './fakes/vendor';

export interface VendorContract<F extends Vendor> {
  readonly start: () => Promise<F>;
  readonly channel: (options: HttpOptions & { url: string }) => Channel;
  readonly attempt: (channel: Channel, signal: AbortSignal) => Promise<Attempt | FollowAttempt>;
  /** An attempt made earlier, over a channel of its own and without faults. */
  readonly before?: (channel: Channel, signal: AbortSignal) => Promise<Attempt | FollowAttempt>;
  /** The objects at the vendor; they must be the same however often the attempt was made. */
  readonly made: (fake: F) => unknown;
  /** The channel reads only the status: a broken or long answer is a success. */
  readonly statusOnly?: true;
  /** Statuses that mean a refusal; default 400, 401, 403, 404. */
  readonly refusals?: readonly number[];
  /** JSON answers to the first call that the vendor does not document. */
  readonly strange?: readonly unknown[];
}

/** How many places of an answer are tried at most; in a longer answer they are spread evenly. */
const placesAtMost = 15;

export const never = new AbortController().signal;

/** Runs `use` with a fake and a channel to it, and closes both. */
export async function withVendor<F extends Vendor>(
  { start, channel, before }: Pick<VendorContract<F>, 'start' | 'channel' | 'before'>,
  use: (fake: F, channel: Channel) => Promise<void>,
  options: HttpOptions = {},
): Promise<void> {
  const fake = await start();
  if (before) {
    const first = channel({ url: fake.url, allowHosts: ['127.0.0.1'] });
    expect(await before(first, never)).toMatchObject({ status: expect.stringMatching(/^(delivered|done)$/) as string });
    await first.close?.();
    fake.forget();
  }
  const opened = channel({ url: fake.url, allowHosts: ['127.0.0.1'], ...options });
  try {
    await use(fake, opened);
  } finally {
    await opened.close?.();
    await fake.close();
  }
}

export function keepsTheVendorContract<F extends Vendor>(contract: VendorContract<F>): void {
  const { attempt, made, statusOnly = false, refusals = [400, 401, 403, 404] } = contract;
  const { strange = [null, [], 'text', { data: 3 }, { id: { $ne: 1 }, errors: 'x' }] } = contract;
  const succeeded = { status: expect.stringMatching(/^(delivered|done)$/) as string };

  /**
   * With a short limit, a slow machine may need more than one more attempt, which production would
   * make too.
   */
  const again = async (channel: Channel) => {
    let result = await attempt(channel, never);
    for (let tries = 1; tries < 5 && result.status === 'unavailable'; tries++) result = await attempt(channel, never);
    return result;
  };
  /**
   * Runs `check` for each call of an attempt that meets `fault`; then a second attempt has to
   * succeed.
   */
  const atEachCall = async (
    fault: Fault,
    check: (result: Attempt | FollowAttempt) => void,
    options: HttpOptions = {},
  ) => {
    let calls = 0;
    let expected: unknown;
    await withVendor(contract, async (fake, channel) => {
      expect(await attempt(channel, never)).toMatchObject(succeeded);
      calls = fake.received.length;
      expected = made(fake);
    });
    expect(calls).toBeGreaterThan(0);
    for (let call = 0; call < calls; call++)
      for (let tries = 1, reached = false; !reached; tries++)
        await withVendor(
          contract,
          async (fake, channel) => {
            fake.fail(fault, call);
            const result = await attempt(channel, never);
            reached = fake.received.length > call;
            // With a short limit, a slow machine may stop before the call that is meant.
            if (!reached && result.status === 'unavailable' && tries < 5) return;
            expect(reached).toBe(true);
            check(result);
            expect(await again(channel)).toMatchObject(succeeded);
            expect(made(fake)).toEqual(expected);
          },
          options,
        );
  };
  const unavailable = (result: Attempt | FollowAttempt) => expect(result).toMatchObject({ status: 'unavailable' });

  test('the same request a second time makes nothing twice', () =>
    withVendor(contract, async (fake, channel) => {
      expect(await attempt(channel, never)).toMatchObject(succeeded);
      const before = made(fake);
      expect(await attempt(channel, never)).toMatchObject(succeeded);
      expect(made(fake)).toEqual(before);
    }));

  test('an answer that is lost, at any call: the next attempt makes nothing twice', () =>
    atEachCall('lose', unavailable));

  test('a connection that is cut, at any call, is worth another attempt', () => atEachCall('refuse', unavailable));

  test('no answer within the limit, at any call, is worth another attempt', () =>
    atEachCall(
      'hang',
      (result) =>
        expect(result).toMatchObject({ status: 'unavailable', because: expect.stringContaining('0.2 s') as string }),
      { timeoutMs: 200 },
    ));

  test('an answer that begins and never ends, at any call, is not waited for', () =>
    // With the status alone, the status must come within the limit, also on a slow machine.
    atEachCall('drip', (result) => expect(result).toMatchObject(statusOnly ? succeeded : { status: 'unavailable' }), {
      timeoutMs: statusOnly ? 1_000 : 200,
    }));

  test('429 with Retry-After, at any call, is obeyed', () =>
    atEachCall({ status: 429, headers: { 'retry-after': '7' }, json: {} }, (result) =>
      expect(result).toMatchObject({ status: 'unavailable', retryAfterMs: 7_000 }),
    ));

  test.each([500, 502, 503])('%i, at any call, is worth another attempt', (status) =>
    atEachCall({ status, text: '<h1>oops</h1>' }, unavailable),
  );

  test.each(refusals)('%i is told as a refusal, with what the vendor says', (status) =>
    withVendor(contract, async (fake, channel) => {
      fake.fail({ status, text: 'no such \u001b[31mthing' });
      const result = await attempt(channel, never);
      expect(result).toMatchObject({
        status: 'failed',
        because: expect.stringMatching(new RegExp(`${status}: no such .*thing`)) as string,
      });
      expect(JSON.stringify(result)).not.toContain('\\u001b');
    }),
  );

  test('a refusal that quotes the secrets is told without them', () =>
    withVendor(contract, async (fake, channel) => {
      await attempt(channel, never);
      const secrets = secretsIn(fake.received[0]!);
      fake.fail({ status: 400, text: `who is ${secrets.join(' or ')}?` }, 0);
      const told = JSON.stringify(await attempt(channel, never));
      for (const secret of secrets) expect(told).not.toContain(secret);
    }));

  test('a redirect is not followed', () =>
    withVendor(contract, async (fake, channel) => {
      fake.fail({ status: 302, headers: { location: `${fake.url}/elsewhere` } });
      expect(await attempt(channel, never)).toMatchObject({ status: 'failed' });
      expect(fake.received.filter(({ path }) => path === '/elsewhere')).toEqual([]);
    }));

  test('an answer that is cut short, at any call, is not believed', () =>
    atEachCall('garble', (result) => expect(result).toMatchObject(statusOnly ? succeeded : { status: 'unavailable' })));

  test.each(strange.map((json) => [JSON.stringify(json), json]))(
    'an answer of another shape is not believed: %s',
    (_, json) =>
      withVendor(contract, async (fake, channel) => {
        fake.fail({ status: 200, json });
        expect(await attempt(channel, never)).toMatchObject(statusOnly ? succeeded : { status: 'unavailable' });
      }),
  );

  test('an answer with a value that cannot be measured, at any place of any answer, is an outcome and no throw', async () => {
    const outcome = { status: expect.stringMatching(/^(delivered|done|unavailable|failed)$/) as string };
    for (let call = 0, isCalled = true; isCalled; call++)
      for (let place = 0, places = 1; place < places; place++)
        await withVendor(contract, async (fake, channel) => {
          fake.fail((reply) => {
            const found = placesOf(reply.json);
            places = Math.min(found.length, placesAtMost);
            const where = found[Math.floor((place * found.length) / places)]!;
            return { ...reply, text: withAt(reply.json, where, place % 2 === 0 ? unmeasurable : allKeys) };
          }, call);
          expect(await attempt(channel, never)).toMatchObject(statusOnly ? succeeded : outcome);
          isCalled = fake.received.length > call;
        });
  });

  test('an answer that is far too large, at any call, is not read to its end', () =>
    atEachCall('flood', (result) => expect(result).toMatchObject(statusOnly ? succeeded : { status: 'unavailable' })));

  test('an in-house host is not spoken to unless it is listed', () =>
    withVendor(
      contract,
      async (fake, channel) => {
        expect(await attempt(channel, never)).toMatchObject({
          status: 'failed',
          because: expect.stringContaining('allow-hosts') as string,
        });
        expect(fake.received).toHaveLength(0);
      },
      { allowHosts: [] },
    ));
}

/**
 * The secrets in a request of a channel: in the header, as a password in the header, or in the
 * body.
 */
function secretsIn({ headers, json }: VendorRequest): string[] {
  const [scheme = '', credentials = scheme] = (headers.authorization ?? '').split(' ');
  const password = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString().split(':')[1] : undefined;
  const { routing_key: key } = (json ?? {}) as { routing_key?: string };
  return [credentials, password, key].filter((secret): secret is string => secret !== undefined && secret !== '');
}
