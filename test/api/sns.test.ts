/**
 * CloudWatch by SNS, end to end over HTTP: who may send, how a subscription is confirmed, and what
 * is done when SNS does not answer.
 */
import fc from 'fast-check';
import { snsAsker } from '../../src/app/ask-sns';
import { certificateOf, ecPair, rsaPair, type CertificateWish } from '../support/certificates';
import { certificatePath, fakeSns, host, snsPair, topic, type FakeSns, type SnsFields } from '../support/fakes/sns';
import { hostileJson } from '../support/hostile';
import { t0 } from '../support/policy';
import { sample, secrets, serveAlerts, type ServedAlerts } from './serve-alerts';

const day = 86_400_000;
const wish: CertificateWish = {
  commonName: 'sns.amazonaws.com',
  altNames: ['sns.amazonaws.com'],
  from: t0 - day,
  to: t0 + day,
};

let sns: FakeSns;
let api: ServedAlerts;
beforeEach(async () => {
  sns = await fakeSns(wish);
  const source = { preset: 'cloudwatch', severity: 'P2', service: 'payments', signature: 'sns' } as const;
  api = await serveAlerts(
    {
      sources: {
        aws: { ...source, topics: [topic] },
        keyed: { ...source, topics: [topic], key: 'env:KEY' },
        regions: { ...source, topics: regions.map(([name]) => topicIn(name)) },
      },
    },
    { more: { askSns: (url) => sns.ask(url) } },
  );
});
afterEach(async () => {
  await api.close();
  await sns.close();
});

const instant = (at: number) => new Date(at).toISOString();
const fieldsOf = (file: string): SnsFields => {
  const {
    Signature: _,
    SignatureVersion: __,
    SigningCertURL: ___,
    ...fields
  } = JSON.parse(sample(`sns-cloudwatch/${file}.json`).toString()) as SnsFields;
  return { ...fields, Timestamp: instant(t0) };
};
const alarm = (more: SnsFields = {}) => ({ ...fieldsOf('alarm'), ...more });
const subscription = (more: SnsFields = {}) => ({ ...fieldsOf('subscription-confirmation'), ...more });
/** As SNS sends: JSON that is called text. */
const send = (message: unknown, headers: Record<string, string> = {}, path = '/v1/alerts/aws') =>
  api.send(path, {
    method: 'POST',
    body: typeof message === 'string' ? message : JSON.stringify(message),
    headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers },
  });
const episodes = () =>
  Object.values(api.alerts.state?.episodes ?? {}).map(({ title, endedAt }) => [title, endedAt === undefined]);
const refused = async (message: unknown, because: string | RegExp) => {
  const answer = await send(message);
  expect([answer.status, answer.body.detail]).toEqual([401, expect.stringMatching(because)]);
  expect(api.alerts.taken).toEqual([]);
};

