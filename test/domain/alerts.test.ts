/**
 * The alerts that messages open at a pager: each message opens its own alert, and each alert is
 * acknowledged and closed together with its deadlines.
 */
import fc from 'fast-check';
import {
  accept,
  completeEffect,
  settle,
  start,
  type CommandBody,
  type Directory,
  type FollowRequest,
  type Policy,
  type ProcessCommandName,
  type ProcessState,
} from '../../src/domain';
import { incidentPolicy, releasePolicy, t0 } from '../support/policy';
import { actorOf, directory, incident, release, type Story } from '../support/story';

const pager = {
  channel: 'pd',
  incidents: ['P0', 'P1', 'P2', 'P3'] as const,
  releases: true,
  drills: false,
  on: [],
  alerts: true as const,
};
const withPager = (policy: Policy): Policy => ({ ...policy, followers: [pager] });
const calledOver = (reach: readonly string[]): Directory => ({
  ...directory,
  pagers: ['pd'],
  people: Object.fromEntries(Object.entries(directory.people).map(([id, person]) => [id, { ...person, reach }])),
});
const begun = (story: Story, reach = ['pd', 'inbox']) => Object.assign(story, { directory: calledOver(reach) });

/**
 * The state of each alert at the pager, computed from the messages and from the moves that the
 * pager was told.
 */
function alertsOf(story: Story): Record<string, 'triggered' | 'acknowledged' | 'resolved'> {
  const moved = (kind: 'acknowledge' | 'close') =>
    new Set(story.followed.flatMap(({ channel, alerts }) => (channel === 'pd' ? (alerts?.[kind] ?? []) : [])));
  const [acknowledged, closed] = [moved('acknowledge'), moved('close')];
  return Object.fromEntries(
    story.sent
      .filter(({ request }) => request.channel === 'pd')
      .map(({ request: { key } }) => [
        key.replace('INC-2026-12-07-001/', ''),
        closed.has(key) ? 'resolved' : acknowledged.has(key) ? 'acknowledged' : 'triggered',
      ]),
  );
}
/** The directory with the pager is set before the first page. */
const declared = (body: Partial<CommandBody<'declare'>> = {}) => begun(incident(body, withPager(incidentPolicy)));

test('each page has an alert of its own; an acknowledgement acknowledges those of before, the end closes them', () => {
  const story = declared().until('5m');
  const open = Object.keys(alertsOf(story));
  expect(open).toContain('response/1/2/giorgos/pd');
  expect(open).toContain('response/1/3/hana/pd');
  expect(new Set(Object.values(alertsOf(story)))).toEqual(new Set(['triggered']));
  story.at('6m', 'acknowledge', {}, 'fatima');
  expect(new Set(Object.values(alertsOf(story)))).toEqual(new Set(['acknowledged']));
  story.at('7m', 'resolve', {});
  expect(new Set(Object.values(alertsOf(story)))).toEqual(new Set(['resolved']));
});

test('a hand-off that nobody takes rings anew: what was acknowledged is another alert', () => {
  const story = declared().until('3m').at('4m', 'acknowledge', {}, 'giorgos');
  story.at('5m', 'hand-off', { to: 'bruno' }, 'giorgos').until('11m');
  const alerts = alertsOf(story);
  expect(alerts['response/1/2/giorgos/pd']).toBe('acknowledged');
  expect(alerts['response/2/2/giorgos/pd']).toBe('triggered');
});

test('an alert about work that is due is closed when that is done, whatever else goes on', () => {
  const story = declared().at('1m', 'acknowledge', {}, 'fatima').until('21m');
  const update = Object.entries(alertsOf(story)).filter(([key]) => key.startsWith('update/'));
  expect(update.length).toBeGreaterThan(0);
  expect(update.every(([, status]) => status === 'triggered')).toBe(true);
  story.at('22m', 'post-update', { text: 'Still on it' });
  for (const [key] of update) expect(alertsOf(story)[key]).toBe('resolved');
});

