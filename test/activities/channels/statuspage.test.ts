/**
 * The Statuspage channel: what a public status page shows, and what must never get there. The fake
 * answers as Statuspage's v1 API is documented.
 */
import fc from 'fast-check';
import type { Deliverer, Message } from '../../../src/activities/channel';
import { statuspageChannel } from '../../../src/activities/channels/statuspage/adapter';
import type { SendRequest } from '../../../src/domain';
import { startStatuspage, type FakeStatuspage } from '../../support/fakes/statuspage';
import { messageLike, pageRequest, ofLevel } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const contract: Pick<VendorContract<FakeStatuspage>, 'start' | 'channel'> = {
  start: startStatuspage,
  channel: (options) => statuspageChannel({ apiKey: 'page-key', page: 'page1', ...options }, () => t0),
};
const using = (use: (fake: FakeStatuspage, channel: Deliverer) => Promise<void>) =>
  withVendor(contract, (fake, channel) => use(fake, channel as Deliverer));

const from = Date.parse('2026-12-09T20:00:00.000Z');
function post(
  status: SendRequest['process']['status'],
  n: number,
  {
    kind = 'incident',
    severity = 'P0',
    ...more
  }: { kind?: 'incident' | 'release'; severity?: 'P0' | 'P1' | 'P2' | 'P3' } & Partial<Message> = {},
): Message {
  const { rung: _rung, ...request } = pageRequest;
  return messageLike(
    {
      ...request,
      rung: null,
      key: `INC-1/update/${n}/customers/status`,
      kind: 'announce',
      recipient: 'customers',
      nominalAt: pageRequest.nominalAt + n * 60_000,
      public: true,
      text: `Public words ${n}`,
      process: { ...request.process, kind, status, ...ofLevel(severity) },
      ...(kind === 'release' ? { window: { from, to: from + 7_200_000 } } : {}),
    },
    more,
  );
}

