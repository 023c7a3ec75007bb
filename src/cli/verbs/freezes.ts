/** Owns the verb `freezes`: when nothing should be deployed, as the server knows it. */
import type { Command } from 'commander';
import type { FreezesPage } from '../../contracts/view';
import { note, print } from '../client/context';
import { isTimeOfDay, typedTime } from '../client/when';
import { freezeTable, notInForce } from '../render/freeze-lines';
import type { ContextOf } from './commands';

type Flags = Readonly<Partial<Record<'service' | 'template' | 'from' | 'to', string>>>;
const path = '/v1/freezes';

/** `freezes`, with its one verb `list`. */
export function addFreezes(program: Command, contextOf: ContextOf): void {
  const noun = program.command('freezes').alias('freeze').description('when nothing should be deployed, and why');
  const list = noun
    .command('list', { isDefault: true })
    .alias('ls')
    .description('each time of each freeze, now and ahead, and who may deploy in it');
  list
    .option('--service <service>', 'only what holds releases of this service')
    .option('--template <template>', 'only what holds releases by this template')
    .option('--from <instant>', 'from when (default now)')
    .option('--to <instant>', 'until when (default 90 days later)');
  list.addHelpText(
    'after',
    `\nTimes are read and shown on the clock of calendar.yaml. A calendar to subscribe to: GET ${path}/calendar.ics`,
  );
  list.action(async () => {
    const context = contextOf(list);
    const { client, io, layout } = context;
    const { from, to, ...about } = list.opts<Flags>();
    // A time of day needs the zone of the calendar, which the server knows.
    const zone = [from, to].some((text) => text !== undefined && isTimeOfDay(text))
      ? (await client.get<FreezesPage>(path)).body.zone
      : 'UTC';
    const time = (text: string | undefined) => (text === undefined ? undefined : typedTime(text, io.now(), zone));
    const answer = await client.get<FreezesPage>(path, { ...about, from: time(from), to: time(to) });
    const { items } = answer.body;
    await print(context, answer, {
      lines: () => (items.length === 0 ? [] : freezeTable(answer.body, io.now(), layout)),
      names: () => [...new Set(items.map(({ id }) => id))],
    });
    const refused = notInForce(answer.body, io.now());
    if (items.length === 0)
      note(io, `there is no freeze in that time among those ${refused === undefined ? 'of freezes.yaml' : 'in force'}`);
    if (refused !== undefined) note(io, refused);
  });
}
