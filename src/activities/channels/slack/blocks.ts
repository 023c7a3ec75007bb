/**
 * Owns what Slack shows: text made safe, cut to Slack's limits, and laid out in blocks. Knows
 * nothing of the API.
 */
import { levelTag } from '../../../contracts/command-table';
import { z } from 'zod';
import { parse } from '../../../contracts/parse';
import type { GatheredPage, Message, WrittenNews } from '../../channel';
import { headlineOf, isWebAddress, linksOf, type NamedLink } from '../../headline';
import { cutTo, quotedLine } from '../../outside-text';
import { given } from '../../../given';

// Slack's limits, in characters: a header 150, a section 3,000, a message about 13,200 over all
// blocks; a button's label 75.
const headerLimit = 150;
const sectionLimit = 3_000;
const sectionsAtMost = 4;
const labelLimit = 75;
const buttonsAtMost = 25;
const blocksAtMost = 50;
/** Only the button that acknowledges has this style. */
const acknowledgeStyle = 'primary';

/** Stops Slack from turning people's words into mentions, links or previews. */
export const asItIs = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false };

export interface Post {
  /** What notifications show. */
  readonly text: string;
  readonly blocks: readonly object[];
}

/**
 * Escapes `text`, so that nothing in it becomes markup, a mention or a link:
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** `text`, escaped and cut; the escaped text has at most `limit` characters. */
export function escapedTo(text: string, limit: number): string {
  const whole = escape(text);
  if (whole.length <= limit) return whole;
  const [first = ''] = chunksOf(text, limit - 1);
  return `${escape(first)}…`;
}

/**
 * `text` in pieces whose escaped form has at most `limit` characters. Cuts between lines where
 * possible, and never inside a character.
 */
function chunksOf(text: string, limit: number): string[] {
  const chunks: string[] = [];
  let chunk = '';
  let length = 0;
  const put = (piece: string, size: number) => {
    if (length + size > limit) {
      chunks.push(chunk);
      chunk = '';
      length = 0;
    }
    chunk += piece;
    length += size;
  };
  for (const line of text.split(/(?<=\n)/)) {
    const size = escape(line).length;
    if (size <= limit) put(line, size);
    else for (const character of line) put(character, escape(character).length);
  }
  return [...chunks, chunk].filter((piece) => piece.trim() !== '');
}

/** One message to a person or an audience. */
export function messagePost(message: Message): Post {
  const { request, urls, gathered } = message;
  if (gathered) return gatheredPost(headlineOf(request), gathered, request.key);
  const acknowledge = request.public ? undefined : urls.acknowledge;
  const headline = headlineOf(request);
  const buttons = [
    ...(acknowledge === undefined ? [] : [{ name: 'Acknowledge', to: acknowledge, style: acknowledgeStyle }]),
    ...linksOf(message),
  ];
  return {
    text: escapedTo(headline, sectionLimit),
    blocks: [
      header(headline),
      ...sections(request.text),
      ...actions(buttons),
      ...(request.public ? [] : [context(request.key)]),
    ],
  };
}

/** The most pages that one message names: their labels have the length that a message may have. */
export const gatheredAtMost = 150;

// R40: a button for each page, with its level, id and title; a link in the text would take most of
// the length that Slack allows.
function gatheredPost(headline: string, pages: readonly GatheredPage[], key: string): Post {
  const buttons = pages.map(({ line, urls: { acknowledge, process } }) =>
    acknowledge === undefined ? { name: line, to: process } : { name: line, to: acknowledge, style: acknowledgeStyle },
  );
  const rows = Array.from({ length: Math.ceil(buttons.length / buttonsAtMost) }, (_, row) =>
    actions(buttons.slice(row * buttonsAtMost, (row + 1) * buttonsAtMost), row * buttonsAtMost),
  );
  return {
    text: escapedTo(headline, sectionLimit),
    blocks: [header(headline), ...sections('Acknowledge each:'), ...rows.flat(), context(key)],
  };
}

/**
 * `blocks` of an earlier page, once the page has come to its end: `text` stands first, and nothing
 * asks for an acknowledgement any more.
 */
export function endedBlocks(blocks: readonly unknown[], text: string): readonly object[] {
  const rest = blocks.filter((block) => typeof block === 'object' && block !== null);
  return [...sections(text), ...rest.flatMap(withoutAcknowledge)].slice(0, blocksAtMost);
}

const buttons = z.object({
  type: z.literal('actions'),
  elements: z.array(z.looseObject({ style: z.string().optional() })),
});
function withoutAcknowledge(block: object): object[] {
  const read = parse(buttons, block);
  if (!read.ok) return [block];
  const elements = read.value.elements.filter(({ style }) => style !== acknowledgeStyle);
  return elements.length === 0 ? [] : [{ ...block, elements }];
}

/** The current summary of a process, which is pinned in its channel. */
export function summaryPost(request: WrittenNews, url: string): Post {
  const { process } = request;
  const headline = `${process.drill ? '[DRILL] ' : ''}${levelTag(process.severity)}${quotedLine(process.title, 200)}`;
  const links = request.links.map(({ relation, to, title }) => ({ name: quotedLine(title ?? relation, 80), to }));
  return {
    text: escapedTo(headline, sectionLimit),
    blocks: [
      header(headline),
      ...sections(request.text),
      ...actions([{ name: process.id, to: url }, ...links.filter(({ to }) => isWebAddress(to))]),
      context(process.id),
    ],
  };
}

/** One line in the thread below the summary. */
export function entryPost(text: string): Post {
  return { text: escapedTo(text, sectionLimit), blocks: sections(text) };
}

function header(text: string): object {
  return { type: 'header', text: { type: 'plain_text', text: cutTo(text, headerLimit), emoji: false } };
}

function sections(text: string): object[] {
  const chunks = chunksOf(text, sectionLimit);
  const shown = chunks.slice(0, sectionsAtMost);
  if (chunks.length > sectionsAtMost) shown[sectionsAtMost - 1] = '(cut: the rest is with the process)';
  // `verbatim`: Slack must not turn words that look like a channel or a person into links.
  return shown.map((chunk) => ({ type: 'section', text: { type: 'mrkdwn', text: escape(chunk), verbatim: true } }));
}

// Ids of buttons count from `from`: an id stands once in a message.
function actions(links: readonly (NamedLink & { readonly style?: string })[], from = 0): object[] {
  const elements = links
    .filter(({ to }) => to.length <= 3_000)
    .slice(0, buttonsAtMost)
    .map(({ name, to, style }, index) => ({
      type: 'button',
      action_id: `link-${from + index}`,
      text: { type: 'plain_text', text: quotedLine(name, labelLimit), emoji: false },
      url: to,
      ...given({ style }),
    }));
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function context(text: string): object {
  return { type: 'context', elements: [{ type: 'plain_text', text: quotedLine(text, 1_000), emoji: false }] };
}
