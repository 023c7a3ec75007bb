/** R5: whoever was woken hears that somebody has it, and that it is over; once each. */
import fc from 'fast-check';
import { calledOff, viewOf, type Effect, type TimelineEvent } from '../../src/domain';
import { minute } from '../support/policy';
import { saidIn } from '../support/messages';
import { directory, incident, type Story } from '../support/story';

/** Lines such as `7m fatima: giorgos has it` of the reminders that are about no deadline. */
const news = (story: Story): string[] =>
  story.sent
    .filter(({ request, rungs }) => request.kind === 'remind' && rungs.length === 0)
    .map(({ at, request }) => {
      const [head = ''] = saidIn(request).split('\n');
      return `${story.clock(at)} ${request.recipient}: ${head.replace(/^.*?: /, '')}`;
    });

describe('somebody has it', () => {
  test('whoever was paged before hears who has it now, at once, and not the one who took it', () => {
    const story = incident().at('7m', 'acknowledge', {}, 'giorgos');
    expect(story.pages()).toEqual(['0m fatima', '3m giorgos', '5m hana', '5m ana', '5m bruno', '5m chiara']);
    expect(news(story)).toEqual(
      ['fatima', 'hana', 'ana', 'bruno', 'chiara'].map((person) => `7m ${person}: giorgos has it`),
    );
  });

  test('whoever has it by an earlier answer, because there is no commander any more, is named', () => {
    const story = incident().at('1m', 'acknowledge', {}, 'fatima').at('2m', 'acknowledge', {}, 'giorgos');
    story.at('3m', 'assign-role', { role: 'commander', person: null }, 'emeka');
    expect(news(story)).toContain('3m fatima: giorgos has it');
  });

  test('the news asks for nothing: no acknowledgement, no deadline, and it says why it came', () => {
    const story = incident().at('1m', 'acknowledge', {}, 'giorgos');
    const { request } = story.sent.find(({ rungs, request: { kind } }) => kind === 'remind' && rungs.length === 0)!;
    expect(request).toMatchObject({ canAcknowledge: false, deadlines: [], rung: null });
    expect(saidIn(request)).toContain('Why you: you were paged for this incident\nNext: nothing for you to do');
    expect(request.ends).toBe(story.sent.find(({ request: { kind } }) => kind === 'page')!.request.key);
  });

  test('a second acknowledgement, a role and an update say nothing new to them', () => {
    const story = incident()
      .at('4m', 'acknowledge', {}, 'giorgos')
      .at('5m', 'acknowledge', {}, 'fatima')
      .at('6m', 'assign-role', { role: 'technical-lead', person: 'fatima' }, 'giorgos')
      .at('7m', 'post-update', { text: 'looking' }, 'giorgos');
    expect(news(story).filter((line) => line.includes('has it'))).toEqual(['4m fatima: giorgos has it']);
  });

  test('a page of an update wakes people who hear of a new holder, and not of the one they knew', () => {
    const story = incident().at('1m', 'acknowledge', {}, 'fatima').until('35m');
    const paged = [...new Set(story.pages().map((line) => line.split(' ')[1]!))].filter((who) => who !== 'fatima');
    expect(paged.length).toBeGreaterThan(0);
    expect(news(story)).toEqual([]);
    story.at('36m', 'assign-role', { role: 'commander', person: 'giorgos' }, 'fatima');
    // Giorgos hears of his role too.
    expect(
      news(story)
        .filter((line) => line.includes('giorgos has it'))
        .sort(),
    ).toEqual([...new Set([...paged, 'giorgos'])].map((who) => `36m ${who}: giorgos has it`).sort());
  });

  test('whoever began a new round by a reopening hears it anew', () => {
    const story = incident()
      .at('1m', 'acknowledge', {}, 'giorgos')
      .at('2m', 'resolve', {}, 'giorgos')
      .at('3m', 'reopen', { reason: 'not over' }, 'emeka')
      .at('4m', 'acknowledge', {}, 'giorgos');
    // Fatima is paged again, and so hears of the reopening by that.
    expect(news(story)).toEqual([
      '1m fatima: giorgos has it',
      '2m fatima: resolved',
      '3m giorgos: opened again: not over',
      '4m fatima: giorgos has it',
    ]);
  });
});

