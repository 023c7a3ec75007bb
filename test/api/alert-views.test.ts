/** What people read of alerts: the list, what fits no rule, and what a payload would do. */
import { completeIntakeEffect } from '../../src/domain';
import { sample, secrets, serveAlerts, type ServedAlerts } from './serve-alerts';

let api: ServedAlerts;
const file = {
  sources: {
    scripts: { preset: 'generic', severity: 'P2', severities: { bad: 'P1' } },
    prod: { preset: 'alertmanager', severity: 'P2', key: 'env:KEY' },
  },
  rules: [
    { when: { labels: { env: 'staging*' } }, do: 'ignore' },
    { when: { title: '*disk*' }, for: '5m', title: 'Disks of {service}' },
    { when: { title: '*queue*' }, do: 'join', service: 'search' },
  ],
} as const;
beforeEach(async () => {
  const { rules, sources } = structuredClone(file) as unknown as Parameters<typeof serveAlerts>[0];
  api = await serveAlerts({ ...(sources && { sources }), ...(rules && { rules }) });
});
afterEach(() => api.close());

const send = (body: unknown) => api.post('/v1/alerts/scripts', body);
const down = (key: string, service = 'payments', more = {}) => send({ key, title: `${key} is down`, service, ...more });
const as = (person: string) => ({ 'muster-actor': person });
const keys = async (query = '', person = 'nadia') =>
  (await api.get(`/v1/alerts${query}`, as(person))).body.items.map((row: { key?: string }) => row.key);

/** Lets every placement end in the incident. */
function place(incident: string): void {
  for (const { id } of api.alerts.state!.outbox)
    api.alerts.state = completeIntakeEffect(api.alerts.state!, id, { type: 'placed', incident }, api.engine.now);
}

describe('the list', () => {
  test('is empty before anything came, and says how many fire', async () => {
    expect((await api.get('/v1/alerts')).body).toEqual({ items: [], next: null, counts: { firing: 0, resolved: 0 } });
  });

  test('has each alert with what is known of it, the latest beginning first', async () => {
    await down('db');
    api.engine.now += 60_000;
    await down('web', 'search', { severity: 'bad' });
    await down('db');
    await send({ key: 'db', state: 'resolved' });
    await send({ key: 'never', state: 'resolved', service: 'search' });
    const { items, counts } = (await api.get('/v1/alerts')).body;
    expect(counts).toEqual({ firing: 1, resolved: 1 });
    expect(items).toEqual([
      {
        source: 'scripts',
        key: 'web',
        title: 'web is down',
        state: 'firing',
        severity: 'bad',
        level: 'P1',
        service: 'search',
        firstAt: '2026-12-07T08:01:00.000Z',
        lastAt: '2026-12-07T08:01:00.000Z',
        count: 1,
      },
      {
        source: 'scripts',
        key: 'db',
        title: 'db is down',
        state: 'resolved',
        level: 'P2',
        service: 'payments',
        firstAt: '2026-12-07T08:00:00.000Z',
        lastAt: '2026-12-07T08:01:00.000Z',
        endedAt: '2026-12-07T08:01:00.000Z',
        count: 2,
      },
    ]);
  });

  test('holds what was asked for: a state, a source, a service, an incident, so many', async () => {
    const { id } = (await api.post('/v1/incidents', { title: 'x', severity: 'P2', services: ['search'] })).body;
    await down('a', 'search');
    place(id as string);
    api.engine.now += 1_000;
    await down('b');
    await send({ key: 'b', state: 'resolved' });
    expect(await keys()).toEqual(['b', 'a']);
    expect(await keys('?state=firing')).toEqual(['a']);
    expect(await keys('?state=resolved')).toEqual(['b']);
    expect(await keys('?state=firing&state=resolved')).toEqual(['b', 'a']);
    expect(await keys('?source=prod')).toEqual([]);
    expect(await keys('?service=payments')).toEqual(['b']);
    expect(await keys(`?incident=${id as string}`)).toEqual(['a']);
    expect(await keys('?limit=1')).toEqual(['b']);
    expect((await api.get('/v1/alerts?limit=1&state=firing')).body.counts).toEqual({ firing: 1, resolved: 1 });
  });

  test('goes on behind the last of a page, whatever comes in meanwhile', async () => {
    const sent = Array.from({ length: 7 }, (_, index) => `k${index}`);
    for (const key of sent) await down(key);
    const first = (await api.get('/v1/alerts?limit=3')).body;
    api.engine.now += 1_000;
    await down('later');
    const second = (await api.get(`/v1/alerts?limit=3&cursor=${first.next as string}`)).body;
    const third = (await api.get(`/v1/alerts?limit=3&cursor=${second.next as string}`)).body;
    const listed = [first, second, third].flatMap(({ items }) => items.map(({ key }: { key: string }) => key));
    expect([listed.sort(), third.next, third.counts.firing]).toEqual([sent, null, 8]);
  });

  test('has the alert of one key', async () => {
    for (const key of ['a', 'b', 'b/c']) await down(key);
    expect(await keys('?source=scripts&key=b')).toEqual(['b']);
    expect(await keys('?key=none')).toEqual([]);
  });

  test('asks no incident that the index has as unrestricted, so many may have alerts', async () => {
    for (let made = 0; made < 120; made++) {
      const incident = { title: 'x', severity: 'P2', services: ['search'] };
      const { id } = (await api.post('/v1/incidents', incident)).body;
      await down(`k${made}`);
      place(id as string);
      api.alerts.state!.places = {};
    }
    api.engine.asked.length = 0;
    const { items } = (await api.get('/v1/alerts?limit=500')).body;
    expect(items.filter(({ key }: { key?: string }) => key !== undefined)).toHaveLength(120);
    expect(api.engine.asked.filter((question) => question.includes('view'))).toEqual([]);
  });

  test.each([
    ['source=script', 'scripts'],
    ['cursor=x', 'next'],
    ['service=payment', 'payments'],
    ['state=burning', 'firing'],
    ['incident=7', 'INC-'],
    ['limit=0', 'limit'],
  ])('with ?%s is refused, with what would be right', async (query, hint) => {
    const answer = await api.get(`/v1/alerts?${query}`);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(hint)]);
  });

  test('is 404 for an incident that does not exist, and 503 without the engine', async () => {
    expect((await api.get('/v1/alerts?incident=INC-2026-12-07-900')).status).toBe(404);
  });
});

