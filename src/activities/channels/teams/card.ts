/**
 * Owns the Adaptive Card that Teams shows: texts, layout and the limits of Teams. Knows nothing of
 * HTTP.
 */
import { noLevel } from '../../../contracts/command-table';
import type { GatheredPage, Message } from '../../channel';
import { entryOf } from '../../gathered-message';
import { headlineOf, isTextAlone, linksOf } from '../../headline';
import { cutTo } from '../../outside-text';

// Teams refuses a message of more than 28 KB; the rest is room for what the flow adds around the
// card.
const limitBytes = 26 * 1024;
const cutNotice = '(cut: the rest is with the process)';
// Teams shows at most six actions.
const actionsAtMost = 6;

/**
 * The body that a Workflows webhook takes: a message with one Adaptive Card. A text that is too
 * long is cut, and the card says so.
 */
export function cardMessage(message: Message): object {
  if (message.gathered) return cardOf(headlineOf(message.request), message.gathered.map(entryLine), []);
  const { text } = message.request;
  let card = cardWith(message, text);
  // Each round halves the shown text, so the loop ends soon.
  for (let length = text.length; bytesOf(card) > limitBytes && length > 0; length = Math.floor(length / 2))
    card = cardWith(message, `${cutTo(text, length)}\n${cutNotice}`);
  return card;
}

function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function cardWith(message: Message, text: string): object {
  const { request, urls } = message;
  const acknowledge = request.public ? undefined : urls.acknowledge;
  const actions = [
    ...(acknowledge === undefined ? [] : [{ ...openUrl('Acknowledge', acknowledge), style: 'positive' }]),
    ...linksOf(message).map(({ name, to }) => openUrl(name, to)),
  ];
  const lines = [...text.split(/\r?\n/).map((words) => line([run(words)])), ...factsOf(message)];
  return cardOf(headlineOf(request), lines, actions.slice(0, actionsAtMost));
}

/** R40: what the pages of one card may take, in bytes; the rest is room for the headline. */
export const gatheredBytes = limitBytes - 2_048;
export const gatheredSize = (page: Message): number => bytesOf(entryLine(entryOf(page))) + 1;

// Not an action: Teams shows six at most.
function entryLine({ line: words, urls }: GatheredPage): object {
  const to = urls.acknowledge ?? urls.process;
  const link = { ...run(urls.acknowledge === undefined ? 'Open' : 'Acknowledge'), selectAction: openUrl('Open', to) };
  return line([run(`${words} `), link]);
}

function cardOf(headline: string, lines: readonly object[], actions: readonly object[]): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: [line([{ ...run(headline), size: 'Large', weight: 'Bolder' }]), ...lines],
          actions,
        },
      },
    ],
  };
}

function factsOf({ request }: Message): object[] {
  if (request.public || isTextAlone(request)) return [];
  const { severity, status, services } = request.process;
  const facts = {
    ...(severity === noLevel ? {} : { Severity: severity }),
    Status: status,
    Services: services.join(', ') || 'none recorded',
    Why: request.why,
  };
  return Object.entries(facts).map(([name, value]) =>
    line([{ ...run(`${name}: `), weight: 'Bolder' }, run(cutTo(value, 500))]),
  );
}

/*
 * A RichTextBlock for each line, because a TextBlock or a FactSet reads Markdown. In Markdown a
 * title could make a link that shows another address than its own, and Teams ignores a backslash
 * escape on some devices (microsoft/AdaptiveCards#5590). One block for each line, because some
 * devices do not show line breaks within a block.
 */
function line(inlines: object[]): object {
  return { type: 'RichTextBlock', spacing: 'Small', inlines };
}
function run(text: string): object {
  // Teams would replace {{DATE(...)}}, and refuses an empty run.
  return { type: 'TextRun', text: text.trim() === '' ? '\u00a0' : text.replace(/\{(?=\{)/g, '{\u200b') };
}
function openUrl(title: string, url: string): object {
  return { type: 'Action.OpenUrl', title: cutTo(title, 60), url };
}
