/** Freezes over HTTP: what they refuse and warn of, the list and the calendar feed (R42). */
import ICAL from 'ical.js';
import type { ConfigurationHealth } from '../../src/contracts/configuration-view';
import { twoFreezes, withFreezes } from '../support/freezes';
import { t0 } from '../support/policy';
import { launch, serve, shippedConfig, type Served } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
let freezes: Record<string, object>;
let health: ConfigurationHealth;
beforeEach(async () => {
  freezes = twoFreezes;
  health = { ok: true };
  api = await serve({ inForce: () => withFreezes(shippedConfig, freezes), configuration: () => health });
});
afterEach(() => api.close());

const as = (person: string) => ({ 'muster-actor': person });
const planned = async (more: object = {}): Promise<Awaited<ReturnType<Served['post']>>['body']> =>
  (await api.post('/v1/releases', { ...launch, ...more }, as('jonas'))).body;
const atYearEnd = '2026-12-28T10:00:00+02:00';
const booksClosed = {
  date: '2026-12-28',
  why: 'freeze',
  text: 'The books are closed',
  deadline: 'target',
  freeAt: '2027-01-02T22:00:00.000Z',
};

test('the list says whether the file is in force as it stands on disk', async () => {
  expect((await api.get('/v1/freezes')).body.configuration).toEqual({ ok: true });
  const errors = [{ file: 'freezes.yaml', line: 3, column: 17, message: 'unknown template late' }];
  health = { ok: false, since: '2026-12-07T07:55:00.000Z', errors };
  expect((await api.get('/v1/freezes')).body.configuration).toEqual(health);
});

test('the plan is taken and warned of a freeze at the target, with the first free time; an exempt template is not', async () => {
  const { meets, frozen } = await planned({ targetAt: atYearEnd });
  expect(meets).toEqual([booksClosed]);
  // Another freeze holds today.
  expect(frozen).toEqual({
    freezes: [
      {
        id: 'audit',
        title: 'The auditors are here',
        from: '2026-12-06T22:00:00.000Z',
        until: '2026-12-08T10:00:00.000Z',
        allow: ['vp-engineering'],
      },
    ],
    freeAt: '2026-12-08T10:00:00.000Z',
  });
  expect((await planned({ targetAt: atYearEnd, template: 'hotfix' })).meets).toBeUndefined();
});

test('a reschedule into a freeze warns as its dry run does', async () => {
  const { id } = await planned();
  const move = (more: object) =>
    api.post(`/v1/releases/${id}/reschedule`, { targetAt: atYearEnd, reason: 'the bank asks', ...more }, as('jonas'));
  const dry = await move({ dryRun: true });
  expect(dry.body.preview.meets).toContainEqual(booksClosed);
  const { body } = await move({});
  expect(body.meets).toEqual([booksClosed]);
  expect((await api.get(`/v1/releases/${id}`)).body.meets).toEqual([booksClosed]);
});

test('a deployment in a freeze is refused, and passes by a role that the freeze allows, for a reason', async () => {
  const { id } = await planned({ template: 'hotfix', targetAt: '2026-12-07T11:00:00+02:00' });
  const deploy = (body: object, who: string) => api.post(`/v1/releases/${id}/start-deployment`, body, as(who));
  const closed = await deploy({}, 'jonas');
  expect([closed.status, closed.body.reason]).toEqual([409, 'gate-closed']);
  expect(closed.body.detail).toContain('no deployment now because of freeze audit until 2026-12-08T10:00:00Z');
  freezes = { audit: { ...twoFreezes.audit, allow: { roles: ['cto'] } } };
  const barred = await deploy({ override: 'the shop is down' }, 'chiara');
  expect([barred.status, barred.body]).toMatchObject([409, { reason: 'may-not-override', freeAt: expect.any(String) }]);
  freezes = twoFreezes;
  expect((await deploy({ override: 'the shop is down' }, 'chiara')).status).toBe(200);
  const { begunInFreeze, frozen } = (await api.get(`/v1/releases/${id}`)).body;
  expect(begunInFreeze).toMatchObject({ by: 'chiara', reason: 'the shop is down', freezes: [{ id: 'audit' }] });
  expect(frozen).toBeUndefined();
});

