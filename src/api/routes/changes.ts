/**
 * Owns how deployment tools are heard over HTTP, and how the log of changes is read: a message is
 * proved, read by the preset of its source, and taken durably before it is answered with 202. What
 * comes of it is decided afterwards. Decides nothing about releases.
 */
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { pagerdutyChangeMapping, changesOverAlerts, type AlertSource, type DeploymentSource } from '../../config';
import { changePageSchema, changeTakenSchema, type ChangePage, type ChangeTaken } from '../../contracts/view';
import {
  changeRow,
  completeSince,
  dayMs,
  iso,
  readChange,
  unknownName,
  unreadChange,
  type Change,
  type ChangeMapping,
  type ChangeRules,
  type Instant,
  type ReadChange,
} from '../../domain';
import { given } from '../../given';
import { isProven, unproven } from '../http/alert-proof';
import { ApiProblem, malformed } from '../http/problem';
import { checkKnown, readQuery, type Parameters } from '../http/query';
import { aroundOf, readAlertBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';

const query = {
  service: { type: 'string', about: 'only changes of this service', max: 120 },
  since: {
    type: 'duration',
    about: 'only changes of this time up to now; they are kept for 30 days',
    maxMs: 30 * dayMs,
  },
  limit: { type: 'integer', about: 'the most changes to list', min: 1, max: 500, default: 50 },
  cursor: { type: 'string', about: 'the next page, as the page before says', max: 300 },
} as const satisfies Parameters;

/** The routes of changes: the list, and the doors of the sources by name. */
export function changeRoutes(shared: Shared): Route[] {
  const door = {
    method: 'post',
    anyQuery: true,
    alerts: 'door',
    success: {
      status: 202,
      about: 'the message is stored; what comes of it is decided afterwards',
      schema: changeTakenSchema,
    },
    problems: ['unproven', 'not-found', 'too-large', 'busy'],
    handle: (call: Call) => takeFrom(shared, call),
  } as const;
  return [
    {
      method: 'get',
      path: '/v1/changes',
      name: 'list-changes',
      needs: 'viewer',
      about: 'what was deployed, rolled back or changed within 30 days, as tools and releases told it',
      query,
      success: { status: 200, about: 'changes, the newest first', schema: changePageSchema },
      handle: ({ request }) => listChanges(shared, request),
    },
    {
      ...door,
      path: '/v1/changes/:source',
      name: 'send-change',
      needs: 'sender',
      about: 'takes what a deployment tool sends, in its own form (deployments in alerts.yaml)',
    },
    {
      ...door,
      path: '/v1/changes/:source/:key',
      name: 'send-change-with-key',
      needs: 'sender',
      about: 'the same, for tools that can show their key only in the address',
    },
  ];
}

// --- The list ------------------------------------------------------------------------------------

async function listChanges(shared: Shared, request: Request): Promise<Answer> {
  const { service, since, limit, cursor } = readQuery(query, request.query);
  if (service !== undefined) checkKnown('service', service, shared.alertRules.services);
  const from = cursor === undefined ? undefined : placeOf(cursor);
  const log = await shared.changes.read();
  const earliest = shared.clock() - (since ?? 30 * dayMs);
  const found = (log?.changes ?? [])
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    .filter(({ at }) => at >= earliest)
    .filter(({ services }) => service === undefined || services.includes(service))
    .filter((change) => from === undefined || isBehind(change, from));
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  const complete = log === undefined ? undefined : completeSince(log, service);
  const body: ChangePage = {
    items: shown.map(changeRow),
    next: last === undefined ? null : cursorOf(last),
    ...given({ completeSince: complete === undefined || complete <= earliest ? undefined : iso(complete) }),
  };
  return { body };
}

// A cursor names the last change of a page, so that what comes in meanwhile shifts nothing.
interface Place {
  readonly at: Instant;
  readonly id: string;
}
const cursorOf = ({ at, id }: Place): string => Buffer.from(JSON.stringify([at, id])).toString('base64url');
function placeOf(cursor: string): Place {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(read) && Number.isSafeInteger(read[0]) && typeof read[1] === 'string')
      return { at: read[0] as number, id: read[1] };
  } catch {
    // The same as any other text that is no cursor.
  }
  throw malformed([{ path: 'cursor', message: 'expected the `next` of a page of this list' }]);
}
// Of one instant, ids say the order.
const isBehind = (change: Change, { at, id }: Place): boolean => change.at < at || (change.at === at && change.id < id);

// --- What comes in -------------------------------------------------------------------------------

async function takeFrom(shared: Shared, { request, params }: Call): Promise<Answer> {
  const source = deploymentsNamed(shared, params['source'] ?? '');
  const now = shared.clock();
  if (!isProven(source.proof, request, now, params['key'])) {
    shared.alertMetrics.refused(source.name);
    throw unproven();
  }
  await shared.limits.takeMessage(source.name, request);
  return { body: await takeMessage(shared, source, request, now) };
}

function deploymentsNamed({ alertRules: { deployments } }: Shared, name: string): DeploymentSource {
  const source = Object.hasOwn(deployments, name) ? deployments[name] : undefined;
  if (source === undefined)
    throw new ApiProblem('not-found', unknownName('source of deployments', name, Object.keys(deployments)));
  return source;
}

/** Takes a change event that came over a source of alerts which speaks as PagerDuty. */
export async function takePagerdutyChange(
  shared: Shared,
  { name }: AlertSource,
  request: Request,
  now: Instant,
): Promise<void> {
  const service = shared.alertRules.sources[name]?.service;
  const rules = changesOverAlerts({ name, ...given({ service }) });
  await takeMessage(shared, { mapping: pagerdutyChangeMapping(), rules }, request, now);
}

async function takeMessage(
  shared: Shared,
  { mapping, rules }: { readonly mapping: ChangeMapping; readonly rules: ChangeRules },
  request: Request,
  now: Instant,
): Promise<ChangeTaken> {
  const bytes: unknown = request.body;
  // The same content is the same message, where the sender gives it no identity.
  const digest = createHash('sha256')
    .update(Buffer.isBuffer(bytes) ? bytes : '')
    .digest('hex')
    .slice(0, 32);
  const read = readAlertBody(request);
  const { services } = shared.alertRules;
  const message: ReadChange = read.ok
    ? readChange(mapping, rules, services, read.value, { ...aroundOf(request), digest }, now)
    : { type: 'said', said: unreadChange(rules, digest, read.because, now) };
  if (message.type === 'said') await shared.changes.take(message.said);
  const isUnread = message.type === 'said' && message.said.change.kind === 'unread';
  shared.alertMetrics.taken(rules.name, now, { alerts: 0, unmatched: isUnread ? 1 : 0 });
  if (message.type === 'ignored') return { taken: false, because: message.because };
  return { taken: true, ...given({ because: message.because ?? message.said.change.because }) };
}
