/** What reaches Opsgenie, and what its answers mean. The fake answers as the Alert API v2 is documented. */
import type { Deliverer, Follower } from '../../../src/activities/channel';
import { opsgenieChannel } from '../../../src/activities/channels/opsgenie/opsgenie';
import type { FollowEntry } from '../../../src/domain';
import { startOpsgenie, type FakeOpsgenie } from '../../support/fakes/opsgenie';
import { followingLike, messageLike, pageRequest } from '../../support/messages';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const responders = [{ type: 'team', name: 'payments' }] as const;
const contract: Pick<VendorContract<FakeOpsgenie>, 'start' | 'channel'> = {
  start: startOpsgenie,
  channel: (options) => opsgenieChannel({ apiKey: 'genie', responders, ...options }, Date.now),
};
const using = (use: (fake: FakeOpsgenie, channel: Deliverer & Follower) => Promise<void>) =>
  withVendor(contract, (fake, channel) => use(fake, channel as Deliverer & Follower));
const entry = (type: FollowEntry['type']): FollowEntry => ({
  seq: 1,
  at: pageRequest.nominalAt,
  type,
  by: 'ana',
  text: `${type} by ana`,
});

describe('pages', () => {
  keepsTheVendorContract({
    ...contract,
    attempt: (channel, signal) => channel.deliver!(messageLike(), signal),
    made: (fake) => [...fake.alerts],
    statusOnly: true,
    refusals: [400, 401, 403, 404, 422],
  });

  test('a page creates the alert of the process for the configured responders', () =>
    using(async (fake, channel) => {
      expect(await channel.deliver(messageLike(), never)).toMatchObject({ status: 'delivered' });
      expect(fake.alerts.get('INC-1')).toMatchObject({
        status: 'open',
        alert: {
          message: 'P0 Checkout is down',
          alias: 'INC-1',
          description: pageRequest.text,
          priority: 'P1',
          source: 'muster',
          entity: 'payments',
          responders,
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
      await channel.deliver(messageLike({ ...pageRequest, process: { ...pageRequest.process, severity } }), never);
      expect(fake.alerts.get('INC-1')!.alert.priority).toBe(expected);
    }),
  );

  test('text that is too long is cut to what Opsgenie takes', () =>
    using(async (fake, channel) => {
      const text = `${'é🔥'.repeat(100)}\n${'x'.repeat(20_000)}`;
      expect(await channel.deliver(messageLike({ ...pageRequest, text }), never)).toMatchObject({
        status: 'delivered',
      });
      expect(fake.alerts.get('INC-1')!.alert.message).toHaveLength(130);
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

describe('following', () => {
  keepsTheVendorContract({
    ...contract,
    attempt: (channel, signal) =>
      channel.follow!(followingLike({ entries: [entry('declared'), entry('acknowledged')] }), signal),
    made: (fake) => [...fake.alerts],
    statusOnly: true,
  });

  test('the alert is created, acknowledged, closed and opened again', () =>
    using(async (fake, channel) => {
      const { id } = followingLike().request.process;
      const status = async (ref: string | undefined, ...types: FollowEntry['type'][]) => {
        const request = { entries: types.map(entry), ...(ref === undefined ? {} : { ref }) };
        expect(await channel.follow(followingLike(request), never)).toMatchObject({ status: 'done', ref: id });
        return fake.alerts.get(id)?.status;
      };
      expect(await status(undefined, 'declared')).toBe('open');
      expect(await status(id, 'acknowledged')).toBe('acknowledged');
      expect(await status(id, 'commented')).toBe('acknowledged');
      expect(await status(id, 'resolved')).toBe('closed');
      expect(fake.alerts.get(id)!.note).toBe('resolved by ana');
      expect(await status(id, 'reopened')).toBe('open');
      expect(await status(id, 'merged')).toBe('closed');
    }));
});
