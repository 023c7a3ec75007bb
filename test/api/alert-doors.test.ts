/**
 * The doors that other tools know already: a sender changes only its host, and gets the answers
 * that it expects. What the senders sent stands in test/samples/alerts.
 */
import { sample, secrets, serveAlerts, type ServedAlerts } from './serve-alerts';

let api: ServedAlerts;
afterEach(() => api.close());

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const json = { 'content-type': 'application/json' };
const bodyOf = (path: string) => JSON.parse(sample(path).toString()) as Record<string, unknown>;
/** The requests and answers of a sample: a first line and, after a blank line, a body. */
const answersIn = (path: string) =>
  sample(path)
    .toString()
    .split('\n')
    .flatMap((line) => {
      const [, status, body] = /^(\d{3}) ([{].*)$/.exec(line) ?? [];
      return status === undefined
        ? []
        : [{ status: Number(status), body: JSON.parse(body!) as Record<string, unknown> }];
    });
const states = () =>
  Object.entries(api.alerts.state?.episodes ?? {}).map(([id, { endedAt }]) => [id, endedAt === undefined]);
const taken = () => api.alerts.taken.flatMap(({ alerts }) => alerts);

describe("PagerDuty's Events API v2", () => {
  const severity = 'P2';
  beforeEach(async () => {
    api = await serveAlerts({
      sources: {
        pager: { preset: 'pagerduty-events', severity, key: ['env:PAGER', 'env:NEXT'] },
        others: { preset: 'pagerduty-events', severity, key: 'env:OTHER' },
        scripts: { preset: 'generic', severity, key: 'env:KEY' },
      },
    });
  });
  const [accepted, refused] = answersIn('pagerduty-events/answers.txt');
  const send = (body: unknown, path = '/v2/enqueue') => api.post(path, body);

  test('a trigger and its resolve are answered exactly as PagerDuty does, and are one alert', async () => {
    const trigger = await send(bodyOf('pagerduty-events/trigger-full.json'));
    expect([trigger.status, trigger.body]).toEqual([accepted!.status, accepted!.body]);
    expect(states()).toEqual([['pager/checkout/error-ratio', true]]);
    expect((await send(bodyOf('pagerduty-events/acknowledge.json'))).body).toEqual(accepted!.body);
    expect((await send(bodyOf('pagerduty-events/resolve.json'))).body).toEqual(accepted!.body);
    expect(states()).toEqual([['pager/checkout/error-ratio', false]]);
    expect(taken().map(({ says }) => says)).toEqual(['firing', 'acknowledged', 'resolved']);
  });

  test.each(['0.25', '0.35'])('what Alertmanager %s sends begins and ends one alert', async (version) => {
    for (const [what, fires] of [
      ['trigger', true],
      ['resolve', false],
    ] as const) {
      expect((await send(bodyOf(`pagerduty-events/${what}-alertmanager-${version}.json`))).status).toBe(202);
      expect(states().map(([, isFiring]) => isFiring)).toEqual([fires]);
    }
    expect(taken()[0]).toMatchObject({ ruling: { do: 'open', service: 'bookings' } });
  });

  test('without dedup_key the event gets one, which its sender is told, and no two are the same', async () => {
    const body = bodyOf('pagerduty-events/trigger-no-dedup-key.json');
    const keys = await Promise.all([1, 2].map(async () => (await send(body)).body.dedup_key as string));
    for (const key of keys) expect(key).toMatch(uuid);
    expect(new Set(taken().map(({ key }) => key))).toEqual(new Set(keys));
    expect(new Set(keys).size).toBe(2);
  });

  test('routing_key says which source it is; each of two keys while one is replaced', async () => {
    for (const [routing_key, source] of [
      [secrets.PAGER, 'pager'],
      [secrets.NEXT, 'pager'],
      [secrets.OTHER, 'others'],
    ] as const) {
      await send({ ...bodyOf('pagerduty-events/trigger-full.json'), routing_key });
      expect(api.alerts.taken.at(-1)?.source).toBe(source);
    }
  });

  test('a key of the wrong length is refused in the words of PagerDuty; any other wrong key too', async () => {
    const body = bodyOf('pagerduty-events/trigger-full.json');
    const short = await send({ ...body, routing_key: 'short' });
    expect([short.status, short.body]).toEqual([refused!.status, refused!.body]);
    // The key of a source with another preset is none here.
    for (const routing_key of [secrets.KEY, `1${secrets.PAGER.slice(1)}`, '', undefined, {}, 5]) {
      const answer = await send({ ...body, routing_key });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ status: 'invalid event', message: 'Event object is invalid' });
    }
    expect(api.alerts.taken).toEqual([]);
    expect((await api.get('/metrics')).text).toContain('muster_alerts_refused_total{source=""} 7');
  });

  test('what cannot mean anything is refused as PagerDuty does, and what can is taken', async () => {
    const body = bodyOf('pagerduty-events/trigger-full.json');
    const { routing_key } = body;
    for (const wrong of [
      { ...body, event_action: undefined },
      { ...body, event_action: 'explode' },
      { routing_key, event_action: 'resolve' },
      { routing_key, event_action: 'trigger', dedup_key: 'x' },
      { routing_key, event_action: 'trigger', dedup_key: 'x', payload: { summary: ' ' } },
      { routing_key, event_action: 'trigger', dedup_key: 'x', payload: 'text' },
      [],
      'text',
    ]) {
      const answer = await send(wrong);
      expect([answer.status, answer.body.status]).toEqual([400, 'invalid event']);
    }
    expect(api.alerts.taken).toEqual([]);
    for (const odd of [
      { ...body, dedup_key: 'x'.repeat(300) },
      { ...body, payload: { summary: 'only' } },
      { ...body, payload: { ...(body['payload'] as object), severity: 'dreadful', timestamp: 'yesterday' } },
      { ...body, unknown: { field: 1 } },
    ])
      expect((await send(odd)).status).toBe(202);
  });

  test('a change event is answered as PagerDuty does, is a change, and is no alert', async () => {
    const answer = await send(bodyOf('pagerduty-events/change.json'), '/v2/change/enqueue');
    expect([answer.status, answer.body]).toEqual([202, { status: 'success', message: 'Change event processed' }]);
    expect(api.alerts.state).toBeUndefined();
    expect((await api.get('/v1/changes')).body.items).toMatchObject([{ source: 'pager', kind: 'changed' }]);
    expect((await send({ routing_key: 'short' }, '/v2/change/enqueue')).status).toBe(400);
  });

  test('503 asks to come again when the event is not stored', async () => {
    api.alerts.isDown = true;
    expect((await send(bodyOf('pagerduty-events/trigger-full.json'))).status).toBe(503);
  });
});