describe('it was over, and goes on', () => {
  const over = () =>
    incident({ severity: 'P2' })
      .at('5m', 'escalate', { reason: 'help', to: ['nadia', 'hana'] }, 'emeka')
      .at('6m', 'acknowledge', {}, 'giorgos')
      .at('10m', 'resolve', { summary: 'fixed' }, 'mateo');

  test('who was told the end, the commander and who resolved it hear why it was opened again, once', () => {
    const story = over().at('20m', 'reopen', { reason: 'checkout still fails' }, 'hana').until('30m');
    const again = news(story).filter((line) => line.includes('opened again'));
    // Fatima, who is on call, is paged; Hana did it.
    expect(again.sort()).toEqual(
      ['giorgos', 'mateo', 'nadia'].map((person) => `20m ${person}: opened again: checkout still fails`),
    );
    expect(story.pages()).toContain('20m fatima');
    const [request] = story.sent.flatMap(({ request: one }) =>
      one.recipient === 'nadia' && saidIn(one).includes('opened again') ? [one] : [],
    );
    expect(saidIn(request!)).toContain(
      'Why you: you were told that it was resolved\nNext: acknowledge: muster incident ack',
    );
  });

  test('they hear the next end, too, and the next reopening', () => {
    const story = over()
      .at('20m', 'reopen', { reason: 'one' }, 'hana')
      .at('30m', 'resolve', {}, 'emeka')
      .at('40m', 'reopen', { reason: 'two' }, 'emeka');
    const heard = news(story).filter((line) => line.includes(' nadia: '));
    expect(heard.slice(-4)).toEqual([
      '10m nadia: resolved: fixed',
      '20m nadia: opened again: one',
      '30m nadia: resolved',
      '40m nadia: opened again: two',
    ]);
  });

  test('nobody hears that it was opened again once it is over again', () => {
    const story = over().until('20m');
    story.away = true;
    story.ask('reopen', { reason: 'wrong button' }, 'hana');
    story.ask('resolve', {}, 'hana');
    story.back();
    expect(news(story).filter((line) => line.includes('opened again'))).toEqual([]);
  });
});

describe('a commander who was only named', () => {
  test('has not answered: whoever acknowledged has it, until the commander acts', () => {
    const story = incident({ commander: 'hana' }).at('1m', 'acknowledge', {}, 'giorgos');
    expect(news(story).filter((line) => line.includes('has it'))).toEqual(['1m fatima: giorgos has it']);
    expect(viewOf(story.state).hasIt).toMatchObject({ person: 'giorgos' });
    story.at('2m', 'post-update', { text: 'I am here' }, 'hana');
    expect(viewOf(story.state).hasIt).toMatchObject({ person: 'hana' });
  });
  test('nor has the commander of before a reopening', () => {
    const story = incident()
      .at('1m', 'acknowledge', {}, 'fatima')
      .at('2m', 'resolve', {}, 'fatima')
      .at('3m', 'reopen', { reason: 'again' }, 'emeka')
      .at('4m', 'acknowledge', {}, 'giorgos');
    expect(viewOf(story.state).hasIt).toMatchObject({ person: 'giorgos' });
    expect(news(story)).toContain('4m fatima: giorgos has it');
  });
  test('whoever loses the role to somebody else hears it once', () => {
    const story = incident()
      .at('1m', 'acknowledge', {}, 'fatima')
      .at('2m', 'assign-role', { role: 'commander', person: 'hana' }, 'nadia');
    expect(news(story).filter((line) => line.startsWith('2m fatima'))).toEqual(['2m fatima: hana has it']);
    expect(news(story).filter((line) => line.startsWith('2m hana'))).toEqual(['2m hana: hana has it']);
  });
});

