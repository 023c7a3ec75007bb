/** R18, R19: calls by hand that climb, and hand-offs that always leave one holder. */
import fc from 'fast-check';
import { whoHasIt } from '../../src/domain/state/has-it';
import { nextHolder, type Severity } from '../../src/domain';
import { isIncident } from '../../src/domain/state/draft';
import { minute } from '../support/policy';
import { saidIn } from '../support/messages';
import { directory, incident, release, type Story } from '../support/story';

const held = (severity: Severity = 'P1', by = 'fatima') => incident({ severity }).at('2m', 'acknowledge', {}, by);
const holder = ({ state }: Story) => (isIncident(state) ? whoHasIt(state)?.person : undefined);
const news = (story: Story): string[] =>
  story.sent
    .filter(({ request, rungs }) => request.kind === 'remind' && rungs.length === 0)
    .map(
      ({ at, request }) =>
        `${story.clock(at)} ${request.recipient}: ${saidIn(request)
          .split('\n')[0]!
          .replace(/^.*?: /, '')}`,
    );
const pages = (story: Story) => story.pages().filter((line) => !line.startsWith('0m'));

describe('R19: a hand-off without a name', () => {
  const asked = (onCall: readonly string[]) => {
    const next = nextHolder(onCall, 'giorgos');
    return next.ok ? next.to : next.refusal.errors;
  };
  const say = (who: string) => [{ path: 'to', message: `say who is to take it: ${who}` }];

  test('is for the one person on call now', () => {
    expect(asked(['fatima'])).toBe('fatima');
  });

  test('asks for a name when that is oneself, several, or nobody', () => {
    expect(asked(['giorgos'])).toEqual(say('you are on call now'));
    expect(asked(['fatima', 'giorgos'])).toEqual(say('fatima, giorgos are on call now'));
    expect(asked([])).toEqual(say('nobody is on call now'));
  });
});

