/**
 * On-call over HTTP: who is on call, the rota, overrides and calendar feeds, with the shipped
 * schedules on Monday 2026-12-07, 10:00 in Athens.
 */
import ICAL from 'ical.js';
import { t0 } from '../support/policy';
import { serve } from './serve';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into bodies at will
type Any = any;
const hour = 3_600_000;
const day = 24 * hour;
const iso = (at: number) => new Date(at).toISOString();
/** The hand-off of Monday 14 December, 09:00 in Athens. */
const monday = Date.parse('2026-12-14T07:00:00Z');

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const add = (body: object, headers: Record<string, string> = {}) =>
  api.post('/v1/on-call/overrides', body, { 'muster-actor': 'priya', ...headers });
const slotNow = async (slot: string, query = '') => {
  const { body } = await api.get(`/v1/on-call${query}`);
  return body.slots.find((row: Any) => row.team === 'travel' && row.slot === slot);
};

const responseOf = async (id: string) =>
  (await api.get(`/v1/incidents/${id}/deadlines`)).body.items.find((one: Any) => one.id === 'response');

test('says who is on call in every slot and on every schedule, until when, and who follows', async () => {
  const { status, body } = await api.get('/v1/on-call');
  expect(status).toBe(200);
  expect(body).toMatchObject({ at: iso(t0), zone: 'Europe/Athens' });
  expect(body.slots.map((row: Any) => `${row.team} ${row.slot} ${row.people[0]?.person}`)).toEqual([
    'platform primary fatima',
    'platform secondary giorgos',
    'platform escalation-manager hana',
    'travel primary rasmus',
    'travel secondary priya',
    'travel escalation-manager sofia',
  ]);
  expect(body.slots[0]).toMatchObject({ schedule: null, from: null, until: null, next: null });
  expect(body.slots[3]).toEqual({
    team: 'travel',
    service: null,
    slot: 'primary',
    schedule: 'travel-primary',
    people: [{ person: 'rasmus', name: 'Rasmus Holm' }],
    from: '2026-12-07T07:00:00.000Z',
    until: iso(monday),
    next: { at: iso(monday), people: [{ person: 'omar', name: 'Omar Benali' }] },
    override: null,
  });
  expect(body.schedules.map((row: Any) => row.id)).toEqual(['travel-primary', 'travel-secondary', 'travel-escalation']);
  expect(body.schedules[0]).toMatchObject({ zone: 'Europe/Athens', layer: 'week', override: null });
});

test('answers for any instant, written with an offset or in the calendar’s zone', async () => {
  expect((await slotNow('primary', '?at=2026-12-14T08:59')).people[0].person).toBe('rasmus');
  expect((await slotNow('primary', '?at=2026-12-14T09:00')).people[0].person).toBe('omar');
  expect((await slotNow('primary', `?at=${encodeURIComponent('2026-12-14T09:00:00+02:00')}`)).people[0].person).toBe(
    'omar',
  );
  expect((await slotNow('primary', '?at=2026-11-02T08:59')).people).toEqual([]);
});

test.each([
  ['/v1/on-call?at=soon', 'at', 'expected an instant such as'],
  ['/v1/on-call?at=2027-03-28T03:30', 'at', 'does not exist in Europe/Athens'],
  ['/v1/on-call?at=2027-10-31T03:30', 'at', 'happens twice in Europe/Athens'],
  ['/v1/on-call?at=9999-12-31T00:00Z', 'at', 'expected an instant within five years'],
  ['/v1/on-call?when=now', 'when', 'unknown parameter "when"'],
  ['/v1/on-call/shifts?from=2026-12-14T00:00Z&to=2026-12-13T00:00Z', 'to', 'expected an instant after from'],
  ['/v1/on-call/shifts?to=2028-12-13T00:00Z', 'to', 'expected at most 366 days after from'],
  ['/v1/on-call/shifts?schedule=travel-primry', 'schedule', 'did you mean travel-primary'],
  ['/v1/on-call/shifts?person=omr', 'person', 'did you mean omar'],
])('%s is refused, and says what would be right', async (path, field, message) => {
  const { status, body } = await api.get(path);
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ path: field, message: expect.stringContaining(message) }]);
});

