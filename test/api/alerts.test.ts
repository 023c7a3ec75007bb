/**
 * Alerts over HTTP, by the name of their source: who may send, what may be sent, and that what was
 * proved is never refused.
 */
import { gzipSync } from 'node:zlib';
import { t0 } from '../support/policy';
import { headerIn, sample, secrets, serveAlerts, type ServedAlerts } from './serve-alerts';
import { onLoopback } from './serve';

let api: ServedAlerts;
afterEach(() => api.close());

const json = { 'content-type': 'application/json' };
const firing = { key: 'disk', title: 'Disk is full', service: 'payments' };
const post = (path: string, body: Buffer | string, headers: Record<string, string> = json) =>
  api.send(path, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body), headers });
const titles = () => Object.values(api.alerts.state?.episodes ?? {}).map(({ title }) => title);
const unmatched = () => (api.alerts.state?.unmatched ?? []).map(({ because }) => because);

describe('a key', () => {
  beforeEach(async () => {
    const other = { preset: 'generic', severity: 'P2', key: 'env:OTHER' } as const;
    const scripts = { ...other, key: ['env:KEY', 'env:NEXT'] };
    api = await serveAlerts({ sources: { scripts, other } });
  });
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
  const ways: Record<string, (key: string) => readonly [string, Record<string, string>]> = {
    bearer: (key) => ['', { authorization: `Bearer ${key}` }],
    'bearer in small letters': (key) => ['', { authorization: `bearer  ${key}` }],
    'the password of basic': (key) => ['', { authorization: basic(`anybody:${key}`) }],
    'name and password of basic': (key) => ['', { authorization: basic(key) }],
    GenieKey: (key) => ['', { authorization: `GenieKey ${key}` }],
    'X-Api-Key': (key) => ['', { 'x-api-key': key }],
    'the address': (key) => [`/${encodeURIComponent(key)}`, {}],
  };
  const sendBy = (way: keyof typeof ways, key: string) => {
    const [path, headers] = ways[way]!(key);
    return api.post(`/v1/alerts/scripts${path}`, firing, headers);
  };

  test.each(Object.keys(ways))('%s is taken, with either of two keys while one is replaced', async (way) => {
    for (const key of [secrets.KEY, secrets.NEXT]) {
      const answer = await sendBy(way, key);
      expect([answer.status, answer.body]).toMatchObject([202, { alerts: 1, ignored: 0 }]);
    }
    expect(titles()).toEqual(['Disk is full']);
  });

  test.each(Object.keys(ways))(
    '%s with one wrong bit, of another length or of another source is refused',
    async (way) => {
      const flipped = secrets.KEY.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) ^ 1));
      for (const wrong of [
        flipped,
        secrets.KEY.slice(1),
        `${secrets.KEY}x`,
        secrets.OTHER,
        secrets.KEY.toUpperCase(),
      ]) {
        const answer = await sendBy(way, wrong);
        expect(answer.status).toBe(401);
        expect(answer.body).toMatchObject({ type: 'urn:muster:problem:unproven' });
        expect(answer.text).not.toContain(wrong);
      }
      expect(api.alerts.taken).toEqual([]);
    },
  );

  test('without a key, or with an empty one, nothing is taken', async () => {
    for (const headers of [{}, { authorization: '' }, { authorization: 'Bearer ' }, { authorization: basic(':') }])
      expect((await api.post('/v1/alerts/scripts', firing, headers)).status).toBe(401);
    expect((await api.post('/v1/alerts/scripts', firing)).headers.get('www-authenticate')).toBe('Bearer');
    expect(api.alerts.taken).toEqual([]);
  });

  test('an unknown source is not found, with the nearest name', async () => {
    const answer = await api.post('/v1/alerts/script', firing);
    expect([answer.status, answer.body.detail]).toEqual([404, expect.stringContaining('scripts')]);
    expect((await api.post('/v1/alerts/constructor', firing)).status).toBe(404);
  });

  test('a key in the address stands in no log and no metric, whatever happens to its request', async () => {
    const path = `/v1/alerts/scripts/${secrets.KEY}`;
    await api.post(path, firing);
    await api.post(`/v1/alerts/scripts/${secrets.OTHER}`, firing);
    await post(path, Buffer.alloc(2 ** 20 + 1, 'x'));
    await post(path, 'no gzip', { ...json, 'content-encoding': 'gzip' });
    await api.get(path);
    jest.spyOn(api.alerts, 'take').mockRejectedValue(new Error('broken for a test'));
    expect((await api.post(path, firing)).status).toBe(500);
    expect(api.logged.length).toBeGreaterThan(0);
    const metrics = (await api.get('/metrics')).text;
    expect(metrics).toContain('/v1/alerts/:source/:key');
    for (const key of [secrets.KEY, secrets.OTHER]) {
      expect(JSON.stringify(api.logged)).not.toContain(key);
      expect(metrics).not.toContain(key);
    }
  });

  test('the numbers say what came, what fits no rule, when, and what proved nothing', async () => {
    const numbers = async () =>
      (await api.get('/metrics')).text.split('\n').filter((line) => /^muster_alert/.test(line));
    expect(await numbers()).toContain('muster_alerts_received_total{source="other"} 0');
    await sendBy('bearer', secrets.KEY);
    await api.post('/v1/alerts/scripts', { key: 'x', service: 'nothing' }, { 'x-api-key': secrets.KEY });
    await sendBy('bearer', secrets.OTHER);
    expect(await numbers()).toEqual(
      expect.arrayContaining([
        'muster_alerts_received_total{source="scripts"} 2',
        'muster_alerts_received_total{source="other"} 0',
        'muster_alerts_unmatched_total{source="scripts"} 1',
        'muster_alerts_refused_total{source="scripts"} 1',
        `muster_alerts_last_received_timestamp_seconds{source="scripts"} ${t0 / 1_000}`,
      ]),
    );
    expect((await numbers()).join()).not.toContain('last_received_timestamp_seconds{source="other"}');
  });
});

