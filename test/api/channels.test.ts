/** The list of channels, and the test of one channel. */
import type { Config } from '../../src/config/loaded';
import { RulesEngine } from './rules-engine';
import { onLoopback, serveEngine, shippedConfig, shippedDirectory, type Served } from './serve';
import { t0 } from '../support/policy';

const config: Config = {
  ...shippedConfig,
  channels: {
    ...shippedConfig.channels,
    channels: {
      ...shippedConfig.channels.channels,
      pager: { type: 'pagerduty', 'routing-key': 'env:KEY', 'allow-hosts': [] },
      page: { type: 'statuspage', 'api-key': 'env:KEY', page: 'x', 'allow-hosts': [] },
      reports: { type: 'folder', path: 'out' },
      chat: { type: 'slack', token: 'env:KEY', private: false, invite: true, 'allow-hosts': [] },
    },
    follow: [{ channel: 'pager', incidents: ['P0'], releases: true }],
  },
};
let api: Served;
let engine: RulesEngine;
beforeAll(async () => {
  engine = new RulesEngine(t0, () => shippedDirectory);
  api = await serveEngine(engine, () => engine.now, onLoopback, { config });
});
afterAll(() => api.close());

test('each channel says what it can do and who is reached over it, and no secret', async () => {
  const { body, text } = await api.get('/v1/channels');
  const [inbox] = body.items;
  expect(inbox).toMatchObject({ id: 'inbox', type: 'inbox', delivers: true, follows: [], drill: true });
  expect(inbox.people).toContain('fatima');
  expect(inbox.audiences).toContain('all-hands');
  expect(body.items.find(({ id }: { id: string }) => id === 'pager').follows).toEqual(['P0', 'releases']);
  expect(text).not.toContain('KEY');
});

test('a test message goes to who asks, or to whom it is said, and says that nothing is wrong', async () => {
  expect((await api.post('/v1/channels/console/test', {}, { 'muster-actor': 'ana' })).body).toEqual({
    channel: 'console',
    to: 'ana',
    status: 'delivered',
    at: '2026-12-07T08:00:01.000Z',
  });
  await api.post('/v1/channels/console/test?to=all-hands', {}, { 'muster-actor': 'ana' });
  expect(engine.tested.map(({ recipient, kind }) => [recipient, kind])).toEqual([
    ['ana', 'page'],
    ['all-hands', 'announce'],
  ]);
  expect(engine.tested[0]).toMatchObject({
    canAcknowledge: false,
    process: { drill: true },
    text: expect.stringMatching(/^TEST of channel console, sent by ana\nNothing is wrong/) as string,
    test: true,
  });
});

test('what the channel refused is told in its words', async () => {
  engine.channelAnswer = { status: 'failed', because: 'hooks.example answered 403' };
  const { status, body } = await api.post('/v1/channels/console/test', {}, { 'muster-actor': 'ana' });
  expect([status, body.status, body.because]).toEqual([200, 'failed', 'hooks.example answered 403']);
});

test.each([
  ['/v1/channels/consol/test', 404, 'did you mean console?'],
  ['/v1/channels/console/test?to=fatma', 400, 'did you mean fatima'],
  ['/v1/channels/reports/test', 409, 'it follows processes'],
  ['/v1/channels/page/test', 409, 'would be public'],
])('%s is %i: %s', async (path, status, words) => {
  const reply = await api.post(path, {}, { 'muster-actor': 'ana' });
  expect(reply.status).toBe(status);
  expect(reply.body.detail).toContain(words);
});

test.each([[{ to: 'fatima' }], [['fatima']], ['fatima']])(
  'a recipient in the body is refused instead of ignored: %j',
  async (body) => {
    const reply = await api.post('/v1/channels/console/test', body, { 'muster-actor': 'ana' });
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('?to=')]);
  },
);

test('whoever is not in people.yaml has to say to whom, where the channel needs an address', async () => {
  const reply = await api.post('/v1/channels/chat/test', {});
  expect([reply.status, reply.body.detail]).toEqual([
    400,
    'to: say to whom: anonymous is not in people.yaml, so chat has no address of theirs',
  ]);
  expect((await api.post('/v1/channels/console/test', {})).status).toBe(200);
});

test('with no worker the test is refused at once, not waited for', async () => {
  engine.worker = false;
  const { status, body } = await api.post('/v1/channels/console/test', {}, { 'muster-actor': 'ana' });
  engine.worker = true;
  expect([status, body.detail]).toEqual([503, expect.stringContaining('no worker takes tasks, so nothing is sent')]);
});

test('six tests a minute are sent, whoever asks; the next is refused with the time to wait', async () => {
  engine.now += 60_000;
  const sent = engine.tested.length;
  const ask = (by: string) => api.post('/v1/channels/console/test', {}, { 'muster-actor': by });
  for (const by of ['ana', 'bruno', 'ana', 'hana', 'ana', 'emeka']) {
    expect((await ask(by)).status).toBe(200);
    engine.now += 2_000;
  }
  const { status, headers, body } = await ask('omar');
  expect([status, body.type, headers.get('retry-after')]).toEqual([
    429,
    'urn:muster:problem:rate-limited',
    expect.any(String),
  ]);
  expect(body.detail).toContain('at most 6 tests of channels a minute are taken; try again in');
  expect(engine.tested).toHaveLength(sent + 6);
  // What sends nothing is not counted.
  expect((await api.post('/v1/channels/consol/test', {}, { 'muster-actor': 'ana' })).status).toBe(404);
  engine.now += Number(headers.get('retry-after')) * 1_000;
  expect((await ask('omar')).status).toBe(200);
});
