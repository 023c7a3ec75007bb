/** Owns the tree of nouns and verbs, its help and its common flags. Each verb is elsewhere. */
import { addInit } from './verbs/init';
import { Command, Option } from 'commander';
import type { ProcessKind } from '../contracts/command-table';
import { addActions } from './verbs/actions';
import { addAlertVerbs } from './verbs/alerts';
import { addChanges } from './verbs/changes';
import { addChannelVerbs } from './verbs/channels';
import { candidates, completionScript } from './verbs/completion';
import { contextOf as contextOfFlags, defaultServer, formats, type CommonFlags } from './client/context';
import { addCoverage } from './verbs/coverage';
import { addDrillVerbs } from './verbs/drill';
import { addFreezes } from './verbs/freezes';
import type { Io } from './terminal/io';
import { checkConfig, configFolder, lintTemplates, templateFile, templatesIn } from './verbs/offline';
import { addIdVerbs } from './verbs/ids';
import { addLogin } from './verbs/login';
import { addOnCallVerbs } from './verbs/on-call';
import { addOverviews, addReadingVerbs, addShow } from './verbs/reading';
import { addRehearseVerbs } from './verbs/rehearse';
import { addTemplateDiff } from './verbs/template-diff';
import { addTokens } from './verbs/tokens';
import { addWhoami } from './verbs/whoami';
import { addWhatIf } from './verbs/what-if';
import { addCommandVerbs, addShortVerbs, type ContextOf } from './verbs/commands';

const nouns: readonly { kind: ProcessKind; aliases: string[]; about: string; examples: string[] }[] = [
  {
    kind: 'incident',
    aliases: ['incidents', 'inc'],
    about: 'incidents: declare, acknowledge, update, resolve',
    examples: [
      'muster incident declare --severity P0 --title "Checkout is down" --service payments',
      'muster incident ack INC-2026-12-07-001',
      'muster incident update INC-2026-12-07-001 "Rolling back the payment gateway"',
    ],
  },
  {
    kind: 'release',
    aliases: ['releases', 'rel'],
    about: 'releases: plan, prepare, decide, deploy',
    examples: [
      'muster release plan --title 2.14 --target 2026-12-14T10:00 --service payments',
      'muster release done REL-2026-12-01-001 feature-list',
      'muster release go REL-2026-12-01-001 --note "all green" --as ingrid',
    ],
  },
];

/** The hidden verb of the completion scripts, which needs every other verb. */
const completing = '__complete';

const trailer = `
Environment:
  MUSTER_URL      address of the server (default ${defaultServer})
  MUSTER_ACTOR    who acts, as --as; without both: who is remembered (muster whoami)
  MUSTER_TOKEN    by which you sign in, as --token; without both: that of \`muster login\`
  MUSTER_ALERT_KEY  the key of the source for which \`muster alert send\` sends
  MUSTER_HEADERS  headers for a proxy in front, one a line, as --header
  MUSTER_TOKEN_FILE, MUSTER_ALERT_KEY_FILE, MUSTER_HEADERS_FILE  a file that holds it
  NO_COLOR, FORCE_COLOR

Exit codes:
  0 ok   1 failed   2 usage   3 not found   4 not allowed   5 refused   6 too many requests
  7 unreachable   8 a deadline was missed (wait)   130 interrupted`;

/**
 * The program that understands `words`. Verbs read their input from `io`. Usage errors and help are
 * thrown as commander's errors. A noun gets its verbs only when `words` name the noun, because
 * building all verbs takes longer than most requests.
 */
