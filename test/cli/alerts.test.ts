/** `muster alert`: sending and resolving, lists, and what a payload would do. */
import { EventEmitter } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  alertPageSchema,
  unmatchedPageSchema,
  type AlertPage,
  type AlertsTakenAnswer,
  type UnmatchedPage,
} from '../../src/contracts/view';
import type { Keys } from '../../src/cli/terminal/io';
import { alertPresets, changeMapFile, changePresets, presetFile } from '../../src/config';
import { openFront, problem, type Front } from './front';
import { start, until, type Setting } from './muster';

const config = join(__dirname, '../../config');
const samples = join(__dirname, '../samples/alerts');
let front: Front;
beforeEach(async () => (front = await openFront()));
afterEach(() => front.close());

const muster = (argv: string | readonly string[], setting: Setting = {}) =>
  start(typeof argv === 'string' ? argv.split(' ') : argv, {
    ...setting,
    env: { MUSTER_URL: front.url, MUSTER_CONFIG: config, ...setting.env },
  }).ended;
const one: AlertsTakenAnswer = { alerts: 1, ignored: 0 };
const taken = (body: AlertsTakenAnswer = one) => front.queue.push({ status: 202, body });
const lines = (out: string) => out.trimEnd().split('\n');
const cells = (out: string) => lines(out).map((line) => line.split(/ {2,}/));

describe('send', () => {
  test('posts the alert as the preset generic reads it, with the key as bearer', async () => {
    taken({ ...one, decision: { would: 'open', level: 'P2', service: 'payments', levelBecause: 'so' } });
    const words = ['alert', 'send', 'backup/db-2', 'The backup failed', '--service', 'payments', '--severity', 'P2'];
    const more = [
      '--label',
      'host=db-2',
      '--label',
      'a=b=c',
      '--runbook',
      'https://x.example/r',
      '--url',
      'https://x.example',
    ];
    const { code, out, err } = await muster([...words, ...more, '--text', 'disk full'], {
      env: { MUSTER_ALERT_KEY: 's3cret-key' },
    });
    expect([code, out, err]).toEqual([0, 'scripts/backup/db-2 fires: P2 about payments\n', '']);
    expect(front.seen).toMatchObject([
      {
        method: 'POST',
        path: '/v1/alerts/scripts',
        headers: { authorization: 'Bearer s3cret-key', 'content-type': 'application/json' },
        body: {
          key: 'backup/db-2',
          title: 'The backup failed',
          state: 'firing',
          service: 'payments',
          severity: 'P2',
          text: 'disk full',
          labels: { host: 'db-2', a: 'b=c' },
          runbook: 'https://x.example/r',
          url: 'https://x.example',
        },
      },
    ]);
  });

  test('says no more than it was told: no empty labels, no key, and nobody who acts', async () => {
    taken();
    await muster(['alert', 'send', 'k', 'T', '--source', 'my/own']);
    expect(front.seen[0]).toMatchObject({
      path: '/v1/alerts/my%2Fown',
      body: { key: 'k', title: 'T', state: 'firing' },
    });
    expect(Object.keys(front.seen[0]!.body as object)).toEqual(['key', 'title', 'state']);
    expect(front.seen[0]!.headers).not.toHaveProperty('authorization');
    expect(front.seen[0]!.headers).not.toHaveProperty('muster-actor');
  });

  test('is tried again when the server is busy, because twice is the same alert', async () => {
    front.queue.push(problem(503, 'busy', {}), 'hang-up');
    taken();
    expect((await muster('alert send k T')).code).toBe(0);
    expect(front.seen).toHaveLength(3);
  });

  test.each([
    ['a label without a name', 'alert send k T --label =x', 2, '--label is "=x"'],
    ['an empty key', ['alert', 'send', ' ', 'T'], 2, 'KEY is empty'],
    ['a key that no header carries', ['alert', 'send', 'k', 'T', '--key', 'a b'], 2, 'blanks'],
  ])('%s is refused before anything is sent', async (_, words, code, said) => {
    const outcome = await muster(words);
    expect([outcome.code, outcome.err]).toEqual([code, expect.stringContaining(said)]);
    expect(front.seen).toEqual([]);
  });

  test('a wrong key, and an alert that the server cannot read, are failures', async () => {
    front.queue.push(problem(401, 'the key is missing or wrong'));
    expect((await muster('alert send k T')).code).toBe(4);
    taken({ alerts: 0, ignored: 0, unread: ['no state'] });
    expect(await muster('alert send k T')).toMatchObject({
      code: 5,
      out: '',
      err: expect.stringContaining('no state') as string,
    });
  });
});

