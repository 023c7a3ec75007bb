/**
 * The Opsgenie channel: what the adapter sends, and the meaning of each answer. The fake answers as
 * the Alert API v2 is documented.
 */
import type { Channel, Deliverer, Follower } from '../../../src/activities/channel';
import { opsgenieChannel } from '../../../src/activities/channels/opsgenie/adapter';
import type { FollowRequest } from '../../../src/domain';
import { startOpsgenie, type FakeOpsgenie } from '../../support/fakes/opsgenie';
import { followingLike, messageLike, pageRequest, ofLevel } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const responders = [
  { type: 'team', name: 'payments' },
  { type: 'user', name: 'trinity@hopngo.example' },
] as const;
const contract: Pick<VendorContract<FakeOpsgenie>, 'start' | 'channel'> = {
  start: startOpsgenie,
  channel: (options) => opsgenieChannel({ apiKey: 'genie', responders, ...options }, () => t0),
};
const using = (use: (fake: FakeOpsgenie, channel: Deliverer & Follower) => Promise<void>) =>
  withVendor(contract, (fake, channel) => use(fake, channel as Deliverer & Follower));
describe('pages', () => {
  keepsTheVendorContract({
    ...contract,
    attempt: (channel, signal) => channel.deliver!(messageLike(), signal),
    made: (fake) => [...fake.alerts],
    statusOnly: true,
    refusals: [400, 401, 403, 404, 422],
  });

  test('a page creates an alert of its own for the configured responders, users by their user name', () =>
    using(async (fake, channel) => {
      expect(await channel.deliver(messageLike(), never)).toMatchObject({ status: 'delivered' });
      expect(fake.alerts.get(pageRequest.key)).toMatchObject({
        status: 'open',
        alert: {
          message: 'P0 Checkout is down',
          alias: pageRequest.key,
          description: pageRequest.text,
          priority: 'P1',
          source: 'muster',
          entity: 'payments',
          responders: [
            { type: 'team', name: 'payments' },
            { type: 'user', username: 'trinity@hopngo.example' },
          ],
          details: {
            key: pageRequest.key,
            recipient: 'giorgos',
            rung: '2',
            due: 'response 2026-12-07T08:05:00.000Z',
            acknowledge: 'http://muster.example/v1/ack/t',
            process: 'http://muster.example/v1/incidents/INC-1',
          },
        },
      });
    }));

  test.each([
    ['P0', 'P1'],
    ['P1', 'P2'],
    ['P2', 'P3'],
    ['P3', 'P4'],
  ] as const)('%s is %s there', (severity, expected) =>
    using(async (fake, channel) => {
      await channel.deliver(
        messageLike({ ...pageRequest, process: { ...pageRequest.process, ...ofLevel(severity) } }),
        never,
      );
      expect(fake.alerts.get(pageRequest.key)!.alert.priority).toBe(expected);
    }),
  );

  test('a reminder, when there is no quieter way, is of the lowest priority there', () =>
    using(async (fake, channel) => {
      await channel.deliver(messageLike({ ...pageRequest, kind: 'remind' }), never);
      expect(fake.alerts.get(pageRequest.key)!.alert.priority).toBe('P5');
    }));

  test('text that is too long is cut to what Opsgenie takes', () =>
    using(async (fake, channel) => {
      const text = `${'é🔥'.repeat(100)}\n${'x'.repeat(20_000)}`;
      expect(await channel.deliver(messageLike({ ...pageRequest, text }), never)).toMatchObject({
        status: 'delivered',
      });
      expect(fake.alerts.get(pageRequest.key)!.alert.message).toHaveLength(130);
    }));

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
  const { key } = pageRequest;
  const opened = (channel: Channel) => channel.deliver!(messageLike(), never);
  keepsTheVendorContract({
    ...contract,
    before: opened,
    attempt: (channel, signal) =>
      channel.follow!(followingLike({ entries: [], alerts: { acknowledge: [key], close: [key] } }), signal),
    made: (fake) => [...fake.alerts].map(([alias, { status }]) => [alias, status]),
    statusOnly: true,
  });

  test('each is acknowledged and closed by the alias of its message, with a note that says why', () =>
    using(async (fake, channel) => {
      await opened(channel);
      const { process } = followingLike().request;
      const tell = (acknowledge: string[], close: string[], more: Partial<FollowRequest['process']>) =>
        channel.follow(
          followingLike({ entries: [], process: { ...process, ...more }, alerts: { acknowledge, close } }),
          never,
        );
      expect(fake.alerts.get(key)!.status).toBe('open');
      expect(await tell([key], [], { acknowledgedBy: 'fatima' })).toMatchObject({ status: 'done' });
      expect(fake.alerts.get(key)).toMatchObject({ status: 'acknowledged', note: 'acknowledged in Muster by fatima' });
      await tell([], [key], { status: 'resolved' });
      expect(fake.alerts.get(key)).toMatchObject({
        status: 'closed',
        note: 'over in Muster: INC-2026-12-07-001 is resolved',
      });
    }));

  test('news of an incident alone call nobody', () =>
    using(async (fake, channel) => {
      await channel.follow(followingLike(), never);
      expect(fake.received).toEqual([]);
    }));
});
