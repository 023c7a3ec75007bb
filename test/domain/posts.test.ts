/** A person who posts an update is told who will see it and when the next update is due. */
import type { AnnouncedEvent, CommandBody, Policy, ProcessCommandName } from '../../src/domain';
import { incidentPolicy, phase, releasePolicy } from '../support/policy';
import { incident, release, type Story } from '../support/story';

function changes(story: Story, body: CommandBody<'post-update'>, extra = {}): readonly string[] {
  const answer = story.ask('post-update', body, 'fatima', extra);
  if (!answer.ok) throw new Error(answer.refusal.message);
  return answer.answer.changes;
}
const acknowledged = (policy: Policy = incidentPolicy, body: Partial<CommandBody<'declare'>> = {}) =>
  incident(body, policy).at('2m', 'acknowledge', {});
const withAudiences = (audiences: Policy['audiences']): Policy => ({ ...incidentPolicy, audiences });

test('an internal one: the internal audiences of the severity, and the next deadline', () => {
  expect(changes(acknowledged(), { text: 'on it' })).toEqual([
    'Update (internal) to all-hands; next update due 2026-12-07T08:17:00.000Z',
  ]);
});

test('a promised next update is the one that is named', () => {
  const [line] = changes(acknowledged(), { text: 'on it', nextUpdateAt: '2026-12-07T08:40:00Z' });
  expect(line).toBe('Update (internal) to all-hands; next update due 2026-12-07T08:40:00.000Z');
});

test('a public one of a severity that informs no public audience says that all of them are told', () => {
  const story = acknowledged(incidentPolicy, { severity: 'P2' });
  expect(changes(story, { text: 'on it', audience: 'public' })).toEqual([
    'Update (public) to status-page (P2 informs no public audience, so all of them are told); next update due 2026-12-07T08:32:00.000Z',
  ]);
  expect(changes(acknowledged(), { text: 'on it', audience: 'public' })[0]).toMatch(
    /^Update \(public\) to status-page; next/,
  );
});

test('nobody will see it: it says so, for the public and within', () => {
  const none = { public: true, autoPublish: false, channels: [] };
  for (const audiences of [{}, { 'status-page': none }])
    expect(changes(acknowledged(withAudiences(audiences)), { text: 'x', audience: 'public' })[0]).toMatch(
      /^Update \(public\): nobody outside will see it, no audience is public; next/,
    );
  const silent = acknowledged({
    ...incidentPolicy,
    severities: { ...incidentPolicy.severities, P0: { ...incidentPolicy.severities['P0']!, inform: [] } },
  });
  expect(changes(silent, { text: 'x' })[0]).toMatch(/^Update \(internal\): nobody is told of it/);
});

test('nobody will see it because it is restricted, or because the template has no levels: it says so', () => {
  const hidden = 'no audience hears of this restricted incident';
  const restricted = () => acknowledged(incidentPolicy, { restrictedTo: ['cto'] });
  expect(changes(restricted(), { text: 'x' })[0]).toContain(`nobody is told of it, ${hidden}; next`);
  expect(changes(restricted(), { text: 'x', audience: 'public' })[0]).toContain(`will see it, ${hidden}; next`);
  const severities = { none: { ...releasePolicy.severities['P2']!, inform: [] } };
  const bare = () => release('2026-12-14T10:00:00.000Z', {}, { ...releasePolicy, severities });
  expect(changes(bare(), { text: 'x' })).toEqual([
    'Update (internal): nobody is told of it, the template informs no internal audience',
  ]);
  expect(changes(bare(), { text: 'x', audience: 'public' })).toEqual([
    'Update (public) to status-page (the template informs no public audience, so all of them are told)',
  ]);
});

test('without a public audience a tool that follows may show it', () => {
  const followed = acknowledged({
    ...withAudiences({ 'all-hands': incidentPolicy.audiences['all-hands']! }),
    followers: [{ channel: 'statuspage', incidents: ['P0'], releases: false, on: ['declared', 'update-posted'] }],
  });
  expect(changes(followed, { text: 'x', audience: 'public' })[0]).toMatch(
    /^Update \(public\): no audience is public; outside it is seen only where statuspage shows it; next/,
  );
});

test('in a drill nobody but those on its channels, after resolve no further one is due, of a release none at all', () => {
  const drill = acknowledged(incidentPolicy, { drill: true });
  expect(changes(drill, { text: 'x' })[0]).toContain('to all-hands, over the channels of the drill only; next');
  const over = acknowledged().at('10m', 'resolve', {});
  expect(changes(over, { text: 'x' })).toEqual(['Update (internal) to all-hands; no further update is due']);
  expect(changes(release('2026-12-14T10:00:00.000Z', {}, releasePolicy), { text: 'x' })).toEqual([
    'Update (internal) to engineering',
  ]);
});

test('a repeated key gives the very same answer, whatever changed since', () => {
  const story = acknowledged();
  const key = { key: 'post-update/k', fingerprint: 'f' };
  const first = changes(story, { text: 'x' }, key);
  story.at('5m', 'set-severity', { severity: 'P2', reason: 'better' }).at('6m', 'post-update', { text: 'y' });
  expect(changes(story, { text: 'x' }, key)).toEqual(first);
});

