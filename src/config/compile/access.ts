/**
 * Owns who has which API role, and by which keys people and programs sign in, as the rules take it,
 * from access.yaml.
 */
import { listOf, noRules, type AccessRules, type ClaimRules, type Scopes } from '../../domain';
import { given } from '../../given';
import type { AccessFile } from '../files/access-shapes';
import type { PeopleFile } from '../files/shapes';

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

/** The identity provider by which people sign in. */
export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, by PKCE alone. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  readonly claims: ClaimRules;
}

/** The identity provider of access.yaml, if it names one. `env`: where the secret stands. */
export function providerOf(file: AccessFile | undefined, env: NodeJS.ProcessEnv): ProviderSettings | undefined {
  if (file?.oidc === undefined) return undefined;
  const { issuer, scopes, 'client-id': clientId, 'client-secret': secret, ...claims } = file.oidc;
  return {
    issuer,
    clientId,
    scopes,
    claims: {
      personClaim: claims['person-claim'],
      groupsNamed: [...new Set(file.roles.flatMap(({ groups }) => groups))],
      ...given({ groupsClaim: claims['groups-claim'] }),
    },
    ...given({ clientSecret: secret && env[secret.slice('env:'.length)] }),
  };
}

/**
 * The person of people.yaml whom the identity provider knows by `value` of the person-claim;
 * undefined when it is nobody there.
 */
export function personOfClaim(
  { access, people: { people } }: { readonly access?: AccessFile | undefined; readonly people: PeopleFile },
  value: string,
): string | undefined {
  const named = access?.oidc?.people;
  if (named !== undefined) return Object.hasOwn(named, value) ? named[value] : undefined;
  const email = value.toLowerCase();
  return Object.keys(people).find((id) => people[id]!.email?.toLowerCase() === email);
}
