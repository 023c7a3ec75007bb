/** The Teams channel: what people see, and the meaning of each answer of the webhook. */
import fc from 'fast-check';
import type { Deliverer, WrittenMessage } from '../../../src/activities/channel';
import { cardMessage } from '../../../src/activities/channels/teams/card';
import { teamsChannel } from '../../../src/activities/channels/teams/adapter';
import { startTeams, teamsSecret, type TeamsFake } from '../../support/fakes/teams';
import { messageLike, pageRequest } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor } from '../../support/vendor-contract';

// The shared contract gives the address of the fake server; the address of the webhook is longer.
let webhookUrl = '';
const start = async (): Promise<TeamsFake> => {
  const fake = await startTeams();
  webhookUrl = fake.webhookUrl;
  return fake;
};
const channel = (options: object) => teamsChannel({ ...options, webhookUrl }, () => t0);
const using = (use: (fake: TeamsFake, channel: Deliverer) => Promise<void>) =>
  withVendor({ start, channel }, (fake, opened) => use(fake, opened as Deliverer));

keepsTheVendorContract({
  start,
  channel,
  attempt: (opened, signal) => opened.deliver!(messageLike(), signal),
  // A webhook does not drop a repeated card: after a lost answer the same card is there twice.
  made: (fake) => new Set(fake.lines().map((lines) => lines.join('\n'))),
  statusOnly: true,
});

test('a page shows the words, the facts, the way to acknowledge it and the process', () =>
  using(async (fake, teams) => {
    expect(await teams.deliver(messageLike(), never)).toEqual({
      status: 'delivered',
      at: expect.any(Number) as number,
    });
    expect(fake.lines()).toEqual([
      [
        '[P0] INC-1 Checkout is down: nobody has answered',
        'Checkout is down',
        'Why you: secondary',
        'Severity: P0',
        'Status: investigating',
        'Services: payments',
        'Why: you are secondary',
      ],
    ]);
    expect(fake.cards[0]).toMatchObject({
      type: 'AdaptiveCard',
      version: '1.4',
      actions: [
        { type: 'Action.OpenUrl', title: 'Acknowledge', url: 'http://muster.example/v1/ack/t' },
        { type: 'Action.OpenUrl', title: 'INC-1', url: 'http://muster.example/v1/incidents/INC-1' },
      ],
    });
    expect(JSON.parse(fake.received[0]!.text)).toMatchObject({ attachments: [{ contentUrl: null }] });
  }));

test('a public message holds nothing but its text', () =>
  using(async (fake, teams) => {
    const request: WrittenMessage = { ...pageRequest, kind: 'announce', public: true, text: 'We look into a problem.' };
    await teams.deliver(messageLike(request), never);
    expect(fake.lines()).toEqual([['We look into a problem.', 'We look into a problem.']]);
    expect(fake.cards[0]!.actions).toEqual([]);
    expect(fake.received[0]!.text).not.toMatch(/INC-1|Checkout|muster\.example|giorgos/);
  }));

test('a title is shown as it is written: nothing of it is read as Markdown, a date or a link', () => {
  const title = '[Reset](https://evil.example) **now** {{DATE(2026-01-01T00:00:00Z)}} <at>all</at>';
  const card = JSON.stringify(cardMessage(messageLike({ ...pageRequest, process: { ...pageRequest.process, title } })));
  expect(card).toContain('[Reset](https://evil.example) **now** {\u200b{DATE');
  expect(card).not.toMatch(/"(TextBlock|FactSet)"/);
});

test('whatever the text, the card fits, and what was cut is seen to be', () => {
  const unit = fc.constantFrom('a', '"', '\n', '💳', '\\', '\u0000', 'word ');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 400 }), fc.integer({ min: 1, max: 400 }), (piece, times) => {
      const text = piece.repeat(times);
      const card = JSON.stringify(cardMessage(messageLike({ ...pageRequest, text })));
      expect(Buffer.byteLength(card)).toBeLessThanOrEqual(28 * 1024);
      if (Buffer.byteLength(JSON.stringify(text)) > 28 * 1024) expect(card).toContain('(cut: ');
      if (text.length < 50) expect(card).not.toContain('(cut: ');
    }),
    { numRuns: 60 },
  );
});

test('the address is never told, whatever the answer quotes', () =>
  using(async (fake, teams) => {
    const secrets = [decodeURIComponent(teamsSecret), teamsSecret, '0123456789abcdef'];
    for (const text of [
      fake.webhookUrl,
      decodeURIComponent(fake.webhookUrl),
      `sig ${teamsSecret} is wrong`,
      `${'-'.repeat(170)}${teamsSecret}`,
    ]) {
      fake.fail({ status: 403, text });
      const attempt = await teams.deliver(messageLike(), never);
      expect(attempt).toMatchObject({
        status: 'failed',
        because: expect.stringMatching(/answered 403: \(not told/) as string,
      });
      for (const secret of [...secrets, teamsSecret.slice(0, 12)])
        expect(JSON.stringify(attempt)).not.toContain(secret);
    }
    for (const fault of ['refuse', 'lose', { status: 302, headers: { location: fake.webhookUrl } }] as const) {
      fake.fail(fault);
      const attempt = JSON.stringify(await teams.deliver(messageLike(), never));
      for (const secret of secrets) expect(attempt).not.toContain(secret);
    }
    const closed = teamsChannel({ webhookUrl: fake.webhookUrl }, () => t0);
    const attempt = JSON.stringify(await closed.deliver(messageLike(), never));
    expect(attempt).toContain('allow-hosts');
    for (const secret of secrets) expect(attempt).not.toContain(secret);
    await closed.close?.();
  }));

test('an address that is none is refused at the start, unquoted', () => {
  let thrown: unknown;
  try {
    teamsChannel({ webhookUrl: 'not a url but s3cret' }, () => t0);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Error);
  expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain('s3cret');
});
