/** The page Rehearse as a pure function: the agenda, what surprises, coverage, what-if. */
import type { AgendaLine, RehearsePage, ShownRehearsal, ShownWhatIf } from '../../src/contracts/rehearse-page';
import { outcomeOf, surprisesIn } from '../../src/web/agenda-moments';
import { pageDocument } from '../../src/web/document';

const around = { root: '', css: 'c', icon: 'i', touchIcon: 't', manifest: 'm' };
const [t0, minute] = [Date.parse('2026-12-09T00:30:00.000Z'), 60_000];
const at = (minutes: number) => new Date(t0 + minutes * minute).toISOString();

function line(minutes: number, type: AgendaLine['type'], more: Partial<AgendaLine> = {}): AgendaLine {
  return {
    at: at(minutes),
    after: minutes * minute,
    type,
    about: [],
    deadlines: [],
    late: 0,
    recipients: [],
    text: '',
    ...more,
  };
}
const response = { about: ['response'], deadlines: [{ id: 'response', dueAt: at(5) }] };
const to = (...people: string[]) =>
  people.map((person) => ({ person, name: person.toUpperCase(), channel: 'inbox', failed: [] }));
const page = (minutes: number, rung: string, ...people: string[]) =>
  line(minutes, 'page', { ...response, rung, recipients: to(...people) });

const agenda = [
  line(0, 'command', { by: 'emeka', text: 'Declared P0: Rehearsed incident' }),
  page(0, '1', 'fatima'),
  page(3, '2', 'giorgos'),
  line(5, 'missed', response),
  page(5, '3', 'hana', 'ana'),
  line(7, 'command', { by: 'fatima', text: 'Acknowledged' }),
  line(7, 'met', { ...response, late: 2 * minute }),
];
const rehearsal: ShownRehearsal = {
  at: at(0),
  endedAt: at(7),
  severity: 'P0',
  services: ['payments'],
  template: { name: 'hopngo-incident', version: '1.0.0' },
  ends: 'quiet',
  status: 'investigating',
  paged: 4,
  agenda,
  later: 0,
};
const model: RehearsePage = {
  at: at(0),
  zone: 'Europe/Athens',
  reader: null,
  people: [],
  page: 'rehearse',
  policies: ['h1'],
  show: 'rehearsal',
  asked: { level: 'P0', service: 'payments', at: '', who: 'first', after: '7' },
  levels: ['P0', 'P1'],
  services: ['payments', 'search'],
  everybody: [{ person: 'fatima', name: 'Fatima Haddad' }],
  refused: [],
  rehearsal,
  coverage: null,
  incident: '',
  incidents: [],
  whatIf: null,
};
const pageOf = (more: Partial<RehearsePage> = {}) => pageDocument({ ...model, ...more }, around);
const surprises = (lines: readonly AgendaLine[], more: Partial<ShownRehearsal> = {}) =>
  surprisesIn({ ...rehearsal, ...more, agenda: lines });

test('the form asks by its address, and has what was asked', () => {
  const html = pageOf();
  expect(html).toMatch(/<form class="action question" method="get" action="rehearse"/);
  expect(html).toMatch(/<option selected value="P0"|<option value="P0" selected/);
  expect(html).toMatch(/name="after"[^>]*value="7"/);
});

test('each moment says who is told by which rung, what is missed, and what follows', () => {
  const html = pageOf();
  expect(html).toMatch(/\+3 min.*Page<\/strong> response, due in 2 min<span class="tag">rung 2/);
  expect(html).toMatch(/Missed<\/strong> response/);
  expect(html).toMatch(/Met<\/strong> response, 2 min late/);
  expect(html).toContain('Nothing more happens by itself.');
  // The declaration is the question, not the answer.
  expect(html).not.toContain('Declared P0');
});

test('a silence is drawn the longer the longer it lasts, but never to the whole scale', () => {
  const heights = (minutes: number) =>
    Number(
      /class="silence"><svg[^>]*height="(\d+)"/.exec(
        pageOf({ rehearsal: { ...rehearsal, agenda: [page(minutes, '1', 'a')] } }),
      )![1],
    );
  expect(heights(10)).toBeGreaterThan(heights(3));
  expect(heights(10_000)).toBeLessThan(10 * heights(3));
});

test('the picture at a glance has a lane for each person, and a name', () => {
  const html = pageOf();
  expect(html).toMatch(/<svg[^>]*role="img"[^>]*aria-labelledby="glance"/);
  for (const name of ['FATIMA', 'GIORGOS', 'HANA', 'ANA'])
    expect(html).toMatch(new RegExp(`<text[^>]*strong[^>]*>${name}</text>`));
});

test('the figures say who is told first, whether somebody answers in time, and what is missed', () => {
  expect(outcomeOf(rehearsal)).toEqual({
    first: { after: 0, names: ['FATIMA'] },
    answered: { after: 7 * minute, late: 2 * minute },
    people: 4,
    missed: ['response'],
  });
  expect(outcomeOf({ ...rehearsal, agenda: [] })).toMatchObject({ first: null, answered: null, people: 0 });
});

