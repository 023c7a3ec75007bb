/**
 * Owns how alerts come in over HTTP: a request is proved, read by the preset of its source, ruled
 * on, and taken durably before it is answered with 202. What is proved but cannot be read is taken
 * too, and shown to people: a sender would repeat a refusal for ever. Decides nothing about
 * incidents.
 */
import type { Request } from 'express';
import type { AlertSource } from '../../config';
import {
  assertNever,
  mapAlerts,
  nearest,
  ruled,
  triedAlert,
  unknownName,
  type AlertGroup,
  type AlertsTaken,
  type Instant,
  type Mapped,
  type RuledAlert,
} from '../../domain';
import { alertsTakenSchema, type AlertsTakenAnswer } from '../../contracts/view';
import { given } from '../../given';
import { isProven, showsKey, unproven } from '../http/alert-proof';
import { ApiProblem } from '../http/problem';
import { aroundOf, readAlertBody, type ReadBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';

/** What one Signal carries of a request; a larger request is taken in parts. */
const partBytes = 200 * 1024;

/** The routes of sources by name. */
export function alertRoutes(shared: Shared): Route[] {
  const door = {
    anyQuery: true,
    alerts: 'door',
    needs: 'sender',
    success: {
      status: 202,
      about: 'the alerts are stored; what comes of them is decided afterwards',
      schema: alertsTakenSchema,
    },
    problems: ['unproven', 'not-found', 'too-large', 'busy'],
    handle: (call: Call) => takeFrom(shared, call),
  } as const;
  const named = {
    ...door,
    path: '/v1/alerts/:source',
    name: 'send-alerts',
    about: 'takes what a monitoring tool sends, in its own form (alerts.yaml)',
  };
  const keyed = {
    ...door,
    path: '/v1/alerts/:source/:key',
    name: 'send-alerts-with-key',
    about: 'the same, for tools that can show their key only in the address',
  };
  return [named, keyed].flatMap(byPostOrPut);
}

/** The route by both methods: Grafana may be set to PUT. */
export function byPostOrPut(route: Omit<Route, 'method'>): Route[] {
  return [
    { ...route, method: 'post' },
    { ...route, method: 'put', name: `${route.name}-by-put` },
  ];
}

async function takeFrom(shared: Shared, { request, params }: Call): Promise<Answer> {
  const source = sourceNamed(shared, params['source'] ?? '');
  const now = shared.clock();
  const { topics } = source.proof;
  const mapped =
    topics === undefined
      ? await provenFrom(shared, source, request, now, params['key'])
      : await heardFromSns(shared, source, topics, request, now, params['key']);
  await takeMapped(shared, source.name, mapped, now);
  return { body: takenAnswer(shared, mapped) };
}

async function provenFrom(
  shared: Shared,
  source: AlertSource,
  request: Request,
  now: Instant,
  keyShown?: string,
): Promise<Mapped> {
  if (!isProven(source.proof, request, now, keyShown))
    throw refused(shared, source, source.proof.closed === true ? closedWords : undefined);
  await shared.limits.takeMessage(source.name, request);
  return mappedFrom(source, request, readAlertBody(request), now);
}

const closedWords =
  'this source is local: true, and takes nothing where people have to sign in; give it a key in alerts.yaml';

function refused({ alertMetrics }: Shared, { name }: AlertSource, because?: string): ApiProblem {
  alertMetrics.refused(name);
  return unproven(because);
}

async function heardFromSns(
  shared: Shared,
  source: AlertSource,
  topics: readonly string[],
  request: Request,
  now: Instant,
  keyShown?: string,
): Promise<Mapped> {
  if (!showsKey(source.proof, request, keyShown)) throw refused(shared, source);
  const body = readAlertBody(request);
  const heard = await shared.sns.hear(request, body, topics, now);
  switch (heard.says) {
    case 'notification':
      await shared.limits.takeMessage(source.name, request);
      return mappedFrom(source, request, body, now);
    case 'subscribed':
      shared.log.info('SNS sends the alerts of a topic from now on', { source: source.name, topic: heard.topic });
      return { alerts: [], groups: [], unread: [], ignored: 1 };
    case 'unsubscribed':
      shared.log.warn('SNS sends no more alerts of a topic', { source: source.name, topic: heard.topic });
      return unreadable(
        'its subscription has ended, so SNS sends nothing of it any more; subscribe again if that was not meant',
        heard.topic,
      );
    case 'unproven':
      throw refused(shared, source, heard.because);
    case 'unknown':
      shared.log.warn('SNS could not be asked, so it has to send again', {
        source: source.name,
        because: heard.because,
      });
      // SNS tries again after a 5xx, and takes any 4xx but 429 for final.
      throw new ApiProblem('unconfirmed', heard.because, {}, { 'Retry-After': '20' });
    default:
      return assertNever(heard);
  }
}

/** The source that is called `name`; throws a problem when none is. */
export function sourceNamed({ alertRules: { readers } }: Shared, name: string): AlertSource {
  const source = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (source === undefined) throw new ApiProblem('not-found', unknownName('source', name, Object.keys(readers)));
  return source;
}

/**
 * What the body of a request says, by the preset of its source. `more`: what the path says, for the
 * mapping (`{@name}`).
 */
export function mappedFrom(
  source: AlertSource,
  request: Request,
  read: ReadBody,
  now: Instant,
  more: Readonly<Record<string, unknown>> = {},
): Mapped {
  return read.ok
    ? mapAlerts(source.mapping, source.name, read.value, { ...aroundOf(request), ...more }, now)
    : unreadable(read.because);
}

/** A message of which nothing can be read. */
export function unreadable(because: string, title = ''): Mapped {
  return { alerts: [], groups: [], unread: [{ because, title }], ignored: 0 };
}

function takenAnswer({ alertRules }: Shared, { alerts, ignored, unread }: Mapped): AlertsTakenAnswer {
  const reasons = unread.slice(0, 5).map(({ because }) => because);
  const because = alerts.flatMap((alert) => {
    const { ruling } = ruled(alert, alertRules);
    if (ruling.do !== 'unmatched' || alert.says !== 'firing') return [];
    const close = alert.services.flatMap((word) => nearest(word, alertRules.services, 1)).slice(0, 1);
    return [`${ruling.because}${close.map((name) => `; did you mean ${name}?`).join('')}`];
  });
  return {
    alerts: alerts.length,
    ignored,
    ...given({
      decision: decisionOf(alertRules, alerts),
      unmatched: because.length > 0 ? because.length : undefined,
      because: because.length > 0 ? [...new Set(because)].slice(0, 5) : undefined,
      unread: reasons.length > 0 ? reasons : undefined,
    }),
  };
}

// A script sends one alert at a time, and whoever tries it reads what comes of it.
function decisionOf(rules: Shared['alertRules'], [only, ...others]: Mapped['alerts']): AlertsTakenAnswer['decision'] {
  if (only?.says !== 'firing' || others.length > 0) return undefined;
  const { would, rule, page, service, level, levelBecause, waitSeconds } = triedAlert(only, rules);
  return { would, ...given({ rule, page, service, level, levelBecause, waitSeconds }) };
}

/** Takes alerts that were read, durably when the promise resolves. */
export async function takeMapped(shared: Shared, source: string, mapped: Mapped, now: Instant): Promise<void> {
  const alerts = [
    ...mapped.alerts.map((alert) => lean(ruled(alert, shared.alertRules))),
    ...mapped.unread.map((one) => unreadAlert(source, one)),
  ];
  const tellAt = shared.alertRules.noticeAfter(now);
  for (const part of inParts(source, now, alerts, mapped.groups)) await shared.alerts.take({ ...part, tellAt });
  const unmatched = alerts.filter(({ ruling, says }) => ruling.do === 'unmatched' && says === 'firing').length;
  shared.alertMetrics.taken(source, now, { alerts: mapped.alerts.length, unmatched });
}

// The intake keeps no text, and needs labels only to show what fits no rule.
function lean({ text: _, ...alert }: RuledAlert): RuledAlert {
  if (alert.ruling.do === 'unmatched') return { ...alert, links: [], services: [] };
  return alert.says === 'firing'
    ? { ...alert, labels: {}, services: [] }
    : { ...alert, labels: {}, services: [], links: [] };
}

function unreadAlert(source: string, { because, title }: Mapped['unread'][number]): RuledAlert {
  const ruling = { do: 'unmatched', because } as const;
  return { source, key: '', says: 'firing', title, services: [], links: [], labels: {}, ruling };
}

/** The request in parts that a Signal carries; the groups come last, after their alerts. */
function inParts(
  source: string,
  at: Instant,
  alerts: readonly RuledAlert[],
  groups: readonly AlertGroup[],
): AlertsTaken[] {
  const parts: RuledAlert[][] = [[]];
  let bytes = 0;
  for (const alert of alerts) {
    const size = Buffer.byteLength(JSON.stringify(alert));
    if (bytes + size > partBytes && parts.at(-1)!.length > 0) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(alert);
    bytes += size;
  }
  return parts.map((part, index) => ({ at, source, alerts: part, groups: index === parts.length - 1 ? groups : [] }));
}
