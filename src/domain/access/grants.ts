/**
 * Owns which roles somebody has by access.yaml, and the principal of whoever has signed in. A title
 * of people.yaml, such as qa-lead, gives no role. Knows no file, and no credential.
 */
import type { ApiRole } from '../../contracts/access';
import { readName, readOperation, type Grant, type Principal, type Scopes } from './principal';

/** A line of access.yaml. */
export interface RoleRule {
  readonly role: ApiRole;
  readonly people: readonly string[];
  /** Groups of the identity provider. */
  readonly groups: readonly string[];
  readonly services?: readonly string[];
}
/** Who has which role. */
export interface AccessRules {
  /** The role of everybody who has signed in and is in people.yaml. */
  readonly everybody: ApiRole | 'none';
  readonly roles: readonly RoleRule[];
}
/** The rules where there is no access.yaml. */
export const noRules: AccessRules = { everybody: 'viewer', roles: [] };

/** What a credential says besides whose it is. */
export interface Credential {
  readonly via: string;
  readonly groups?: readonly string[];
  readonly scopes?: Scopes;
  /** Roles that were given elsewhere than in access.yaml. */
  readonly further?: readonly Grant[];
}

/** The principal of a person of people.yaml. */
export function personPrincipal(
  { everybody, roles }: AccessRules,
  person: string,
  { via, groups = [], scopes = {}, further = [] }: Credential,
): Principal {
  const own = roles
    .filter((rule) => rule.people.includes(person) || rule.groups.some((group) => groups.includes(group)))
    .map(({ role, services }): Grant => (services === undefined ? { role } : { role, services }));
  const usual: readonly Grant[] = everybody === 'none' ? [] : [{ role: everybody }];
  return { id: person, kind: 'person', roles: [...own, ...further, ...usual], scopes, via };
}

/**
 * The principal of whoever has signed in and is nobody of people.yaml: they may look where
 * everybody may, and acknowledge what they were paged for. Their name is `claim`, made into one
 * that no person of people.yaml can have.
 */
export function strangerPrincipal(
  { everybody }: AccessRules,
  claim: string,
  { via, scopes = {} }: Credential,
): Principal {
  const written = claim
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    // What a name cannot have stands there by its number, so that no two share a name.
    .replace(/[^a-z0-9._@-]/gu, (sign) => `-${sign.codePointAt(0)!.toString(16)}-`);
  const begun = /^[a-z0-9]/.test(written) ? written : `x${written}`;
  const read = readName(begun.includes('@') ? begun.slice(0, 120) : `${begun.slice(0, 100)}@not-in-people`);
  return {
    id: read.ok ? read.name : 'somebody@not-in-people',
    kind: 'person',
    roles: everybody === 'none' ? [] : [{ role: 'viewer' }],
    scopes,
    via,
  };
}

/**
 * The principal of a program of a CI. `name`: of its token; the dot keeps it from being a person.
 */
export function programPrincipal(name: string, via: string, scopes: Scopes): Principal {
  return { id: `ci.${name}`, kind: 'ci', roles: [], scopes, via };
}

/**
 * What is missing of what the credential of a program has to say. It has no roles: the credential
 * names all that it may. Who only reads need name no service.
 */
export function programScopesFault({
  operations = [],
  services = [],
}: Scopes): { readonly path: 'operations' | 'services'; readonly message: string } | undefined {
  if (operations.length === 0)
    return { path: 'operations', message: 'expected what a program may do: commands, and read' };
  return services.length === 0 && operations.some((operation) => operation !== readOperation)
    ? { path: 'services', message: 'expected the services for which a program may do it' }
    : undefined;
}

/** Who can give a role to others: the people who are admin of everything. */
export function adminsOf({ roles }: AccessRules): string[] {
  const admin = roles.filter(({ role, services }) => role === 'admin' && services === undefined);
  return [...new Set(admin.flatMap(({ people }) => people))];
}
