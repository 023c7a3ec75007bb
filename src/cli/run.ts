/**
 * Owns one run of the command line, from its words to its exit code. Reaches the outside only
 * through `io`, except to read the version from package.json.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommanderError } from 'commander';
import { CliError, errorLines, exitCodes, problemJson, usageError } from './client/errors';
import { traceOf } from './terminal/fault';
import type { Io } from './terminal/io';
import { buildProgram } from './program';
import { styleFor } from './terminal/style';
import { clean, safeJson } from './terminal/text';

/**
 * Runs the words after `muster`; returns the exit code. Errors have then been written to
 * `io.stderr`.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '--version' || argv[0] === '-V') {
    io.stdout.write(`muster ${version()}\n`);
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
    return tell(usageError(`${error.message.replace(/^error: /, '')}; --help shows what fits`), argv, io);
  }
  if (error instanceof CliError) return tell(error, argv, io);
  return tell(new CliError('failed', `this is a fault of muster itself: ${traceOf(error)}`), argv, io);
}

function tell(error: CliError, argv: readonly string[], io: Io): number {
  if (wantsJson(argv)) {
    io.stderr.write(`${safeJson(JSON.stringify(problemJson(error)))}\n`);
  } else {
    const style = styleFor(io.stderr, io.env);
    const [first = '', ...rest] = errorLines(error);
    io.stderr.write(clean([first, ...rest].join('\n')).replace(first, () => style('bad', first)) + '\n');
  }
  return exitCodes[error.exit];
}

// Reads the raw words, because an error may come before they are parsed.
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      /^(-o=?|--output=)json$/.test(word) || (word === 'json' && /^(-o|--output)$/.test(argv[index - 1] ?? '')),
  );
}

// package.json is one folder nearer to the sources than to the built files, so every folder above
// is tried.
function version(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      if (name === 'muster' && typeof version === 'string') return version;
    } catch {
      // not in this folder: try the folder above
    }
  }
  return 'unknown';
}
