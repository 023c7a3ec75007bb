/**
 * Owns the verbs of `channel`: the list, and the test of one channel. Knows which route each verb
 * asks and how the answer is shown.
 */
import type { Command } from 'commander';
import type { ChannelRow, ChannelTestView, Page } from '../../contracts/view';
import { print, type Context } from '../client/context';
import { CliError } from '../client/errors';
import { note } from '../client/context';
import { table, type Layout } from '../terminal/table';
import { cleanLine } from '../terminal/text';
import type { ContextOf } from './commands';

/** `channel list`, `channel test NAME`. */
export function addChannelVerbs(program: Command, contextOf: ContextOf): void {
  const noun = program.command('channel').alias('channels').description('the channels to people and outside tools');
  const list = noun.command('list', { isDefault: true }).alias('ls').description('every channel, and whom it reaches');
  list.action(async () => {
    const context = contextOf(list);
    const answer = await context.client.get<Page<ChannelRow>>('/v1/channels');
    const { items } = answer.body;
    await print(context, answer, {
      lines: () => channelTable(items, context.layout),
      names: () => items.map(({ id }) => id),
    });
  });
  const test = noun
    .command('test')
    .description('send a test message over the real channel, and say whether the channel delivered it');
  test
    .argument('<name>', 'the channel, as in channels.yaml')
    .option('--to <recipient>', 'a person or an audience (default: you)');
  test.addHelpText('after', '\n  $ muster channel test inbox --to fatima');
  test.action((name: string) => testChannel(contextOf(test), name, test.opts<{ to?: string }>().to));
}

// A test sends a message and, for pagers, closes the alert. Each step may take as long as a vendor
// may take.
const testWithinMs = 45_000;

async function testChannel(context: Context, name: string, to: string | undefined): Promise<void> {
  const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`;
  const path = `/v1/channels/${encodeURIComponent(name)}/test${query}`;
  const answer = await context.client.post<ChannelTestView>(path, {}, {}, { timeoutMs: testWithinMs });
  const { status, because, to: recipient } = answer.body;
  await print(context, answer, {
    lines: () => (status === 'delivered' ? [`Delivered to ${cleanLine(recipient)} by ${cleanLine(name)}`] : []),
    names: () => [answer.body.channel],
  });
  if (status !== 'delivered')
    throw new CliError('failed', `${name} did not deliver to ${recipient}: ${because ?? 'no reason was given'}`);
  if (context.format === 'table')
    note(context.io, 'Look whether it arrived: a channel can only say that it was taken.');
}

function channelTable(rows: readonly ChannelRow[], layout: Layout): string[] {
  const list = (names: readonly string[]) => names.join(', ') || '-';
  return table<ChannelRow>(
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'TYPE', cell: ({ type }) => type },
      {
        title: 'PEOPLE',
        cell: ({ people }) => (layout.wide || people.length <= 3 ? list(people) : `${people.length} people`),
        gives: 'cut',
      },
      { title: 'AUDIENCES', cell: ({ audiences }) => list(audiences), gives: 'wrap' },
      { title: 'FOLLOWS', cell: ({ follows }) => list(follows) },
      { title: 'DRILL', cell: ({ drill }) => (drill ? 'yes' : '-') },
    ],
    rows,
    layout,
  );
}
