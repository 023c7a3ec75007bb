/**
 * Owns the routes of freezes: when nothing should be deployed, as a list and as a calendar feed.
 */
import { templatesOf } from '../../config';
import { freezesPageSchema } from '../../contracts/view';
import { dayMs, type Freeze } from '../../domain';
import { checkKnown, readQuery, type Parameters, type Query } from '../http/query';
import type { Route, Shared } from '../http/route';
import { freezeEvents, freezeRows, freezesNow } from '../present/freezes-shown';
import { feedAnswer } from '../present/on-call-feed';
import { rangeOf } from './time-range';

const rangeByDefaultMs = 90 * dayMs;
const feedBehindMs = 14 * dayMs;
const feedAheadMs = 366 * dayMs;

const aboutQuery = {
  service: { type: 'string', about: 'only what holds releases of this service', max: 120 },
  template: { type: 'string', about: 'only what holds releases by this template', max: 120 },
} as const satisfies Parameters;
const listQuery = {
  ...aboutQuery,
  from: { type: 'string', about: 'the first instant; default now', max: 60 },
  to: { type: 'string', about: 'the end; default 90 days after `from`, at most a year after it', max: 60 },
} as const satisfies Parameters;

export function freezeRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/freezes',
      name: 'list-freezes',
      needs: 'viewer',
      about: 'the times in which releases are not deployed, as freezes.yaml says now',
      query: listQuery,
      success: { status: 200, about: 'each time of each freeze, in order', schema: freezesPageSchema },
      handle: ({ request }) => {
        const { from: first, to: last, ...about } = readQuery(listQuery, request.query);
        const { from, to } = rangeOf(shared, { from: first, to: last }, rangeByDefaultMs);
        const freezes = asked(shared, freezesNow(shared, from, to), about);
        return {
          body: {
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
            zone: shared.config.calendar.zone,
            items: freezeRows(freezes, from, to, shared.clock()),
            next: null,
            configuration: shared.configuration(),
          },
        };
      },
    },
    {
      method: 'get',
      path: '/v1/freezes/calendar.ics',
      name: 'freezes-calendar',
      needs: 'viewer',
      about: 'the freezes as a calendar to subscribe to: two weeks back, a year ahead',
      query: aboutQuery,
      success: { status: 200, about: 'iCalendar; ETag and 304', types: ['text/calendar'] },
      handle: ({ request }) => {
        const now = shared.clock();
        const [from, to] = [now - feedBehindMs, now + feedAheadMs];
        const freezes = asked(shared, freezesNow(shared, from, to), readQuery(aboutQuery, request.query));
        const events = freezeEvents(freezes, from, to);
        return feedAnswer('Freezes', events, now, request.headers['if-none-match']);
      },
    },
  ];
}

/** The freezes that hold releases of the service and by the template, where these are asked for. */
function asked(
  shared: Shared,
  freezes: readonly Freeze[],
  { service, template }: Query<typeof aboutQuery>,
): readonly Freeze[] {
  const templates = templatesOf(shared.config, 'release').map(({ name }) => name);
  if (service !== undefined) checkKnown('service', service, Object.keys(shared.directory().services));
  if (template !== undefined) checkKnown('template', template, templates);
  return freezes.filter(
    (freeze) =>
      (service === undefined || (freeze.services?.includes(service) ?? true)) &&
      (template === undefined || ((freeze.templates?.includes(template) ?? true) && !freeze.exempt.includes(template))),
  );
}
