/**
 * The shipped organisation with real channels: mail over SMTP, Slack with incident channels,
 * reports into a folder, all on this machine. For the end-to-end test and for `npm run
 * try-channels`. Knows nothing of the messages.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { slackToken, type SlackFake } from './slack';
import type { SmtpFake } from './smtp';

const shipped = join(__dirname, '..', '..', '..', 'config');

/** The variables that Muster needs to start with this configuration. */
export const channelSecrets = { SLACK_TOKEN: slackToken };
/** Slack ids of the people who are reached over Slack. */
export const slackUsers = ['UFATIMA', 'UGIORGOS'] as const;

/** Writes `folder`/config and `folder`/post-mortems; fatima is reached by mail, then Slack. */
export async function writeOrganisation(folder: string, smtp: Pick<SmtpFake, 'port'>, slack: Pick<SlackFake, 'url'>) {
  const config = join(folder, 'config');
  const reports = join(folder, 'post-mortems');
  await cp(shipped, config, { recursive: true });
  await mkdir(reports, { recursive: true });
  const edit = async (file: string, ...changes: readonly (readonly [from: string, to: string])[]) => {
    let text = await readFile(join(config, file), 'utf8');
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
      text = text.replace(from, to);
    }
    await writeFile(join(config, file), text);
  };
  await edit(
    'channels.yaml',
    [
      'console: { type: console }',
      [
        'console: { type: console }',
        `mail: { type: email, host: 127.0.0.1, port: ${smtp.port}, security: none, from: Muster <muster@hopngo.example> }`,
        `slack: { type: slack, token: env:SLACK_TOKEN, url: "${slack.url}", allow-hosts: [127.0.0.1] }`,
        `reports: { type: folder, path: ${JSON.stringify(reports)} }`,
      ].join('\n  '),
    ],
    [
      'follow: []',
      'follow:\n  - { channel: slack, incidents: [P0, P1] }\n  - { channel: reports, incidents: [P0, P1, P2, P3] }',
    ],
    [
      'leadership: { channels: [inbox], notes: briefing }',
      'leadership: { channels: [mail], notes: briefing, addresses: { mail: [ana@hopngo.example, bruno@hopngo.example] } }',
    ],
    ['drill:', 'conference: { url: "https://meet.example.com/{id}" }\ndrill:'],
  );
  await edit(
    'people.yaml',
    [
      'fatima: { name: Fatima Haddad, roles: [], reach: [inbox] }',
      'fatima: { name: Fatima Haddad, roles: [], reach: [mail, slack], addresses: { mail: fatima@hopngo.example, slack: UFATIMA } }',
    ],
    [
      'giorgos: { name: Giorgos Nikolaou, roles: [], reach: [inbox] }',
      'giorgos: { name: Giorgos Nikolaou, roles: [], reach: [slack, inbox], addresses: { slack: UGIORGOS } }',
    ],
  );
  return { config, reports };
}
