/**
 * Owns what a message is about in one line, and the links that go with it, alike in every channel that shows them to people.
 * Knows no channel.
 */
import type { SendRequest } from '../domain';
import type { Message } from './channel';
import { oneLine } from './outside-text';

/** Such as `[P0] INC-1 Checkout is down: page (rung 2)`. A public message says nothing but its own first line. */
export function headlineOf(request: SendRequest): string {
  const { process, public: isPublic } = request;
  const drill = process.drill ? '[DRILL] ' : '';
  if (isPublic) return drill + oneLine(request.text.split('\n', 1)[0] ?? '', 120);
  return `${drill}[${process.severity}] ${oneLine(process.id, 60)} ${oneLine(process.title, 120)}: ${reasonOf(request)}`;
}

function reasonOf({ kind, rung, process }: SendRequest): string {
  if (kind === 'announce') return process.status;
  const word = kind === 'page' ? 'page' : 'reminder';
  return rung === null ? word : `${word} (rung ${oneLine(rung, 20)})`;
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
    { name: oneLine(request.process.id, 60), to: urls.process },
    ...further.map(({ relation, to, title }) => ({ name: oneLine(title ?? relation, 80), to })),
  ];
}

/** Whether a link is one that a browser opens without doing anything else. */
export function isWebAddress(to: string): boolean {
  return URL.canParse(to) && ['https:', 'http:'].includes(new URL(to).protocol);
}
