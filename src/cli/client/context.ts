/**
 * Owns the context of a verb, once its flags are read: the client of the API, the output format,
 * the screen. Knows no verb.
 */
import { identityOf } from './credential';
import { createClient, type Answer, type Client } from './client';
import { usageError } from './errors';
import { extraHeaders } from './extra-headers';
import { askWho } from './who';
import type { Io } from '../terminal/io';
import { styleFor, type Style } from '../terminal/style';
import type { Layout } from '../terminal/table';
import { clean, inShell, safeJson } from '../terminal/text';

export const formats = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof formats)[number];

/** Flags that every verb takes. */
export interface CommonFlags {
  readonly output?: string;
  readonly as?: string;
  readonly token?: string;
  readonly server?: string;
  /** For a proxy in front of the server. */
  readonly header?: readonly string[];
}

export interface Context {
  readonly io: Io;
  readonly client: Client;
  readonly format: Format;
  readonly layout: Layout;
  readonly style: Style;
  /** The flags that a command to copy needs again, because this run has them: ` --as fatima`. */
  readonly again: string;
}

export const defaultServer = 'http://127.0.0.1:8080';
const columnsOfAPipe = 80;

/** `further`: more formats of this verb, named in the error for an unknown format. */
export function contextOf(flags: CommonFlags, io: Io, further: readonly string[] = []): Context {
  const format = (formats as readonly string[]).find((known) => known === (flags.output ?? 'table'));
  if (format === undefined)
    throw usageError(`-o is "${flags.output}"; expected one of ${[...formats, ...further].join(', ')}`);
  const set = (name: string) => (io.env[name] === '' ? undefined : io.env[name]);
  const url = flags.server ?? set('MUSTER_URL') ?? defaultServer;
  const client = createClient({
    url,
    ...identityOf(flags, io, url),
    headers: extraHeaders(flags.header ?? [], io.env),
    askActor: (own) => askWho(own, io),
    signal: io.signal,
  });
  const style = styleFor(io.stdout, io.env);
  return {
    io,
    client,
    format: format as Format,
    style,
    layout: { width: screenWidth(io), wide: format === 'wide', style },
    again: flagsAgain(flags),
  };
}

function flagsAgain({ as, server }: CommonFlags): string {
  return Object.entries({ as, server })
    .map(([flag, value]) => (value === undefined ? '' : ` --${flag} ${inShell(value)}`))
    .join('');
}

/** Who acts, where the answer depends on it: whose incidents, whose shift. */
export async function whoActs({ client }: Context): Promise<string> {
  const person = await client.actor();
  if (person !== undefined) return person;
  throw usageError('who are you? Say --as PERSON, set MUSTER_ACTOR, or let `muster whoami --set PERSON` remember you');
}

/** The width of the screen in columns. In a pipe: `COLUMNS`, else 80. */
export function screenWidth(io: Io): number {
  const own = io.stdout.isTTY ? io.stdout.columns : Number(io.env['COLUMNS'] ?? '');
  return own !== undefined && Number.isInteger(own) && own >= 40 ? own : columnsOfAPipe;
}

/** An answer in each format: `lines` for people, `names` for `-o name`. */
export interface Shown {
  readonly lines: () => readonly string[];
  readonly names: () => readonly string[];
}

/** Prints an answer of the API in the format asked for. */
export async function print(context: Context, answer: Answer<unknown>, shown: Shown): Promise<void> {
  const { io, format } = context;
  switch (format) {
    case 'json':
      return void io.stdout.write(withNewline(safeJson(answer.text)));
    case 'yaml': {
      const { stringify } = await import('yaml');
      return void io.stdout.write(clean(stringify(answer.body)));
    }
    case 'name':
      return printLines(io, shown.names());
    default:
      return printLines(io, shown.lines());
  }
}

export function printLines(io: Io, lines: readonly string[]): void {
  if (lines.length > 0) io.stdout.write(`${lines.join('\n')}\n`);
}

/** Writes a remark to standard error, beside the data. */
export function note(io: Io, text: string): void {
  io.stderr.write(`${clean(text)}\n`);
}

/** `text` with a newline at its end, as files and streams need it. */
export function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
