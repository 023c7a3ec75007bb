/** The page of a release as a pure function: what the view says stands on the page. */
import type { ReleasePage } from '../../src/contracts/page-view-release';
import { pageDocument } from '../../src/web/document';
import { withEvent } from '../../src/web/browser/merging';

const around = {
  root: '../',
  css: 'assets/page.css?v=1',
  icon: 'assets/icon.svg',
  touchIcon: 'assets/icon.png',
  manifest: 'assets/muster.webmanifest',
};
const at = '2026-12-07T08:04:00.000Z';
const release: ReleasePage['release'] = {
  id: 'REL-2026-12-07-001',
  kind: 'release',
  title: 'Payments 2.14',
  status: 'preparing',
  severity: 'P2',
  level: { rank: 2, of: 4 },
  levels: ['P0', 'P1', 'P2', 'P3'],
  drill: false,
  revision: 9,
  template: { name: 'release', version: '1', hash: 'x' },
  plannedAt: '2026-12-05T08:04:00.000Z',
  plannedBy: 'ana',
  targetAt: '2026-12-21T08:00:00.000Z',
  hasIt: { person: 'jonas', name: 'Jonas Weber', since: at },
  lastWord: { kind: 'comment', by: 'ana', name: 'Ana Duarte', at, text: 'Waiting for staging' },
  actions: [],
  services: ['payments'],
  impact: {},
  customerFacing: false,
  roles: { 'release-manager': 'jonas' },
  phases: [
    {
      id: 'planning',
      name: 'Release Planning',
      status: 'open',
      opensAt: '2026-12-06T08:00:00.000Z',
      dueAt: '2026-12-07T08:00:00.000Z',
      late: true,
      groups: [
        {
          id: 'scope',
          name: 'Scope',
          items: [
            {
              id: 'feature-list',
              text: 'Finalize the list',
              status: 'done',
              required: true,
              by: 'ana',
              at,
              note: 'agreed',
            },
            {
              id: 'roadmap',
              text: 'Update the roadmap',
              status: 'skipped',
              required: false,
              by: 'ana',
              note: 'not ours',
            },
            { id: 'coverage', text: 'Coverage of 80 %', status: 'open', required: true, check: 'code-coverage' },
            { id: 'e2e', text: 'All tests', status: 'open', required: true, check: 'e2e-tests', needs: ['coverage'] },
          ],
        },
      ],
    },
    { id: 'deploy', name: 'Deployment', status: 'upcoming', dueWhen: 'deployed + 1h', late: false, groups: [] },
    { id: 'audit', name: 'Audit', status: 'not-applicable', when: 'label security', late: false, groups: [] },
  ],
  deadlines: [],
  nextUpdateDueAt: null,
  actionItems: [],
  links: [],
  serviceLinks: [],
  meets: [{ date: '2026-12-21', why: 'freeze', text: "year's end", deadline: 'target' }],
  frozen: {
    freezes: [{ id: 'end', title: "Year's end", from: at, until: '2027-01-04T08:00:00.000Z', allow: [] }],
    freeAt: '2027-01-04T08:00:00.000Z',
  },
  gates: [
    {
      id: 'go-no-go',
      before: 'deploy',
      decision: 'no-go',
      approvals: [{ person: 'ana', decision: 'no-go', at, note: 'not tested', notBinding: 'not an approver' }],
      closedBecause: [
        { reason: 'approvals', text: '0 of 2 approvals' },
        { reason: 'incident', text: 'an incident is open', incident: 'INC-2026-12-07-001' },
      ],
    },
  ],
  closedBy: [{ id: 'INC-2026-12-07-001', severity: 'P0', since: at }],
  checks: [{ check: 'code-coverage', result: 'pass', value: 71, because: '71 is below 80', at }],
  review: null,
  labels: [],
  followers: [],
  contacts: [],
  openItems: 2,
};
const page: ReleasePage = {
  page: 'release',
  at,
  zone: 'Europe/Athens',
  reader: null,
  people: null,
  release,
  names: { ana: 'Ana Duarte', jonas: 'Jonas Weber' },
  timeline: [{ seq: 5, at, type: 'comment', by: 'ana', text: 'Waiting for staging' }],
  earlier: 4,
  newest: 5,
  filter: {},
  line: {
    from: '2026-12-06T08:00:00.000Z',
    until: '2026-12-21T08:00:00.000Z',
    closed: [
      { why: 'weekend', from: '2026-12-11T22:00:00.000Z', until: '2026-12-13T22:00:00.000Z' },
      { why: 'freeze', from: '2026-12-20T22:00:00.000Z', until: '2027-01-04T08:00:00.000Z', text: "Year's end" },
    ],
  },
  rights: {},
  overrides: {},
};
const htmlOf = (more: Partial<ReleasePage['release']> = {}, ofPage: Partial<ReleasePage> = {}) =>
  pageDocument({ ...page, ...ofPage, release: { ...release, ...more } }, around);
const textOf = (html: string) => html.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');

test('a release says level, title, status, age, target and who manages it', () => {
  const text = textOf(htmlOf());
  for (const words of ['P2', 'Payments 2.14', 'preparing · 2 d 0 h old', 'Jonas Weber manages it'])
    expect(text).toContain(words);
  expect(text).toContain('Target: 2026-12-21 10:00 (08:00 UTC), in 13 d 23 h');
  expect(textOf(htmlOf({ hasIt: null }))).toContain('Nobody manages it; planned by Ana Duarte');
});

