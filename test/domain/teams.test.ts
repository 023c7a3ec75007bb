/** R9: whose people are asked when a service of another team turns out to be affected. */
import fc from 'fast-check';
import {
  absorb,
  actorFacts,
  calledOff,
  completeEffect,
  teamsOf,
  type Directory,
  type MessageContent,
} from '../../src/domain';
import { incidentPolicy, minute, t0 } from '../support/policy';
import { saidIn } from '../support/messages';
import { directory as shared, incident, type Story } from '../support/story';

const directory: Directory = {
  ...shared,
  people: {
    ...shared.people,
    sara: { name: 'Sara', roles: [], reach: ['inbox'] },
    tom: { name: 'Tom', roles: [], reach: ['inbox'] },
  },
  teams: { ...shared.teams, search: { primary: 'sara', secondary: 'tom', 'escalation-manager': 'hana' } },
  services: { ...shared.services, search: { team: 'search' }, ledger: { team: 'platform' } },
};
const declared = (severity: 'P0' | 'P1' | 'P2' = 'P1', services = ['payments']) => {
  const story = incident({ severity, services });
  story.directory = directory;
  return story;
};
const affects = (story: Story, after: string, services: string[], by = 'fatima') => {
  story.until(after);
  const answer = story.ask('record-impact', { services }, by, {
    teams: teamsOf(services, directory),
    actor: actorFacts(by, directory, t0),
  });
  if (!answer.ok) throw new Error(answer.refusal.message);
  story.activate();
  return story;
};
const spares = (story: Story, after: string, removeServices: string[]) =>
  story.at(after, 'record-impact', { removeServices });
const says = (story: Story, after: string, name: 'acknowledge' | 'post-update', by: string) => {
  story.until(after);
  story.ask(name, name === 'acknowledge' ? {} : { text: 'x' }, by, { actor: actorFacts(by, directory, t0) });
  story.activate();
  return story;
};
const own = (story: Story) => story.state.deadlines['response.search'];
const ofTeam = (story: Story) =>
  story.sent
    .filter(({ request }) => request.deadlines.some(({ id }) => id === 'response.search'))
    .map(({ at, request }) => `${story.clock(at)} ${request.kind} ${request.recipient}`);

describe('before anybody has answered', () => {
  test('the primary of the new team is paged at once, and is on the ladder from then on', () => {
    const story = affects(declared(), '2m', ['payments', 'search']);
    expect(story.pages()).toEqual(['0m fatima', '2m sara']);
    expect(own(story)).toBeUndefined();
    expect(story.until('9m').pages()).toContain('9m tom');
    const page = story.sent.find(({ request }) => request.recipient === 'sara')!;
    expect(page.request.canAcknowledge).toBe(true);
    expect(saidIn(page.request)).toContain('search is affected too');
  });
  test('R21: a page for a service that was recorded by mistake is called off while it waits, and the team leaves the ladder', () => {
    const story = declared().until('2m');
    const added = { addServices: ['search'] };
    story.ask('record-impact', added, 'fatima', { teams: teamsOf(added.addServices, directory) });
    const look = story.state.outbox.find(({ type }) => type === 'resolve')!;
    const people = [{ person: 'sara', name: 'Sara', reach: ['inbox'] }];
    story.state = completeEffect(story.state, look.id, { type: 'resolve', result: { rungs: [{ people }] } }, story.now);
    expect(calledOff(story.state)).toEqual([]);
    const [page] = story.state.outbox;
    story.ask('record-impact', { removeServices: ['search'] });
    expect(calledOff(story.state)).toEqual([page!.id]);
    story.state = completeEffect(story.state, page!.id, { type: 'called-off' }, story.now);
    expect(story.until('9m').pages().join()).not.toMatch(/sara|tom/);
  });
  test('a service of a team that is asked already asks nobody anew', () => {
    expect(affects(declared(), '2m', ['payments', 'ledger']).pages()).toEqual(['0m fatima']);
  });
  test('without a known service at first, the default team was asked', () => {
    expect(affects(declared('P1', []), '2m', ['payments']).pages()).toEqual(['0m fatima']);
  });
  test('a severity that pages nobody now pages nobody for it either', () => {
    const quiet = {
      ...incidentPolicy,
      ladders: {
        ...incidentPolicy.ladders,
        response: incidentPolicy.ladders.response!.map((rung) => ({ ...rung, mode: 'remind' as const })),
      },
    };
    const story = incident({ severity: 'P1' }, quiet);
    story.directory = directory;
    expect(affects(story, '2m', ['payments', 'search']).pages()).toEqual([]);
  });
});