describe('it is over', () => {
  const paged = () => incident().until('6m');
  const woken = ['fatima', 'giorgos', 'hana', 'ana', 'bruno', 'chiara'];

  test.each([
    [
      'resolved',
      (story: Story) => story.at('7m', 'resolve', { summary: 'rolled back' }, 'giorgos'),
      'resolved: rolled back',
    ],
    [
      'cancelled',
      (story: Story) => story.at('7m', 'cancel', { reason: 'false alarm' }, 'giorgos'),
      'cancelled: false alarm',
    ],
    ['merged', (story: Story) => story.at('7m', 'merge', { into: 'INC-2' }, 'giorgos'), 'merged into INC-2'],
  ])('%s: each of them hears it once, with the reason, and not by the one who did it', (name, end, words) => {
    const story = end(paged()).until('2h');
    expect(news(story)).toEqual(woken.filter((who) => who !== 'giorgos').map((who) => `7m ${who}: ${words}`));
    const next = saidIn(story.sent.findLast(({ request }) => request.recipient === 'hana')!.request).split('\n')[2];
    expect(next).toBe(name === 'merged' ? 'Next: muster incident show INC-2' : 'Next: nothing for you to do');
  });

  test('what was resolved and is then cancelled is told once', () => {
    const story = incident()
      .at('1m', 'resolve', {}, 'giorgos')
      .at('2m', 'cancel', { reason: 'it was nothing' }, 'giorgos');
    expect(news(story)).toEqual(['1m fatima: resolved']);
  });

  test('a page that was on the wire at the end is followed by the news of the end', () => {
    const story = incident().until('2m59s');
    const wire = story.state;
    story.broken.add('giorgos/inbox');
    story.until('3m');
    expect(wire.woken).toMatchObject({ fatima: {} });
    expect(Object.keys(story.state.woken ?? {})).not.toContain('giorgos');
    story.broken.clear();
    story.at('4m', 'cancel', { reason: 'false alarm' }, 'emeka');
    expect(news(story)).toContain('4m fatima: cancelled: false alarm');
    expect(story.state.woken).toBeUndefined();
  });
});

describe('the way that the page took', () => {
  const reached = (reach: string[], broken: string[] = []) => {
    // The pager may be newer than the process, whose policy does not know it then.
    const story = incident();
    story.directory = {
      ...directory,
      pagers: ['pd'],
      people: { ...directory.people, giorgos: { ...directory.people['giorgos']!, reach } },
    };
    broken.forEach((way) => story.broken.add(way));
    story.at('4m', 'acknowledge', {}, 'fatima');
    return story.sent
      .filter(({ request }) => request.recipient === 'giorgos')
      .map(({ request }) => `${request.kind} ${request.channel}`);
  };

  test('is the way of the news', () => {
    expect(reached(['chat', 'inbox'])).toEqual(['page chat', 'remind chat']);
    expect(reached(['chat', 'inbox'], ['giorgos/chat'])).toEqual(['page inbox', 'remind inbox']);
  });

  test('a pager calls nobody with news: the first quiet way, or none', () => {
    expect(reached(['pd', 'inbox'])).toEqual(['page pd', 'remind inbox']);
    expect(reached(['pd'])).toEqual(['page pd']);
  });
});

test('news of a holder is called off by the end, and the news of the end by a reopening alone', () => {
  const story = incident().at('1m', 'acknowledge', {}, 'giorgos');
  const effectOf = (type: TimelineEvent['type']): Effect => {
    const event = story.state.timeline.findLast((one) => one.type === type)!;
    const { request } = story.sent.find(({ request: { kind }, rungs }) => kind === 'remind' && rungs.length === 0)!;
    return { id: 999, type: 'send', of: event.seq, request, next: [], rungs: [] };
  };
  const isOff = (effect: Effect) => calledOff({ ...story.state, outbox: [effect] }).length > 0;
  const holder = effectOf('acknowledged');
  expect(isOff(holder)).toBe(false);
  story.at('2m', 'resolve', {}, 'giorgos');
  expect(isOff(holder)).toBe(true);
  const end = effectOf('resolved');
  expect(isOff(end)).toBe(false);
  story.at('3m', 'reopen', { reason: 'again' });
  expect(isOff(end)).toBe(true);
});

