/** Owns the verb `changes`: what was deployed, rolled back or changed lately. */
import type { Command } from 'commander';
import type { ChangePage } from '../../contracts/view';
import { note, print } from '../client/context';
import { changeTable, lackWords } from '../render/change-lines';
import type { ContextOf } from './commands';

interface ChangeFlags {
  readonly service?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

/** `muster changes`. */
export function addChanges(program: Command, contextOf: ContextOf): void {
  const verb = program.command('changes').alias('change');
  verb.description('what was deployed, rolled back or changed within 30 days; the newest first');
  verb.option('--service <service>', 'only of this service').option('--since <length>', 'only of so long ago: 7d');
  verb.option('--limit <count>', 'at most this many, 1 to 500').option('--cursor <cursor>', 'the next page');
  verb.addHelpText('after', '\n  $ muster changes --service payments --since 7d');
  verb.action(async () => {
    const context = contextOf(verb);
    const answer = await context.client.get<ChangePage>('/v1/changes', { ...verb.opts<ChangeFlags>() });
    const { items, next, completeSince } = answer.body;
    await print(context, answer, {
      lines: () => (items.length === 0 ? [] : changeTable(items, context.io.now(), context.layout)),
      names: () => items.map(({ release, title }) => release ?? title),
    });
    if (items.length === 0) note(context.io, 'no changes');
    else if (next !== null) note(context.io, `more: --cursor ${next}`);
    // The end of the list, and not the beginning of what happened.
    if (next === null && completeSince !== undefined) note(context.io, lackWords(completeSince, context.io.now()));
  });
}
