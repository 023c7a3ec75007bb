/**
 * The e-mail channel: the mails that leave, and the meaning of each answer of a mail server. Runs
 * against a real SMTP server on loopback; mailparser reads the mails.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { emailChannel } from '../../../src/activities/channels/email/adapter';
import type { EmailOptions } from '../../../src/activities/channels/email/config';
import type { HttpOptions } from '../../../src/activities/http/client';
import { mailOf, messageId } from '../../../src/activities/channels/email/mail';
import type { WrittenMessage } from '../../../src/activities/channel';
import { loopbackCertificate } from '../../support/fakes/certificate';
import { startSmtpFake, type SmtpFake } from '../../support/fakes/smtp';
import { messageLike, pageRequest } from '../../support/messages';
import { t0 } from '../../support/policy';

const signal = new AbortController().signal;
const from = 'Muster <muster@hopngo.example>';
let smtp: SmtpFake;
beforeAll(async () => {
  smtp = await startSmtpFake();
});
beforeEach(() => {
  smtp.trouble();
  smtp.forget();
});
afterAll(() => smtp.close());

const channel = (more: Partial<EmailOptions> & HttpOptions = {}) =>
  emailChannel({ host: smtp.host, port: smtp.port, security: 'none', from, ...more }, () => t0);
const titled = (title: string, more: Partial<WrittenMessage> = {}): WrittenMessage => ({
  ...pageRequest,
  ...more,
  process: { ...pageRequest.process, ...more.process, title },
});
const announcement: WrittenMessage = {
  ...pageRequest,
  kind: 'announce',
  key: 'INC-1/event/4/stakeholders/mail',
  rung: null,
  subject: 'P0 declared',
  recipient: 'stakeholders',
  channel: 'mail',
  canAcknowledge: false,
};

test('a page arrives with its subject, its text, the way to acknowledge it, and the process', async () => {
  const links = [
    { relation: 'bridge', to: 'https://meet.example/abc', title: 'The bridge' },
    { relation: 'other', to: 'javascript:alert(1)' },
  ];
  expect(await channel().deliver(messageLike({ ...pageRequest, links }), signal)).toEqual({
    status: 'delivered',
    at: expect.any(Number) as number,
  });
  const { mail, recipients } = smtp.mails[0]!;
  expect(recipients).toEqual(['giorgos@hopngo.example']);
  expect(mail.from?.text).toBe('"Muster" <muster@hopngo.example>');
  expect(mail.subject).toBe('[P0] INC-1 Checkout is down: nobody has answered');
  expect(mail.text).toBe(
    'Checkout is down\nWhy you: secondary\n\nAcknowledge: http://muster.example/v1/ack/t\nINC-1: http://muster.example/v1/incidents/INC-1\nThe bridge: https://meet.example/abc\n',
  );
  expect(mail.html).toContain('<a href="http://muster.example/v1/ack/t"');
  expect(mail.html).toContain('<a href="http://muster.example/v1/incidents/INC-1">INC-1</a>');
  expect(mail.html).not.toContain('javascript');
  expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  expect(mail.headers.get('x-muster-key')).toBe(pageRequest.key);
});

test('a retry has the same Message-ID, another message has another, and both belong to the thread of their process', async () => {
  const muster = channel();
  for (const key of ['a', 'a', 'b']) await muster.deliver(messageLike({ ...pageRequest, key }), signal);
  const mails = smtp.mails.map(({ mail }) => mail);
  expect(mails[0]!.messageId).toMatch(/^<[0-9a-f]{40}@hopngo\.example>$/);
  expect(mails[1]!.messageId).toBe(mails[0]!.messageId);
  expect(mails[2]!.messageId).not.toBe(mails[0]!.messageId);
  expect(new Set(mails.map(({ inReplyTo }) => inReplyTo)).size).toBe(1);
  expect(mails[0]!.references).toBe(mails[0]!.inReplyTo);
  expect(messageId('a@one.example', 'k')).not.toBe(messageId('b@one.example', 'k'));
});

test('all addresses of a person are written to; those of an audience are not shown to each other', async () => {
  const addresses = ['a@hopngo.example', 'b@hopngo.example'];
  await channel().deliver(messageLike(pageRequest, { to: { name: 'Ana', addresses } }), signal);
  await channel().deliver(messageLike(announcement, { to: { name: 'stakeholders', addresses } }), signal);
  expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([addresses, addresses]);
  const [page, announced] = smtp.mails;
  expect(page!.raw).toContain('b@hopngo.example');
  for (const address of addresses) expect(announced!.raw).not.toContain(address);
  expect(announced!.raw).toMatch(/^To: Muster <muster@hopngo\.example>\r$/m);
  expect(announced!.mail.subject).toBe('[P0] INC-1 Checkout is down: P0 declared');
});

test('a public message carries no internal link, id or title, even when asked for an acknowledgement', async () => {
  const request = titled('Acme migration broke ledger-7', {
    kind: 'announce',
    public: true,
    text: 'We are looking into a problem.',
    links: [{ relation: 'chat', to: 'https://chat.example/incident' }],
  });
  await channel().deliver(messageLike(request), signal);
  const { mail } = smtp.mails[0]!;
  expect(mail.text).toBe('We are looking into a problem.\n');
  expect(mail.subject).toBe('We are looking into a problem.');
  for (const part of [smtp.mails[0]!.raw, mail.html])
    expect(part).not.toMatch(/muster\.example|chat\.example|Acme|INC-1|ledger|giorgos\/ops/);
});

test('a drill says so first', async () => {
  const request = titled('Checkout is down', { process: { ...pageRequest.process, drill: true } });
  await channel().deliver(messageLike(request), signal);
  expect(smtp.mails[0]!.mail.subject).toBe('[DRILL] [P0] INC-1 Checkout is down: nobody has answered');
});

test('a title in any script arrives as it was written, and markup in it stays text', async () => {
  const title = 'Оплата не работает 💳 <b onclick="x">&amp;';
  await channel().deliver(messageLike(titled(title, { text: `${title}\nline 2` })), signal);
  const { mail } = smtp.mails[0]!;
  expect(mail.subject).toBe(`[P0] INC-1 ${title}: nobody has answered`);
  expect(mail.text).toContain(title);
  expect(mail.html).toContain('💳 &lt;b onclick=&quot;x&quot;&gt;&amp;amp;<br>\nline 2');
});

test('nothing that is in a title, name or key makes a header of its own', async () => {
  const sink = createTransport({ streamTransport: true, buffer: true });
  const nasty = fc.string({ unit: fc.constantFrom('\r', '\n', ':', ' ', 'a', '\u2028', '\0', 'Bcc: x@y.z', '\r\n') });
  await fc.assert(
    fc.asyncProperty(nasty, nasty, nasty, async (title, key, name) => {
      const message = messageLike(titled(`T\r\nBcc: evil@x.example${title}`, { key: `k\r\nX-Evil: 1${key}` }), {
        to: { name: `N\r\nCc: evil@x.example${name}`, addresses: ['giorgos@hopngo.example'] },
      });
      const sent = await sink.sendMail(mailOf(message, message.to.addresses, { from }));
      const mail = await simpleParser(sent.message);
      expect(sent.envelope.to).toEqual(['giorgos@hopngo.example']);
      expect([mail.bcc, mail.cc, mail.headers.get('x-evil')]).toEqual([undefined, undefined, undefined]);
    }),
    { numRuns: 60 },
  );
});

test('what is no address is never sent to, and who has none is told where to write one', async () => {
  const to = (addresses: string[]) => ({ to: { name: 'Giorgos Nikolaou', addresses } });
  expect(await channel().deliver(messageLike(pageRequest, to([])), signal)).toEqual({
    status: 'failed',
    because:
      'no e-mail address of Giorgos Nikolaou is known; write one under people.giorgos.addresses.ops in people.yaml',
  });
  expect(await channel().deliver(messageLike(announcement, to([])), signal)).toMatchObject({
    because: expect.stringContaining('audiences.stakeholders.addresses') as string,
  });
  const wrong = ['#ops', 'a@b.example>\r\nRCPT TO:<c@d.example', 'a@b.example, c@d.example', '@x', 'a b@c.example'];
  expect(await channel().deliver(messageLike(pageRequest, to(wrong)), signal)).toMatchObject({
    status: 'failed',
    because: expect.stringContaining('"#ops"') as string,
  });
  await channel().deliver(messageLike(pageRequest, to([...wrong, 'ok@hopngo.example'])), signal);
  expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([['ok@hopngo.example']]);
});

test.each([
  ['greeting', '421 too busy', 'unavailable'],
  ['greeting', '554 no service', 'failed'],
  ['recipient', '450 greylisted', 'unavailable'],
  ['recipient', '550 5.1.1 no such user', 'failed'],
  ['message', '452 out of storage', 'unavailable'],
  ['message', '554 rejected', 'failed'],
] as const)('%s answered "%s" means %s', async (at, reply, status) => {
  smtp.trouble({ at, reply });
  const attempt = await channel().deliver(messageLike(), signal);
  expect(attempt).toMatchObject({ status, because: expect.stringContaining(reply.slice(0, 3)) as string });
  expect(smtp.mails).toEqual([]);
});

test('of several addresses one that is refused does not keep the others from the message', async () => {
  smtp.trouble({ at: 'recipient', recipient: 'gone@hopngo.example', reply: '550 5.1.1 no such user' });
  const to = { name: 'Ana', addresses: ['gone@hopngo.example', 'ana@hopngo.example'] };
  expect(await channel().deliver(messageLike(pageRequest, { to }), signal)).toMatchObject({ status: 'delivered' });
  expect(smtp.mails[0]!.recipients).toEqual(['ana@hopngo.example']);
});

test.each(['greeting', 'recipient', 'message'] as const)(
  'a server that falls silent at the %s costs no more than the time limit',
  async (at) => {
    smtp.trouble({ at });
    const muster = channel({ timeoutMs: 200 });
    const before = performance.now();
    expect(await muster.deliver(messageLike(), signal)).toEqual({
      status: 'unavailable',
      because: '127.0.0.1: no answer within 0.2 s',
    });
    expect(performance.now() - before).toBeLessThan(10_000);
    await muster.close?.();
  },
);

test('a server that sends a byte now and then does not stretch the time limit', async () => {
  const timers = new Set<NodeJS.Timeout>();
  const dripping = createServer((socket) => {
    const timer = setInterval(() => socket.write('2'), 40);
    timers.add(timer);
    socket.on('error', () => undefined).on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
  const muster = channel({ port: (dripping.address() as AddressInfo).port, timeoutMs: 200 });
  const before = performance.now();
  expect(await muster.deliver(messageLike(), signal)).toMatchObject({ status: 'unavailable' });
  expect(performance.now() - before).toBeLessThan(10_000);
  await new Promise((resolve) => dripping.close(resolve));
  for (const timer of timers) clearInterval(timer);
});

test('an attempt ends when the worker shuts down or the channel is closed, and no connection is left', async () => {
  smtp.trouble({ at: 'message' });
  const stopping = new AbortController();
  const first = channel().deliver(messageLike(), stopping.signal);
  const muster = channel();
  const second = muster.deliver(messageLike(), signal);
  while (smtp.connections() < 2) await new Promise((resolve) => setImmediate(resolve));
  stopping.abort(new Error('the worker shuts down'));
  await muster.close?.();
  for (const attempt of await Promise.all([first, second])) expect(attempt.status).toBe('unavailable');
  while (smtp.connections() > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('a mail server that is not there, or that nobody knows, can be tried again', async () => {
  for (const more of [{ port: 1 }, { host: 'nowhere.invalid', security: 'starttls' as const, timeoutMs: 5_000 }])
    expect(await channel(more).deliver(messageLike(), signal)).toMatchObject({ status: 'unavailable' });
});

test('the password is checked: accepted the mail leaves, refused it fails for good and is not told', async () => {
  const guarded = await startSmtpFake({ login: { user: 'muster', password: 's3cr3t-word' } });
  const login = (password: string) => channel({ port: guarded.port, user: 'muster', password });
  expect(await login('s3cr3t-word').deliver(messageLike(), signal)).toMatchObject({ status: 'delivered' });
  expect(guarded.mails[0]!.user).toBe('muster');
  const refused = await login('another-w0rd').deliver(messageLike(), signal);
  expect(refused).toMatchObject({ status: 'failed', because: expect.stringContaining('535') as string });
  expect(JSON.stringify(refused)).not.toContain('another-w0rd');
  await guarded.close();
});

describe('encryption', () => {
  let folder: string;
  let caFile: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-ca-'));
    caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, loopbackCertificate);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(['starttls', 'tls'] as const)(
    '%s: a certificate that nobody vouches for is refused, one that ca-file vouches for is taken',
    async (security) => {
      const encrypted = await startSmtpFake({ security });
      const to = (more: Partial<EmailOptions>) => channel({ port: encrypted.port, security, ...more });
      expect(await to({}).deliver(messageLike(), signal)).toMatchObject({
        status: 'failed',
        because: expect.stringContaining('ca-file') as string,
      });
      expect(encrypted.mails).toEqual([]);
      expect(await to({ caFile }).deliver(messageLike(), signal)).toMatchObject({ status: 'delivered' });
      expect(encrypted.mails[0]!.secure).toBe(true);
      await encrypted.close();
    },
  );

  test('a server that offers no encryption gets neither mail nor password', async () => {
    const attempt = await channel({ security: 'starttls', user: 'u', password: 'p' }).deliver(messageLike(), signal);
    expect(attempt).toMatchObject({ status: 'failed' });
    expect(smtp.mails).toEqual([]);
  });

  test('mail leaves unencrypted to loopback or a listed host only', () => {
    expect(() => channel({ host: 'mail.example.com' })).toThrow('allow-hosts');
    expect(() => channel({ host: '127.evil.example' })).toThrow('allow-hosts');
    expect(() => channel({ host: 'mail.example.com', allowHosts: ['Mail.example.com'] })).not.toThrow();
  });
});
