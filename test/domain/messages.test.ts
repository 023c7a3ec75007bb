/** The texts of announcements: each moment to each kind of audience. */
import type { AnnouncedEvent, Policy } from '../../src/domain';
import { deliveriesOf } from '../../src/domain';
import { incidentPolicy, releasePolicy } from '../support/policy';
import { incident, release, type Story } from '../support/story';
import { saidIn } from '../support/messages';

const audience = { public: false, autoPublish: false, channels: ['inbox'] };
const reading: Policy['audiences'] = {
  'all-hands': audience,
  leadership: { ...audience, notes: 'briefing' },
  support: { ...audience, notes: 'for-customers' },
  'customer-success': { ...audience, notes: 'for-customers' },
};
const names = Object.keys(reading);
const moments: AnnouncedEvent[] = [
  'declared',
  'severity-changed',
  'resolved',
  'planned',
  'rescheduled',
  'deployment-started',
  'deployed',
  'completed',
  'rolled-back',
  'cancelled',
  'merged',
];
const announcing = (policy: Policy): Policy => ({
  ...policy,
  audiences: { ...policy.audiences, ...reading },
  announcements: moments.map((on) => ({ on, to: names })),
});
const told = (story: Story, name: string): string[] =>
  story.sent.filter(({ request }) => request.recipient === name).map(({ request }) => saidIn(request));
/** The lines of the last message to `name` that stand before the template. */
const notes = (story: Story, name: string): string[] => told(story, name).at(-1)!.split('\n\n')[0]!.split('\n');

const outage = () => incident({ description: 'Nobody can pay', usersAffected: '1,200' }, announcing(incidentPolicy));

test('the first alert has all that the declaration said: what is known, users, commander; the impact is not known yet', () => {
  const story = incident({ description: 'Nobody\ncan pay', usersAffected: '1,200', commander: 'giorgos' });
  const [first] = told(story, 'all-hands');
  expect(first).toContain('\n\nWhat is known: Nobody can pay\n\n');
  expect(first).toContain('- User Impact: not recorded yet\n');
  expect(first).toContain('- Estimated Users Affected: 1,200\n');
  expect(first).toContain('Incident Commander: giorgos');
});

test('that customers can see it is an impact, from the first alert on', () => {
  const story = incident({ customerFacing: true }, announcing(incidentPolicy));
  const words = 'visible to customers; what they see is not recorded yet';
  expect(told(story, 'all-hands')[0]).toContain(`- User Impact: ${words}\n`);
  expect(notes(story, 'leadership')).toContain(`Impact: ${words}`);
  expect(notes(story, 'support')).toContain(`What users see: ${words}`);
  const described = incident({ customerFacing: true, description: 'Nobody can pay' }, announcing(incidentPolicy));
  expect(notes(described, 'support')).toContain(`What users see: ${words}`);
  described.at('1m', 'record-impact', { description: 'Nobody can pay' }).at('2m', 'resolve', {});
  expect(notes(described, 'support')).toContain('What users see: Nobody can pay; visible to customers');
  story.at('2m', 'record-impact', { description: 'Nobody can pay', customerFacing: false });
  story.at('3m', 'resolve', {});
  expect(told(story, 'all-hands').at(-1)).toContain('- User Impact: Nobody can pay\n');
  expect(notes(story, 'leadership')).toContain('Impact: Nobody can pay');
});

test('what is being done stands until the next internal update; one for the public says nothing of it', () => {
  const story = incident({}, announcing(incidentPolicy)).at('1m', 'acknowledge', {});
  story.at('2m', 'post-update', { text: 'x', actions: ['Roll back 2.14'] });
  story.at('3m', 'post-update', { text: 'We are on it', audience: 'public' }).at('4m', 'resolve', {});
  expect(told(story, 'all-hands').at(-1)).toContain('Current Actions:\n- Roll back 2.14\n');
  story.at('5m', 'post-update', { text: 'done' });
  expect(told(story, 'all-hands').at(-1)).toContain('Current Actions:\n- none recorded\n');
});

test('a declared incident: what happened, what it means for you, whom to ask', () => {
  expect(notes(outage(), 'all-hands')).toEqual([
    'Checkout is down: P0 declared',
    'Why you: all-hands is informed of P0 incidents',
    'What happened: an incident of severity P0 (Critical) was declared at 2026-12-07T08:00:00.000Z by emeka',
    'For you: P0 means: Critical. Unless you are called there is nothing to do.',
    'Ask: whoever is on call',
  ]);
});

