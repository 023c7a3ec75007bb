/** Owns the addresses of on-call: who it is, the rotas, who stands in, and the calendar feeds. Which shift follows is the domain's to say. */
import { bodySchema, parseFields } from '../../contracts/commands';
import type { ShapeError } from '../../contracts/command-shape';
import { addOverrideOrder, removeOverrideOrder } from '../../contracts/on-call-orders';
import { onCallSchema, overrideRowSchema, pageSchema, rotaSchema, rotasSchema } from '../../contracts/view';
import { idleOverride, unknownName, type AddOverride, type Instant, type Schedule } from '../../domain';
import { personOf } from '../actor';
import { readFields, readInstant } from '../command-body';
import { Refused } from '../engine';
import { fingerprintOf, idempotencyKey } from '../idempotency';
import { feedAnswer, feedEvents, feedReachMs } from '../on-call-feed';
import {
  longestReachMs,
  shownOverride,
  shownRota,
  shownSchedules,
  shownSlots,
  type OnCallKnown,
} from '../on-call-shown';
import { ApiProblem, malformed } from '../problem';
import { readQuery, type Parameters } from '../query';
import { jsonBody } from '../read-body';
import type { Answer, Call, Route, Shared } from '../route';
import { surroundings } from './begin';

const dayMs = 86_400_000;
/** Further ahead nobody knows the rules of the clocks. */
const furthestMs = 5 * 366 * dayMs;
const longestRangeMs = 366 * dayMs;
const rangeByDefaultMs = 14 * dayMs;

const instant = (about: string) => ({ type: 'string', about, max: 60 }) as const;
const atQuery = { at: instant('at which instant; default now') } as const satisfies Parameters;
const rangeQuery = {
  from: instant('from which instant; default now'),
  to: instant('to which instant; default two weeks after from, at most a year'),
} as const satisfies Parameters;
const rotasQuery = {
  ...rangeQuery,
  schedule: { type: 'string', about: 'only this schedule', max: 120 },
  person: { type: 'string', about: 'only the shifts of this person', max: 120 },
} as const satisfies Parameters;
const overridesQuery = {
  past: { type: 'boolean', about: 'those that are over, too' },
} as const satisfies Parameters;

const addBody = bodySchema('add-override', addOverrideOrder);
const removeBody = bodySchema('remove-override', removeOverrideOrder);

