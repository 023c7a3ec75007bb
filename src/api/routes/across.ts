/**
 * Owns the views across all processes: the next deadlines, and the messages of the built-in inbox.
 * Has no store of its own.
 */
import { deadlineKinds, isUnmetStatus, type DeadlineKind } from '../../contracts/deadline-kinds';
import {
  duePageSchema,
  inboxPageSchema,
  processIdPattern,
  type DuePage,
  type DueRow,
  type InboxPage,
} from '../../contracts/view';
import {
  concerns,
  iso,
  maySee,
  mostOverdueFirst,
  troubleNotice,
  unmatchedNotice,
  waitsFor,
  type Actor,
  type Delivery,
  type NoticeDelivered,
  type PlainNotice,
} from '../../domain';
import { askForMs, each } from '../present/ask-each';
import { directoryFor } from '../present/directory-for';
import { checkSeen, actorOf, seesRow } from '../present/readers';
import type { StoredRow } from '../temporal/process-store';
import { malformed } from '../http/problem';
import { checkKnown, readQuery, type Parameters } from '../http/query';
import type { Route, Shared } from '../http/route';
import { shownDeadlines } from '../present/shown';

/** The whole answer, with the search for the processes. */
const answerWithinMs = 4_600;
/**
 * How many processes are asked for their deliveries when no process is named, open processes first.
 */
const mostAsked = 100;

export function acrossRoutes(shared: Shared): Route[] {
  const deadlinesQuery = {
    limit: {
      type: 'integer',
      about: 'the most deadlines to list, and the most processes to ask',
      min: 1,
      max: 100,
      default: 50,
    },
    person: {
      type: 'string',
      about:
        'only deadlines that concern this person: of a process where the person has a role or which the person acknowledged, of which the person was told or is told next, or which the person owns',
      max: 120,
    },
    waiting: {
      type: 'boolean',
      about:
        'true: with person, only deadlines of incidents that wait for an answer of this person: who was asked for a response, or is asked to take the incident',
    },
    kind: { type: 'choice', about: 'only deadlines of these kinds', values: deadlineKinds },
    earliest: { type: 'boolean', about: 'true: of each process only the earliest of these deadlines' },
  } as const satisfies Parameters;
  const inboxQuery = {
    process: { type: 'string', about: 'only messages about this process', max: 60 },
    person: { type: 'string', about: 'only messages to this person', max: 120 },
    limit: { type: 'integer', about: 'the most messages to list', min: 1, max: 500, default: 100 },
  } as const satisfies Parameters;
  return [
    {
      method: 'get',
      path: '/v1/deadlines',
      name: 'list-deadlines',
      needs: 'viewer',
      about: 'the next deadlines of all open processes, and whom they would reach',
      query: deadlinesQuery,
      asksWho: true,
      success: {
        status: 200,
        about: 'deadlines, the most overdue first, then the next that are due; and what is not in the list',
        schema: duePageSchema,
      },
      handle: async ({ request, principal }) => {
        const { limit, person, waiting, kind, earliest } = readQuery(deadlinesQuery, request.query);
        checkPerson(shared, person);
        if (waiting === true && person === undefined)
          throw malformed([{ path: 'waiting', message: 'say for whom: waiting=true goes with person' }]);
        const wanted = {
          person,
          waiting: waiting === true,
          kinds: kind as DeadlineKind[] | undefined,
          earliest: earliest === true,
          reader: await actorOf(shared, principal),
        };
        return { body: await dueNext(shared, wanted, limit) };
      },
    },
    {
      method: 'get',
      path: '/v1/inbox',
      name: 'list-inbox',
      needs: 'viewer',
      about: 'the messages of the built-in channel, newest first',
      query: inboxQuery,
      asksWho: true,
      success: { status: 200, about: 'messages', schema: inboxPageSchema },
      problems: ['not-found', 'restricted', 'unreadable'],
      handle: async ({ request, principal }) => {
        const { process, person, limit } = readQuery(inboxQuery, request.query);
        checkPerson(shared, person);
        if (process !== undefined && !processIdPattern.test(process))
          throw malformed([{ path: 'process', message: 'expected a process id such as INC-2026-12-07-001' }]);
        return { body: await inbox(shared, { process, person, reader: await actorOf(shared, principal) }, limit) };
      },
    },
  ];
}

function checkPerson(shared: Shared, person: string | undefined): void {
  if (person !== undefined) checkKnown('person', person, Object.keys(shared.directory().people));
}

/** Which of the unmet deadlines to list. */
interface Wanted {
  readonly person: string | undefined;
  /** Only those of processes that wait for an answer of the person. */
  readonly waiting: boolean;
  readonly kinds: readonly DeadlineKind[] | undefined;
  /** Of each process only the earliest. */
  readonly earliest: boolean;
  /** Who asks: nothing of a process that they may not see (R37). */
  readonly reader: Actor;
}