describe('after the first answer', () => {
  test('the people of the new team read why they are asked, also when the severity was raised before', () => {
    const answered = says(declared('P2'), '1m', 'acknowledge', 'fatima');
    answered.at('2m', 'set-severity', { severity: 'P1', reason: 'worse' }, 'hana');
    const story = affects(says(answered, '3m', 'acknowledge', 'fatima'), '5m', ['payments', 'search']).until('30m');
    const subject = ({ fields }: MessageContent) =>
      fields === undefined || fields.public ? undefined : fields.subject;
    const pages = story.sent.filter(({ request }) => request.deadlines.some(({ id }) => id === 'response.search'));
    expect(pages[0]!.request.recipient).toBe('sara');
    expect(subject(pages[0]!.request)).toBe('search is affected too');
    for (const { request } of pages) expect(saidIn(request).split('\n')[0]).toMatch(/; search is affected too$/);
    const others = story.sent.filter(({ request }) => request.deadlines.every(({ id }) => id !== 'response.search'));
    for (const { request } of others) expect(saidIn(request)).not.toContain('affected too');
  });
  const held = () => says(declared(), '1m', 'acknowledge', 'fatima');

  test('the team owes a response of its own, whose rungs mean that team only', () => {
    const story = affects(held(), '10m', ['payments', 'search']).until('40m');
    expect(own(story)).toMatchObject({ kind: 'response', dueAt: story.state.beganAt + 25 * minute, status: 'missed' });
    expect([...new Set(ofTeam(story).map((line) => line.split(' ')[2]))].sort()).toEqual(['hana', 'sara', 'tom']);
    expect(ofTeam(story)[0]).toBe('10m page sara');
    expect(story.state.deadlines['response']!.status).toBe('met');
  });
  test.each([['sara'], ['tom'], ['fatima']])('%s answers it: one of its people, or whoever has the incident', (by) => {
    const story = says(affects(held(), '10m', ['payments', 'search']), '11m', 'acknowledge', by);
    expect(own(story)).toMatchObject({ status: 'met' });
    expect(story.state.roles['commander']).toBe('fatima');
  });
  test('an update by one of its people is an answer; one by somebody else is not', () => {
    const asked = () => affects(held(), '10m', ['payments', 'search']);
    expect(own(says(asked(), '11m', 'post-update', 'sara'))!.status).toBe('met');
    expect(own(says(asked(), '11m', 'post-update', 'nadia'))!.status).toBe('pending');
  });
  test('a page of it can be acknowledged, and says whose response is missing', () => {
    const story = affects(held(), '10m', ['payments', 'search']);
    const page = story.sent.find(({ request }) => request.recipient === 'sara')!;
    expect(page.request.canAcknowledge).toBe(true);
    expect(saidIn(page.request)).toContain('response of search due');
    expect(story.until('6h').text()).toContain('nobody of search has answered');
  });
  test('a resolve ends it, and a reopening asks all teams together', () => {
    const story = affects(held(), '10m', ['payments', 'search']).at('11m', 'resolve', {}, 'nadia').until('3h');
    expect(ofTeam(story)).toEqual(['10m page sara']);
    story.at('200m', 'reopen', { reason: 'again' }, 'nadia').until('200m');
    expect(own(story)!.status).toBe('cancelled');
    expect(story.pages().filter((line) => line.startsWith('200m'))).toEqual(['200m fatima', '200m sara']);
  });
  test('a service that was recorded by mistake takes the question back, and asks again when it is affected', () => {
    const story = spares(affects(held(), '10m', ['payments', 'search']), '12m', ['search']).until('30m');
    expect(own(story)!.status).toBe('cancelled');
    expect(ofTeam(story)).toEqual(['10m page sara']);
    affects(story, '31m', ['payments', 'search']).until('31m');
    expect(own(story)).toMatchObject({ status: 'pending', round: 2 });
    expect(ofTeam(story)).toEqual(['10m page sara', '31m page sara']);
  });
  test('a merge brings the teams of the other incident', () => {
    const story = held().until('5m');
    const request = {
      key: 'k',
      into: story.state.id,
      from: 'INC-9',
      by: 'nadia',
      severity: 'P1' as const,
      services: ['search'],
      teams: { search: 'search' },
      people: [],
      links: [],
    };
    story.state = absorb(story.state, request, story.now);
    story.activate();
    story.until('5m');
    expect(ofTeam(story)).toEqual(['5m page sara']);
    const answered = held().until('5m');
    answered.state = absorb(answered.state, { ...request, answeredUpTo: 'P1' }, answered.now);
    answered.activate();
    expect(ofTeam(answered.until('5m'))).toEqual([]);
  });
  test('R10: a team that owed its own answer in the merged incident owes it in the other', () => {
    const source = affects(held(), '4m', ['payments', 'search']);
    const asked = source.ask('merge', { into: 'INC-7' }, 'nadia');
    const effect = asked.ok ? asked.state.outbox.find(({ type }) => type === 'absorb') : undefined;
    if (effect?.type !== 'absorb') throw new Error('no absorb');
    expect(effect.request).toMatchObject({ answeredUpTo: 'P1', unanswered: ['search'] });
    for (const target of [held(), declared('P2')]) {
      target.until('5m').state = absorb(target.state, effect.request, target.now);
      target.activate();
      expect(target.state.deadlines['response']).toMatchObject({ status: 'met' });
      expect(own(target)).toMatchObject({ status: 'pending' });
      expect(ofTeam(target.until('5m'))).toEqual(['5m page sara']);
    }
  });
  test('property: every team that was ever affected is asked; again only after it was out of it', () => {
    const services = fc.constantFrom('payments', 'search', 'ledger');
    const act = fc.record({ set: fc.uniqueArray(services, { minLength: 1, maxLength: 3 }), acks: fc.boolean() });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 6 }), (acts) => {
        const story = declared();
        acts.forEach(({ set, acks }, index) => {
          affects(story, `${2 * index + 1}m`, set, 'nadia');
          if (acks) says(story, `${2 * index + 2}m`, 'acknowledge', 'fatima');
        });
        const involved = story.state.timeline.filter(
          (event) => event.type === 'team-involved' && event.team === 'search',
        );
        // How often search came in: at first, and after a set without it.
        const entries = acts.filter(
          ({ set }, index) => set.includes('search') && !acts[index - 1]?.set.includes('search'),
        );
        expect(involved.length).toBeGreaterThanOrEqual(Math.min(1, entries.length));
        expect(involved.length).toBeLessThanOrEqual(entries.length);
        if (involved.length > 0) expect(story.pages().some((line) => line.endsWith('sara'))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