test('a rota has every hand-off with its real ends, no holes, and says who stands in for whom', async () => {
  await add({
    schedule: 'travel-primary',
    person: 'tomas',
    from: '2026-12-09T18:00',
    to: '2026-12-10T09:00',
    reason: 'a wedding',
  });
  const { body } = await api.get(
    '/v1/on-call/schedules/travel-primary/shifts?from=2026-12-08T00:00&to=2026-12-15T00:00',
  );
  expect(body).toMatchObject({ schedule: 'travel-primary', name: 'Travel primary', zone: 'Europe/Athens' });
  expect(body.shifts.map((shift: Any) => [shift.people[0].person, shift.from, shift.to])).toEqual([
    ['rasmus', '2026-12-07T07:00:00.000Z', '2026-12-09T16:00:00.000Z'],
    ['tomas', '2026-12-09T16:00:00.000Z', '2026-12-10T07:00:00.000Z'],
    ['rasmus', '2026-12-10T07:00:00.000Z', '2026-12-14T07:00:00.000Z'],
    ['omar', '2026-12-14T07:00:00.000Z', '2026-12-21T07:00:00.000Z'],
  ]);
  expect(body.shifts[1]).toMatchObject({
    layers: [],
    override: { id: 'ov-1', by: 'priya', reason: 'a wedding', replaces: [{ person: 'rasmus', name: 'Rasmus Holm' }] },
  });
  const all = (await api.get('/v1/on-call/shifts?person=tomas')).body;
  expect(all.items.map((rota: Any) => rota.schedule)).toEqual(['travel-primary', 'travel-escalation']);
  expect(all).toMatchObject({ from: iso(t0), to: iso(t0 + 14 * day), next: null });
});

test('a gap is in the rota as a shift of nobody', async () => {
  const { body } = await api.get(
    '/v1/on-call/schedules/travel-primary/shifts?from=2026-11-01T00:00&to=2026-11-03T00:00',
  );
  expect(body.shifts.map((shift: Any) => [shift.people.length, shift.layers])).toEqual([
    [0, []],
    [1, ['week']],
  ]);
});

test('whoever stands in is on call at once, is paged, and is taken out again', async () => {
  const added = await add({ schedule: 'travel-primary', person: 'tomas', to: '2026-12-07T18:00' });
  expect(added.status).toBe(201);
  expect(added.body).toEqual({
    id: 'ov-1',
    schedule: 'travel-primary',
    person: 'tomas',
    name: 'Tomas Horak',
    from: iso(t0),
    to: '2026-12-07T16:00:00.000Z',
    by: 'priya',
    at: iso(t0),
    status: 'now',
  });
  expect(await slotNow('primary')).toMatchObject({
    people: [{ person: 'tomas' }],
    until: '2026-12-07T16:00:00.000Z',
    next: { people: [{ person: 'rasmus' }] },
  });
  const declared = await api.post('/v1/incidents', { title: 'Bookings fail', severity: 'P0', services: ['bookings'] });
  expect((await responseOf(declared.body.id)).told).toMatchObject([{ person: 'tomas', kind: 'page' }]);
  const listed = (await api.get('/v1/on-call/overrides')).body;
  expect(listed).toEqual({ items: [added.body], next: null });

  api.engine.now += hour;
  const removed = await api.post('/v1/on-call/overrides/ov-1/remove', undefined, { 'muster-actor': 'priya' });
  expect(removed).toMatchObject({ status: 200, body: { id: 'ov-1', to: iso(t0 + hour), status: 'over' } });
  expect((await slotNow('primary')).people[0].person).toBe('rasmus');
  expect((await api.get('/v1/on-call/overrides')).body.items).toEqual([]);
  expect((await api.get('/v1/on-call/overrides?past=true')).body.items).toHaveLength(1);
});

