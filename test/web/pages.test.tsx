/** The pages as pure functions: what stands in a view stands on its page, and text stays text. */
import fc from 'fast-check';
import type { IncidentPage, NowPage, OpenRow } from '../../src/contracts/page-view';
import type { DeadlineView } from '../../src/contracts/deadline-view';
import type { SignInPage } from '../../src/contracts/page-view-sign-in';
import { pageDocument, problemPage, signInPage, smallPage } from '../../src/web/document';
import { commandsFor } from '../../src/contracts/command-table';
import { withEvent } from '../../src/web/browser/merging';
import { lengthWords } from '../../src/web/times';

const around = {
  root: '../',
  css: 'assets/page.css?v=1',
  icon: 'assets/icon.svg',
  touchIcon: 'assets/icon.png',
  manifest: 'assets/muster.webmanifest',
};
const at = '2026-12-07T08:04:00.000Z';
const clock = { at, zone: 'Europe/Athens', reader: { person: 'fatima', name: 'Fatima Haddad' } };

const response: DeadlineView = {
  id: 'response',
  kind: 'response',
  name: 'response',
  dueAt: '2026-12-07T08:05:00.000Z',
  status: 'pending',
  round: 1,
  misses: [],
  told: [
    { person: 'fatima', name: 'Fatima Haddad', kind: 'page', at: '2026-12-07T08:00:00.000Z', channel: 'slack' },
    {
      person: 'hana',
      name: 'Hana',
      kind: 'page',
      at: '2026-12-07T08:01:00.000Z',
      channel: 'sms',
      failed: 'no such number, asked at 2026-12-07T08:02:00.000Z',
    },
    { person: 'ana', name: 'Ana', kind: 'page', at: '2026-12-07T08:03:00.000Z', channel: 'voice', underWay: true },
  ],
  next: {
    rung: '2',
    at: '2026-12-07T08:07:00.000Z',
    mode: 'page',
    recipients: [{ person: 'giorgos', name: 'Giorgos' }],
  },
};
const row: OpenRow = {
  id: 'INC-2026-12-07-001',
  kind: 'incident',
  title: 'Checkout is down',
  status: 'investigating',
  severity: 'P0',
  services: ['payments'],
  declaredAt: '2026-12-07T08:00:00.000Z',
  nextDueAt: response.dueAt,
  missed: false,
  drill: false,
  hasIt: null,
  next: response,
  waitsForReader: true,
};
const now: NowPage = {
  ...clock,
  people: null,
  page: 'now',
  incidents: [row],
  releases: [],
  areMore: false,
  openId: 'none',
  unanswered: [],
  onCall: [],
  dueFromReader: [],
  mayDeclare: null,
  levels: ['P0'],
  choices: { people: null, roles: [], services: ['payments'] },
  messages: [],
};

