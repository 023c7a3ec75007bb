/**
 * Owns the doors that other tools know already: PagerDuty's Events API v2, Opsgenie's alert API,
 * the REST endpoint of Splunk On-Call, and Alertmanager's API. A sender changes only its host, so
 * the answers are those that it expects. The source is found by its preset and the key. Decides
 * nothing about incidents.
 */
import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { AlertPreset, AlertSource } from '../../config';
import { asksProof, isProven, unproven } from '../http/alert-proof';
import { readAlertBody } from '../http/read-body';
import { ApiProblem } from '../http/problem';
import type { Answer, Call, Route, Shared } from '../http/route';
import { mappedFrom, takeMapped, unreadable } from './alerts';
import { takePagerdutyChange } from './changes';

const door = { method: 'post', anyQuery: true, alerts: 'door' } as const;
const problems = ['unproven', 'not-found', 'too-large', 'busy'] as const;

export function alertDoorRoutes(shared: Shared): Route[] {
  const opsgenie = { status: 202, about: "the alert is stored; Opsgenie's answer" } as const;
  return [
    {
      ...door,
      path: '/v2/enqueue',
      name: 'pagerduty-event',
      needs: 'sender',
      about: "takes an event as PagerDuty's Events API v2 does; routing_key is the key of the source",
      success: { status: 202, about: "the event is stored; PagerDuty's answer" },
      problems: ['too-large', 'busy'],
      handle: (call) => takeEvent(shared, call),
    },
    {
      ...door,
      path: '/v2/change/enqueue',
      name: 'pagerduty-change',
      needs: 'sender',
      about: 'takes a change event as PagerDuty does; incidents about its service list it',
      success: { status: 202, about: "the change is stored; PagerDuty's answer" },
      problems: ['too-large', 'busy'],
      handle: (call) => takeChange(shared, call),
    },
    {
      ...door,
      path: '/v2/alerts',
      name: 'opsgenie-create-alert',
      needs: 'sender',
      about: "creates an alert as Opsgenie's alert API does; without alias it gets one",
      success: opsgenie,
      problems,
      handle: (call) => createOpsgenie(shared, call),
    },
    {
      ...door,
      path: '/v2/alerts/:alias/:action',
      name: 'opsgenie-alert-action',
      needs: 'sender',
      about: 'closes or acknowledges an alert by its alias as Opsgenie does; other actions say nothing',
      success: opsgenie,
      problems,
      handle: (call) => actOpsgenie(shared, call),
    },
    {
      ...door,
      method: 'put',
      path: '/v2/alerts/:alias/:action',
      name: 'opsgenie-alert-change',
      needs: 'sender',
      about:
        'takes a new message, description or priority of an alert as Opsgenie does; it is counted, and says nothing',
      success: opsgenie,
      problems,
      handle: (call) => actOpsgenie(shared, call),
    },
    {
      ...door,
      path: '/integrations/generic/20131114/alert/:key/:route',
      name: 'victorops-alert',
      needs: 'sender',
      about: 'takes an alert as the REST endpoint of Splunk On-Call does',
      success: { status: 200, about: "the alert is stored; Splunk On-Call's answer" },
      problems,
      handle: (call) => takeVictorops(shared, call),
    },
    {
      ...door,
      path: '/api/v2/alerts',
      name: 'alertmanager-alerts',
      needs: 'sender',
      about: 'takes what Prometheus and vmalert send to an Alertmanager',
      success: { status: 200, about: 'the alerts are stored', types: ['text/plain'] },
      problems,
      handle: (call) => takePrometheus(shared, call),
    },
  ];
}

// --- PagerDuty -----------------------------------------------------------------------------------

type Fields = Readonly<Record<string, unknown>>;

async function takeEvent(shared: Shared, { request }: Call): Promise<Answer> {
  const event = fieldsOf(request);
  const found = await pagerdutySource(shared, request, event);
  if ('answer' in found) return found.answer;
  const faults = eventFaults(event);
  if (faults.length > 0) return invalidEvent(faults);
  const dedupKey = textAt(event, 'dedup_key') ?? randomUUID();
  const now = shared.clock();
  const value = { ...event, dedup_key: dedupKey };
  await takeMapped(shared, found.source.name, mappedFrom(found.source, request, { ok: true, value }, now), now);
  return { body: { status: 'success', message: 'Event processed', dedup_key: dedupKey } };
}

async function takeChange(shared: Shared, { request }: Call): Promise<Answer> {
  const change = fieldsOf(request);
  const found = await pagerdutySource(shared, request, change);
  if ('answer' in found) return found.answer;
  if (textAt(fieldsAt(change, 'payload'), 'summary') === undefined)
    return invalidEvent([`'payload.summary' is missing or blank`]);
  await takePagerdutyChange(shared, found.source, request, shared.clock());
  return { body: { status: 'success', message: 'Change event processed' } };
}

// PagerDuty answers 400 to a key that it does not know; its senders know no 401.
async function pagerdutySource(
  shared: Shared,
  request: Request,
  event: Fields | undefined,
): Promise<{ readonly source: AlertSource } | { readonly answer: Answer }> {
  if (event === undefined) return { answer: invalidEvent(['the body is not a JSON object']) };
  const key = textAt(event, 'routing_key') ?? '';
  const source = await sourceShown(shared, 'pagerduty-events', request, key);
  if (source !== undefined) return { source };
  return {
    answer: invalidEvent([
      key.length === 32
        ? "'routing_key' is the key of no source with the preset pagerduty-events"
        : "Length of 'routing_key' is incorrect (should be 32 characters)",
    ]),
  };
}

const actions = ['trigger', 'acknowledge', 'resolve'];

