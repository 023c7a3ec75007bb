/**
 * Owns `init`: the first configuration folder of a team, from flags or from answers at a terminal.
 * What the folder contains is in src/config/starter.ts.
 */
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { note, printLines, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { ask, canAsk } from '../terminal/ask';
import { packageFolder } from '../terminal/package';
import type { ContextOf } from './commands';
import { offlineCode } from './late';

type Offline = ReturnType<typeof offlineCode>;
type Starter = Parameters<Offline['writeStarter']>[2];

interface Flags {
  readonly zone?: string;
  readonly person?: string[];
  readonly team?: string;
  readonly service?: string[];
  readonly mailHost?: string;
}
const several = (value: string, before: string[] = []): string[] => [...before, value];

export function addInit(program: Command, contextOf: ContextOf): void {
  const verb = program.command('init').description('write a small configuration of your own; needs no server');
  verb.argument('[folder]', 'a folder that does not exist, or is empty (default my-config)');
  verb.option('--zone <zone>', 'time zone of the team, such as Europe/Athens');
  verb.option('--person <name>', 'repeat for each: "Ana Duarte", or "ana=Ana Duarte <ana@example.com>"', several);
  verb.option('--team <id>', 'the team, such as platform');
  verb.option('--service <id>', 'repeat for each service of the team', several);
  verb.option('--mail-host <host>', 'send messages by mail over this host, besides the inbox');
  verb.addHelpText(
    'after',
    '\nAt a terminal, init asks for what no flag says. The first person is on call first, the last is called last.\n' +
      '\n  $ muster init --zone Europe/Athens --person "Ana Duarte" --person "Omar Benali" --team platform --service web',
  );
  verb.action((folder: string | undefined) => init(contextOf(verb), folder ?? 'my-config', verb.opts<Flags>()));
}

async function init(context: Context, named: string, flags: Flags): Promise<void> {
  const { isTaken, starterFaults, writeStarter } = offlineCode();
  const folder = resolve(named);
  if (isTaken(folder)) throw usageError(`${named} is not empty; init writes only into a folder that is new or empty`);
  const starter = await answered(context, flags);
  const faults = starterFaults(starter);
  if (faults.length > 0) throw usageError(faults.join('\n'));
  const files = writeStarter(join(packageFolder(), 'config'), folder, starter);
  const shown = relative(process.cwd(), folder) || '.';
  printLines(
    context.io,
    files.map((file) => join(shown, file)),
  );
  note(
    context.io,
    `Next: give the roles in ${join(shown, 'people.yaml')} to the people who have them, then\n` +
      `  muster config check ${typed(folder)}\n  ${startIn(packageFolder(), folder)}`,
  );
}

// `npm start` is a script of the folder of Muster, wherever the new folder is.
function startIn(home: string, folder: string): string {
  const start = `MUSTER_CONFIG=${typed(folder)} npm start`;
  return process.cwd() === home ? start : `cd ${typed(home)} && ${start}`;
}
function typed(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

async function answered({ io }: Context, flags: Flags): Promise<Starter> {
  const asks = canAsk(io);
  const missing = (flag: string): Error => usageError(`--${flag} is missing; muster init --help shows an example`);
  const answerTo = async (question: string): Promise<string> => {
    const line = await ask(io, question);
    if (line !== undefined) return line;
    throw new CliError(io.signal.aborted ? 'interrupted' : 'usage', 'stopped; nothing was written');
  };
  const one = async (flag: string, given: string | undefined, question: string, usual: string): Promise<string> => {
    if (given !== undefined) return given;
    if (!asks) throw missing(flag);
    const line = await answerTo(`${question} [${usual}] `);
    return line === '' ? usual : line;
  };
  const many = async (flag: string, given: string[] | undefined, question: string): Promise<string[]> => {
    if (given !== undefined) return given;
    if (!asks) throw missing(flag);
    const found: string[] = [];
    for (;;) {
      const line = await answerTo(`${question}${found.length === 0 ? '' : ' (empty: no more)'}: `);
      if (line === '') return found;
      found.push(line);
    }
  };
  const zone = await one('zone', flags.zone, 'Time zone', Intl.DateTimeFormat().resolvedOptions().timeZone);
  const people = (await many('person', flags.person, 'Person, such as Ana Duarte')).map(personOf);
  const team = await one('team', flags.team, 'Team', 'platform');
  const services = await many('service', flags.service, 'Service, such as web');
  const { mailHost } = flags;
  return { zone, people, team, services, ...(mailHost === undefined ? {} : { mailHost }) };
}

function personOf(text: string): Starter['people'][number] {
  const person = offlineCode().readPerson(text);
  if (typeof person === 'string') throw usageError(person);
  return person;
}
