/**
 * Owns the question who acts, at a terminal where nobody has said it, and the check of a name
 * against the people that the server knows.
 */
import { ask, canAsk } from '../terminal/ask';
import type { Io } from '../terminal/io';
import type { Client } from './client';
import { CliError } from './errors';
import { memoryOf, remember } from './remembered';
import { tell } from './tell';

const mostTries = 3;

/**
 * The person whom the terminal names, who may be remembered. Undefined when there is no terminal,
 * or the person names nobody: the command then names nobody either.
 */
export async function askWho(client: Client, io: Io): Promise<string | undefined> {
  if (!canAsk(io)) return undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const said = await ask(io, 'Who are you? (an id of `muster people`; Enter: nobody) ');
    if (io.signal.aborted) throw new CliError('interrupted', 'interrupted');
    if (said === undefined || said === '') return undefined;
    const unknown = await whyUnknown(client, said);
    if (unknown === undefined) {
      await offerToRemember(said, io);
      return said;
    }
    tell(unknown, io, false);
  }
  throw new CliError('usage', 'nobody was named; say --as PERSON, or set MUSTER_ACTOR');
}

/** Why the server does not know `person`, with the nearest names; undefined: the server does. */
export async function whyUnknown(client: Client, person: string): Promise<CliError | undefined> {
  try {
    await client.get('/v1/people', { person });
    return undefined;
  } catch (error) {
    if (error instanceof CliError && error.exit === 'usage') return withoutPath(error);
    throw error;
  }
}

// The path of the query would only repeat the word.
function withoutPath({ exit, more, message }: CliError): CliError {
  const [first] = more.problem?.errors ?? [];
  return new CliError(exit, first?.message ?? message);
}

async function offerToRemember(person: string, io: Io): Promise<void> {
  if (memoryOf(io) === undefined) return;
  const answer = await ask(io, `Remember ${person} on this machine? (y/N) `);
  if (io.signal.aborted) throw new CliError('interrupted', 'interrupted');
  if (/^y(es)?$/i.test(answer ?? '')) {
    const file = remember(person, io);
    io.stderr.write(`${file} remembers ${person}; \`muster whoami --forget\` ends that\n`);
  }
}