describe("Opsgenie's alert API", () => {
  beforeEach(async () => {
    api = await serveAlerts({
      sources: { og: { preset: 'opsgenie-api', severity: 'P2', service: 'payments', key: 'env:KEY' } },
    });
  });
  const genie = { authorization: `GenieKey ${secrets.KEY}` };
  const [accepted] = answersIn('opsgenie-api/answers.txt');
  /** The address and body of a request in a sample. */
  const requestIn = (path: string) => {
    const [head = '', body = ''] = sample(path).toString().split('\n\n');
    return { path: /^POST (?:\/opsgenie)?(\S+)/.exec(head)![1]!, body };
  };
  const act = (path: string) => {
    const request = requestIn(path);
    return api.send(request.path, { method: 'POST', body: request.body, headers: { ...json, ...genie } });
  };

  test('a new message or description, which Alertmanager puts, is taken, and neither opens nor ends anything', async () => {
    await api.post('/v2/alerts', bodyOf('opsgenie-api/create.json'), genie);
    for (const field of ['message', 'description', 'close']) {
      const answer = await api.send(`/v2/alerts/checkout%2Ferror-ratio/${field}?identifierType=alias`, {
        method: 'PUT',
        body: JSON.stringify({ [field]: 'Checkout fails 40 % of requests' }),
        headers: { ...json, ...genie },
      });
      expect([answer.status, answer.body.result]).toEqual([202, accepted!.body['result']]);
      expect(states()).toEqual([['og/checkout/error-ratio', true]]);
    }
    const path = '/v2/alerts/x/message?identifierType=alias';
    expect((await api.send(path, { method: 'PUT', body: '{}', headers: json })).status).toBe(401);
  });

  test('an alert is created, acknowledged and closed by its alias, with answers in the shape of Opsgenie', async () => {
    const created = await api.post('/v2/alerts', bodyOf('opsgenie-api/create.json'), genie);
    const acknowledged = await act('opsgenie-api/acknowledge.txt');
    expect(states()).toEqual([['og/checkout/error-ratio', true]]);
    const closed = await act('opsgenie-api/close.txt');
    expect(states()).toEqual([['og/checkout/error-ratio', false]]);
    for (const { status, body } of [created, acknowledged, closed]) {
      expect(status).toBe(accepted!.status);
      expect(Object.keys(body as object)).toEqual(Object.keys(accepted!.body));
      expect(body).toMatchObject({
        result: accepted!.body['result'],
        requestId: expect.stringMatching(uuid) as unknown,
      });
      expect(body.took).toBeGreaterThanOrEqual(0);
    }
    expect(taken().map(({ says, by }) => [says, by])).toEqual([
      ['firing', undefined],
      ['acknowledged', ['fatima']],
      ['resolved', ['watch']],
    ]);
  });

  test('what Alertmanager sends begins and ends one alert', async () => {
    await api.post('/v2/alerts', bodyOf('opsgenie-api/create-alertmanager.json'), genie);
    expect(states().map(([, isFiring]) => isFiring)).toEqual([true]);
    await act('opsgenie-api/close-alertmanager.txt');
    expect(states().map(([, isFiring]) => isFiring)).toEqual([false]);
  });

  test('without alias each is an alert of its own', async () => {
    for (const _ of [1, 2]) await api.post('/v2/alerts', { message: 'Disk is full' }, genie);
    expect(states()).toHaveLength(2);
  });

  test('a note or a snooze says nothing; an action by another identifier than the alias is shown to people', async () => {
    for (const path of ['/v2/alerts/x/notes?identifierType=alias', '/v2/alerts/x/snooze?identifierType=alias'])
      expect((await api.post(path, {}, genie)).status).toBe(202);
    expect(taken()).toEqual([]);
    expect((await api.post('/v2/alerts/x/close', undefined, genie)).status).toBe(202);
    expect(api.alerts.state?.unmatched).toMatchObject([{ because: expect.stringContaining('identifierType=alias') }]);
  });

  test('a wrong key is refused', async () => {
    for (const path of ['/v2/alerts', '/v2/alerts/x/close?identifierType=alias'])
      expect((await api.post(path, { alias: 'x' }, { authorization: 'GenieKey wrong' })).status).toBe(401);
    expect(api.alerts.taken).toEqual([]);
  });
});

