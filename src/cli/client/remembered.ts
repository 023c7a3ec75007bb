/**
 * Owns who acts: the person of --as, of MUSTER_ACTOR, or the one remembered in the configuration
 * folder of the user, in this order. Asks nobody.
 */
import { readFileSync, rmSync } from 'node:fs';
import { keepPrivately, privateFile } from './private-file';
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
export function memoryOf(io: Io): string | undefined {
  return privateFile('person', io);
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
  return keepPrivately(memoryOf(io), `${person}\n`);
}

/** Forgets who was remembered; answers whether anybody was. */
export function forget(io: Io): boolean {
  const file = memoryOf(io);
  if (file === undefined || rememberedPerson(io) === undefined) return false;
  rmSync(file, { force: true });
  return true;
}