describe('send says what the rules make of the alert', () => {
  const sent = async (decision: AlertsTakenAnswer['decision'], words = 'alert send k T') => {
    taken({ ...one, ...(decision === undefined ? {} : { decision }) });
    return muster(words);
  };
  test.each<[NonNullable<AlertsTakenAnswer['decision']>, string]>([
    [{ would: 'open', level: 'P2' }, 'fires: P2'],
    [
      { would: 'open', level: 'P2', service: 'web', waitSeconds: 300, rule: 'rule 2' },
      'is taken: P2 about web; nobody hears of it before it has fired for 300 s (rule 2)',
    ],
    [
      { would: 'join', service: 'web', rule: 'rule 1' },
      'is taken: it joins an open incident about web, and begins none (rule 1)',
    ],
    [{ would: 'ignore', rule: 'rule 3' }, 'is taken, and wakes nobody: rule 3 ignores it'],
    [{ would: 'page', page: 'INC-1' }, 'is taken, and wakes nobody: it is a page of INC-1'],
  ])('%j', async (decision, said) =>
    expect(await sent(decision)).toEqual({ code: 0, out: `scripts/k ${said}\n`, err: '' }),
  );
  test('an older server does not say it', async () =>
    expect((await sent(undefined)).out).toBe('scripts/k is taken; muster alerts list shows what comes of it\n'));
  test('a severity that means nothing, or something else, is told with the level and the reason', async () => {
    const levelBecause = 'the source says so, because severities of the source do not say what "urgent" means';
    const { code, err } = await sent({ would: 'open', level: 'P2', levelBecause }, 'alert send k T --severity urgent');
    expect([code, err]).toEqual([0, `its level is P2: ${levelBecause}\n`]);
    const same = { would: 'open', level: 'P2', levelBecause: 'the sender says "p2"' } as const;
    expect((await sent(same, 'alert send k T --severity p2')).err).toBe('');
  });
});

test('an alert that wakes nobody is a failure that says why', async () => {
  taken({ alerts: 1, ignored: 0, unmatched: 1, because: ['web2 is no service; did you mean web?'] });
  expect(await muster('alert send k T --service web2')).toMatchObject({
    code: 5,
    out: '',
    err: expect.stringContaining('nobody is woken: web2 is no service; did you mean web?') as string,
  });
});

test('resolve tells the end under the same key', async () => {
  taken();
  const { code, out } = await muster('alert resolve backup/db-2 --key own-key-1');
  expect([code, out]).toEqual([0, 'scripts/backup/db-2 ends, if it fires\n']);
  expect(front.seen).toMatchObject([
    {
      path: '/v1/alerts/scripts',
      headers: { authorization: 'Bearer own-key-1' },
      body: { key: 'backup/db-2', state: 'resolved' },
    },
  ]);
});

const page: AlertPage = {
  items: [
    {
      source: 'am',
      key: 'a1',
      title: 'Checkout errors',
      state: 'firing',
      severity: 'critical',
      level: 'P1',
      service: 'payments',
      firstAt: '2026-12-07T07:50:00.000Z',
      lastAt: '2026-12-07T07:55:00.000Z',
      count: 3,
      incident: 'INC-2026-12-07-001',
      flaps: true,
    },
    {
      source: 'am',
      key: 'a2',
      title: 'Disk',
      state: 'resolved',
      firstAt: '2026-12-07T06:00:00.000Z',
      lastAt: '2026-12-07T06:10:00.000Z',
      endedAt: '2026-12-07T06:10:00.000Z',
      count: 1,
    },
    {
      source: 'am',
      title: 'alert of a restricted incident',
      state: 'firing',
      firstAt: '2026-12-07T07:00:00.000Z',
      lastAt: '2026-12-07T07:00:00.000Z',
      count: 1,
      incident: 'INC-2026-12-07-002',
      restricted: true,
    },
  ],
  next: '1796-0f',
  counts: { firing: 2, resolved: 3 },
};