test('a secret that is not set lets nobody in', async () => {
  const signature = { secret: 'env:UNSET' };
  api = await serveAlerts({
    sources: {
      keyed: { preset: 'generic', severity: 'P2', key: 'env:UNSET' },
      signed: { preset: 'grafana', severity: 'P2', signature },
    },
  });
  expect((await api.post('/v1/alerts/keyed', firing)).status).toBe(401);
  const { createHmac } = await import('node:crypto');
  const body = JSON.stringify(firing);
  const empty = createHmac('sha256', '').update(body).digest('hex');
  const answer = await post('/v1/alerts/signed', body, { ...json, 'x-grafana-alerting-signature': empty });
  expect(answer.status).toBe(401);
});

test('a key and a signature are both asked where both are written', async () => {
  const signature = { secret: 'env:GRAFANA' };
  api = await serveAlerts({ sources: { both: { preset: 'grafana', severity: 'P2', key: 'env:KEY', signature } } });
  const signed = { 'x-grafana-alerting-signature': headerIn('grafana', 'X-Grafana-Alerting-Signature')[0]! };
  const key = { authorization: `Bearer ${secrets.KEY}` };
  const send = (shown: Record<string, string>) =>
    post('/v1/alerts/both', sample('grafana/firing.json'), { ...json, ...shown });
  expect((await send(signed)).status).toBe(401);
  expect((await send(key)).status).toBe(401);
  expect((await send({ ...signed, ...key })).status).toBe(202);
});

