/**
 * Owns the routes of overrides: the list, and the orders that add and remove an override. The
 * domain decides whether an order is accepted.
 */
import { bodySchema, parseFields } from '../../contracts/commands';
import type { ShapeError } from '../../contracts/command-shape';
import { addOverrideOrder, removeOverrideOrder } from '../../contracts/on-call-orders';
import { overrideRowSchema, pageSchema } from '../../contracts/view';
import {
  adminsOf,
  idleOverride,
  mayDo,
  servicesOnSchedule,
  unknownName,
  type AddOverride,
  type Principal,
  type Verdict,
} from '../../domain';
import { readFields } from '../http/command-body';
import { Refused } from '../temporal/process-store';
import { fingerprintOf, idempotencyKey } from '../http/idempotency';
import { furthestMs, shownOverride } from '../present/on-call-shown';
import { ApiProblem, malformed } from '../http/problem';
import { readQuery, type Parameters } from '../http/query';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { surroundings } from './begin';
import { given } from '../../given';

const overridesQuery = {
  past: { type: 'boolean', about: 'also the overrides that are over' },
} as const satisfies Parameters;

const addBody = bodySchema('add-override', addOverrideOrder);
const removeBody = bodySchema('remove-override', removeOverrideOrder);

export function overrideRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/on-call/overrides',
      name: 'list-overrides',
      needs: 'viewer',
      about: 'the overrides that are in force or lie ahead',
      query: overridesQuery,
      success: { status: 200, about: 'overrides, in order of their beginning', schema: pageSchema(overrideRowSchema) },
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
      needs: 'responder',
      about: addOverrideOrder.about,
      peopleOnly: true,
      asks: (call) => askedToAdd(shared, call),
      order: { body: addBody, required: true },
      success: { status: 201, about: 'the new override', schema: overrideRowSchema },
      problems: ['refused', 'key-reuse'],
      handle: (call) => addOverride(shared, call),
    },
    {
      method: 'post',
      path: '/v1/on-call/overrides/:override/remove',
      name: 'remove-override',
      needs: 'responder',
      about: removeOverrideOrder.about,
      peopleOnly: true,
      asks: (call) => askedToRemove(shared, call),
      order: { body: removeBody, required: false },
      success: { status: 200, about: 'the override as it is now', schema: overrideRowSchema },
      problems: ['not-found', 'refused', 'key-reuse'],
      handle: (call) => removeOverride(shared, call),
    },
  ];
}

// Whoever takes a shift needs less than whoever gives one to somebody else.
async function askedToAdd(shared: Shared, { request, principal }: Call) {
  const body = jsonBody(request);
  // What is no object, the route refuses.
  const { person, schedule } = { ...(body as { readonly person?: unknown; readonly schedule?: unknown } | null) };
  return askedAbout(shared, person === principal.id, schedule);
}

// A shift that somebody took by themselves may be given back.
async function askedToRemove(shared: Shared, { params, principal: { id } }: Call) {
  const found = (await shared.overrides.read()).find((override) => override.id === params['override']);
  return askedAbout(shared, found?.person === id && found.by === id, found?.schedule);
}

/** Whether `principal` may stand in on `schedule`, or let others, for a page that offers it. */
export function mayOverride(shared: Shared, principal: Principal, isOwn: boolean, schedule: string): Verdict {
  const { needs, target } = askedAbout(shared, isOwn, schedule);
  const asked = { operation: 'add-override', needs, peopleOnly: true };
  return mayDo(principal, asked, target, adminsOf(shared.accessRules()));
}

function askedAbout(shared: Shared, isOwn: boolean, schedule: unknown) {
  const services = typeof schedule === 'string' ? servicesOnSchedule(schedule, shared.directory()) : [];
  return { needs: isOwn ? 'responder' : 'manager', target: { services } } as const;
}

async function addOverride(shared: Shared, { request, principal }: Call): Promise<Answer> {
  const raw = jsonBody(request);
  const by = principal.id;
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
    ...given({ replaces, reason }),
  };
  await checkReplaced(shared, order);
  const override = await shared.overrides.add(order);
  return {
    status: 201,
    headers: { Location: '/v1/on-call/overrides', 'Idempotency-Key': key },
    body: shownOverride(override, shared.directory(), shared.clock()),
  };
}

// The store of overrides knows no schedule. So this check, made before the order, finds out whether
// the override would replace anybody.
async function checkReplaced(shared: Shared, { schedule: id, person, replaces, from, to }: AddOverride): Promise<void> {
  if (replaces === undefined) return;
  const now = shared.clock();
  const until = Math.min(to, now + furthestMs);
  const schedules = shared.schedules(until);
  if (!Object.hasOwn(schedules, id)) return;
  const overrides = await shared.overrides.read();
  const refusal = idleOverride(schedules[id]!, overrides, { person, replaces, ...given({ from }), to: until }, now);
  if (refusal === undefined) return;
  // A repeated order may come when the shift is over; then the override exists already.
  const entered = overrides.some(
    (one) => one.schedule === id && one.person === person && one.replaces === replaces && one.to >= to,
  );
  if (!entered) throw new Refused(refusal);
}

async function removeOverride(shared: Shared, { request, params, principal }: Call): Promise<Answer> {
  const raw = jsonBody(request);
  const by = principal.id;
  const { key } = idempotencyKey(request);
  const parsed = parseFields(removeOverrideOrder.fields, removeBody, raw);
  if (!parsed.ok) throw malformed(parsed.errors);
  const id = params['override'] ?? '';
  const removed = await shared.overrides
    .remove({ key: `remove-override/${key}`, fingerprint: fingerprintOf({ id, raw }, by), by, id })
    .catch(async (error: unknown) => {
      // Checked only after the failure, because a repeated order finds its override gone and must
      // still get its first answer.
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
