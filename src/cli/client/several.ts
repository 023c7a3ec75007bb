/**
 * Owns several ids in one command: each is done in turn, whatever became of the one before. Knows
 * no command.
 */
import { CliError, exitCodes } from './errors';
import type { Context } from './context';
import { tell } from './tell';

/**
 * Does `act` with each word. With several words an error is told at once and ends the run only
 * after the last word, with the worst exit code.
 */
export async function eachInTurn(
  context: Context,
  words: readonly string[],
  act: (word: string) => Promise<void>,
): Promise<void> {
  const [only, ...more] = words;
  if (only !== undefined && more.length === 0) return act(only);
  const failed: { readonly word: string; readonly error: CliError }[] = [];
  for (const word of words) {
    if (context.format === 'yaml') context.io.stdout.write('---\n');
    try {
      await act(word);
    } catch (error) {
      if (!(error instanceof CliError) || error.exit === 'interrupted') throw error;
      failed.push({ word, error: of(word, error) });
      tell(of(word, error), context.io, context.format === 'json');
    }
  }
  const worst = failed.reduce<CliError | undefined>(
    (before, { error }) => (before && exitCodes[before.exit] >= exitCodes[error.exit] ? before : error),
    undefined,
  );
  if (!worst) return;
  const names = failed.map(({ word }) => word).join(', ');
  throw new CliError(worst.exit, `${failed.length} of ${words.length} failed: ${names}`);
}

// The API does not always name the process that a request was for.
function of(word: string, error: CliError): CliError {
  return error.message.includes(word) ? error : new CliError(error.exit, `${word}: ${error.message}`, error.more);
}
