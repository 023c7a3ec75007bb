/**
 * Owns the one route of every command to a process: what only the API can know beforehand, and what
 * a refusal says besides the words of the rules.
 */
import { compileCalendars, followedPolicy } from '../../config';
import type { CommandBody, ProcessCommandName, ProcessKind } from '../../contracts/command-table';
import { processIdPattern } from '../../contracts/view';
import {
  maySee,
  mergedRefusal,
  mergeRefusal,
  nearest,
  nextHolder,
  peopleOf,
  restrictedRefusal,
  teamsOfImpact,
  unknownPerson,
  type Actor,
  type Instant,
  type Order,
  type Principal,
  type ProcessFacts,
} from '../../domain';
import { given } from '../../given';
import { readCommandBody } from '../http/command-body';
import { etagOf, fingerprintOf, idempotencyKey, ifRevision } from '../http/idempotency';
import { malformed } from '../http/problem';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Shared } from '../http/route';
import { directoryFor } from '../present/directory-for';
import { frozenFor } from '../present/freezes-shown';
import { actorOf } from '../present/readers';
import { shownAnswer } from '../present/shown';
import { NoSuchProcess, Refused, type Envelope } from '../temporal/process-store';
import { surroundings, withKey } from './begin';
import { idOf, prefixes } from './process-id';

/**
 * Gives the command `name` to the process in the path, and answers with its new revision.
 */
export async function giveCommand(
  shared: Shared,
  kind: ProcessKind,
  name: ProcessCommandName,
  call: Call,
): Promise<Answer> {
  const { request, principal } = call;
  const receivedAt = shared.clock();
  const id = idOf(kind, call);
  const raw = jsonBody(request);
  const { key } = idempotencyKey(request);
  return carryOut(shared, name, { id, principal, receivedAt, raw, key, revision: ifRevision(request) });
}

/** A command to a process, in whatever form it came. */
export interface Given {
  readonly id: string;
  readonly principal: Principal;
  readonly receivedAt: Instant;
  /** The body as it came. */
  readonly raw: unknown;
  /** Under it the command acts once. */
  readonly key: string;
  /** Only at this revision of the process. */
  readonly revision?: number | undefined;
}

/** Gives the command to the process, as every face of Muster does. */
export async function carryOut(
  shared: Shared,
  name: ProcessCommandName,
  { id, principal, receivedAt, raw, key, revision }: Given,
): Promise<Answer> {
  const actor = await actorOf(shared, principal);
  const body = await completed(shared, id, name, readCommandBody(name, raw, surroundings(shared)), actor);
  const envelope = {
    body,
    actor,
    receivedAt,
    key: `${name}/${key}`,
    fingerprint: fingerprintOf(raw, principal.id),
    ...given({ ifRevision: revision }),
    ...(name === 'record-impact' ? await aboutServices(shared, body, receivedAt) : {}),
    ...given({
      frozen: await frozenFor(shared, { name, body } as Order, receivedAt, () => factsFor(shared, id, actor)),
    }),
    ...(name === 'reschedule' ? { calendars: compileCalendars(shared.config.calendar, receivedAt) } : {}),
  };
  // R43: the release may not have heard of an incident, or of its end.
  if (name === 'start-deployment') await shared.store.lookAtIncidents(id);
  const answer = await shared.store
    .command(id, name, envelope)
    .catch(async (error: unknown) => {
      const told = await whereItGoesOn(shared, id, await leavingTrace(shared, id, name, envelope, error));
      if (told instanceof Refused) shared.metrics.refused(name, told.refusal.reason);
      throw told instanceof Error ? withKey(told, key) : told;
    })
    .finally(() => shared.noteChange(id));
  return { body: shownAnswer(answer), headers: { ETag: etagOf(answer.revision), 'Idempotency-Key': key } };
}

// Whose the named services are, and what was changed on them lately.
async function aboutServices(shared: Shared, body: CommandBody<ProcessCommandName>, now: Instant) {
  const { services = [], addServices = [] } = body as CommandBody<'record-impact'>;
  const recent = await shared.changes.recent([...services, ...addServices], now);
  return { teams: teamsOfImpact(body, shared.directory()), ...given({ recent }) };
}

// What only the API can know: whether another process exists, and who is on call now.
async function completed<N extends ProcessCommandName>(
  shared: Shared,
  id: string,
  name: N,
  body: CommandBody<N>,
  actor: Actor,
): Promise<CommandBody<ProcessCommandName>> {
  const own = () => factsFor(shared, id, actor);
  if (name === 'merge') await checkMergeTarget(shared, id, own, body as CommandBody<'merge'>, actor);
  if (name === 'roll-back') await checkDeclared(shared, own, body as CommandBody<'roll-back'>);
  if (name === 'link') await checkLinked(shared, id, (body as CommandBody<'link'>).to);
  return name === 'hand-off' ? await withNextPerson(shared, own, body, actor.person) : body;
}

