/**
 * The PagerDuty channel: what the adapter sends, and the meaning of each answer. The fake answers
 * as the Events API v2 is documented.
 */
import fc from 'fast-check';
import type { Attempt, Channel, Deliverer, Follower, WrittenEntry } from '../../../src/activities/channel';
import { alertKey } from '../../../src/activities/channels/pager-alerts';
import { linkFrom } from '../../../src/activities/http/address';
import { cutTo, cutToBytes } from '../../../src/activities/outside-text';
import { pagerDutyChannel } from '../../../src/activities/channels/pagerduty/adapter';
import { startPagerDuty, type FakePagerDuty } from '../../support/fakes/pagerduty';
import { followingLike, messageLike, pageRequest, ofLevel } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const contract: Pick<VendorContract<FakePagerDuty>, 'start' | 'channel'> = {
  start: startPagerDuty,
  channel: (options) => pagerDutyChannel({ routingKey: 'R'.repeat(32), ...options }, () => t0),
};
const using = (use: (fake: FakePagerDuty, channel: Deliverer & Follower) => Promise<void>) =>
  withVendor(contract, (fake, channel) => use(fake, channel as Deliverer & Follower));
const entry = (type: WrittenEntry['type'], seq = 1): WrittenEntry => ({
  seq,
  at: pageRequest.nominalAt,
  type,
  by: 'ana',
  text: `${type} by ana`,
});
const incident = followingLike().request;
const release = {
  ...incident.process,
  id: 'REL-2026-12-07-001',
  kind: 'release',
  title: 'Payments 4.2',
  status: 'deploying',
} as const;

describe('pages', () => {
  keepsTheVendorContract({
    ...contract,
    attempt: (channel, signal) => channel.deliver!(messageLike(), signal),
    made: (fake) => [...fake.alerts],
    statusOnly: true,
  });

  test('a page triggers an alert of its own, with what the responder needs and the link to acknowledge', () =>
    using(async (fake, channel) => {
      expect(await channel.deliver(messageLike(), never)).toMatchObject({ status: 'delivered' });
      expect(fake.alerts.get(pageRequest.key)!.event).toMatchObject({
        event_action: 'trigger',
        payload: {
          summary: 'P0 Checkout is down (INC-1)',
          severity: 'critical',
          source: 'muster',
          timestamp: '2026-12-07T08:03:00.000Z',
          component: 'payments',
          custom_details: {
            key: pageRequest.key,
            recipient: 'giorgos',
            rung: '2',
            due: ['response 2026-12-07T08:05:00.000Z'],
          },
        },
        client: 'Muster',
        client_url: 'http://muster.example/v1/incidents/INC-1',
        links: [
          { href: 'http://muster.example/v1/ack/t', text: 'Acknowledge in Muster' },
          { href: 'http://muster.example/v1/incidents/INC-1', text: 'INC-1' },
        ],
      });
    }));

  test.each([
    ['P0', 'critical'],
    ['P1', 'error'],
    ['P2', 'warning'],
    ['P3', 'info'],
  ] as const)('%s is %s there', (severity, expected) =>
    using(async (fake, channel) => {
      await channel.deliver(
        messageLike({ ...pageRequest, process: { ...pageRequest.process, ...ofLevel(severity) } }),
        never,
      );
      expect(fake.alerts.get(pageRequest.key)!.event.payload!.severity).toBe(expected);
    }),
  );

  test('a summary too long is cut by bytes, between characters', () =>
    using(async (fake, channel) => {
      const text = `${'🔥é'.repeat(700)}\nWhy you: secondary`;
      expect(await channel.deliver(messageLike({ ...pageRequest, text }), never)).toMatchObject({
        status: 'delivered',
      });
      const { summary } = fake.alerts.get(pageRequest.key)!.event.payload!;
      expect(summary).toMatch(/^P0 (🔥é)+🔥?…$/u);
    }));

  test('a reminder, when there is no quieter way, is there for the quiet too', () =>
    using(async (fake, channel) => {
      await channel.deliver(messageLike({ ...pageRequest, kind: 'remind' }), never);
      expect(fake.alerts.get(pageRequest.key)!.event.payload!.severity).toBe('info');
    }));

  test('a drill says so', () =>
    using(async (fake, channel) => {
      await channel.deliver(messageLike({ ...pageRequest, text: 'DRILL - Checkout is down' }), never);
      expect(fake.alerts.get(pageRequest.key)!.event.payload!.summary).toMatch(/^P0 DRILL - /);
    }));

  test('a key that PagerDuty does not take is told as a refusal', () =>
    withVendor(
      { ...contract, channel: (options) => pagerDutyChannel({ routingKey: 'short', ...options }, () => t0) },
      async (_, channel) => {
        expect(await channel.deliver!(messageLike(), never)).toMatchObject({
          status: 'failed',
          because: expect.stringMatching(/400.*Event object is invalid/) as string,
        });
      },
    ));

  test('an announcement is refused, with the way to go instead: it would wake somebody', () =>
    using(async (fake, channel) => {
      const attempt = await channel.deliver(messageLike({ ...pageRequest, kind: 'announce' }), never);
      expect(attempt).toMatchObject({
        status: 'failed',
        because: expect.stringContaining('another channel') as string,
      });
      expect(fake.received).toHaveLength(0);
    }));
});

