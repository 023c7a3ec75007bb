/**
 * Owns the routes of incidents and releases: begin, list, read, command. The same routes serve both
 * kinds; the commands come from the command table.
 */
import { allLevels, withLevel } from '../present/levels';
import { compileCalendars, followedPolicy } from '../../config';
import {
  commandsFor,
  commandTable,
  type CommandBody,
  type ProcessCommandName,
  type ProcessKind,
} from '../../contracts/command-table';
import {
  commandAnswerSchema,
  deadlineWithRungsSchema,
  declaredViewSchema,
  incidentStatuses,
  listRowSchema,
  pageSchema,
  processIdPattern,
  processViewSchema,
  releaseStatuses,
  reportSchema,
  timelinePageSchema,
} from '../../contracts/view';
import {
  nearest,
  peopleOf,
  reportOf,
  reportTitle,
  unknownPerson,
  type ProcessFacts,
  teamsOfImpact,
  maySee,
  mergedRefusal,
  mergeRefusal,
  nextHolder,
  restrictedRefusal,
  type Actor,
} from '../../domain';
import { personOf } from '../http/actor';
import { readCommandBody } from '../http/command-body';
import { directoryFor } from '../present/directory-for';
import { shownRows } from '../present/insiders';
import { actorNow, checkSeen, readerOf } from '../present/readers';
import { NoSuchProcess, Refused, type Envelope } from '../temporal/process-store';
import { etagOf, fingerprintOf, idempotencyKey, ifRevision } from '../http/idempotency';
import { malformed } from '../http/problem';
import { jsonBody } from '../http/read-body';
import { checkKnown, readQuery, type Parameters } from '../http/query';
import type { Answer, Call, Route, Shared } from '../http/route';
import { within } from '../../time-limit';
import { beginProcess, folders, surroundings, withKey } from './begin';
import { reportPage } from '../../words/report-html';
import { reportClock, shownReport } from '../present/report-shown';
import { shownAnswer, shownDeadlines, shownProcess } from '../present/shown';
import { given } from '../../given';

const prefixes = { incident: 'INC', release: 'REL' } as const;
const longestWaitMs = 60_000;
/** The first is the default. */
const reportTypes = ['text/markdown', 'text/html', 'application/json'] as const;

const limit = { type: 'integer', about: 'entries on a page', min: 1, max: 100, default: 50 } as const;
const timelineQuery = {
  after: { type: 'integer', about: 'only entries after this number', min: 0, max: 999_999_999, default: 0 },
  limit: { type: 'integer', about: 'entries on a page', min: 1, max: 1000, default: 200 },
  wait: {
    type: 'duration',
    about: 'how long to wait for an entry when there is none yet, such as 30s',
    maxMs: longestWaitMs,
  },
} as const satisfies Parameters;

const reportQuery = {
  full: { type: 'boolean', about: 'true: each event of the timeline; else what Muster did in a minute is one line' },
} as const satisfies Parameters;