describe('the address', () => {
  const severity = 'P3';
  beforeEach(async () => {
    api = await serveAlerts({
      sources: {
        cake: { preset: 'statuscake', severity },
        own: { severity, map: { key: '{id}', state: 'firing', title: '{@query.title} {@query.token}' } },
      },
    });
  });
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const down = form({ Name: 'Checkout', URL: 'https://shop.example', Status: 'Down', StatusCode: '503' });
  const formed = { 'content-type': 'application/x-www-form-urlencoded' };
  const episode = () => Object.values(api.alerts.state?.episodes ?? {})[0];

  test('may say the service and the level, for a sender that can set nothing else', async () => {
    expect((await post('/v1/alerts/cake?service=payments&severity=p1', down, formed)).status).toBe(202);
    expect(episode()).toMatchObject({ lead: { service: 'payments', severity: 'P1' } });
    expect((await post('/v1/alerts/cake/try?service=bookings', down, formed)).body.alerts).toMatchObject([
      { service: 'bookings', level: 'P3' },
    ]);
  });

  test.each([
    '?service',
    '?service=',
    '?service=no&service=payments',
    '?service[]=payments',
    '?service=%zz',
    '?__proto__=x',
  ])('that ends in %s says nothing, and hurts nobody', async (query) => {
    expect((await post(`/v1/alerts/cake${query}`, down, formed)).status).toBe(202);
    expect(episode()).toBeUndefined();
    expect(unmatched()).toHaveLength(1);
  });

  test('gives a mapping of yours its words, but no secrets', async () => {
    const trial = await post('/v1/alerts/own/try?Title=Disk&token=word', JSON.stringify({ id: 1 }));
    expect(trial.body.alerts).toMatchObject([{ key: '1', title: '1' }]);
  });

  test('takes PUT as it takes POST', async () => {
    const put = (path: string) => api.send(path, { method: 'PUT', body: down, headers: formed });
    expect((await put('/v1/alerts/cake/any-key?service=payments')).status).toBe(202);
    expect((await put('/v1/alerts/cake?service=payments')).status).toBe(202);
    expect(episode()).toMatchObject({ count: 2 });
    expect((await put('/v1/alerts/cake/try?service=payments')).body.alerts).toHaveLength(1);
    expect(api.alerts.taken).toHaveLength(2);
  });

  test('takes no GET, by which StatusCake may send too, and says what to set', async () => {
    const answer = await api.get(`/v1/alerts/cake?${down}`);
    expect([answer.status, answer.headers.get('allow'), answer.body.detail]).toEqual([
      405,
      'POST, PUT',
      'an address of alerts takes POST and PUT, not GET; set the sender to POST, because a GET changes nothing',
    ]);
    expect(api.alerts.taken).toEqual([]);
  });
});