test('a rung that is due after the hand-off shows the person who will be on call then', async () => {
  api.engine.now = monday - 2 * 60_000;
  const { body } = await api.post('/v1/incidents', { title: 'Bookings fail', severity: 'P0', services: ['bookings'] });
  const { rungs } = await responseOf(body.id);
  const told = rungs.map((rung: Any) => `${(Date.parse(rung.at) - monday) / 60_000}m ${rung.recipients[0].person}`);
  // At the hand-off rasmus becomes secondary and omar becomes primary.
  expect(told.slice(0, 2)).toEqual(['-2m rasmus', '1m rasmus']);
  api.engine.now = monday + 60_000;
  const { rungs: after } = await responseOf(body.id);
  expect(after[0].recipients[0].person).toBe('rasmus');
  const later = await api.post('/v1/incidents', { title: 'Again', severity: 'P0', services: ['bookings'] });
  expect((await responseOf(later.body.id)).told).toMatchObject([{ person: 'omar', kind: 'page' }]);
});

test('a process that meets no schedule is shown without asking who stands in; one that does is shown though nobody can say', async () => {
  const payments = await api.post('/v1/incidents', { title: 'x', severity: 'P0', services: ['payments'] });
  await api.get(`/v1/incidents/${payments.body.id}`);
  expect(api.overrides.reads).toBe(0);
  const bookings = await api.post('/v1/incidents', { title: 'x', severity: 'P0', services: ['bookings'] });
  expect(api.overrides.reads).toBe(1);
  api.overrides.down = true;
  const shown = await api.get(`/v1/incidents/${bookings.body.id}`);
  expect(shown).toMatchObject({ status: 200 });
  expect(shown.body.deadlines[0].next.recipients[0].person).toBe('priya');
  expect(api.logged.at(-1)!.message).toContain('could not be looked up');
  expect((await api.get('/v1/on-call')).status).toBe(503);
});

test('R20: a second one for the same hours is laid over the first, which goes on around it; the rota shows both', async () => {
  await add({ schedule: 'travel-primary', person: 'tomas', to: '2026-12-07T18:00' });
  const second = await add({
    schedule: 'travel-primary',
    person: 'omar',
    from: '2026-12-07T12:00',
    to: '2026-12-07T13:00',
  });
  expect(second).toMatchObject({ status: 201, body: { id: 'ov-2' } });
  const shifts = async () =>
    (
      await api.get('/v1/on-call/schedules/travel-primary/shifts?from=2026-12-07T10:00&to=2026-12-07T17:00')
    ).body.shifts.map(({ people, override }: Any) => [
      people[0].person,
      override?.id,
      override?.replaces.map(({ person }: Any) => person),
    ]);
  expect((await shifts()).filter(([, id]: Any) => id !== undefined)).toEqual([
    ['tomas', 'ov-1', ['rasmus']],
    ['omar', 'ov-2', ['tomas']],
    ['tomas', 'ov-1', ['rasmus']],
  ]);
  await api.post('/v1/on-call/overrides/ov-2/remove');
  expect((await shifts()).filter(([, id]: Any) => id !== undefined)).toEqual([['tomas', 'ov-1', ['rasmus']]]);
});

test('R20: whoever stands in extends their own override', async () => {
  const body = { schedule: 'travel-primary', person: 'tomas', replaces: 'rasmus', to: '2026-12-07T18:00' };
  await add(body);
  const longer = await add({ ...body, to: '2026-12-07T20:00' });
  expect(longer).toMatchObject({ status: 201, body: { id: 'ov-1', from: iso(t0), to: '2026-12-07T18:00:00.000Z' } });
  expect((await api.get('/v1/on-call/overrides')).body.items).toEqual([longer.body]);
  // Who is on call by an override may be replaced too.
  const over = { ...body, person: 'omar', replaces: 'tomas', from: '2026-12-07T12:00', to: '2026-12-07T13:00' };
  expect((await add(over)).status).toBe(201);
  expect((await add({ ...over, person: 'sofia', replaces: 'priya' })).body).toMatchObject({ reason: 'not-on-call' });
});

