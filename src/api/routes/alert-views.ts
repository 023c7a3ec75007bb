/**
 * Owns what people read of alerts: those that are known, those that fit no rule, and what a payload
 * would do (which needs no engine). Changes nothing.
 */
import {
  alertPageSchema,
  alertTrialSchema,
  processIdPattern,
  unmatchedPageSchema,
  type AlertPage,
  type AlertRow,
  type AlertTrial,
  type UnmatchedPage,
} from '../../contracts/view';
import {
  fires,
  flaps,
  iso,
  keyIn,
  levelOfEpisode,
  neutralTitle,
  shortHash,
  triedPayload,
  type Episode,
  type IntakeState,
} from '../../domain';
import { given } from '../../given';
import { malformed } from '../http/problem';
import { checkKnown, readQuery, type Parameters } from '../http/query';
import { readAlertBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { alertsSeen, type Hidden } from '../present/alerts-seen';
import { checkSeen, actorOf } from '../present/readers';
import { byPostOrPut, mappedFrom, sourceNamed } from './alerts';

const query = {
  state: { type: 'choice', about: 'only alerts in this state', values: ['firing', 'resolved'] },
  source: { type: 'string', about: 'only alerts of this source of alerts.yaml', max: 120 },
  key: { type: 'string', about: 'only the alert with this key', max: 400 },
  service: { type: 'string', about: 'only alerts about this service', max: 120 },
  incident: { type: 'string', about: 'only alerts that this incident has', max: 60 },
  limit: { type: 'integer', about: 'the most alerts to list', min: 1, max: 500, default: 50 },
  cursor: { type: 'string', about: '`next` of the page before', max: 60 },
} as const satisfies Parameters;

export function alertViewRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/alerts',
      name: 'list-alerts',
      needs: 'viewer',
      about: 'the alerts that fire, and those that ended within a day',
      query,
      asksWho: true,
      success: { status: 200, about: 'alerts, the latest beginning first', schema: alertPageSchema },
      problems: ['not-found', 'restricted'],
      handle: (call) => listAlerts(shared, call),
    },
    {
      method: 'get',
      path: '/v1/alerts/unmatched',
      name: 'list-unmatched-alerts',
      needs: 'viewer',
      about: 'the latest alerts that fit no rule or could not be read, and what came from each source',
      success: { status: 200, about: 'alerts, the newest first, and sources', schema: unmatchedPageSchema },
      handle: async () => ({ body: unmatchedPage(shared, await shared.alerts.read()) }),
    },
    ...byPostOrPut({
      path: '/v1/alerts/:source/try',
      name: 'try-alerts',
      needs: 'viewer',
      about: 'says what a payload would do, and does nothing; needs no key and no engine',
      anyQuery: true,
      alerts: 'read',
      success: { status: 200, about: 'what the payload says, and where it would lead', schema: alertTrialSchema },
      problems: ['not-found', 'too-large'],
      handle: (call) => ({ body: tryPayload(shared, call) }),
    }),
  ];
}

// --- The list ------------------------------------------------------------------------------------

type Known = Episode & { readonly key: string; readonly place: string };
type Shown = Known & { readonly hidden?: Hidden };

async function listAlerts(shared: Shared, { request, principal }: Call): Promise<Answer> {
  const { state, source, key, service, incident, limit, cursor } = readQuery(query, request.query);
  const from = cursor === undefined ? undefined : placeOf(cursor);
  const intake = await shared.alerts.read();
  if (source !== undefined) checkKnown('source', source, sourcesOf(shared, intake));
  if (service !== undefined) checkKnown('service', service, shared.alertRules.services);
  if (incident !== undefined && !processIdPattern.test(incident))
    throw malformed([{ path: 'incident', message: 'expected an id such as INC-2026-12-07-001' }]);
  const reader = await actorOf(shared, principal);
  if (incident !== undefined) checkSeen(await shared.store.view(incident), reader);
  const all = knownAlerts(intake)
    .filter((one) => source === undefined || one.source === source)
    .filter((one) => key === undefined || one.key === key)
    .filter((one) => service === undefined || one.lead?.service === service)
    .filter((one) => incident === undefined || one.incident === incident);
  // Whoever may not see the incident does not learn its service, nor the key of its alert (R37).
  const tells = service !== undefined || key !== undefined;
  const fitting = tells ? (await alertsSeen(shared, all, reader)).filter(({ hidden }) => hidden === undefined) : all;
  const firing = fitting.filter(fires).length;
  const left = fitting
    .filter((one) => state === undefined || state.includes(stateOf(one)))
    .filter((one) => from === undefined || isBehind(one, from));
  const items = left.slice(0, limit);
  const shown: readonly Shown[] = tells ? items : await alertsSeen(shared, items, reader);
  const last = left.length > limit ? items.at(-1) : undefined;
  const now = shared.clock();
  const page: AlertPage = {
    items: shown.map((one) => alertRow(one, now)),
    next: last === undefined ? null : cursorOf(last),
    counts: { firing, resolved: fitting.length - firing },
  };
  return { body: page };
}