describe('what becomes of its alerts', () => {
  const keys = ['INC-1/response/1/1/fatima/pd', 'INC-1/response/1/2/giorgos/pd'];
  const opened = async (channel: Channel) => {
    let last: Attempt | undefined;
    for (const key of keys) last = await channel.deliver!(messageLike({ ...pageRequest, key }), never);
    return last!;
  };
  keepsTheVendorContract({
    ...contract,
    before: opened,
    attempt: (channel, signal) =>
      channel.follow!(followingLike({ entries: [], alerts: { acknowledge: [keys[0]!], close: [keys[1]!] } }), signal),
    made: (fake) => [...fake.alerts].map(([key, { status }]) => [key, status]),
    statusOnly: true,
  });

  test('each is acknowledged and resolved by the key of its message', () =>
    using(async (fake, channel) => {
      await opened(channel);
      const statuses = () => keys.map((key) => fake.alerts.get(key)!.status);
      const tell = (acknowledge: string[], close: string[]) =>
        channel.follow(followingLike({ entries: [], alerts: { acknowledge, close } }), never);
      expect(statuses()).toEqual(['triggered', 'triggered']);
      expect(await tell(keys, [])).toMatchObject({ status: 'done' });
      expect(statuses()).toEqual(['acknowledged', 'acknowledged']);
      await tell([], [keys[1]!]);
      expect(statuses()).toEqual(['acknowledged', 'resolved']);
      await tell([], keys);
      expect(statuses()).toEqual(['resolved', 'resolved']);
    }));

  test('one that it will not take does not keep the others from being told', () =>
    using(async (fake, channel) => {
      await opened(channel);
      fake.forget();
      fake.fail({ status: 400, json: { message: 'no' } }, 0);
      const told = await channel.follow(
        followingLike({ entries: [], alerts: { acknowledge: [], close: keys } }),
        never,
      );
      expect(told).toMatchObject({ status: 'failed' });
      expect(keys.map((key) => fake.alerts.get(key)!.status)).toEqual(['triggered', 'resolved']);
    }));

  test('news of an incident alone call nobody', () =>
    using(async (fake, channel) => {
      await channel.follow(followingLike({ entries: [entry('declared'), entry('reopened', 2)] }), never);
      expect(fake.received).toEqual([]);
    }));

  test('a second page rings, though the first was acknowledged: it is another alert', () =>
    using(async (fake, channel) => {
      await channel.deliver(messageLike({ ...pageRequest, key: keys[0]! }), never);
      await channel.follow(followingLike({ entries: [], alerts: { acknowledge: [keys[0]!], close: [] } }), never);
      await channel.deliver(messageLike({ ...pageRequest, key: keys[1]! }), never);
      expect(fake.alerts.get(keys[1]!)!.status).toBe('triggered');
    }));

  test('a key too long for it becomes its hash, the same each time', () => {
    const long = `INC-1/item.${'x'.repeat(300)}/1/1/fatima/pd`;
    expect(alertKey(keys[0]!, 255)).toBe(keys[0]);
    expect(alertKey(long, 255)).toMatch(/^[0-9a-f]{64}$/);
    expect(alertKey(long, 255)).toBe(alertKey(long, 255));
    expect(alertKey(long, 255)).not.toBe(alertKey(`${long}2`, 255));
  });
});

describe('following a release', () => {
  test('each of its moments is a change event, and nobody is called', () =>
    using(async (fake, channel) => {
      const types = [
        'planned',
        'rescheduled',
        'commented',
        'deployment-started',
        'deployed',
        'rolled-back',
        'completed',
      ] as const;
      const entries = types.map((type, n) => entry(type, n + 1));
      expect(await channel.follow(followingLike({ process: release, entries }), never)).toMatchObject({
        status: 'done',
      });
      expect(fake.alerts.size).toBe(0);
      expect(fake.changes.map(({ payload }) => payload.custom_details['what'])).toEqual(
        types.filter((type) => type !== 'commented'),
      );
      expect(fake.changes[0]).toMatchObject({
        payload: {
          summary: 'Payments 4.2 (REL-2026-12-07-001): planned by ana',
          timestamp: '2026-12-07T08:03:00.000Z',
          source: 'muster',
          custom_details: { release: 'REL-2026-12-07-001', by: 'ana', services: ['payments'] },
        },
      });
    }));

  test('one that is refused for now is worth another attempt', () =>
    using(async (fake, channel) => {
      fake.fail({ status: 429, headers: { 'retry-after': '3' } });
      expect(
        await channel.follow(followingLike({ process: release, entries: [entry('deployed')] }), never),
      ).toMatchObject({
        status: 'unavailable',
        retryAfterMs: 3_000,
      });
    }));
});

describe('limits', () => {
  test('cut text fits, is a beginning of the text, and is whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 4, max: 40 }), (text, max) => {
        const byBytes = cutToBytes(text, max);
        const byLength = cutTo(text, max);
        expect(Buffer.byteLength(byBytes)).toBeLessThanOrEqual(max);
        expect(byLength.length).toBeLessThanOrEqual(max);
        for (const cut of [byBytes, byLength]) {
          expect(cut).not.toMatch(/\p{Surrogate}/u);
          expect(cut === text || (cut.endsWith('…') && text.startsWith(cut.slice(0, -1)))).toBe(true);
        }
      }),
    );
  });

  test('a link is http or https, or none', () => {
    expect(linkFrom('https://acme.example/x')).toBe('https://acme.example/x');
    for (const address of [undefined, 'javascript:alert(1)', '/x', 'https://u:p@acme.example/', 'data:text/html,x'])
      expect(linkFrom(address)).toBeUndefined();
  });
});