describe('the REST endpoint of Splunk On-Call', () => {
  beforeEach(async () => {
    api = await serveAlerts({ sources: { vo: { preset: 'victorops', severity: 'P2', key: 'env:KEY' } } });
  });
  const send = (body: unknown, route = 'payments', key: string = secrets.KEY) =>
    api.post(`/integrations/generic/20131114/alert/${key}/${route}`, body);

  test('an alert begins and ends, and its sender hears what it expects', async () => {
    const critical = bodyOf('victorops/critical-alertmanager.json');
    const answer = await send(critical);
    expect([answer.status, answer.body]).toEqual([200, { result: 'success', entity_id: critical['entity_id'] }]);
    await send(bodyOf('victorops/recovery-alertmanager.json'));
    expect(states()).toEqual([[`vo/${String(critical['entity_id'])}`, false]]);
    expect((await send(bodyOf('victorops/acknowledgement.json'))).status).toBe(200);
  });

  test('the route says the service where nothing else does; without entity_id the alert gets one', async () => {
    const { body } = await send({ message_type: 'CRITICAL', state_message: 'Load is high' });
    expect(body.entity_id).toMatch(uuid);
    expect(taken()).toMatchObject([{ key: body.entity_id, ruling: { do: 'open', service: 'payments' } }]);
  });

  test('a wrong key is refused, and no key stands in a log or a metric', async () => {
    expect((await send({ message_type: 'CRITICAL' }, 'payments', secrets.OTHER)).status).toBe(401);
    jest.spyOn(api.alerts, 'take').mockRejectedValue(new Error('broken for a test'));
    expect((await send({ message_type: 'CRITICAL' })).status).toBe(500);
    const seen = JSON.stringify(api.logged) + (await api.get('/metrics')).text;
    for (const key of [secrets.KEY, secrets.OTHER]) expect(seen).not.toContain(key);
  });
});

describe("Alertmanager's own API", () => {
  test('takes what Prometheus sends: 200, and one alert that fires and ends', async () => {
    api = await serveAlerts({ sources: { prom: { preset: 'prometheus', severity: 'P2', key: 'env:KEY' } } });
    const bearer = { ...json, authorization: `Bearer ${secrets.KEY}` };
    const send = (path: string, headers: Record<string, string> = bearer) =>
      api.send('/api/v2/alerts', { method: 'POST', body: new Uint8Array(sample(path)), headers });
    api.engine.now = Date.parse('2026-11-28T19:01:00Z');
    const answer = await send('prometheus-direct/firing.json');
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(states().map(([, isFiring]) => isFiring)).toEqual([true]);
    await send('prometheus-direct/resolved.json');
    expect(states().map(([, isFiring]) => isFiring)).toEqual([false]);
    expect((await send('prometheus-direct/firing.json', json)).status).toBe(401);
  });
});

describe('the source of a door', () => {
  const open = { preset: 'prometheus', severity: 'P2' } as const;
  const keyed = { ...open, key: 'env:KEY' } as const;
  const key = { authorization: `Bearer ${secrets.KEY}` };
  const send = (headers = {}) => api.post('/api/v2/alerts', [], headers);

  test('is the only one of its preset that asks for no key, on this machine', async () => {
    api = await serveAlerts({ sources: { prom: open } });
    expect((await send()).status).toBe(200);
    expect((await api.post('/v2/alerts', {})).status).toBe(404);
    expect((await api.post('/v2/enqueue', bodyOf('pagerduty-events/trigger-full.json'))).status).toBe(400);
  });

  test('is the one whose key is shown, before one that asks for none', async () => {
    api = await serveAlerts({ sources: { prom: open, ours: keyed } });
    await send();
    await send(key);
    expect(api.alerts.taken.map(({ source }) => source)).toEqual(['prom', 'ours']);
  });

  test('is nobody where two ask for no key', async () => {
    api = await serveAlerts({ sources: { prom: open, ours: open } });
    const answer = await send();
    expect([answer.status, answer.body.detail]).toEqual([404, expect.stringContaining('preset: prometheus')]);
  });
});
