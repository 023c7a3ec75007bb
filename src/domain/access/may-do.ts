/**
 * Owns who may do what (docs/access.md): a principal, what a route or command needs, and what it is
 * about. Default deny. Knows nothing of HTTP, nor of restricted processes (R37), which
 * state/restricted.ts hides from people of any role.
 */
import type { ApiRole, Need } from '../../contracts/access';
import { assertNever } from '../model/assert-never';
import { readOperation, type Grant, type Principal } from './principal';

const ranks = { viewer: 0, responder: 1, commander: 2, manager: 3, admin: 4 } as const satisfies Record<
  ApiRole,
  number
>;
/** The roles, each of which may do what those before it may. */
export const apiRoles = Object.keys(ranks) as [ApiRole, ...ApiRole[]];

/** Whether `role` may do what needs `needed`. */
export function reaches(role: ApiRole, needed: ApiRole): boolean {
  return ranks[role] >= ranks[needed];
}
/** The higher of two roles. */
export function higher(one: ApiRole, other: ApiRole): ApiRole {
  return reaches(one, other) ? one : other;
}

/** What is to be done. */
export interface Asked {
  /** The name of the command or order, or `read`. */
  readonly operation: string;
  readonly needs: Need;
  /** No program of a CI may, whatever its token says. */
  readonly peopleOnly?: boolean;
}
/** What it is done to. */
export interface Target {
  /** The id of the process. */
  readonly process?: string;
  readonly services: readonly string[];
  /** Whoever asks was paged by the process, or holds a role or an item in it. */
  readonly isInvolved?: boolean;
}
export type Verdict = { readonly ok: true } | Denied;
/** `because`: in one word. `message`: what is missing, and whom to ask. */
export interface Denied {
  readonly ok: false;
  readonly because: 'role' | 'scope' | 'kind';
  readonly message: string;
}
const allowed: Verdict = { ok: true };
const denied = (because: Denied['because'], message: string): Denied => ({ ok: false, because, message });

/**
 * Whether `principal` may do what is asked to `target`. Without a target, the answer holds for any:
 * a role for some services is then not enough. `admins`: whom a refusal names.
 */
export function mayDo(
  principal: Principal,
  asked: Asked,
  target: Target | undefined,
  admins: readonly string[] = [],
): Verdict {
  const { kind } = principal;
  switch (kind) {
    case 'person':
      return personMay(principal, asked, target, admins);
    case 'ci':
      return programMay(principal, asked, target, admins);
    case 'link':
      return linkMay(principal, asked, target);
    case 'sender':
      return asked.needs === 'sender'
        ? allowed
        : denied('kind', `whoever sends alerts may do nothing else, not even ${wordsOf(asked)}`);
    case 'system':
      return denied('kind', `${wordsOf(asked)} is asked by nobody`);
    default:
      return assertNever(kind);
  }
}

/**
 * Of `roles`, whether one reaches `needed` for the target. Whoever has a role may look at
 * everything that is not restricted, whatever the services of the role.
 */
function hasRole(roles: readonly Grant[], needed: ApiRole, target: Target | undefined): boolean {
  return roles.some(
    ({ role, services }) =>
      reaches(role, needed) && (needed === 'viewer' || services === undefined || touches(services, target)),
  );
}

function touches(services: readonly string[], target: Target | undefined): boolean {
  return target !== undefined && target.services.some((service) => services.includes(service));
}

function personMay(
  { id, roles, scopes }: Principal,
  asked: Asked,
  target: Target | undefined,
  admins: readonly string[],
): Verdict {
  const { needs, operation } = asked;
  if (needs === 'anyone' || needs === 'signed-in') return allowed;
  if (needs === 'sender' || needs === 'link') return denied('kind', `${wordsOf(asked)} asks for a proof of its own`);
  if (scopes.operations !== undefined && !scopes.operations.includes(operation))
    return denied('scope', `this token is not for ${wordsOf(asked)}, only for ${scopes.operations.join(', ')}`);
  if (scopes.services !== undefined && operation !== readOperation && !touches(scopes.services, target))
    return denied('scope', `this token is only for ${scopes.services.join(', ')}`);
  if (hasRole(roles, needs, target)) return allowed;
  // Whoever was woken gets in, whatever their role.
  if ((operation === readOperation || operation === 'acknowledge') && target?.isInvolved === true) return allowed;
  return denied('role', missingRole(id, roles, { ...asked, needs }, admins));
}

function missingRole(
  id: string,
  roles: readonly Grant[],
  asked: Asked & { readonly needs: ApiRole },
  admins: readonly string[],
): string {
  const narrow = roles.filter(({ role }) => reaches(role, asked.needs)).flatMap(({ services }) => services ?? []);
  const found = narrow.length > 0 ? `has it for ${[...new Set(narrow)].join(', ')} only` : `has ${rolesInWords(roles)}`;
  return `${wordsOf(asked)} needs the role ${asked.needs}; ${id} ${found}. ${whomToAsk(admins)}`;
}

function rolesInWords(roles: readonly Grant[]): string {
  const names = roles.map(({ role, services }) =>
    services === undefined ? role : `${role} for ${services.join(', ')}`,
  );
  return names.length === 0 ? 'no role' : [...new Set(names)].join('; ');
}

const mostAdminsNamed = 3;
/** The end of a refusal: who can give a role. */
export function whomToAsk(admins: readonly string[]): string {
  return admins.length === 0
    ? 'Ask whoever runs this Muster: roles are given in access.yaml'
    : `Ask ${admins.slice(0, mostAdminsNamed).join(', ')}`;
}

// Its token names all that a program of a CI may: no role adds to that.
function programMay(
  { id, scopes }: Principal,
  asked: Asked,
  target: Target | undefined,
  admins: readonly string[],
): Verdict {
  const { operations = [], services } = scopes;
  const { needs, operation } = asked;
  if (needs === 'anyone' || (needs === 'signed-in' && !asked.peopleOnly)) return allowed;
  if (needs === 'signed-in' || needs === 'sender' || needs === 'link' || needs === 'admin' || asked.peopleOnly)
    return denied('kind', `${wordsOf(asked)} is for people; the token of a CI cannot do it`);
  if (!operations.includes(operation))
    return denied(
      'scope',
      `${id} is not for ${wordsOf(asked)}, only for ${operations.join(', ') || 'nothing'}. ${whomToAsk(admins)}`,
    );
  if (services !== undefined && !touches(services, target))
    return denied('scope', `${id} is only for ${services.join(', ')}. ${whomToAsk(admins)}`);
  return allowed;
}

function linkMay({ scopes }: Principal, asked: Asked, target: Target | undefined): Verdict {
  const isOwn = target?.process !== undefined && target.process === scopes.process;
  return asked.needs === 'link' || (asked.operation === 'acknowledge' && isOwn)
    ? allowed
    : denied('kind', `an acknowledge link does nothing but acknowledge ${scopes.process}`);
}

function wordsOf({ operation }: Asked): string {
  return operation === readOperation ? 'reading' : operation;
}
