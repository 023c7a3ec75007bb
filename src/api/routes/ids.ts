/**
 * Owns the route by which an operator skips ids after a restore of a backup: the ids that were
 * handed out since the backup stay with the processes that were lost.
 */
import { fieldPath } from '../../contracts/commands';
import { parse } from '../../contracts/parse';
import { nextIdsSchema, skipIdsBodySchema } from '../../contracts/view';
import { personOf } from '../http/actor';
import { idempotencyKey } from '../http/idempotency';
import { malformed } from '../http/problem';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';

export function idRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/ids/skip',
      name: 'skip-ids',
      about: 'after a restore of a backup: does not hand out the next ids, which lost incidents and releases may have',
      order: { body: skipIdsBodySchema, required: true },
      success: { status: 200, about: 'the ids that come next', schema: nextIdsSchema },
      problems: ['refused'],
      handle: (call) => skip(shared, call),
    },
  ];
}

async function skip(shared: Shared, { request }: Call): Promise<Answer> {
  const by = personOf(request);
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