describe('R37: an alert of a restricted incident', () => {
  const title = 'Card numbers leaked';
  const leak = async () => {
    const body = { title, severity: 'P0', services: ['payments'], restrictedTo: ['cto'] };
    const { id } = (await api.post('/v1/incidents', body, as('emeka'))).body;
    await down('cards');
    place(id as string);
    await down('web', 'search');
    return id as string;
  };

  test('stands in the list of others without its title, key and service', async () => {
    const id = await leak();
    const { body, text } = await api.get('/v1/alerts', as('tomas'));
    expect(text).not.toContain('cards');
    expect(text).not.toContain('payments');
    expect(body.counts).toEqual({ firing: 2, resolved: 0 });
    expect(body.items.find(({ incident }: { incident?: string }) => incident === id)).toMatchObject({
      title: 'alert of a restricted incident',
      state: 'firing',
      restricted: true,
    });
    expect((await keys('', 'emeka')).sort()).toEqual(['cards', 'web']);
  });

  test('is not found by others under its service, and its incident is refused them', async () => {
    const id = await leak();
    const { body } = await api.get('/v1/alerts?service=payments', as('tomas'));
    expect(body).toEqual({ items: [], next: null, counts: { firing: 0, resolved: 0 } });
    expect(await keys('?service=payments', 'emeka')).toEqual(['cards']);
    expect(await keys('?source=scripts&key=cards', 'tomas')).toEqual([]);
    expect(await keys('?source=scripts&key=cards', 'emeka')).toEqual(['cards']);
    expect((await api.get(`/v1/alerts?incident=${id}`, as('tomas'))).status).toBe(403);
    expect(await keys(`?incident=${id}`, 'emeka')).toEqual(['cards']);
  });

  test('is shown to nobody while its incident does not answer', async () => {
    await leak();
    api.engine.down = true;
    const { body, text } = await api.get('/v1/alerts', as('emeka'));
    expect(body.items).toHaveLength(2);
    expect(text).not.toContain('cards');
    expect(text).not.toContain('restricted');
    expect(body.items).toContainEqual(
      expect.objectContaining({ title: 'alert of an incident that could not be asked', unanswered: true }),
    );
    expect((await api.get('/v1/alerts?key=cards', as('emeka'))).body.items).toEqual([]);
  });
});

