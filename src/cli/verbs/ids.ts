/**
 * Owns the verb of `ids`: skip ids after a restore of a backup (docs/backup.md). Knows which route
 * the verb asks and how the answer is shown.
 */
import type { Command } from 'commander';
import { mostIdsSkipped } from '../../contracts/skipped-ids';
import type { NextIds } from '../../contracts/view';
import { print, type Context } from '../client/context';
import { usageError } from '../client/errors';
import { addSending, headers, type ContextOf } from './commands';

/** `ids skip COUNT`. */
export function addIdVerbs(program: Command, contextOf: ContextOf): void {
  const noun = program.command('ids').description('the ids of incidents and releases');
  const skip = noun
    .command('skip')
    .description('after a restore of a backup: do not hand out the next ids, which lost incidents may have');
  skip.argument('<count>', `more than were declared and planned since the backup, 1 to ${mostIdsSkipped}`);
  addSending(skip, false);
  skip.addHelpText('after', '\n  $ muster ids skip 500');
  skip.action((count: string) => skipIds(contextOf(skip), count, headers(skip.opts())));
}

async function skipIds(context: Context, typed: string, sent: Record<string, string>): Promise<void> {
  const count = /^\d{1,9}$/.test(typed) ? Number(typed) : 0;
  if (count < 1 || count > mostIdsSkipped)
    throw usageError(`the count is "${typed}"; expected a whole number, 1 to ${mostIdsSkipped}`);
  const answer = await context.client.post<NextIds>('/v1/ids/skip', { count }, sent);
  const { incident, release } = answer.body;
  await print(context, answer, {
    lines: () => [`The next incident is ${incident}, the next release ${release}.`],
    names: () => [incident, release],
  });
}
