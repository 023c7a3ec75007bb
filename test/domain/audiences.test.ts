/**
 * Who hears of the end of a process: the audiences that heard of the process before, at any
 * severity.
 */
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load';
import { policyOf } from '../../src/config/in-force';
import {
  allTold,
  compareAnnouncements,
  deliveriesOf,
  type AnnouncedEvent,
  type AudiencePolicy,
  type Policy,
} from '../../src/domain';
import { incidentPolicy, minute, releasePolicy, t0 } from '../support/policy';
import { incident, release, type Story } from '../support/story';
import { saidIn, whyIn } from '../support/messages';

const withEndings = (policy: Policy, statusPage: Partial<AudiencePolicy> = {}): Policy => ({
  ...policy,
  audiences: { ...policy.audiences, 'status-page': { ...policy.audiences['status-page']!, ...statusPage } },
  announcements: (['resolved', 'cancelled', 'merged'] as const).map((on) => ({ on, to: [allTold] })),
});
/** The audiences that were told of the last event of this type. */
const heard = ({ state, sent }: Story, type: AnnouncedEvent) => {
  const seq = state.timeline.findLast((event) => event.type === type)?.seq;
  return sent
    .filter(({ request }) => request.kind === 'announce' && request.key.startsWith(`${state.id}/event/${seq}/`))
    .map(({ request }) => request.recipient);
};
const lowered = (policy: Policy) =>
  incident({}, policy).at('2m', 'acknowledge', {}).at('5m', 'set-severity', { severity: 'P1', reason: 'half works' });

test('those who heard of it when it was a P0 hear that it is resolved as a P1, and why they do', () => {
  const story = lowered(withEndings(incidentPolicy)).at('9m', 'resolve', {});
  expect(heard(story, 'resolved')).toEqual(['leadership', 'all-hands']);
  const why = (name: string) => whyIn(story.sent.findLast(({ request }) => request.recipient === name)!.request);
  expect(why('all-hands')).toBe('all-hands was told of this incident before');
  expect(why('leadership')).toBe('leadership is informed of P1 incidents');
  // The same again after a reopening.
  story.at('10m', 'reopen', { reason: 'again' }).at('11m', 'resolve', {});
  expect(heard(story, 'resolved')).toEqual(['leadership', 'all-hands']);
  const texts = new Map(deliveriesOf(story.state).map(({ key, content }) => [key, saidIn(content)]));
  for (const { request } of story.sent) expect(texts.get(request.key)).toBe(saidIn(request));
});

test('whoever heard that it was over, by Muster or by a post, hears that it is not; nobody else', () => {
  const policy: Policy = {
    ...incidentPolicy,
    audiences: {
      ...incidentPolicy.audiences,
      engineering: { public: true, autoPublish: false, channels: ['inbox'] },
      partners: { public: true, autoPublish: true, channels: ['inbox'] },
    },
    announcements: [{ on: 'resolved', to: ['partners', 'engineering'] }],
  };
  // All-hands heard of the P0, and hears by a post that it is over; leadership is informed of a P1.
  const story = incident({ severity: 'P0' }, policy)
    .at('1m', 'acknowledge', {})
    .at('2m', 'set-severity', { severity: 'P1', reason: 'less' })
    .at('9m', 'resolve', {});
  expect(heard(story, 'resolved').sort()).toEqual(['leadership', 'partners']);
  story.at('10m', 'reopen', { reason: 'again' });
  expect(heard(story, 'reopened').sort()).toEqual(['leadership', 'partners']);
  const { request } = story.sent.findLast((one) => one.request.recipient === 'leadership')!;
  expect(whyIn(request)).toBe('leadership was told of this incident before');
  story
    .at('11m', 'resolve', {})
    .at('12m', 'post-update', { text: 'all works again' })
    .at('13m', 'post-update', { text: 'all works again', audience: 'public' })
    .at('14m', 'reopen', { reason: 'once more' });
  const again = story.sent.filter(({ at, request: { kind } }) => kind === 'announce' && at === t0 + 14 * minute);
  // The public page says what a person posts there, and nothing else.
  expect(again.map(({ request: { recipient } }) => recipient).sort()).toEqual(['all-hands', 'leadership', 'partners']);
});