test('whoever ends an incident that the public was told of hears that the public does not hear of the end', () => {
  const ended = (story: Story, name: 'resolve' | 'cancel' | 'merge' | 'reopen', body = {}) => {
    const answer = story.ask(name, { reason: 'no', into: 'INC-2026-12-07-002', ...body });
    if (!answer.ok) throw new Error(answer.refusal.message);
    return answer.answer.changes.filter((line) => line.startsWith('status-page'));
  };
  const published = (policy?: Policy) =>
    acknowledged(policy).at('3m', 'post-update', { text: 'x', audience: 'public' });
  expect(ended(published(), 'resolve')).toEqual([
    'status-page was told of it and does not hear of this: muster incident update INC-2026-12-07-001 "..." --audience public',
  ]);
  expect(ended(published(), 'cancel')).toEqual([
    'status-page was told of it and does not hear of this; say there that it is over',
  ]);
  // A merged incident is not over: it goes on as the other incident.
  expect(ended(published(), 'merge')).toEqual([
    'status-page was told of it and does not hear of this, nor of the end of INC-2026-12-07-002: muster incident update INC-2026-12-07-002 "..." --audience public',
  ]);
  expect(ended(published().at('4m', 'resolve', {}), 'reopen')).toEqual([
    'status-page was told of it and does not hear of this: muster incident update INC-2026-12-07-001 "..." --audience public',
  ]);
  const second = { public: true, autoPublish: false, channels: ['inbox'] };
  const two = withAudiences({ ...incidentPolicy.audiences, 'status-page-2': second });
  const both = acknowledged(two, { severity: 'P2' }).at('3m', 'post-update', { text: 'x', audience: 'public' });
  expect(ended(both, 'cancel')).toEqual([
    'status-page, status-page-2 were told of it and do not hear of this; say there that it is over',
  ]);
  // No public audience was told, or the public audiences are told automatically.
  expect(ended(acknowledged().at('3m', 'post-update', { text: 'x' }), 'resolve')).toEqual([]);
  const automatic = withAudiences({
    ...incidentPolicy.audiences,
    'status-page': { ...incidentPolicy.audiences['status-page']!, autoPublish: true },
  });
  expect(ended(published(automatic), 'resolve')).toEqual([]);
  const drill = incident({ drill: true }).at('3m', 'post-update', { text: 'x', audience: 'public' });
  expect(ended(drill, 'cancel')).toEqual([]);
});

describe('of a release that the public was told of', () => {
  const target = '2026-12-14T10:00:00.000Z';
  const planned = (policy: Policy = releasePolicy) =>
    release(target, {}, policy).at('1m', 'post-update', { text: 'x', audience: 'public' }, 'jonas');
  const deploying = (policy?: Policy) => planned(policy).at('2m', 'start-deployment', { override: 'x' }, 'chiara');
  const told = (story: Story, name: ProcessCommandName, body: object) => {
    const answer = story.ask(name, body, 'jonas');
    if (!answer.ok) throw new Error(answer.refusal.message);
    return answer.answer.changes.filter((line) => line.startsWith('status-page'));
  };
  const still =
    'status-page was told of it and does not hear of this: muster release update REL-2026-12-07-001 "..." --audience public';
  const over = 'status-page was told of it and does not hear of this; say there that it is over';
  const moved = { targetAt: '2026-12-15T10:00:00Z', reason: 'x' };

  test('whoever moves it, starts it or has deployed it hears how to tell them', () => {
    expect(told(planned(), 'reschedule', moved)).toEqual([still]);
    expect(told(deploying(), 'mark-deployed', {})).toEqual([still]);
    const answer = planned().ask('start-deployment', { override: 'x' }, 'chiara');
    expect(answer.ok && answer.answer.changes).toContain(still);
  });

  test('whoever ends it hears that it is to be said there', () => {
    expect(told(planned(), 'cancel', { reason: 'x' })).toEqual([over]);
    expect(told(deploying(), 'roll-back', { reason: 'x' })).toEqual([over]);
    const deployed = () => deploying().at('3m', 'mark-deployed', {}, 'jonas');
    expect(told(deployed(), 'close', { skipRest: 'x' })).toEqual([over]);
  });

  test('completing it too, however much else is said: once, and not how to tell those who can be told no more', () => {
    const more = ['feedback', 'billing', 'docs'].map((id) => phase(id, [`${id}-done`]));
    const policy = { ...releasePolicy, phases: [...releasePolicy.phases, ...more] };
    const items = policy.phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
    const left = items.filter(({ doneWhen }) => doneWhen === undefined).map(({ id }) => id);
    const deployed = deploying(policy).at('3m', 'mark-deployed', {}, 'jonas');
    const all = deployed.ask('skip-items', { items: left, reason: 'x' });
    expect(all.ok && all.answer.changes).toEqual(
      expect.arrayContaining([expect.stringMatching(/^and \d+ more$/), over]),
    );
    const skipped = deploying(policy).at('3m', 'skip-items', { items: left, reason: 'x' }, 'jonas');
    expect(told(skipped, 'mark-deployed', {})).toEqual([over]);
  });

  test('nothing is said when nobody outside was told, or when they hear of it by themselves', () => {
    expect(told(release(target), 'reschedule', moved)).toEqual([]);
    const automatic = (...on: AnnouncedEvent[]): Policy => ({
      ...releasePolicy,
      audiences: {
        ...releasePolicy.audiences,
        'status-page': { ...releasePolicy.audiences['status-page']!, autoPublish: true },
      },
      announcements: on.map((moment) => ({ on: moment, to: ['status-page'] })),
    });
    expect(told(planned(automatic('rescheduled')), 'reschedule', moved)).toEqual([]);
    // The audience was told of the plan automatically, and of nothing else.
    expect(told(release(target, {}, automatic('planned')), 'reschedule', moved)).toEqual([still]);
  });
});
