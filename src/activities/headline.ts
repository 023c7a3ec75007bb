/**
 * Owns the headline of a message, its links and the mark by which the message is found again. All
 * channels that show messages to people share them. Knows no channel.
 */
import { levelTag, levelWord } from '../contracts/command-table';
import { neutralTitle, type MessageEnvelope, type SendRequest } from '../domain';
import { createHash } from 'node:crypto';
import type { Message, WrittenMessage } from './channel';
import { cutTo, quotedLine } from './outside-text';

/** Whether the text is all that the message says: there is no process to show, and none to open. */
export function isTextAlone({ test, notice }: Pick<MessageEnvelope, 'test' | 'notice'>): boolean {
  return test === true || notice === true;
}

/**
 * Says what happened, such as `[P0] INC-1 Checkout is down: nobody has answered`. The headline of a
 * public message is only the first line of its text, and so is that of a message about no process.
 */
export function headlineOf(request: WrittenMessage): string {
  const { process, subject, headline, text, public: isPublic } = request;
  if (headline !== undefined) return headline;
  const first = text.split('\n', 1)[0] ?? '';
  if (isTextAlone(request)) return quotedLine(first, 120);
  const drill = process.drill ? '[DRILL] ' : '';
  if (isPublic) return drill + quotedLine(first, 120);
  if (process.restricted) return drill + neutralLine(request);
  const what = quotedLine(subject ?? process.status, 120);
  return `${drill}${levelTag(process.severity)}${quotedLine(process.id, 60)} ${quotedLine(process.title, 120)}: ${what}`;
}

/** One line for tools that show nothing but an alert; of a message about no process no severity. */
export function alertLine(request: WrittenMessage): string {
  const { process, text } = request;
  const isAlone = isTextAlone(request);
  if (process.restricted && !isAlone) return neutralLine(request);
  const first = quotedLine(text.split('\n', 1)[0] ?? process.title, 1_000);
  return isAlone ? first : `${levelWord(process.severity)}${first}`;
}

// R37: a lock screen and a list of mails show no title; the text of the message does.
function neutralLine({ process, kind }: Pick<MessageEnvelope, 'process' | 'kind'>): string {
  const { severity, id, title } = { ...process, title: neutralTitle(process.kind) };
  return `${levelTag(severity)}${quotedLine(id, 60)} ${title}: ${neutralWords[kind]}`;
}
const neutralWords = { page: 'you are paged', remind: 'a reminder', announce: 'news' } as const;

/**
 * R37: `request` as it goes over a way that others read as well: of a message to a person about a
 * restricted process no more than that there is one, with its address. The audiences that hear of
 * such a process are named by its template.
 */
export function forOtherReaders(request: SendRequest): SendRequest {
  const { process, kind, test } = request;
  if (!process.restricted || kind === 'announce' || test) return request;
  const { fields: _, ...envelope } = request;
  return {
    ...envelope,
    process: { ...process, title: neutralTitle(process.kind), services: [] },
    deadlines: [],
    links: [],
    text: neutralLine(request),
    why: 'it is restricted, and you see it',
  };
}

/** The title of a process as one line of another tool, such as a ticket: `P0 Checkout is down`. */
export function titleLine({ drill, severity, title }: WrittenMessage['process']): string {
  return cutTo(`${drill ? 'DRILL - ' : ''}${levelWord(severity)}${quotedLine(title)}`, 255);
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
 * places; a message about no process has none; a message that names several pages has those of each
 * page.
 */
export function linksOf({ request, urls, gathered }: Message): NamedLink[] {
  if (request.public || isTextAlone(request) || gathered) return [];
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