export function buildProgram(io: Io, words: readonly string[]): Command {
  const program = new Command('muster');
  program.description("A team's releases and incidents, with deadlines that escalate.");
  program.usage('<noun> <verb> [options]');
  program.exitOverride();
  program.configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    outputError: () => undefined, // run.ts prints errors, because it knows the format
    getOutHelpWidth: () => io.stdout.columns ?? 80,
    getErrHelpWidth: () => io.stderr.columns ?? 80,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  program.configureHelp({ showGlobalOptions: true });
  program.addOption(new Option('-o, --output <format>', `${formats.join(', ')} (default table)`));
  program.option('--as <person>', 'who acts (MUSTER_ACTOR; `muster whoami` remembers)');
  program.option('--token <token>', 'by which you sign in (MUSTER_TOKEN, which others on the machine do not see)');
  program.option('--server <url>', 'address of the server (MUSTER_URL)');
  program.option(
    '--header <header>',
    "a header for a proxy in front, 'Name: value'; repeatable (MUSTER_HEADERS, one a line)",
    (header: string, before: readonly string[] = []) => [...before, header],
  );
  program.addHelpText('after', trailer);

  const contextOf: ContextOf = (command) => contextOfFlags(command.optsWithGlobals<CommonFlags>(), io);
  for (const { kind, aliases, about, examples } of nouns) {
    const noun = program.command(kind).aliases(aliases).description(about).usage('<verb> [options]');
    noun.addHelpText('before', `${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
    if (![kind, ...aliases, completing].some((name) => words.includes(name))) continue;
    addReadingVerbs(noun, kind, contextOf);
    addCommandVerbs(noun, kind, contextOf);
  }
  addShortVerbs(program, contextOf);
  addShow(program, undefined, contextOf);
  const template = program.command('template').alias('templates').description('the checklists and their deadlines');
  addOverviews(program, template, contextOf);
  addActions(program, contextOf);
  addAlertVerbs(program, contextOf);
  addChanges(program, contextOf);
  addChannelVerbs(program, contextOf);
  addOnCallVerbs(program, contextOf);
  addFreezes(program, contextOf);
  addIdVerbs(program, contextOf);
  addDrillVerbs(program, contextOf);
  addOfflineVerbs(program, template, contextOf);
  addCoverage(program, contextOf);
  addRehearseVerbs(program, io);
  addTemplateDiff(template, contextOf);
  addWhatIf(program, contextOf);
  addWhoami(program, contextOf);
  addLogin(program, contextOf);
  addTokens(program, contextOf);
  addInit(program, contextOf);
  addCompletion(program, io);
  return program;
}

function addOfflineVerbs(program: Command, template: Command, contextOf: ContextOf): void {
  const lint = template
    .command('lint')
    .description('check template files (without one: all templates of the folder); needs no server');
  lint
    .argument('[templates...]', 'files, or names of templates of the configuration')
    .option(
      '--config <folder>',
      'the configuration to which the templates belong (MUSTER_CONFIG; else the one in which the file stands)',
    );
  lint.action(async (files: string[]) => {
    const context = contextOf(lint);
    const folder = configFolder(context, lint.opts<{ config?: string }>().config, files[0]);
    await lintTemplates(
      context,
      folder,
      files.length > 0 ? files.map((named) => templateFile(folder, named)) : templatesIn(folder),
    );
  });
  const config = program.command('config').description('the configuration folder');
  const check = config
    .command('check')
    .description('check the whole folder, without a server: every error with its place');
  check.argument('[folder]').option('--config <folder>', 'the folder (MUSTER_CONFIG)');
  check.action(async (given: string | undefined) => {
    const context = contextOf(check);
    await checkConfig(context, configFolder(context, given ?? check.opts<{ config?: string }>().config));
  });
}

function addCompletion(program: Command, io: Io): void {
  const completion = program.command('completion').description('a completion script for your shell');
  completion.argument('<shell>', 'bash, zsh or fish');
  completion.addHelpText('after', '\n  $ source <(muster completion bash)');
  completion.action((shell: string) => {
    io.stdout.write(completionScript(shell));
  });
  program
    .command(completing, { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const found = await candidates(program, words, io);
      if (found.length > 0) io.stdout.write(`${found.join('\n')}\n`);
    });
}