describe('list and show', () => {
  test('the canned page is one that the API may answer', () => expect(alertPageSchema.parse(page)).toEqual(page));

  test('lists what fires and what ended, with the incident of each', async () => {
    front.always = { status: 200, body: page };
    const { out, err } = await muster('alerts list');
    expect(cells(out)).toEqual([
      ['STATE', 'SINCE', 'LEVEL', 'SERVICE', 'INCIDENT', 'TITLE'],
      ['flaps', '07:50', 'P1', 'payments', 'INC-2026-12-07-001', 'Checkout errors'],
      ['ended', '06:00', '-', '-', '-', 'Disk'],
      ['fires', '07:00', '-', '-', 'INC-2026-12-07-002', 'alert of a restricted'],
      ['', 'incident'],
    ]);
    const wide = cells((await muster('alerts list -o wide')).out);
    expect(wide[1]).toEqual([
      'flaps',
      '07:50',
      'Mon 7 Dec 07:55',
      '3',
      'P1',
      'payments',
      'INC-2026-12-07-001',
      'am/a1',
      'Checkout errors',
    ]);
    expect(err).toBe('3 of 5; more: --cursor 1796-0f\n');
    expect((await muster('alerts -o name')).out).toBe('am/a1\nam/a2\n-\n');
    expect(JSON.parse((await muster('alerts -o json')).out)).toEqual(page);
  });

  test('asks for what the flags say', async () => {
    front.always = { status: 200, body: { items: [], next: null, counts: { firing: 0, resolved: 0 } } };
    const { out, err } = await muster('alerts list --firing --source am --service payments --incident INC-1 --limit 7');
    expect([out, err]).toEqual(['', 'nothing fires\n']);
    expect(front.seen[0]!.path).toBe('/v1/alerts?source=am&service=payments&incident=INC-1&limit=7&state=firing');
    expect((await muster('alerts')).err).toBe('no alerts\n');
  });

  test('shows one alert', async () => {
    front.always = { status: 200, body: page };
    const { code, out } = await muster('alerts show am/a1');
    expect([code, lines(out).map((line) => line.replace(/ {2,}/g, '  '))]).toEqual([
      0,
      [
        'am/a1  Checkout errors',
        'State  flaps; it begins and ends too often, and ends when it has been quiet',
        'Level  P1 (its sender says critical)',
        'Service  payments',
        'Incident  INC-2026-12-07-001',
        'First  Mon 7 Dec 07:50',
        'Last  Mon 7 Dec 07:55, said 3 times',
      ],
    ]);
    expect(front.seen[0]!.path).toBe('/v1/alerts?source=am&key=a1');
  });

  test.each([
    ['am/none', 3, 'no alert am/none is known to you'],
    ['none', 2, 'expected SOURCE/KEY'],
  ])('show %s', async (id, code, said) => {
    front.always = { status: 200, body: page };
    expect(await muster(`alerts show ${id}`)).toMatchObject({ code, err: expect.stringContaining(said) as string });
  });
});

const unmatched: UnmatchedPage = {
  items: [
    {
      at: '2026-12-07T07:50:00.000Z',
      source: 'am',
      key: 'x',
      title: 'n1 is down',
      because: 'no rule takes it, and it names no service',
      labels: { node: 'n1' },
    },
  ],
  next: null,
  sources: [
    {
      source: 'am',
      preset: 'alertmanager',
      lastAt: '2026-12-07T07:50:00.000Z',
      requests: 3,
      alerts: 4,
      unmatched: 1,
      ignored: 2,
      late: 0,
      further: 0,
      pages: 0,
      answers: 0,
    },
    { source: 'scripts', requests: 0, alerts: 0, unmatched: 0, ignored: 0, late: 0, further: 0, pages: 0, answers: 0 },
  ],
};

