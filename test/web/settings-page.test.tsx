/** The pages History and Settings as pure functions: what is known is said, and what is not too. */
import type { HistoryPage } from '../../src/contracts/page-view-history';
import type { SettingsPage } from '../../src/contracts/page-view-settings';
import { pageDocument } from '../../src/web/document';

const around = {
  root: '',
  css: 'assets/page.css?v=1',
  icon: 'assets/icon.svg',
  touchIcon: 'assets/icon.png',
  manifest: 'assets/muster.webmanifest',
};
const at = '2026-12-07T08:04:00.000Z';
const base = { at, zone: 'Europe/Athens', reader: { person: 'ana', name: 'Ana Duarte' }, people: null };
const textOf = (html: string) => html.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');

const settings: SettingsPage = {
  ...base,
  page: 'settings',
  me: {
    id: 'ana',
    kind: 'person',
    via: 'session',
    known: true,
    roles: [{ role: 'commander', services: ['payments'] }],
  },
  isSignedIn: true,
  session: { begunAt: at, endsAt: '2026-12-07T20:04:00.000Z', endsAtTheLatest: '2026-12-14T08:04:00.000Z' },
  tokens: [
    {
      ...{ id: 'k3x9', kind: 'person', owner: 'ana', name: 'laptop', standing: 'counts', createdBy: 'ana' },
      ...{ createdAt: at, expiresAt: '2027-03-07T08:04:00.000Z', lastUsedOn: null, operations: ['comment'] },
    },
  ],
  files: { health: { ok: true }, readAt: at },
  templates: [],
  channels: [
    {
      ...{ id: 'pager', type: 'pagerduty', delivers: true, people: ['ana'], audiences: [], follows: [], drill: false },
      last: { at, failed: 'no such key' },
    },
    { id: 'inbox', type: 'inbox', delivers: true, people: [], audiences: ['all-hands'], follows: [], drill: true },
  ],
  resultsMissing: null,
  mayTest: null,
  alerts: {
    next: null,
    items: [{ at, source: 'grafana', key: 'disk', title: 'Disk is full', because: 'no rule fits', labels: {} }],
    sources: [
      {
        ...{ source: 'grafana', lastAt: at, requests: 1, alerts: 3, unmatched: 1, ignored: 0, late: 0 },
        ...{ further: 0, pages: 0, answers: 0 },
      },
    ],
  },
};

test('Settings says who reads, by which roles, until when, and offers the way out without a script', () => {
  const html = pageDocument(settings, around);
  const text = textOf(html);
  expect(text).toContain('Ana Duarte (ana), by session.');
  expect(text).toContain('Roles: commander for payments.');
  expect(text).toContain('Unused, that ends at 22:04 (20:04 UTC)');
  expect(html).toContain('<form method="post" action="logout">');
});

test('Settings says how tokens, channels and sources of alerts stand', () => {
  const text = textOf(pageDocument(settings, around));
  for (const words of [
    ...['laptop k3x9, for you; comment', 'never used', 'FAILED last 10:04 (08:04 UTC): no such key'],
    ...['None of the latest incidents and releases has used it.', 'all-hands · drills'],
    ...['grafana: last heard 10:04', '1 fitted no rule', 'Disk is full. no rule fits'],
  ])
    expect(text).toContain(words);
});

test('Settings says what it does not know, and what the reader does not get', () => {
  const missing = { tokens: 'reading is for people', resultsMissing: 'the processes did not answer in time' };
  const text = textOf(
    pageDocument({ ...settings, ...missing, mayTest: 'ask eva', alerts: null, session: null }, around),
  );
  for (const words of [
    ...['You do not see them here: reading is for people.', 'The latest results are not known: the processes did not'],
    ...['You cannot test a channel: ask eva.', 'They did not come in time.'],
  ])
    expect(text).toContain(words);
  expect(text).not.toContain('None of the latest');
  expect(text).not.toContain('Sign out');
});

const history: HistoryPage = {
  ...base,
  page: 'history',
  path: 'history?service=payments',
  next: 'history?service=payments&cursor=x',
  shown: {
    show: 'ended',
    filter: { service: 'payments' },
    services: ['payments', 'search'],
    levels: ['P0'],
    rows: [
      {
        ...{ id: 'INC-2026-12-05-001', kind: 'incident', title: 'Checkout is down', status: 'closed', severity: 'P0' },
        ...{ services: ['payments'], declaredAt: '2026-12-05T08:00:00.000Z', endedAt: '2026-12-06T10:00:00.000Z' },
        ...{ nextDueAt: null, missed: false, drill: true },
      },
    ],
  },
};

test('History says of each what it was and how long it lasted, and goes on by a link with its filter', () => {
  const html = pageDocument(history, around);
  const text = textOf(html);
  expect(text).toContain('P0 DRILL: Checkout is down');
  expect(text).toContain('Ended 2026-12-06 12:00 (10:00 UTC), after 1 d 2 h');
  expect(html).toContain('href="history?service=payments&amp;cursor=x"');
  expect(html).toContain('<a href="history?service=payments">Reload</a>');
  expect(html).toMatch(/<option selected value="payments">|<option value="payments" selected/);
});

test('an action item says who owes it, since when it is overdue, and why it is not for this reader', () => {
  const process = {
    id: 'INC-2026-12-05-001',
    kind: 'incident',
    title: 'x',
    status: 'closed',
    severity: 'P0',
    drill: false,
  } as const;
  const item = {
    process,
    id: '1',
    title: 'Raise the limit',
    owner: 'ana',
    name: 'Ana Duarte',
    dueAt: '2026-12-07T07:04:00.000Z',
    overdue: true,
  };
  const shown = {
    ...{ show: 'actions' as const, filter: { mine: false, overdue: true }, items: [{ ...item, because: 'ask eva' }] },
    leftOut: { processes: 2, items: 0, earlier: true },
  };
  const html = pageDocument({ ...history, shown, next: null }, around);
  const text = textOf(html);
  expect(text).toContain('Ana Duarte, OVERDUE, was due 09:04 (07:04 UTC), 1 h 0 min ago');
  expect(text).toContain('You cannot settle it: ask eva.');
  expect(text).toContain('2 more processes have action items');
  expect(html).toMatch(/name="overdue" value="true" checked/);
});
