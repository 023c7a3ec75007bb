/** The page On call as a pure function: what its pictures show, its lists say. */
import type { OnCallPage, ShownSchedule } from '../../src/contracts/on-call-page';
import { pageDocument } from '../../src/web/document';

const around = { root: '', css: 'c', icon: 'i', touchIcon: 't', manifest: 'm' };
const omar = { person: 'omar', name: 'Omar Benali' };
const priya = { person: 'priya', name: 'Priya <Raman>' };

const travel: ShownSchedule = {
  id: 'travel-primary',
  name: 'Travel primary',
  zone: 'Europe/Athens',
  people: [omar],
  from: '2026-12-07T07:00:00.000Z',
  until: '2026-12-14T07:00:00.000Z',
  next: { at: '2026-12-14T07:00:00.000Z', people: [] },
  override: null,
  layer: 'week',
  participants: [omar, priya],
  slots: ['primary of travel'],
  shifts: [
    { from: null, to: '2026-12-07T07:00:00.000Z', people: [priya], layers: ['week'], override: null },
    {
      from: '2026-12-07T07:00:00.000Z',
      to: '2026-12-14T07:00:00.000Z',
      people: [omar],
      layers: [],
      override: { id: 'ov-1', by: 'emeka', reason: 'a train', replaces: [priya] },
    },
    { from: '2026-12-14T07:00:00.000Z', to: '2026-12-17T07:00:00.000Z', people: [], layers: [], override: null },
    { from: '2026-12-17T07:00:00.000Z', to: null, people: [omar], layers: ['week'], override: null },
  ],
  take: null,
  give: null,
};
const model: OnCallPage = {
  at: '2026-12-09T08:00:00.000Z',
  zone: 'Europe/Athens',
  reader: omar,
  people: null,
  page: 'on-call',
  from: '2026-12-06T00:00:00.000Z',
  to: '2027-01-12T00:00:00.000Z',
  me: omar,
  slots: [],
  schedules: [travel],
  everybody: [omar, priya],
  chosen: null,
  origin: 'https://muster.example.com',
  feedsNeedToken: true,
};
const pageOf = (more: Partial<OnCallPage> = {}) => pageDocument({ ...model, ...more }, around);

test('whether the reader is on call, and until when, comes first', () => {
  const html = pageOf();
  expect(html).toMatch(/You are on call now<\/strong>: primary of travel, until <time[^>]*>Mon 14 Dec 09:00/);
  expect(html.indexOf('You are on call now')).toBeLessThan(html.indexOf('The next four weeks'));
  expect(html).toMatch(/Your next shifts.*Thu 17 Dec 09:00/);
});

test('where nobody signs in, a form asks who reads, without a script', () => {
  const html = pageOf({ reader: null, me: null });
  expect(html).toMatch(/<form method="get" action="on-call".*name="person"/);
  expect(html).not.toContain('You are on call now');
});

test('a gap is said in words in the picture, above it and in the list', () => {
  const html = pageOf();
  expect(html).toMatch(
    /A gap: nobody is on call <time[^>]*>Mon 14 Dec 09:00 \(07:00 UTC\)<\/time> to <time[^>]*>Thu 17 Dec 09:00 \(07:00 UTC\)/,
  );
  expect(html).toMatch(/<rect[^>]*class="bar gap"[^>]*><\/rect><text[^>]*>nobody<\/text>/);
  expect(html).toContain('1 gap: nobody is on call.');
  expect(html.match(/<span class="missed">nobody<\/span>/g)!.length).toBeGreaterThanOrEqual(1);
});

test('who stands in is marked in the picture and said in the list, with whom and why', () => {
  const html = pageOf();
  expect(html).toMatch(/<rect[^>]*stands-in/);
  expect(html).toContain('⇄ Omar Benali');
  expect(html).toMatch(/stands in<\/span> for Priya &lt;Raman>: a train/);
});

test('each picture has a name, and its list every shift that is not over', () => {
  const html = pageOf();
  expect(html).toMatch(
    /<svg[^>]*role="img"[^>]*aria-labelledby="rota-travel-primary"><title id="rota-travel-primary">/,
  );
  expect(html).toContain('3 shifts as a list');
  // Who may change a shift has a way to each, which says which one it is.
  expect(html).toContain('href="on-call?schedule=travel-primary&amp;at=2026-12-17T07%3A00%3A00.000Z#shift"');
  expect(html).toContain('aria-label="Change the gap on Travel primary"');
});

test('whoever may not stand in has no way to the forms, and reads why when they come there', () => {
  const schedules = [{ ...travel, take: 'it needs the role responder; ask ana', give: 'it needs the role manager' }];
  expect(pageOf({ schedules })).not.toContain('class="change"');
  const chosen = { schedule: 'travel-primary', at: '2026-12-18T00:00:00.000Z' };
  expect(pageOf({ schedules, chosen })).toContain('You cannot take it: it needs the role responder; ask ana.');
});

test('a shift outside the weeks of the page is said to be', () => {
  const schedules = [{ ...travel, shifts: travel.shifts!.slice(0, 1) }];
  const chosen = { schedule: 'travel-primary', at: '2026-12-18T00:00:00.000Z' };
  expect(pageOf({ schedules, chosen })).toContain('outside the weeks of this page');
});

test('calendars are subscribed to at whole addresses, and whether they need a token is said', () => {
  const html = pageOf();
  expect(html).toContain('https://muster.example.com/v1/on-call/people/omar/calendar.ics');
  expect(html).toContain('https://muster.example.com/v1/on-call/schedules/travel-primary/calendar.ics');
  expect(html).toContain('Authorization: Bearer');
  expect(pageOf({ feedsNeedToken: false })).not.toContain('Authorization: Bearer');
});

test('nothing of the page is styled inline, and no name becomes HTML', () => {
  const html = pageOf();
  expect(html).not.toMatch(/\sstyle=|<style|<Raman>/);
});

test('weeks begin on Monday at midnight of the zone, over a change of its clock too', () => {
  const html = pageOf({ at: '2026-10-20T08:00:00.000Z', schedules: [{ ...travel, shifts: [] }] });
  // 25 October has 25 hours in Athens.
  for (const monday of ['19 Oct', '26 Oct', '2 Nov', '9 Nov', '16 Nov']) expect(html).toContain(`>${monday}</text>`);
});