test('somebody called by hand is acknowledged and closed as those of the ladder', () => {
  const story = declared().at('1m', 'acknowledge', {}, 'fatima');
  story.at('2m', 'escalate', { reason: 'we need you', to: ['hana'] });
  const [key] = Object.keys(alertsOf(story)).filter((one) => one.startsWith('event/'));
  expect(alertsOf(story)[key!]).toBe('triggered');
  story.at('3m', 'acknowledge', {}, 'hana');
  expect(alertsOf(story)[key!]).toBe('acknowledged');
  story.at('4m', 'cancel', { reason: 'false alarm' });
  expect(alertsOf(story)[key!]).toBe('resolved');
});

test('a reminder takes a quieter way, and rings only where there is none', () => {
  const quiet = declared({ severity: 'P3' }).until('5h');
  expect(quiet.sent.some(({ request }) => request.kind === 'remind')).toBe(true);
  expect(quiet.sent.filter(({ request }) => request.kind === 'remind' && request.channel === 'pd')).toEqual([]);
  const loud = begun(incident({ severity: 'P3' }, withPager(incidentPolicy)), ['pd']).until('5h');
  expect(loud.sent.some(({ request }) => request.kind === 'remind' && request.channel === 'pd')).toBe(true);
});

test('a process that rang nobody tells the pager nothing', () => {
  const story = incident({}, withPager(incidentPolicy)).at('1m', 'acknowledge', {}).at('2m', 'resolve', {});
  expect(story.followed).toEqual([]);
  expect(story.state.follows).toBeUndefined();
});

test('what the pages of a release opened is closed when it ends', () => {
  const story = begun(release('2026-12-21T10:00', {}, withPager(releasePolicy))).until('13d');
  expect(Object.values(alertsOf(story))).toContain('triggered');
  story.at('13d', 'cancel', { reason: 'not this year' });
  expect(new Set(Object.values(alertsOf(story)))).toEqual(new Set(['resolved']));
});

test('what a pager would not close is told once more, with what is told next or at the end', () => {
  const story = declared().until('3m').at('4m', 'acknowledge', {}, 'giorgos');
  const told = () => story.followed.at(-1)?.alerts?.close.map((key) => key.replace('INC-2026-12-07-001/', ''));
  story.broken.add('pd');
  story.at('5m', 'resolve', {});
  expect(told()).toEqual(['response/1/2/giorgos/pd']);
  const asked = story.followed.length;
  story.broken.delete('pd');
  story.at('6m', 'comment', { text: 'all is well' });
  expect(story.followed.length).toBe(asked);
  story.at('7m', 'close', { skipRest: 'nothing to learn' });
  expect(told()).toEqual(['response/1/2/giorgos/pd']);
  expect(story.state.follows?.['pd']?.alerts ?? []).toEqual([]);
});

test('whatever people do: what is answered is acknowledged, what is over is closed, nothing open is touched twice', () => {
  const order = fc.constantFrom('acknowledge', 'post-update', 'resolve', 'reopen', 'hand-off', 'break', 'mend', 'wait');
  fc.assert(
    fc.property(fc.array(order, { maxLength: 20 }), (orders) => {
      const story = declared();
      const taken: FollowRequest[] = [];
      let heard = 0;
      orders.forEach((one, index) => {
        story.until(`${index * 4 + 2}m`);
        if (one === 'break' || one === 'mend') story.broken[one === 'break' ? 'add' : 'delete']('pd');
        else if (one === 'hand-off') story.ask('hand-off', { to: 'giorgos' });
        else if (one === 'reopen') story.ask('reopen', { reason: 'again' });
        else if (one === 'post-update') story.ask('post-update', { text: 'x' });
        else if (one !== 'wait') story.ask(one, {});
        story.activate();
        if (!story.broken.has('pd')) taken.push(...story.followed.slice(heard));
        heard = story.followed.length;
      });
      const moves = taken.flatMap(({ alerts }) => [
        ...(alerts?.acknowledge ?? []).map((key) => `acknowledge ${key}`),
        ...(alerts?.close ?? []).map((key) => `close ${key}`),
      ]);
      expect(new Set(moves).size).toBe(moves.length);
      story.broken.delete('pd');
      story.ask('cancel', { reason: 'over' });
      story.activate();
      const told = new Set(story.followed.flatMap(({ alerts }) => alerts?.close ?? []));
      for (const { request } of story.sent) if (request.channel === 'pd') expect(told).toContain(request.key);
      expect(story.state.follows?.['pd']?.alerts ?? []).toEqual([]);
    }),
  );
});

