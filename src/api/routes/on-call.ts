/**
 * Owns the routes of on-call: who is on call, the rotas and the calendar feeds. The domain computes
 * the shifts; overrides.ts has the routes of overrides.
 */
import type { ShapeError } from '../../contracts/command-shape';
import { onCallSchema, rotaSchema, rotasSchema } from '../../contracts/view';
import { dayMs, unknownName, type Instant, type Schedule } from '../../domain';
import { feedAnswer, feedEvents, feedReachMs } from '../present/on-call-feed';
import { longestReachMs, shownRota, shownSchedules, shownSlots, type OnCallKnown } from '../present/on-call-shown';
import { ApiProblem, malformed } from '../http/problem';
import { readQuery, type Parameters } from '../http/query';
import type { Call, Route, Shared } from '../http/route';
import { rangeOf, readTimes } from './time-range';

const rangeByDefaultMs = 14 * dayMs;

const instant = (about: string) => ({ type: 'string', about, max: 60 }) as const;
const atQuery = { at: instant('the instant; default now') } as const satisfies Parameters;
const rangeQuery = {
  from: instant('the first instant; default now'),
  to: instant('the end; default two weeks after `from`, at most a year after it'),
} as const satisfies Parameters;
const rotasQuery = {
  ...rangeQuery,
  schedule: { type: 'string', about: 'only this schedule', max: 120 },
  person: { type: 'string', about: 'only the shifts of this person', max: 120 },
} as const satisfies Parameters;

export function onCallRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/on-call',
      name: 'get-on-call',
      needs: 'viewer',
      about:
        'who is on call in each slot of the teams and services and on each schedule; since when, until when, who is next',
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
      needs: 'viewer',
      about: 'the rotas: the shifts of every schedule, hand-off by hand-off',
      query: rotasQuery,
      success: { status: 200, about: 'a rota for each schedule', schema: rotasSchema },
      handle: async ({ request }) => {
        const { schedule, person, ...range } = readQuery(rotasQuery, request.query);
        const { from, to } = rangeOf(shared, range, rangeByDefaultMs);
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
      needs: 'viewer',
      about: 'the shifts of one schedule, hand-off by hand-off',
      query: rangeQuery,
      success: { status: 200, about: 'the rota', schema: rotaSchema },
      problems: ['not-found'],
      handle: async (call) => {
        const { from, to } = rangeOf(shared, readQuery(rangeQuery, call.request.query), rangeByDefaultMs);
        const known = await onCallKnown(shared, to + longestReachMs);
        return { body: shownRota(known, scheduleOf(known, call), from, to) };
      },
    },
    {
      method: 'get',
      path: '/v1/on-call/schedules/:schedule/calendar.ics',
      name: 'schedule-calendar',
      needs: 'viewer',
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
      needs: 'viewer',
      about: 'the shifts of a person on all schedules, as a calendar to subscribe to',
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
  ];
}

/**
 * Schedules, overrides and people as of now; `until`: how far ahead the schedules must be known.
 */
export async function onCallKnown(shared: Shared, until: Instant): Promise<OnCallKnown> {
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
