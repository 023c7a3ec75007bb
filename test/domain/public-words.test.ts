/**
 * Public texts hold only what was written for the public, and nothing that was written for other
 * readers.
 */
import fc from 'fast-check';
import { addressedMessage as addressed } from '../../src/activities/addressing';
import { mailOf } from '../../src/activities/channels/email/mail';
import { messagePost } from '../../src/activities/channels/slack/blocks';
import { cardMessage } from '../../src/activities/channels/teams/card';
import { wireBody } from '../../src/activities/wire';
import { iso, type Policy, type SendRequest } from '../../src/domain';
import { reportBody } from '../../src/words/report-html';
import { compileMessageTemplate, createWords } from '../../src/words/words';
import { incidentPolicy, releasePolicy } from '../support/policy';
import type { SentAt } from '../../src/domain';
import { directory, incident, release, type Story } from '../support/story';
import { saidIn, whyIn } from '../support/messages';

const links = {
  processUrl: ({ id }: { id: string }) => `https://muster.internal.example/v1/incidents/${id}`,
  ackUrl: () => 'https://muster.internal.example/v1/ack/t',
};
const publishing = (policy: Policy, severity: 'P0' | 'P2'): Policy => ({
  ...policy,
  audiences: { ...policy.audiences, 'status-page': { public: true, autoPublish: true, channels: ['inbox'] } },
  severities: {
    ...policy.severities,
    [severity]: { ...policy.severities[severity]!, inform: ['all-hands', 'status-page'] },
  },
  announcements: (
    [
      'planned',
      'rescheduled',
      'deployment-started',
      'deployed',
      'completed',
      'rolled-back',
      'cancelled',
      'merged',
    ] as const
  ).map((on) => ({ on, to: ['status-page'] })),
});
const published = (sent: readonly SentAt[]): SendRequest[] =>
  sent.map(({ request }) => request).filter((request) => request.public);

/** Everything in a public message, and everything that channels make of it, as text. */
function everything(request: SendRequest): string {
  // The title is added below. The services in `process` only lead to the public names of
  // components.
  const { process, ...others } = request;
  const message = addressed(request, 'webhook', {
    directory: () => directory,
    links,
    words: (asked, show) => own.message(asked, show),
    zone: 'Europe/Athens',
    processes: noReports,
  });
  return [
    JSON.stringify(others),
    process.title,
    message.body,
    own.message(request, iso),
    ...[
      message.components.map(({ name }) => name),
      mailOf(message, ['a@example.com'], { from: 'muster@example.com' }),
    ].map((made) => JSON.stringify(made)),
    ...[messagePost(message), cardMessage(message)].map((made) => JSON.stringify(made)),
    reportBody(saidIn(request)),
  ].join('\n');
}
// A template that asks for every field gets only the public ones.
const greedy = compileMessageTemplate('public-update', '{{ text }} {{ status }} {{ nextUpdateAt }} {{ builtin }}');
if (!greedy.ok) throw new Error('the template is refused');
const own = createWords({ 'public-update': greedy.render }, (message) => {
  throw new Error(message);
});
const noReports = { report: () => Promise.reject(new Error('not asked for')) };

// Words that occur nowhere else, so that each hit is a leak.
const canary = (mark: string) => `CANARY${mark}`;
const words = fc.uniqueArray(fc.stringMatching(/^[A-Z]{6}$/).map(canary), { minLength: 22, maxLength: 22 });
const post = 'Some payments fail. We are working on it.';

function stirred([
  title,
  description,
  users,
  by,
  reason,
  note,
  comment,
  action,
  impact,
  item,
  owner,
  link,
  linkTitle,
  summary,
  cause,
  label,
  why,
]: readonly string[]): Story {
  const story = incident(
    { title: title!, description: description!, usersAffected: users!, labels: [label!], customerFacing: true },
    publishing(incidentPolicy, 'P0'),
    by,
  );
  story.at('1m', 'acknowledge', { note: note! }, 'fatima');
  story.at('2m', 'comment', { text: comment! }, by);
  story.at('3m', 'record-impact', { description: impact! }, by);
  story.at('4m', 'post-update', { text: why!, actions: [action!] }, by);
  story.at('5m', 'add-action-item', { title: item!, owner: owner!, dueAt: '2026-12-20T10:00:00Z' }, by);
  story.at('6m', 'link', { to: `https://${link!.toLowerCase()}.example/`, relation: 'ticket', title: linkTitle! }, by);
  story.at('7m', 'assign-role', { role: 'commander', person: owner! }, by);
  story
    .at('8m', 'set-severity', { severity: 'P1', reason: reason! }, by)
    .at('9m', 'set-severity', { severity: 'P0', reason: reason! }, by);
  story.at('10m', 'post-update', { text: post, audience: 'public', actions: [action!] }, by);
  return story.at('20m', 'write-review', { rootCause: cause! }, by).at('21m', 'resolve', { summary: summary! }, by);
}

test('nothing that was written of an incident for others is in any public message: text, facts, body on the wire, mail, post or card', () => {
  fc.assert(
    fc.property(words, (given) => {
      const messages = published(stirred(given).sent);
      expect(messages.map(({ fields }) => fields?.public)).toEqual(Array(messages.length).fill(true));
      expect(messages.length).toBeGreaterThanOrEqual(3);
      for (const text of messages.map(everything)) expect(text.match(/canary[a-z]{6}/gi)).toBeNull();
      expect(messages.map(saidIn)).toContain(post);
    }),
    { numRuns: 60 },
  );
});

