/**
 * Owns who has which API role, and by which keys people and programs sign in, as the rules take it,
 * from access.yaml.
 */
import { readSecret, secretOrNothing } from '../files/secrets';
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

/**
 * The keys of the access.yaml in force. Files of keys are read when access.yaml is, not with each
 * request. `warn` is told of a key that cannot be read: it is no key, and nobody sees the error.
 */
export function accessKeysIn(
  env: NodeJS.ProcessEnv,
  warn: (because: string) => void,
): (file: AccessFile | undefined) => readonly AccessKey[] {
  return onceEach((file) => {
    for (const [name, { key }] of Object.entries(file?.keys ?? {}))
      for (const secret of listOf(key)) {
        const read = readSecret(secret, env);
        if (!read.ok) warn(`access.yaml: a key of ${name} is none: ${read.because}`);
      }
    return accessKeysOf(file, env);
  });
}

/** What `read` makes of access.yaml: once each time that the file was read. */
function onceEach<T>(read: (file: AccessFile | undefined) => T): (file: AccessFile | undefined) => T {
  let known: { readonly of: AccessFile | undefined; readonly made: T } | undefined;
  return (file) => {
    if (known === undefined || known.of !== file) known = { of: file, made: read(file) };
    return known.made;
  };
}

/** The keys of access.yaml. `env`: where they stand; what is not set, or is short, is no key. */
export function accessKeysOf(file: AccessFile | undefined, env: NodeJS.ProcessEnv): readonly AccessKey[] {
  return Object.entries(file?.keys ?? {}).map(([name, { key, person, operations, services }]) => ({
    name,
    secrets: listOf(key)
      .map((secret) => secretOrNothing(secret, env))
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
  /** Why there is none, although the file names one: nobody can sign in. */
  readonly secretFault?: string;
  readonly scopes: readonly string[];
  readonly claims: ClaimRules;
}

/** The identity provider of the access.yaml in force; the secret is read when access.yaml is. */
export function providerIn(env: NodeJS.ProcessEnv): (file: AccessFile | undefined) => ProviderSettings | undefined {
  return onceEach((file) => providerOf(file, env));
}

/** The identity provider of access.yaml, if it names one. `env`: where the secret stands. */
function providerOf(file: AccessFile | undefined, env: NodeJS.ProcessEnv): ProviderSettings | undefined {
  if (file?.oidc === undefined) return undefined;
  const { issuer, scopes, 'client-id': clientId, 'client-secret': named, ...claims } = file.oidc;
  const secret = named === undefined ? undefined : readSecret(named, env);
  return {
    issuer,
    clientId,
    scopes,
    claims: {
      personClaim: claims['person-claim'],
      trustsEmail: claims['trust-email'],
      groupsNamed: [...new Set(file.roles.flatMap(({ groups }) => groups))],
      ...given({ groupsClaim: claims['groups-claim'] }),
    },
    ...(secret === undefined ? {} : secret.ok ? { clientSecret: secret.value } : { secretFault: secret.because }),
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
  const { people: named, 'person-claim': claim } = access?.oidc ?? {};
  const [isSame, entries] =
    named === undefined
      ? [sameAddress, Object.entries(people).map(([id, { email }]) => [email, id] as const)]
      : [claim === 'email' ? sameAddress : (one: string, other: string) => one === other, Object.entries(named)];
  return entries.find(([known]) => known !== undefined && isSame(known, value))?.[1];
}

// Only letters of ASCII have two forms here: others could be taken for one of them.
const sameAddress = (one: string, other: string): boolean => asciiLower(one) === asciiLower(other);
const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
