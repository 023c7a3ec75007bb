/**
 * The Confluence channel: the report as a page. The fake answers as the REST API v2 is documented.
 */
import type { Follower, Following, WrittenEntry, WrittenNews } from '../../../src/activities/channel';
import { confluenceChannel } from '../../../src/activities/channels/confluence/adapter';
import { startConfluence, type FakeConfluence } from '../../support/fakes/confluence';
import { followingLike } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const opening =
  (parent?: string): VendorContract<FakeConfluence>['channel'] =>
  (options) =>
    confluenceChannel(
      {
        user: 'bot@acme.example',
        apiToken: 'token',
        space: '98304',
        ...(parent === undefined ? {} : { parent }),
        ...options,
      },
      () => t0,
    );
const contract: Pick<VendorContract<FakeConfluence>, 'start' | 'channel'> = {
  start: startConfluence,
  channel: opening(),
};
const using = (use: (fake: FakeConfluence, channel: Follower) => Promise<void>, channel = contract.channel) =>
  withVendor({ ...contract, channel }, (fake, opened) => use(fake, opened as Follower));
const entry = (type: WrittenEntry['type']): WrittenEntry => ({ seq: 9, at: 0, type, text: type });
const title = 'Post-Incident Report: Checkout is down (INC-2026-12-07-001)';
const news = (
  n: number,
  type: WrittenEntry['type'],
  more: Partial<WrittenNews> = {},
  html = `<h1>${n}</h1>`,
): Following =>
  followingLike(
    { key: `INC-2026-12-07-001/follow/tool/${n}`, entries: [entry(type)], ...more },
    { report: () => Promise.resolve({ title: 'Post-Incident Report: Checkout is down', markdown: '', html }) },
  );
const made = ({ pages }: FakeConfluence) => pages.map(({ id, title: named, html }) => ({ id, named, html }));
const strange = [null, [], 'text', { results: 'x' }, { results: [{ id: '../x', version: { number: 1 } }] }];

describe('the first time', () => {
  keepsTheVendorContract({
    ...contract,
    attempt: (channel, signal) => channel.follow!(news(5, 'resolved'), signal),
    made,
    strange,
  });

  test('the report becomes a page under the parent, once the incident is resolved and not before', () =>
    using(async (fake, channel) => {
      for (const type of ['declared', 'action-item-added'] as const)
        expect(await channel.follow(news(1, type), never)).toEqual({
          status: 'done',
          at: expect.any(Number) as number,
        });
      expect(fake.received).toHaveLength(0);
      expect(await channel.follow(news(5, 'resolved', {}, '<h1>Report</h1><br />'), never)).toEqual({
        status: 'done',
        at: expect.any(Number) as number,
        ref: '600',
        link: { to: 'https://acme.atlassian.net/wiki/spaces/OPS/pages/600', title },
      });
      expect(fake.pages).toEqual([
        { id: '600', title, html: '<h1>Report</h1><br />', parentId: '77', version: { number: 1, message: '' } },
      ]);
    }, opening('77')));

  test('a title that is long is cut, the id stays', () =>
    using(async (fake, channel) => {
      const long = { report: () => Promise.resolve({ title: 'x'.repeat(400), markdown: '', html: '' }) };
      await channel.follow({ ...news(5, 'resolved'), ...long }, never);
      expect(fake.pages[0]!.title).toMatch(/^x{233}… \(INC-2026-12-07-001\)$/);
    }));
});

describe('later', () => {
  keepsTheVendorContract({
    ...contract,
    before: (channel, signal) => channel.follow!(news(5, 'resolved'), signal),
    attempt: (channel, signal) => channel.follow!(news(6, 'review-written', { ref: '600' }), signal),
    // The version is compared too: a repeated request must not write a second version.
    made: ({ pages }) => pages,
    refusals: [400, 401, 403],
    strange: [null, [], 'text', { id: 5, version: { number: 1 } }, { id: '600', version: { number: 'x' } }],
  });

  test('whatever changes the report changes the page', () =>
    using(async (fake, channel) => {
      await channel.follow(news(5, 'resolved'), never);
      for (const [n, type] of (['action-item-added', 'review-written', 'closed'] as const).entries())
        expect(await channel.follow(news(6 + n, type, { ref: '600' }), never)).toMatchObject({
          status: 'done',
          ref: '600',
          link: { title },
        });
      expect(fake.pages).toMatchObject([{ html: '<h1>8</h1>', version: { number: 4 } }]);
      fake.forget();
      await channel.follow(news(9, 'commented', { ref: '600' }), never);
      expect(fake.received).toHaveLength(0);
    }));

  test('a page that was deleted is made anew', () =>
    using(async (fake, channel) => {
      await channel.follow(news(5, 'resolved'), never);
      fake.pages.splice(0);
      expect(await channel.follow(news(6, 'closed', { ref: '612' }), never)).toMatchObject({ status: 'done' });
      expect(fake.pages).toHaveLength(1);
    }));

  test('when somebody saves the page at the same time, the next attempt reads it anew', () =>
    using(async (fake, channel) => {
      await channel.follow(news(5, 'resolved'), never);
      fake.fail({ status: 409, json: { errors: [] } }, 1);
      expect(await channel.follow(news(6, 'closed', { ref: '600' }), never)).toMatchObject({ status: 'unavailable' });
      expect(await channel.follow(news(6, 'closed', { ref: '600' }), never)).toMatchObject({ status: 'done' });
    }));

  test('a reference that is no id of a page goes into no address', () =>
    using(async (fake, channel) => {
      await channel.follow(news(6, 'closed', { ref: '../../x' }), never);
      expect(fake.received.map(({ path }) => path)).toEqual(['/wiki/api/v2/pages', '/wiki/api/v2/pages']);
    }));
});

test.each([{ base: 'javascript:alert(1)//', webui: '/x' }, { base: 7, webui: '/x' }, {}])(
  'a link that is none is left out: %j',
  (_links) =>
    using(async (fake, channel) => {
      fake.fail({ status: 200, json: { id: '600', version: { number: 1 }, _links } }, 1);
      expect(await channel.follow(news(5, 'resolved'), never)).toEqual({
        status: 'done',
        at: expect.any(Number) as number,
        ref: '600',
      });
    }),
);

test('a process that does not say its report is worth another attempt', () =>
  using(async (_, channel) => {
    const silent = { ...news(5, 'resolved'), report: () => Promise.reject(new Error('no answer')) };
    expect(await channel.follow(silent, never)).toMatchObject({ status: 'unavailable' });
  }));