describe('a subscription', () => {
  test('is confirmed by one GET of its address, however often SNS asks', async () => {
    const message = sns.signed(subscription());
    for (let times = 0; times < 3; times++) expect((await send(message)).status).toBe(202);
    const { pathname, search } = new URL(message['SubscribeURL']!);
    expect(sns.asked).toEqual([certificatePath, pathname + search]);
    expect(api.alerts.state).toMatchObject({ episodes: {}, unmatched: [], sources: { aws: { requests: 3 } } });
    expect(api.logged).toContainEqual({
      message: 'SNS sends the alerts of a topic from now on',
      fields: { source: 'aws', topic },
    });
  });

  test('that could not be confirmed is answered with 503, and is confirmed when SNS sends it again', async () => {
    const message = sns.signed(subscription());
    const confirming = (status: number, headers = {}) => {
      sns.answer = (request, response) => {
        if (request.url === certificatePath) response.end(sns.certificates.get(certificatePath));
        else response.writeHead(status, headers).end('the token 2336412f37fbEXAMPLE is not known');
      };
    };
    const answers: number[] = [];
    for (const [status, headers] of [
      [500, {}],
      [403, {}],
      [302, { location: '/elsewhere' }],
    ] as const) {
      confirming(status, headers);
      const answer = await send(message);
      answers.push(answer.status);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      // The token is as good as the subscription.
      expect(answer.text + JSON.stringify(api.logged)).not.toContain(message['Token']);
    }
    expect(answers).toEqual([503, 503, 503]);
    expect(sns.asked).not.toContain('/elsewhere');
    expect(api.alerts.taken).toEqual([]);
    sns.answer = undefined;
    expect((await send(message)).status).toBe(202);
  });

  test('that has ended is shown to people, and is not begun again', async () => {
    const message = sns.signed({ ...fieldsOf('unsubscribe-confirmation') });
    expect((await send(message)).status).toBe(202);
    expect(sns.asked).toEqual([certificatePath]);
    expect(api.alerts.state!.unmatched).toMatchObject([
      { source: 'aws', title: topic, because: expect.stringContaining('its subscription has ended') as unknown },
    ]);
    expect((await api.get('/metrics')).text).toContain('muster_alerts_unmatched_total{source="aws"} 1');
  });

  test.each([
    ['another host', 'https://sns.eu-west-1.amazonaws.com.evil.com/?Action=ConfirmSubscription'],
    ['another region', `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}`],
    ['another action', `https://${host}/?Action=Unsubscribe&TopicArn=${topic}`],
    ['two actions', `https://${host}/?Action=ConfirmSubscription&Action=Unsubscribe&TopicArn=${topic}`],
    ['another topic', `https://${host}/?Action=ConfirmSubscription&TopicArn=${topic}x`],
    ['another path', `https://${host}/evil?Action=ConfirmSubscription&TopicArn=${topic}`],
    ['http', `http://${host}/?Action=ConfirmSubscription&TopicArn=${topic}`],
    ['a port', `https://${host}:444/?Action=ConfirmSubscription&TopicArn=${topic}`],
    ['a user', `https://a:b@${host}/?Action=ConfirmSubscription&TopicArn=${topic}`],
    ['a private address', 'https://169.254.169.254/?Action=ConfirmSubscription'],
  ])('whose address is that of %s is refused, and nothing is asked', async (_, SubscribeURL) => {
    await refused(sns.signed(subscription({ SubscribeURL })), 'confirms no subscription');
    expect(sns.asked).toEqual([]);
  });
});

describe('an alarm', () => {
  test.each(['1', '2'] as const)('signed by version %s begins an alert, and OK ends it', async (version) => {
    const taken = await send(sns.signed(alarm(), { version }));
    expect([taken.status, taken.body]).toMatchObject([202, { alerts: 1, ignored: 0 }]);
    expect(episodes()).toEqual([['payments-5xx', true]]);
    expect((await send(sns.signed(fieldsOf('ok'), { version }))).status).toBe(202);
    expect(episodes()).toEqual([['payments-5xx', false]]);
  });

  test('without a subject, with one line feed in its text, or in another script is one too', async () => {
    const { Subject: _, ...without } = alarm();
    for (const message of [without, alarm({ Message: 'a\nMessageId\nb' }), alarm({ Message: '🔥 Ζημιά' })])
      expect((await send(sns.signed(message))).status).toBe(202);
  });

  test('sent twice is one alert: SNS delivers at least once', async () => {
    const message = sns.signed(alarm());
    await send(message);
    await send(message);
    expect(episodes()).toEqual([['payments-5xx', true]]);
  });

  test('that cannot be read is taken and shown, because it is proved', async () => {
    expect((await send(sns.signed(alarm({ Message: 'Budget exceeded' })))).body.unread).toHaveLength(1);
    expect(api.alerts.state!.unmatched).toHaveLength(1);
  });

  test('needs the key too, where one is written', async () => {
    const message = sns.signed(alarm());
    for (const [path, status] of [
      ['/v1/alerts/keyed', 401],
      [`/v1/alerts/keyed/${secrets.OTHER}`, 401],
      [`/v1/alerts/keyed/${secrets.KEY}`, 202],
    ] as const)
      expect([path, (await send(message, {}, path)).status]).toEqual([path, status]);
    const { Signature: _, ...unsigned } = message;
    expect((await send(unsigned, {}, `/v1/alerts/keyed/${secrets.KEY}`)).status).toBe(401);
  });

  test('delivered raw is refused, and its sender hears why', async () => {
    const raw = sample('sns-cloudwatch/raw-delivery.json').toString();
    const answer = await send(raw, { 'x-amz-sns-rawdelivery': 'true' });
    expect([answer.status, answer.body.detail]).toEqual([401, expect.stringContaining('raw message delivery')]);
    await refused(raw, 'no message of SNS');
  });
});

