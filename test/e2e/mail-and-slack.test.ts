/**
 * A whole incident as a team sees it: a page by mail over a real SMTP server, an acknowledgement by
 * the link in it, the incident's own Slack channel, and the finished report in a folder. Real `npm
 * start`, real sockets, real seconds.
 */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Muster, removeFolder, until } from './muster';
import { channelSecrets, slackUsers, writeOrganisation } from '../support/fakes/organisation';
import { startSlack, type SlackFake } from '../support/fakes/slack';
import { startSmtpFake, type SmtpFake } from '../support/fakes/smtp';

let folder: string;
let smtp: SmtpFake;
let slack: SlackFake;
let reports: string;
let muster: Muster;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-mail-'));
  [smtp, slack] = await Promise.all([startSmtpFake(), startSlack(slackUsers)]);
  ({ reports } = await writeOrganisation(folder, smtp, slack));
  muster = Muster.launch(folder, await freePort(), channelSecrets);
  await muster.ready();
}, 90_000);
afterAll(async () => {
  await muster.end();
  await Promise.all([smtp.close(), slack.close()]);
  await removeFolder(folder);
}, 30_000);

const soon = (question: () => boolean | Promise<boolean>) => until(async () => question(), 20_000);
const pageTo = (address: string) =>
  smtp.mails.find(
    ({ recipients, mail }) => recipients.includes(address) && /^Acknowledge: http/m.test(mail.text ?? ''),
  );

test('a page by mail is acknowledged from its link; Slack and the report follow to the end', async () => {
  const declared = await muster.post('/v1/incidents', {
    title: 'Checkout is down',
    severity: 'P0',
    services: ['payments'],
    customerFacing: true,
  });
  const id = declared.body['id'] as string;
  expect(await soon(() => pageTo('fatima@hopngo.example') !== undefined)).toBe(true);
  const { mail } = pageTo('fatima@hopngo.example')!;
  expect(mail.text).toContain('🚨 INCIDENT ALERT - P0');
  expect(mail.text).toContain(`Incident ID: ${id}`);

  // Mail programs open links by themselves: nothing may happen until somebody presses the button.
  const link = /Acknowledge: (http\S+)/.exec(mail.text ?? '')![1]!;
  expect((await fetch(link)).status).toBe(200);
  expect((await muster.get(`/v1/incidents/${id}`)).body['acknowledgedBy']).toBeUndefined();
  expect((await fetch(link, { method: 'POST' })).status).toBe(200);
  expect((await muster.get(`/v1/incidents/${id}`)).body).toMatchObject({
    acknowledgedBy: 'fatima',
    roles: { commander: 'fatima' },
  });

  const review = { rootCause: 'A bad deploy', resolution: 'Rolled back', wentWell: ['The page'] };
  for (const [command, body] of [
    ['post-update', { text: 'Rolling back the gateway' }],
    ['resolve', { summary: 'Rolled back' }],
    ['write-review', review],
    ['close', { skipRest: 'an end-to-end test' }],
  ] as const)
    expect(await muster.post(`/v1/incidents/${id}/${command}`, body, 'fatima')).toMatchObject({ status: 200 });

  const channel = () => [...slack.channels.values()].find(({ purpose, topic }) => `${purpose}${topic}`.includes(id));
  const said = () => (channel()?.messages ?? []).map(({ text }) => text).join('\n');
  expect(await soon(() => said().includes('Closed'))).toBe(true);
  expect(channel()!.name).toMatch(/^incident-\d{4}-\d\d-\d\d-\d\d-\d\d$/);
  expect([...channel()!.members]).toContain('UFATIMA');
  for (const words of ['Acknowledged', 'Rolling back the gateway', 'Resolved: Rolled back'])
    expect(said()).toContain(words);

  const report = () => readFile(join(reports, `${id}.md`), 'utf8').catch(() => '');
  expect(await soon(async () => (await report()).includes('Closed'))).toBe(true);
  expect(await report()).toMatch(
    /## Root Cause\nA bad deploy\n[\s\S]*## Lessons Learned\n### What Went Well\n- The page\n/,
  );

  const { body } = await muster.get(`/v1/incidents/${id}`);
  const items = (body['phases'] as { groups: { items: { id: string; evidence?: string }[] }[] }[]).flatMap(
    ({ groups }) => groups.flatMap((group) => group.items),
  );
  expect(items.find((item) => item.id === 'channel-created')).toMatchObject({ evidence: 'channel-created' });
}, 90_000);

test('when the mail server refuses, the same person is paged over Slack, and the timeline says why', async () => {
  smtp.trouble({ at: 'recipient', reply: '550 no such user', recipient: 'fatima@hopngo.example' });
  const before = slack.direct.get('UFATIMA')?.length ?? 0;
  const { body } = await muster.post('/v1/incidents', {
    title: 'Search is down',
    severity: 'P0',
    services: ['search'],
  });
  expect(await soon(() => (slack.direct.get('UFATIMA')?.length ?? 0) > before)).toBe(true);
  smtp.trouble();
  const timeline = (await muster.get(`/v1/incidents/${body['id'] as string}/timeline`)).body['items'] as {
    text: string;
  }[];
  expect(timeline.map(({ text }) => text).join('\n')).toMatch(/Could not reach fatima by mail: .*550/);
}, 40_000);

test('muster channel test sends over the same way', async () => {
  smtp.forget();
  const answer = await muster.post('/v1/channels/mail/test?to=fatima', {}, 'ana');
  expect(answer.body).toMatchObject({ status: 'delivered', to: 'fatima' });
  expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([['fatima@hopngo.example']]);
}, 40_000);
