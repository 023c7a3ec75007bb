/**
 * What is refused of every scheme by which senders sign with a secret: one wrong bit anywhere, a
 * wrong length, another secret, an old time. The signatures are those of test/samples, made by
 * other programs. SNS signs by a certificate: sns.test.ts.
 */
import { createHmac } from 'node:crypto';
import { t0 } from '../support/policy';
import { headerIn, sample, secrets, serveAlerts, type ServedAlerts } from './serve-alerts';

const severity = 'P2';
const [grafanaPlain = '', grafanaTimed = ''] = headerIn('grafana', 'X-Grafana-Alerting-Signature');
const [timestamp = ''] = headerIn('grafana', 'X-Grafana-Timestamp');

interface Scheme {
  readonly header: string;
  readonly value: string;
  readonly prefix: string;
  readonly body: string;
  readonly secret: keyof typeof secrets;
  readonly more?: Readonly<Record<string, string>>;
}
const schemes = {
  grafana: {
    header: 'X-Grafana-Alerting-Signature',
    value: grafanaPlain,
    prefix: '',
    body: 'grafana/firing.json',
    secret: 'GRAFANA',
  },
  'grafana-timed': {
    header: 'X-Grafana-Alerting-Signature',
    value: grafanaTimed,
    prefix: '',
    body: 'grafana/firing.json',
    secret: 'GRAFANA',
    more: { 'x-grafana-timestamp': timestamp },
  },
  sentry: {
    header: 'Sentry-Hook-Signature',
    value: headerIn('sentry', 'Sentry-Hook-Signature')[0]!,
    prefix: '',
    body: 'sentry/metric_alert-critical.json',
    secret: 'SENTRY',
  },
  pagerduty: {
    header: 'X-PagerDuty-Signature',
    // Of the two that are listed, the one by the secret of this source.
    value: headerIn('pagerduty-webhook-v3', 'X-PagerDuty-Signature')[0]!.split(',')[1]!.replace('v1=', ''),
    prefix: 'v1=',
    body: 'pagerduty-webhook-v3/incident.acknowledged.json',
    secret: 'NEW',
  },
  github: {
    header: 'X-Hub-Signature-256',
    value: headerIn('github', 'X-Hub-Signature-256')[0]!.replace('sha256=', ''),
    prefix: 'sha256=',
    body: 'github/deployment_status-success.json',
    secret: 'GITHUB',
  },
} as const satisfies Record<string, Scheme>;
const names = Object.keys(schemes) as (keyof typeof schemes)[];
const presetOf = {
  grafana: 'grafana',
  'grafana-timed': 'grafana',
  sentry: 'sentry',
  pagerduty: 'pagerduty-webhook',
  github: 'generic',
} as const;

let api: ServedAlerts;
beforeAll(async () => {
  const sourceOf = (name: keyof typeof schemes, more: string[] = []) => {
    const { header, secret } = schemes[name];
    const timed = name === 'grafana-timed' ? { 'timestamp-header': 'X-Grafana-Timestamp' } : {};
    const secretList = [...more, secret].map((one) => `env:${one}`);
    return { preset: presetOf[name], severity, signature: { secret: secretList, header, ...timed } } as const;
  };
  api = await serveAlerts({
    sources: Object.fromEntries(
      names.flatMap((name) => [
        [name, sourceOf(name)],
        [`${name}-rotated`, sourceOf(name, ['OTHER'])],
      ]),
    ),
  });
});
afterAll(() => api.close());
beforeEach(() => {
  api.engine.now = Number(timestamp) * 1_000;
  api.alerts.taken.length = 0;
});