describe('a signature', () => {
  const notification = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type', 'SignatureVersion'];
  const confirmation = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const flipped = (word: string, at: number) =>
    word.slice(0, at) + String.fromCharCode(word.charCodeAt(at) ^ 1) + word.slice(at + 1);
  /** Every place of a short word, some of a long one. */
  const placesIn = (word: string) => {
    const step = Math.max(1, Math.floor(word.length / 40));
    return Array.from({ length: Math.ceil(word.length / step) }, (_, index) => index * step);
  };

  test.each([
    ...notification.map((name) => ['an alarm', name] as const),
    ...confirmation.map((name) => ['a subscription', name] as const),
  ])('of %s with one bit of %s flipped is refused', async (what, name) => {
    const message = sns.signed(what === 'an alarm' ? alarm() : subscription(), { version: '2' });
    for (const at of placesIn(message[name]!)) {
      const wrong = { ...message, [name]: flipped(message[name]!, at) };
      expect([at, (await send(wrong)).status]).toEqual([at, 401]);
    }
    expect(sns.asked.filter((path) => path !== certificatePath)).toEqual([]);
    expect(api.alerts.taken).toEqual([]);
    expect((await send(message)).status).toBe(202);
  });

  test.each(['1', '2'] as const)('of version %s with one bit flipped, cut or empty is refused', async (version) => {
    const message = sns.signed(alarm(), { version });
    const bytes = Buffer.from(message['Signature']!, 'base64');
    const wrong = [
      ...Array.from({ length: bytes.length }, (_, at) => {
        const copy = Buffer.from(bytes);
        copy[at]! ^= 1 << (at % 8);
        return copy.toString('base64');
      }),
      bytes.subarray(1).toString('base64'),
      Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64'),
      Buffer.alloc(bytes.length).toString('base64'),
      '',
      ' ',
      `${message['Signature']!} `,
      message['Signature']!.replace(/=+$/, ''),
      bytes.toString('hex'),
    ];
    for (const Signature of wrong) expect((await send({ ...message, Signature })).status).toBe(401);
    expect(api.alerts.taken).toEqual([]);
  });

  test('by another key, or of the other version, is refused', async () => {
    await refused(sns.signed(alarm(), { pair: rsaPair() }), 'Signature');
    await refused({ ...sns.signed(alarm(), { version: '1' }), SignatureVersion: '2' }, 'Signature');
    await refused({ ...sns.signed(alarm(), { version: '2' }), SignatureVersion: '3' }, 'SignatureVersion');
  });

  test.each([...notification.filter((name) => name !== 'Subject'), 'Signature', 'SigningCertURL'])(
    'of an alarm without %s, or with no text in it, is refused',
    async (name) => {
      const message = sns.signed(alarm());
      const { [name]: _, ...without } = message;
      await refused(without, /./);
      for (const value of [null, 7, {}, [message[name]], '']) await refused({ ...message, [name]: value }, /./);
    },
  );

  test.each(['SubscribeURL', 'Token'])('of a subscription without %s is refused', async (name) => {
    const { [name]: _, ...without } = subscription();
    await refused(sns.signed(without), name);
  });

  test('for a field that is cut into another is refused: SNS signs lines', async () => {
    const message = sns.signed(alarm({ Message: 'text\nMessageId\nanother' }));
    const [first, rest] = ['text', `another\nMessageId\n${message['MessageId']}`];
    await refused({ ...message, Message: first, MessageId: rest }, 'several lines');
  });
});

describe('a topic', () => {
  const other = topic.replace('123456789012', '999999999999');
  test.each([other, `${topic}2`, topic.slice(0, -1), topic.toUpperCase(), ''])(
    'that is %s, and not allowed, is refused although SNS signed for it; nothing is asked',
    async (TopicArn) => {
      await refused(sns.signed(alarm({ TopicArn })), 'topic');
      await refused(sns.signed(subscription({ TopicArn })), 'topic');
      expect(sns.asked).toEqual([]);
    },
  );
});

