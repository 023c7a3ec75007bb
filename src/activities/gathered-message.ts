/**
 * Owns the one message that names several pages to one person (R40): its words, its body, its key,
 * and what each page keeps of itself in it. Knows no channel, and no rule about which pages go
 * together.
 */
import { createHash } from 'node:crypto';
import { levelTag } from '../contracts/command-table';
import type { SendRequest } from '../domain';
import type { GatheredPage, Message } from './channel';
import { quotedLine } from './outside-text';

/** The most ids in a headline. */
const namedAtMost = 3;
/** The longest title in an entry: an entry is one line, also on a phone. */
const titleAtMost = 60;

/** What is said of a page where it is one of several. */
export function entryOf({ request, urls }: Message): GatheredPage {
  return { line: lineOf(request.process), urls };
}

/**
 * The message that names every page of `messages` (two or more, to one person over one channel).
 * The same pages make the same message, key and body, in whatever order they come.
 */
export function gatheredMessage(messages: readonly Message[]): Message {
  const pages = [...messages].sort(worstFirst);
  const worst = pages[0]!;
  const key = keyOf(pages);
  const why = `you are paged ${pages.length} times within a minute`;
  const gathered = pages.map(entryOf);
  const head = `${pages.length} pages within a minute. Each waits for an answer of its own.`;
  const text = [
    head,
    ...gathered.flatMap(({ line, urls }) => [
      '',
      line,
      urls.acknowledge === undefined ? urls.process : `Acknowledge: ${urls.acknowledge}`,
    ]),
  ].join('\n');
  return {
    request: {
      ...envelopeOf(worst.request),
      key,
      late: Math.max(...pages.map(({ request }) => request.late)),
      links: [],
      headline: headlineOfAll(pages),
      text,
      why,
    },
    body: bodyOfAll(pages, { key, why, text }),
    to: worst.to,
    urls: { process: worst.urls.process },
    components: [],
    gathered,
    ...(pages.some(({ isRepeated }) => isRepeated) ? { isRepeated: true } : {}),
  };
}

type Request = Message['request'];

// The subject is that of one page.
function envelopeOf({ subject: _, ...request }: Request): Request {
  return request;
}

function lineOf({ drill, severity, id, title }: SendRequest['process']): string {
  return `${drill ? '[DRILL] ' : ''}${levelTag(severity)}${quotedLine(id, 60)} ${quotedLine(title, titleAtMost)}`;
}

function headlineOfAll(pages: readonly Message[]): string {
  const { process } = pages[0]!.request;
  const ids = [...new Set(pages.map(({ request }) => quotedLine(request.process.id, 60)))];
  const more = ids.length - namedAtMost;
  const named = ids.slice(0, namedAtMost).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return `${process.drill ? '[DRILL] ' : ''}${levelTag(process.severity)}${pages.length} pages: ${named}`;
}

// For programs: the fields of the worst page, and every page as it would have come alone.
function bodyOfAll(pages: readonly Message[], said: { key: string; why: string; text: string }): string {
  const bodies = pages.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return JSON.stringify({ ...bodies[0], ...said, links: [], gathered: bodies });
}

function keyOf(pages: readonly Message[]): string {
  const keys = pages.map(({ request }) => request.key).sort();
  return `gathered/${createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 40)}`;
}

function worstFirst({ request: one }: Message, { request: other }: Message): number {
  const badness = ({ process: { level } }: Request) => level.rank / Math.max(level.of, 1);
  return badness(one) - badness(other) || one.nominalAt - other.nominalAt || (one.key < other.key ? -1 : 1);
}
