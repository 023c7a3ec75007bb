/**
 * Owns whether a request may go on to its route: what the route needs, what its body asks for
 * besides, and which services it is about. The rule is the domain's; what somebody may see of a
 * restricted process is asked by the routes (R37).
 */
import { commandTable, type CommandName, type CommandSpec, type ProcessKind } from '../../contracts/command-table';
import { bodyOfForm } from '../../contracts/form-body';
import type { ApiRole, Need } from '../../contracts/access';
import {
  actorFacts,
  adminsOf,
  apiRoles,
  higher,
  mayDo,
  readOperation,
  type Asked,
  type Denied,
  type ProcessFacts,
  type Target,
  type Verdict,
} from '../../domain';
import { ApiProblem } from '../http/problem';
import { formBody, jsonBody } from '../http/read-body';
import type { Call, Route, Shared } from '../http/route';
import { directoryForRoles } from '../present/directory-for';
import { NoSuchProcess } from '../temporal/process-store';

/** Throws a problem unless the principal of the call may do what the route does. */
export async function permit(shared: Shared, route: Route, call: Call): Promise<void> {
  const { principal } = call;
  const own = route.needs;
  // These need no role: the route, or the credential itself, has proved whoever asks.
  if (own === 'anyone' || own === 'sender' || own === 'link') return;
  const asked = { ...askedOf(route, call), ...(await route.asks?.(call)) };
  // An answer that holds for any process asks none.
  if (mayDo(principal, asked, asked.target).ok) return;
  const admins = adminsOf(shared.accessRules());
  for (const target of [
    asked.target ?? (await targetOf(shared, route, call)),
    ...(await otherTargets(shared, route, call)),
  ]) {
    const verdict = mayDo(principal, asked, target, admins);
    if (!verdict.ok) throw notPermitted(verdict, asked.needs);
  }
}

// A merge gives the services of one incident to the other, and with them a right to the other to
// whoever has a role for these services. So a merge needs the role for both incidents.
async function otherTargets(shared: Shared, route: Route, call: Call): Promise<readonly (Target | undefined)[]> {
  if (route.command !== 'merge') return [];
  const { into } = bodyOf(route, call);
  return typeof into === 'string' ? [await targetCalled(shared, call, into)] : [];
}

/** What decides who may give a command to a process. */
export type Governed = Pick<ProcessFacts, 'id' | 'kind' | 'services'> & Pick<Partial<ProcessFacts>, 'partakers'>;

/**
 * Whether whoever asks may give command `name` to the process of `facts`, for a page that offers it
 * to those who may. `body`: the fields that need more than the command.
 */
export async function mayGive(
  shared: Shared,
  name: CommandName,
  call: Call,
  facts: Governed,
  body: Readonly<Record<string, unknown>> = {},
): Promise<Verdict> {
  const asked = withFields({ operation: name, needs: needOf(name, facts.kind) }, name, body);
  return mayDo(call.principal, asked, await targetFrom(shared, call, facts), adminsOf(shared.accessRules()));
}

/** Whether whoever asks may give an order that is about no process. */
export function mayOrder(shared: Shared, { principal }: Call, asked: Asked): Verdict {
  return mayDo(principal, asked, undefined, adminsOf(shared.accessRules()));
}

function notPermitted({ because, message }: Denied, needs: Need): ApiProblem {
  return new ApiProblem('not-permitted', message, { reason: because, needs });
}

/** The name under which a token is bound to what the route does. */
export function operationOf({ method, name, needs, command }: Route): string {
  return command ?? (method === 'get' || needs === 'viewer' ? readOperation : name);
}

function askedOf(route: Route, call: Call): Asked {
  const asked = { operation: operationOf(route), needs: route.needs, peopleOnly: route.peopleOnly === true };
  return route.command === undefined ? asked : withFields(asked, route.command, bodyOf(route, call));
}

/** What command `name` needs of a process of `kind`. */
export function needOf(name: CommandName, kind: ProcessKind): ApiRole {
  const { needs }: CommandSpec = commandTable[name];
  return typeof needs === 'string' ? needs : needs[kind];
}

// A body whose form is wrong needs no more than the command: the route refuses it.
function withFields(asked: Asked, command: CommandName, body: Readonly<Record<string, unknown>>): Asked {
  const { fields, peopleOnly }: CommandSpec = commandTable[command];
  let needs = asked.needs;
  let isForPeople = peopleOnly === true;
  for (const [key, field] of Object.entries(fields)) {
    const value = body[key];
    if (value === undefined || value === null) continue;
    isForPeople ||= field.peopleOnly === true;
    const more =
      typeof field.needs === 'object' ? (typeof value === 'string' ? field.needs[value] : undefined) : field.needs;
    if (more !== undefined) needs = isRole(needs) ? higher(needs, more) : more;
  }
  return { ...asked, needs, peopleOnly: isForPeople };
}

function isRole(need: Need): need is ApiRole {
  return apiRoles.some((role) => role === need);
}

/**
 * What the route is about: the process in the path, or the services that a new one names. Undefined
 * where it is about neither.
 */
async function targetOf(shared: Shared, route: Route, call: Call): Promise<Target | undefined> {
  const { command, path, processIn } = route;
  if (command !== undefined && (commandTable[command] as CommandSpec).starts) {
    const { services } = bodyOf(route, call);
    return { services: Array.isArray(services) ? services.filter((one) => typeof one === 'string') : [] };
  }
  const process = path.includes('/:id') ? call.params['id'] : processIn && call.request.query[processIn];
  return typeof process === 'string' ? targetCalled(shared, call, process) : undefined;
}

async function targetCalled(shared: Shared, call: Call, process: string): Promise<Target | undefined> {
  try {
    return await targetFrom(shared, call, await shared.store.view(process));
  } catch (error) {
    // Of a process that is not there, the refusal says as much as of any other.
    if (error instanceof NoSuchProcess) return undefined;
    throw error;
  }
}

async function targetFrom(shared: Shared, call: Call, facts: Governed): Promise<Target> {
  // A worker of an earlier build does not tell who takes part.
  const { id, services, partakers = [] } = facts;
  return { process: id, services, isInvolved: await isAmong(shared, call, partakers) };
}

// By name, or by a role of the directory that owns an item.
async function isAmong(shared: Shared, { principal }: Call, names: readonly string[]): Promise<boolean> {
  if (principal.kind !== 'person') return false;
  const { person, roles } = actorFacts(principal.id, await directoryForRoles(shared), shared.clock());
  return [person, ...roles].some((name) => names.includes(name));
}

function bodyOf({ command, form }: Route, { request }: Call): Readonly<Record<string, unknown>> {
  try {
    if (command !== undefined && form === true) return bodyOfForm(command, formBody(request));
    const body = jsonBody(request);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