test('the person to be replaced must be on call then: the refusal says who is, and others may still stand in', async () => {
  const body = { schedule: 'travel-escalation', person: 'tomas', from: '2026-12-10T10:00', to: '2026-12-10T12:00' };
  const refused = await add({ ...body, replaces: 'rasmus' });
  expect([refused.status, refused.body]).toEqual([
    409,
    expect.objectContaining({ reason: 'not-on-call', people: ['sofia'] }),
  ]);
  expect(refused.body.detail).toBe(
    'rasmus is not on call on travel-escalation between 2026-12-10T08:00:00.000Z and 2026-12-10T10:00:00.000Z, so nothing would change; sofia is',
  );
  expect((await add({ ...body, replaces: 'sofia' })).status).toBe(201);
  // Several people are on call from Friday to Saturday; replacing one of them is enough.
  const weekend = { ...body, from: '2026-12-11T20:00', to: '2026-12-12T09:00' };
  expect((await add({ ...weekend, replaces: 'rasmus' })).status).toBe(201);
});

test('an order to replace somebody is the same when it is repeated after their shift', async () => {
  const body = { schedule: 'travel-primary', person: 'tomas', replaces: 'rasmus', to: '2026-12-16T09:00' };
  const key = { 'idempotency-key': 'k1' };
  const first = await add(body, key);
  api.engine.now = monday + hour;
  expect((await add(body, key)).body).toMatchObject({ id: first.body.id, status: 'now' });
  expect((await add({ ...body, to: '2026-12-16T10:00' })).body).toMatchObject({
    reason: 'not-on-call',
    people: ['omar'],
  });
});

test('an order with the same key is done once; the key for something else is refused', async () => {
  const body = { schedule: 'travel-primary', person: 'tomas', to: '2026-12-07T18:00' };
  const key = { 'idempotency-key': 'k1' };
  const first = await add(body, key);
  expect((await add(body, key)).body).toEqual(first.body);
  expect((await add({ ...body, person: 'omar' }, key)).status).toBe(422);
  const remove = () => api.post('/v1/on-call/overrides/ov-1/remove', {}, { 'idempotency-key': 'k2' });
  expect([(await remove()).status, (await remove()).status]).toEqual([200, 200]);
});

test('a length counts from when the order comes, and the order is the same when it is repeated later', async () => {
  const body = { schedule: 'travel-primary', person: 'tomas', from: '30m', to: '1d2h' };
  const first = await add(body, { 'idempotency-key': 'k1' });
  expect(first.body).toMatchObject({ from: iso(t0 + hour / 2), to: iso(t0 + 26 * hour) });
  api.engine.now += 5 * 60_000;
  expect((await add(body, { 'idempotency-key': 'k1' })).body).toEqual(first.body);
  expect((await add({ ...body, to: '0h' })).body.errors).toEqual([
    { path: 'to', message: 'expected a length above zero, found "0h"' },
  ]);
});

