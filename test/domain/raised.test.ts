/** R8: an incident becomes worse before anybody has answered: whoever was told hears it at once. */
import fc from 'fast-check';
import { reportAlerts } from '../../src/domain/engine/reported-alerts';
import {
  absorb,
  calledOff,
  completeEffect,
  settle,
  type Accepted,
  type AlertReport,
  type Policy,
  type Refused,
  type Severity,
} from '../../src/domain';
import { incidentPolicy, minute, t0 } from '../support/policy';
import { saidIn } from '../support/messages';
import { directory, incident, type Story } from '../support/story';

const policy: Policy = { ...incidentPolicy, pagesRaises: true };
const declared = (severity: Severity, more: Policy = policy) => incident({ severity }, more);
const raise = (story: Story, after: string | number, severity: Severity, by = 'nadia') =>
  story.at(after, 'set-severity', { severity, reason: 'it is worse' }, by);
const lastPage = (story: Story) => story.sent.findLast(({ request }) => request.kind === 'page')!.request;

test('a page goes at once to whoever was paged, and says why and what to do', () => {
  const story = raise(declared('P2'), '5m', 'P1').until('8m');
  expect(story.pages()).toEqual(['0m fatima', '5m fatima']);
  const said = saidIn(lastPage(story));
  expect(said).toContain('severity changed from P2 to P1: it is worse');
  expect(said).toContain('Why you: you were told of it before, and nobody has answered yet');
  expect(said).toContain('muster incident ack');
  expect(lastPage(story)).toMatchObject({ canAcknowledge: true, process: { severity: 'P1' } });
  expect(story.text()).toContain('; whoever was told before hears it at once');
});

test('whoever raises it is not paged for it, and the other level of an alert raises it too', () => {
  expect(raise(declared('P2'), '5m', 'P1', 'fatima').until('8m').pages()).toEqual(['0m fatima']);
  const story = declared('P2').until('5m');
  const report: AlertReport = {
    key: 'alerts/1',
    at: story.now,
    alerts: [],
    levels: ['P1'],
    services: [],
    resolveAfterMs: 0,
  };
  const taken = reportAlerts(story.state, report, story.now);
  if (!taken.ok) throw new Error(taken.refusal.message);
  story.state = taken.state;
  story.activate();
  expect(story.until('8m').pages()).toEqual(['0m fatima', '5m fatima']);
});

test('a worse incident that is merged into it raises it too', () => {
  const story = declared('P2').until('5m');
  const request = { key: 'INC-9', into: story.state.id, from: 'INC-9', by: 'nadia', severity: 'P1', services: [] };
  story.state = absorb(story.state, { ...request, people: [], links: [] }, story.now);
  story.activate();
  expect(story.pages()).toEqual(['0m fatima', '5m fatima']);
});

test('where the rungs that come due by it page somebody else, whoever was paged hears it once too', () => {
  // P0 is due five minutes after the declaration: rungs 2 and 3 fire with the change.
  const story = raise(declared('P2'), '5m', 'P0').until('6m');
  expect(story.pages()).toEqual(['0m fatima', '5m giorgos', '5m hana', '5m ana', '5m bruno', '5m chiara', '5m fatima']);
  // With `all above` a rung itself pages them.
  expect(
    raise(declared('P2'), '12m', 'P0')
      .until('12m')
      .pages()
      .filter((page) => page.endsWith('fatima')),
  ).toEqual(['0m fatima', '12m fatima']);
});

test('the look-up of those rungs fails: whoever was paged hears it all the same', () => {
  const story = declared('P2').until('5m');
  story.directory = { ...directory, teams: {}, people: { fatima: directory.people['fatima']! } };
  expect(raise(story, '5m', 'P0').until('5m').pages()).toEqual(['0m fatima', '5m fatima']);
});

test.each<[string, (story: Story) => Story]>([
  ['somebody has answered', (story) => story.at('4m', 'acknowledge', {}, 'fatima')],
  ['it is resolved', (story) => story.at('4m', 'resolve', {}, 'hana')],
])('nobody is paged so once %s', (_what, since) => {
  const story = raise(since(declared('P2')), '5m', 'P1').until('6m');
  expect(story.text()).not.toContain('hears it at once');
});

test('a level that only reminded pages now; one that pages nobody now pages nobody', () => {
  const quiet: Policy = {
    ...policy,
    severities: {
      ...policy.severities,
      P2: { ...policy.severities['P2']!, page: 'none' },
      P3: { ...policy.severities['P3']!, page: 'none' },
    },
  };
  expect(raise(declared('P3', quiet), '5m', 'P1').until('8m').pages()).toEqual(['5m fatima']);
  expect(raise(declared('P3', quiet), '5m', 'P2').until('8m').pages()).toEqual([]);
});

