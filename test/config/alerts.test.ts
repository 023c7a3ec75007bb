/** Every fault of alerts.yaml is told at its place; what is right is in force. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertsInForce, noticeReaders } from '../../src/config/alerts-in-force';
import { alertPresets } from '../../src/config/alert-presets';
import { sharedKeyWarnings } from '../../src/config/checks/alert-proofs';
import { formatErrors, loadConfig } from '../../src/config/load';
import { configOf } from '../support/loaded-config';

const shipped = join(__dirname, '../../config');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** The shipped folder with other alerts; undefined: without alerts.yaml. */
function folderWith(alerts: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-alerts-'));
  folders.push(folder);
  cpSync(shipped, folder, { recursive: true });
  rmSync(join(folder, 'alerts.yaml'));
  if (alerts !== undefined) writeFileSync(join(folder, 'alerts.yaml'), alerts);
  return folder;
}
const errorsOf = (text: string, env: NodeJS.ProcessEnv | null = {}): string => {
  const loaded = loadConfig(folderWith(text), env);
  return loaded.ok ? 'no error' : formatErrors(loaded.errors);
};

/**
 * The sign § stands before the place of the error, and is taken out. `sources` and `rules` are the
 * lines below these words.
 */
function expectFault(marked: string, message: string, env: NodeJS.ProcessEnv | null = {}): void {
  const before = marked.slice(0, marked.indexOf('§')).split('\n');
  const place = `alerts.yaml:${before.length}:${before.at(-1)!.length + 1}`;
  expect(errorsOf(marked.replace('§', ''), env)).toBe(`${place}: ${message}`);
}
const source = (entry: string) => `sources:\n  am: ${entry}\n`;
const rule = (entry: string) => `sources: { am: { preset: alertmanager, severity: P2 } }\nrules:\n  - ${entry}\n`;
const map = (entries: string) => source(`{ severity: P2, map: { ${entries} } }`);

