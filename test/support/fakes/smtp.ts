/**
 * A real SMTP server on loopback that parses and keeps its mails, and can be told to refuse mails
 * or to fall silent. Knows nothing of Muster.
 */
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { loopbackCertificate, loopbackKey } from './certificate';

export interface KeptMail {
  readonly mail: ParsedMail;
  /** The mail as it came over the wire. */
  readonly raw: string;
  /** The recipients of the envelope, blind copies included. */
  readonly recipients: readonly string[];
  /** Whether the connection was encrypted. */
  readonly secure: boolean;
  readonly user?: string;
}
export interface SmtpFakeOptions {
  /** `none` (default): no encryption offered. `tls`: encrypted from the start. */
  readonly security?: 'starttls' | 'tls' | 'none';
  /** Only this user may send. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly port?: number;
}
/** What happens to the next mails: refused at this step, or no answer. */
export interface Trouble {
  readonly at: 'greeting' | 'recipient' | 'message';
  /** A reply such as `450 try later`; absent: silence. */
  readonly reply?: string;
  /** Only for this recipient. */
  readonly recipient?: string;
  /** How many times; default always. */
  readonly times?: number;
}
export interface SmtpFake {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly mails: readonly KeptMail[];
  /** Connections open now. */
  readonly connections: () => number;
  /** Replaces the current trouble; without an argument there is no trouble. */
  trouble(trouble?: Trouble): void;
  forget(): void;
  close(): Promise<void>;
}

export async function startSmtpFake({ security = 'none', login, port = 0 }: SmtpFakeOptions = {}): Promise<SmtpFake> {
  const mails: KeptMail[] = [];
  let trouble: Trouble | undefined;
  let left = 0;
  const meets = (at: Trouble['at'], recipient?: string): Trouble | undefined => {
    if (trouble?.at !== at || left <= 0) return undefined;
    if (trouble.recipient !== undefined && trouble.recipient !== recipient) return undefined;
    left--;
    return trouble;
  };
  /** Calls `pass` unless there is trouble; then refuses, or never answers. */
  const gate = (at: Trouble['at'], answer: (error: Error | null) => void, pass: () => void, recipient?: string) => {
    const met = meets(at, recipient);
    if (!met) return pass();
    if (met.reply !== undefined) answer(refusal(met.reply));
  };
  const options: SMTPServerOptions = {
    secure: security === 'tls',
    key: loopbackKey,
    cert: loopbackCertificate,
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: [...(security === 'starttls' ? [] : ['STARTTLS']), ...(login === undefined ? ['AUTH'] : [])],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 50,
    onAuth({ username, password }, _session, callback) {
      if (username === login?.user && password === login?.password) callback(null, { user: username });
      else callback(refusal('535 5.7.8 Authentication credentials invalid'));
    },
    onConnect: (_session, callback) => gate('greeting', callback, () => callback()),
    onRcptTo: ({ address }, _session, callback) => gate('recipient', callback, () => callback(), address),
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        gate('message', callback, () => {
          const raw = Buffer.concat(chunks);
          void simpleParser(raw).then((mail) => {
            mails.push({
              mail,
              raw: raw.toString(),
              recipients: session.envelope.rcptTo.map(({ address }) => address),
              secure: session.secure,
              ...(typeof session.user === 'string' ? { user: session.user } : {}),
            });
            callback(null, 'queued');
          }, callback);
        });
      });
    },
  };
  const server = new SMTPServer(options);
  // Some tests break off a handshake on purpose, which is an error of the server.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => server.connections.size,
    trouble(next) {
      trouble = next;
      left = next?.times ?? Infinity;
    },
    forget: () => void mails.splice(0),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function refusal(reply: string): Error & { responseCode: number } {
  const [, code, words] = /^(\d{3}) (.*)$/.exec(reply) ?? [undefined, '550', reply];
  return Object.assign(new Error(words), { responseCode: Number(code) });
}