describe('a page that is still on its way', () => {
  const asked = (state: ProcessState) =>
    state.outbox.flatMap((effect) => (effect.type === 'follow' ? [effect.request.alerts] : []));
  const given = <N extends ProcessCommandName>(state: ProcessState, name: N, body: CommandBody<N>): ProcessState => {
    const answer = accept(state, { name, body, actor: actorOf('emeka') }, state.lastInputAt + 1_000);
    if (!answer.ok) throw new Error(answer.refusal.message);
    return answer.state;
  };
  /** The state in which the page of the first rung is under way. */
  const paged = () => {
    let state = settle(
      start({
        kind: 'incident',
        id: 'INC-2026-12-07-001',
        at: t0,
        actor: actorOf('emeka'),
        policy: withPager(incidentPolicy),
        body: { title: 'Down', severity: 'P0', services: ['payments'] },
      }),
      t0,
    );
    const look = state.outbox.find(({ type }) => type === 'resolve')!;
    const people = [{ person: 'fatima', name: 'Fatima', reach: ['pd'] }];
    state = completeEffect(state, look.id, { type: 'resolve', result: { rungs: [{ people }] } }, t0 + 2_000);
    const page = state.outbox.find((effect) => effect.type === 'send' && effect.request.kind === 'page')!;
    const settled = (now: ProcessState, status: 'delivered' | 'failed') =>
      completeEffect(
        now,
        page.id,
        {
          type: 'send',
          result: status === 'failed' ? { status, because: 'no answer' } : { status, at: now.lastInputAt },
        },
        now.lastInputAt + 1_000,
      );
    return { state, settled, key: 'INC-2026-12-07-001/response/1/1/fatima/pd' };
  };

  // A failed delivery may have arrived, with only its answer lost.
  test.each(['delivered', 'failed'] as const)('is acknowledged as soon as it is %s, when somebody has it', (status) => {
    const { state, settled, key } = paged();
    const answered = given(state, 'acknowledge', {});
    expect(asked(answered)).toEqual([]);
    expect(asked(settled(answered, status))).toEqual([{ acknowledge: [key], close: [] }]);
  });

  test.each(['resolve', 'cancel'] as const)('is closed as soon as it arrives, after %s', (command) => {
    const { state, settled, key } = paged();
    const over = given(state, command, command === 'cancel' ? { reason: 'false alarm' } : {});
    expect(asked(over)).toEqual([]);
    expect(asked(settled(over, 'delivered'))).toEqual([{ acknowledge: [], close: [key] }]);
  });

  test('is left alone while it stands', () => {
    const { state, settled } = paged();
    expect(asked(settled(state, 'delivered'))).toEqual([]);
  });
});

test('an alert is acknowledged by what answers it, and by nothing else', () => {
  const story = declared().until('3m').at('4m', 'acknowledge', {}, 'giorgos');
  story.at('5m', 'escalate', { reason: 'we need you', to: ['hana'] }, 'giorgos').at('6m', 'acknowledge', {}, 'fatima');
  const [call] = Object.keys(alertsOf(story)).filter((key) => key.startsWith('event/'));
  expect(alertsOf(story)[call!]).toBe('triggered');
  const low = begun(incident({ severity: 'P2' }, withPager(incidentPolicy))).at('1m', 'acknowledge', {}, 'giorgos');
  low.at('2m', 'set-severity', { severity: 'P0', reason: 'all' }, 'nadia').until('2m');
  const raised = Object.keys(alertsOf(low)).find((key) => key.startsWith('response/2/1'))!;
  expect(alertsOf(low)[raised]).toBe('triggered');
  low.at('3m', 'post-update', { text: 'on it' }, 'giorgos');
  expect(alertsOf(low)[raised]).toBe('acknowledged');
});