test('a release is rolled back in a freeze', async () => {
  const { id } = await planned();
  expect((await api.post(`/v1/releases/${id}/roll-back`, { reason: 'it smells' }, as('jonas'))).status).toBe(200);
});

test('a change of the file counts for a running release at once, both ways', async () => {
  freezes = {};
  const { id, frozen } = await planned();
  const shown = async () =>
    (await api.get(`/v1/releases/${id}`)).body.frozen?.freezes.map((one: { id: string }) => one.id);
  expect([frozen, await shown()]).toEqual([undefined, undefined]);
  freezes = twoFreezes;
  expect(await shown()).toEqual(['audit']);
  freezes = { audit: { ...twoFreezes.audit, services: ['search'] } };
  expect(await shown()).toBeUndefined();
});

test('without freezes a deployment costs no further question', async () => {
  const { id } = await planned();
  const viewsAsked = async () => {
    api.engine.asked.length = 0;
    await api.post(`/v1/releases/${id}/start-deployment`, {}, as('jonas'));
    return api.engine.asked.filter((one) => one.startsWith('view')).length;
  };
  expect(await viewsAsked()).toBe(1);
  freezes = {};
  expect(await viewsAsked()).toBe(0);
});

describe('the list', () => {
  const listed = async (query = '') =>
    (await api.get(`/v1/freezes${query}`)).body.items.map((row: { id: string; from: string; inForce: boolean }) => [
      row.id,
      row.from.slice(0, 10),
      row.inForce,
    ]);

  test('has each time of each freeze from now on, in order', async () => {
    expect(await listed()).toEqual([
      ['audit', '2026-12-06', true],
      ['year-end', '2026-12-19', false],
    ]);
    const { body } = await api.get('/v1/freezes?from=2027-12-01T00:00&to=2028-02-01T00:00');
    expect(body).toMatchObject({
      zone: 'Europe/Athens',
      items: [
        {
          id: 'year-end',
          title: 'The books are closed',
          from: '2027-12-19T22:00:00.000Z',
          until: '2028-01-02T22:00:00.000Z',
          services: null,
          templates: null,
          exempt: ['hotfix'],
          allow: [],
        },
      ],
      next: null,
    });
  });

  test('by service and template, which must exist', async () => {
    freezes = { ...twoFreezes, search: { ...twoFreezes.audit, services: ['search'] } };
    expect(await listed('?service=payments&template=hotfix')).toEqual([['audit', '2026-12-06', true]]);
    expect(await listed('?service=search&to=2026-12-10T00:00')).toHaveLength(2);
    const { status, text } = await api.get('/v1/freezes?service=paymets');
    expect([status, text]).toEqual([400, expect.stringContaining('did you mean payments')]);
    expect((await api.get('/v1/freezes?template=hopngo-incident')).status).toBe(400);
    expect((await api.get('/v1/freezes?to=2026-12-01T00:00')).status).toBe(400);
  });
});

test('the feed has an event for each time, which keeps its id, and answers 304 to who has it', async () => {
  const path = '/v1/freezes/calendar.ics';
  const { text, headers } = await api.get(path);
  expect(headers.get('content-type')).toContain('text/calendar');
  const events = (from: string) =>
    new ICAL.Component(ICAL.parse(from)).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
  expect(events(text).map(({ uid, summary }) => `${uid} ${summary}`)).toEqual([
    'freeze-audit-20261206T220000Z@muster Freeze: The auditors are here',
    'freeze-year-end-20261219T220000Z@muster Freeze: The books are closed',
  ]);
  const [audit, yearEnd] = events(text);
  expect(audit!.endDate.toJSDate().toISOString()).toBe('2026-12-08T10:00:00.000Z');
  expect(audit!.description).toContain('vp-engineering may deploy in it, with a reason');
  expect(yearEnd!.description).toContain('releases, but not by hotfix');
  const etag = headers.get('etag')!;
  expect((await api.get(path, { 'if-none-match': etag })).status).toBe(304);
  freezes = { audit: twoFreezes.audit };
  expect((await api.get(path, { 'if-none-match': etag })).status).toBe(200);
  expect(events((await api.get(`${path}?template=hotfix`)).text)).toHaveLength(1);
  expect(t0).toBe(api.engine.now);
});