const incident: IncidentPage['incident'] = {
  id: row.id,
  kind: 'incident',
  title: row.title,
  status: 'investigating',
  severity: 'P0',
  level: { rank: 0, of: 4 },
  levels: ['P0', 'P1'],
  drill: false,
  revision: 3,
  template: { name: 'incident', version: '1', hash: 'x' },
  declaredAt: '2026-12-07T08:00:00.000Z',
  hasIt: null,
  lastWord: { kind: 'comment', by: 'ana', name: 'Ana', at, text: 'The card gateway refuses us' },
  actions: ['Roll back 2.14'],
  services: ['payments'],
  impact: {},
  customerFacing: true,
  roles: { commander: 'ana' },
  phases: [],
  deadlines: [response],
  nextUpdateDueAt: null,
  actionItems: [],
  links: [{ to: 'https://meet.example.com/x', relation: 'call', title: 'The call', by: 'ana', at }],
  serviceLinks: [{ service: 'payments', name: 'runbook', to: 'https://wiki.example.com/payments' }],
  gates: [],
  checks: [],
  review: null,
  labels: [],
  followers: [],
  contacts: [],
  openItems: 0,
  alerts: {
    all: 3,
    firing: 2,
    further: 0,
    shown: [
      {
        id: 'grafana/disk',
        source: 'grafana',
        title: 'Disk is full',
        state: 'firing',
        firstAt: at,
        lastAt: at,
        count: 1,
        links: [{ title: 'Panel', url: 'https://grafana.example.com/d/1' }],
      },
    ],
  },
  recentChanges: {
    more: 1,
    shown: [
      {
        at,
        kind: 'deployed',
        source: 'ci',
        title: 'payments 2.14',
        services: ['payments'],
        release: 'REL-2026-12-01-001',
      },
    ],
  },
};
const shown: IncidentPage = {
  ...clock,
  incident,
  names: { ana: 'Ana Lopez' },
  timeline: [{ seq: 5, at, type: 'comment', by: 'ana', text: 'It began at 2026-12-07T07:58:00.000Z' }],
  earlier: 4,
  newest: 5,
  filter: {},
  formKey: 'key-1',
  acknowledge: { may: true },
  people: null,
  page: 'incident',
  rights: {},
  choices: { people: null, roles: ['commander'], services: ['payments'] },
};
const textOf = (html: string) => html.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');

test('Now says of each incident the level, title, age, who has it, what is due and who is told then', () => {
  const html = pageDocument(now, { ...around, root: '' });
  const text = textOf(html);
  for (const words of ['Waits for your answer', 'P0', 'Checkout is down', '4 min old', 'Nobody has it', 'payments'])
    expect(text).toContain(words);
  expect(text).toContain('Response: due 10:05 (08:05 UTC), in 1 min. Next at 10:07 (08:07 UTC): Giorgos');
  expect(text).toContain('Last updated 10:04:00');
  expect(html).toContain('href="incidents/INC-2026-12-07-001"');
});

test('Now shows the headline of each message, not all of it', () => {
  const message = {
    ...{ key: 'k', kind: 'page' as const, process: row.id, deadlines: [], rung: null },
    ...{ recipient: 'ana', channel: 'inbox', nominalAt: at, at },
    text: 'Checkout is down: response due\nWhy you: you are primary',
  };
  const text = textOf(pageDocument({ ...now, messages: [message] }, around));
  expect(text).toContain('Checkout is down: response due');
  expect(text).not.toContain('Why you');
});

test('Now says what it does not know', () => {
  const { hasIt: _, next: __, ...unasked } = row;
  const page = {
    ...now,
    incidents: [{ ...unasked, missed: true }],
    unanswered: [row.id],
    messages: null,
    areMore: true,
  };
  const text = textOf(pageDocument(page, around));
  expect(text).toContain(`These did not answer in time: ${row.id}`);
  expect(text).toContain('A deadline is MISSED, was due 10:05');
  expect(text).toContain('The inbox did not answer');
  expect(text).toContain('More are open');
  expect(text).not.toContain('Nobody has it');
});

test('what was ended or stands still is said in words', () => {
  const text = (more: object) => textOf(pageDocument({ ...now, incidents: [{ ...row, ...more }] }, around));
  expect(text({ ended: 'terminated' })).toContain('It was ended in Temporal (terminated)');
  expect(text({ standsStill: true })).toContain('It stands still');
});

test('an incident says who was told, reached or not, by which way, and who is next', () => {
  const text = textOf(pageDocument(shown, around));
  expect(text).toContain('Fatima Haddad paged by slack at 10:00 (08:00 UTC)');
  expect(text).toContain('Hana NOT reached by sms at 10:01 (08:01 UTC): no such number, asked at 10:02 (08:02 UTC)');
  expect(text).toContain('Ana is being told by voice');
  expect(text).toContain('Next at 10:07 (08:07 UTC): Giorgos');
});

