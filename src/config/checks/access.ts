/**
 * Owns what of access.yaml cannot work: a name that nobody has, a line for nobody, groups that no
 * claim says, an identity provider by which nobody is known. Each error says what would be right.
 */
import { placeOfSecret, readSecret, secretOrNothing } from '../files/secrets';
import { operations, operationsOfPrograms } from '../../contracts/operations';
import { listOf, programScopesFault, unknownName } from '../../domain';
import { shortestKey } from '../compile/access';
import { given } from '../../given';
import type { AccessFile } from '../files/access-shapes';
import type { PeopleFile, ServicesFile } from '../files/shapes';
import type { ConfigError, Located } from '../files/yaml-file';

/** The files whose names access.yaml may use; undefined where a file is wrong. */
export interface AroundAccess {
  readonly people?: PeopleFile;
  readonly services?: ServicesFile;
}

/** The faults of access.yaml. `env`: where the secret is looked up; null: it is not. */
export function checkAccessFile(
  file: Located<AccessFile>,
  { people, services }: AroundAccess,
  env: NodeJS.ProcessEnv | null,
): ConfigError[] {
  const around = given({
    people: people && Object.keys(people.people),
    services: services && Object.keys(services.services),
  });
  const { roles, keys, oidc } = file.value;
  return [
    ...roles.flatMap((_, index) => checkRole(file, index, around)),
    ...Object.keys(keys).flatMap((name) => checkKey(file, name, around, env)),
    ...(oidc === undefined ? [] : checkProvider(file, oidc, people, env)),
  ];
}

type Names = { readonly people?: readonly string[]; readonly services?: readonly string[] };

function checkRole({ value, at }: Located<AccessFile>, index: number, known: Names): ConfigError[] {
  const { role, people, groups, services = [] } = value.roles[index]!;
  const path = ['roles', index];
  const errors = [
    ...unknownIn(people, known.people, 'person', (place) => [...path, 'people', place], at),
    ...unknownIn(services, known.services, 'service', (place) => [...path, 'services', place], at),
  ];
  if (people.length === 0 && groups.length === 0)
    errors.push(at(path, 'it gives the role to nobody: write people, or groups'));
  if (services.length > 0 && (role === 'viewer' || role === 'admin'))
    errors.push(
      at(
        [...path, 'services'],
        role === 'viewer'
          ? 'a viewer sees the processes of all services; to hide processes, restrict them (restricted-to of their template)'
          : 'an admin is one for all services; leave services out, or give the role manager',
      ),
    );
  if (groups.length > 0 && value.oidc?.['groups-claim'] === undefined)
    errors.push(
      at([...path, 'groups'], 'nobody says who is in a group: write oidc with a groups-claim, such as groups'),
    );
  return errors;
}

function checkKey(
  { value, at }: Located<AccessFile>,
  name: string,
  known: Names,
  env: NodeJS.ProcessEnv | null,
): ConfigError[] {
  const { key, person, ...scopes } = value.keys[name]!;
  const { services = [], operations: named = [] } = scopes;
  const path = ['keys', name];
  const may = person === undefined ? operationsOfPrograms : operations;
  const fault = person === undefined ? programScopesFault(given(scopes)) : undefined;
  return [
    ...unknownIn(person === undefined ? [] : [person], known.people, 'person', () => [...path, 'person'], at),
    ...unknownIn(services, known.services, 'service', (place) => [...path, 'services', place], at),
    ...named.flatMap((operation, place) => {
      if (may.includes(operation)) return [];
      const message = operations.includes(operation)
        ? `${operation} is for people; a program cannot do it`
        : unknownName('operation', operation, may);
      return [at([...path, 'operations', place], message)];
    }),
    ...(fault === undefined ? [] : [at(path, `${fault.path}: ${fault.message}; or name the person whose key it is`)]),
    ...listOf(key).flatMap((secret, index) => {
      const wrong = env === null ? undefined : whyNoKey(secret, env, othersOf(value, name));
      return wrong === undefined ? [] : [at([...path, 'key', ...(typeof key === 'string' ? [] : [index])], wrong)];
    }),
  ];
}

/** What the keys before this one hold. */
function othersOf({ keys }: AccessFile, name: string): readonly string[] {
  const names = Object.keys(keys);
  return names.slice(0, names.indexOf(name)).flatMap((other) => listOf(keys[other]!.key));
}

function whyNoKey(secret: string, env: NodeJS.ProcessEnv, others: readonly string[]): string | undefined {
  const read = readSecret(secret, env);
  if (!read.ok) return read.because;
  const place = placeOfSecret(secret);
  if (read.value.length < shortestKey)
    return `what ${place} holds is shorter than ${shortestKey} characters, and could be guessed`;
  return others.some((other) => secretOrNothing(other, env) === read.value)
    ? `what ${place} holds is the key of somebody else already`
    : undefined;
}

type At = Located<AccessFile>['at'];
function unknownIn(
  names: readonly string[],
  known: readonly string[] | undefined,
  what: string,
  placeOf: (index: number) => readonly PropertyKey[],
  at: At,
): ConfigError[] {
  if (known === undefined) return [];
  return names.flatMap((name, index) =>
    known.includes(name) ? [] : [at(placeOf(index), unknownName(what, name, known))],
  );
}

function checkProvider(
  { at }: Located<AccessFile>,
  oidc: NonNullable<AccessFile['oidc']>,
  people: PeopleFile | undefined,
  env: NodeJS.ProcessEnv | null,
): ConfigError[] {
  const errors: ConfigError[] = [];
  const persons = people && Object.keys(people.people);
  const { hostname, protocol } = new URL(oidc.issuer);
  if (protocol !== 'https:' && !/^(localhost|127\..*|\[::1\])$/.test(hostname))
    errors.push(at(['oidc', 'issuer'], 'expected https://, because whoever reads along could sign in as anybody'));
  if (!oidc.scopes.includes('openid')) errors.push(at(['oidc', 'scopes'], 'expected openid among them'));
  for (const [value, person] of Object.entries(oidc.people ?? {}))
    if (persons?.includes(person) === false)
      errors.push(at(['oidc', 'people', value], unknownName('person', person, persons)));
  if (oidc.people === undefined && people && !Object.values(people.people).some(({ email }) => email !== undefined))
    errors.push(
      at(
        ['oidc'],
        'it knows nobody: give people of people.yaml their email, or write people with the values of the claim',
      ),
    );
  const clientSecret = oidc['client-secret'];
  const read = env === null || clientSecret === undefined ? undefined : readSecret(clientSecret, env);
  if (read?.ok === false) errors.push(at(['oidc', 'client-secret'], read.because));
  return errors;
}

/** Reports people who share the address by which they sign in. */
export function checkEmails(people: Located<PeopleFile>): ConfigError[] {
  const owners = new Map<string, string>();
  return Object.entries(people.value.people).flatMap(([id, { email }]) => {
    if (email === undefined) return [];
    const owner = owners.get(email.toLowerCase());
    owners.set(email.toLowerCase(), owner ?? id);
    return owner === undefined ? [] : [people.at(['people', id, 'email'], `it is the email of ${owner} already`)];
  });
}
