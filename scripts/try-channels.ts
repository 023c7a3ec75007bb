/**
 * Owns `npm run try-channels`: starts a mail server and a Slack on this machine and writes a
 * configuration that uses them. So an incident can be followed from the first page to the report
 * without any account. Prints all messages that arrive.
 */
import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { setInterval } from 'node:timers';
import { channelSecrets, slackUsers, writeOrganisation } from '../test/support/fakes/organisation';
import { startSlack, type SlackFake } from '../test/support/fakes/slack';
import { startSmtpFake, type SmtpFake } from '../test/support/fakes/smtp';

async function main(): Promise<void> {
  const folder = resolve('.muster', 'try');
  await mkdir(folder, { recursive: true });
  const [smtp, slack] = await Promise.all([startSmtpFake(), startSlack(slackUsers)]);
  const { config, reports } = await writeOrganisation(folder, smtp, slack);
  const here = (path: string) => relative(process.cwd(), path);
  console.log(
    [
      `A mail server listens on 127.0.0.1:${smtp.port}, a Slack on ${slack.url}. What they take is printed here.`,
      `Reports are written to ${here(reports)}.`,
      'In another terminal:',
      `  SLACK_TOKEN=${channelSecrets.SLACK_TOKEN} MUSTER_CONFIG=${here(config)} npm start`,
      'Ctrl-C ends it.',
      '',
    ].join('\n'),
  );
  const shown = new Set<unknown>();
  setInterval(() => {
    for (const line of [...mailLines(smtp, shown), ...slackLines(slack, shown)]) console.log(line);
  }, 200);
}

function mailLines({ mails }: SmtpFake, shown: Set<unknown>): string[] {
  return mails
    .filter((kept) => isNew(shown, kept))
    .flatMap(({ mail, recipients }) => [
      `--- mail to ${recipients.join(', ')}`,
      `Subject: ${mail.subject ?? ''}`,
      '',
      ...(mail.text ?? '').trim().split('\n'),
      '',
    ]);
}

function slackLines({ channels, direct }: SlackFake, shown: Set<unknown>): string[] {
  const told = [
    ...[...direct].map(([user, messages]) => ({ place: `to ${user}`, messages })),
    ...[...channels.values()].map(({ name, messages }) => ({ place: `#${name}`, messages })),
  ];
  return told.flatMap(({ place, messages }) =>
    messages
      .filter((message) => isNew(shown, message))
      .map(({ text, thread_ts }) => `--- Slack ${place}${thread_ts === undefined ? '' : ', in the thread'}\n${text}\n`),
  );
}

function isNew(shown: Set<unknown>, thing: unknown): boolean {
  if (shown.has(thing)) return false;
  shown.add(thing);
  return true;
}

void main();