/** The routes of one kind of process. */
export function processRoutes(shared: Shared, kind: ProcessKind): Route[] {
  const begin = kind === 'incident' ? 'declare' : 'plan';
  const base = `/v1/${folders[kind]}`;
  return [
    {
      method: 'post',
      path: base,
      name: begin,
      about: commandTable[begin].about,
      command: begin,
      success: {
        status: 201,
        about: 'the new process; Location has its address',
        schema: kind === 'incident' ? declaredViewSchema : processViewSchema,
      },
      problems: ['key-reuse'],
      handle: (call) => beginProcess(shared, kind, call),
    },
    listRoute(shared, kind, base),
    {
      method: 'get',
      path: `${base}/:id`,
      name: `get-${kind}`,
      about: `the whole ${kind}`,
      success: { status: 200, about: 'the view; ETag is its revision', schema: processViewSchema },
      problems: ['not-found', 'restricted'],
      asksWho: true,
      handle: async (call) => {
        const facts = await seen(shared, call, idOf(kind, call));
        return {
          body: shownProcess(facts, await directoryFor(shared, [facts]), shared.clock()),
          headers: { ETag: etagOf(facts.revision) },
        };
      },
    },
    {
      method: 'get',
      path: `${base}/:id/timeline`,
      name: `${kind}-timeline`,
      about: 'the timeline: what happened, in order; with `wait`, the answer waits for a new entry',
      query: timelineQuery,
      waits: true,
      success: { status: 200, about: 'entries; `next` is the `after` of the next request', schema: timelinePageSchema },
      problems: ['not-found', 'restricted'],
      asksWho: true,
      handle: (call) => timeline(shared, kind, call),
    },
    {
      method: 'get',
      path: `${base}/:id/deadlines`,
      name: `${kind}-deadlines`,
      about: 'the deadlines with their rungs, and who is told next',
      success: { status: 200, about: 'deadlines, the earliest first', schema: pageSchema(deadlineWithRungsSchema) },
      problems: ['not-found', 'restricted'],
      asksWho: true,
      handle: async (call) => {
        const facts = await seen(shared, call, idOf(kind, call));
        const directory = await directoryFor(shared, [facts]);
        return { body: { items: shownDeadlines(facts, directory, shared.clock()), next: null } };
      },
    },
    {
      method: 'get',
      path: `${base}/:id/report`,
      name: `${kind}-report`,
      about: 'the report as it stands: Markdown, HTML or JSON by Accept',
      query: reportQuery,
      success: { status: 200, about: 'the report', schema: reportSchema, types: reportTypes },
      problems: ['not-found', 'restricted'],
      asksWho: true,
      handle: (call) => report(shared, kind, call),
    },
    ...commandsFor(kind).map((name): Route => ({
      method: 'post',
      path: `${base}/:id/${name}`,
      name: `${kind}-${name}`,
      about: commandTable[name].about,
      command: name,
      success: { status: 200, about: 'done; ETag is the new revision', schema: commandAnswerSchema },
      problems: ['not-found', 'refused', 'stale', 'key-reuse'],
      handle: (call) => command(shared, kind, name, call),
    })),
  ];
}

/** The id in the path. Throws NoSuchProcess (404) for a text that cannot be an id of this kind. */
export function idOf(kind: ProcessKind, { params }: Call): string {
  const id = params['id'] ?? '';
  if (processIdPattern.test(id) && id.startsWith(prefixes[kind])) return id;
  throw new NoSuchProcess(`${kind} ${id.slice(0, 60)}`);
}

// The facts of a process that the reader may see (R37).
async function seen(shared: Shared, { request }: Call, id: string): Promise<ProcessFacts> {
  const reader = await readerOf(shared, request);
  const facts = await shared.store.view(id);
  checkSeen(facts, reader);
  return facts;
}

// --- Command -------------------------------------------------------------------------------------