test('those who heard of it hear that it is cancelled, or merged', () => {
  const policy = withEndings(incidentPolicy);
  expect(heard(lowered(policy).at('9m', 'cancel', { reason: 'no' }), 'cancelled')).toEqual(['all-hands', 'leadership']);
  expect(heard(incident({}, policy).at('9m', 'merge', { into: 'INC-2026-12-07-002' }), 'merged')).toEqual([
    'all-hands',
  ]);
});

test('a process of a policy that says nothing of it ends as before', () => {
  const story = lowered(incidentPolicy).at('9m', 'resolve', {});
  expect(heard(story, 'resolved')).toEqual(['leadership']);
  expect(heard(incident().at('9m', 'cancel', { reason: 'no' }), 'cancelled')).toEqual([]);
});

test('the public hears of the end by itself only where it publishes by itself, and nothing that was written for others', () => {
  const posted = (policy: Policy) =>
    incident({}, policy)
      .at('2m', 'post-update', { text: 'x', audience: 'public' })
      .at('9m', 'cancel', { reason: 'no' });
  expect(heard(posted(withEndings(incidentPolicy)), 'cancelled')).toEqual(['all-hands']);
  const story = posted(withEndings(incidentPolicy, { autoPublish: true }));
  expect(heard(story, 'cancelled')).toEqual(['all-hands', 'status-page']);
  const last = story.sent.findLast(({ request }) => request.public)!.request;
  expect(last).toMatchObject({ process: { status: 'cancelled' } });
  expect(saidIn(last)).toBe('This incident is over.');
});

test('a release: whoever heard of the plan or of an update hears that it is cancelled', () => {
  const policy = withEndings(releasePolicy);
  const planned = {
    ...policy,
    announcements: [...policy.announcements!, { on: 'planned' as const, to: ['leadership'] }],
  };
  const story = release('2026-12-14T10:00:00.000Z', {}, planned).at('1h', 'post-update', { text: 'x' }, 'jonas');
  expect(heard(story.at('2h', 'cancel', { reason: 'no' }, 'jonas'), 'cancelled')).toEqual([
    'leadership',
    'engineering',
  ]);
});

describe('by the shipped templates', () => {
  const shipped = (kind: 'incident' | 'release'): Policy => {
    const loaded = loadConfig(join(__dirname, '../../config'), null);
    if (!loaded.ok) throw new Error('the shipped configuration has errors');
    return policyOf(loaded.value, kind, t0);
  };

  test('an incident that is cancelled is told to all who were told that it was declared', () => {
    for (const severity of ['P0', 'P1', 'P2', 'P3'] as const) {
      const story = incident({ severity, customerFacing: true }, shipped('incident'));
      story.at('1m', 'cancel', { reason: 'no' });
      expect([severity, heard(story, 'cancelled')]).toEqual([severity, heard(story, 'declared')]);
      expect(heard(story, 'cancelled')).toContain('support');
    }
  });

  test('a release that is cancelled or rolled back, to all who were told that it was planned, or live', () => {
    const story = () => release('2026-12-14T10:00:00.000Z', {}, shipped('release'));
    expect(heard(story().at('1h', 'cancel', { reason: 'no' }, 'jonas'), 'cancelled')).toEqual(['stakeholders']);
    const live = story()
      .at('1h', 'start-deployment', { override: 'x' }, 'chiara')
      .at('2h', 'mark-deployed', {}, 'jonas');
    expect(heard(live.at('3h', 'roll-back', { reason: 'no' }, 'jonas'), 'rolled-back')).toContain('all-hands');
  });
});

// A policy may name the moments of its template. Each of them is compared, and also each moment
// that is announced by itself.
test.each([
  [incidentPolicy, ['declared', 'severity-changed', 'resolved', 'reopened', 'cancelled', 'merged']],
  [
    releasePolicy,
    [
      'planned',
      'rescheduled',
      'severity-changed',
      'deployment-started',
      'deployed',
      'completed',
      'rolled-back',
      'cancelled',
    ],
  ],
] as const)('a comparison of announcements sees every moment (%#)', (policy, moments) => {
  for (const on of moments) {
    const after: Policy = { ...policy, announcements: [...(policy.announcements ?? []), { on, to: ['newcomers'] }] };
    expect(compareAnnouncements(policy, after)).toMatchObject([{ moments: [on], new: ['newcomers'] }]);
  }
});
