/**
 * Owns the headline of a message, its links and the mark by which the message is found again. All
 * channels that show messages to people share them. Knows no channel.
 */
import { createHash } from 'node:crypto';
import type { Message, WrittenMessage } from './channel';
import { quotedLine } from './outside-text';

/**
 * Such as `[P0] INC-1 Checkout is down: page (rung 2)`. The headline of a public message is only
 * the first line of its text.
 */
export function headlineOf(request: WrittenMessage): string {
  const { process, public: isPublic } = request;
  const drill = process.drill ? '[DRILL] ' : '';
  if (isPublic) return drill + quotedLine(request.text.split('\n', 1)[0] ?? '', 120);
  return `${drill}[${process.severity}] ${quotedLine(process.id, 60)} ${quotedLine(process.title, 120)}: ${reasonOf(request)}`;
}

function reasonOf({ kind, rung, process }: WrittenMessage): string {
  if (kind === 'announce') return process.status;
  const word = kind === 'page' ? 'page' : 'reminder';
  return rung === null ? word : `${word} (rung ${quotedLine(rung, 20)})`;
}

/**
 * The mark by which a message is found again: its key. A public message gets a hash of the key,
 * because the key holds internal names.
 */
export function markOf({ key, public: isPublic }: WrittenMessage): string {
  return isPublic ? createHash('sha256').update(key).digest('hex') : quotedLine(key, 500);
}

export interface NamedLink {
  readonly name: string;
  readonly to: string;
}

/**
 * The process and its links. A public message has no links, because all links lead to internal
 * places.
 */
export function linksOf({ request, urls }: Message): NamedLink[] {
  if (request.public) return [];
  const further = request.links.filter(({ to }) => isWebAddress(to));
  return [
    { name: quotedLine(request.process.id, 60), to: urls.process },
    ...further.map(({ relation, to, title }) => ({ name: quotedLine(title ?? relation, 80), to })),
  ];
}

/**
 * Whether `to` is an address that a browser opens as a page. Vendors refuse a whole message that
 * has any other link.
 */
export function isWebAddress(to: string): boolean {
  return URL.canParse(to) && ['https:', 'http:'].includes(new URL(to).protocol);
}