// What these checks say tells of the process, so that who may not see it gets the refusal of the
// command at once (R37).
async function factsFor(shared: Shared, id: string, actor: Actor): Promise<ProcessFacts> {
  const facts = await shared.store.view(id);
  if (!maySee(facts.restricted, actor)) throw new Refused(restrictedRefusal(id, actor.person));
  return facts;
}
type Own = () => Promise<ProcessFacts>;

// A workflow cannot query another workflow. So the API asks before the command whether the target
// exists and can take the incident. Who merges has to see both (R37): the refusal of the rules, and
// the merge itself, would tell of them.
async function checkMergeTarget(
  shared: Shared,
  id: string,
  own: Own,
  { into, severity }: CommandBody<'merge'>,
  actor: Actor,
): Promise<void> {
  if (into === id) return;
  const message = `there is no incident ${into}`;
  if (!into.startsWith(prefixes.incident)) throw malformed([{ path: 'into', message }]);
  const target = await namedProcess(shared, into, 'into', message);
  const source = await own();
  const hidden = maySee(target.restricted, actor) ? undefined : restrictedRefusal(target.id, actor.person);
  const refusal = hidden ?? mergeRefusal(source, target, severity);
  if (refusal !== undefined) throw new Refused(refusal);
}

// The release does not know the levels of the incident that a roll-back declares (R28).
async function checkDeclared(shared: Shared, own: Own, { declare }: CommandBody<'roll-back'>): Promise<void> {
  if (declare === undefined) return;
  const { services } = await own();
  const beginning = { services: services ?? [], severity: declare };
  const policy = followedPolicy(shared.inForce(), shared.directory(), 'incident', shared.clock(), beginning);
  if (typeof policy === 'string') throw malformed([{ path: 'declare', message: policy }]);
}

// A link to a process id must lead to an existing process; any other address is not checked.
async function checkLinked(shared: Shared, id: string, to: string): Promise<void> {
  if (to !== id && processIdPattern.test(to)) await namedProcess(shared, to, 'to', `there is no ${to}`);
}

// The process that field `path` of a body names. Throws 400 with `message` when there is no such
// process.
function namedProcess(shared: Shared, id: string, path: string, message: string): Promise<ProcessFacts> {
  return shared.store.view(id).catch((error: unknown) => {
    throw error instanceof NoSuchProcess ? malformed([{ path, message }]) : error;
  });
}

// R19: without a name, a hand-off is for the one person on call now.
async function withNextPerson(
  shared: Shared,
  own: Own,
  body: CommandBody<'hand-off'>,
  person: string,
): Promise<CommandBody<'hand-off'>> {
  if (body.to !== undefined) return body;
  const facts = await own();
  const onCall = peopleOf(
    { kind: 'slot', slot: 'primary', services: facts.services },
    await directoryFor(shared, [facts]),
    shared.clock(),
  );
  const next = nextHolder(onCall, person);
  if (!next.ok) throw new Refused(next.refusal);
  return { ...body, to: next.to };
}

// R10: Temporal answers for a process that has ended, and does not know into which it was merged.
async function whereItGoesOn(shared: Shared, id: string, error: unknown): Promise<unknown> {
  if (!(error instanceof Refused) || error.refusal.reason !== 'closed' || 'mergedInto' in error.refusal) return error;
  const into = (await shared.store.view(id).catch(() => undefined))?.mergedInto;
  return into === undefined ? error : new Refused(mergedRefusal(id, into));
}

// R16: an acknowledgement by somebody whom nobody knows stands on the timeline. The refusal of an
// Update leaves no trace, the refusal of a Signal does.
async function leavingTrace(
  shared: Shared,
  id: string,
  name: ProcessCommandName,
  envelope: Envelope,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof Refused) || error.refusal.reason !== unknownPerson) return error;
  const { person } = envelope.actor;
  await shared.store.signal(id, name, envelope).catch((failure: unknown) =>
    shared.log.warn('a refused acknowledgement could not be noted', {
      because: failure instanceof Error ? failure.message : String(failure),
    }),
  );
  const close = nearest(person, Object.keys(shared.directory().people));
  const [first] = close;
  const how = `muster incident ack ${id} --as ${first ?? 'NAME'}`;
  const advice = first === undefined ? `say who you are (${how})` : `did you mean ${close.join(', ')}? ${how}`;
  return new Refused({
    ...error.refusal,
    message: `${error.message}; ${advice}`,
    didYouMean: close,
  });
}
