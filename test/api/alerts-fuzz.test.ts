/**
 * Whatever is sent to a door of alerts, it is answered without an error of ours, and what is taken
 * fits a Signal and stops nothing. MUSTER_FUZZ_RUNS says how many requests are sent (3,000); the
 * usual number has a seed, so that it is the same every time.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { alertPresets } from '../../src/config';
import { completeIntakeEffect, emptyIntake, takeAlerts, type AlertsTaken } from '../../src/domain';
import { allKeys, hostileJson, placesOf, unmeasurable, withAt } from '../support/hostile';
import { t0 } from '../support/policy';
import { serveAlerts, type ServedAlerts } from './serve-alerts';

const asked = Number(process.env['MUSTER_FUZZ_RUNS'] ?? '');
const runs = asked > 0 ? asked : 3_000;
const atOnce = 50;

let api: ServedAlerts;
const largest = { part: 0, ms: 0 };
beforeAll(async () => {
  const sources = Object.fromEntries(alertPresets.map((preset) => [preset, { preset, severity: 'P2' }]));
  api = await serveAlerts({
    sources: { ...sources, grouped: { preset: 'alertmanager', severity: 'P3', flapping: { times: 2, within: '10m' } } },
    rules: [
      { when: { title: '*x*' }, do: 'join' },
      { when: { severity: ['crit*', ''] }, service: 'payments', for: '5m', title: '{title} {label.a}' },
      { when: { labels: { team: '*' } }, group: ['team', 'region'] },
    ],
  });
  // Takes what comes as the intake does, and remembers nothing.
  api.alerts.take = (taken) => {
    largest.part = Math.max(largest.part, Buffer.byteLength(JSON.stringify(taken)));
    const copy = JSON.parse(JSON.stringify(taken)) as AlertsTaken;
    let state = takeAlerts(emptyIntake('fuzz', t0), [copy], t0);
    while (state.outbox.length > 0)
      state = completeIntakeEffect(state, state.outbox[0]!.id, { type: 'placed', incident: 'INC-1' }, t0);
    return Promise.resolve();
  };
});
afterAll(() => api.close());

// --- What is sent --------------------------------------------------------------------------------

const folder = join(__dirname, '..', 'samples', 'alerts');
const samples: unknown[] = readdirSync(folder)
  .flatMap((sender) => readdirSync(join(folder, sender)).map((file) => join(folder, sender, file)))
  .filter((file) => file.endsWith('.json') && statSync(file).size < 20_000)
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as unknown);

const huge = fc.constantFrom(
  `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
  `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  JSON.stringify('x'.repeat(1_000_000)),
  JSON.stringify('\u{1F600}'.repeat(100_000)),
  `[${Array(100_000).fill('{}').join(',')}]`,
  `{"alerts":[${Array(12_000).fill('{"labels":{"alertname":"x","team":"a"}}').join(',')}]}`,
  `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":"v"`).join(',')}}`,
);
const value = fc.oneof(
  { weight: 6, arbitrary: hostileJson },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      unmeasurable,
      allKeys,
      '1e308',
      '-0',
      '99999999999999999999999999',
      '"\\ud800"',
      '"\\u0000\\u2028\\u202e"',
      '"9999-99-99T99:99:99Z"',
      '"0001-01-01T00:00:00Z"',
      '"1e400"',
      '"{\\"a\\":"',
      '"javascript:alert(1)"',
      '"${jndi:ldap://x}"',
      '"{title}"',
      '["__proto__"]',
      '{"__proto__":{"status":"firing"}}',
    ),
  },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }).map((text) => JSON.stringify(text)) },
);
const mutated = fc
  .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 3 }))
  .map(([sample, changes]) =>
    changes.reduce((text, [n, json]) => {
      const body = JSON.parse(text) as unknown;
      const places = placesOf(body);
      return withAt(body, places[n % places.length]!, json);
    }, JSON.stringify(sample)),
  );
const form = fc
  .array(
    fc.tuple(
      fc.constantFrom('Status', 'Name', 'URL', 'Token', '__proto__', 'length', ''),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((fields) => fields.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join('&'));
const body: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 30, arbitrary: mutated.map((text) => Buffer.from(text)) },
  { weight: 15, arbitrary: value.map((text) => Buffer.from(text)) },
  { weight: 5, arbitrary: form.map((text) => Buffer.from(text)) },
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 5,
    arbitrary: fc.tuple(mutated, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
      const bytes = Buffer.from(text);
      bytes[at % bytes.length] = byte;
      return bytes;
    }),
  },
);

const path = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...alertPresets, 'grouped').map((source) => `/v1/alerts/${source}`) },
  { weight: 2, arbitrary: fc.constantFrom(...alertPresets).map((source) => `/v1/alerts/${source}/try`) },
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      '/v2/enqueue',
      '/v2/change/enqueue',
      '/v2/alerts',
      '/v2/alerts/a%2Fb/close?identifierType=alias',
      '/v2/alerts/a/acknowledge?identifierType=alias&identifierType=id',
      '/v2/alerts/%ED%A0%80/close?identifierType[x]=alias',
      '/integrations/generic/20131114/alert/key/payments',
      '/integrations/generic/20131114/alert/%00/%F0%9F%98%80',
      '/api/v2/alerts',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `/v1/alerts/${encodeURIComponent(text)}`),
  },
);
const headers = fc.record({
  'content-type': fc.constantFrom(
    'application/json',
    'application/json; charset=utf-16',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/cloudevents+json',
    ';;;',
  ),
  'x-request-id': fc.constantFrom('a', 'x'.repeat(300), '__proto__'),
  authorization: fc.constantFrom('Basic', 'Basic ====', 'Bearer ', 'GenieKey x', 'x'.repeat(4_000)),
});
type Sent = readonly [path: string, body: Buffer, headers: Record<string, string>, gzip: 'no' | 'yes' | 'broken'];
const requests: fc.Arbitrary<Sent> = fc.tuple(
  path,
  body,
  headers,
  fc.oneof({ weight: 12, arbitrary: fc.constant('no' as const) }, fc.constantFrom('yes' as const, 'broken' as const)),
);

async function statusOf([at, bytes, more, gzip]: Sent): Promise<number> {
  const zipped = gzip === 'no' ? bytes : gzip === 'yes' ? gzipSync(bytes) : gzipSync(bytes).subarray(0, -5);
  const encoding = gzip === 'no' ? {} : { 'content-encoding': 'gzip' };
  const began = performance.now();
  const answer = await api.send(at, {
    method: 'POST',
    body: new Uint8Array(zipped),
    headers: { ...more, ...encoding },
  });
  largest.ms = Math.max(largest.ms, performance.now() - began);
  return answer.status;
}

// --- What comes of it ----------------------------------------------------------------------------

test(
  `${runs} requests at the doors: no error of ours`,
  async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(requests, { minLength: atOnce, maxLength: atOnce }), async (sent) => {
        const answers = await Promise.all(sent.map(statusOf));
        for (const status of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const wrong = answers.flatMap((status, index) => (status >= 500 ? [[status, sent[index]![0]]] : []));
        expect(wrong).toEqual([]);
      }),
      { numRuns: Math.ceil(runs / atOnce), ...(asked > 0 ? {} : { seed: 20_261_207 }) },
    );
    // 64 KiB less than what one Signal carries.
    expect(largest.part).toBeLessThan(336 * 1024);
    expect(api.logged).toEqual([]);
    if (asked > 0) console.log(Object.fromEntries(statuses), largest);
  },
  Math.max(60_000, runs * 60),
);

test('the largest bodies too, at every door and by every preset', async () => {
  const doors = ['/v2/enqueue', '/v2/change/enqueue', '/v2/alerts', '/api/v2/alerts', '/v1/alerts/alertmanager/try'];
  const paths = [...alertPresets.map((preset) => `/v1/alerts/${preset}`), ...doors];
  const bodies = fc.sample(huge, { numRuns: 30, seed: 1 });
  const failed: unknown[] = [];
  for (const [index, at] of paths.entries()) {
    const status = await statusOf([at, Buffer.from(bodies[index % bodies.length]!), {}, 'no']);
    if (status >= 500) failed.push([at, status]);
  }
  expect(failed).toEqual([]);
  expect(largest.part).toBeLessThan(336 * 1024);
}, 120_000);