test.each([
  [{}, ['schedule', 'person', 'to']],
  [{ schedule: 'nights', person: 'tomas', to: '2026-12-07T18:00' }, ['schedule']],
  [{ schedule: 'travel-primary', person: 'thomas', to: '2026-12-07T18:00', replaces: 'omr' }, ['person', 'replaces']],
  [{ schedule: 'travel-primary', person: 'tomas', to: '2027-03-28T03:30' }, ['to']],
  [{ schedule: 'travel-primary', person: 'tomas', to: '18:00' }, ['to']],
  [{ schedule: 'travel-primary', person: 'tomas', to: '2026-12-07T09:00' }, ['to']],
  [{ schedule: 'travel-primary', person: 'tomas', from: '2026-12-09T00:00', to: '2026-12-08T00:00' }, ['to']],
  [{ schedule: 'travel-primary', person: 'tomas', to: '2029-12-07T09:00' }, ['to']],
  [{ schedule: 'travel-primary', person: 'tomas', to: '2026-12-07T18:00', until: 'x' }, ['until']],
  [{ schedule: 'travel-primary', person: 'tomas', to: '2026-12-07T18:00', replaces: 'tomas' }, ['replaces']],
])('%j is refused by the fields %j', async (body, fields) => {
  const answer = await add(body);
  expect(answer.status).toBe(400);
  expect(answer.body.errors.map((error: Any) => error.path)).toEqual(fields);
  expect((await api.get('/v1/on-call/overrides')).body.items).toEqual([]);
});

test('what does not exist is not found, with what comes near', async () => {
  await add({ schedule: 'travel-primary', person: 'tomas', to: '2026-12-07T18:00' });
  for (const [path, near] of [
    ['/v1/on-call/schedules/travel-primry/shifts', 'travel-primary'],
    ['/v1/on-call/schedules/travel-primry/calendar.ics', 'travel-primary'],
    ['/v1/on-call/people/omr/calendar.ics', 'omar'],
  ] as const) {
    const { status, body } = await api.get(path);
    expect([status, body.detail]).toEqual([404, expect.stringContaining(near)]);
  }
  const gone = await api.post('/v1/on-call/overrides/ov-2/remove');
  expect([gone.status, gone.body.detail]).toEqual([404, expect.stringContaining('ov-1')]);
});

// --- Calendar feeds ------------------------------------------------------------------------------

function eventsOf(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      summary: event.summary,
      description: event.description,
      from: event.startDate.toJSDate().getTime(),
      to: event.endDate.toJSDate().getTime(),
    };
  });
}

test('a schedule’s calendar is read back as its shifts, two weeks back and three months ahead', async () => {
  await add({
    schedule: 'travel-primary',
    person: 'tomas',
    from: '2026-12-09T18:00',
    to: '2026-12-10T09:00',
    reason: 'a wedding; cake, and more\\',
  });
  const { headers, text, status } = await api.get('/v1/on-call/schedules/travel-primary/calendar.ics');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  const events = eventsOf(text);
  const { body } = await api.get(
    `/v1/on-call/schedules/travel-primary/shifts?from=${iso(t0 - 14 * day)}&to=${iso(t0 + 90 * day)}`,
  );
  expect(events.map(({ from, to, summary }) => [iso(from), iso(to), summary])).toEqual(
    body.shifts.map((shift: Any) => [shift.from, shift.to, `${shift.people[0].name} (Travel primary)`]),
  );
  expect(events.find(({ summary }) => summary.startsWith('Tomas'))!.description).toBe(
    'Tomas Horak stands in on travel-primary (ov-1, by priya)\na wedding; cake, and more\\',
  );
  expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length);
});

test('an override that is taken back within the second leaves no event without length, and none under the name of another', async () => {
  for (let round = 0; round < 3; round++) {
    await add({ schedule: 'travel-primary', person: 'tomas', to: iso(t0 + day) });
    api.engine.now += 200;
    await api.post(`/v1/on-call/overrides/ov-${round + 1}/remove`, {});
  }
  const events = eventsOf((await api.get('/v1/on-call/schedules/travel-primary/calendar.ics')).text);
  expect(events.filter(({ from, to }) => to <= from)).toEqual([]);
  expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length);
});

test('an override that is taken back before it begins stands in no longer', async () => {
  await add({ schedule: 'travel-primary', person: 'tomas', from: iso(t0 + day), to: iso(t0 + 2 * day) });
  const { body } = await api.post('/v1/on-call/overrides/ov-1/remove', {});
  expect(body).toMatchObject({ id: 'ov-1', status: 'over' });
});