export function onCallRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/on-call',
      name: 'get-on-call',
      about:
        'who is on call: each slot of the teams and services, each schedule; since when, until when, and who follows',
      query: atQuery,
      success: { status: 200, about: 'who is on call', schema: onCallSchema },
      handle: async ({ request }) => {
        const { at: text } = readQuery(atQuery, request.query);
        const at = readTimes(shared, { at: text }).at ?? shared.clock();
        const known = await onCallKnown(shared, at + longestReachMs);
        return {
          body: {
            at: new Date(at).toISOString(),
            zone: shared.config.calendar.zone,
            slots: shownSlots(known, at),
            schedules: shownSchedules(known, at),
          },
        };
      },
    },
    {
      method: 'get',
      path: '/v1/on-call/shifts',
      name: 'list-shifts',
      about: 'the rotas: the shifts of every schedule, hand-off by hand-off',
      query: rotasQuery,
      success: { status: 200, about: 'a rota for each schedule', schema: rotasSchema },
      handle: async ({ request }) => {
        const { schedule, person, ...range } = readQuery(rotasQuery, request.query);
        const { from, to } = rangeOf(shared, range);
        const known = await onCallKnown(shared, to + longestReachMs);
        const errors: ShapeError[] = [];
        const check = (path: string, name: string | undefined, all: object) => {
          if (name !== undefined && !Object.hasOwn(all, name))
            errors.push({ path, message: unknownName(path, name, Object.keys(all)) });
        };
        check('schedule', schedule, known.schedules);
        check('person', person, known.directory.people);
        if (errors.length > 0) throw malformed(errors);
        const wanted = Object.values(known.schedules).filter(({ id }) => schedule === undefined || id === schedule);
        const rotas = wanted.map((one) => shownRota(known, one, from, to, person));
        return {
          body: {
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
            items: person === undefined ? rotas : rotas.filter(({ shifts }) => shifts.length > 0),
            next: null,
          },
        };
      },
    },
    {
      method: 'get',
      path: '/v1/on-call/schedules/:schedule/shifts',
      name: 'get-rota',
      about: 'the shifts of one schedule, hand-off by hand-off',
      query: rangeQuery,
      success: { status: 200, about: 'the rota', schema: rotaSchema },
      problems: ['not-found'],
      handle: async (call) => {
        const { from, to } = rangeOf(shared, readQuery(rangeQuery, call.request.query));
        const known = await onCallKnown(shared, to + longestReachMs);
        return { body: shownRota(known, scheduleOf(known, call), from, to) };
      },
    },
    {
      method: 'get',
      path: '/v1/on-call/schedules/:schedule/calendar.ics',
      name: 'schedule-calendar',
      about: 'the shifts of a schedule as a calendar to subscribe to: two weeks back, three months ahead',
      success: { status: 200, about: 'iCalendar; ETag and 304', types: ['text/calendar'] },
      problems: ['not-found'],
      handle: async (call) => {
        const now = shared.clock();
        const known = await onCallKnown(shared, now + feedReachMs);
        const schedule = scheduleOf(known, call);
        return feedAnswer(
          schedule.name,
          feedEvents(known, [schedule], now),
          now,
          call.request.headers['if-none-match'],
        );
      },
    },
    {
      method: 'get',
      path: '/v1/on-call/people/:person/calendar.ics',
      name: 'person-calendar',
      about: 'when a person is on call, on whichever schedule, as a calendar to subscribe to',
      success: { status: 200, about: 'iCalendar; ETag and 304', types: ['text/calendar'] },
      problems: ['not-found'],
      handle: async ({ params, request }) => {
        const now = shared.clock();
        const { people } = shared.directory();
        const person = params['person'] ?? '';
        if (!Object.hasOwn(people, person))
          throw new ApiProblem('not-found', unknownName('person', person, Object.keys(people)));
        const known = await onCallKnown(shared, now + feedReachMs);
        const events = feedEvents(known, Object.values(known.schedules), now, person);
        return feedAnswer(`On call: ${people[person]!.name}`, events, now, request.headers['if-none-match']);
      },
    },
    {
      method: 'get',
      path: '/v1/on-call/overrides',
      name: 'list-overrides',
      about: 'who stands in: now and ahead',
      query: overridesQuery,
      success: { status: 200, about: 'in order of their beginning', schema: pageSchema(overrideRowSchema) },
      handle: async ({ request }) => {
        const { past } = readQuery(overridesQuery, request.query);
        const now = shared.clock();
        const directory = shared.directory();
        const overrides = await shared.overrides.read();
        return {
          body: {
            items: overrides
              .filter(({ to }) => past === true || to > now)
              .map((override) => shownOverride(override, directory, now)),
            next: null,
          },
        };
      },
    },
    {
      method: 'post',
      path: '/v1/on-call/overrides',
      name: 'add-override',
      about: addOverrideOrder.about,
      order: { body: addBody, required: true },
      success: { status: 201, about: 'who stands in', schema: overrideRowSchema },
      problems: ['refused', 'key-reuse'],
      handle: (call) => addOverride(shared, call),
    },
    {
      method: 'post',
      path: '/v1/on-call/overrides/:override/remove',
      name: 'remove-override',
      about: removeOverrideOrder.about,
      order: { body: removeBody, required: false },
      success: { status: 200, about: 'as it is now', schema: overrideRowSchema },
      problems: ['not-found', 'refused', 'key-reuse'],
      handle: (call) => removeOverride(shared, call),
    },
  ];
}

/** What is known of on-call now; `until`: how far ahead it is asked about. */
async function onCallKnown(shared: Shared, until: Instant): Promise<OnCallKnown> {
  const directory = shared.directory();
  const schedules = shared.schedules(until);
  const overrides = Object.keys(schedules).length === 0 ? [] : await shared.overrides.read();
  return { directory, schedules, overrides: overrides.filter(({ person }) => Object.hasOwn(directory.people, person)) };
}

function scheduleOf({ schedules }: OnCallKnown, { params }: Call): Schedule {
  const id = params['schedule'] ?? '';
  if (Object.hasOwn(schedules, id)) return schedules[id]!;
  throw new ApiProblem('not-found', unknownName('schedule', id, Object.keys(schedules)));
}

// --- Times ---------------------------------------------------------------------------------------------------------

