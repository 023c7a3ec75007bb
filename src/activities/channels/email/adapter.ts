/**
 * The e-mail channel: one mail per attempt over SMTP, on a connection of its own. Owns how Muster
 * speaks to the mail server and what the answers mean. The content of the mail is in mail.ts; the
 * retry policy decides how often to try.
 */
import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import type { Attempt, Deliverer, Setback } from '../../channel';
import { isTimeout, unlessAborted, within } from '../../../time-limit';
import { withoutSecrets } from '../../hidden-secrets';
import { quotedLine } from '../../outside-text';
import { unaddressed } from '../../unaddressed';
import type { HttpOptions } from '../../http/client';
import type { EmailOptions } from './config';
import { mailOf } from './mail';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** A mail that names more pages is not read to its end. */
const mostGathered = 200;

/** `clock` gives epoch ms. Throws when the options can never work. */
export function emailChannel(options: EmailOptions & HttpOptions, clock: () => number): Deliverer {
  const { host, security, caFile, user, password, allowHosts = [], timeoutMs = 10_000 } = options;
  if (security === 'none' && !loopback.test(host) && !allowHosts.some((allowed) => same(allowed, host)))
    throw new Error(
      `security: none sends mail to ${host} unencrypted; use starttls or tls, or list the host under allow-hosts of the channel`,
    );
  const transport = createTransport({
    host,
    port: options.port ?? (security === 'tls' ? 465 : 587),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }) },
    // The limit of the attempt strikes first and gives a clear error. These limits end what the
    // first cannot end.
    connectionTimeout: timeoutMs * 2,
    greetingTimeout: timeoutMs * 2,
    socketTimeout: timeoutMs * 2,
    dnsTimeout: timeoutMs * 2,
    socketCloseTimeout: 0,
    maxResponseSize: 64 * 1024,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const closing = new AbortController();

  return {
    gathers: { room: mostGathered, sizeOf: () => 1 },
    async deliver(message, signal) {
      const { good, bad } = sorted(message.to.addresses);
      if (good.length === 0) return { status: 'failed', because: unaddressed(message, 'e-mail address', bad) };
      try {
        await within(timeoutMs, [signal, closing.signal], (limit) =>
          unlessAborted(limit, transport.sendMail({ ...mailOf(message, good, options), signal: limit })),
        );
        return { status: 'delivered', at: clock() } satisfies Attempt;
      } catch (error) {
        return setbackOf(error, host, timeoutMs, spellingsOf(user, password));
      }
    },
    close() {
      closing.abort(new Error('the channel is closed'));
      transport.close();
      return Promise.resolve();
    },
  };
}

/** The password as it is, and as AUTH LOGIN and AUTH PLAIN send it. */
function spellingsOf(user = '', password = ''): string[] {
  return [password, Buffer.from(password).toString('base64'), Buffer.from(`\0${user}\0${password}`).toString('base64')];
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Sorts out every address that could be read as two addresses or as a command to the server. */
function sorted(addresses: readonly string[]): { good: string[]; bad: string[] } {
  // No white space of any kind, so no line break either.
  const isAddress = (text: string) =>
    /^[^\s<>(),;:"\\[\]@]+@[^\s<>(),;:"\\[\]@]+$/.test(text) && quotedLine(text, 254) === text;
  return { good: addresses.filter(isAddress), bad: addresses.filter((text) => !isAddress(text)) };
}

/** The properties of an error of nodemailer; all are optional. */
interface SmtpError extends Error {
  code?: string;
  originalCode?: string;
  responseCode?: number;
  response?: string;
  permanent?: boolean;
}

// Errors without a reply of the server that another attempt would not change: a certificate, a
// log-in method, an address.
const forGood = new Set(['ETLS', 'EAUTH', 'ENOAUTH', 'EENVELOPE', 'EMESSAGE', 'ECONFIG', 'EREQUIRETLS']);
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ALTNAME/;

function setbackOf(error: unknown, host: string, timeoutMs: number, secrets: readonly string[]): Setback {
  if (isTimeout(error)) return { status: 'unavailable', because: `${host}: no answer within ${timeoutMs / 1000} s` };
  const { code = '', originalCode = '', responseCode, response, permanent, message } = error as SmtpError;
  const shown = (text: string) => quotedLine(withoutSecrets(text, secrets));
  if (responseCode !== undefined)
    return {
      status: permanent === true ? 'failed' : 'unavailable',
      because: `${host} answered ${shown(response ?? String(responseCode))}`,
    };
  const because = `${host}: ${shown(message)}`;
  if (certificate.test(originalCode) || certificate.test(code))
    return { status: 'failed', because: `${because}; a certificate of your own goes under ca-file of the channel` };
  return { status: code === 'ETIMEDOUT' || !forGood.has(code) ? 'unavailable' : 'failed', because };
}
