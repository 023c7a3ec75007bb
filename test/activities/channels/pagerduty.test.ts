/** What reaches PagerDuty, and what its answers mean. The fake answers as the Events API v2 is documented. */
import fc from 'fast-check';
import type { Deliverer, Follower } from '../../../src/activities/channel';
import { alertMoves } from '../../../src/activities/channels/alert-moves';
import { linkFrom } from '../../../src/activities/http/address';
import { cutTo, cutToBytes } from '../../../src/activities/outside-text';
import { pagerDutyChannel } from '../../../src/activities/channels/pagerduty/pagerduty';
import type { FollowEntry } from '../../../src/domain';
import { startPagerDuty, type FakePagerDuty } from '../../support/fakes/pagerduty';
import { followingLike, messageLike, pageRequest } from '../../support/messages';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const contract: Pick<VendorContract<FakePagerDuty>, 'start' | 'channel'> = {
  start: startPagerDuty,
  channel: (options) => pagerDutyChannel({ routingKey: 'R'.repeat(32), ...options }, Date.now),
};
const using = (use: (fake: FakePagerDuty, channel: Deliverer & Follower) => Promise<void>) =>
  withVendor(contract, (fake, channel) => use(fake, channel as Deliverer & Follower));
const entry = (type: FollowEntry['type'], seq = 1): FollowEntry => ({
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

  test('a page triggers the alert of the process, with what the responder needs and the link to acknowledge', () =>
    using(async (fake, channel) => {
      expect(await channel.deliver(messageLike(), never)).toMatchObject({ status: 'delivered' });
      expect(fake.alerts.get('INC-1')!.event).toMatchObject({
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
      await channel.deliver(messageLike({ ...pageRequest, process: { ...pageRequest.process, severity } }), never);
      expect(fake.alerts.get('INC-1')!.event.payload!.severity).toBe(expected);
    }),
  );

  test('a summary too long is cut by bytes, between characters', () =>
    using(async (fake, channel) => {
      const text = `${'🔥é'.repeat(700)}\nWhy you: secondary`;
      expect(await channel.deliver(messageLike({ ...pageRequest, text }), never)).toMatchObject({
        status: 'delivered',
      });
      const { summary } = fake.alerts.get('INC-1')!.event.payload!;
      expect(summary).toMatch(/^P0 (🔥é)+🔥?…$/u);
    }));

  test('a key that PagerDuty does not take is told as a refusal', () =>
    withVendor(
      { ...contract, channel: (options) => pagerDutyChannel({ routingKey: 'short', ...options }, Date.now) },
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

describe('following an incident', () => {
  keepsTheVendorContract({
    ...contract,
    attempt: (channel, signal) =>
      channel.follow!(followingLike({ entries: [entry('declared', 1), entry('acknowledged', 2)] }), signal),
    made: (fake) => [...fake.alerts],
    statusOnly: true,
  });

  test('it is triggered, acknowledged, resolved and triggered again there', () =>
    using(async (fake, channel) => {
      const { id } = incident.process;
      const status = async (ref: string | undefined, ...types: FollowEntry['type'][]) => {
        const request = { entries: types.map((type, n) => entry(type, n + 1)), ...(ref === undefined ? {} : { ref }) };
        expect(await channel.follow(followingLike(request), never)).toEqual({
          status: 'done',
          at: expect.any(Number) as number,
          ref: id,
        });
        return fake.alerts.get(id)?.status;
      };
      expect(await status(undefined, 'declared')).toBe('triggered');
      expect(await status(id, 'acknowledged')).toBe('acknowledged');
      expect(await status(id, 'severity-changed')).toBe('acknowledged');
      expect(await status(id, 'resolved')).toBe('resolved');
      expect(await status(id, 'reopened')).toBe('triggered');
      expect(await status(id, 'closed')).toBe('resolved');
    }));

  test('what was not told in time: only the last state that matters, with the trigger that it needs', () => {
    const told = (ref: string | undefined, ...types: FollowEntry['type'][]) =>
      alertMoves({ entries: types.map((type) => entry(type)), ...(ref === undefined ? {} : { ref }) });
    expect(told(undefined, 'declared', 'acknowledged')).toEqual(['trigger', 'acknowledge']);
    expect(told(undefined, 'acknowledged')).toEqual(['trigger', 'acknowledge']);
    expect(told('INC-1', 'acknowledged', 'resolved')).toEqual(['resolve']);
    expect(told('INC-1', 'acknowledged')).toEqual(['acknowledge']);
    expect(told('INC-1', 'resolved', 'reopened')).toEqual(['trigger']);
    expect(told('INC-1', 'reopened', 'acknowledged')).toEqual(['trigger', 'acknowledge']);
    for (const end of ['closed', 'cancelled', 'merged'] as const) expect(told('INC-1', end)).toEqual(['resolve']);
    expect(told('INC-1', 'commented')).toEqual([]);
  });

  test('a drill says so', () =>
    using(async (fake, channel) => {
      await channel.follow(followingLike({ process: { ...incident.process, drill: true } }), never);
      expect(fake.alerts.get(incident.process.id)!.event.payload!.summary).toMatch(/^P0 DRILL - /);
    }));
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

  test.each(['completed', 'rolled-back', 'cancelled'] as const)('%s: what its pages opened is closed', (type) =>
    using(async (fake, channel) => {
      const process = { ...pageRequest.process, id: release.id, kind: 'release' as const };
      await channel.deliver(messageLike({ ...pageRequest, process }), never);
      expect(fake.alerts.get(release.id)).toMatchObject({ status: 'triggered' });
      await channel.follow(followingLike({ process: release, entries: [entry(type)] }), never);
      expect(fake.alerts.get(release.id)).toMatchObject({ status: 'resolved' });
    }),
  );

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