describe('a body', () => {
  beforeEach(async () => {
    const generic = { preset: 'generic', severity: 'P2' } as const;
    api = await serveAlerts({ sources: { scripts: generic, statuscake: { preset: 'statuscake', severity: 'P2' } } });
  });
  const text = JSON.stringify(firing);

  test.each([
    ['JSON', text, json],
    ['JSON called text', text, { 'content-type': 'text/plain; charset=UTF-8' }],
    ['JSON with a mark of its byte order', `\ufeff${text}`, json],
    ['JSON without a type', text, { 'content-type': 'application/octet-stream' }],
    ['a form', new URLSearchParams(firing).toString(), { 'content-type': 'application/x-www-form-urlencoded' }],
    ['compressed JSON', gzipSync(text), { ...json, 'content-encoding': 'gzip' }],
  ])('that is %s is read', async (_, body, headers) => {
    expect((await post('/v1/alerts/scripts', body, headers)).body).toMatchObject({ alerts: 1, ignored: 0 });
    expect(titles()).toEqual(['Disk is full']);
  });

  test('that is a form of StatusCake is read', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const [, body = ''] = sample('statuscake/down.txt').toString().split('\n\n');
    expect((await post('/v1/alerts/statuscake', body, form)).body.alerts).toBe(1);
  });

  test.each([
    ['empty', '', 'the body is empty'],
    ['no JSON', '{"key": ', 'the body is neither JSON nor a form'],
    ['no object', '[]', 'the body has no identity'],
    ['without an identity', '{"state":"firing"}', 'the body has no identity'],
    ['of an unknown state', '{"key":"x","state":"purple"}', 'the state "purple"'],
  ])('that is %s is taken and shown: its sender would repeat a refusal for ever', async (_, body, because) => {
    const answer = await post('/v1/alerts/scripts', body);
    expect([answer.status, answer.body]).toEqual([
      202,
      { alerts: 0, ignored: 0, unread: [expect.stringContaining(because)] },
    ]);
    expect(unmatched()).toEqual([expect.stringContaining(because)]);
  });

  test('of 1 MiB is taken, a larger one is not, compressed or not', async () => {
    const filled = (size: number) => {
      const most = JSON.stringify({ ...firing, filler: '' }).length;
      return JSON.stringify({ ...firing, filler: 'x'.repeat(size - most) });
    };
    expect((await post('/v1/alerts/scripts', filled(2 ** 20))).body.alerts).toBe(1);
    for (const [body, headers] of [
      [filled(2 ** 20 + 1), json],
      [gzipSync(filled(2 ** 20 + 1)), { ...json, 'content-encoding': 'gzip' }],
      [gzipSync(Buffer.alloc(2 ** 28)), { ...json, 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await post('/v1/alerts/scripts', body, headers);
      expect([answer.status, answer.body.detail]).toEqual([413, 'the body may have 1 MiB at most']);
    }
    expect((await post('/v1/incidents', JSON.stringify({ title: 'x'.repeat(2 ** 17) }))).body.detail).toContain(
      '64 KiB',
    );
  });

  test('nested as deep as a megabyte allows hurts nobody', async () => {
    const deep = 2 ** 19 - 100;
    const answer = await post('/v1/alerts/scripts', '['.repeat(deep) + ']'.repeat(deep));
    expect(answer.status).toBe(202);
  });

  test('with 2,000 large alerts is taken in parts, all of them', async () => {
    await api.close();
    api = await serveAlerts({ sources: { am: { preset: 'alertmanager', severity: 'P2' } } });
    const alerts = Array.from({ length: 2_000 }, (_, index) => ({
      fingerprint: `${index}`,
      status: 'firing',
      labels: { alertname: 'A', service: 'payments' },
      annotations: { description: 'x'.repeat(300) },
    }));
    const body = { groupKey: 'g', status: 'firing', alerts };
    expect((await api.post('/v1/alerts/am', body)).body).toEqual({ alerts: 2_000, ignored: 0 });
    expect(api.alerts.taken.length).toBeGreaterThan(1);
    expect(api.alerts.taken.flatMap((part) => part.alerts)).toHaveLength(2_000);
    expect(api.alerts.taken.map(({ groups }) => groups.length).join('')).toMatch(/^0+1$/);
    for (const part of api.alerts.taken) expect(JSON.stringify(part).length).toBeLessThan(400 * 1024);
  });
});

test('503 with a time to come again is the answer only when the engine does not store the alert', async () => {
  api = await serveAlerts({ sources: { scripts: { preset: 'generic', severity: 'P2' } } });
  api.engine.down = true;
  expect((await api.post('/v1/alerts/scripts', firing)).status).toBe(202);
  api.alerts.isDown = true;
  const answer = await api.post('/v1/alerts/scripts', firing);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  // A sender knows no Idempotency-Key.
  expect(answer.body.detail).toBe(
    'the test has stopped the engine; whether the alerts were stored is unknown, so send the same again',
  );
});

test('beyond the limit of its sender an alert is told 503 and when to come again, never 429', async () => {
  const access = { ...onLoopback, rateLimit: 3 };
  api = await serveAlerts({ sources: { scripts: { preset: 'generic', severity: 'P2' } } }, { access });
  for (let sent = 0; sent < 3; sent++) expect((await api.post('/v1/alerts/scripts', firing)).status).toBe(202);
  for (const path of ['/v1/alerts/scripts', '/V1/alerts/scripts/', '/v1/alerts/scripts/key'])
    expect([path, (await api.post(path, firing)).status]).toEqual([path, 503]);
  // Whoever proves nothing has a count of their own, of all doors.
  for (const path of ['/v2/enqueue', '/v2/alerts', '/v1/alerts/nobody'])
    expect([path, (await api.post(path, firing)).status]).not.toEqual([path, 503]);
  for (const path of ['/v2/enqueue', '/v2/alerts', '/v1/alerts/nobody'])
    expect([path, (await api.post(path, firing)).status]).toEqual([path, 503]);
  const answer = await api.post('/v1/alerts/scripts', firing);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.body.type).toBe('urn:muster:problem:busy');
  // Alerts refuse nobody who looks.
  expect((await api.get('/v1/incidents')).status).toBe(200);
});