test('everything else of an incident stands below', () => {
  const html = pageDocument(shown, around);
  const text = textOf(html);
  for (const words of [
    ...['The card gateway refuses us', 'Roll back 2.14', 'commander: Ana Lopez', 'The call', 'payments: runbook'],
    ...['Alerts: 2 of 3 fire', 'Disk is full', 'Panel', 'and 2 more', 'payments 2.14', 'and 1 older', '4 earlier'],
    'Ana Lopez: It began at 9:58'.replace('9:58', '09:58 (07:58 UTC)'),
  ])
    expect(text).toContain(words);
  expect(html).toContain('href="../v1/incidents/INC-2026-12-07-001/report"');
  expect(html).toContain('href="../releases/REL-2026-12-01-001"');
});

const mayAll = Object.fromEntries(commandsFor('incident').map((name) => [name, null]));

test('what can be done stands in the order of a night, each as a form that needs no script', () => {
  const deadlines = [response, { ...response, id: 'update', kind: 'update' as const, name: 'update' }];
  const html = pageDocument(
    { ...shown, people: [{ person: 'ana', name: 'Ana' }], rights: mayAll, incident: { ...incident, deadlines } },
    around,
  );
  expect(html).not.toContain('<option selected value="response">');
  const forms = [...html.matchAll(/method="post" action="..\/incidents\/INC-2026-12-07-001\/([a-z-]+)"/g)];
  expect(forms.map(([, name]) => name)).toEqual([
    ...['acknowledge', 'post-update', 'escalate', 'hand-off', 'resolve', 'snooze', 'set-severity', 'set-status'],
    ...['assign-role', 'record-impact', 'comment', 'link', 'set-title', 'merge', 'cancel', 'add-action-item'],
  ]);
  // Each has the key of the page, and asks who acts where nobody signs in.
  expect(html.split('name="key" value="key-1"')).toHaveLength(forms.length + 1);
  expect(html.split('name="actor"')).toHaveLength(forms.length + 1);
  expect(pageDocument({ ...shown, rights: mayAll }, around)).not.toContain('name="actor"');
});

test('the checklist stands on the page of an incident, phase by phase; what has no time is folded', () => {
  const item = { id: 'recent-changes-reviewed', text: 'Changes reviewed', status: 'open', required: true } as const;
  const phase = { id: 'assess', name: 'Assessment', status: 'open', late: false } as const;
  const groups = [{ id: 'g', name: 'Situation', items: [{ ...item, shows: 'recent-changes' as const }] }];
  const phases = [
    { ...phase, dueAt: '2026-12-07T08:30:00.000Z', groups },
    { ...phase, id: 'fix', name: 'Mitigation', groups },
  ];
  const html = pageDocument({ ...shown, incident: { ...incident, phases } }, around);
  expect(html).toMatch(/<details open><summary>Assessment: .*0 of 1 settled/);
  expect(html).toMatch(/<details><summary>Mitigation: /);
  expect(html).toContain('<a href="#changes">');
});

test('a change says what happened, who did it, and leads to where it is taken back', () => {
  const change = { ...incident.recentChanges!.shown[0]!, by: 'ci-bot', environment: 'eu' };
  const rollBack = 'muster roll-back REL-2026-12-01-001';
  const changes = Array.from({ length: 7 }, (_, index) => ({ ...change, title: `payments 2.${index}`, rollBack }));
  const html = pageDocument(
    { ...shown, incident: { ...incident, recentChanges: { more: 3, shown: changes } } },
    around,
  );
  expect(textOf(html)).toContain('deployed payments 2.0payments · eu · by ci-bot · told by ci');
  expect(html).toContain('href="../releases/REL-2026-12-01-001#steps">Roll back REL-2026-12-01-001</a>');
  expect(html).toContain(`<code>${rollBack}</code>`);
  // Nothing that is known is left out; the rest is named.
  for (const { title } of changes) expect(html).toContain(title);
  expect(textOf(html)).toContain('2 older');
  expect(textOf(html)).toContain('and 3 older: muster changes');
});