test('unmatched shows what fits no rule and why, and what each source sent', async () => {
  expect(unmatchedPageSchema.parse(unmatched)).toEqual(unmatched);
  front.always = { status: 200, body: unmatched };
  const { out, err } = await muster('alerts unmatched', { env: { COLUMNS: '120' } });
  expect(cells(out)).toEqual([
    ['LAST', 'TIMES', 'SOURCE', 'ALERT', 'WHY'],
    ['Mon 7 Dec 07:50', '1', 'am', 'n1 is down', 'no rule takes it, and it names no service'],
    [''],
    ['SOURCE', 'PRESET', 'LAST', 'ALERTS', 'UNMATCHED', 'IGNORED', 'LATE'],
    ['am', 'alertmanager', 'Mon 7 Dec 07:50', '4', '1', '2', '0'],
    ['scripts', '-', 'never', '0', '0', '0', '0'],
  ]);
  expect(err).toContain('muster alerts try SOURCE FILE');
  expect((await muster('alerts unmatched -o name')).out).toBe('am/x\n');
});

test('unmatched tells a repeated alert once, what could not be read as that, and how many it does not show', async () => {
  const [item] = unmatched.items;
  const items = [
    { ...item!, at: '2026-12-07T07:59:00.000Z' },
    { ...item!, key: '', title: '', because: 'the body is neither JSON nor a form' },
    item!,
  ];
  const sources = unmatched.sources.map((source) => ({ ...source, unmatched: source.source === 'am' ? 70 : 0 }));
  front.always = { status: 200, body: { ...unmatched, items, sources } };
  const { out, err } = await muster('alerts unmatched', { env: { COLUMNS: '120' } });
  expect(cells(out).slice(1, 3)).toEqual([
    ['Mon 7 Dec 07:59', '2', 'am', 'n1 is down', 'no rule takes it, and it names no service'],
    ['Mon 7 Dec 07:50', '1', 'am', 'not read', 'the body is neither JSON nor a form'],
  ]);
  expect(err).toContain('the latest 3 of 70; older ones are only counted, by source\n');
  front.always = { status: 200, body: { ...unmatched, items: [], sources } };
  expect((await muster('alerts unmatched')).err).toBe('none is shown any more; 70 were counted, by source\n');
});

describe('presets', () => {
  test('without a name: all, with where each is named; with one: what stands under map, and needs no server', async () => {
    expect(cells((await muster('alerts presets')).out)).toEqual([
      ['PRESET', 'UNDER'],
      ...alertPresets.map((name) => [name, 'sources']),
      ...changePresets.map((name) => [name, 'deployments']),
    ]);
    expect(lines((await muster('alerts presets -o name')).out)).toEqual([
      ...new Set<string>([...alertPresets, ...changePresets]),
    ]);
    for (const name of alertPresets)
      expect(parse((await muster(`alerts presets ${name}`)).out)).toEqual(presetFile(name));
    expect(JSON.parse((await muster('alerts presets zabbix -o json')).out)).toEqual(presetFile('zabbix'));
    expect(front.seen).toEqual([]);
  });
  test('those of deployments by their name, and with the flag where a sender of alerts has the same', async () => {
    for (const name of changePresets)
      expect(parse((await muster(`alerts presets ${name} --deployments`)).out)).toEqual(changeMapFile(name));
    expect(parse((await muster('alerts presets github')).out)).toEqual(changeMapFile('github'));
    expect((await muster('alerts presets generic')).err).toContain('--deployments');
  });
  test('a name that is none is refused with the nearest', async () => {
    for (const [typed, meant] of [
      ['grafna', 'grafana'],
      ['githb', 'github'],
    ])
      expect(await muster(`alerts presets ${typed}`)).toMatchObject({
        code: 2,
        err: expect.stringContaining(`did you mean ${meant}`) as string,
      });
  });
});