/** The next deadlines of all open processes. */
export async function dueNext(
  shared: Shared,
  { person, waiting, kinds, earliest, reader }: Wanted,
  limit: number,
): Promise<DuePage> {
  const endsAt = Date.now() + answerWithinMs;
  const { rows, others, isExact } = await shared.store.soonest();
  // Nobody knows before the answer which processes concern a person, or have such a deadline.
  const asked = person === undefined && kinds === undefined ? withSeen(rows, limit, reader) : rows;
  const { found, unanswered } = await each(
    shared,
    asked,
    async ({ id }): Promise<DueRow[]> => {
      const facts = await shared.lately.view(id);
      if (!maySee(facts.restricted, reader)) return [];
      const { kind, title, severity, status, drill } = facts;
      const unmet = shownDeadlines(facts, await directoryFor(shared, [facts]), shared.clock()).filter(
        (deadline) => isUnmetStatus(deadline.status) && deadline.over !== true,
      );
      if (person !== undefined && waiting && !waitsFor(person, facts, unmet)) return [];
      return unmet
        .filter((deadline) => kinds === undefined || kinds.includes(deadline.kind))
        .filter((deadline) => person === undefined || concerns(person, facts, deadline))
        .slice(0, earliest ? 1 : undefined)
        .map(({ rungs: _, ...deadline }) => ({ process: { id, kind, title, severity, status, drill }, ...deadline }));
    },
    Math.min(askForMs, endsAt - Date.now()),
  );
  return {
    items: found.sort(mostOverdueFirst).slice(0, limit),
    next: null,
    leftOut: {
      processes: others + rows.length - asked.length,
      deadlines: Math.max(0, found.length - limit),
      unanswered,
      earlier: !isExact,
    },
  };
}

/**
 * As many of the first rows as are needed for `count` that the reader sees. The others are asked
 * too: the row of somebody who was just paged may not say yet that they see it.
 */
function withSeen(rows: readonly StoredRow[], count: number, reader: Actor): readonly StoredRow[] {
  const seen = rows.flatMap((row, index) => (seesRow(row, reader) ? [index] : []));
  return rows.slice(0, (seen[count - 1] ?? rows.length) + 1);
}

/** The messages of the inbox that `reader` may see, newest first. */
export async function inbox(
  shared: Shared,
  {
    process,
    person,
    reader,
  }: { readonly process: string | undefined; readonly person: string | undefined; readonly reader: Actor },
  limit: number,
): Promise<InboxPage> {
  const { channels } = shared.config.channels;
  const ours = (delivery: Delivery) =>
    Object.hasOwn(channels, delivery.channel) && channels[delivery.channel]!.type === 'inbox';
  if (process !== undefined) checkSeen(await shared.store.view(process), reader);
  const asked =
    process === undefined
      ? await askedForDeliveries(shared, reader)
      : { found: await shared.lately.deliveries(process), unanswered: [], areMore: false };
  const notices = process === undefined ? await shared.lately.noticesToKeepers() : [];
  const messages = [...asked.found, ...notices]
    .filter((delivery) => ours(delivery) && (person === undefined || delivery.recipient === person))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const items = messages.slice(0, limit).map(({ content, ...row }) => ({
    ...row,
    deadlines: [...row.deadlines],
    // The exact text that was sent.
    text: shared.words.message({ key: row.key, ...content }, iso),
  }));
  const leftOut = {
    messages: messages.length - items.length,
    processes: asked.areMore,
    unanswered: asked.unanswered,
  };
  return { items, next: null, leftOut };
}

async function askedForDeliveries(shared: Shared, reader: Actor) {
  const { rows, areMore } = await listed(shared, mostAsked);
  const seen = rows.filter((row) => seesRow(row, reader));
  return { ...(await each(shared, seen, ({ id }) => shared.lately.deliveries(id))), areMore };
}

/** The notices to those who keep Muster, which are on the record of no process. */
export async function noticesIn({ alerts, troubles }: Pick<Shared, 'alerts' | 'troubles'>): Promise<Delivery[]> {
  const [intake, log] = await Promise.all([
    alerts.read().catch(() => undefined),
    troubles.read().catch(() => undefined),
  ]);
  return [
    ...(intake?.notices ?? []).flatMap(({ notice, deliveries }) => noticeRows(unmatchedNotice(notice), deliveries)),
    ...(log?.told ?? []).flatMap(({ notice, deliveries }) => noticeRows(troubleNotice(notice), deliveries)),
  ];
}

function noticeRows({ key, id, at: nominalAt, text }: PlainNotice, deliveries: readonly NoticeDelivered[]): Delivery[] {
  return deliveries.map(({ recipient, kind, channel, at }) => ({
    key: `${key}/${recipient}/${channel}`,
    kind,
    process: id,
    deadlines: [],
    rung: null,
    recipient,
    channel,
    nominalAt: iso(nominalAt),
    at: iso(at),
    content: { text, why: '' },
  }));
}

/** The latest processes, open ones first; and whether there are more. */
export async function listed(
  shared: Shared,
  most = mostAsked,
): Promise<{ readonly rows: readonly StoredRow[]; readonly areMore: boolean }> {
  const filter = { kinds: ['incident', 'release'] as const };
  const rows: StoredRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await shared.store.list(filter, Math.min(100, most - rows.length), cursor);
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && rows.length < most);
  return { rows, areMore: cursor !== undefined };
}
