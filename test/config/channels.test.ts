/**
 * channels.yaml: what a channel can do, what it needs, and whom it reaches. Every mistake is
 * reported at its place.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changing } from '../../src/activities/channels/followed-report';
import { toldInThread } from '../../src/activities/channels/slack/follow';
import { telling } from '../../src/activities/channels/ticket-news';
import { channelOptions, channelTypes } from '../../src/config/checks/channel-types';
import { formatErrors, loadConfig } from '../../src/config/load';
import { policyOf } from '../../src/config/in-force';
import { type Config } from '../../src/config/loaded';
import { t0 } from '../support/policy';

const shipped = join(__dirname, '../../config');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const env = {
  KEY: 'k',
  OTHER: 'o',
  HOOK: 'https://teams.example/hook',
  PLAIN: 'http://teams.example/hook',
  MARKED: 'whsec_no base64!',
  SPACED: 'xoxb 1',
};
const mail = '  mail: { type: email, host: smtp.example.com, from: m@example.com }';
const slack = '  slack: { type: slack, token: env:KEY }';

interface Files {
  readonly channels: readonly string[];
  readonly audiences?: readonly string[];
  readonly rest?: string;
  readonly people?: string;
}
function loaded({ channels, audiences = [], rest = '', people }: Files, from: NodeJS.ProcessEnv | null = env) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-channels-'));
  folders.push(folder);
  cpSync(shipped, folder, { recursive: true });
  const named = 'all-hands leadership affected-teams engineering product stakeholders support customer-success'.split(
    ' ',
  );
  const told = named
    .map((name) => `  ${name}: { channels: [inbox] }`)
    .filter((line) => !audiences.some((own) => own.startsWith(line.split(':')[0]!)));
  const lines = [
    'channels:',
    '  inbox: { type: inbox }',
    ...channels,
    'audiences:',
    ...told,
    ...(audiences.some((line) => line.startsWith('  status-page'))
      ? []
      : ['  status-page: { channels: [inbox], public: true }']),
    ...audiences,
    rest,
  ];
  writeFileSync(join(folder, 'channels.yaml'), lines.join('\n'));
  if (people !== undefined) {
    const own = `  ada: { name: Ada, roles: [], ${people} }\n`;
    const text = readFileSync(join(folder, 'people.yaml'), 'utf8');
    writeFileSync(join(folder, 'people.yaml'), text.replace('people:\n', `people:\n${own}`));
  }
  return loadConfig(folder, from);
}
function errorsOf(files: Files, from: NodeJS.ProcessEnv | null = env): string[] {
  const found = loaded(files, from);
  return found.ok
    ? []
    : formatErrors(found.errors)
        .split('\n')
        .map((line) => line.replace(/^([^:]+):\d+:\d+: /, '$1: '));
}
function configOf(files: Files): Config {
  const found = loaded(files);
  if (!found.ok) throw new Error(formatErrors(found.errors));
  return found.value;
}

test.each<[string, Files, string]>([
  [
    'a secret that is not set',
    { channels: ['  s: { type: slack, token: env:NONE }'] },
    'channels.yaml: the environment variable NONE is not set',
  ],
  [
    'a secret written as itself',
    { channels: ['  s: { type: slack, token: xoxb-1 }'] },
    'channels.yaml: expected env:NAME, the environment variable that holds the secret, or file:/PATH, a file that holds it; never the secret itself; what was found is not shown',
  ],
  [
    'a secret that is a number',
    { channels: ['  s: { type: email, host: h.example, from: a@b.example, user: env:KEY, password: 123456 }'] },
    'channels.yaml: expected env:NAME, the environment variable that holds the secret, or file:/PATH, a file that holds it; never the secret itself; what was found is not shown',
  ],
  [
    'a signing secret that is a number',
    { channels: ['  s: { type: webhook, url: https://a.example, secret: 123456 }'] },
    'channels.yaml: expected env:NAME, the environment variable that holds the secret, or file:/PATH, a file that holds it; never the secret itself; what was found is not shown',
  ],
  [
    'a token that is missing',
    { channels: ['  s: { type: slack }'] },
    'channels.yaml: the key "token" is missing; expected text',
  ],
  [
    'one of two webhook secrets that is not set',
    { channels: ['  w: { type: webhook, url: https://a.example, secret: [env:KEY, env:NONE] }'] },
    'channels.yaml: the environment variable NONE is not set',
  ],
  [
    'plain http to the outside',
    { channels: ['  j: { type: jira, url: http://jira.example, user: env:KEY, api-token: env:KEY, project: OPS }'] },
    'channels.yaml: expected https; plain http only to a host that is listed in allow-hosts',
  ],
  [
    'mail in the clear',
    { channels: ['  m: { type: email, host: smtp.example.com, security: none, from: m@example.com }'] },
    'channels.yaml: mail to smtp.example.com would travel in the clear; expected starttls or tls, or list the host in allow-hosts',
  ],
  [
    'a user without a password',
    { channels: ['  m: { type: email, host: smtp.example.com, user: env:KEY, from: m@example.com }'] },
    'channels.yaml: user and password belong together: give both or neither',
  ],
  [
    'a Teams address that is none',
    { channels: ['  t: { type: teams, webhook-url: env:KEY }'] },
    'channels.yaml: what KEY holds is no http or https address',
  ],
  [
    'a Teams address over plain http',
    { channels: ['  t: { type: teams, webhook-url: env:PLAIN }'] },
    'channels.yaml: what PLAIN holds is no https address; plain http only to a host that is listed in allow-hosts',
  ],
  [
    'a webhook secret that is marked as base64 and is none',
    { channels: ['  w: { type: webhook, url: https://a.example, secret: env:MARKED }'] },
    'channels.yaml: the secret begins with whsec_, but what follows is not base64',
  ],
  [
    'a Slack token with a space in it',
    { channels: ['  s: { type: slack, token: env:SPACED }'] },
    'channels.yaml: the Slack token is empty or holds a character that no token has',
  ],
  [
    'certificates that are not there',
    { channels: ['  m: { type: email, host: smtp.example.com, from: m@example.com, ca-file: /none/ca.pem }'] },
    'channels.yaml: there is no file /none/ca.pem; give one that exists',
  ],
  [
    'a folder of reports that is not there',
    { channels: ['  f: { type: folder, path: /none/reports }'] },
    'channels.yaml: there is no folder /none/reports; give one that exists',
  ],
  [
    'a notion channel with two targets',
    { channels: ['  n: { type: notion, token: env:KEY, database: d, page: p }'] },
    'channels.yaml: expected either database or page, where the reports go; found a map',
  ],
  [
    'an audience over a tool that carries no messages',
    { channels: ['  j: { type: linear, api-key: env:KEY, team: t }'], audiences: ['  product: { channels: [j] }'] },
    'channels.yaml: j (linear) carries no messages; list it under follow',
  ],
  [
    'an internal audience on the public page',
    { channels: ['  p: { type: statuspage, api-key: env:KEY, page: x }'], audiences: ['  product: { channels: [p] }'] },
    'channels.yaml: everybody can read p (statuspage), so the audience must be public: true',
  ],
  [
    'an audience without an address',
    { channels: [mail], audiences: ['  product: { channels: [mail] }'] },
    'channels.yaml: there is no address for mail (email); write audiences.product.addresses: { mail: ... }',
  ],
  [
    'a drill in public',
    { channels: ['  p: { type: statuspage, api-key: env:KEY, page: x }'], rest: 'drill: [p]' },
    'channels.yaml: everybody can read p (statuspage); a drill is never public',
  ],
  [
    'a channel that cannot follow',
    { channels: [mail], rest: 'follow: [{ channel: mail, incidents: [P0] }]' },
    'channels.yaml: mail (email) cannot follow a process; it only carries messages',
  ],
  [
    'a tool that follows twice',
    { channels: [slack], rest: 'follow: [{ channel: slack, incidents: [P0] }, { channel: slack, releases: true }]' },
    'channels.yaml: slack is listed twice',
  ],
  [
    'a follower that follows nothing',
    { channels: [slack], rest: 'follow: [{ channel: slack }]' },
    'channels.yaml: slack would follow nothing: say incidents: all, or some levels, or releases: true',
  ],
  [
    'an audience that is told twice over one channel',
    { channels: [], audiences: ['  product: { channels: [inbox, inbox] }'] },
    'channels.yaml: inbox is listed twice',
  ],
  [
    'a sender that is no e-mail address',
    { channels: ['  m: { type: email, host: smtp.example.com, from: Muster }'] },
    'channels.yaml: expected an e-mail address such as Muster <muster@example.com>; found text "Muster"',
  ],
  [
    'a port that there is not',
    { channels: ['  m: { type: email, host: smtp.example.com, port: 99999, from: m@example.com }'] },
    'channels.yaml: expected at most 65535; found number 99999',
  ],
  [
    'an option of another type of channel',
    { channels: ['  s: { type: slack, token: env:KEY, securty: none }'] },
    'channels.yaml: unknown key "securty"; known: type, token, private, invite, url, allow-hosts',
  ],
  [
    'one of several addresses of an audience that is none',
    { channels: [mail], audiences: ['  product: { channels: [mail], addresses: { mail: [a@example.com, ana] } }'] },
    'channels.yaml: "ana" is no e-mail address',
  ],
  [
    'an address for a channel that does not exist',
    { channels: [slack], audiences: ['  product: { channels: [inbox], addresses: { slak: C024BE91L } }'] },
    'channels.yaml: unknown channel "slak"; did you mean slack?',
  ],
  [
    'the Slack name of a person instead of the id',
    { channels: [slack], people: "reach: [slack], addresses: { slack: '@ada' }" },
    'people.yaml: "@ada" is no Slack id; expected one such as U024BE7LH',
  ],
  [
    'somebody who is to be reached twice over one channel',
    { channels: [], people: 'reach: [inbox, inbox]' },
    'people.yaml: inbox is listed twice',
  ],
  [
    'a follower that does not exist',
    { channels: [slack], rest: 'follow: [{ channel: slak, incidents: [P0] }]' },
    'channels.yaml: unknown channel "slak"; did you mean slack?',
  ],
  [
    'a person without an address',
    { channels: [mail], people: 'reach: [mail]' },
    'people.yaml: there is no address for mail (email); write people.ada.addresses: { mail: ... }',
  ],
  [
    'an address that is none',
    { channels: [mail], people: 'reach: [mail], addresses: { mail: "ada at example" }' },
    'people.yaml: "ada at example" is no e-mail address',
  ],
  [
    'a person paged over a ticket',
    { channels: ['  j: { type: linear, api-key: env:KEY, team: t }'], people: 'reach: [j]' },
    'people.yaml: j (linear) carries no messages; list it under follow',
  ],
  [
    'a reminder that would wake somebody',
    { channels: ['  pd: { type: pagerduty, routing-key: env:KEY }'], people: 'reach: [pd]' },
    'people.yaml: a reminder would ring pd: add a quieter way, such as inbox',
  ],
  [
    'an announcement that would wake somebody',
    {
      channels: ['  pd: { type: pagerduty, routing-key: env:KEY }'],
      audiences: ['  all-hands: { channels: [pd] }'],
    },
    'channels.yaml: pd (pagerduty) calls people; announce over another channel',
  ],
  [
    'a pager that would follow incidents',
    {
      channels: ['  pd: { type: pagerduty, routing-key: env:KEY }'],
      rest: 'follow: [{ channel: pd, incidents: [P0], releases: true }]',
    },
    'channels.yaml: pd (pagerduty) closes by itself what its pages opened; list it with releases: true alone, for its change events',
  ],
  [
    'a pager that has nothing to tell besides',
    {
      channels: ['  og: { type: opsgenie, api-key: env:KEY }'],
      rest: 'follow: [{ channel: og, releases: true }]',
    },
    'channels.yaml: og (opsgenie) closes by itself what its pages opened; take it out',
  ],
  [
    'teams that are not reached',
    { channels: [slack], audiences: ['  affected-teams: { channels: [slack] }'] },
    'services.yaml: affected-teams is announced to by slack (slack), but neither this service nor its team platform has an address for it: write addresses: { slack: ... }',
  ],
  [
    'a conference that is no address',
    { channels: [], rest: 'conference: { url: zoom }' },
    'channels.yaml: expected an https address; {id} stands for the id of the incident; found text "zoom"',
  ],
])('%s is refused', (_name, files, message) => {
  expect(errorsOf(files)).toContain(message);
});

test('what an audience reads follows from its notes; a public audience has none', () => {
  const of = (more: string) => [`  world: { channels: [inbox]${more} }`];
  const config = configOf({ channels: [], audiences: of(', notes: briefing') });
  expect(policyOf(config, 'incident', t0).audiences['world']).toMatchObject({ notes: 'briefing' });
  expect(errorsOf({ channels: [], audiences: of(', public: true, notes: briefing') })).toEqual([
    'channels.yaml: a public audience reads what a person wrote for the public, and no notes; leave notes out; found text "briefing"',
  ]);
});

test('a channel gets its options with the secrets in them, and an address under the name or the type of the channel will do', () => {
  const config = configOf({
    channels: [mail, '  ops: { type: webhook, url: https://a.example/h, secret: [env:KEY, env:OTHER] }', slack],
    people: 'reach: [mail, slack, ops], addresses: { email: ada@example.com, slack: U1 }',
    rest: 'follow: [{ channel: slack, incidents: [P0, P1], releases: true }]\nconference: { url: "https://meet.example/{id}" }',
  });
  expect(channelOptions(config.channels.channels['ops']!, env)).toEqual({
    type: 'webhook',
    url: 'https://a.example/h',
    secret: ['k', 'o'],
    allowHosts: [],
  });
  const policy = policyOf(config, 'incident', t0);
  expect(policy.followers).toMatchObject([
    { channel: 'slack', incidents: ['P0', 'P1'], releases: true, establishes: 'channel-created' },
  ]);
  expect(policy.conference).toEqual({ url: 'https://meet.example/{id}', severities: ['P0', 'P1'] });
});

test('a process that opens no channel needs none of their secrets, and everything else is still checked', () => {
  expect(errorsOf({ channels: ['  s: { type: slack, token: env:NONE }'] }, null)).toEqual([]);
  expect(errorsOf({ channels: ['  s: { type: slack, token: xoxb-1 }'] }, null)).toHaveLength(1);
});

test('no secret is part of what a process copies', () => {
  const config = configOf({
    channels: ['  s: { type: slack, token: env:KEY }'],
    rest: 'follow: [{ channel: s, incidents: [P0] }]',
  });
  expect(JSON.stringify(policyOf(config, 'incident', t0))).not.toContain('env:');
});

test('no secret that was written into the file gets into an error', () => {
  const errors = errorsOf({
    channels: [
      '  a: { type: slack, token: xoxb-canary }',
      '  b: { type: webhook, url: https://a.example, secret: [canary-1, 4711] }',
      '  c: { type: teams, webhook-url: https://canary.example/sig=1 }',
      '  d: { type: email, host: h.example, from: a@b.example, user: canary, password: { canary: 4711 } }',
      '  e: { type: webhook, url: hooks.example/canary, secret: env:KEY }',
      '  f: { type: jira, url: "ftp://user:canary@h.example", user: env:KEY, api-token: env:KEY, project: P }',
      '  g: { type: slack, token: env:KEY, url: xoxb-canary }',
    ],
  });
  expect(errors.filter((error) => error.includes('is not shown'))).toHaveLength(9);
  expect(errors.join()).not.toMatch(/canary|4711/);
});

test.each([
  ['slack', toldInThread],
  ['jira', telling],
  ['linear', telling],
  ['confluence', changing],
  ['notion', changing],
  ['folder', changing],
] as const)('%s hears of all that it tells', (type, told) => {
  const { on } = channelTypes[type].follows!;
  expect([...told].filter((event) => !on.includes(event))).toEqual([]);
});

test('a drill is followed by what is listed under drill, and told over what of that carries messages', () => {
  const config = configOf({
    channels: ['  tickets: { type: linear, api-key: env:KEY, team: t }', slack],
    rest: 'follow: [{ channel: tickets, incidents: [P0] }, { channel: slack, incidents: [P0] }]\ndrill: [tickets, inbox]',
  });
  const { drillChannels, followers } = policyOf(config, 'incident', 0);
  expect(drillChannels).toEqual(['inbox']);
  expect(followers!.map(({ channel, drills }) => [channel, drills])).toEqual([
    ['tickets', true],
    ['slack', false],
  ]);
});
