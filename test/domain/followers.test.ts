/**
 * How outside tools follow a process: in order, one request at a time, nothing twice, and never
 * delaying a page.
 */
import fc from 'fast-check';
import {
  absorb,
  accept,
  completeEffect,
  start,
  viewOf,
  type CommandBody,
  type FollowerPolicy,
  type Policy,
  type ProcessCommandName,
  type ProcessState,
} from '../../src/domain';
import { incidentPolicy, minute, releasePolicy, t0 } from '../support/policy';
import { actorOf, incident, release, type Story } from '../support/story';

const heard = { public: false, autoPublish: false, channels: ['inbox'] };

const follower = (more: Partial<FollowerPolicy> = {}): FollowerPolicy => ({
  channel: 'chat',
  incidents: ['P0', 'P1'],
  releases: false,
  on: ['declared', 'acknowledged', 'update-posted', 'severity-changed', 'resolved', 'closed', 'cancelled'],
  establishes: 'channel-created',
  relation: 'other',
  ...more,
});
const following = (...followers: FollowerPolicy[]): Policy => ({ ...incidentPolicy, followers });
const news = (story: Story) =>
  story.followed.map(({ channel, ref, entries }) => [channel, ref ?? '-', entries.map(({ type }) => type).join(' ')]);

test('a tool hears of each moment it asked for, once and in order, with what it answered before', () => {
  const story = incident({}, following(follower()))
    .at('1m', 'acknowledge', {})
    .at('2m', 'comment', { text: 'not for the tool' })
    .at('3m', 'post-update', { text: 'Rolling back' })
    .at('9m', 'resolve', { summary: 'rolled back' });
  expect(news(story)).toEqual([
    ['chat', '-', 'declared'],
    ['chat', 'ref-1', 'acknowledged'],
    ['chat', 'ref-1', 'update-posted'],
    ['chat', 'ref-1', 'resolved'],
  ]);
  expect(new Set(story.followed.map(({ key }) => key)).size).toBe(4);
  expect(story.followed[2]!.entries[0]).toMatchObject({ by: 'fatima', text: 'Update (internal): Rolling back' });
  expect(story.followed[3]!.process).toMatchObject({ status: 'resolved', commander: 'fatima' });
});

test('what it made is linked once, and ticks the item that waited for it', () => {
  const story = incident({}, following(follower())).at('1m', 'acknowledge', {});
  expect(story.state.links).toMatchObject([{ to: 'https://tool.example/1', relation: 'other', title: 'tool 1' }]);
  expect(story.state.facts).toContain('channel-created');
  expect(story.types().filter((type) => type === 'followed')).toHaveLength(1);
});

test('a ticket made by a tool is the ticket of the incident', () => {
  const story = incident({}, following(follower({ establishes: 'ticket-created', relation: 'ticket' })));
  expect(story.state.facts).toEqual(expect.arrayContaining(['ticket-created', 'linked ticket']));
});

test('one request at a time: what happens meanwhile comes with the next', () => {
  let state = withFollower();
  const asked = () => state.outbox.flatMap((effect) => (effect.type === 'follow' ? [effect] : []));
  const [first] = asked();
  for (const text of ['one', 'two']) state = given(state, 'post-update', { text });
  expect(asked()).toEqual([first]);
  state = completeEffect(state, first!.id, { type: 'follow', result: { status: 'done', at: t0, ref: 'r' } }, t0 + 2000);
  expect(asked().map(({ request }) => request.entries.map(({ seq }) => seq).length)).toEqual([2]);
  expect(asked()[0]!.request.ref).toBe('r');
});

test('a tool that fails for good is on the timeline, holds nobody up, and hears the next thing all the same', () => {
  const story = incident({}, following(follower()));
  story.broken.add('chat');
  story.at('1m', 'acknowledge', {});
  expect(story.text()).toContain('chat could not be brought up to date: 404');
  story.broken.clear();
  story.at('2m', 'post-update', { text: 'x' });
  expect(news(story).at(-1)).toEqual(['chat', 'ref-1', 'update-posted']);
  expect(story.pages()).toContain('0m fatima');
});

test('how a tool stands is seen: being told since when, not told and why, up to date', () => {
  const standing = (state: ProcessState) => viewOf(state).followers;
  const story = incident({}, following(follower()));
  expect(standing(story.state)).toEqual([{ channel: 'chat', status: 'up-to-date', at: '2026-12-07T08:00:00.000Z' }]);
  story.broken.add('chat');
  story.at('1m', 'acknowledge', {});
  expect(standing(story.state)).toMatchObject([{ status: 'failed', at: '2026-12-07T08:01:00.000Z', because: '404' }]);
  story.broken.clear();
  const answer = story.ask('post-update', { text: 'x' });
  expect(answer.ok && standing(answer.state)).toMatchObject([{ status: 'waiting', at: '2026-12-07T08:01:00.000Z' }]);
  story.activate();
  expect(standing(story.state)).toMatchObject([{ status: 'up-to-date' }]);
});