test('property: since they were last told, each whom a page left to hears once who has it and once the end, but for own deeds', () => {
  const people = ['fatima', 'giorgos', 'hana', 'ana', 'emeka'];
  const act = fc.record({
    wait: fc.integer({ min: 0, max: 12 }),
    by: fc.constantFrom(...people),
    what: fc.constantFrom('acknowledge', 'resolve', 'reopen', 'post-update', 'escalate', 'commander'),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 10 }), fc.constantFrom(...people), fc.boolean(), (acts, last, cancels) => {
      const story = incident();
      let now = 0;
      for (const { wait, by, what } of acts) {
        now += wait * minute;
        story.until(now);
        if (what === 'acknowledge') story.ask('acknowledge', {}, by);
        if (what === 'resolve') story.ask('resolve', {}, by);
        if (what === 'reopen') story.ask('reopen', { reason: 'x' }, by);
        if (what === 'post-update') story.ask('post-update', { text: 'x' }, by);
        if (what === 'escalate') story.ask('escalate', { reason: 'x', to: ['bruno'] }, by);
        if (what === 'commander') story.ask('assign-role', { role: 'commander', person: 'hana' }, by);
        story.activate();
      }
      if (cancels) story.ask('cancel', { reason: 'x' }, last);
      else story.ask('resolve', {}, last);
      story.activate();
      const { timeline } = story.state;
      const told = (person: string, type: string) =>
        timeline.filter(
          (event) =>
            event.type === 'delivered' &&
            event.kind === 'remind' &&
            event.to === person &&
            !isRoleOf(timeline, timeline[event.of - 1]!, person) &&
            isNews(timeline[event.of - 1]!) &&
            (type === 'end') === isEnd(timeline[event.of - 1]!),
        );
      for (const person of new Set(
        timeline.flatMap((event) => (event.type === 'delivered' && event.kind === 'page' ? [event.to] : [])),
      )) {
        const pages = timeline.filter(
          (event) => event.type === 'delivered' && event.kind === 'page' && event.to === person,
        );
        const between = (from: number, to: number, list: readonly TimelineEvent[]) =>
          list.filter(({ seq }) => seq > from && seq <= to).length;
        // Never twice without a page in between, or the news that it goes on.
        const goesOn = timeline.filter(
          (event) => event.type === 'delivered' && event.to === person && timeline[event.of - 1]!.type === 'reopened',
        );
        for (const type of ['end', 'holder']) {
          const heard = told(person, type);
          heard.forEach((one, index) => {
            const before = heard[index - 1]?.seq ?? 0;
            expect(between(before, one.seq, type === 'end' ? [...pages, ...goesOn] : pages)).toBeGreaterThan(0);
          });
        }
        // Never of a deed of one's own.
        for (const type of ['end', 'holder'])
          for (const one of told(person, type)) expect(timeline[(one as { of: number }).of - 1]!.by).not.toBe(person);
        // The last page is followed by the news of the end, if somebody else ended it.
        const lastPage = pages.at(-1)!;
        const end = timeline.find((event) => isEnd(event) && event.seq > lastPage.seq);
        if (end !== undefined && end.by !== person)
          expect(told(person, 'end').some(({ seq }) => seq > lastPage.seq)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});
const isEnd = ({ type }: TimelineEvent) => ['resolved', 'cancelled', 'merged'].includes(type);
const isNews = ({ type }: TimelineEvent) =>
  ['acknowledged', 'role-assigned', 'resolved', 'cancelled', 'merged'].includes(type);
// News of one's own role, given or lost, is no news of who has the incident.
const isRoleOf = (timeline: readonly TimelineEvent[], event: TimelineEvent, person: string) => {
  if (event.type !== 'role-assigned') return false;
  const before = timeline
    .slice(0, event.seq - 1)
    .findLast((one) => one.type === 'role-assigned' && one.role === event.role);
  return event.person === person || (before?.type === 'role-assigned' && before.person === person);
};