describe('the address of a certificate', () => {
  test.each([
    `https://sns.eu-west-1.amazonaws.com.evil.com${certificatePath}`,
    `https://evil.com/sns.eu-west-1.amazonaws.com${certificatePath}`,
    `https://sns.us-east-1.amazonaws.com${certificatePath}`,
    `https://sns.eu-west-1.amazonaws.com.cn${certificatePath}`,
    `https://sns.s3-eu-west-1.amazonaws.com${certificatePath}`,
    `https://s3.amazonaws.com${certificatePath}`,
    `https://xsns.eu-west-1.amazonaws.com${certificatePath}`,
    `https://sns.eu-west-1.amazonaws.com@evil.com${certificatePath}`,
    `https://user:word@${host}${certificatePath}`,
    `https://${host}:443${certificatePath}`,
    `https://${host}:8443${certificatePath}`,
    `https://${host}.${certificatePath}`,
    `https://${host}\\@evil.com${certificatePath}`,
    `https://SNS.eu-west-1.amazonaws.com${certificatePath}`,
    `http://${host}${certificatePath}`,
    `//${host}${certificatePath}`,
    ` https://${host}${certificatePath}`,
    `https://${host}/evil/../x.pem?a=b`,
    `https://${host}/a/b.pem`,
    `https://${host}/%2e%2e/x.pem`,
    `https://${host}${certificatePath}?x=.pem`,
    `https://${host}${certificatePath}#x`,
    `https://${host}/certificate.der`,
    `https://${host}/?Action=Publish&x=.pem`,
    `https://127.0.0.1${certificatePath}`,
    'file:///etc/passwd.pem',
    'no address',
  ])('%s is refused, and nothing is asked', async (SigningCertURL) => {
    await refused({ ...sns.signed(alarm()), SigningCertURL }, 'SigningCertURL');
    expect(sns.asked).toEqual([]);
  });
});