async function command(shared: Shared, kind: ProcessKind, name: ProcessCommandName, call: Call): Promise<Answer> {
  const { request } = call;
  const receivedAt = shared.clock();
  const id = idOf(kind, call);
  const raw = jsonBody(request);
  const person = personOf(request);
  const { key } = idempotencyKey(request);
  const revision = ifRevision(request);
  const actor = await actorNow(shared, person);
  const body = await completed(shared, id, name, readCommandBody(name, raw, surroundings(shared)), actor);
  const envelope = {
    body,
    actor,
    receivedAt,
    key: `${name}/${key}`,
    fingerprint: fingerprintOf(raw, person),
    ...given({ ifRevision: revision }),
    ...(name === 'record-impact' ? { teams: teamsOfImpact(body, shared.directory()) } : {}),
    ...(name === 'reschedule' ? { calendars: compileCalendars(shared.config.calendar, receivedAt) } : {}),
  };
  const answer = await shared.store.command(id, name, envelope).catch(async (error: unknown) => {
    const told = await whereItGoesOn(shared, id, await leavingTrace(shared, id, name, envelope, error));
    if (told instanceof Refused) shared.metrics.refused(name, told.refusal.reason);
    throw told instanceof Error ? withKey(told, key) : told;
  });
  shared.watch.stir(id);
  return { body: shownAnswer(answer), headers: { ETag: etagOf(answer.revision), 'Idempotency-Key': key } };
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
  if (name === 'merge') await checkMergeTarget(shared, id, own, body as CommandBody<'merge'>);
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
// exists and can take the incident.
async function checkMergeTarget(
  shared: Shared,
  id: string,
  own: Own,
  { into, severity }: CommandBody<'merge'>,
): Promise<void> {
  if (into === id) return;
  const message = `there is no incident ${into}`;
  if (!into.startsWith(prefixes.incident)) throw malformed([{ path: 'into', message }]);
  const target = await namedProcess(shared, into, 'into', message);
  const refusal = mergeRefusal(await own(), target, severity);
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

// --- Look ----------------------------------------------------------------------------------------

function listRoute(shared: Shared, kind: ProcessKind, base: string): Route {
  const query = {
    status: {
      type: 'choice',
      about: 'only these statuses',
      values: kind === 'incident' ? incidentStatuses : releaseStatuses,
    },
    severity: {
      type: 'choice',
      about: 'only these severities: levels of the loaded templates',
      values: allLevels(shared.config),
    },
    service: { type: 'string', about: 'only processes that affect this service', max: 120 },
    missed: { type: 'boolean', about: 'true: only processes with a missed deadline; false: only those without' },
    open: { type: 'boolean', about: 'true: only open processes; false: only those that are over' },
    drill: { type: 'boolean', about: 'true: only drills; false: only real processes' },
    limit,
    cursor: { type: 'string', about: '`next` of the page before', max: 4000 },
  } as const satisfies Parameters;
  return {
    method: 'get',
    path: base,
    name: `list-${kind}s`,
    about: `${folders[kind]}: open ones first, each newest first; eventually consistent`,
    query,
    success: { status: 200, about: 'a page', schema: pageSchema(listRowSchema) },
    handle: async ({ request }) => {
      const { status, severity, service, missed, open, drill, limit: size, cursor } = readQuery(query, request.query);
      if (service !== undefined) checkKnown('service', service, Object.keys(shared.directory().services));
      const filter = {
        kinds: [kind],
        ...given({ status, severity }),
        ...(service === undefined ? {} : { service: [service] }),
        ...given({ missed, open, drill }),
      };
      const { rows, next } = await shared.store.list(filter, size, cursor);
      const shown = await shownRows(shared, rows, await readerOf(shared, request));
      return { body: { items: shown.map((row) => withLevel(shared.config, row)), next } };
    },
  };
}

async function timeline(shared: Shared, kind: ProcessKind, call: Call): Promise<Answer> {
  const id = idOf(kind, call);
  const { after, limit: size, wait } = readQuery(timelineQuery, call.request.query);
  const [first] = await Promise.all([shared.store.timeline(id, after, size), seen(shared, call, id)]);
  let items = first;
  if (items.length === 0 && wait !== undefined) {
    const found = await within(wait, [call.gone], (signal) => shared.watch.next(id, after, signal));
    // The news may be that the process is restricted now (R37).
    if (found.length > 0) await seen(shared, call, id);
    items = found.slice(0, size);
  }
  return { body: { items, next: items.at(-1)?.seq ?? after } };
}

async function report(shared: Shared, kind: ProcessKind, call: Call): Promise<Answer> {
  const id = idOf(kind, call);
  const { full = false } = readQuery(reportQuery, call.request.query);
  const account = await shared.store.account(id);
  checkSeen(account.facts, await readerOf(shared, call.request));
  const headers = { Vary: 'Accept' };
  const form = call.request.accepts([...reportTypes, 'text/plain']);
  // Programs get ids and RFC 3339, people names and clock times.
  if (form === 'application/json') return { body: reportOf(account.facts, account.timeline, { full }), headers };
  const written = shownReport(account, shared.directory(), full);
  const markdown = shared.words.report(written, reportClock(shared.config.calendar.zone));
  return form === 'text/html'
    ? { body: reportPage(reportTitle(written), markdown), type: 'text/html; charset=utf-8', headers }
    : { body: markdown, type: 'text/markdown; charset=utf-8', headers };
}
