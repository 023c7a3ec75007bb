/** R40: how each channel shows a message that names several pages, filled to its room. */
import type { Deliverer, Message } from '../../../src/activities/channel';
import { emailChannel } from '../../../src/activities/channels/email/adapter';
import { mailOf } from '../../../src/activities/channels/email/mail';
import { inboxChannel } from '../../../src/activities/channels/inbox/adapter';
import { opsgenieChannel } from '../../../src/activities/channels/opsgenie/adapter';
import { pagerDutyChannel } from '../../../src/activities/channels/pagerduty/adapter';
import { slackChannel } from '../../../src/activities/channels/slack/adapter';
import { messagePost } from '../../../src/activities/channels/slack/blocks';
import { teamsChannel } from '../../../src/activities/channels/teams/adapter';
import { cardMessage } from '../../../src/activities/channels/teams/card';
import { webhookChannel } from '../../../src/activities/channels/webhook/adapter';
import { gatheredMessage } from '../../../src/activities/gathered-message';
import { slackToken, startSlack } from '../../support/fakes/slack';
import { messageLike, ofLevel, pageRequest } from '../../support/messages';
import { t0 } from '../../support/policy';
import { never, withVendor } from '../../support/vendor-contract';

const from = 'Muster <muster@hopngo.example>';
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const clock = () => t0;
const webhook = { url: 'https://hook.example/', secret };
const channels = {
  email: emailChannel({ host: 'mail.example', security: 'tls', from }, clock),
  slack: slackChannel({ token: slackToken, private: false, invite: true }, clock),
  teams: teamsChannel({ webhookUrl: 'https://teams.example/flow' }, clock),
  webhook: webhookChannel({ ...webhook, gather: true }, clock),
} satisfies Record<string, Deliverer>;
const alone = {
  inbox: inboxChannel(clock),
  pagerduty: pagerDutyChannel({ routingKey: 'k' }, clock),
  opsgenie: opsgenieChannel({ apiKey: 'k', responders: [] }, clock),
  'webhook without gather': webhookChannel(webhook, clock),
} satisfies Record<string, Deliverer>;
afterAll(async () => {
  for (const one of [...Object.values(channels), ...Object.values(alone)]) await one.close?.();
});

// As long as they are in real life: an id of the day, a signed link, a title with hostile marks.
const hostile = '<b>&"{{DATE(x)}}" _*🚨 payments of every kind in every region fail';
const pageOf = (index: number): Message => {
  const id = `INC-2026-12-07-${String(index).padStart(3, '0')}`;
  const process = { ...pageRequest.process, ...ofLevel('P1'), id, title: `${index} ${hostile}` };
  return messageLike(
    { ...pageRequest, key: `${id}/response/1/1/giorgos/ops`, process },
    {
      body: JSON.stringify({ key: id, process: { id }, ackUrl: `ack-${id}`, text: 'x'.repeat(2_000) }),
      to: { name: 'Giorgos Nikolaou', addresses: ['UGIORGOS'] },
      urls: {
        process: `https://muster.hopngo.example/v1/incidents/${id}`,
        acknowledge: `https://muster.hopngo.example/v1/ack/${'t'.repeat(80)}.${'s'.repeat(43)}-${id}`,
      },
    },
  );
};
/** As many pages as one message over the channel holds. */
function filled({ gathers }: Deliverer): Message[] {
  const pages: Message[] = [];
  for (let taken = 0; ;) {
    const page = pageOf(pages.length + 1);
    taken += gathers!.sizeOf(page);
    if (taken > gathers!.room) return pages;
    pages.push(page);
  }
}
const acksOf = (pages: readonly Message[]) => pages.map(({ urls }) => urls.acknowledge);
/** The web addresses in anything, once each. */
const addressesIn = (shown: unknown) => [...new Set(JSON.stringify(shown).match(/https:\/\/[^"<>\\ ]+/g))];

test('two messages are enough for the rest of a hundred pages, over every channel that gathers', () => {
  for (const channel of Object.values(channels)) expect(filled(channel).length * 2).toBeGreaterThanOrEqual(97);
});

test.each(Object.entries(alone))('%s gets each page by itself', (_name, channel: Deliverer) => {
  expect(channel.gathers).toBeUndefined();
});

test('a mail has a line and a button for each page, in text and HTML, and belongs to no thread', () => {
  const pages = filled(channels.email);
  const mail = mailOf(gatheredMessage(pages), ['giorgos@hopngo.example'], { from });
  expect(mail.subject).toBe('[P1] 200 pages: INC-2026-12-07-001, INC-2026-12-07-002, INC-2026-12-07-003 and 197 more');
  expect(mail).not.toHaveProperty('inReplyTo');
  for (const { urls, request } of pages) {
    expect(mail.text).toContain(`${request.process.id} ${request.process.title.slice(0, 40)}`);
    expect(mail.text).toContain(`\nAcknowledge: ${urls.acknowledge!}\n`);
    expect(mail.html).toContain(`<a href="${urls.acknowledge!}" style=`);
  }
  expect(mail.html).not.toContain('<b>&');
});

test('Slack has a button for each page, takes the message, and knows it again', () =>
  withVendor(
    {
      start: () => startSlack(undefined, clock),
      channel: (options: object) =>
        slackChannel({ token: slackToken, private: false, invite: true, ...options }, clock),
    },
    async (fake, channel) => {
      const pages = filled(channels.slack);
      const message = gatheredMessage(pages);
      expect(await channel.deliver!(message, never)).toMatchObject({ status: 'delivered' });
      // Another worker: it finds the message and posts no other.
      expect(await channel.deliver!({ ...message, isRepeated: true }, never)).toMatchObject({ status: 'delivered' });
      const posts = [...fake.direct.values()].flatMap(({ length }) => length);
      expect(posts).toEqual([1]);
      const { blocks } = messagePost(message);
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(addressesIn(blocks)).toEqual(acksOf(pages));
      const labels = (JSON.stringify(blocks).match(/INC-2026-12-07-\d+ \d/g) ?? []).length;
      expect(labels).toBe(pages.length);
    },
  ));

test('a card of Teams has a line and a link for each page, within the limit', () => {
  const pages = filled(channels.teams);
  const card = cardMessage(gatheredMessage(pages));
  expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(28 * 1024);
  const links = addressesIn(card).filter((one) => one.includes('/v1/ack/'));
  expect(links).toEqual(acksOf(pages));
  expect(JSON.stringify(card)).toContain('[P1] INC-2026-12-07-001 1 <b>&');
});

test('a webhook with `gather` gets the fields of the worst page, and every page as it would have come alone', () => {
  const worst = pageOf(7);
  const pages = [
    pageOf(1),
    { ...worst, request: { ...worst.request, process: { ...worst.request.process, ...ofLevel('P0') } } },
  ];
  const body = JSON.parse(gatheredMessage(pages).body) as Record<string, unknown>;
  expect(body).toMatchObject({
    key: expect.stringMatching(/^gathered\/[0-9a-f]{40}$/) as string,
    process: { id: 'INC-2026-12-07-007' },
    why: 'you are paged 2 times within a minute',
    gathered: [{ process: { id: 'INC-2026-12-07-007' } }, { process: { id: 'INC-2026-12-07-001' } }],
  });
  expect(gatheredMessage([...pages].reverse()).body).toBe(gatheredMessage(pages).body);
  const most = filled(channels.webhook);
  expect(Buffer.byteLength(gatheredMessage(most).body)).toBeLessThan(1_048_576);
});
