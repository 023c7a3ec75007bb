/**
 * After a restore an id is handed out again, and two installations hand out the same ids: what a
 * vendor keeps of one process is never taken for another's of the same id.
 */
import type { Channel, Deliverer, Follower } from '../../../src/activities/channel';
import { mailOf } from '../../../src/activities/channels/email/mail';
import { jiraChannel } from '../../../src/activities/channels/jira/adapter';
import { linearChannel } from '../../../src/activities/channels/linear/adapter';
import { slackChannel } from '../../../src/activities/channels/slack/adapter';
import { statuspageChannel } from '../../../src/activities/channels/statuspage/adapter';
import type { HttpOptions } from '../../../src/activities/http/client';
import { identityOf } from '../../../src/domain';
import { startJira } from '../../support/fakes/jira';
import { startLinear, teamId } from '../../support/fakes/linear';
import { slackToken, startSlack } from '../../support/fakes/slack';
import { startStatuspage } from '../../support/fakes/statuspage';
import type { Vendor } from '../../support/fakes/vendor';
import { followingLike, messageLike, pageRequest } from '../../support/messages';
import { t0 } from '../../support/policy';
import { never, withVendor } from '../../support/vendor-contract';

const clock = () => t0 + 60_000;
const [lost, fresh] = ['3f2a9c81d0e4', '77b1c0ffee12'];

/** The first news of the process with `mark`, as a tool that follows gets them. */
function newsOf(mark: string) {
  const process = { ...followingLike().request.process, mark, beganAt: t0 };
  return followingLike({ process, key: `${identityOf(process)}/follow/tool/1` });
}
/** A public message about the process with `mark`. */
function noticeOf(mark: string) {
  const process = { ...pageRequest.process, mark };
  const key = `${identityOf(process)}/event/1/customers/status`;
  return messageLike({ ...pageRequest, kind: 'announce', rung: null, public: true, process, key });
}

async function made<F extends Vendor>(
  start: () => Promise<F>,
  channel: (options: HttpOptions & { url: string }) => Channel,
  tell: (channel: Channel, mark: string) => Promise<unknown>,
  objects: (fake: F) => number,
): Promise<number[]> {
  const counts: number[] = [];
  await withVendor({ start, channel }, async (fake, opened) => {
    for (const mark of [lost, lost, fresh]) {
      expect(await tell(opened, mark)).toMatchObject({
        status: expect.stringMatching(/^(delivered|done)$/) as string,
      });
      counts.push(objects(fake));
    }
  });
  return counts;
}
const follow = (channel: Channel, mark: string) => (channel as Follower).follow(newsOf(mark), never);
const deliver = (channel: Channel, mark: string) => (channel as Deliverer).deliver(noticeOf(mark), never);

test('each has its issue in Jira, labelled with the id for people', async () => {
  const jira = { user: 'bot@acme.example', apiToken: 'token', project: 'OPS', issueType: 'Task' };
  const open = (options: HttpOptions & { url: string }) => jiraChannel({ ...jira, ...options }, clock);
  let labels: unknown;
  expect(
    await made(startJira, open, follow, ({ issues }) => {
      labels = issues.map(({ issue }) => issue.fields.labels);
      return issues.length;
    }),
  ).toEqual([1, 1, 2]);
  expect(labels).toEqual([
    ['muster', 'inc-2026-12-07-001', `inc-2026-12-07-001-${lost}`],
    ['muster', 'inc-2026-12-07-001', `inc-2026-12-07-001-${fresh}`],
  ]);
});

test('each has its issue in Linear', async () => {
  const open = (options: HttpOptions & { url: string }) =>
    linearChannel({ apiKey: 'lin_api_x', team: teamId, ...options }, clock);
  expect(await made(startLinear, open, follow, ({ issues }) => issues.length)).toEqual([1, 1, 2]);
});

test('each has its channel in Slack', async () => {
  const open = (options: HttpOptions & { url: string }) =>
    slackChannel({ token: slackToken, private: false, invite: false, ...options }, clock);
  const start = () => startSlack(undefined, () => t0);
  expect(await made(start, open, follow, ({ channels }) => channels.size)).toEqual([1, 1, 2]);
});

test('each has its incident on the public status page', async () => {
  const open = (options: HttpOptions & { url: string }) =>
    statuspageChannel({ apiKey: 'page-key', page: 'page1', ...options }, clock);
  expect(await made(startStatuspage, open, deliver, ({ incidents }) => incidents.length)).toEqual([1, 1, 2]);
});

test('each has its mail thread', () => {
  const threadOf = (mark: string) =>
    mailOf(noticeOf(mark), ['giorgos@hopngo.example'], { from: 'muster@hopngo.example' }).references;
  expect(threadOf(lost)).toBe(threadOf(lost));
  expect(threadOf(fresh)).not.toBe(threadOf(lost));
});
