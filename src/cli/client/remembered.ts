/**
 * Owns who acts: the person of --as, of MUSTER_ACTOR, or the one remembered in the configuration
 * folder of the user, in this order. Asks nobody.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { CliError } from './errors';
import type { Io } from '../terminal/io';

/** Who acts, and where that is said. */
export interface Actor {
  readonly person: string;
  readonly from: '--as' | 'MUSTER_ACTOR' | 'remembered';
}

/** Who acts; undefined when nobody has said it. */
export function knownActor(as: string | undefined, io: Io): Actor | undefined {
  if (as !== undefined) return { person: as, from: '--as' };
  const set = io.env['MUSTER_ACTOR'];
  if (set !== undefined && set !== '') return { person: set, from: 'MUSTER_ACTOR' };
  const person = rememberedPerson(io);
  return person === undefined ? undefined : { person, from: 'remembered' };
}

/** The file that remembers; undefined where the user has no configuration folder. */
export function memoryOf({ env }: Io): string | undefined {
  const { XDG_CONFIG_HOME: configured = '', HOME: home = '' } = env;
  if (isAbsolute(configured)) return join(configured, 'muster', 'person');
  return isAbsolute(home) ? join(home, '.config', 'muster', 'person') : undefined;
}

function rememberedPerson(io: Io): string | undefined {
  const file = memoryOf(io);
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined; // nobody is remembered
  }
}

/** Remembers `person` in a file that only the user reads; answers the file. */
export function remember(person: string, io: Io): string {
  const file = memoryOf(io);
  if (file === undefined)
    throw new CliError('failed', 'there is no folder to remember it in: neither XDG_CONFIG_HOME nor HOME is set');
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // A file that is there would keep its own mode.
    rmSync(file, { force: true });
    writeFileSync(file, `${person}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new CliError('failed', `it cannot be remembered: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  return file;
}

/** Forgets who was remembered; answers whether anybody was. */
export function forget(io: Io): boolean {
  const file = memoryOf(io);
  if (file === undefined || rememberedPerson(io) === undefined) return false;
  rmSync(file, { force: true });
  return true;
}