test('what holds it is said: freezes, open incidents, the days of the target', () => {
  const text = textOf(htmlOf());
  expect(text).toContain("Frozen until 2027-01-04 10:00 (08:00 UTC): Year's end");
  expect(text).toContain('Open incident on its services: P0 restricted incident');
  expect(text).toContain("target meets a freeze, 2026-12-21: year's end");
});

test('the checklist says of each item how it stands, who did it, what it needs, and what is required', () => {
  const text = textOf(htmlOf());
  for (const words of [
    ...['Release Planning: LATE, 2 of 4 settled', 'Finalize the list (required)', 'Done by Ana Duarte'],
    ...['Note: agreed', 'Update the roadmap (if needed)', 'Skipped by Ana Duarte', 'Check: code-coverage'],
    ...['Needs first: coverage', 'Due at deployed + 1h', 'Do not apply: Audit (when label security)'],
  ])
    expect(text).toContain(words);
});

test('checks are said with their results, and those without', () => {
  const text = textOf(htmlOf());
  expect(text).toContain('passed code-coverage: 71');
  expect(text).toContain('It ticked nothing: 71 is below 80');
  expect(text).toContain('No result yet: e2e-tests.');
});

test('a gate says why it is closed, and who voted how', () => {
  const html = htmlOf();
  const text = textOf(html);
  expect(text).toContain('go-no-go, before Deployment: CLOSED, no-go');
  expect(text).toContain('0 of 2 approvals');
  expect(html).toContain('href="../incidents/INC-2026-12-07-001"');
  expect(text).toContain('Ana Duarte: no-go, 10:04 (08:04 UTC): not tested (does not bind: not an approver)');
});

test('a gate that was passed keeps its reasons of then, and asks nobody', () => {
  const overridden = { by: 'ana', at, reason: 'it cannot wait' };
  const text = textOf(htmlOf({ gates: [{ ...release.gates[0]!, decision: 'overridden', overridden }] }));
  expect(text).toContain('before Deployment: overridden');
  expect(text).toContain('Overridden by Ana Duarte, 10:04 (08:04 UTC): it cannot wait');
  expect(text).toContain('It was closed then because:');
});

test('the line is a picture with a title, and the same is there as text', () => {
  const html = htmlOf();
  expect(html).toMatch(/<svg [^>]*role="img" aria-labelledby="line-title"/);
  expect(html).toContain('<title id="line-title">The windows of 1 phases from 2026-12-06 to 2026-12-21');
  expect(html).not.toMatch(/style=/);
  const text = textOf(html);
  expect(text).toContain('Release Planning: LATE, opens 2026-12-06 10:00 (08:00 UTC), due 10:00 (08:00 UTC)');
  expect(text).toContain("freeze (Year's end): 2026-12-21 00:00 (2026-12-20 22:00 UTC) to 2027-01-04 10:00");
  expect(text).toContain('weekend: 2026-12-12 to 2026-12-13');
});

test('every mark of the line stays inside of it', () => {
  const html = htmlOf({ targetAt: '2030-01-01T00:00:00.000Z' });
  const places = [...html.matchAll(/ x1?="([\d.]+)%"/g)].map(([, place]) => Number(place));
  expect(places.length).toBeGreaterThan(3);
  for (const place of places) expect(place >= 0 && place <= 100).toBe(true);
});

test('without a script nothing is offered that needs one, and what the reader may not do is said', () => {
  const html = htmlOf(
    {},
    { rights: { 'complete-items': 'ask eva', decide: 'ask eva', reschedule: 'ask eva to move' } },
  );
  expect(html.replace(/<form class="filter".*?<\/form>/, '')).not.toMatch(/<form|<button/);
  const text = textOf(html);
  for (const words of ['You cannot tick items: ask eva.', 'You cannot vote: ask eva.', 'ask eva to move.'])
    expect(text).toContain(words);
});

test('a release that is over offers no step and forbids none', () => {
  const text = textOf(htmlOf({ status: 'completed' }, { rights: { 'complete-items': 'ask eva' } }));
  expect(text).not.toContain('Steps');
  expect(text).not.toContain('You cannot');
});

test('an event of the stream becomes the page; what only the page can say is asked for', () => {
  const event = { at, process: { ...release, revision: 10 }, entries: [{ ...page.timeline[0]!, seq: 6 }], names: {} };
  const merged = withEvent(page, event)!;
  expect(merged).toMatchObject({
    isForReader: false,
    next: { release: { revision: 10 }, timeline: [{ seq: 6 }, { seq: 5 }] },
  });
  const moved = { ...event, process: { ...release, targetAt: '2026-12-22T08:00:00.000Z' } };
  expect(withEvent(page, moved)!.isForReader).toBe(true);
  const gap = { ...event, entries: [{ ...page.timeline[0]!, seq: 9 }] };
  expect(withEvent(page, gap)).toMatchObject({ isForReader: true, next: { timeline: [{ seq: 5 }] } });
  expect(withEvent(page, { ...event, process: { ...release, id: 'REL-2026-12-07-002' } })).toBeUndefined();
});
