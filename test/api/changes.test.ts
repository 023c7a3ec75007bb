/** Changes over HTTP: who may send them, what is answered, and how the log is read page by page. */
import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import type { alertsShape } from '../../src/config/files/alert-shapes';
import { t0 } from '../support/policy';
import { emptyChangeLog } from '../../src/domain';
import { RulesChanges } from './rules-changes';
import { onNetwork } from './serve';
import { rulesOf, sample, secrets, serveAlerts, type ServedAlerts } from './serve-alerts';

const file: z.input<typeof alertsShape> = {
  sources: { pd: { preset: 'pagerduty-events', severity: 'P2', key: 'env:PAGER', service: 'payments' } },
  deployments: {
    github: { preset: 'github', signature: { secret: ['env:OLD', 'env:NEW'] } },
    gitlab: { preset: 'gitlab', key: 'env:KEY' },
    jenkins: { preset: 'jenkins', key: 'env:OTHER', services: { 'payments-deploy': 'payments' } },
    scripts: { preset: 'generic' },
  },
};
const changes = new RulesChanges(() => t0);
let api: ServedAlerts;
beforeAll(async () => (api = await serveAlerts(file, { more: { changes } })));
afterAll(() => api.close());
beforeEach(() => {
  changes.log = undefined;
  changes.taken.length = 0;
  changes.isDown = false;
});

const send = (path: string, body: Buffer | string, headers: Record<string, string> = {}) =>
  api.send(path, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { 'content-type': 'application/json', ...headers },
  });
const success = sample('github/deployment_status-success.json');
const signed = (secret: string, body: Buffer = success) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});

describe('a proof', () => {
  test('the signature of GitHub over the bytes, by either secret', async () => {
    for (const secret of [secrets.OLD, secrets.NEW])
      expect(await send('/v1/changes/github', success, signed(secret))).toMatchObject({
        status: 202,
        body: { taken: true },
      });
    // The second is the first again.
    expect(changes.log?.outbox).toHaveLength(1);
    expect(changes.taken[0]).toMatchObject({ releases: ['REL-2026-11-25-001'], change: { source: 'github' } });
  });

  test('the vector of the sample, made outside of Muster', async () => {
    const { deployments } = rulesOf(file);
    const signature = { secrets: ['gh-secret'], header: 'x-hub-signature-256' };
    const github = { ...deployments['github']!, proof: { keys: [], signature } };
    const other = await serveAlerts(file, {
      more: { changes, alertRules: { ...rulesOf(file), deployments: { github } } },
    });
    const [vector = ''] = /sha256=[0-9a-f]{64}/.exec(sample('github/headers.txt').toString()) ?? [];
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': vector };
    const answer = await other.send('/v1/changes/github', { method: 'POST', headers, body: new Uint8Array(success) });
    expect(answer.status).toBe(202);
    await other.close();
  });

  test('one bit of body or signature, a wrong length, another scheme, no signature: 401, and nothing is taken', async () => {
    const right = signed(secrets.NEW)['x-hub-signature-256'];
    const wrong: [Buffer, Record<string, string>][] = [];
    for (let bit = 0; bit < 256; bit += 31) {
      const bytes = Buffer.from(right.slice('sha256='.length), 'hex');
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      wrong.push([success, { 'x-hub-signature-256': `sha256=${bytes.toString('hex')}` }]);
    }
    const flipped = Buffer.from(success);
    flipped[40]! ^= 1;
    wrong.push([flipped, { 'x-hub-signature-256': right }]);
    wrong.push([success, { 'x-hub-signature-256': right.slice(0, -2) }], [success, { 'x-hub-signature': right }]);
    wrong.push([success, {}], [success, signed(secrets.KEY)], [success, { authorization: `Bearer ${secrets.NEW}` }]);
    for (const [body, headers] of wrong)
      expect(await send('/v1/changes/github', body, headers)).toMatchObject({ status: 401 });
    expect(changes.taken).toEqual([]);
  });

  test('the token of GitLab, a bearer, a key in the path; and the key of another source', async () => {
    const body = sample('gitlab/deployment-success.json');
    expect(await send('/v1/changes/gitlab', body, { 'x-gitlab-token': secrets.KEY })).toMatchObject({ status: 202 });
    expect(await send('/v1/changes/gitlab', body, { authorization: `Bearer ${secrets.KEY}` })).toMatchObject({
      status: 202,
    });
    const jenkins = sample('jenkins/notification-plugin-finalized.json');
    expect(await send(`/v1/changes/jenkins/${secrets.OTHER}`, jenkins)).toMatchObject({ status: 202 });
    expect(changes.taken.at(-1)?.change).toMatchObject({ services: ['payments'], version: '2.14.0' });
    expect(await send('/v1/changes/gitlab', body, { 'x-gitlab-token': secrets.OTHER })).toMatchObject({ status: 401 });
    expect(await send('/v1/changes/gitlab', body)).toMatchObject({ status: 401 });
    expect(api.logged.map((line) => JSON.stringify(line)).join()).not.toContain(secrets.OTHER);
  });
});

