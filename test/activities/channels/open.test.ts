/**
 * From a line of channels.yaml to an open channel, for every type. The abilities of each channel
 * are those that the configuration states.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { closeChannels, openChannels } from '../../../src/app/channels';
import { channelsShape } from '../../../src/config/files/channel-shapes';
import { channelOptions, channelTypes } from '../../../src/config/checks/channel-types';

const folder = mkdtempSync(join(tmpdir(), 'muster-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = Buffer.alloc(32, 3).toString('base64');
const env = { KEY: key, OTHER: key, USER_NAME: 'ada@example.com', HOOK: 'https://hooks.example.com/x' };
const lines = `
inbox: { type: inbox }
console: { type: console }
webhook: { type: webhook, url: https://hooks.example.com/muster, secret: [env:KEY, env:OTHER] }
email: { type: email, host: smtp.example.com, user: env:USER_NAME, password: env:KEY, from: Muster <muster@example.com> }
slack: { type: slack, token: env:KEY }
teams: { type: teams, webhook-url: env:HOOK }
pagerduty: { type: pagerduty, routing-key: env:KEY }
opsgenie: { type: opsgenie, api-key: env:KEY, responders: [{ type: team, name: platform }] }
statuspage: { type: statuspage, api-key: env:KEY, page: abc123 }
jira: { type: jira, url: https://example.atlassian.net, user: env:USER_NAME, api-token: env:KEY, project: OPS }
linear: { type: linear, api-key: env:KEY, team: ENG }
confluence: { type: confluence, url: https://example.atlassian.net, user: env:USER_NAME, api-token: env:KEY, space: "65537" }
notion: { type: notion, token: env:KEY, database: d9824bdc-8445-4327-be8b-5b47500af6ce }
folder: { type: folder, path: ${JSON.stringify(folder)} }
`;

test('every type of channels.yaml opens, and can do what configuration says', async () => {
  const { channels } = channelsShape.parse({ channels: parse(lines) as unknown, audiences: {} });
  expect(Object.keys(channels).sort()).toEqual(Object.keys(channelTypes).sort());
  const settings = Object.fromEntries(
    Object.entries(channels).map(([name, channel]) => [name, channelOptions(channel, env)]),
  );
  const open = openChannels(settings, { print: () => undefined, clock: () => 0 });
  const can = Object.fromEntries(
    [...open].map(([name, { channel }]) => [name, [channel.deliver !== undefined, channel.follow !== undefined]]),
  );
  const said = Object.fromEntries(
    Object.entries(channelTypes).map(([name, { delivers, follows, pager = false }]) => [
      name,
      [delivers, pager || follows !== undefined],
    ]),
  );
  await closeChannels(open);
  expect(can).toEqual(said);
});

test('one that can never work is named', () => {
  const slack = { type: 'slack', token: 'two\nlines', private: false, invite: true, allowHosts: [] } as const;
  expect(() => openChannels({ chat: slack }, { print: () => undefined, clock: () => 0 })).toThrow(/^channel chat: /);
});
