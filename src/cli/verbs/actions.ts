/** Owns the verb `actions`: the open action items over all incidents and releases (R22). */
import type { Command } from 'commander';
import type { OpenActionItemPage, OpenActionItemRow, Page } from '../../contracts/view';
import { given } from '../../given';
import { note } from '../client/context';
import { usageError } from '../client/errors';
import { actionItemTable, howToFinish, itemsLeftOut } from '../render/action-lines';
import type { ContextOf } from './commands';
import { listPages } from './list';
import { addPersonFlags, personMeant } from './mine';

interface Flags {
  readonly mine?: boolean;
  readonly person?: string;
  readonly owner?: string;
  readonly overdue?: boolean;
  readonly limit?: string;
  readonly cursor?: string;
  readonly all?: boolean;
}

export function addActions(program: Command, contextOf: ContextOf): void {
  const about = 'the open action items of all incidents and releases, closed ones too';
  const verb = program.command('actions').description(about);
  verb.option('--owner <owner>', 'only those that this person, role, slot, team or schedule owns');
  verb.option('--overdue', 'only those that are overdue');
  addPersonFlags(verb, 'those that are owned, by name or by a role, by');
  verb.option('--limit <count>', 'at most this many, 1 to 100');
  verb.option('--cursor <cursor>', 'the page that begins at this cursor');
  verb.option('--all', 'every page (tables and names)');
  verb.addHelpText('after', '\n  $ muster actions --mine\n  $ muster actions --owner qa-lead --overdue');
  verb.action(async () => {
    const context = contextOf(verb);
    const { mine, person: named, owner, all, ...flags } = verb.opts<Flags>();
    if (owner !== undefined && (mine || named !== undefined))
      throw usageError('--owner contradicts --mine and --person; leave one out');
    const person = await personMeant(context, given({ mine, person: named }));
    const { io, layout, format, again } = context;
    let shown: readonly OpenActionItemRow[] = [];
    await listPages<OpenActionItemRow>(context, '/v1/action-items', { ...flags, owner, person }, all === true, {
      lines: (rows) => {
        shown = rows;
        return rows.length === 0 ? [] : actionItemTable(rows, io.now(), layout);
      },
      names: ({ process, id }) => `${process.id}/${id}`,
      nothing: 'no action item is open',
      leftOut: (body: Page<OpenActionItemRow>) => itemsLeftOut((body as OpenActionItemPage).leftOut),
    });
    const how = format === 'table' || format === 'wide' ? howToFinish(shown, again) : undefined;
    if (how !== undefined) note(io, how);
  });
}
