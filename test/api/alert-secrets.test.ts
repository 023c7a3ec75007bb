/**
 * What a sender shows to prove itself stands in no log, metric, document or answer, whatever
 * happens to its request. Over the real log, as it is written.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../src/app/log';
import { secrets, serveAlerts, type ServedAlerts } from './serve-alerts';

const folder = mkdtempSync(join(tmpdir(), 'muster-log-'));
const file = join(folder, 'log');
const log = createLog('info', file);
afterAll(() => rmSync(folder, { recursive: true }));
const written = () => readFileSync(file, 'utf8');

let api: ServedAlerts;
const printed: string[] = [];
beforeEach(async () => {
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  const severity = 'P2';
  api = await serveAlerts(
    {
      sources: {
        scripts: { preset: 'generic', severity, key: 'env:KEY' },
        pager: { preset: 'pagerduty-events', severity, key: 'env:PAGER' },
        splunk: { preset: 'victorops', severity, key: 'env:OTHER' },
        grafana: { preset: 'grafana', severity, signature: { secret: 'env:GRAFANA' } },
      },
    },
    { more: { log } },
  );
});
afterEach(async () => {
  jest.restoreAllMocks();
  await api.close();
});

const firing = JSON.stringify({ key: 'disk', service: 'payments' });
const wrong = 'a-key-that-is-wrong';
const all = [secrets.KEY, secrets.PAGER, secrets.OTHER, secrets.GRAFANA, wrong];
const asked = 'name-of-a-customer';

test('stands nowhere', async () => {
  const answers: string[] = [];
  const statuses = new Set<number>();
  const send = async (method: string, path: string, body: string | Uint8Array<ArrayBuffer> = firing, headers = {}) => {
    const type = { 'content-type': 'application/json', ...headers };
    const answer = await api.send(path, { method, headers: type, ...(method === 'GET' ? {} : { body }) });
    statuses.add(answer.status);
    answers.push(answer.text, JSON.stringify([...answer.headers]));
  };
  const everyAddress = async () => {
    for (const key of [secrets.KEY, wrong]) {
      const ways = [
        ...[`/v1/alerts/scripts/${key}`, `/v1/alerts/nothing/${key}`, `/v1/alerts/scripts/${key}/more`],
        ...[`/v1/changes/nothing/${key}`, `/v1/changes//${key}`, `/v1/changes/nothing/${key}/more`],
      ];
      for (const path of ways)
        for (const method of ['POST', 'PUT', 'GET', 'DELETE', 'PATCH'])
          await send(method, `${path}?note=${asked}&key=${secrets.KEY}`);
      await send('POST', `/v1/alerts/scripts/${key}`, new Uint8Array(2 ** 20 + 1));
      await send('POST', `/v1/alerts/scripts/${key}`, 'no gzip', { 'content-encoding': 'gzip' });
      await send('POST', `/v1/alerts/scripts/${key}`, firing, { 'content-encoding': 'odd' });
      await send('POST', `/v1/alerts/scripts/${key}%zz`);
      await send('POST', `/v1/alerts/scripts`, firing, { authorization: `Bearer ${key}` });
      await send('POST', `/v1/alerts/scripts`, firing, { authorization: `Basic ${btoa(`a:${key}`)}` });
      await send('POST', `/v1/alerts/scripts`, firing, { 'x-api-key': key, 'sec-fetch-site': 'cross-site' });
    }
    await send('POST', `/integrations/generic/20131114/alert/${secrets.OTHER}/database`);
    await send('POST', `/integrations/generic/20131114/alert/${wrong}/database`);
    await send('POST', `/integrations/generic/20131114/alert/${secrets.OTHER}`);
    await send('POST', '/v2/enqueue', JSON.stringify({ routing_key: secrets.PAGER, event_action: 'explode' }));
    await send('POST', '/v2/enqueue', JSON.stringify({ routing_key: wrong, event_action: 'trigger' }));
    await send('POST', '/v1/alerts/grafana', firing, { 'x-grafana-alerting-signature': wrong });
  };
  await everyAddress();
  api.alerts.isDown = true;
  await everyAddress();
  jest.spyOn(api.alerts, 'take').mockRejectedValue(new Error('broken for a test'));
  await everyAddress();
  expect([...statuses].sort()).toEqual([200, 202, 400, 401, 403, 404, 405, 413, 415, 500, 503]);
  await send('GET', '/metrics');
  await send('GET', '/openapi.json');
  await send('GET', '/v1/alerts');
  await send('GET', '/v1/alerts/unmatched');
  // The log is written, so that its silence says something.
  expect(written()).toContain('broken for a test');
  expect(written()).toContain('/v1/alerts/:source/:key');
  const places = { log: written(), printed: printed.join(''), answers: answers.join('') };
  for (const [place, text] of Object.entries(places))
    for (const secret of [...all, asked, btoa(`a:${secrets.KEY}`)])
      expect([place, text.includes(secret) ? secret : 'nothing']).toEqual([place, 'nothing']);
});

test('in the query is not taken for a key', async () => {
  for (const name of ['key', 'token', 'api_key', 'x-api-key', 'routing_key', 'Authorization']) {
    const query = new URLSearchParams({ [name]: secrets.KEY }).toString();
    expect([name, (await api.post(`/v1/alerts/scripts?${query}`, { key: 'x' })).status]).toEqual([name, 401]);
  }
  expect(api.alerts.taken).toEqual([]);
});