describe('a certificate', () => {
  const serve = (pem: string) => sns.certificates.set(certificatePath, pem);
  test('is asked for once, however many messages come at once', async () => {
    const messages = Array.from({ length: 20 }, (_, index) => sns.signed(alarm({ MessageId: `m-${index}` })));
    const answers = await Promise.all(messages.map((message) => send(message)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(sns.asked).toEqual([certificatePath]);
  });

  test('that does not come is asked for again when SNS sends again: 503, not 401', async () => {
    for (const answer of [
      (_: unknown, response: { destroy(): void }) => response.destroy(),
      (_: unknown, response: import('node:http').ServerResponse) => void response.writeHead(500).end(),
      (_: unknown, response: import('node:http').ServerResponse) =>
        void response.writeHead(302, { location: certificatePath }).end(),
      (_: unknown, response: import('node:http').ServerResponse) => void response.end('x'.repeat(100_000)),
    ]) {
      sns.answer = answer;
      const { status, headers, body } = await send(sns.signed(alarm()));
      expect([status, headers.get('retry-after'), body.type]).toEqual([503, '20', 'urn:muster:problem:unconfirmed']);
    }
    expect(sns.asked).toHaveLength(4);
    expect((await api.get('/metrics')).text).toContain('muster_alerts_refused_total{source="aws"} 0');
    sns.answer = undefined;
    expect((await send(sns.signed(alarm()))).status).toBe(202);
  });

  test('is asked for at four addresses at a time at most: a stranger may name any number', async () => {
    const held: (() => void)[] = [];
    sns.answer = (_, response) => void held.push(() => response.writeHead(404).end());
    const sent = Array.from({ length: 6 }, (_, index) =>
      send({ ...sns.signed(alarm()), SigningCertURL: `https://${host}/${index}.pem` }),
    );
    const first = await Promise.race(sent);
    expect([first.status, first.body.detail]).toEqual([503, expect.stringContaining('too many questions')]);
    while (held.length < 4) await new Promise((resolve) => setImmediate(resolve));
    for (const answer of held) answer();
    await Promise.all(sent);
    expect(sns.asked).toHaveLength(4);
  });

  test.each([
    ['no certificate', () => '<html>'],
    ['half a certificate', () => certificateOf(snsPair, wish).slice(0, 300)],
    [
      'issued to somebody else',
      () => certificateOf(snsPair, { ...wish, commonName: 'evil.com', altNames: ['evil.com'] }),
    ],
    [
      'issued to somebody else, with the name of SNS beside it',
      () => certificateOf(snsPair, { ...wish, altNames: ['evil.com'] }),
    ],
    [
      'issued to a name that holds another',
      () => certificateOf(snsPair, { ...wish, altNames: ['evil.com, DNS:sns.amazonaws.com'] }),
    ],
    [
      'one of SNS in another region',
      () => certificateOf(snsPair, { ...wish, altNames: ['sns-signing.af-south-1.amazonaws.com'] }),
    ],
    ['an authority', () => certificateOf(snsPair, { ...wish, isAuthority: true })],
    ['over', () => certificateOf(snsPair, { ...wish, to: t0 - 1_000 })],
    ['not yet begun', () => certificateOf(snsPair, { ...wish, from: t0 + 1_000 })],
    ['of an elliptic key', () => certificateOf(ecPair(), wish)],
    ['of a short key', () => certificateOf(rsaPair(1_024), wish)],
    ['of another key', () => certificateOf(rsaPair(), wish)],
  ])('that is %s is refused', async (_, pem) => {
    serve(pem());
    await refused(sns.signed(alarm()), /certificate|Signature/);
  });

  test('in force when it came is refused after its end', async () => {
    expect((await send(sns.signed(alarm()))).status).toBe(202);
    api.engine.now = t0 + 2 * day;
    const answer = await send(sns.signed(alarm({ Timestamp: instant(api.engine.now) })));
    expect([answer.status, answer.body.detail]).toEqual([401, expect.stringContaining('not in force')]);
    expect(sns.asked).toHaveLength(1);
  });
});

/** By which name SNS signs where, as the SDK of AWS for Java lists it. */
const regions: readonly (readonly [string, string])[] = [
  ['us-east-1', 'sns.amazonaws.com'],
  ['af-south-1', 'sns-signing.af-south-1.amazonaws.com'],
  ['ap-southeast-5', 'sns-signing.ap-southeast-5.amazonaws.com'],
  ['us-gov-east-1', 'sns-us-gov-west-1.amazonaws.com'],
  ['cn-north-1', 'sns-cn-north-1.amazonaws.com.cn'],
];
const partitionOf = (region: string) =>
  /^cn-/.test(region) ? 'aws-cn' : /^us-gov-/.test(region) ? 'aws-us-gov' : 'aws';
const topicIn = (region: string) => `arn:${partitionOf(region)}:sns:${region}:123456789012:alarms`;

test.each(regions)('in %s SNS signs by %s', async (region, commonName) => {
  const suffix = region.startsWith('cn-') ? '.cn' : '';
  sns.certificates.set('/regional.pem', certificateOf(snsPair, { commonName, from: t0 - day, to: t0 + day }));
  const SigningCertURL = `https://sns.${region}.amazonaws.com${suffix}/regional.pem`;
  const message = { ...sns.signed(alarm({ TopicArn: topicIn(region) })), SigningCertURL };
  expect((await send(message, {}, '/v1/alerts/regions')).status).toBe(202);
});

describe('a message', () => {
  const minute = 60_000;
  test.each([
    [0, 202],
    [-64 * minute, 202],
    [4 * minute, 202],
    [-66 * minute, 401],
    [-2 * day, 401],
    [6 * minute, 401],
  ])('whose time is %d ms from now: %d', async (by, status) => {
    expect((await send(sns.signed(alarm({ Timestamp: instant(t0 + by) })))).status).toBe(status);
  });

  test.each(['yesterday', '2026-12-07', '1796630400000', '2026-12-07T08:00:00', '2026-13-07T08:00:00Z'])(
    'whose time is %s is refused',
    (Timestamp) => refused(sns.signed(alarm({ Timestamp })), 'Timestamp'),
  );

  test('that holds anything else never fails', async () => {
    const wrong = fc.oneof(
      hostileJson,
      fc
        .dictionary(fc.constantFrom(...Object.keys(sns.signed(alarm()))), fc.jsonValue())
        .map((changed) => JSON.stringify({ ...sns.signed(alarm()), ...changed })),
    );
    await fc.assert(
      fc.asyncProperty(wrong, async (body) => {
        expect([202, 401]).toContain((await send(body)).status);
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  'https://127.0.0.1:9/x.pem',
  'https://[::1]:9/x.pem',
  'https://10.0.0.1/x.pem',
  'https://localhost:9/x.pem',
])('SNS is asked at public addresses alone: not at %s', async (address) => {
  const asker = snsAsker(() => t0, new AbortController().signal);
  expect(await asker.ask(new URL(address))).toEqual({
    ok: false,
    because: expect.stringContaining('not on the public internet') as unknown,
  });
  await asker.close();
});

test('a source without topics takes nothing, whatever is signed', async () => {
  await api.close();
  api = await serveAlerts(
    { sources: { aws: { preset: 'cloudwatch', severity: 'P2', signature: 'sns' } } },
    { more: { askSns: (url) => sns.ask(url) } },
  );
  await refused(sns.signed(alarm()), 'topic');
});
