/**
 * Owns what a message is about in one line, the links that go with it and the mark that it is known
 * by, alike in every channel that shows them to people. Knows no channel.
 */
import { createHash } from 'node:crypto';
import type { Message, WrittenMessage } from './channel';
import { quotedLine } from './outside-text';

/**
 * Such as `[P0] INC-1 Checkout is down: page (rung 2)`. A public message says nothing but its own
 * first line.
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
 * What marks a message so that it is known again: its key, or, as that names what is inside, a hash
 * of it when the public sees it.
 */
export function markOf({ key, public: isPublic }: WrittenMessage): string {
  return isPublic ? createHash('sha256').update(key).digest('hex') : quotedLine(key, 500);
}

export interface NamedLink {
  readonly name: string;
  readonly to: string;
}

/** The process and what is linked to it; a public message has none, they all lead inside. */
export function linksOf({ request, urls }: Message): NamedLink[] {
  if (request.public) return [];
  const further = request.links.filter(({ to }) => isWebAddress(to));
  return [
    { name: quotedLine(request.process.id, 60), to: urls.process },
    ...further.map(({ relation, to, title }) => ({ name: quotedLine(title ?? relation, 80), to })),
  ];
}

/**
 * Whether a link is one that a browser opens without doing anything else. With one that is none,
 * vendors refuse the whole message.
 */
export function isWebAddress(to: string): boolean {
  return URL.canParse(to) && ['https:', 'http:'].includes(new URL(to).protocol);
}
