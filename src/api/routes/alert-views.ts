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
  maySee,
  neutralTitle,
  triedAlert,
  type Actor,
  type Episode,
  type IntakeState,
} from '../../domain';
import { given } from '../../given';
import { malformed } from '../http/problem';
import { checkKnown, readQuery, type Parameters } from '../http/query';
import { readAlertBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { each } from '../present/ask-each';
import { checkSeen, readerOf } from '../present/readers';
import { byPostOrPut, mappedFrom, sourceNamed } from './alerts';

const query = {
  state: { type: 'choice', about: 'only alerts in this state', values: ['firing', 'resolved'] },
  source: { type: 'string', about: 'only alerts of this source of alerts.yaml', max: 120 },
  service: { type: 'string', about: 'only alerts about this service', max: 120 },
  incident: { type: 'string', about: 'only alerts that this incident has', max: 60 },
  limit: { type: 'integer', about: 'the most alerts to list', min: 1, max: 500, default: 50 },
} as const satisfies Parameters;

export function alertViewRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/alerts',
      name: 'list-alerts',
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
      about: 'the latest alerts that fit no rule or could not be read, and what came from each source',
      success: { status: 200, about: 'alerts, the newest first, and sources', schema: unmatchedPageSchema },
      handle: async () => ({ body: unmatchedPage(shared, await shared.alerts.read()) }),
    },
    ...byPostOrPut({
      path: '/v1/alerts/:source/try',
      name: 'try-alerts',
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

type Known = Episode & { readonly key: string; readonly restricted?: true };

async function listAlerts(shared: Shared, { request }: Call): Promise<Answer> {
  const { state, source, service, incident, limit } = readQuery(query, request.query);
  const intake = await shared.alerts.read();
  if (source !== undefined) checkKnown('source', source, sourcesOf(shared, intake));
  if (service !== undefined) checkKnown('service', service, shared.alertRules.services);
  if (incident !== undefined && !processIdPattern.test(incident))
    throw malformed([{ path: 'incident', message: 'expected an id such as INC-2026-12-07-001' }]);
  const reader = await readerOf(shared, request);
  if (incident !== undefined) checkSeen(await shared.store.view(incident), reader);
  const all = Object.entries(intake?.episodes ?? {})
    .map(([id, episode]) => ({ ...episode, key: keyIn(id) }))
    // An end of which no beginning is known is no alert.
    .filter(({ number }) => number > 0)
    .filter((one) => source === undefined || one.source === source)
    .filter((one) => service === undefined || one.lead?.service === service)
    .filter((one) => incident === undefined || one.incident === incident)
    .sort((a, b) => b.firstAt - a.firstAt || (a.key < b.key ? -1 : 1));
  const seen = await asSeen(shared, all, reader);
  // Whoever may not see the incident does not learn its service (R37).
  const fitting = service === undefined ? seen : seen.filter(({ restricted }) => restricted === undefined);
  const firing = fitting.filter(fires).length;
  const shown = state === undefined ? fitting : fitting.filter((one) => state.includes(stateOf(one)));
  const now = shared.clock();
  const page: AlertPage = {
    items: shown.slice(0, limit).map((one) => alertRow(one, now)),
    next: null,
    counts: { firing, resolved: fitting.length - firing },
  };
  return { body: page };
}

const stateOf = (episode: Episode) => (fires(episode) ? ('firing' as const) : ('resolved' as const));

/** How many incidents are asked whether they are restricted; the alerts of more are neutral. */
const mostAsked = 100;
const askForMs = 2_000;

// R37: only the incident itself knows who may see it. One that does not answer is shown to nobody.
async function asSeen(shared: Shared, episodes: readonly Known[], reader: Actor): Promise<Known[]> {
  const ids = [...new Set(episodes.flatMap(({ incident }) => incident ?? []))].slice(0, mostAsked);
  const rows = ids.map((id) => ({ id }));
  const ask = async ({ id }: { readonly id: string }) => [await shared.store.view(id)];
  const { found } =
    ids.length === 0 ? { found: [] } : await each(shared, rows, ask, askForMs).catch(() => ({ found: [] }));
  const seen = new Set(found.filter(({ restricted }) => maySee(restricted, reader)).map(({ id }) => id));
  return episodes.map((one) =>
    one.incident === undefined || seen.has(one.incident) ? one : { ...one, restricted: true as const },
  );
}

function alertRow(episode: Known, now: number): AlertRow {
  const { source, firstAt, lastAt, count, endedAt, fellSilent, incident, restricted } = episode;
  const common = {
    source,
    state: stateOf(episode),
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
    count,
    ...given({ endedAt: endedAt === undefined ? undefined : iso(endedAt), fellSilent, incident }),
  };
  if (restricted) return { ...common, title: `alert of a ${neutralTitle('incident')}`, restricted };
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

function unmatchedPage(shared: Shared, intake: IntakeState | undefined): UnmatchedPage {
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
  const mapped = mappedFrom(source, request, readAlertBody(request), shared.clock());
  return {
    source: source.name,
    alerts: mapped.alerts.map((alert) => triedAlert(alert, shared.alertRules)),
    ignored: mapped.ignored,
    unread: [...mapped.unread],
    groups: [...mapped.groups],
  };
}