test('a change for the better, and the same level again, page nobody; each worse level does once', () => {
  const story = raise(declared('P3'), '1m', 'P2');
  expect(raise(story, '2m', 'P3').pages()).toEqual(['0m fatima', '1m fatima']);
  expect(
    raise(raise(story, '3m', 'P2'), '4m', 'P1')
      .pages()
      .slice(2),
  ).toEqual(['3m fatima', '4m fatima']);
});

test.each<[string, string, (story: Story) => Accepted | Refused, boolean]>([
  ['stays wanted after', 'a comment', (story) => story.ask('comment', { text: 'hm' }), false],
  ['is called off by', 'an answer', (story) => story.ask('acknowledge', {}, 'hana'), true],
  ['is called off by', 'a change back', (story) => story.ask('set-severity', { severity: 'P2', reason: 'x' }), true],
])('the page that waits for its next attempt %s %s', (_how, _what, act, isOff) => {
  const story = declared('P2').until('5m');
  expect(story.ask('set-severity', { severity: 'P1', reason: 'x' }, 'nadia')).toMatchObject({ ok: true });
  story.state = settle(story.state, story.now);
  const lookUp = story.state.outbox.find(({ type }) => type === 'resolve')!;
  const people = [{ person: 'fatima', name: 'Fatima', reach: ['inbox'] }];
  story.state = completeEffect(story.state, lookUp.id, { type: 'resolve', result: { rungs: [{ people }] } }, story.now);
  const page = story.state.outbox.find((effect) => effect.type === 'send' && effect.request.kind === 'page')!;
  expect(act(story)).toMatchObject({ ok: true });
  expect(calledOff(story.state).includes(page.id)).toBe(isOff);
});

test('whoever answered before the instant is settled hears nothing more', () => {
  const story = declared('P2').until('5m');
  for (const answer of [
    story.ask('set-severity', { severity: 'P1', reason: 'x' }, 'nadia'),
    story.ask('acknowledge', {}, 'fatima'),
  ])
    expect(answer).toMatchObject({ ok: true });
  story.activate();
  expect(story.pages()).toEqual(['0m fatima']);
});

test('nobody of them can be reached any more: the next rung is called instead', () => {
  const story = declared('P2').until('4m');
  story.broken.add('fatima/inbox');
  raise(story, '5m', 'P1').until('5m');
  expect(story.pages()).toEqual(['0m fatima', '5m giorgos']);
  expect(story.text()).toContain('whoever was told before could not be reached');
});

test('opened again, only those count who were told since', () => {
  const story = declared('P2').at('1m', 'escalate', { reason: 'help', to: ['hana'] }, 'emeka');
  story
    .at('2m', 'acknowledge', {}, 'hana')
    .at('3m', 'resolve', {}, 'hana')
    .at('10m', 'reopen', { reason: 'x' }, 'hana');
  expect(raise(story, '11m', 'P1').pages().slice(2)).toEqual(['10m fatima', '11m fatima']);
});

test('an incident of an older version goes on as it did', () => {
  expect(raise(declared('P2', incidentPolicy), '5m', 'P1').until('8m').pages()).toEqual(['0m fatima']);
});

test('property: each raise is heard once, by all who were told and did not raise it', () => {
  const change = fc.record({
    after: fc.integer({ min: 0, max: 20 * minute }),
    severity: fc.constantFrom<Severity>('P0', 'P1', 'P2', 'P3'),
    by: fc.constantFrom('fatima', 'giorgos', 'nadia'),
    calls: fc.constantFrom(undefined, 'emeka', 'giorgos'),
  });
  fc.assert(
    fc.property(fc.constantFrom<Severity>('P1', 'P2', 'P3'), fc.array(change, { maxLength: 6 }), (first, changes) => {
      const story = declared(first);
      let at = 0;
      for (const { after, severity, by, calls } of changes) {
        at += after + 1;
        story.until(at);
        if (calls !== undefined) story.at(at, 'escalate', { reason: 'x', to: [calls] }, 'mateo');
        at += 1;
        story.until(at);
        const [before, level] = [story.sent.length, story.state.severity];
        const told = new Set(
          story.sent.flatMap(({ request: { kind, recipient } }) => (kind === 'page' ? recipient : [])),
        );
        if (severity === level) continue;
        raise(story, at, severity, by);
        const heard = story.sent
          .slice(before)
          .flatMap(({ request: { kind, recipient } }) => (kind === 'page' ? [recipient] : []));
        expect(new Set(heard).size).toBe(heard.length);
        const isWorse = severity < level;
        for (const person of told) if (isWorse && person !== by) expect(heard).toContain(person);
      }
      expect(story.state).not.toHaveProperty('raised');
      expect(calledOff(story.state)).toEqual([]);
      expect(t0 + at).toBe(story.now);
    }),
    { numRuns: 60 },
  );
});