describe('what surprises', () => {
  test('nothing, in a ladder that gets wider and is answered', () => {
    expect(surprises(agenda)).toEqual([]);
  });

  test('a rung that reaches nobody, and a person who is not reached', () => {
    const failed = { person: 'hana', name: 'Hana', failed: [{ channel: 'sms', because: 'no number' }] };
    expect(
      surprises([
        page(0, '1', 'fatima'),
        line(3, 'nobody', { text: 'nobody is on call as secondary' }),
        line(5, 'page', { ...response, rung: '3', recipients: [failed] }),
      ]),
    ).toEqual(['+3 min: nobody is on call as secondary.', 'Hana is not reached (sms: no number).']);
  });

  test('one person who carries two rungs, but not a rung for everybody once more', () => {
    expect(surprises([page(0, '1', 'fatima'), page(3, '2', 'fatima')])).toEqual([
      '+3 min: rung 2 of response tells only FATIMA, who heard of it before.',
    ]);
    expect(surprises([page(0, '1', 'fatima'), page(3, '2', 'hana'), page(5, '3', 'fatima', 'hana')])).toEqual([]);
    // A rung may leave in several messages.
    expect(surprises([page(0, '1', 'a'), page(3, '2', 'b'), page(5, '3', 'a'), page(5, '3', 'b')])).toEqual([]);
    expect(surprises([page(0, '1', 'a'), page(3, '2', 'b'), page(5, '2+1', 'a')])).toEqual([]);
  });

  test('a long silence before the first page, and one although a deadline is missed', () => {
    expect(surprises([page(600, '1', 'fatima')])).toEqual(['Nobody is paged for the first 10 h 0 min.']);
    expect(surprises([page(0, '1', 'a'), line(5, 'missed', response), page(40, '2', 'b')])).toEqual([
      'From +0 nobody is told anything for 40 min, although response is missed.',
    ]);
    expect(surprises([])).toEqual(['Nobody is ever paged.']);
  });
});

test('a refusal names the field, and the form keeps what was written', () => {
  const html = pageOf({
    refused: [{ path: 'level', message: 'unknown severity "P9"' }],
    rehearsal: null,
    asked: { ...model.asked, level: 'P9' },
  });
  expect(html).toMatch(/That cannot be rehearsed:.*level: unknown severity &quot;P9&quot;/);
  expect(html).toMatch(/<option selected value="P9"|<option value="P9" selected/);
});

test('coverage: each finding says its stretches in words and draws them', () => {
  const html = pageOf({
    show: 'coverage',
    rehearsal: null,
    coverage: {
      from: '2026-12-09T00:00:00.000Z',
      to: '2027-03-09T00:00:00.000Z',
      days: 90,
      zone: 'Europe/Athens',
      templates: ['x 1.0.0'],
      severities: ['P0'],
      services: ['payments'],
      errors: 1,
      notes: 0,
      items: [
        {
          kind: 'reaches-nobody',
          level: 'error',
          what: 'nobody is on call',
          change: 'on-call.yaml: somebody',
          where: [
            {
              process: 'incident',
              ladder: 'response',
              rungs: [1],
              severities: ['P0'],
              services: ['payments'],
              deadlines: ['response'],
            },
          ],
          times: [{ from: '2026-12-12T07:00:00.000Z', to: '2026-12-14T07:00:00.000Z' }],
        },
      ],
    },
  });
  expect(html).toContain('1 fault in the next 90 days');
  expect(html).toMatch(/Sat 12 Dec 09:00 \(07:00 UTC\)<\/time> to <time[^>]*>Mon 14 Dec 09:00 \(07:00 UTC\)/);
  expect(html).toMatch(/<rect class="bar gap"[^>]*x="3\.6\d+%"[^>]*width="2\.2\d+%"/);
  expect(html).toContain('incident response, rung 1: P0, payments');
});

const whatIf: ShownWhatIf = {
  id: 'INC-2026-12-07-001',
  title: '<b>Checkout</b>',
  severity: 'P0',
  beganAt: at(0),
  open: false,
  until: at(60),
  was: { template: { name: 'a', version: '1', hash: 'x' }, pages: 2 },
  would: { template: { name: 'a', version: '2', hash: 'y' }, pages: 1 },
  moments: [
    {
      after: 0,
      did: [{ name: 'Emeka', text: 'Declared' }],
      was: [{ kind: 'page', name: 'Fatima', about: ['response'] }],
      would: [{ kind: 'page', name: 'Fatima', about: ['response'] }],
    },
    { after: 3 * minute, did: [], was: [{ kind: 'page', name: 'Giorgos', about: ['response'] }], would: [] },
  ],
  later: 0,
  changes: [
    {
      change: 'gone',
      name: 'Giorgos',
      person: 'giorgos',
      deadline: 'response',
      before: 3 * minute,
      after: null,
      kindBefore: 'page',
      kindAfter: null,
      countBefore: 1,
      countAfter: 0,
      pagesBefore: 1,
      pagesAfter: 0,
    },
  ],
  absences: [],
  undelivered: 0,
  refused: [],
};

test('what-if: what is the same stands once, what differs on both sides, each side named', () => {
  const html = pageOf({ show: 'what-if', rehearsal: null, incident: whatIf.id, whatIf });
  expect(html.match(/The same on both sides/g)).toHaveLength(1);
  expect(html).toMatch(
    /\+3 min.*What happened<\/small>.*Giorgos.*The policy of today<\/small><p class="quiet">nobody is told/,
  );
  expect(html).toMatch(/Giorgos<\/strong>, response: never any more/);
  expect(html).toContain('&lt;b>Checkout&lt;/b>');
});

test('what-if: the same policy is said not to be the cause', () => {
  const same = { ...whatIf, would: { ...whatIf.would, template: whatIf.was.template } };
  expect(pageOf({ show: 'what-if', rehearsal: null, whatIf: same })).toContain('The policy is the same');
});

test('nothing of the page is styled inline', () => {
  for (const html of [pageOf(), pageOf({ show: 'what-if', rehearsal: null, whatIf })])
    expect(html).not.toMatch(/\sstyle=|<style/);
});
