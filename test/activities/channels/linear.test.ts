/**
 * The Linear channel: what the adapter sends, and the meaning of each answer. The fake answers as
 * the GraphQL API is documented.
 */
import type { Follower, Following, WrittenEntry, WrittenNews } from '../../../src/activities/channel';
import { linearChannel } from '../../../src/activities/channels/linear/adapter';
import { linearError, startLinear, teamId, type FakeLinear } from '../../support/fakes/linear';
import { followingLike, ofLevel } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const opening =
  (team: string, apiKey = 'lin_api_x'): VendorContract<FakeLinear>['channel'] =>
  (options) =>
    linearChannel({ apiKey, team, ...options }, () => t0);
const contract: Pick<VendorContract<FakeLinear>, 'start' | 'channel'> = {
  start: startLinear,
  channel: opening(teamId),
};
const using = (use: (fake: FakeLinear, channel: Follower) => Promise<void>, channel = contract.channel) =>
  withVendor({ ...contract, channel }, (fake, opened) => use(fake, opened as Follower));
const at = Date.parse('2026-12-07T08:05:00.000Z');
const entry = (type: WrittenEntry['type'], text: string = type): WrittenEntry => ({ seq: 9, at, type, text });
const later = (n: number, entries: WrittenEntry[], more: Partial<WrittenNews> = {}): Following =>
  followingLike({ key: `INC-2026-12-07-001/follow/tool/${n}`, entries, ref: 'OPS-1', ...more });
const strange = [
  null,
  [],
  'text',
  { data: 3 },
  { data: null },
  { errors: 'x' },
  { data: { issueCreate: { success: false } } },
];

describe('the first news', () => {
  keepsTheVendorContract({
    ...contract,
    attempt: (channel, signal) => channel.follow!(followingLike(), signal),
    made: (fake) => fake.issues,
    refusals: [401, 403, 404],
    strange,
  });

  test('an issue is created and linked', () =>
    using(async (fake, channel) => {
      expect(await channel.follow(followingLike(), never)).toEqual({
        status: 'done',
        at: expect.any(Number) as number,
        ref: 'OPS-1',
        link: { to: 'https://linear.app/acme/issue/OPS-1', title: 'OPS-1' },
      });
      expect(fake.issues[0]).toMatchObject({ title: 'P0 Checkout is down', teamId, priority: 1, comments: [] });
      expect(fake.issues[0]!.description).toContain('Incident ID: INC-2026-12-07-001');
      expect(fake.issues[0]!.description).toContain('<http://muster.example/v1/incidents/INC-2026-12-07-001>');
    }));

  test('a team may be given by its key; one that is not there is named', async () => {
    await using(async (fake, channel) => {
      await channel.follow(followingLike(), never);
      expect(fake.issues).toHaveLength(1);
    }, opening('OPS'));
    await using(async (fake, channel) => {
      expect(await channel.follow(followingLike(), never)).toMatchObject({
        status: 'failed',
        because: expect.stringContaining('"NOPE"') as string,
      });
    }, opening('NOPE'));
  });

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
      expect(fake.issues[0]!.comments).toMatchObject([{ body: '2026-12-07 08:05 UTC: Resolved by ana' }]);
    }));

  test('what people wrote stays text: no link, no mention, no heading comes of it', () =>
    using(async (fake, channel) => {
      await channel.follow(followingLike({ text: '# a\n- [x](http://e)\n1. @ana `c` <b>' }), never);
      expect(fake.issues[0]!.description.split('\n\n')[0]).toBe(
        '\\# a  \n\\- \\[x\\](http://e)  \n1\\. \\@ana \\`c\\` \\<b\\>',
      );
    }));

  test.each([
    ['P0', 1],
    ['P1', 2],
    ['P2', 3],
    ['P3', 4],
  ] as const)('%s has priority %i', (severity, priority) =>
    using(async (fake, channel) => {
      await channel.follow(
        followingLike({ process: { ...followingLike().request.process, ...ofLevel(severity) } }),
        never,
      );
      expect(fake.issues[0]!.priority).toBe(priority);
    }),
  );
});

describe('later news', () => {
  keepsTheVendorContract({
    ...contract,
    before: (channel, signal) => channel.follow!(followingLike(), signal),
    attempt: (channel, signal) => channel.follow!(later(4, [entry('status-changed'), entry('closed')]), signal),
    made: (fake) => fake.issues,
    refusals: [401, 403, 404],
    strange,
  });

  test('an issue that somebody deleted is a refusal, not a new issue', () =>
    using(async (fake, channel) => {
      expect(await channel.follow(later(4, [entry('resolved')]), never)).toMatchObject({
        status: 'failed',
        because: expect.stringContaining('Entity not found') as string,
      });
      expect(fake.issues).toHaveLength(0);
    }));
});

describe('errors that come with status 200', () => {
  test.each([
    ['AUTHENTICATION_ERROR', 'failed'],
    ['FORBIDDEN', 'failed'],
    ['INPUT_ERROR', 'failed'],
    ['INTERNAL_SERVER_ERROR', 'unavailable'],
    ['LOCK_TIMEOUT', 'unavailable'],
  ])('%s means %s', (code, status) =>
    using(async (fake, channel) => {
      fake.fail(linearError('no \u001b[31m', code));
      const attempt = await channel.follow(followingLike(), never);
      expect(attempt).toMatchObject({ status, because: expect.stringContaining(code) as string });
      expect(JSON.stringify(attempt)).not.toContain('\\u001b');
    }),
  );

  test('a wrong key is told as one', () =>
    using(
      async (_, channel) => {
        expect(await channel.follow(followingLike(), never)).toMatchObject({
          status: 'failed',
          because: expect.stringContaining('Authentication') as string,
        });
      },
      opening(teamId, 'wrong'),
    ));

  test('when there were too many requests, the end of the window is waited for', () =>
    using(async (fake, channel) => {
      const headers = { 'x-ratelimit-requests-reset': String(t0 + 90_000) };
      fake.fail({ ...linearError('Rate limit exceeded', 'RATELIMITED'), headers });
      const attempt = await channel.follow(followingLike(), never);
      expect(attempt).toMatchObject({ status: 'unavailable', retryAfterMs: 90_000 });
    }));
});