test('runbooks come first among the links, those of the alerts too', () => {
  const alerts = {
    ...incident.alerts!,
    shown: [{ ...incident.alerts!.shown[0]!, runbook: 'https://wiki.example.com/disk' }],
  };
  const serviceLinks = [{ service: 'payments', name: 'dashboard', to: 'https://grafana.example.com/d/2' }];
  const html = pageDocument(
    { ...shown, incident: { ...incident, alerts, serviceLinks: [...serviceLinks, ...incident.serviceLinks] } },
    around,
  );
  const links = html.slice(html.indexOf('id="links"'));
  expect(textOf(links.slice(0, links.indexOf('</section>')))).toMatch(
    /runbook: Disk is full.*payments: runbook.*payments: dashboard.*call: The call.*Report/,
  );
});

test('the timeline says its filter, is a form that needs no script, and hears only what was asked for', () => {
  const filtered: IncidentPage = { ...shown, newest: 9, filter: { show: 'words', text: 'began' } };
  const html = pageDocument(filtered, around);
  expect(html).toContain('<form class="filter" method="get" action="../incidents/INC-2026-12-07-001#timeline">');
  expect(html).toContain('<option selected value="words">');
  expect(textOf(html)).toContain('5 entries fit.');
  expect(html).toContain('href="../incidents/INC-2026-12-07-001?show=words&amp;text=began">Reload');
  const entry = (seq: number, type: string, text: string) => ({ seq, at, type, by: 'ana', text });
  const event = { at, process: incident, names: {} };
  const told = withEvent(filtered, {
    ...event,
    entries: [entry(10, 'commented', 'It began anew'), entry(11, 'snoozed', 'It began')],
  })!;
  expect(told.next).toMatchObject({ newest: 11, timeline: [{ seq: 10 }, { seq: 5 }] });
  expect(told.isForReader).toBe(false);
  // What was not asked for is no gap; what was missed is one.
  expect(withEvent(filtered, { ...event, entries: [entry(12, 'commented', 'x')] })!.isForReader).toBe(true);
});

test('the button is there when an answer is awaited, and says why it is not for this reader', () => {
  expect(pageDocument(shown, around)).toContain('<input type="hidden" name="key" value="key-1"');
  expect(pageDocument({ ...shown, acknowledge: null }, around)).not.toContain('method="post"');
  const refused = pageDocument({ ...shown, acknowledge: { may: false, because: 'ask ana' } }, around);
  expect(refused).not.toContain('method="post"');
  expect(refused).toContain('You cannot acknowledge: ask ana.');
});

test('a storm of people is counted, not listed', () => {
  const told = Array.from({ length: 99 }, (_, index) => ({
    ...response.told[index % 2]!,
    person: `p${index}`,
    name: `P${index}`,
  }));
  const text = textOf(
    pageDocument({ ...shown, incident: { ...incident, deadlines: [{ ...response, told }] } }, around),
  );
  expect(text).toContain('and 87 more, 43 of them not reached');
});

test.each([
  ['javascript:alert(1)', false],
  ['JaVaScRiPt:alert(1)', false],
  [' javascript:alert(1)', false],
  ['java\nscript:alert(1)', false],
  ['data:text/html,<script>alert(1)</script>', false],
  ['vbscript:x', false],
  ['//evil.example', false],
  ['https://wiki.example.com/a?b="c', true],
  ['http://10.0.0.1:3000/', true],
])('what people wrote is a link only to the web: %j', (to, isLink) => {
  const html = pageDocument(
    {
      ...shown,
      incident: {
        ...incident,
        links: [{ ...incident.links[0]!, to }],
        alerts: {
          ...incident.alerts!,
          shown: [{ ...incident.alerts!.shown[0]!, runbook: to, links: [{ title: 'x', url: to }] }],
        },
        recentChanges: { more: 0, shown: [{ ...incident.recentChanges!.shown[0]!, url: to }] },
      },
    },
    around,
  );
  expect(html).not.toMatch(/href="[^"]*(script|data):/i);
  expect(html.split('rel="noopener noreferrer"')).toHaveLength(isLink ? 7 : 2);
});