describe('the answer', () => {
  test('says what says nothing, and why; a body that cannot be read is taken, and shown', async () => {
    const onTheWay = sample('github/deployment_status-in_progress.json');
    expect((await send('/v1/changes/github', onTheWay, signed(secrets.NEW, onTheWay))).body).toEqual({
      taken: false,
      because: 'it is neither a success nor a failure',
    });
    expect(changes.taken).toEqual([]);
    const answer = await send('/v1/changes/scripts', '{');
    expect(answer).toMatchObject({
      status: 202,
      body: { taken: true, because: 'the body is neither JSON nor a form' },
    });
    expect((await api.get('/v1/changes')).body.items).toMatchObject([
      { kind: 'unread', source: 'scripts', services: [] },
    ]);
  });

  test('is 503 while nothing can be stored, and 404 for a source that is none', async () => {
    changes.isDown = true;
    expect(await send('/v1/changes/scripts', '{"title":"x"}')).toMatchObject({ status: 503 });
    const answer = await send('/v1/changes/gihub', '{}');
    expect(answer).toMatchObject({ status: 404 });
    expect(answer.body.detail).toContain('github');
    expect(await send('/v1/alerts/github', '{}')).toMatchObject({ status: 404 });
  });

  test('whatever a body holds, no answer is 500', async () => {
    const bodies = [
      'null',
      '[]',
      '"x"',
      '{"deployment_status":null}',
      '{"state":{"a":1}}',
      '\u0000',
      '{"at":1e308,"title":"x","version":["y"]}',
      '{"__proto__":{"title":"x"},"constructor":1}',
    ];
    for (const body of bodies) expect((await send('/v1/changes/scripts', body)).status).toBe(202);
  });

  test("PagerDuty's change becomes a change of the service of the source", async () => {
    const event = JSON.parse(sample('pagerduty-events/change.json').toString()) as object;
    expect(await send('/v2/change/enqueue', JSON.stringify({ ...event, routing_key: secrets.PAGER }))).toMatchObject({
      status: 202,
      body: { status: 'success', message: 'Change event processed' },
    });
    expect((await api.get('/v1/changes')).body.items).toMatchObject([
      {
        kind: 'changed',
        source: 'pd',
        title: 'payments 2.14.0 deployed to production',
        services: ['payments'],
        version: '2.14.0',
      },
    ]);
    expect(JSON.stringify(changes.log)).not.toContain(secrets.PAGER);
  });
});

describe('the list', () => {
  test('is the newest first, by service and time, page by page without a gap', async () => {
    const minute = 60_000;
    for (let index = 0; index < 7; index += 1) {
      const at = new Date(t0 - Math.floor(index / 2) * 60 * minute).toISOString();
      await send(
        '/v1/changes/scripts',
        JSON.stringify({ title: `change ${index}`, service: index === 6 ? 'web' : 'payments', at }),
      );
    }
    const all: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 9; pages += 1) {
      const { body } = await api.get(`/v1/changes?limit=3${cursor}`);
      all.push(...(body.items as { title: string }[]).map(({ title }) => title));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect([...all].sort()).toEqual(Array.from({ length: 7 }, (_, index) => `change ${index}`));
    expect(all.at(-1)).toBe('change 6');
    const titles = async (query: string) =>
      ((await api.get(`/v1/changes?${query}`)).body.items as { title: string }[]).map(({ title }) => title);
    expect(await titles('service=web')).toEqual(['change 6']);
    expect((await titles('since=1h')).sort()).toEqual(['change 0', 'change 1', 'change 2', 'change 3']);
  });

  test('says since when it has all, when earlier changes of a busy service gave way', async () => {
    const busy = (index: number) => ({
      ...{ id: `ci/${index}`, at: t0 - 60_000 + index, kind: 'changed' as const, source: 'ci', title: 'T' },
      services: ['payments'],
    });
    changes.log = { ...emptyChangeLog, changes: Array.from({ length: 200 }, (_, index) => busy(index)) };
    const completeSince = new Date(t0 - 60_000).toISOString();
    expect((await api.get('/v1/changes?service=payments&limit=1')).body).toMatchObject({ completeSince });
    expect((await api.get('/v1/changes')).body).toMatchObject({ completeSince });
    expect((await api.get('/v1/changes?service=web')).body).toEqual({ items: [], next: null });
    expect((await api.get('/v1/changes?since=30s')).body).not.toHaveProperty('completeSince');
  });

  test('is empty before anything came, and refuses what it does not know', async () => {
    expect((await api.get('/v1/changes')).body).toEqual({ items: [], next: null });
    expect(await api.get('/v1/changes?service=paymens')).toMatchObject({ status: 400 });
    expect(await api.get('/v1/changes?cursor=x')).toMatchObject({ status: 400 });
    expect(await api.get('/v1/changes?since=31d')).toMatchObject({ status: 400 });
  });
});

test('other machines reach the door when every source proves itself, deployments among them', async () => {
  await expect(serveAlerts(file, { access: onNetwork })).rejects.toThrow('without one: scripts');
  const proved = { ...file, deployments: { github: file.deployments!['github']! } };
  const served = await serveAlerts(proved, { access: onNetwork });
  await served.close();
});