describe('a source', () => {
  test.each([
    [
      'with neither preset nor map',
      'sources:\n  §am: { severity: P2 }\n',
      `expected either preset or map; presets are ${alertPresets.join(', ')}`,
    ],
    [
      'with both',
      'sources:\n  §am: { severity: P2, preset: grafana, map: { key: "{id}", state: firing } }\n',
      `expected either preset or map; presets are ${alertPresets.join(', ')}`,
    ],
    [
      'of a preset that there is not',
      source('{ severity: P2, §preset: grafna }'),
      'unknown preset "grafna"; did you mean grafana?',
    ],
    [
      'of a preset that every object has',
      source('{ severity: P2, §preset: constructor }'),
      /^unknown preset "constructor"/,
    ],
    ['without a level', 'sources:\n  §am: { preset: grafana }\n', /severity/],
    [
      'of a level that no template has',
      source('{ preset: grafana, §severity: P7 }'),
      'unknown severity "P7"; did you mean P0, P1, P2?',
    ],
    [
      'with a word for such a level',
      source('{ preset: grafana, severity: P2, severities: { §critical: sev1 } }'),
      'unknown severity "sev1"; known: P0, P1, P2, P3',
    ],
    [
      'of a service that there is not',
      source('{ preset: grafana, severity: P2, §service: paymnts }'),
      'unknown service "paymnts"; did you mean payments?',
    ],
    [
      'of a template of releases',
      source('{ preset: grafana, severity: P2, §template: standard-release }'),
      /^unknown template "standard-release"/,
    ],
    [
      'with the name of a person',
      'sources:\n  §ana: { preset: grafana, severity: P2 }\n',
      'ana is a person of people.yaml; the timeline could not tell the two apart',
    ],
    [
      'with the name of Muster, under which releases tell of themselves',
      'sources:\n  §muster: { preset: grafana, severity: P2 }\n',
      'muster is Muster itself; expected another name',
    ],
    [
      'of deployments with the signature of SNS, which nothing could prove there',
      'deployments:\n  ci: { preset: generic, §signature: sns }\n',
      /sns/,
    ],
    [
      'with a misspelt key',
      source('{ preset: grafana, severity: P2, §resolve-afer: 5m }'),
      'unknown key "resolve-afer"; did you mean resolve-after?',
    ],
    ['with a secret in the file', source('{ preset: grafana, severity: P2, §key: hunter2222 }'), /expected env:NAME/],
    [
      'with channels of a pager that it is not',
      source('{ preset: grafana, severity: P2, §channels: [inbox] }'),
      'only a pager that tells of pages of Muster has channels; take them out',
    ],
    [
      'of a pager, with a channel that pages another',
      source('{ preset: pagerduty-webhook, severity: P2, key: env:LONG, channels: [§inbox] }'),
      /^unknown pagerduty channel "inbox"/,
    ],
    ['with three secrets', source('{ preset: grafana, severity: P2, §key: [env:A, env:B, env:C] }'), /2/],
    [
      'signed by a sender that names no header',
      source('{ preset: datadog, severity: P2, §signature: { secret: env:LONG } }'),
      'expected header: the header in which the sender signs',
    ],
    [
      'signed by SNS for everybody',
      source('{ preset: cloudwatch, severity: P2, §signature: sns }'),
      'expected topics: the ARNs of the topics that may send; anybody has a topic',
    ],
    [
      'with topics that nobody signs for',
      source('{ preset: cloudwatch, severity: P2, key: env:LONG, §topics: ["arn:aws:sns:eu-west-1:123456789012:a"] }'),
      'topics mean nothing without signature: sns; take them out',
    ],
    [
      'signed by SNS, which does not send for it',
      source('{ preset: grafana, severity: P2, §signature: sns, topics: ["arn:aws:sns:eu-west-1:123456789012:a"] }'),
      'SNS does not send for grafana; expected preset: cloudwatch, or a map',
    ],
    ...[
      'payments-alarms',
      'arn:aws:sns:eu-west-1:123456789012:*',
      'arn:aws:sns:*:123456789012:a',
      'arn:aws:sqs:eu-west-1:123456789012:a',
      'arn:aws:sns:s3-eu-west-1:123456789012:a',
      'arn:aws:sns:evil.com/-1:123456789012:a',
      'arn:aws:sns:eu-west-1:123456789012:a:6590056b-0000-4000-8000-53fbba126544',
    ].map((topic): [string, string, RegExp] => [
      `with the topic ${topic}, which is none`,
      source(`{ preset: cloudwatch, severity: P2, signature: sns, topics: [§"${topic}"] }`),
      /expected the ARN of a topic of SNS/,
    ]),
    [
      'with a signature that nobody knows',
      source('{ preset: cloudwatch, severity: P2, §signature: sqs }'),
      'expected sns, or { secret: env:NAME } for a sender that signs with a secret; found text "sqs"',
    ],
    [
      'with a misspelt key of its signature',
      source('{ preset: grafana, severity: P2, signature: { secret: env:LONG, §headr: X-Signed } }'),
      'unknown key "headr"; did you mean header?',
    ],
    ['that flaps once', source('{ preset: grafana, severity: P2, flapping: { §times: 1, within: 1h } }'), /2/],
  ])('%s', (_, marked, message) =>
    check(marked, message, { LONG: 'long enough', A: 'long enough', B: 'long enough', C: 'long enough' }),
  );
});

/** The same, for a message that is long or made elsewhere. */
function check(marked: string, message: string | RegExp, env: NodeJS.ProcessEnv | null = {}): void {
  if (typeof message === 'string') return expectFault(marked, message, env);
  const before = marked.slice(0, marked.indexOf('§')).split('\n');
  const [place, ...said] = errorsOf(marked.replace('§', ''), env).split(': ');
  expect(place).toBe(`alerts.yaml:${before.length}:${before.at(-1)!.length + 1}`);
  expect(said.join(': ')).toMatch(message);
}