describe('an update for the public', () => {
  describe('the first one', () =>
    keepsTheVendorContract({
      ...contract,
      attempt: (channel, signal) => channel.deliver!(post('investigating', 1), signal),
      made: (fake) => [fake.incidents, [...fake.components]],
      strange: [null, 'text', {}, [{ id: 7 }], [{ id: '../x' }]],
    }));

  describe('a later one', () =>
    keepsTheVendorContract({
      ...contract,
      before: (channel, signal) => channel.deliver!(post('investigating', 1), signal),
      attempt: (channel, signal) => channel.deliver!(post('identified', 2), signal),
      made: (fake) => [fake.incidents, [...fake.components]],
      strange: [null, 'text', {}, [{ id: 7 }], [{ id: '../x' }]],
      refusals: [400, 401, 403, 404, 422],
    }));

  describe('the last one', () =>
    keepsTheVendorContract({
      ...contract,
      before: (channel, signal) => channel.deliver!(post('investigating', 1), signal),
      attempt: (channel, signal) => channel.deliver!(post('resolved', 2), signal),
      made: (fake) => [fake.incidents, [...fake.components]],
      strange: [null, 'text', {}, [{ id: 7 }], [{ id: '../x' }]],
      refusals: [400, 401, 403, 404, 422],
    }));

  test('an incident goes through its four states as one incident of the page', () =>
    using(async (fake, channel) => {
      const statuses = ['investigating', 'identified', 'monitoring', 'resolved', 'closed'] as const;
      const seen: unknown[] = [];
      for (const [n, status] of statuses.entries()) {
        expect(await channel.deliver(post(status, n), never)).toMatchObject({ status: 'delivered' });
        seen.push([fake.incidents[0]!.status, fake.components.get('cmp1')]);
      }
      expect(seen).toEqual([
        ['investigating', 'major_outage'],
        ['identified', 'major_outage'],
        ['monitoring', 'major_outage'],
        ['resolved', 'operational'],
        ['resolved', 'operational'],
      ]);
      expect(fake.incidents).toHaveLength(1);
      expect(fake.incidents[0]).toMatchObject({ name: 'Payments: service disruption', impact_override: 'critical' });
      expect(fake.incidents[0]!.incident_updates.map(({ body }) => body).reverse()).toEqual(
        statuses.map((_, n) => `Public words ${n}`),
      );
    }));

  test('a release is scheduled maintenance of its window, to its end', () =>
    using(async (fake, channel) => {
      const seen: unknown[] = [];
      const statuses = ['planned', 'ready', 'deploying', 'monitoring', 'completed'] as const;
      for (const [n, status] of statuses.entries()) {
        expect(await channel.deliver(post(status, n, { kind: 'release' }), never)).toMatchObject({
          status: 'delivered',
        });
        seen.push([fake.incidents[0]!.status, fake.components.get('cmp1')]);
      }
      expect(seen).toEqual([
        ['scheduled', undefined],
        ['scheduled', undefined],
        ['in_progress', 'under_maintenance'],
        ['verifying', 'under_maintenance'],
        ['completed', 'operational'],
      ]);
      expect(fake.incidents).toHaveLength(1);
      expect(fake.incidents[0]).toMatchObject({
        name: 'Scheduled maintenance: Payments',
        scheduled_for: '2026-12-09T20:00:00.000Z',
        scheduled_until: '2026-12-09T22:00:00.000Z',
        scheduled_auto_in_progress: false,
        scheduled_auto_completed: false,
      });
      expect(fake.incidents[0]!.impact_override).toBeUndefined();
    }));

  test('a maintenance that is moved moves on the page', () =>
    using(async (fake, channel) => {
      await channel.deliver(post('planned', 1, { kind: 'release' }), never);
      const moved = post('planned', 2, { kind: 'release' });
      const window = { from: from + 86_400_000, to: from + 93_600_000 };
      await channel.deliver({ ...moved, request: { ...moved.request, window } }, never);
      expect(fake.incidents).toMatchObject([{ scheduled_for: '2026-12-10T20:00:00.000Z' }]);
    }));

  test.each([
    ['P0', 'critical', 'major_outage'],
    ['P1', 'major', 'partial_outage'],
    ['P2', 'minor', 'degraded_performance'],
    ['P3', 'none', 'degraded_performance'],
  ] as const)('%s has impact %s and component %s', (severity, impact, component) =>
    using(async (fake, channel) => {
      await channel.deliver(post('investigating', 1, { severity }), never);
      expect(fake.incidents[0]!.impact_override).toBe(impact);
      expect(fake.components.get('cmp1')).toBe(component);
    }),
  );

  test('the impact goes with the severity, up and down', () =>
    using(async (fake, channel) => {
      const seen: unknown[] = [];
      for (const [n, severity] of (['P0', 'P1', 'P2', 'P0'] as const).entries()) {
        await channel.deliver(post('identified', n, { severity }), never);
        seen.push(fake.incidents[0]!.impact_override);
      }
      expect(seen).toEqual(['critical', 'major', 'minor', 'critical']);
    }));

  test('without a component on the page it is named in general terms', () =>
    using(async (fake, channel) => {
      await channel.deliver(post('investigating', 1, { components: [{ service: 'payments-internal' }] }), never);
      expect(fake.incidents[0]).toMatchObject({ name: 'Service disruption' });
      expect(fake.incidents[0]!.component_ids).toBeUndefined();
    }));

  test("the impact is Statuspage's own when that is configured", () =>
    withVendor(
      {
        ...contract,
        channel: (options) =>
          statuspageChannel({ apiKey: 'page-key', page: 'page1', impact: 'by-components', ...options }, () => t0),
      },
      async (fake, channel) => {
        for (const n of [1, 2]) await channel.deliver!(post('investigating', n), never);
        expect(fake.incidents[0]!.impact_override).toBeUndefined();
      },
    ));
});