// Only what cannot mean anything: what is taken in vain is shown, what is refused may be lost.
function eventFaults(event: Fields | undefined): string[] {
  const action = textAt(event, 'event_action');
  if (action === undefined) return ["'event_action' is missing or blank"];
  if (!actions.includes(action))
    return ["'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')"];
  if (action !== 'trigger') return textAt(event, 'dedup_key') === undefined ? ["'dedup_key' is missing or blank"] : [];
  return textAt(fieldsAt(event, 'payload'), 'summary') === undefined ? ["'payload.summary' is missing or blank"] : [];
}

function invalidEvent(errors: readonly string[]): Answer {
  return { status: 400, body: { status: 'invalid event', message: 'Event object is invalid', errors } };
}

// --- Opsgenie ------------------------------------------------------------------------------------

async function createOpsgenie(shared: Shared, { request, requestId }: Call): Promise<Answer> {
  const began = performance.now();
  const source = await provenSource(shared, 'opsgenie-api', request);
  const now = shared.clock();
  const alias = textAt(fieldsOf(request), 'alias') ?? randomUUID();
  const mapped = mappedFrom(source, request, readAlertBody(request), now, { action: 'create', alias });
  await takeMapped(shared, source.name, mapped, now);
  return { body: opsgenieAnswer(began, requestId) };
}

async function actOpsgenie(shared: Shared, { request, params, requestId }: Call): Promise<Answer> {
  const began = performance.now();
  const source = await provenSource(shared, 'opsgenie-api', request);
  const now = shared.clock();
  const { alias = '' } = params;
  // By PUT a field gets another value, whatever it is called.
  const action = request.method === 'PUT' ? 'update' : params['action'];
  const by = request.query['identifierType'];
  const body = readAlertBody(request);
  const mapped =
    by === 'alias'
      ? // The body may be empty, and says only who did it.
        mappedFrom(source, request, body.ok ? body : { ok: true, value: {} }, now, { action, alias })
      : unreadable('alerts are known by their alias alone; send identifierType=alias', alias.slice(0, 200));
  await takeMapped(shared, source.name, mapped, now);
  return { body: opsgenieAnswer(began, requestId) };
}

function opsgenieAnswer(began: number, requestId: string): Fields {
  const took = Math.round(performance.now() - began) / 1_000;
  return { result: 'Request will be processed', took, requestId };
}

// --- Splunk On-Call, Alertmanager ----------------------------------------------------------------

async function takeVictorops(shared: Shared, { request, params }: Call): Promise<Answer> {
  const source = await provenSource(shared, 'victorops', request, params['key']);
  const now = shared.clock();
  const alert = fieldsOf(request);
  const entityId = textAt(alert, 'entity_id') ?? randomUUID();
  const read =
    alert === undefined ? readAlertBody(request) : { ok: true as const, value: { ...alert, entity_id: entityId } };
  await takeMapped(shared, source.name, mappedFrom(source, request, read, now, { route: params['route'] }), now);
  return { body: { result: 'success', entity_id: entityId } };
}

async function takePrometheus(shared: Shared, { request }: Call): Promise<Answer> {
  const source = await provenSource(shared, 'prometheus', request);
  const now = shared.clock();
  await takeMapped(shared, source.name, mappedFrom(source, request, readAlertBody(request), now), now);
  return { body: '', type: 'text/plain' };
}

// --- The source of a door ------------------------------------------------------------------------

async function provenSource(
  shared: Shared,
  preset: AlertPreset,
  request: Request,
  keyShown?: string,
): Promise<AlertSource> {
  const source = await sourceShown(shared, preset, request, keyShown);
  if (source !== undefined) return source;
  if (!sourcesOf(shared, preset).some(({ proof }) => asksProof(proof)))
    throw new ApiProblem(
      'not-found',
      `no source of alerts.yaml is meant: expected one with preset: ${preset}, or several with a key each`,
    );
  throw unproven();
}

/** The source that a request is of, of which the request is counted. */
async function sourceShown(
  shared: Shared,
  preset: AlertPreset,
  request: Request,
  keyShown: string | undefined,
): Promise<AlertSource | undefined> {
  const source = sourceProven(shared, preset, request, keyShown);
  if (source !== undefined) await shared.limits.takeMessage(source.name, request);
  return source;
}

/**
 * The source of the preset whose key or signature the request shows; else the only one that asks
 * for none.
 */
function sourceProven(
  shared: Shared,
  preset: AlertPreset,
  request: Request,
  keyShown: string | undefined,
): AlertSource | undefined {
  const sources = sourcesOf(shared, preset);
  const now = shared.clock();
  const proven = sources.find(({ proof }) => asksProof(proof) && isProven(proof, request, now, keyShown));
  if (proven !== undefined) return proven;
  const open = sources.filter(({ proof }) => !asksProof(proof));
  if (open.length === 1) return open[0];
  if (sources.length > 0) shared.alertMetrics.refused(sources.length === 1 ? sources[0]!.name : '');
  return undefined;
}

function sourcesOf({ alertRules }: Shared, preset: AlertPreset): AlertSource[] {
  return Object.values(alertRules.readers).filter((source) => source.preset === preset);
}

// --- Bodies --------------------------------------------------------------------------------------

/** The fields of a body that is a JSON object. */
function fieldsOf(request: Request): Fields | undefined {
  const read = readAlertBody(request);
  return read.ok && isFields(read.value) ? read.value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsAt(fields: Fields | undefined, name: string): Fields | undefined {
  const value = fields?.[name];
  return isFields(value) ? value : undefined;
}

function textAt(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.[name];
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return text === '' ? undefined : text;
}