describe('a map', () => {
  test.each([
    [
      'without an identity',
      source('{ severity: P2, §map: { state: firing } }'),
      'expected key: without an identity no alert can end',
    ],
    [
      'without a state',
      source('{ severity: P2, §map: { key: "{id}" } }'),
      'expected state: which words mean that the alert fires, and that it has ended',
    ],
    [
      'with a brace too few',
      map('state: firing, §key: "{id"'),
      '"{id" cannot be read; expected a path in braces, such as {labels.severity}',
    ],
    [
      'with a brace too few in a list',
      map('state: firing, key: ["{id}", §"{}"]'),
      '"{}" cannot be read; expected a path in braces, such as {labels.severity}',
    ],
    [
      'with a path that is none',
      map('state: firing, key: "{id}", §each: a..b'),
      '"a..b" is no path; expected one such as labels.severity',
    ],
    [
      'with labels at such a path',
      map('state: firing, key: "{id}", labels: [tags, { §list: .a }]'),
      '".a" is no path; expected one such as labels.severity',
    ],
    [
      'with a link that cannot be read',
      map('state: firing, key: "{id}", links: { §There: "{u" }'),
      '"{u" cannot be read; expected a path in braces, such as {labels.severity}',
    ],
    [
      'with a variant that cannot be read',
      map('state: firing, key: "{id}", variants: [{ when: { §"{a": b } }]'),
      '"{a" cannot be read; expected a path in braces, such as {labels.severity}',
    ],
    [
      'with a state that cannot be read',
      map('key: "{id}", state: { §of: "{s", firing: x }'),
      '"{s" cannot be read; expected a path in braces, such as {labels.severity}',
    ],
    [
      'with a group that cannot be read',
      map('state: firing, key: "{id}", group: { §key: "}" }'),
      '"}" cannot be read; expected a path in braces, such as {labels.severity}',
    ],
  ])('%s', (_, marked, message) => check(marked, message));

  test('whose variants all say it needs no identity of its own', () => {
    expect(errorsOf(map('state: firing, variants: [{ when: { "{a}": b }, key: "{id}" }]'))).toBe('no error');
  });
});

describe('a secret', () => {
  const keyed = source('{ preset: grafana, severity: P2, §key: env:GRAFANA_KEY }');
  const signed = source('{ preset: grafana, severity: P2, signature: { §secret: env:GRAFANA_KEY } }');
  test.each([keyed, signed])('that is not set, is empty or short is told, never shown', (marked) => {
    check(marked, 'the environment variable GRAFANA_KEY is not set', {});
    check(marked, 'the environment variable GRAFANA_KEY is not set', { GRAFANA_KEY: '' });
    check(marked, 'what GRAFANA_KEY holds is shorter than 8 characters, and could be guessed', {
      GRAFANA_KEY: 'hunter2',
    });
  });
  test('that is long enough, or that nobody asks for, is right', () => {
    expect(errorsOf(keyed.replace('§', ''), { GRAFANA_KEY: 'hunter22' })).toBe('no error');
    expect(errorsOf(keyed.replace('§', ''), null)).toBe('no error');
  });
  test('each of two is looked at', () => {
    const two = source('{ preset: grafana, severity: P2, key: [env:OLD, env:NEW] }');
    expect(errorsOf(two, { OLD: 'long enough' })).toMatch(/NEW is not set$/);
  });
});

describe('one key of two sources', () => {
  const two = (preset: string, other: string, keys = ['env:ONE', 'env:ONE']) =>
    `sources:\n  a: { preset: ${preset}, severity: P2, key: ${keys[0]} }\n  b: { preset: ${other}, severity: P2, §key: ${keys[1]} }\n`;
  const message = 'a has the same key, and takes all that comes to /v2/enqueue; expected a key of its own';
  const alertsOf = (text: string) => {
    const loaded = loadConfig(folderWith(text), null);
    if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
    return loaded.value.alerts;
  };
  const env = { ONE: 'secret-one', TWO: 'secret-one', THREE: 'secret-three' };
  test('by which both are found at one address is a fault, by its name or by what it holds', () => {
    expectFault(two('pagerduty-events', 'pagerduty-events'), message, null);
    expectFault(two('pagerduty-events', 'pagerduty-events', ['env:ONE', '[env:THREE, env:TWO]']), message, env);
  });
  test('of which each is named by its address is none, but is warned of', () => {
    expect(errorsOf(two('grafana', 'grafana').replace('§', ''), env)).toBe('no error');
    expect(errorsOf(two('pagerduty-events', 'opsgenie-api').replace('§', ''), env)).toBe('no error');
    const alerts = alertsOf(two('grafana', 'datadog', ['env:ONE', 'env:TWO']).replace('§', ''));
    expect(sharedKeyWarnings(alerts, env)).toEqual([expect.stringContaining('a and b have the same key')]);
    expect(sharedKeyWarnings(alerts, { ...env, TWO: 'another-one' })).toEqual([]);
    expect(sharedKeyWarnings(alerts, {})).toEqual([]);
  });
  test('is known between an alert and a deployment, too', () => {
    const text =
      'sources:\n  a: { preset: grafana, severity: P2, key: env:ONE }\ndeployments:\n  ci: { preset: gitlab, key: env:ONE }\n';
    expect(sharedKeyWarnings(alertsOf(text), null)).toHaveLength(1);
  });
});

