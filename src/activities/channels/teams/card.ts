/**
 * Owns the Adaptive Card that Teams shows: the words, laid out, and cut to what Teams takes. Knows
 * nothing of HTTP.
 */
import type { Message } from '../../channel';
import { headlineOf, linksOf } from '../../headline';
import { cutTo } from '../../outside-text';

// Teams refuses a message of more than 28 KB; what the flow puts around the card needs room too.
const limitBytes = 26 * 1024;
const cutNotice = '(cut: the rest is with the process)';
// Teams shows six at most.
const actionsAtMost = 6;

/**
 * What a Workflows webhook takes: a message with one Adaptive Card. Cut, and visibly so, where it
 * would be too long.
 */
export function cardMessage(message: Message): object {
  const { text } = message.request;
  let card = cardWith(message, text);
  // Each step halves what is shown, so it ends soon.
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
          body: [
            line([{ ...run(headlineOf(request)), size: 'Large', weight: 'Bolder' }]),
            ...text.split(/\r?\n/).map((words) => line([run(words)])),
            ...factsOf(message),
          ],
          actions: actions.slice(0, actionsAtMost),
        },
      },
    ],
  };
}

function factsOf({ request }: Message): object[] {
  if (request.public) return [];
  const { severity, status, services } = request.process;
  const facts = {
    Severity: severity,
    Status: status,
    Services: services.join(', ') || 'none recorded',
    Why: request.why,
  };
  return Object.entries(facts).map(([name, value]) =>
    line([{ ...run(`${name}: `), weight: 'Bolder' }, run(cutTo(value, 500))]),
  );
}

/*
 * RichTextBlock and not TextBlock or FactSet: those read Markdown, in which a title could make a
 * link that leads elsewhere than it says, and Teams does not honour a backslash before it on every
 * device (microsoft/AdaptiveCards#5590). One for each line: within one, line breaks are not shown
 * everywhere.
 */
function line(inlines: object[]): object {
  return { type: 'RichTextBlock', spacing: 'Small', inlines };
}
function run(text: string): object {
  // {{DATE(...)}} would be replaced, and an empty run is refused.
  return { type: 'TextRun', text: text.trim() === '' ? '\u00a0' : text.replace(/\{(?=\{)/g, '{\u200b') };
}
function openUrl(title: string, url: string): object {
  return { type: 'Action.OpenUrl', title: cutTo(title, 60), url };
}