/** The instants of a query, each epoch ms; absent ones stay absent. */
function readTimes<K extends string>(
  shared: Shared,
  given: Readonly<Record<K, string | undefined>>,
): Readonly<Partial<Record<K, Instant>>> {
  const errors: ShapeError[] = [];
  const latest = shared.clock() + furthestMs;
  const times: Partial<Record<K, Instant>> = {};
  for (const [path, text] of Object.entries(given) as [K, string | undefined][]) {
    if (text === undefined) continue;
    const before = errors.length;
    const at = Date.parse(readInstant(path, text, surroundings(shared), errors));
    if (errors.length > before) continue;
    times[path] = at;
    if (at > latest) errors.push({ path, message: 'expected an instant within five years' });
  }
  if (errors.length > 0) throw malformed(errors);
  return times;
}

function rangeOf(
  shared: Shared,
  given: { readonly from: string | undefined; readonly to: string | undefined },
): { readonly from: Instant; readonly to: Instant } {
  const times = readTimes(shared, given);
  const from = times.from ?? shared.clock();
  const to = times.to ?? from + rangeByDefaultMs;
  if (to <= from) throw malformed([{ path: 'to', message: 'expected an instant after from' }]);
  if (to - from > longestRangeMs) throw malformed([{ path: 'to', message: 'expected at most 366 days after from' }]);
  return { from, to };
}

// --- Orders --------------------------------------------------------------------------------------------------------

async function addOverride(shared: Shared, { request }: Call): Promise<Answer> {
  const raw = jsonBody(request);
  const by = personOf(request);
  const { key } = idempotencyKey(request);
  const parsed = parseFields<Record<string, unknown>>(addOverrideOrder.fields, addBody, raw);
  if (!parsed.ok) throw malformed(parsed.errors);
  const errors: ShapeError[] = [];
  const read = readFields(addOverrideOrder.fields, parsed.body, surroundings(shared), errors) as Record<string, string>;
  if (errors.length > 0) throw malformed(errors);
  const { schedule, person, from, to, replaces, reason } = read;
  const order: AddOverride = {
    key: `add-override/${key}`,
    fingerprint: fingerprintOf(raw, by),
    by,
    schedule: schedule!,
    person: person!,
    to: Date.parse(to!),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(reason === undefined ? {} : { reason }),
  };
  await checkReplaced(shared, order);
  const override = await shared.overrides.add(order);
  return {
    status: 201,
    headers: { Location: '/v1/on-call/overrides', 'Idempotency-Key': key },
    body: shownOverride(override, shared.directory(), shared.clock()),
  };
}

// Whoever keeps the overrides knows no schedule, so whether there is anybody to stand in for is found out before.
async function checkReplaced(shared: Shared, { schedule: id, person, replaces, from, to }: AddOverride): Promise<void> {
  if (replaces === undefined) return;
  const now = shared.clock();
  const until = Math.min(to, now + furthestMs);
  const schedules = shared.schedules(until);
  if (!Object.hasOwn(schedules, id)) return;
  const refusal = idleOverride(schedules[id]!, { person, replaces, from: Math.max(from ?? now, now), to: until });
  if (refusal === undefined) return;
  // An order that is repeated when the shift is over has been entered already.
  const entered = (await shared.overrides.read()).some(
    (one) => one.schedule === id && one.person === person && one.replaces === replaces && one.to === to,
  );
  if (!entered) throw new Refused(refusal);
}

async function removeOverride(shared: Shared, { request, params }: Call): Promise<Answer> {
  const raw = jsonBody(request);
  const by = personOf(request);
  const { key } = idempotencyKey(request);
  const parsed = parseFields(removeOverrideOrder.fields, removeBody, raw);
  if (!parsed.ok) throw malformed(parsed.errors);
  const id = params['override'] ?? '';
  const removed = await shared.overrides
    .remove({ key: `remove-override/${key}`, fingerprint: fingerprintOf({ id, raw }, by), by, id })
    .catch(async (error: unknown) => {
      // Looked up only now: an order that is repeated has taken it away already.
      const known = (await shared.overrides.read()).map((override) => override.id);
      throw known.includes(id) || !isUnknown(error)
        ? error
        : new ApiProblem('not-found', unknownName('override', id, known));
    });
  return { headers: { 'Idempotency-Key': key }, body: shownOverride(removed, shared.directory(), shared.clock()) };
}

function isUnknown(error: unknown): boolean {
  return (error as { readonly refusal?: { readonly reason?: string } } | null)?.refusal?.reason === 'unknown-override';
}