test('what an audience reads follows from its notes in channels.yaml, not from its name', () => {
  const policy = announcing(incidentPolicy);
  const audiences: Policy['audiences'] = {
    'all-hands': { ...audience, notes: 'briefing' },
    leadership: audience,
    support: audience,
    'customer-success': audience,
  };
  const story = incident({}, { ...policy, audiences: { ...policy.audiences, ...audiences } });
  expect(notes(story, 'all-hands').join()).toContain('Who has it: nobody has answered yet');
  for (const name of ['leadership', 'support', 'customer-success'])
    expect(notes(story, name)).toContain('For you: P0 means: Critical. Unless you are called there is nothing to do.');
});

test('leadership gets a briefing of a P0: impact, who has it and since when, the next update; of a P2 too', () => {
  const story = outage();
  expect(notes(story, 'leadership')).toContain('Who has it: nobody has answered yet; people are being paged');
  story.at('2m', 'acknowledge', {}).at('3m', 'post-update', { text: 'on it' });
  story.at('4m', 'set-severity', { severity: 'P1', reason: 'half works' });
  expect(notes(story, 'leadership').slice(2)).toEqual([
    'What happened: the severity changed from P0 to P1 at 2026-12-07T08:04:00.000Z by fatima: half works',
    'Impact: Nobody can pay; users affected: 1,200',
    'Who has it: fatima, answered at 2026-12-07T08:02:00.000Z',
    'Since: 2026-12-07T08:00:00.000Z',
    'Next update: 2026-12-07T08:23:00.000Z',
    'Ask: fatima',
  ]);
  const mild = incident({ severity: 'P2' }, announcing(incidentPolicy));
  expect(notes(mild, 'leadership').join()).toContain('Who has it');
});

test('who has it need not be who answered, nor whom to ask', () => {
  const story = outage().at('2m', 'acknowledge', {}).at('3m', 'hand-off', { to: 'giorgos' });
  story.at('4m', 'acknowledge', {}, 'giorgos').at('5m', 'post-update', { text: 'on it' }, 'giorgos');
  expect(notes(story, 'leadership')).toContain('Who has it: giorgos; fatima answered at 2026-12-07T08:02:00.000Z');
  story.at('6m', 'acknowledge', {}, 'hana').at('7m', 'assign-role', { role: 'commander', person: null });
  story.at('8m', 'resolve', { summary: 'rolled back' });
  expect(notes(story, 'all-hands')).toContain('Ask: hana');
});

test('support and customer success hear what users see, what to tell customers and when they hear more', () => {
  const story = outage();
  expect(notes(story, 'support')).toContain(
    'Tell customers: nothing was published yet; say that we are looking into it, and no more',
  );
  story.at('2m', 'acknowledge', {}).at('3m', 'assign-role', { role: 'communications-lead', person: 'mateo' });
  story.at('4m', 'post-update', { text: 'Some payments fail.', audience: 'public' });
  story.at('5m', 'set-severity', { severity: 'P1', reason: 'half works' });
  for (const name of ['support', 'customer-success'])
    expect(notes(story, name).slice(3)).toEqual([
      'What users see: Nobody can pay; users affected: 1,200',
      'Tell customers: what was published at 2026-12-07T08:04:00.000Z: "Some payments fail."',
      'Next update: 2026-12-07T08:24:00.000Z',
      'Ask: mateo',
    ]);
  story.at('30m', 'resolve', { summary: 'rolled back' });
  expect(notes(story, 'support')).toContain(
    'What happened: resolved at 2026-12-07T08:30:00.000Z by fatima, 30m after it was declared: rolled back',
  );
});

test('a release is told at each of its moments, with what happened first', () => {
  const story = release(
    '2026-12-14T10:00:00.000Z',
    { version: '2.14', strategy: 'canary', description: 'Faster checkout' },
    announcing(releasePolicy),
  );
  story.at('1h', 'reschedule', { targetAt: '2026-12-14T12:00:00Z', reason: 'vendor is late' }, 'jonas');
  story.at('7d5h', 'start-deployment', { override: 'vendor waits' }, 'chiara').at('7d6h', 'mark-deployed', {}, 'jonas');
  story.at('7d7h', 'roll-back', { reason: 'errors' }, 'jonas');
  const lines = told(story, 'all-hands').map((text) => text.split('\n').filter((line) => !line.startsWith('Why you')));
  expect(lines.map(([head, happened]) => [head!.slice(head!.indexOf(':') + 2), happened])).toEqual([
    [
      'planned for 2026-12-14T10:00:00.000Z',
      'What happened: a release was planned for 2026-12-14T10:00:00.000Z by jonas: Faster checkout',
    ],
    [
      'moved to 2026-12-14T12:00:00.000Z',
      'What happened: moved from 2026-12-14T10:00:00.000Z to 2026-12-14T12:00:00.000Z by jonas: vendor is late',
    ],
    ['the deployment has begun', 'What happened: the deployment began at 2026-12-14T13:00:00.000Z by chiara (canary)'],
    ['deployed', 'What happened: version 2.14 is live in payments since 2026-12-14T14:00:00.000Z: Faster checkout'],
    ['rolled back: errors', 'What happened: rolled back at 2026-12-14T15:00:00.000Z by jonas: errors'],
  ]);
  expect(told(story, 'all-hands').every((text) => /\nFor you: .*\nAsk: jonas\n/.test(text))).toBe(true);
  expect(notes(story, 'support')).toContain(
    'Tell customers: nothing was published about it; nobody outside has been told',
  );
});