describe('what is on the page besides', () => {
  const of = (id: string, message: Message): Message => ({
    ...message,
    request: {
      ...message.request,
      key: `${id}/${message.request.key}`,
      process: { ...message.request.process, id },
    },
  });
  const deliver = async (channel: Deliverer, ...messages: Message[]) => {
    for (const message of messages)
      expect(await channel.deliver(message, never)).toMatchObject({ status: 'delivered' });
  };

  test('a component that two incidents have down comes back with the last of them', () =>
    using(async (fake, channel) => {
      await deliver(channel, of('INC-1', post('investigating', 1)));
      await deliver(channel, of('INC-2', post('investigating', 2, { severity: 'P1' })));
      expect(fake.components.get('cmp1')).toBe('major_outage');
      await deliver(channel, of('INC-1', post('resolved', 3)));
      expect(fake.components.get('cmp1')).toBe('partial_outage');
      await deliver(channel, of('INC-2', post('resolved', 4, { severity: 'P1' })));
      expect(fake.components.get('cmp1')).toBe('operational');
    }));

  test('an incident that was merged gives nothing back: it goes on as another, maybe one that is not on the page', () =>
    using(async (fake, channel) => {
      await deliver(channel, of('INC-1', post('investigating', 1)), of('INC-1', post('merged', 2)));
      expect(fake.components.get('cmp1')).toBe('major_outage');
    }));

  test('two that end at once leave it to nobody', () =>
    using(async (fake, channel) => {
      await deliver(channel, of('INC-1', post('investigating', 1)), of('INC-2', post('investigating', 1)));
      await Promise.all(['INC-1', 'INC-2'].map((id) => channel.deliver(of(id, post('resolved', 2)), never)));
      expect(fake.components.get('cmp1')).toBe('operational');
    }));

  test('a maintenance that goes on has it still, and one that is over gives back nothing that is down', () =>
    using(async (fake, channel) => {
      await deliver(
        channel,
        of('REL-1', post('deploying', 1, { kind: 'release' })),
        of('INC-1', post('identified', 2)),
        of('INC-1', post('resolved', 3)),
      );
      expect(fake.components.get('cmp1')).toBe('under_maintenance');
      await deliver(
        channel,
        of('INC-2', post('identified', 4)),
        of('REL-1', post('completed', 5, { kind: 'release' })),
      );
      expect(fake.components.get('cmp1')).toBe('major_outage');
    }));

  test('a maintenance that is only planned, and an incident of another component, hold nothing down', () =>
    using(async (fake, channel) => {
      await deliver(
        channel,
        of('REL-1', post('planned', 1, { kind: 'release' })),
        of('INC-1', post('identified', 2)),
        of('INC-2', post('identified', 3, { components: [{ service: 'web', name: 'Web', id: 'cmp2' }] })),
        of('INC-1', post('resolved', 4)),
      );
      expect(Object.fromEntries(fake.components)).toEqual({ cmp1: 'operational', cmp2: 'major_outage' });
    }));

  test("what somebody else's incident lists stays as it is: nobody knows what that says of it", () =>
    using(async (fake, channel) => {
      const components = ['cmp1', 'cmp2'].map((id) => ({ service: id, name: id, id }));
      (fake.incidents as unknown[]).push({ id: 'theirs', status: 'investigating', component_ids: ['cmp1'] });
      await deliver(channel, post('investigating', 1, { components }), post('resolved', 2, { components }));
      expect(Object.fromEntries(fake.components)).toEqual({ cmp1: 'major_outage', cmp2: 'operational' });
    }));
});

