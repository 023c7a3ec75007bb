/**
 * Owns the verb `coverage`: the question, the configuration folder, the exit code. The code that
 * reads configuration is loaded only when the verb runs (see late.ts). The verb asks a server only
 * for overrides, and only with --with-overrides.
 */
import { join, relative } from 'node:path';
import { Option, type Command } from 'commander';
import { note, printLines, type Context } from '../client/context';
import { coverageLines } from '../render/coverage-lines';
import { CliError, usageError } from '../client/errors';
import { knownOverrides } from '../client/overrides';
import { offlineCode } from './late';
import { configFolder } from './offline';
import { safeJson } from '../terminal/text';
import type { ContextOf } from './commands';
import { typedTime } from '../client/when';
import { given } from '../../given';

interface Flags {
  readonly days: number;
  readonly from?: string;
  readonly service?: string[];
  readonly severity?: string[];
  readonly allow?: string[];
  readonly config?: string;
  readonly withOverrides?: boolean;
}

export function addCoverage(program: Command, contextOf: ContextOf): void {
  const verb = program
    .command('coverage')
    .description('check whether each rung of each ladder would reach somebody in the days ahead; needs no server');
  const several = (value: string, before: string[] | undefined) => [
    ...(before ?? []),
    ...value.split(',').filter((one) => one !== ''),
  ];
  verb.addOption(
    new Option('--days <days>', 'how far ahead (1 to 366)').default(90).argParser((text: string) => {
      const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
      if (days < 1 || days > 366) throw usageError(`--days is "${text}"; expected a whole number from 1 to 366`);
      return days;
    }),
  );
  verb.option('--from <instant>', 'from when (default now)');
  verb.addOption(new Option('--service <service>', 'only about this service (repeat for more)').argParser(several));
  verb.addOption(new Option('--severity <severity>', 'only of this severity (repeat for more)').argParser(several));
  verb.addOption(
    new Option('--allow <kinds>', 'kinds of finding that do not count as errors, such as one-carries-two').argParser(
      several,
    ),
  );
  verb.option('--config <folder>', 'the configuration (MUSTER_CONFIG)');
  verb.option('--with-overrides', 'count the overrides that the running server knows');
  verb.addHelpText(
    'after',
    '\nExit code 1: there are errors (notes do not count), or the configuration is refused.\n\n' +
      '  $ muster coverage --days 90 -o json      in CI, before a change of who is on call\n' +
      '  $ muster coverage --service payments --severity P0 --from 2026-12-24',
  );
  verb.action(() => run(contextOf(verb), verb.opts<Flags>()));
}

async function run(context: Context, flags: Flags): Promise<void> {
  const { io, format, layout } = context;
  const folder = configFolder(context, flags.config);
  const { coverageOf, loadConfig } = offlineCode();
  // No secrets are checked: they may be set where Muster runs and not here.
  const loaded = loadConfig(folder, null);
  const shown = relative(process.cwd(), folder) || '.';
  const refused = loaded.ok ? [] : loaded.errors;
  for (const { file, line, column, message } of refused) note(io, `${join(shown, file)}:${line}:${column}: ${message}`);
  const config = loaded.ok ? loaded.value : loaded.readable;
  const count = `${refused.length} ${refused.length === 1 ? 'error' : 'errors'} in ${shown}`;
  if (config === undefined || config.templates.length === 0)
    throw new CliError('failed', `${count}; put them right first, nothing can be said about coverage`);
  const { withOverrides, service: services, severity: severities, allow, days, from } = flags;
  const now = io.now();
  const answer = coverageOf(
    config,
    {
      days,
      ...(from === undefined ? {} : { from: typedTime(from, now, config.calendar.zone) }),
      ...given({ services, severities, allow }),
      ...(withOverrides ? { overrides: await knownOverrides(context.client, { past: false }) } : {}),
    },
    now,
  );
  if (typeof answer === 'string') throw usageError(answer);
  if (format === 'json') io.stdout.write(`${safeJson(JSON.stringify(answer))}\n`);
  else if (format === 'yaml') io.stdout.write((await import('yaml')).stringify(answer));
  else if (format === 'name') printLines(io, [...new Set(answer.items.map(({ kind }) => kind))]);
  else printLines(io, coverageLines(answer, layout, refused.length > 0));
  if (refused.length > 0) throw new CliError('failed', `${count} that Muster would refuse to start with`);
  if (answer.errors > 0)
    throw new CliError('failed', `${answer.errors} ${answer.errors === 1 ? 'error' : 'errors'} in what is covered`);
}
