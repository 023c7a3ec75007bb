/**
 * Owns who has which API role, and by which keys people and programs sign in, as the rules take it,
 * from access.yaml.
 */
import { listOf, noRules, type AccessRules, type Scopes } from '../../domain';
import { given } from '../../given';
import type { AccessFile } from '../files/access-shapes';

/** The roles of access.yaml; without the file, everybody who has signed in may look. */
export function accessRulesOf(file: AccessFile | undefined): AccessRules {
  if (file === undefined) return noRules;
  return {
    everybody: file.everybody,
    roles: file.roles.map(({ role, people, groups, services }) => ({ role, people, groups, ...given({ services }) })),
  };
}

/** A shorter one could be guessed. */
export const shortestKey = 32;

/** A key of access.yaml, and whose it is. */
export interface AccessKey {
  readonly name: string;
  /** What may be shown: two while one takes the place of the other. */
  readonly secrets: readonly string[];
  /** Absent: it is that of a program of a CI. */
  readonly person?: string;
  readonly scopes: Scopes;
}

/** The keys of access.yaml. `env`: where they stand; what is not set, or is short, is no key. */
export function accessKeysOf(file: AccessFile | undefined, env: NodeJS.ProcessEnv): readonly AccessKey[] {
  return Object.entries(file?.keys ?? {}).map(([name, { key, person, operations, services }]) => ({
    name,
    secrets: listOf(key)
      .map((secret) => env[secret.slice('env:'.length)] ?? '')
      .filter((secret) => secret.length >= shortestKey),
    scopes: given({ operations, services }),
    ...given({ person }),
  }));
}