test('nor of what is cancelled or merged, why it is', () => {
  fc.assert(
    fc.property(words, ([title, reason, by]) => {
      const body = { title: title!, severity: 'P2' as const };
      const outage = () => incident(body, publishing(incidentPolicy, 'P2'), by);
      const planned = release('2026-12-14T10:00:00.000Z', body, publishing(releasePolicy, 'P2'), by);
      const messages = [
        outage().at('1h', 'cancel', { reason: reason! }, by),
        outage().at('1h', 'merge', { into: 'INC-2026-12-07-002' }, by),
        planned.at('1h', 'cancel', { reason: reason! }, by),
      ].map(({ sent }) => published(sent).at(-1)!);
      expect(messages.map(saidIn)).toEqual([
        'This incident is over.',
        'This incident is being dealt with together with another.',
        'The planned maintenance is cancelled.',
      ]);
      for (const text of messages.map(everything)) expect(text.match(/canary[a-z]{6}/gi)).toBeNull();
    }),
    { numRuns: 20 },
  );
});

test('nor of a release, at any of its moments', () => {
  fc.assert(
    fc.property(words, ([title, description, version, reason, note, by, override]) => {
      const story = release(
        '2026-12-14T10:00:00.000Z',
        { title: title!, description: description!, version: version!, severity: 'P2' },
        publishing(releasePolicy, 'P2'),
        by,
      );
      story.at('1h', 'reschedule', { targetAt: '2026-12-14T12:00:00Z', reason: reason! }, by);
      story.at('2h', 'decide', { gate: 'go-no-go', decision: 'no-go', note: note! }, 'ingrid');
      story.at('7d5h', 'start-deployment', { override: override! }, 'chiara');
      story.at('7d6h', 'mark-deployed', {}, by).at('7d7h', 'roll-back', { reason: reason! }, by);
      const messages = published(story.sent);
      expect(messages.map(saidIn)).toEqual([
        'Maintenance is planned for 2026-12-14T10:00:00.000Z.',
        'The maintenance planned for 2026-12-14T10:00:00.000Z has been moved to 2026-12-14T12:00:00.000Z.',
        'The planned maintenance has begun.',
        'The planned maintenance has been carried out; we are watching the result.',
        'The planned maintenance has been undone.',
      ]);
      for (const text of messages.map(everything)) expect(text.match(/canary[a-z]{6}/gi)).toBeNull();
    }),
    { numRuns: 30 },
  );
});

test('on the wire a public message has the keys of any other, with public values', () => {
  const story = incident({}, publishing(incidentPolicy, 'P0')).at('1m', 'acknowledge', {});
  const [request] = published(story.sent);
  const internal = story.sent.find((sent) => !sent.request.public)!.request;
  const parsed = (one: SendRequest) =>
    JSON.parse(wireBody(one, { text: saidIn(one), why: whyIn(one) }, links)) as Record<string, unknown> & {
      process: object;
    };
  const body = parsed(request!);
  expect(Object.keys(body)).toEqual(Object.keys(parsed(internal)));
  expect(Object.keys(body.process).sort()).toEqual(Object.keys(parsed(internal).process).sort());
  expect(body.process).toMatchObject({ title: 'Service disruption', services: [], url: null });
  expect(body).toMatchObject({ links: [], ackUrl: null, deadlines: [] });
});

test('a public message of a drill says that it is one', () => {
  const story = incident({ drill: true }, publishing(incidentPolicy, 'P0')).at('1m', 'acknowledge', {});
  story.at('2m', 'post-update', { text: post, audience: 'public' });
  const messages = published(story.sent);
  expect(messages.length).toBeGreaterThanOrEqual(2);
  for (const { process, ...request } of messages)
    expect([saidIn(request).slice(0, 8), process.title.slice(0, 8)]).toEqual(['DRILL - ', 'DRILL - ']);
});

test('a change of severity takes back nothing that was said before', () => {
  const sentences = (story: Story) => published(story.sent).map((request) => saidIn(request));
  const over = incident({}, publishing(incidentPolicy, 'P0')).at('1m', 'resolve', {});
  over
    .at('2m', 'set-severity', { severity: 'P1', reason: 'x' })
    .at('3m', 'set-severity', { severity: 'P0', reason: 'y' });
  expect(sentences(over)).toEqual([
    'We are looking into a problem.',
    'This incident is resolved.',
    'This incident is resolved.',
  ]);
  const going = release('2026-12-14T10:00:00.000Z', {}, publishing(releasePolicy, 'P2'));
  going.at('1m', 'set-severity', { severity: 'P1', reason: 'x' }, 'jonas');
  const to = (after: string, level: 'P1' | 'P2') =>
    going.at(after, 'set-severity', { severity: level, reason: 'x' }, 'jonas');
  to('2m', 'P2').at('3m', 'start-deployment', { override: 'x', early: 'x' }, 'chiara');
  to('4m', 'P1');
  to('5m', 'P2').at('6m', 'mark-deployed', {}, 'jonas');
  to('7m', 'P1');
  to('8m', 'P2');
  expect(sentences(going).slice(1)).toEqual([
    'Maintenance is planned.',
    'The planned maintenance has begun.',
    'The planned maintenance has begun.',
    'The planned maintenance has been carried out; we are watching the result.',
    'The planned maintenance has been carried out; we are watching the result.',
  ]);
});
