/**
 * Owns the content and the identity of a mail: subject, text, HTML, and the message ids by which
 * mail programs drop a repeated mail and group the mails of one process. Knows nothing of SMTP.
 */
import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import { identityOf } from '../../../domain';
import type { GatheredPage, Message } from '../../channel';
import { headlineOf, linksOf, markOf, type NamedLink } from '../../headline';
import { quotedLine } from '../../outside-text';
import { given } from '../../../given';

export interface Envelope {
  readonly from: string;
  readonly replyTo?: string;
}

/**
 * The mail of `message` to `addresses`, with the same message id on every attempt. The members of
 * an audience do not see each other's addresses.
 */
export function mailOf(message: Message, addresses: readonly string[], { from, replyTo }: Envelope): SendMailOptions {
  const { request } = message;
  const recipients = addresses.map((address) => ({ name: quotedLine(message.to.name, 80), address }));
  const { text, html } = partsOf(message);
  // A mail about several processes belongs to the thread of none.
  const thread = message.gathered ? undefined : messageId(from, identityOf(request.process));
  return {
    from,
    ...given({ replyTo }),
    // A mail without a visible recipient looks like spam. So the mail to an audience names its
    // sender as recipient, and only the envelope has the real recipients.
    ...(request.kind === 'announce' ? { to: from, envelope: { from, to: [...addresses] } } : { to: recipients }),
    subject: headlineOf(request),
    text,
    html,
    messageId: messageId(from, request.key),
    ...given({ inReplyTo: thread, references: thread }),
    ...(request.kind === 'page' ? { priority: 'high' as const } : {}),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Muster-Key': markOf(request),
    },
  };
}

/**
 * `<hash of sender and key@sender's domain>`. Two installations with different sender addresses
 * never make the same id.
 */
export function messageId(from: string, key: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'muster.invalid';
  const hash = createHash('sha256').update(`${from}\n${key}`).digest('hex');
  return `<${hash.slice(0, 40)}@${domain}>`;
}

function partsOf(message: Message): { text: string; html: string } {
  const { request, urls } = message;
  const acknowledge = request.public ? undefined : urls.acknowledge;
  const links = linksOf(message);
  const spelledOut = [
    ...(acknowledge === undefined ? [] : [`Acknowledge: ${acknowledge}`]),
    ...links.map(({ name, to }) => `${name}: ${to}`),
  ];
  return {
    text: [request.text, ...(spelledOut.length === 0 ? [] : ['', ...spelledOut])].join('\n') + '\n',
    html: message.gathered
      ? gatheredHtml(headlineOf(request), message.gathered)
      : htmlOf(request.text, acknowledge, links),
  };
}

// R40: one line for each page, with a button of its own.
function gatheredHtml(headline: string, pages: readonly GatheredPage[]): string {
  const lines = pages.map(({ line, urls }) => {
    const button = urls.acknowledge === undefined ? '' : `${anchor(urls.acknowledge, 'Acknowledge', smallButton)} `;
    return `<p style="margin:0 0 12px">${button}${anchor(urls.process, line)}</p>`;
  });
  return pageOf(`<p><b>${escape(headline)}</b></p>${lines.join('')}`);
}

function htmlOf(text: string, acknowledge: string | undefined, links: readonly NamedLink[]): string {
  const button =
    acknowledge === undefined ? '' : `<p style="margin:0 0 24px">${anchor(acknowledge, 'Acknowledge', bigButton)}</p>`;
  const list = links.map(({ name, to }) => anchor(to, name)).join(' · ');
  const words = escape(text).replace(/\r?\n/g, '<br>\n');
  return pageOf(`${button}<p>${words}</p>${list === '' ? '' : `<p>${list}</p>`}`);
}

const buttonLook =
  'display:inline-block;background:#b00020;color:#fff;font-weight:bold;text-decoration:none;border-radius:6px';
const bigButton = `${buttonLook};padding:16px 32px;font-size:20px`;
const smallButton = `${buttonLook};padding:6px 12px`;
function anchor(to: string, words: string, style?: string): string {
  return `<a href="${escape(to)}"${style === undefined ? '' : ` style="${style}"`}>${escape(words)}</a>`;
}
function pageOf(body: string): string {
  return `<!doctype html><html><body style="font-family:sans-serif;font-size:16px;line-height:1.4;color:#111;background:#fff">${body}</body></html>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
