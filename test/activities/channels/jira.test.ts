/**
 * The Jira channel: what the adapter sends, and the meaning of each answer. The fake answers as the
 * REST API v3 is documented.
 */
import type { Follower, Following, WrittenEntry, WrittenNews } from '../../../src/activities/channel';
import { holdsText } from '../../../src/activities/channels/jira/document';
import { jiraChannel } from '../../../src/activities/channels/jira/adapter';
import { plainText, startJira, type FakeJira } from '../../support/fakes/jira';
import { followingLike } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const contract: Pick<VendorContract<FakeJira>, 'start' | 'channel'> = {
  start: startJira,
  channel: (options) =>
    jiraChannel(
      { user: 'bot@acme.example', apiToken: 'token', project: 'OPS', issueType: 'Task', ...options },
      () => t0,
    ),
};
const using = (use: (fake: FakeJira, channel: Follower) => Promise<void>) =>
  withVendor(contract, (fake, channel) => use(fake, channel as Follower));
const at = Date.parse('2026-12-07T08:05:00.000Z');
const entry = (type: WrittenEntry['type'], text: string = type): WrittenEntry => ({ seq: 9, at, type, text });
const later = (n: number, entries: WrittenEntry[], more: Partial<WrittenNews> = {}): Following =>
  followingLike({ key: `INC-2026-12-07-001/follow/tool/${n}`, entries, ref: 'OPS-1', ...more });

describe('the first news', () => {
  keepsTheVendorContract({
    ...contract,
    attempt: (channel, signal) => channel.follow!(followingLike(), signal),
    made: (fake) => fake.issues,
  });

  test('an issue is created, labelled so that it is found again, and linked', () =>
    using(async (fake, channel) => {
      expect(await channel.follow(followingLike(), never)).toEqual({
        status: 'done',
        at: expect.any(Number) as number,
        ref: 'OPS-1',
        link: { to: `${fake.url}/browse/OPS-1`, title: 'OPS-1' },
      });
      const { fields } = fake.issues[0]!.issue;
      expect(fields).toMatchObject({
        project: { key: 'OPS' },
        issuetype: { name: 'Task' },
        summary: 'P0 Checkout is down',
        labels: ['muster', 'inc-2026-12-07-001'],
      });
      expect(plainText(fields.description)).toBe(
        '🚨 INCIDENT ALERT - P0\nIncident ID: INC-2026-12-07-001\nhttp://muster.example/v1/incidents/INC-2026-12-07-001',
      );
      expect(fake.issues[0]!.comments).toEqual([]);
    }));

  test('when nobody heard that it was created, what comes next is a comment on the same issue', () =>
    using(async (fake, channel) => {
      await channel.follow(followingLike(), never);
      const { request, ...rest } = later(4, [entry('resolved', 'Resolved by ana')]);
      const { ref: _ref, ...forgotten } = request;
      expect(await channel.follow({ ...rest, request: forgotten }, never)).toMatchObject({
        status: 'done',
        ref: 'OPS-1',
      });
      expect(fake.issues).toHaveLength(1);
      expect(fake.issues[0]!.comments).toHaveLength(1);
    }));

  test('after an answer that was lost, the search is given time to notice', () =>
    using(async (fake, channel) => {
      fake.fail('lose', 1);
      expect(await channel.follow(followingLike(), never)).toMatchObject({
        status: 'unavailable',
        retryAfterMs: 15_000,
      });
    }));

  test('a title of any kind is one line that Jira takes; a drill says so', () =>
    using(async (fake, channel) => {
      const process = { ...followingLike().request.process, title: `Two\nlines ${'x'.repeat(400)}`, drill: true };
      expect(await channel.follow(followingLike({ process, text: 'a\n\n\n\nb\n' }), never)).toMatchObject({
        status: 'done',
      });
      expect(fake.issues[0]!.issue.fields.summary).toMatch(/^DRILL - P0 Two lines x+…$/);
    }));

  test('a project that is not there is told as Jira tells it', () =>
    withVendor(
      {
        ...contract,
        channel: (options) =>
          jiraChannel(
            { user: 'bot@acme.example', apiToken: 'token', project: 'X', issueType: 'Task', ...options },
            () => t0,
          ),
      },
      async (_, channel) =>
        expect(await channel.follow!(followingLike(), never)).toMatchObject({
          status: 'failed',
          because: expect.stringContaining('JQL') as string,
        }),
    ));
});

describe('later news', () => {
  keepsTheVendorContract({
    ...contract,
    before: (channel, signal) => channel.follow!(followingLike(), signal),
    attempt: (channel, signal) =>
      channel.follow!(later(4, [entry('status-changed'), entry('severity-changed')]), signal),
    made: (fake) => fake.issues,
  });

  test('are one comment, with the owner and the date of an action item', () =>
    using(async (fake, channel) => {
      await channel.follow(followingLike(), never);
      const entries = [
        entry('status-changed', 'Status investigating to identified'),
        entry('commented', 'not for Jira'),
        entry('action-item-added', 'Action item: add an alert, owner ana, due 2026-12-14'),
      ];
      expect(await channel.follow(later(4, entries), never)).toMatchObject({ status: 'done', ref: 'OPS-1' });
      expect(fake.issues[0]!.comments.map(plainText)).toEqual([
        [
          '2026-12-07 08:05 UTC: Status investigating to identified',
          '2026-12-07 08:05 UTC: Action item: add an alert, owner ana, due 2026-12-14',
          'Muster INC-2026-12-07-001/follow/tool/4',
        ].join('\n'),
      ]);
    }));

  test('news that are not for a ticket make no call at all', () =>
    using(async (fake, channel) => {
      expect(await channel.follow(later(4, [entry('commented')]), never)).toMatchObject({
        status: 'done',
        ref: 'OPS-1',
      });
      expect(fake.received).toHaveLength(0);
    }));

  test('a comment of request 40 is not taken for that of request 4', () =>
    using(async (fake, channel) => {
      await channel.follow(followingLike(), never);
      await channel.follow(later(40, [entry('resolved')]), never);
      await channel.follow(later(4, [entry('reopened')]), never);
      expect(fake.issues[0]!.comments).toHaveLength(2);
    }));

  test('an issue that somebody deleted is a refusal, not a new issue', () =>
    using(async (fake, channel) => {
      expect(await channel.follow(later(4, [entry('resolved')]), never)).toMatchObject({ status: 'failed' });
      expect(fake.issues).toHaveLength(0);
    }));

  test('a reference that is no key of an issue goes into no address', () =>
    using(async (fake, channel) => {
      await channel.follow(later(4, [entry('resolved')], { ref: '../../x' }), never);
      expect(fake.received.map(({ path }) => path)).toEqual(['/rest/api/3/search/jql', '/rest/api/3/issue']);
    }));
});

test('text is looked for in whatever comes, however deep', () => {
  let deep: unknown = { text: 'x' };
  for (let n = 0; n < 10_000; n++) deep = { content: [deep] };
  for (const strange of [null, 7, 'x', [], { content: 'x' }, { content: [null, 3] }, deep])
    expect(holdsText(strange, 'x')).toBe(false);
  expect(holdsText({ content: [{ content: [{ text: 'x' }] }] }, 'x')).toBe(true);
});