describe('R19: a hand-off', () => {
  test('pages the next person, who accepts by acknowledging, and then commands; the former hears it once', () => {
    const story = held().at('10m', 'hand-off', { to: 'bruno', note: 'the cache is cold' }, 'fatima');
    expect(pages(story)).toEqual(['10m bruno']);
    expect(holder(story)).toBe('fatima');
    const { request } = story.sent.at(-1)!;
    expect(request.canAcknowledge).toBe(true);
    expect(saidIn(request)).toContain(
      'fatima hands it to bruno, who has until 2026-12-07T08:25:00.000Z to take it: the cache is cold',
    );
    expect(saidIn(request)).toContain('Next: acknowledge: muster incident ack INC-2026-12-07-001');
    story.at('12m', 'acknowledge', {}, 'bruno');
    expect(holder(story)).toBe('bruno');
    expect(news(story)).toEqual(['12m fatima: bruno has it']);
    expect(story.state.deadlines['response']).toMatchObject({ status: 'met', round: 1 });
    expect(pages(story.until('60m')).filter((line) => line.includes('fatima'))).toEqual([]);
  });

  test('not accepted within one response: the former is paged, and the ladder goes on from its first rung', () => {
    const story = held('P1', 'giorgos').at('10m', 'hand-off', { to: 'bruno' }, 'giorgos').until('25m');
    expect(pages(story).filter((line) => !line.startsWith('22m'))).toEqual(['10m bruno', '25m giorgos', '25m fatima']);
    expect(holder(story)).toBe('giorgos');
    expect(story.state.deadlines['response']).toMatchObject({ status: 'pending', round: 2 });
    expect(saidIn(story.sent.findLast(({ request }) => request.kind === 'page')!.request)).toContain(
      'bruno did not take it over from giorgos',
    );
    story.at('26m', 'post-update', { text: 'I go on' }, 'giorgos');
    expect(story.state.deadlines['response']!.status).toBe('met');
  });

  test('at the worst severity, half a response', () => {
    const story = held('P0').at('10m', 'hand-off', { to: 'bruno' }, 'fatima').until('12m30s');
    expect(story.types()).toContain('hand-off-expired');
    expect(held('P0').at('10m', 'hand-off', { to: 'bruno' }, 'fatima').until('12m29s').types()).not.toContain(
      'hand-off-expired',
    );
  });

  test('to somebody who cannot be reached: over at once', () => {
    const story = held();
    story.broken.add('bruno/inbox');
    story.at('10m', 'hand-off', { to: 'bruno' }, 'fatima').until('10m');
    expect(story.text()).toContain('bruno did not take it over (every way to bruno failed: 404): fatima still has it');
    expect(pages(story)).toEqual(['10m fatima']);
    expect(holder(story)).toBe('fatima');
  });

  test('by somebody else: the next hears who asks, and whoever has it hears of it at once', () => {
    const story = held().at('10m', 'hand-off', { to: 'bruno' }, 'hana');
    expect(saidIn(story.sent.find(({ request }) => request.recipient === 'bruno')!.request)).toContain(
      'hana wants you to take it',
    );
    expect(news(story)).toEqual([
      '10m fatima: hana asks: fatima hands it to bruno, who has until 2026-12-07T08:25:00.000Z to take it',
    ]);
    expect(saidIn(story.sent.at(-1)!.request)).toContain('you have it, and hana asks bruno to take it');
  });

  test('a second hand-off takes the place of the first, whose page is called off', () => {
    const story = held()
      .at('10m', 'hand-off', { to: 'bruno' }, 'fatima')
      .at('11m', 'hand-off', { to: 'hana' }, 'fatima')
      .at('12m', 'acknowledge', {}, 'bruno');
    expect(holder(story)).toBe('fatima');
    story.at('13m', 'acknowledge', {}, 'hana');
    expect(holder(story)).toBe('hana');
  });

  test('a resolve, or a commander by name, settles it', () => {
    const asked = () => held().at('10m', 'hand-off', { to: 'bruno' }, 'fatima');
    expect(asked().at('11m', 'resolve', {}, 'fatima').until('3h').types()).not.toContain('hand-off-expired');
    const named = asked().at('11m', 'assign-role', { role: 'commander', person: 'hana' }, 'fatima').until('3h');
    expect(named.types()).not.toContain('hand-off-expired');
    expect(holder(named)).toBe('hana');
    expect(news(named)).toContain('11m bruno: hana has it');
  });

  test.each([
    ['nobody has it yet', () => incident().until('1m'), { to: 'bruno' }, 'nobody-has-it'],
    ['they have it already', () => held(), { to: 'fatima' }, 'has-it'],
    ['it is resolved', () => held().at('3m', 'resolve', {}), { to: 'bruno' }, 'resolved'],
    ['nobody is named', () => held(), {}, 'invalid'],
  ])('%s: refused', (_why, story, body, reason) => {
    expect(story().ask('hand-off', body)).toMatchObject({ ok: false, refusal: { reason } });
  });

  test('property: every hand-off, accepted, refused or expired, leaves exactly one holder', () => {
    const people = ['fatima', 'bruno', 'hana', 'giorgos'];
    const act = fc.record({
      wait: fc.integer({ min: 0, max: 20 }),
      what: fc.constantFrom('hand-off', 'acknowledge', 'break', 'mend'),
      by: fc.constantFrom(...people),
      to: fc.constantFrom(...people),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 8 }), (acts) => {
        const story = held();
        let now = 2 * minute;
        for (const { wait, what, by, to } of acts) {
          now += wait * minute;
          story.until(now);
          const before = holder(story);
          const asked = isIncident(story.state) ? story.state.handOff?.to : undefined;
          if (what === 'break') story.broken.add(`${to}/inbox`);
          if (what === 'mend') story.broken.clear();
          if (what === 'hand-off') story.ask('hand-off', { to }, by);
          if (what === 'acknowledge') story.ask('acknowledge', {}, by);
          story.activate();
          expect(people).toContain(holder(story));
          // Only the acceptance of whoever was asked moves it.
          if (holder(story) !== before) expect([what, by, holder(story)]).toEqual(['acknowledge', asked, asked]);
        }
        const last = story.until(now + 60 * minute).state;
        expect(isIncident(last) && last.handOff).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

describe('R18: a call by hand', () => {
  test('somebody who cannot be reached falls through to the next rung at once, and the caller hears it', () => {
    const story = held();
    story.broken.add('bruno/inbox');
    story.at('10m', 'escalate', { reason: 'help', to: ['bruno'] }, 'fatima');
    expect(pages(story)).toEqual(['10m giorgos']);
    expect(news(story)).toEqual([
      '10m fatima: bruno could not be reached (every way to bruno failed: 404); secondary is called instead - fatima: help',
    ]);
  });

  test('whoever is called is told to acknowledge, also when the response was answered before (R2)', () => {
    const next = (story: Story) => saidIn(story.sent.at(-1)!.request).split('\n')[2];
    const ack = 'Next: acknowledge: muster incident ack INC-2026-12-07-001';
    const story = held().at('10m', 'escalate', { reason: 'help', to: ['bruno'] }, 'fatima');
    expect(story.sent.at(-1)!.request.canAcknowledge).toBe(true);
    expect(next(story)).toBe(ack);
    story.at('20m', 'resolve', {}, 'fatima').at('30m', 'escalate', { reason: 'help', to: ['hana'] }, 'fatima');
    expect(story.sent.at(-1)!.request).toMatchObject({ recipient: 'hana', canAcknowledge: false });
    expect(next(story)).toBe('Next: muster incident show INC-2026-12-07-001');
  });

  test('it climbs until somebody is reached, and says so when nobody is left', () => {
    const story = held();
    for (const who of ['bruno', 'giorgos']) story.broken.add(`${who}/inbox`);
    story.at('10m', 'escalate', { reason: 'help', to: ['bruno'] }, 'fatima');
    expect(pages(story).length).toBeGreaterThan(0);
    expect(pages(story)).not.toContain('10m giorgos');
    const nobody = held();
    for (const who of Object.keys(directory.people)) if (who !== 'fatima') nobody.broken.add(`${who}/inbox`);
    nobody.broken.add('fatima/inbox');
    nobody.at('10m', 'escalate', { reason: 'help', to: ['bruno'] }, 'fatima');
    expect(nobody.state.timeline.findLast(({ type }) => type === 'call-failed')).toMatchObject({
      next: [],
      toRung: null,
    });
    expect(nobody.state.calls).toBeUndefined();
  });

  test('of two who are called, the one who is not reached falls through; the other is paged once', () => {
    const story = held();
    story.broken.add('bruno/inbox');
    story.at('10m', 'escalate', { reason: 'help', to: ['bruno', 'hana', 'cto'] }, 'fatima');
    expect(pages(story).filter((line) => line.endsWith('hana'))).toHaveLength(1);
    expect(story.state.timeline.filter(({ type }) => type === 'call-failed')).toHaveLength(2);
  });

  test('two who cannot be reached bring the next rung once, which hears who called and why', () => {
    const story = held();
    for (const who of ['bruno', 'chiara']) story.broken.add(`${who}/inbox`);
    story.at('10m', 'escalate', { reason: 'help', to: ['bruno', 'chiara'] }, 'fatima');
    expect(pages(story)).toEqual(['10m giorgos']);
    expect(saidIn(story.sent.find(({ request }) => request.recipient === 'giorgos')!.request)).toContain(
      'fatima: help',
    );
    expect(news(story).at(-1)).toContain('chiara could not be reached');
  });

  test('an empty list of recipients is refused', () => {
    expect(held().ask('escalate', { reason: 'help', to: [] })).toMatchObject({
      ok: false,
      refusal: { reason: 'invalid' },
    });
  });

  test('teams and schedules are called by name', () => {
    const story = held('P1', 'giorgos').at('10m', 'escalate', { reason: 'help', to: ['platform'] }, 'giorgos');
    expect(pages(story)).toEqual(['10m fatima']);
  });

  test('a role that nobody has, by name, falls through too', () => {
    const story = held().at('10m', 'escalate', { reason: 'help', to: ['astronaut'] }, 'fatima');
    expect(pages(story)).toEqual(['10m giorgos']);
    expect(story.text()).toContain('astronaut could not be reached (nobody there)');
  });

  test('after the resolve nobody is called instead', () => {
    const story = held().at('5m', 'resolve', {}, 'fatima');
    story.broken.add('bruno/inbox');
    story.at('10m', 'escalate', { reason: 'help', to: ['bruno'] }, 'fatima');
    expect(pages(story)).toEqual([]);
    expect(news(story).at(-1)).toContain(
      'fatima: bruno could not be reached (every way to bruno failed: 404); nobody is left',
    );
  });

  test('a release has no ladder of responses: the caller hears that nobody is left', () => {
    const story = release('2026-12-14T09:00:00Z');
    story.broken.add('bruno/inbox');
    story.at('2h', 'escalate', { reason: 'help', to: ['bruno'] }, 'jonas');
    expect(news(story).at(-1)).toContain(
      'jonas: bruno could not be reached (every way to bruno failed: 404); nobody is left to call',
    );
  });
});
