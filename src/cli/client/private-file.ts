/**
 * Owns the small files in the configuration folder of the user that nobody else may read. Knows not
 * what they hold.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { CliError } from './errors';
import type { Io } from '../terminal/io';

/** The file called `name`; undefined where the user has no configuration folder. */
export function privateFile(name: string, { env }: Io): string | undefined {
  const { XDG_CONFIG_HOME: configured = '', HOME: home = '' } = env;
  if (isAbsolute(configured)) return join(configured, 'muster', name);
  return isAbsolute(home) ? join(home, '.config', 'muster', name) : undefined;
}

/** Writes `text` into `file`, which only the user reads; answers the file. */
export function keepPrivately(file: string | undefined, text: string): string {
  if (file === undefined)
    throw new CliError('failed', 'there is no folder to remember it in: neither XDG_CONFIG_HOME nor HOME is set');
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // A file that is there would keep its own mode.
    rmSync(file, { force: true });
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    throw new CliError('failed', `it cannot be remembered: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  return file;
}
