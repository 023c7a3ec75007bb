/**
 * Owns the routes about ids: which process a short id means, and how an operator skips ids after a
 * restore of a backup, because the ids that were handed out since the backup stay with the
 * processes that were lost. The meaning of a short id is a rule of the domain.
 */
import { fieldPath } from '../../contracts/commands';
import type { ProcessKind } from '../../contracts/command-table';
import { parse } from '../../contracts/parse';
import { readTypedId } from '../../contracts/typed-id';
import { meantIdSchema, nextIdsSchema, skipIdsBodySchema, type ListRow } from '../../contracts/view';
import { isTerminalStatus, meantByShortId, minuteMs, shortIdRestsForMs, type Candidate } from '../../domain';
import { idempotencyKey } from '../http/idempotency';
import { ApiProblem, malformed } from '../http/problem';
import { readQuery, type Parameters } from '../http/query';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';

export function idRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/ids/skip',
      name: 'skip-ids',
      needs: 'admin',
      about: 'after a restore of a backup: does not hand out the next ids, which lost incidents and releases may have',
      order: { body: skipIdsBodySchema, required: true },
      success: { status: 200, about: 'the ids that come next', schema: nextIdsSchema },
      problems: ['refused'],
      handle: (call) => skip(shared, call),
    },
    {
      method: 'get',
      path: '/v1/short-ids/:short',
      name: 'read-short-id',
      needs: 'viewer',
      about: 'the open process that a short id such as 8, 008 or inc-8 means',
      query: shortIdQuery,
      success: { status: 200, about: 'the process with its whole id', schema: meantIdSchema },
      problems: ['not-found'],
      handle: (call) => meant(shared, call),
    },
  ];
}

// --- Short ids -----------------------------------------------------------------------------------

const processKinds = ['incident', 'release'] as const satisfies ProcessKind[];
const shortIdQuery = {
  kind: { type: 'choice', about: 'only a process of this kind', values: processKinds },
} as const satisfies Parameters;
const rowsAtATime = 500;
/** With more processes than this, nobody can say which numbers are free. */
const mostLookedAt = 2_000;
const mostNamed = 8;

async function meant(shared: Shared, { request, params }: Call): Promise<Answer> {
  const typed = params['short'] ?? '';
  const { kind: kinds = [] } = readQuery(shortIdQuery, request.query);
  const read = readTypedId(typed);
  if (read?.form !== 'short')
    throw malformed([{ path: '', message: `"${typed.slice(0, 60)}" is no short id such as 8, 008 or inc-8` }]);
  const asked = processKinds.filter(
    (kind) => (kinds.length === 0 || kinds.includes(kind)) && (read.kind ?? kind) === kind,
  );
  const found = meantByShortId(read, await candidates(shared, asked));
  if (found.one === undefined)
    throw unclear(typed, asked, await withTargets(shared, found.couldBe.slice(0, mostNamed)));
  const { id, kind, title, status } = found.one;
  return { body: { id, kind, title, status } };
}

type Found = ListRow & Candidate & { readonly mergedInto?: string | undefined };

// Of what was merged, where it went: there the work goes on.
function withTargets({ store }: Shared, rows: readonly Found[]): Promise<Found[]> {
  return Promise.all(
    rows.map(async (row) => {
      if (row.status !== 'merged' || row.restricted) return row;
      const { mergedInto } = await store.view(row.id);
      return { ...row, mergedInto };
    }),
  );
}

function unclear(typed: string, asked: readonly ProcessKind[], couldBe: readonly Found[]): ApiProblem {
  const ended = ({ status, mergedInto }: Found) => (mergedInto === undefined ? status : `${status} into ${mergedInto}`);
  const named = couldBe.map((one) => `${one.id} (${one.isOver ? `${ended(one)}, ` : ''}${one.title})`).join(', ');
  if (couldBe.some(({ isOver }) => !isOver))
    return malformed([{ path: '', message: `${typed} may mean ${named}; say the whole id` }]);
  const none = `"${typed}" is no ${asked.join(' or ') || 'process'} that is open`;
  return new ApiProblem('not-found', named === '' ? none : `${none}; ended within a day: ${named}`);
}

async function candidates(shared: Shared, kinds: readonly ProcessKind[]): Promise<Found[]> {
  // To the minute, so that equal questions share an answer.
  const since = Math.floor((shared.clock() - shortIdRestsForMs) / minuteMs) * minuteMs;
  const filter = { kinds, openOrEndedSince: since };
  const rows: ListRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await shared.store.list(filter, rowsAtATime, cursor);
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
    if (rows.length > mostLookedAt)
      throw malformed([{ path: '', message: 'too many are open for short ids; say the whole id' }]);
  } while (cursor !== undefined);
  return (
    rows
      .map((row) => ({ ...row, isOver: isTerminalStatus(row.status) }))
      // One whose action items go on still runs, however long ago it ended (R22).
      .filter(({ isOver, endedAt }) => !isOver || endedAt === undefined || Date.parse(endedAt) >= since)
  );
}

// --- Skipped ids ---------------------------------------------------------------------------------

async function skip(shared: Shared, { request, principal }: Call): Promise<Answer> {
  const by = principal.id;
  const { key } = idempotencyKey(request);
  const read = parse(skipIdsBodySchema, jsonBody(request));
  if (!read.ok)
    throw malformed(
      read.issues.map((issue) =>
        issue.code === 'unrecognized_keys'
          ? { path: issue.keys[0] ?? '', message: 'unknown; known is count' }
          : { path: fieldPath(issue.path), message: issue.message },
      ),
    );
  const { count } = read.value;
  const next = await shared.store.skipIds(count, key);
  shared.log.info('ids were skipped', { by, count, next });
  return { body: next, headers: { 'Idempotency-Key': key } };
}