describe.each(names)('a signature of %s', (name) => {
  const { header, value, prefix, body, secret }: Scheme = schemes[name];
  const { more = {} }: Scheme = schemes[name];
  const bytes = sample(body);
  const send = async (
    shown: string,
    from: Buffer = bytes,
    source: string = name,
    extra: Record<string, string> = {},
  ) => {
    const headers = { 'content-type': 'application/json', ...more, [header]: shown, ...extra };
    return (await api.send(`/v1/alerts/${source}`, { method: 'POST', body: new Uint8Array(from), headers })).status;
  };
  const signedBy = (key: keyof typeof secrets, of: Buffer = bytes) => {
    const time = Object.values(more)[0];
    return createHmac('sha256', secrets[key])
      .update(time === undefined ? '' : `${time}:`)
      .update(of)
      .digest('hex');
  };
  const isRefused = async (answers: readonly Promise<number>[]) => {
    expect(new Set(await Promise.all(answers))).toEqual(new Set([401]));
    expect(api.alerts.taken).toEqual([]);
  };

  test('as its sender made it is taken, in small or capital letters', async () => {
    expect([await send(prefix + value), await send(prefix + value.toUpperCase())]).toEqual([202, 202]);
    expect(value).toBe(signedBy(secret));
  });

  test('with any one of its 256 bits flipped is refused', async () => {
    const right = Buffer.from(value, 'hex');
    expect(right).toHaveLength(32);
    const flipped = Array.from({ length: 256 }, (_, bit) => {
      const copy = Buffer.from(right);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      return copy.toString('hex');
    });
    await isRefused(flipped.map((one) => send(prefix + one)));
  });

  test('of a body with one bit flipped, cut or longer is refused', async () => {
    const step = Math.max(1, Math.floor(bytes.length / 200));
    const altered = Array.from({ length: Math.floor(bytes.length / step) }, (_, index) => {
      const copy = Buffer.from(bytes);
      copy[index * step]! ^= 1 << (index & 7);
      return copy;
    });
    const others = [
      bytes.subarray(1),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.from('\n')]),
      Buffer.alloc(0),
    ];
    await isRefused([...altered, ...others].map((one) => send(prefix + value, one)));
  });

  test('of a wrong length, with anything behind it, empty or missing is refused', async () => {
    const wrong = [
      value.slice(2),
      value.slice(0, -2),
      value.slice(0, -1),
      `${value}00`,
      `${value}0`,
      `${value}zz`,
      `${value} ${value.slice(0, 2)}`,
      `0x${value}`,
      '',
      '0'.repeat(64),
      Buffer.from(value, 'hex').toString('base64'),
      `sha1=${value.slice(0, 40)}`,
    ];
    await isRefused([...wrong.map((one) => send(prefix + one)), send(prefix), send(','), send('v1=,sha256=')]);
    const headers = { 'content-type': 'application/json', ...more };
    const request = { method: 'POST', body: new Uint8Array(bytes), headers };
    await isRefused([api.send(`/v1/alerts/${name}`, request).then(({ status }) => status)]);
  });

  test('by the secret of another source, by an empty one or by none of two is refused', async () => {
    const others = (Object.keys(secrets) as (keyof typeof secrets)[]).filter((one) => one !== secret);
    await isRefused(others.map((one) => send(prefix + signedBy(one))));
    await isRefused(
      others.filter((one) => one !== 'OTHER').map((one) => send(prefix + signedBy(one), bytes, `${name}-rotated`)),
    );
    const empty = createHmac('sha256', '').update(bytes).digest('hex');
    await isRefused([send(prefix + empty), send(prefix + secrets[secret])]);
  });

  test('by either of two secrets is taken, while one takes the place of the other', async () => {
    for (const one of [secret, 'OTHER'] as const)
      expect(await send(prefix + signedBy(one), bytes, `${name}-rotated`)).toBe(202);
  });

  test(`is taken ${name === 'grafana-timed' ? 'for five minutes' : 'at any time: it has none'}`, async () => {
    const at = async (ms: number) => {
      api.engine.now = Number(timestamp) * 1_000 + ms;
      return send(prefix + value);
    };
    const [within, beyond] = [
      [0, 299_000, -299_000],
      [301_000, -301_000, 86_400_000, t0],
    ];
    for (const ms of within) expect([ms, await at(ms)]).toEqual([ms, 202]);
    for (const ms of beyond) expect([ms, await at(ms)]).toEqual([ms, name === 'grafana-timed' ? 401 : 202]);
  });
});

test('one of several that are listed is enough, as PagerDuty lists one for each secret', async () => {
  const { header, body } = schemes.pagerduty;
  const [both = ''] = headerIn('pagerduty-webhook-v3', 'X-PagerDuty-Signature');
  const [old = '', recent = ''] = both.split(',');
  const send = async (shown: string) => {
    const headers = { 'content-type': 'application/json', [header]: shown };
    return (await api.send('/v1/alerts/pagerduty', { method: 'POST', body: new Uint8Array(sample(body)), headers }))
      .status;
  };
  expect(await Promise.all([both, `${recent},${old}`, ` ${old} , ${recent} `].map(send))).toEqual([202, 202, 202]);
  expect(await Promise.all([old, `${old},${old}`, `${'v1=,'.repeat(100)}${recent}`].map(send))).toEqual([
    401, 401, 401,
  ]);
});

test('with a time of another message is refused: the time is signed too', async () => {
  const { header, value, body } = schemes['grafana-timed'];
  for (const time of [`${Number(timestamp) + 1}`, `${timestamp}000`, `0${timestamp}`, '', 'now', `${timestamp}, 1`]) {
    const headers = { 'content-type': 'application/json', [header]: value, 'x-grafana-timestamp': time };
    const request = { method: 'POST', body: new Uint8Array(sample(body)), headers };
    expect([time, (await api.send('/v1/alerts/grafana-timed', request)).status]).toEqual([time, 401]);
  }
  expect(api.alerts.taken).toEqual([]);
});
