/** Owns the verb `report`: its format and its destination. Knows nothing of the content. */
import { promises as files } from 'node:fs';
import { note, print, withNewline, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { clean, safeJson } from '../terminal/text';

const types = { md: 'text/markdown', html: 'text/html', json: 'application/json' } as const;
export const reportFormats = Object.keys(types) as (keyof typeof types)[];

/** Prints the report of the process at `path`, or writes it to the file `out`. */
export async function report(
  context: Context,
  path: string,
  { format, out, full }: Readonly<Record<string, string | boolean | undefined>>,
): Promise<void> {
  const { client, io } = context;
  const chosen = reportFormats.find((known) => known === format);
  if (format !== undefined && chosen === undefined)
    throw usageError(`--format is "${String(format)}"; expected one of ${reportFormats.join(', ')}`);
  const asTable = context.format === 'table' || context.format === 'wide';
  if (chosen !== undefined && !asTable && context.format !== chosen)
    throw usageError(`--format ${chosen} and -o ${context.format} contradict each other; leave one out`);
  if (chosen === undefined && !asTable && out === undefined) {
    const answer = await client.get<{ summary: { id: string } }>(`${path}/report`, { full });
    return print(context, answer, { lines: () => [], names: () => [answer.body.summary.id] });
  }
  if (!asTable && context.format !== 'json')
    throw usageError(`--out takes --format ${reportFormats.join(', ')}, not -o ${context.format}`);
  const form = chosen ?? (context.format === 'json' ? 'json' : 'md');
  const received = await client.getText(`${path}/report`, types[form], { full });
  const text = withNewline(form === 'json' ? safeJson(received) : clean(received));
  if (typeof out !== 'string') return void io.stdout.write(text);
  await replaceFile(out, text);
  note(io, `written to ${out}`);
}

// A reader of the file sees the old report or the new one, never half a report.
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${crypto.randomUUID()}.part`;
  try {
    await files.writeFile(beside, text, { flag: 'wx' });
    await files.rename(beside, path);
  } catch (cause) {
    await files.rm(beside, { force: true });
    throw new CliError('failed', `${path} cannot be written: ${whyNot(cause)}`, { cause });
  }
}

// The system's message names the temporary file, which means nothing to the user.
function whyNot(cause: unknown): string {
  const { code, message = String(cause) } = cause as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    EISDIR: 'it is a folder; name a file in it',
    EACCES: 'you may not write there',
  };
  return (code === undefined ? undefined : words[code]) ?? message;
}
