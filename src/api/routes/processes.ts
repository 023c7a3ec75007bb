/**
 * Owns the routes of incidents and releases: begin, list, read, command. The same routes serve both
 * kinds; the commands come from the command table.
 */
import { allLevels, unknownLevels } from '../present/levels';
import { commandsFor, commandTable, type ProcessKind } from '../../contracts/command-table';
import {
  commandAnswerSchema,
  deadlineWithRungsSchema,
  declaredViewSchema,
  incidentStatuses,
  listPageSchema,
  pageSchema,
  processViewSchema,
  releaseStatuses,
  reportSchema,
  timelinePageSchema,
} from '../../contracts/view';
import { reportOf, reportTitle, type ProcessFacts } from '../../domain';
import { needOf } from '../admission/permit';
import { directoryFor } from '../present/directory-for';
import { listShown } from '../present/list-shown';
import { mostFirst } from '../present/troubled-first';
import { checkSeen, actorOf } from '../present/readers';
import { carriesKey, etagOf } from '../http/idempotency';
import { checkKnown, readQuery, type Parameters } from '../http/query';
import type { Answer, Call, Route, Shared } from '../http/route';
import { within } from '../../time-limit';
import { beginProcess, folders } from './begin';
import { giveCommand } from './process-command';
import { idOf } from './process-id';
import { reportClock, shownReport } from '../present/report-shown';
import { withFreezes } from '../present/freezes-shown';
import { shownDeadlines, shownProcess } from '../present/shown';
import { given } from '../../given';

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
      needs: needOf(begin, kind),
      about: commandTable[begin].about,
      command: begin,
      success: {
        status: 201,
        about: 'the new process; Location has its address',
        schema: kind === 'incident' ? declaredViewSchema : processViewSchema,
      },
      problems: ['key-reuse'],
      // In a burst such a request waits for its turn.
      waits: carriesKey,
      handle: (call) => beginProcess(shared, kind, call),
    },
    listRoute(shared, kind, base),
    {
      method: 'get',
      path: `${base}/:id`,
      name: `get-${kind}`,
      needs: 'viewer',
      // Messages have a link to it.
      openedByLinks: true,
      about: `the whole ${kind}`,
      success: { status: 200, about: 'the view; ETag is its revision', schema: processViewSchema },
      problems: ['not-found', 'restricted', 'unreadable'],
      asksWho: true,
      handle: async (call) => {
        const facts = await seen(shared, call, idOf(kind, call));
        const now = shared.clock();
        return {
          body: withFreezes(shared, shownProcess(facts, await directoryFor(shared, [facts]), now), now),
          headers: { ETag: etagOf(facts.revision) },
        };
      },
    },
    {
      method: 'get',
      path: `${base}/:id/timeline`,
      name: `${kind}-timeline`,
      needs: 'viewer',
      about: 'the timeline: what happened, in order; with `wait`, the answer waits for a new entry',
      query: timelineQuery,
      waits: true,
      success: { status: 200, about: 'entries; `next` is the `after` of the next request', schema: timelinePageSchema },
      problems: ['not-found', 'restricted', 'unreadable'],
      asksWho: true,
      handle: (call) => timeline(shared, kind, call),
    },
    {
      method: 'get',
      path: `${base}/:id/deadlines`,
      name: `${kind}-deadlines`,
      needs: 'viewer',
      about: 'the deadlines with their rungs, and who is told next',
      success: { status: 200, about: 'deadlines, the earliest first', schema: pageSchema(deadlineWithRungsSchema) },
      problems: ['not-found', 'restricted', 'unreadable'],
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
      needs: 'viewer',
      openedByLinks: true,
      about: 'the report as it stands: Markdown, HTML or JSON by Accept',
      query: reportQuery,
      success: { status: 200, about: 'the report', schema: reportSchema, types: reportTypes },
      problems: ['not-found', 'restricted', 'busy', 'unreadable'],
      asksWho: true,
      handle: (call) => report(shared, kind, call),
    },
    ...commandsFor(kind).map((name): Route => ({
      method: 'post',
      path: `${base}/:id/${name}`,
      name: `${kind}-${name}`,
      needs: needOf(name, kind),
      about: commandTable[name].about,
      command: name,
      success: { status: 200, about: 'done; ETag is the new revision', schema: commandAnswerSchema },
      problems: ['not-found', 'refused', 'stale', 'key-reuse', 'unreadable'],
      handle: (call) => giveCommand(shared, kind, name, call),
    })),
  ];
}

// The facts of a process that the reader may see (R37).
async function seen(shared: Shared, { principal }: Call, id: string): Promise<ProcessFacts> {
  const reader = await actorOf(shared, principal);
  const facts = await shared.store.view(id);
  checkSeen(facts, reader);
  return facts;
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
      type: 'level',
      about: 'only these severities: levels of the loaded templates, or such as older processes have',
      known: allLevels(shared.config),
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
    needs: 'viewer',
    about: `${folders[kind]}: first those that were ended in Temporal by no command within the last week, and those that stand still, at most ${mostFirst} of them; then open ones, then those that are over, each newest first; eventually consistent`,
    query,
    success: { status: 200, about: 'a page', schema: listPageSchema },
    handle: async ({ request, principal }) => {
      const { status, severity, service, missed, open, drill, limit: size, cursor } = readQuery(query, request.query);
      if (service !== undefined) checkKnown('service', service, Object.keys(shared.directory().services));
      const filter = {
        kinds: [kind],
        ...given({ status, severity }),
        ...(service === undefined ? {} : { service: [service] }),
        ...given({ missed, open, drill }),
      };
      const reader = await actorOf(shared, principal);
      const { rows, next } = await listShown(shared, filter, reader, size, cursor);
      const note = rows.length === 0 && cursor === undefined ? unknownLevels(shared.config, severity) : undefined;
      return { body: { items: rows, next, ...given({ note }) } };
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
  checkSeen(account.facts, await actorOf(shared, call.principal));
  const headers = { Vary: 'Accept' };
  const form = call.request.accepts([...reportTypes, 'text/plain']);
  // Programs get ids and RFC 3339, people names and clock times.
  if (form === 'application/json') return { body: reportOf(account.facts, account.timeline, { full }), headers };
  const written = shownReport(account, shared.directory(), full);
  const markdown = shared.words.report(written, reportClock(shared.config.calendar.zone));
  return form === 'text/html'
    ? {
        body: await shared.longWork.reportPage({ title: reportTitle(written), markdown }),
        type: 'text/html; charset=utf-8',
        headers,
      }
    : { body: markdown, type: 'text/markdown; charset=utf-8', headers };
}