describe('a pager whose word stops a ladder', () => {
  test.each([
    ['pagerduty-webhook', 'signature: { secret: env:NAME }, the secret of the webhook subscription at pagerduty'],
    [
      'opsgenie-webhook',
      'key: env:NAME, which the webhook of opsgenie shows in a header (X-Api-Key); opsgenie signs nothing',
    ],
  ])('%s needs a proof', (preset, expected) => {
    expectFault(
      `sources:\n  §am: { preset: ${preset}, severity: P2 }\n`,
      `anybody who reaches it could acknowledge the pages of Muster; expected ${expected}`,
      null,
    );
    expect(errorsOf(source(`{ preset: ${preset}, severity: P2, key: env:KEY }`), null)).toBe('no error');
  });
});

describe('a rule', () => {
  test.each([
    ['of a source that there is not', rule('{ when: { §source: grafana } }'), 'unknown source "grafana"; known: am'],
    ['of stars that fit no source', rule('{ when: { §source: "graf*" } }'), /^unknown source "graf\*"/],
    ['of a service that there is not', rule('{ §service: auth }'), /^unknown service "auth"/],
    ['of a level that there is not', rule('{ §severity: P9 }'), /^unknown severity "P9"/],
    ['of a template that there is not', rule('{ §template: none }'), /^unknown template "none"/],
    [
      'that ignores, and says a service',
      rule('{ when: { title: x }, do: ignore, §service: web }'),
      'service means nothing in a rule with do: ignore; take it out',
    ],
    [
      'that ignores, and waits',
      rule('{ when: { title: x }, do: ignore, §for: 5m }'),
      'for means nothing in a rule with do: ignore; take it out',
    ],
    [
      'that joins, and says a title',
      rule('{ when: { title: x }, do: join, §title: y }'),
      'title means nothing in a rule with do: join; take it out',
    ],
    [
      'with labels in its title',
      rule('{ §title: "Disk of {labels.host}" }'),
      'unknown place {labels.host}; did you mean {label.host}?',
    ],
    [
      'with a label in its title that is not called one',
      rule('{ §title: "{service}: {alertname}" }'),
      'unknown place {alertname}; did you mean {label.alertname}? known: {title}, {service}, {source}, {label.NAME}',
    ],
    [
      'with a label without a name in its title',
      rule('{ §title: "{label.}" }'),
      'unknown place {label.}; known: {title}, {service}, {source}, {label.NAME}',
    ],
    [
      'with a misspelt place in its title',
      rule('{ §title: "{servce}" }'),
      'unknown place {servce}; did you mean {service}?',
    ],
    ['that does what no rule does', rule('{ §do: page }'), 'expected open or join or ignore, found text "page"'],
    [
      'behind one that takes everything',
      `${rule('{ severity: P3 }')}  - §{ when: { title: x } }\n`,
      'rule 1 takes every alert, so none reaches this one; move rule 1 to the end',
    ],
  ])('%s', (_, marked, message) => check(marked, message));

  test('fills its title with what the alert says', () =>
    expect(errorsOf(rule('{ title: "{title} {service} {source} {label.k8s/app name} }" }'))).toBe('no error'));

  test('that takes everything may be the last', () => {
    expect(errorsOf(`${rule('{ when: { title: x } }')}  - { severity: P3 }\n`)).toBe('no error');
  });
});

test('every fault of the file is told at once', () => {
  const told = errorsOf(
    'sources:\n  am: { preset: grafna, severity: P7 }\nrules:\n  - { service: auth }\n  - { do: ignore, title: x }\n',
  );
  expect(told.split('\n').map((line) => /^alerts.yaml:(\d+:\d+)/.exec(line)?.[1])).toEqual([
    '2:9',
    '2:25',
    '4:7',
    '5:5',
    '5:19',
  ]);
});