describe('what never gets there', () => {
  test('a message that is not public, and a drill', () =>
    using(async (fake, channel) => {
      const message = post('investigating', 1);
      expect(
        await channel.deliver({ ...message, request: { ...message.request, public: false } }, never),
      ).toMatchObject({ status: 'failed', because: expect.stringContaining('internal') as string });
      const process = { ...message.request.process, drill: true };
      expect(await channel.deliver({ ...message, request: { ...message.request, process } }, never)).toMatchObject({
        status: 'failed',
        because: expect.stringContaining('drill') as string,
      });
      expect(fake.received).toHaveLength(0);
    }));

  test('a release without a window is refused: it would be no maintenance', () =>
    using(async (fake, channel) => {
      const { request, ...rest } = post('planned', 1, { kind: 'release' });
      const { window: _window, ...without } = request;
      expect(await channel.deliver({ ...rest, request: without }, never)).toMatchObject({ status: 'failed' });
      expect(fake.incidents).toHaveLength(0);
    }));

  // Public text must never contain internal fields.
  test('anything of the process but its public text: not its title, its services, its people', async () => {
    const secret = fc.stringMatching(/^[a-z]{6,12}$/).map((word) => `SECRET${word}`);
    await fc.assert(
      fc.asyncProperty(secret, fc.constantFrom('incident', 'release'), async (word, kind) =>
        using(async (fake, channel) => {
          const message = post(kind === 'incident' ? 'investigating' : 'deploying', 1, {
            kind,
            components: [{ service: word, name: 'Payments', id: 'cmp1' }],
            to: { name: word, addresses: [word] },
            urls: { process: `http://${word}.example/`, acknowledge: `http://${word}.example/ack` },
            body: word,
          });
          const { process } = message.request;
          const request = {
            ...message.request,
            key: `INC-1/update/1/${word}/status`,
            recipient: word,
            channel: word,
            why: word,
            links: [{ relation: 'ticket', to: `http://${word}.example/`, title: word }],
            deadlines: [{ ...message.request.deadlines[0]!, id: word }],
            process: { ...process, title: word, services: [word] },
          };
          expect(await channel.deliver({ ...message, request }, never)).toMatchObject({ status: 'delivered' });
          for (const { text } of fake.received) expect(text).not.toContain(word);
        }),
      ),
      { numRuns: 20 },
    );
  });
});

describe('order and repetition', () => {
  test('messages that leave together make one incident', () =>
    using(async (fake, channel) => {
      await Promise.all([
        channel.deliver(post('investigating', 1), never),
        channel.deliver(post('investigating', 2), never),
      ]);
      expect(fake.incidents).toHaveLength(1);
      expect(fake.incidents[0]!.incident_updates).toHaveLength(2);
    }));

  test('an update that was overtaken does not take the page back', () =>
    using(async (fake, channel) => {
      await channel.deliver(post('investigating', 1), never);
      await channel.deliver(post('resolved', 3), never);
      expect(await channel.deliver(post('identified', 2), never)).toMatchObject({
        status: 'failed',
        because: expect.stringContaining('later update') as string,
      });
      expect(fake.incidents[0]!.status).toBe('resolved');
    }));

  test('many updates: the note stays short, and the last ones are still known', () =>
    using(async (fake, channel) => {
      for (let n = 0; n < 25; n++) await channel.deliver(post('investigating', n), never);
      expect(await channel.deliver(post('investigating', 24), never)).toMatchObject({ status: 'delivered' });
      expect(fake.incidents[0]!.incident_updates).toHaveLength(25);
      expect(fake.incidents[0]!.metadata!['muster']!['keys']).toHaveLength(20);
    }));

  test('incidents of others on the page are left alone, whatever their metadata', () =>
    using(async (fake, channel) => {
      const others = [
        null,
        { jira: { issue: 'X' } },
        { muster: { process: 'INC-2', keys: 'x', at: 'y' } },
        { muster: 7 },
      ];
      (fake.incidents as unknown[]).push(
        ...others.map((metadata, n) => ({ id: `other${n}`, status: 'investigating', metadata })),
      );
      expect(await channel.deliver(post('investigating', 1), never)).toMatchObject({ status: 'delivered' });
      expect(fake.incidents.map(({ id }) => id)).toEqual(['other0', 'other1', 'other2', 'other3', 'inc5']);
    }));

  test.each([420, 429])('%i means to wait a minute', (status) =>
    using(async (fake, channel) => {
      fake.fail({ status, json: { error: 'rate limited' } });
      expect(await channel.deliver(post('investigating', 1), never)).toMatchObject({
        status: 'unavailable',
        retryAfterMs: 60_000,
      });
    }),
  );
});