// Pieces from which attacks are made, so that few runs meet many of them.
const hostile = fc
  .array(
    fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '</li>',
      '<script>',
      '<!--',
      '=',
      ' on',
      'javascript:',
      '\u0000',
      'é',
      '`',
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''));

test('no title, name, link or sentence becomes a tag or an attribute', () => {
  const tagsOf = (html: string) => html.match(/<[a-z!/][^\s>]*/gi)?.join(' ');
  const attributesOf = (html: string) => html.replace(/"[^"]*"/g, '""').match(/ [a-z-]+=""/g)?.length;
  const pagesWith = (text: string) => [
    pageDocument(
      { ...now, reader: { person: 'x', name: text }, incidents: [{ ...row, title: text, services: [text] }] },
      around,
    ),
    pageDocument(
      {
        ...shown,
        refused: text,
        names: { ana: text },
        timeline: [{ ...shown.timeline[0]!, text }],
        incident: {
          ...incident,
          title: text,
          lastWord: { ...incident.lastWord!, name: text, text },
          links: [{ ...incident.links[0]!, title: text, to: text }],
          deadlines: [{ ...response, told: [{ ...response.told[1]!, name: text, failed: text }] }],
        },
      },
      around,
    ),
    problemPage({ title: text, detail: text, requestId: text }, around),
    ...signInPages(text).map((model) => signInPage(model, around)),
  ];
  const harmless = pagesWith('x');
  fc.assert(
    fc.property(hostile, (text) => {
      pagesWith(text).forEach((html, index) => {
        expect(tagsOf(html)).toBe(tagsOf(harmless[index]!));
        expect(attributesOf(html)).toBe(attributesOf(harmless[index]!));
      });
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['Europe/Athens', 'Times are those of Europe/Athens, with UTC in brackets.', 'due 10:05 (08:05 UTC)'],
  ['UTC', 'Times are in UTC.', 'due 08:05 UTC'],
])('without a script the footer says in which zone the times are: %s', (zone, words, due) => {
  const html = pageDocument({ ...now, zone }, around).replace(/<[^>]+>/g, '');
  expect(html).toContain(words);
  expect(html).toContain(due);
});

const signInPages = (text: string): SignInPage[] => [
  { page: 'sign-in', goesOnTo: '/', because: text, provider: text },
  { page: 'sign-in-by-link', goesOnTo: '/', because: text, once: text, name: text },
  {
    page: 'signed-in',
    reader: { person: text, name: text },
    session: { endsAt: text, unusedEndsAt: text },
    whomToAsk: text,
  },
  { page: 'not-signed-in', because: text, mayBeginAgain: true },
  { page: 'provider-away', issuer: text },
  { page: 'terminal-asks', code: text, machine: text, from: text, when: text, name: text },
  { page: 'no-terminal', code: text },
];

test('a page of signing in has no script, leads to the root, and its forms stay there', () => {
  for (const model of signInPages('x')) {
    const html = signInPage(model, around);
    expect(html).not.toMatch(/<script|style=/);
    expect(html).toContain('href="../assets/page.css?v=1"');
    for (const [, action] of html.matchAll(/action="([^"]*)"/g)) expect(action).toMatch(/^\.\.\/log(in|out)/);
  }
});

test('a small page stands in the same frame', () => {
  const html = smallPage('<h1>Done</h1>', around);
  expect(html).toContain('<h1>Done</h1>');
  expect(html).toContain('href="../assets/page.css?v=1"');
});

test.each([
  ['2026-12-07T08:04:30.000Z', 'under a minute'],
  ['2026-12-07T08:05:00.000Z', '1 min'],
  ['2026-12-07T11:24:00.000Z', '3 h 20 min'],
  ['2026-12-09T09:04:00.000Z', '2 d 1 h'],
  ['2026-12-07T08:00:00.000Z', 'under a minute'],
])('a length in its two largest units, until %s', (until, words) => {
  expect(lengthWords(at, until)).toBe(words);
});