describe('try', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-try-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const bodyOf = (body: unknown) => {
    const file = join(folder, 'body.json');
    writeFileSync(file, typeof body === 'string' ? body : JSON.stringify(body));
    return file;
  };
  /** The sample configuration with another alerts.yaml. */
  const configWith = (alerts: string) => {
    const own = join(folder, 'config');
    cpSync(config, own, { recursive: true });
    writeFileSync(join(own, 'alerts.yaml'), alerts);
    return own;
  };
  const told = (out: string) => lines(out).map((line) => line.replace(/ {2,}/g, '  '));

  test('says what would come of each alert and why, without a server or a secret', async () => {
    const { code, out } = await muster(
      ['alerts', 'try', 'alertmanager', join(samples, 'alertmanager/partly-resolved-0.25.json')],
      { env: { COLUMNS: '160' } },
    );
    expect([code, front.seen]).toEqual([0, []]);
    expect(lines(out).map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      '0f0288300d845926  firing',
      'Title  web-1.hopngo.example:9100 fails 31% of checkouts',
      'Labels  alertname=CheckoutErrors, instance=web-1.hopngo.example:9100, instance_name=web-a, job=shop, region=eu-1, service=payments, severity=critical',
      'Service  payments: the sender says "payments"',
      'Level  P1: severities of the source say so of "critical"',
      'Rule  none fits',
      'Would  join the open incident about payments; without one, declare "web-1.hopngo.example:9100 fails 31% of checkouts"',
      '',
      'fc9023d1114582ab  resolved',
      'Title  web-1.hopngo.example:9100 fails 12% of checkouts',
      'Labels  alertname=CheckoutErrors, instance=web-1.hopngo.example:9100, instance_name=web-b, job=shop, region=eu-1, service=payments, severity=critical',
      'Service  payments: the sender says "payments"',
      'Level  P1: severities of the source say so of "critical"',
      'Rule  none fits',
      'Would  end the alert, if it fires',
      'Group {}:{alertname="CheckoutErrors", service="payments"}: firing',
    ]);
  });

  test.each([
    [
      { key: 'k', service: 'web', severity: 'weird' },
      'Level  P2: the source says so, because severities of the source do not say what "weird" means',
    ],
    [{ key: 'k', service: 'web' }, 'Level  P2: the source says so, because the sender says none'],
    [
      { key: 'k' },
      'Would  wake nobody, and be shown by `muster alerts unmatched`: no rule takes it, and it names no service',
    ],
    [{ key: 'k', service: 'web', state: 'ack', by: 'fatima' }, 'Would  say that fatima has answered at the sender'],
  ])('%j', async (body, line) => {
    const { out } = await muster(['alerts', 'try', 'scripts', bodyOf(body)], { env: { COLUMNS: '160' } });
    expect(lines(out).map((one) => one.replace(/ {2,}/g, '  '))).toContain(line);
  });

  test('says that a pager tells of a page of Muster, and that somebody answered it', async () => {
    const own = join(folder, 'config');
    cpSync(config, own, { recursive: true });
    const file = join(own, 'alerts.yaml');
    const pager = 'sources:\n  pager: { preset: pagerduty-webhook, severity: P2, signature: { secret: env:PD } }\n';
    writeFileSync(file, readFileSync(file, 'utf8').replace('sources:\n', pager));
    const key = 'INC-2026-12-07-001-0123456789ab/response/1/1/fatima/pd';
    const tried = async (what: string) => {
      const body = readFileSync(join(samples, `pagerduty-webhook-v3/incident.${what}.json`), 'utf8');
      const path = bodyOf(body.replace('checkout/error-ratio', key));
      const { out } = await muster(['alerts', 'try', 'pager', path], { env: { COLUMNS: '160', MUSTER_CONFIG: own } });
      return lines(out).map((line) => line.replace(/ {2,}/g, '  '));
    };
    expect(await tried('triggered')).toEqual([
      `${key}  firing`,
      'Title  Checkout fails 31 % of requests',
      'Would  nothing: it is a page of INC-2026-12-07-001, and no alert',
    ]);
    expect((await tried('acknowledged')).at(-1)).toBe(
      'Would  acknowledge INC-2026-12-07-001, if it waits for an answer to this page: as Fatima Haddad, or as whoever was paged',
    );
  });

  const tools =
    'deployments:\n  github: { preset: github, checks: { Tests: unit-tests } }\n  ci: { preset: generic, may: [report-check] }\n';
  const triedTool = async (source: string, body: unknown) => {
    const { code, out, err } = await muster(['alerts', 'try', source, bodyOf(body)], {
      env: { COLUMNS: '160', MUSTER_CONFIG: configWith(tools) },
    });
    return { code, err, told: told(out) };
  };

  test('says of a deployment which release is meant, and of what', async () => {
    const sample = readFileSync(join(samples, 'github/deployment_status-success.json'), 'utf8');
    expect((await triedTool('github', sample)).told).toEqual([
      'hopngo/payments v2.14.0 to production  deployed',
      'Service  payments',
      'Version  v2.14.0',
      'Environment  production',
      'When  Sat 28 Nov 18:40',
      'By  leila-hopngo',
      'Link  https://github.com/hopngo/payments/actions/runs/812',
      'Would  mark REL-2026-11-25-001 as deployed, if it is deploying',
    ]);
    const unnamed = sample.replaceAll('REL-2026-11-25-001', 'none');
    expect((await triedTool('github', unnamed)).told.at(-1)).toBe(
      'Would  mark the running release of payments that is v2.14.0 as deployed, if it is deploying; without exactly one, be a change of payments',
    );
    expect(front.seen).toEqual([]);
  });

  test.each([
    [
      { check: 'unit-tests', result: 'pass', release: 'REL-2026-11-25-001' },
      'Would  report the check unit-tests (pass) to REL-2026-11-25-001',
    ],
    [
      { check: 'no-such', result: 'fail', release: 'REL-2026-11-25-001' },
      'Would  report the check no-such (fail) to REL-2026-11-25-001. The release would refuse it: unknown check "no-such"; known:',
    ],
    [
      { state: 'deployed', service: 'payments', release: 'REL-2026-11-25-001' },
      'Would  be a change of payments (`muster changes`), and do nothing to REL-2026-11-25-001: the source may not mark-deployed',
    ],
    [{ title: 'Index added', service: 'payments' }, 'Would  be a change of payments (`muster changes`)'],
    [{ state: 'running' }, 'Would  nothing: it is neither a success nor a failure'],
  ])('of a script: %j', async (body, line) => {
    const { code, told: lines } = await triedTool('ci', body);
    expect([code, lines.find((one) => one.startsWith('Would'))]).toEqual([0, expect.stringContaining(line) as string]);
  });

  test('a message of a tool that cannot be read is a failure that says why', async () => {
    const outcome = await triedTool('ci', { state: 'weird' });
    expect(outcome).toMatchObject({
      code: 1,
      err: expect.stringContaining('the state "weird" is not known') as string,
      told: ['Message of ci', 'Would  be shown by `muster changes` as not read: the state "weird" is not known'],
    });
  });

  describe('of SNS', () => {
    const arn = 'arn:aws:sns:eu-west-1:123456789012:payments-alarms';
    const triedSns = async (source: string, file: string) => {
      const own = configWith(`sources:\n  aws: { preset: cloudwatch, severity: P2${source} }\n`);
      const words = ['alerts', 'try', 'aws', join(samples, 'sns-cloudwatch', file)];
      const { code, out } = await muster(words, { env: { COLUMNS: '160', MUSTER_CONFIG: own } });
      return [code, told(out).at(-1)];
    };
    const signed = (topic: string) => `, signature: sns, topics: ["${topic}"]`;

    test.each([
      [signed(arn), 'subscription-confirmation.json', 0, 'confirm the subscription, if SNS signed'],
      [signed(arn), 'unsubscribe-confirmation.json', 0, 'the subscription has ended'],
      [signed(`${arn}-2`), 'subscription-confirmation.json', 1, 'the topic is not one of the topics'],
      [signed(`${arn}-2`), 'alarm.json', 1, 'the topic is not one of the topics'],
      [signed(arn), 'raw-delivery.json', 1, 'no message of SNS'],
      ['', 'subscription-confirmation.json', 1, 'no `signature: sns`'],
    ])('%s %s', async (source, file, code, words) =>
      expect(await triedSns(source, file)).toEqual([code, expect.stringContaining(words)]),
    );
    test('an alarm of a topic of the source is read as any alert', async () =>
      expect(await triedSns(signed(arn), 'alarm.json')).toEqual([0, expect.stringMatching(/^Would {2}(join|wake)/)]));
  });

  test('what cannot be read is a failure that says why', async () => {
    const outcome = await muster(['alerts', 'try', 'scripts', bodyOf({ key: 'k', state: 'weird' })]);
    expect([outcome.code, outcome.out, outcome.err]).toEqual([
      1,
      expect.stringContaining('Not read (k): the state "weird"'),
      expect.stringContaining('the state "weird"'),
    ]);
  });

  test('reads a form, and standard input', async () => {
    expect((await muster(['alerts', 'try', 'scripts', bodyOf('key=k&state=ok'), '-o', 'name'])).out).toBe('k\n');
    const stdin = Object.assign(new EventEmitter(), { setEncoding() {}, resume() {}, pause() {} }) as Keys &
      EventEmitter;
    const running = start(['alerts', 'try', 'scripts', '-', '-o', 'json'], { env: { MUSTER_CONFIG: config }, stdin });
    await until(() => stdin.listenerCount('end') > 0);
    stdin.emit('data', '{"key":');
    stdin.emit('data', '"k"}');
    stdin.emit('end');
    expect(JSON.parse((await running.ended).out)).toMatchObject({
      source: 'scripts',
      alerts: [{ key: 'k', would: 'unmatched' }],
    });
  });

  test.each([
    [['scrips', '-'], 'did you mean scripts?'],
    [['scripts', '/nowhere/body.json'], 'cannot be read'],
    [['scripts', '-', '--config', '/nowhere'], 'there is no folder'],
    [['scripts', '-', '--query', 'service'], '--query is "service"; expected NAME=VALUE'],
  ])('%j is refused', async (words, said) =>
    expect(await muster(['alerts', 'try', ...words])).toMatchObject({
      code: 2,
      err: expect.stringContaining(said) as string,
    }),
  );
  test('the query of an address is given as words', async () => {
    const words = ['--query', 'Service=payments', '--query', 'severity=P0', '-o', 'json'];
    const { out } = await muster(['alerts', 'try', 'scripts', bodyOf({ key: 'k' }), ...words]);
    expect(JSON.parse(out)).toMatchObject({ alerts: [{ key: 'k', service: 'payments', level: 'P0' }] });
  });
  test('a body that is neither JSON nor a form is refused', async () =>
    expect(await muster(['alerts', 'try', 'scripts', bodyOf('<xml/>')])).toMatchObject({ code: 2, out: '' }));
});

describe('completion', () => {
  const complete = async (...words: string[]) => lines((await muster(['__complete', '--', ...words])).out);
  test('verbs, presets, sources, keys', async () => {
    expect(await complete('alert', '')).toEqual([
      'send',
      'resolve',
      'list',
      'show',
      'unmatched',
      'presets',
      'try',
      'help',
    ]);
    expect(await complete('alerts', 'presets', 'graf')).toEqual(['grafana']);
    expect(await complete('alerts', 'presets', 'g')).toEqual([
      'grafana',
      'google-cloud',
      'generic',
      'github',
      'gitlab',
    ]);
    front.always = { status: 200, body: unmatched };
    expect(await complete('alert', 'send', '--source', '')).toEqual(['am', 'scripts']);
    expect(await complete('alerts', 'try', 's')).toEqual(['scripts']);
    front.always = { status: 200, body: page };
    expect(await complete('alert', 'resolve', '')).toEqual(['a1']);
    expect(await complete('alerts', 'show', '')).toEqual(['am/a1', 'am/a2']);
  });
});