describe('what fits no rule', () => {
  test('is shown with its reason, the newest first, and with what came from each source', async () => {
    await down('db');
    await down('a', 'no-such-service', { labels: { team: 'x' } });
    api.engine.now += 1_000;
    await send('no object');
    await send({ key: 'b', service: 'payments', labels: { env: 'staging-2' } });
    const { items, next, sources } = (await api.get('/v1/alerts/unmatched')).body;
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { at: '2026-12-07T08:00:01.000Z', source: 'scripts', because: expect.stringContaining('no identity') as unknown },
      {
        key: 'a',
        title: 'a is down',
        labels: { team: 'x' },
        because: expect.stringContaining('no-such-service') as unknown,
      },
    ]);
    const none = { requests: 0, alerts: 0, unmatched: 0, ignored: 0, late: 0, further: 0, pages: 0, answers: 0 };
    expect(sources).toEqual([
      {
        source: 'scripts',
        preset: 'generic',
        lastAt: '2026-12-07T08:00:01.000Z',
        ...none,
        requests: 4,
        alerts: 4,
        unmatched: 2,
        ignored: 1,
      },
      { source: 'prod', preset: 'alertmanager', ...none },
    ]);
  });

  test('is told to its sender, with the service that was probably meant', async () => {
    const because = [expect.stringMatching(/paymnts is no service.*; did you mean payments\?$/) as unknown];
    expect((await down('a', 'paymnts')).body).toEqual({
      ...{ alerts: 1, ignored: 0, unmatched: 1, because },
      decision: { would: 'unmatched' },
    });
    expect((await down('a', 'payments')).body).toEqual({
      ...{ alerts: 1, ignored: 0 },
      decision: { would: 'open', service: 'payments', level: 'P2', levelBecause: expect.any(String) as string },
    });
    expect((await send({ key: 'a', state: 'resolved' })).body).toEqual({ alerts: 1, ignored: 0 });
  });

  test('is no end: an end without a beginning is nothing', async () => {
    await send({ key: 'gone', state: 'resolved' });
    const { items, sources } = (await api.get('/v1/alerts/unmatched')).body;
    expect([items, sources[0].unmatched]).toEqual([[], 0]);
    expect((await api.get('/metrics')).text).toContain('muster_alerts_unmatched_total{source="scripts"} 0');
  });

  test('is at most the latest 50', async () => {
    for (let sent = 0; sent < 55; sent++) await down(`${sent}`, 'no-such-service');
    const { items, sources } = (await api.get('/v1/alerts/unmatched')).body;
    expect(items).toHaveLength(50);
    expect(items[0].key).toBe('54');
    expect(sources[0].unmatched).toBe(55);
  });
});

describe('a trial', () => {
  const attempt = (source: string, body: unknown) => api.post(`/v1/alerts/${source}/try`, body);

  test('says what the payload holds and where it leads, and does nothing', async () => {
    api.engine.down = true;
    api.alerts.isDown = true;
    const { status, body } = await attempt('scripts', {
      key: 'd1',
      title: 'disk is full',
      service: 'Payments',
      severity: 'bad',
      labels: { env: 'prod' },
      url: 'https://graphs.example/d1',
      startsAt: '2026-12-07T07:59:00Z',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      source: 'scripts',
      alerts: [
        {
          key: 'd1',
          says: 'firing',
          title: 'disk is full',
          severity: 'bad',
          services: ['Payments'],
          labels: { env: 'prod' },
          links: [{ title: 'Source', url: 'https://graphs.example/d1' }],
          startsAt: '2026-12-07T07:59:00.000Z',
          would: 'open',
          rule: 'rule 2',
          service: 'payments',
          serviceBecause: expect.stringContaining('Payments') as unknown,
          level: 'P1',
          levelBecause: expect.stringContaining('bad') as unknown,
          incidentTitle: 'Disks of payments',
          waitSeconds: 300,
        },
      ],
      ignored: 0,
      unread: [],
      groups: [],
    });
    expect([api.alerts.taken, api.engine.asked, api.alerts.state]).toEqual([[], [], undefined]);
    expect((await api.get('/metrics')).text).toContain('muster_alert_requests_total{source="scripts"} 0');
  });

  test.each([
    [
      { key: 'x', service: 'payments' },
      { would: 'open', service: 'payments' },
    ],
    [{ key: 'x', service: 'payments', state: 'resolved' }, { would: 'end' }],
    [
      { key: 'x', service: 'payments', state: 'acknowledged', by: 'fatima' },
      { would: 'acknowledge', by: 'fatima' },
    ],
    [
      { key: 'x', title: 'the queue is long' },
      { would: 'join', rule: 'rule 3', service: 'search' },
    ],
    [
      { key: 'x', service: 'payments', labels: { env: 'staging-1' } },
      { would: 'ignore', rule: 'rule 1' },
    ],
    [{ key: 'x', state: 'resolved' }, { would: 'end' }],
    [{ key: 'x' }, { would: 'unmatched', because: 'no rule takes it, and it names no service' }],
  ])('%j: %j', async (payload, expected) => {
    expect((await attempt('scripts', payload)).body.alerts).toMatchObject([expected]);
  });

  test('says what cannot be read, and what a group says', async () => {
    expect((await attempt('scripts', 'no object')).body).toMatchObject({
      alerts: [],
      unread: [{ title: expect.anything() }],
    });
    const body = JSON.parse(sample('alertmanager/truncated-firing-0.25.json').toString()) as unknown;
    expect((await attempt('prod', body)).body.groups).toMatchObject([{ says: 'firing', leftOut: 2 }]);
  });

  test('needs no key, and is no key', async () => {
    expect((await attempt('prod', {})).status).toBe(200);
    expect((await attempt('none', {})).status).toBe(404);
    const key = { authorization: `Bearer ${secrets.KEY}` };
    await api.post('/v1/alerts/prod/TRY/', {}, key);
    expect(api.alerts.taken).toEqual([]);
  });
});