test('faults of the shape hide no others, and no fault is told that follows from one', () => {
  const told = errorsOf(
    [
      'sources:',
      '  am: { preset: grafna, severity: P2, key: plain }',
      '  two: { prest: alertmanager, severity: P7 }',
      '  aws: { preset: cloudwatch, severity: P2, signature: sns, topcs: ["arn:aws:sns:eu-west-1:123456789012:x"] }',
      '  bws: { preset: cloudwatch, severity: P2, signature: sns, topics: ["arn:aws:sns:x"] }',
      '  key: { preset: generic, severity: P2, key: [env:NOT_SET, plain], service: paymnts }',
      '  map: { severity: P2, map: { kye: "{id}", state: firing } }',
      '  hmac: { preset: generic, severity: P2, signature: { secret: env:NOT_SET, hedder: X-Sig } }',
      'deployments:',
      '  ci: { preset: github, checks: { T: unit-test }, services: { a: paymnts }, may: [deploy] }',
      'rules:',
      '  - { when: { titel: x }, service: auth }',
      '  - { when: { title: x }, do: opne, title: "{titel}" }',
      '  - { do: ignore, title: x, severty: P1 }',
      '  - { when: { source: grafana } }',
      'unmatched-to: nobody-known',
      '',
    ].join('\n'),
  );
  expect(told.split('\n').map((line) => line.replace(/^alerts.yaml:/, '').slice(0, 48))).toEqual([
    '2:9: unknown preset "grafna"; did you mean grafa',
    '2:39: expected env:NAME, the environment variabl',
    '3:10: unknown key "prest"; did you mean preset?',
    '3:31: unknown severity "P7"; did you mean P0, P1',
    '4:60: unknown key "topcs"; did you mean topics?',
    '5:69: expected the ARN of a topic of SNS, such a',
    '6:47: the environment variable NOT_SET is not se',
    '6:60: expected env:NAME, the environment variabl',
    '6:68: unknown service "paymnts"; did you mean pa',
    '7:31: unknown key "kye"; did you mean by, key?',
    '8:55: the environment variable NOT_SET is not se',
    '8:76: unknown key "hedder"; did you mean header?',
    '10:35: unknown check "unit-test"; did you mean u',
    '10:63: unknown service "paymnts"; did you mean p',
    '10:83: expected report-check or mark-deployed, f',
    '12:15: unknown key "titel"; did you mean title?',
    '12:27: unknown service "auth"; known: bookings, ',
    '13:27: expected open or join or ignore, found te',
    '13:37: unknown place {titel}; did you mean {titl',
    '14:19: title means nothing in a rule with do: ig',
    '14:29: unknown key "severty"; did you mean sever',
    '15:15: unknown source "grafana"; known: am, two,',
    '16:1: unknown recipient "nobody-known"; known: a',
  ]);
});

describe('a source of changes', () => {
  const deployments = (entry: string) => `deployments:\n  ci: ${entry}\n`;
  const messages = (...lines: string[]) =>
    `deployments:\n  ci:\n    map:\n      messages:\n${lines.map((line) => `        - ${line}\n`).join('')}`;
  const flag = '{ when: { "{kind}": flag }, what: change, title: "{text}" }';
  test.each([
    [
      'with a check that no template of a release has',
      deployments('{ preset: github, checks: { §Tests: unit-test } }'),
      'unknown check "unit-test"; did you mean unit-tests?',
    ],
    [
      'with an entry that takes every message before others',
      messages('{ what: ignored }', `§${flag}`),
      'entry 1 takes every message, so none reaches this one; move entry 1 to the end',
    ],
    [
      'with changes that have no title',
      messages('§{ when: { "{kind}": flag }, what: change }'),
      'expected title: a change without one is not read',
    ],
    [
      'with a word that is no path',
      messages('{ when: { §"{": flag }, what: change, title: "{text}" }'),
      '"{" cannot be read; expected a path in braces, such as {labels.severity}',
    ],
  ])('%s is a fault', (_, marked, message) => expectFault(marked, message));

  test('may know the checks of the templates, end with what takes the rest, and move no release', () => {
    expect(errorsOf(deployments('{ preset: github, checks: { Tests: unit-tests }, may: [] }'))).toBe('no error');
    expect(errorsOf(messages(flag, '{ what: ignored }'))).toBe('no error');
  });
});

test('without alerts.yaml nobody sends alerts', () => {
  const config = configOf(folderWith(undefined));
  expect(config.alerts).toEqual({ sources: {}, deployments: {}, rules: [] });
  expect(alertsInForce(config, {})).toMatchObject({ readers: {}, expected: [], rules: [] });
});

test.each(['sources: {}\n', 'rules: []\n'])('%j is the same as no file', (text) =>
  expect(errorsOf(text)).toBe('no error'),
);