test('it begins to follow when the severity is raised to its own, hears all that was before, and stays when it is lowered', () => {
  const story = incident({ severity: 'P2' }, following(follower())).at('1m', 'acknowledge', {});
  expect(story.followed).toEqual([]);
  story.at('2m', 'set-severity', { severity: 'P1', reason: 'worse' });
  story.at('3m', 'set-severity', { severity: 'P3', reason: 'better' });
  expect(news(story)).toEqual([
    ['chat', '-', 'declared acknowledged severity-changed'],
    ['chat', 'ref-1', 'severity-changed'],
  ]);
});

test('a drill touches the drill channels only', () => {
  const policy = {
    ...following(follower(), follower({ channel: 'drill-chat' })),
    drillChannels: ['inbox', 'drill-chat'],
  };
  const heardOf = (of: Policy) => news(incident({ drill: true }, of)).map(([channel]) => channel);
  expect(heardOf(policy)).toEqual(['drill-chat']);
  const said = [follower({ drills: true }), follower({ channel: 'drill-chat', drills: false })];
  expect(heardOf({ ...policy, followers: said })).toEqual(['chat']);
});

test('an incident that ends still tells its tools so', () => {
  const story = incident({}, following(follower())).at('1m', 'cancel', { reason: 'false alarm' });
  expect(news(story).at(-1)).toEqual(['chat', 'ref-1', 'cancelled']);
});

test('whatever happens, no tool hears of an event twice, nor out of order, nor of one it did not ask for', () => {
  const on = follower().on;
  const order = fc.constantFrom('acknowledge', 'post-update', 'resolve', 'reopen', 'break', 'mend', 'raise', 'lower');
  fc.assert(
    fc.property(fc.array(order, { maxLength: 25 }), (orders) => {
      const story = incident({ severity: 'P1' }, following(follower(), follower({ channel: 'pager' })));
      orders.forEach((name, index) => {
        story.until((index + 1) * minute);
        if (name === 'break') story.broken.add('chat');
        else if (name === 'mend') story.broken.clear();
        else if (name === 'raise') story.ask('set-severity', { severity: 'P0', reason: 'r' });
        else if (name === 'lower') story.ask('set-severity', { severity: 'P3', reason: 'r' });
        else if (name === 'reopen') story.ask('reopen', { reason: 'r' });
        else if (name === 'post-update') story.ask('post-update', { text: 't' });
        else story.ask(name as 'resolve', {});
        story.activate();
      });
      for (const channel of ['chat', 'pager']) {
        const entries = story.followed.filter((one) => one.channel === channel).flatMap((one) => one.entries);
        const seqs = entries.map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        const wanted = story.state.timeline.filter(({ type }) => on.includes(type)).map(({ seq }) => seq);
        expect(seqs).toEqual(wanted);
      }
    }),
    { numRuns: 100 },
  );
});

test('the template says who else hears of a moment, by severity and by whether customers see it', () => {
  const policy: Policy = {
    ...incidentPolicy,
    audiences: { ...incidentPolicy.audiences, leadership: heard, support: heard, world: { ...heard, public: true } },
    announcements: [
      { on: 'declared', severity: ['P0', 'P1'], to: ['leadership', 'world'] },
      { on: 'declared', customerFacing: true, to: ['support'] },
      { on: 'resolved', to: ['support'] },
    ],
  };
  const told = (story: Story) => story.pages(['announce']).filter((line) => /leadership|support|world/.test(line));
  expect(told(incident({ customerFacing: true }, policy))).toEqual(['0m leadership', '0m support']);
  expect(told(incident({ severity: 'P2' }, policy).at('1m', 'resolve', {}))).toEqual(['1m support']);
});

test('a release announces its moments where the template says so, and nowhere else', () => {
  const policy: Policy = {
    ...releasePolicy,
    gates: [],
    audiences: { ...releasePolicy.audiences, support: heard },
    announcements: [{ on: 'deployed', to: ['support'] }],
  };
  const story = release('2026-12-21T08:00:00Z', {}, policy);
  expect(story.pages(['announce'])).toEqual([]);
  story.at('1m', 'start-deployment', { early: 'a test' }).at('2m', 'mark-deployed', {});
  expect(story.pages(['announce'])).toEqual(['2m support']);
});

