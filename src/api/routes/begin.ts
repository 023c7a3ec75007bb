/**
 * Owns how a process begins over HTTP: its template, the end of a drill, and the address of the new
 * process. All other requests to a process are in processes.ts.
 */
import { compileCalendar, policyOf, templatesOf } from '../../config';
import type { ProcessKind } from '../../contracts/command-table';
import {
  drillProblem,
  followedTemplate,
  levelProblem,
  startedProblem,
  targetProblem,
  usualDrill,
  type Beginning,
  type Directory,
  type Instant,
  type StartInput,
  teamsOf,
} from '../../domain';
import { given } from '../../given';
import { readCommandBody, type Surroundings } from '../http/command-body';
import { actorOf } from '../present/readers';
import { directoryFor } from '../present/directory-for';
import type { Beginning as StoreBeginning } from '../temporal/process-store';
import { etagOf, fingerprintOf, idempotencyKey } from '../http/idempotency';
import { malformed } from '../http/problem';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Shared } from '../http/route';
import { withFreezes } from '../present/freezes-shown';
import { shownProcess } from '../present/shown';
import { pointedAt, possibleDuplicates } from './possible-duplicates';

export const folders = { incident: 'incidents', release: 'releases' } as const;

/** Declares or plans: 201 with the address and the first view of the process. */
export async function beginProcess(shared: Shared, kind: ProcessKind, { request, principal }: Call): Promise<Answer> {
  const now = shared.clock();
  const raw = jsonBody(request);
  const key = idempotencyKey(request);
  const directory = shared.directory();
  const actor = await actorOf(shared, principal);
  const around = surroundings(shared);
  const said = kind === 'incident' ? declared(raw, around, now) : planned(raw, around, now, shared);
  const template = checkBeginning(shared, kind, said.body, directory);
  // A list that nobody waits for: without it the incident begins all the same.
  const recent = said.kind === 'incident' ? await shared.changes.recent(said.body.services ?? [], now) : undefined;
  const inputOf = (id: string, at: Instant): StartInput => ({
    ...said,
    id,
    at,
    actor,
    policy: policyOf(shared.inForce(), kind, at, template),
    teams: teamsOf(said.body.services ?? [], directory),
    ...(said.kind === 'incident' ? given({ recent }) : { tellsChanges: 'all' as const }),
  });
  const beginning: StoreBeginning = {
    kind,
    ...key,
    key: `${kind}/${key.key}`,
    fingerprint: fingerprintOf(raw, principal.id),
    ...(key.chosen ? { waits: true } : {}),
  };
  const looked = said.kind === 'incident' ? possibleDuplicates(shared, said.body) : undefined;
  const { isRepeat, ...facts } = await shared.store.begin(beginning, inputOf).catch((error: unknown) => {
    throw error instanceof Error ? withKey(error, key.key) : error;
  });
  shared.noteChange(facts.id);
  // A repeated key gets no other answer than the first one: what is open now is not looked at.
  // R37: a restricted incident merges into none of those, which others see.
  const duplicates = isRepeat || facts.restricted !== undefined ? undefined : await looked;
  return {
    status: 201,
    headers: { Location: `/v1/${folders[kind]}/${facts.id}`, ETag: etagOf(facts.revision), 'Idempotency-Key': key.key },
    body: {
      ...withFreezes(shared, shownProcess(facts, await directoryFor(shared, [facts]), now), now),
      ...pointedAt(facts.id, duplicates),
    },
  };
}

type Said<K extends ProcessKind> = Pick<Extract<StartInput, { kind: K }>, 'kind' | 'body'>;

function declared(raw: unknown, around: Surroundings, now: Instant): Said<'incident'> {
  const body = readCommandBody('declare', raw, around);
  const problem = body.startedAt === undefined ? undefined : startedProblem(Date.parse(body.startedAt), now);
  if (problem !== undefined) throw malformed([{ path: 'startedAt', message: problem }]);
  return { kind: 'incident', body: withEnd(body) };
}

function planned(raw: unknown, around: Surroundings, now: Instant, { config }: Shared): Said<'release'> {
  const body = readCommandBody('plan', raw, around);
  const problem = targetProblem(Date.parse(body.targetAt), now, compileCalendar(config.calendar, now).until);
  if (problem !== undefined) throw malformed([{ path: 'targetAt', message: problem }]);
  return { kind: 'release', body: withEnd(body) };
}

type Began = Beginning & {
  readonly severity?: string;
  readonly drill?: boolean;
  readonly drillFor?: string;
};

/** The template that the process will follow. Throws a problem that names every wrong field. */
function checkBeginning(
  { config }: Shared,
  kind: ProcessKind,
  { drill, drillFor, severity, ...asked }: Began,
  directory: Directory,
): string {
  const templates = templatesOf(config, kind);
  const followed = followedTemplate(
    kind,
    asked,
    directory,
    templates.map(({ name }) => name),
  );
  const template = followed.ok ? templates.find(({ name }) => name === followed.template) : undefined;
  const problems = {
    template: followed.ok ? undefined : followed.message,
    severity: template && severity !== undefined ? levelProblem(template.compiled, severity) : undefined,
    drillFor: drillProblem(drill, drillFor),
  };
  const errors = Object.entries(problems).flatMap(([path, message]) =>
    message === undefined ? [] : [{ path, message }],
  );
  if (errors.length > 0 || !template) throw malformed(errors);
  return template.name;
}

// The length of a drill is written into the body. A process whose body has no length has no end,
// whatever the usual length is today.
function withEnd<B extends Began>(body: B): B {
  return body.drill === true ? { ...body, drillFor: body.drillFor ?? usualDrill } : body;
}

/** The names, calendar and time against which a body is read. */
export function surroundings(shared: Shared): Surroundings {
  return {
    directory: shared.directory(),
    calendarAt: (at) => compileCalendar(shared.config.calendar, at),
    now: shared.clock(),
  };
}

/** Adds the key to the error, so that a client that chose no key can repeat its request. */
export function withKey(error: Error, key: string): Error {
  return Object.assign(error, { idempotencyKey: key });
}