test('a release that is complete says that nothing is left to do', () => {
  const story = release('2026-12-14T10:00:00.000Z', {}, announcing({ ...releasePolicy, gates: [] }));
  story.at('6d20h', 'start-deployment', { early: 'a test' }, 'jonas').at('6d21h', 'mark-deployed', {}, 'jonas');
  const items = story.state.policy.phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  const open = items
    .map(({ id }) => id)
    .filter((id) => story.state.items[id]?.status !== 'done' && id !== 'deploy-production');
  story.at('8d', 'skip-items', { items: open, reason: 'a test' }, 'jonas').until('12d');
  expect(story.state.lifecycle.status).toBe('completed');
  expect(notes(story, 'all-hands').slice(2)).toEqual([
    expect.stringMatching(/^What happened: every phase of the release was complete at /),
    'For you: nothing is left to do.',
    'Ask: jonas',
  ]);
});

test('what is cancelled or merged says so to each, and briefs nobody on what is no more', () => {
  const cancelled = outage().at('2m', 'cancel', { reason: 'a test alarm' });
  expect(told(cancelled, 'leadership').at(-1)).toContain('Status: Cancelled\n');
  expect(notes(cancelled, 'leadership')).toEqual([
    'Checkout is down: cancelled: a test alarm',
    'Why you: leadership is informed of P0 incidents',
    'What happened: cancelled at 2026-12-07T08:02:00.000Z by fatima: a test alarm',
    'For you: nothing is left to do.',
    'Ask: whoever is on call',
  ]);
  expect(notes(cancelled, 'support')).toContain(
    'Tell customers: nothing was published about it; nobody outside has been told',
  );
  const merged = outage().at('2m', 'merge', { into: 'INC-2026-12-07-002' });
  expect(notes(merged, 'all-hands').slice(2, 4)).toEqual([
    'What happened: merged into INC-2026-12-07-002 at 2026-12-07T08:02:00.000Z by fatima: they are one and the same',
    'For you: it goes on as INC-2026-12-07-002.',
  ]);
  const withdrawn = release('2026-12-14T10:00:00.000Z', {}, announcing(releasePolicy));
  withdrawn.at('1h', 'cancel', { reason: 'not now' }, 'jonas');
  expect(notes(withdrawn, 'all-hands').slice(2, 4)).toEqual([
    'What happened: cancelled at 2026-12-07T09:00:00.000Z by jonas: not now',
    'For you: what the release was to bring to payments does not come with it.',
  ]);
});

test('a page carries no such notes: whoever is paged has something to do', () => {
  const story = outage().until('6m');
  const pages = story.sent.filter(({ request }) => request.kind === 'page');
  expect(pages.length).toBeGreaterThan(2);
  for (const { request } of pages) expect(saidIn(request)).not.toMatch(/^(What happened|For you|Ask):/m);
});

test('what is read in the inbox later is word for word what was sent, whatever happened since', () => {
  const story = outage().at('2m', 'acknowledge', {}).at('3m', 'post-update', { text: 'a', audience: 'public' });
  story.at('4m', 'set-severity', { severity: 'P1', reason: 'half works' });
  story.at('5m', 'record-impact', { description: 'changed', services: ['web'], usersAffected: '3' });
  story.at('6m', 'assign-role', { role: 'commander', person: 'hana' }).at('30m', 'resolve', {});
  const sent = new Map(story.sent.map(({ request }) => [request.key, saidIn(request)]));
  const read = deliveriesOf(story.state);
  expect(read).toHaveLength(sent.size);
  for (const { key, content } of read) expect([key, saidIn(content)]).toEqual([key, sent.get(key)]);
});