test('an incident that is bad enough gets its conference link, once, also when it gets worse later', () => {
  const policy: Policy = {
    ...incidentPolicy,
    conference: { url: 'https://meet.example/{id}', severities: ['P0', 'P1'] },
  };
  const links = (story: Story) => story.state.links.map(({ relation, to }) => `${relation} ${to}`);
  const meet = 'conference https://meet.example/INC-2026-12-07-001';
  expect(links(incident({}, policy).at('1m', 'acknowledge', {}))).toEqual([meet]);
  const later = incident({ severity: 'P2' }, policy);
  expect(links(later)).toEqual([]);
  expect(links(later.at('1m', 'set-severity', { severity: 'P1', reason: 'worse' }))).toEqual([meet]);
});

test('two incidents that become one meet on the bridge of the one that stays; without one there, on the other', () => {
  const conference = { url: 'https://meet.example/{id}', severities: ['P0'] as const };
  const request = {
    key: 'k',
    into: 'INC-2026-12-07-001',
    from: 'INC-2026-12-07-002',
    by: 'emeka',
    severity: 'P0',
    services: [],
    people: [],
    links: [{ to: 'https://meet.example/other', relation: 'conference', by: 'muster', at: t0 }],
  } as const;
  const bridges = (policy: Policy) =>
    absorb(incident({}, policy).state, request, t0 + minute).links.flatMap(({ relation, to }) =>
      relation === 'conference' ? [to] : [],
    );
  expect(bridges({ ...incidentPolicy, conference })).toEqual(['https://meet.example/INC-2026-12-07-001']);
  expect(bridges(incidentPolicy)).toEqual(['https://meet.example/other']);
});

test('an outside contact matters by service or by label, one without either always, a tool never', () => {
  const policy: Policy = {
    ...incidentPolicy,
    contacts: [
      { id: 'cloud', name: 'Cloud' },
      { id: 'psp', name: 'Payments provider', services: ['payments'] },
      { id: 'security', name: 'Security firm', labels: ['security'] },
      { id: 'grafana', name: 'Grafana', category: 'Monitoring' },
    ],
  };
  const matter = (story: Story) => viewOf(story.state).contacts.flatMap(({ id, matters }) => (matters ? [id] : []));
  expect(matter(incident({}, policy))).toEqual(['cloud', 'psp']);
  const breach = incident({ services: [], labels: ['security'] }, policy);
  expect(matter(breach)).toEqual(['cloud', 'security']);
  expect(matter(breach.at('1m', 'record-impact', { services: ['payments'], labels: [] }))).toEqual(['cloud', 'psp']);
});

test('what a tool makes long after it first heard of the process is linked when it is there', () => {
  let state = withFollower();
  const answer = (more: object) => {
    const effect = state.outbox.find(({ type }) => type === 'follow')!;
    state = completeEffect(
      state,
      effect.id,
      { type: 'follow', result: { status: 'done', at: t0, ...more } },
      t0 + minute,
    );
  };
  answer({});
  expect(state.timeline.filter(({ type }) => type === 'followed')).toMatchObject([{ establishes: 'channel-created' }]);
  state = given(state, 'resolve', {});
  answer({ ref: '7', link: { to: 'https://wiki.example/7', title: 'Report' } });
  expect(state.links).toMatchObject([{ to: 'https://wiki.example/7', title: 'Report' }]);
  state = given(state, 'reopen', { reason: 'again' });
  state = given(state, 'resolve', {});
  answer({ ref: '7', link: { to: 'https://wiki.example/7', title: 'Report' } });
  expect(state.links).toHaveLength(1);
  expect(state.timeline.filter(({ type }) => type === 'followed')).toHaveLength(2);
});

test('however much is said while a tool is out of reach, a request stays small, and tells of the latest', () => {
  let state = withFollower();
  const post = 'x'.repeat(4_000);
  for (let number = 1; number <= 20; number++) state = given(state, 'post-update', { text: `${number} ${post}` });
  const [first] = state.outbox.filter(({ type }) => type === 'follow');
  state = completeEffect(state, first!.id, { type: 'failed', because: '503' }, t0 + minute);
  const [next] = state.outbox.flatMap((effect) => (effect.type === 'follow' ? [effect.request] : []));
  expect(JSON.stringify(next).length).toBeLessThan(32 * 1024);
  expect(next!.entries.at(-1)!.text).toMatch(/: 20 x/);
  expect(next!.entries.length).toBeGreaterThan(1);
});

function withFollower(more: Partial<FollowerPolicy> = {}): ProcessState {
  return start({
    kind: 'incident',
    id: 'INC-2026-12-07-001',
    at: t0,
    actor: actorOf('emeka'),
    policy: following(follower(more)),
    body: { title: 'Down', severity: 'P0', services: ['payments'] },
  });
}
function given<N extends ProcessCommandName>(state: ProcessState, name: N, body: CommandBody<N>): ProcessState {
  const answer = accept(state, { name, body, actor: actorOf('emeka') }, state.lastInputAt + 1_000);
  if (!answer.ok) throw new Error(answer.refusal.message);
  return answer.state;
}