test('what the file says is in force, with the secrets of the environment', () => {
  const text = `
sources:
  grafana: { preset: grafana, severity: P2, severities: { CRITICAL: P1 }, service: search, signature: { secret: [env:ONE, env:TWO], timestamp-header: X-Time }, expect-every: 15m }
  own: { severity: P3, key: env:ONE, map: { key: "{id}", state: firing }, flapping: { times: 3, within: 1h }, resolve-after: 1m }
rules:
  - { when: { source: grafana, labels: { env: [test, "stag*"] } }, do: ignore }
  - { when: { title: "*disk*" }, for: 5m, group: region, resolve-after: 1h, title: "{title}!" }
`;
  const loaded = loadConfig(folderWith(text), { ONE: 'first-secret', TWO: 'second-secret' });
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  const { readers, rules, sources, expected, services, levels } = alertsInForce(loaded.value, {
    ONE: 'first-secret',
    TWO: 'second-secret',
  });
  expect(readers['grafana']!.proof).toEqual({
    keys: [],
    signature: {
      secrets: ['first-secret', 'second-secret'],
      header: 'x-grafana-alerting-signature',
      timestampHeader: 'x-time',
    },
  });
  expect(readers['own']!.proof).toEqual({ keys: ['first-secret'] });
  expect(rules).toEqual([
    { name: 'rule 1', when: { source: ['grafana'], labels: { env: ['test', 'stag*'] } }, do: 'ignore' },
    {
      name: 'rule 2',
      when: { title: ['*disk*'] },
      do: 'open',
      waitMs: 300_000,
      group: ['region'],
      resolveAfterMs: 3_600_000,
      title: '{title}!',
    },
  ]);
  expect(sources).toEqual({
    grafana: { severity: 'P2', severities: { critical: 'P1' }, service: 'search', resolveAfterMs: 300_000 },
    own: { severity: 'P3', severities: {}, flapping: { times: 3, withinMs: 3_600_000 }, resolveAfterMs: 60_000 },
  });
  expect(expected).toMatchObject([{ source: 'grafana', everyMs: 900_000, alert: { key: 'silence' } }]);
  expect([services.includes('payments'), levels]).toEqual([true, ['P0', 'P1', 'P2', 'P3']]);
});

test('a pager answers for the pages of the channels that it names, without names for those of its kind', () => {
  const pager = (name: string, more = '') =>
    `  ${name}: { preset: pagerduty-webhook, severity: P2, key: env:${name.toUpperCase()}${more} }\n`;
  const folder = folderWith(`sources:\n${pager('one', ', channels: [pd-one]')}${pager('all')}`);
  const channels = join(folder, 'channels.yaml');
  const paging = ['one', 'two'].map((name) => `  pd-${name}: { type: pagerduty, routing-key: env:PD }`).join('\n');
  writeFileSync(channels, readFileSync(channels, 'utf8').replace(/^channels:$/m, `channels:\n${paging}`));
  const loaded = loadConfig(folder, null);
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  expect(alertsInForce(loaded.value, {}).sources).toMatchObject({
    one: { pagesBy: ['pd-one'] },
    all: { pagesBy: ['pd-one', 'pd-two'] },
  });
});

test('the commented lines of the shipped file are right, once they are no comments', () => {
  const text = readFileSync(join(shipped, 'alerts.yaml'), 'utf8')
    .replace('rules: []', 'rules:')
    .replace(/^ {2}# (\w+: \{ preset)/gm, '  $1')
    .replace(/^# {2}- /gm, '  - ');
  expect(text.match(/preset: /g)!.length).toBeGreaterThan(3);
  expect(errorsOf(text, null)).toBe('no error');
});

describe('unmatched-to', () => {
  const named = (names: string) => `unmatched-to: ${names}\n`;
  test.each(['hana', 'cto', 'platform', 'engineering', '[engineering, hana]'])('may be %s', (names) =>
    expect(errorsOf(named(names))).toBe('no error'),
  );

  test.each([
    ['nobody-knows', '"nobody-knows"'],
    ['status-page', '"status-page"'],
  ])('is not %s, and says so at its place', (name, shown) => {
    expect(errorsOf(named(name))).toMatch(new RegExp(`^alerts.yaml:1:1: unknown recipient ${shown}`));
  });

  test('says who hears of alerts that fit no rule, and when', () => {
    const config = configOf(folderWith(named('engineering')));
    expect(noticeReaders(config)).toMatchObject({ to: ['engineering'], audiences: { engineering: ['inbox'] } });
    const { noticeAfter } = alertsInForce(config, {});
    const monday = Date.parse('2026-12-07T08:00:00Z');
    expect([monday - 1, monday - 1_000, monday, monday + 1, monday - 1].map(noticeAfter)).toEqual([
      monday,
      monday,
      monday + 86_400_000,
      monday + 86_400_000,
      monday,
    ]);
  });
});