/** The latest beginning first. */
function knownAlerts(intake: IntakeState | undefined): Known[] {
  return (
    Object.entries(intake?.episodes ?? {})
      // An end of which no beginning is known is no alert.
      .filter(([, { number }]) => number > 0)
      .map(([id, episode]) => ({ ...episode, key: keyIn(id), place: shortHash(`${intake!.mark} ${id}`) }))
      .sort((a, b) => b.firstAt - a.firstAt || (a.place < b.place ? -1 : 1))
  );
}

// A cursor names the last alert of a page, so that what comes in meanwhile shifts nothing; not by
// its key, which others may not learn (R37).
type Place = Pick<Known, 'firstAt' | 'place'>;
const cursorOf = ({ firstAt, place }: Place): string => `${firstAt}-${place}`;
function placeOf(cursor: string): Place {
  const [, firstAt, place] = /^(\d{1,15})-([0-9a-f]{16})$/.exec(cursor) ?? [];
  if (firstAt === undefined || place === undefined)
    throw malformed([{ path: 'cursor', message: 'expected the `next` of a page of this list' }]);
  return { firstAt: Number(firstAt), place };
}
// Of one instant, the hash of the id says the order.
const isBehind = (one: Place, { firstAt, place }: Place): boolean =>
  one.firstAt < firstAt || (one.firstAt === firstAt && one.place > place);

const stateOf = (episode: Episode) => (fires(episode) ? ('firing' as const) : ('resolved' as const));

function alertRow(episode: Shown, now: number): AlertRow {
  const { source, firstAt, lastAt, count, endedAt, fellSilent, incident, hidden } = episode;
  const common = {
    source,
    state: stateOf(episode),
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
    count,
    ...given({ endedAt: endedAt === undefined ? undefined : iso(endedAt), fellSilent, incident }),
  };
  if (hidden === 'restricted') return { ...common, title: `alert of a ${neutralTitle('incident')}`, restricted: true };
  if (hidden === 'unanswered')
    return { ...common, title: 'alert of an incident that could not be asked', unanswered: true };
  const { key, title, severity, lead, heldUntil } = episode;
  return {
    ...common,
    key,
    title,
    ...given({
      severity,
      level: levelOfEpisode(episode),
      service: lead?.service,
      heldUntil: heldUntil === undefined ? undefined : iso(heldUntil),
      flaps: fires(episode) && flaps(episode, now) ? (true as const) : undefined,
    }),
  };
}

// --- What fits no rule ---------------------------------------------------------------------------

function sourcesOf({ alertRules }: Shared, intake: IntakeState | undefined): string[] {
  return [...new Set([...Object.keys(alertRules.readers), ...Object.keys(intake?.sources ?? {})])];
}

/** The latest alerts that fit no rule, and what came from each source. */
export function unmatchedPage(shared: Shared, intake: IntakeState | undefined): UnmatchedPage {
  const none = { requests: 0, alerts: 0, unmatched: 0, ignored: 0, late: 0, further: 0, pages: 0, answers: 0 };
  return {
    items: [...(intake?.unmatched ?? [])].reverse().map((one) => ({ ...one, at: iso(one.at) })),
    next: null,
    sources: sourcesOf(shared, intake).map((source) => {
      const { lastAt, ...counts } = { lastAt: undefined, ...none, ...intake?.sources[source] };
      const { preset } = shared.alertRules.readers[source] ?? {};
      return { source, ...counts, ...given({ preset, lastAt: lastAt === undefined ? undefined : iso(lastAt) }) };
    }),
  };
}

// --- A trial -------------------------------------------------------------------------------------

function tryPayload(shared: Shared, { request, params }: Call): AlertTrial {
  const source = sourceNamed(shared, params['source'] ?? '');
  const { name, proof } = source;
  const read = readAlertBody(request);
  const mapped = mappedFrom(source, request, read, shared.clock());
  return triedPayload({ name, topics: proof.topics }, read.ok ? read.value : undefined, mapped, shared.alertRules);
}
