/**
 * Owns one run of the command line, from its words to its exit code. Reaches the outside only
 * through `io`.
 */
import { CommanderError } from 'commander';
import { readTypedId } from '../contracts/typed-id';
import { CliError, exitCodes, usageError } from './client/errors';
import { packageVersion } from './terminal/package';
import { inShell } from './terminal/text';
import { tell } from './client/tell';
import { traceOf } from './terminal/fault';
import type { Io } from './terminal/io';
import { buildProgram } from './program';

/**
 * Runs the words after `muster`; returns the exit code. Errors have then been written to
 * `io.stderr`.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '--version' || argv[0] === '-V') {
    io.stdout.write(`muster ${packageVersion()}\n`);
    return exitCodes.ok;
  }
  try {
    await buildProgram(io, argv).parseAsync([...argv], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    return end(error, argv, io);
  }
}

function end(error: unknown, argv: readonly string[], io: Io): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok; // help was asked for
    // A noun without a verb: commander has shown the help.
    if (error.code === 'commander.help') return exitCodes.usage;
    return ended(usageError(`${error.message.replace(/^error: /, '')}; --help shows what fits`), argv, io);
  }
  if (error instanceof CliError) return ended(error, argv, io);
  return ended(new CliError('failed', `this is a fault of muster itself: ${traceOf(error)}`), argv, io);
}

function ended(error: CliError, argv: readonly string[], io: Io): number {
  tell(withWorkingCommand(error, argv), io, wantsJson(argv));
  return exitCodes[error.exit];
}

// R10: the command that a merged incident refused, as it works for the incident that goes on.
function withWorkingCommand(error: CliError, argv: readonly string[]): CliError {
  const into = error.more.problem?.['mergedInto'];
  const index = argv.findIndex((word) => readTypedId(word)?.form === 'full');
  if (typeof into !== 'string' || index === -1) return error;
  const words = argv.map((word, at) => inShell(at === index ? into : word));
  return new CliError(error.exit, error.message, { ...error.more, hint: `muster ${words.join(' ')}` });
}

// Reads the raw words, because an error may come before they are parsed.
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      /^(-o=?|--output=)json$/.test(word) || (word === 'json' && /^(-o|--output)$/.test(argv[index - 1] ?? '')),
  );
}