test('RFC 5546: a shift that an override has cut short is the same event, written later, so that calendars take the new end', async () => {
  const path = '/v1/on-call/schedules/travel-primary/calendar.ics';
  const read = async () => {
    const calendar = new ICAL.Component(ICAL.parse((await api.get(path)).text));
    const event = calendar
      .getAllSubcomponents('vevent')
      .find((one) => new ICAL.Event(one).uid === 'travel-primary-20261207T070000Z@muster')!;
    const at = (name: string) => (event.getFirstPropertyValue(name) as ICAL.Time).toJSDate().getTime();
    return { stamp: at('dtstamp'), end: at('dtend') };
  };
  expect(await read()).toEqual({ stamp: t0, end: monday });
  api.engine.now += hour;
  await add({ schedule: 'travel-primary', person: 'tomas', from: '2026-12-09T18:00', to: iso(monday) });
  expect(await read()).toEqual({ stamp: t0 + hour, end: Date.parse('2026-12-09T16:00:00Z') });
});

test('lines end with CRLF and have 75 octets at most, whatever stands in them', async () => {
  await add({
    schedule: 'travel-primary',
    person: 'tomas',
    to: '2026-12-10T09:00',
    reason: 'γάμος, 結婚式; 🎂'.repeat(8),
  });
  const { text } = await api.get('/v1/on-call/schedules/travel-primary/calendar.ics');
  const lines = text.split('\r\n');
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  expect(lines.join('')).not.toContain('\ufffd');
  expect(eventsOf(text).some(({ description }) => description.endsWith('γάμος, 結婚式; 🎂'.repeat(8)))).toBe(true);
});

test('a person’s calendar has the shifts of all schedules; no shift of others, none that somebody else has taken', async () => {
  await add({ schedule: 'travel-primary', person: 'tomas', from: iso(monday), to: iso(monday + day) });
  const events = eventsOf((await api.get('/v1/on-call/people/omar/calendar.ics')).text);
  expect(new Set(events.map(({ summary }) => summary))).toEqual(
    new Set(['On call: Travel primary', 'On call: Travel secondary']),
  );
  expect(events.find(({ from }) => from === monday)?.summary).not.toBe('On call: Travel primary');
  expect(events.find(({ from }) => from === monday + day)?.summary).toBe('On call: Travel primary');
});

test('the tag stays while nothing changes, though the text says when it was written: 304; events keep their uid as weeks pass', async () => {
  const path = '/v1/on-call/schedules/travel-primary/calendar.ics';
  const first = await api.get(path);
  const tag = first.headers.get('etag')!;
  expect(tag).toMatch(/^W\/"[\w-]{43}"$/);
  api.engine.now += 5 * hour;
  const again = await api.get(path, { 'if-none-match': `"other", ${tag}` });
  expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
  await add({ schedule: 'travel-primary', person: 'tomas', from: iso(monday), to: iso(monday + day) });
  expect((await api.get(path, { 'if-none-match': tag })).status).toBe(200);
  api.engine.now += 30 * day;
  const before = new Map(eventsOf(first.text).map((event) => [event.uid, event]));
  const later = eventsOf((await api.get(path)).text).filter(({ uid, from }) => before.has(uid) && from !== monday);
  expect(later.length).toBeGreaterThan(8);
  for (const event of later) expect(event.from).toBe(before.get(event.uid)!.from);
});

test('the addresses are in the OpenAPI document, orders with their bodies', async () => {
  const { body } = await api.get('/openapi.json');
  const paths = Object.keys(body.paths).filter((path) => path.startsWith('/v1/on-call'));
  expect(paths).toHaveLength(7);
  expect(body.paths['/v1/on-call/overrides'].post.requestBody.content['application/json'].schema).toEqual({
    $ref: '#/components/schemas/AddOverrideBody',
  });
  expect(body.components.schemas.AddOverrideBody.required).toEqual(['schedule', 'person', 'to']);
});
