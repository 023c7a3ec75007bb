/**
 * Owns the page History: the processes that are over, by the lists of the API, and the open action
 * items of all processes. How it looks is in src/web.
 */
import type { ActionsShown, EndedShown, HistoryPage } from '../../contracts/page-view-history';
import type { ListRow } from '../../contracts/view';
import { isDate } from '../../contracts/instant-text';
import { dayMs, type Actor, type Instant } from '../../domain';
import { given } from '../../given';
import { mayGive } from '../admission/permit';
import { whyNot } from '../admission/rights';
import { malformed } from '../http/problem';
import { checkKnown, readQuery, type Parameters, type Query } from '../http/query';
import type { Call, Route, Shared } from '../http/route';
import { forPages, pageAnswer } from '../present/html-page';
import { allLevels } from '../present/levels';
import { listShown } from '../present/list-shown';
import { pageBase } from '../present/page-base';
import { actorOf } from '../present/readers';
import type { ListFilter } from '../temporal/process-store';
import { openActionItems } from './action-items';
import { readTimes } from './time-range';

const onPage = 30;
/**
 * So many pages of the list are looked through for one that has something of the time asked for.
 */
const mostLookedThrough = 5;

export function historyPageRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/history',
      name: 'show-history',
      needs: 'viewer',
      about: 'the page of what is over, and with `show=actions` of the action items that are still open',
      ...forPages,
      problems: ['malformed'],
      handle: async (call) => pageAnswer(await historyOf(shared, call)),
    },
  ];
}

const text = (about: string) => ({ type: 'string', about, max: 4_000 }) as const;
const query = {
  show: { type: 'choice', about: 'what is shown', values: ['ended', 'actions'] },
  kind: { type: 'choice', about: 'only incidents, or only releases', values: ['incident', 'release'] },
  service: text('only what was about this service'),
  level: text('only this level'),
  from: text('the first day'),
  to: text('the last day'),
  mine: { type: 'boolean', about: 'true: only action items of the reader' },
  overdue: { type: 'boolean', about: 'true: only action items that are overdue' },
  cursor: text('where the page goes on'),
} as const satisfies Parameters;
type Asked = Query<typeof query>;

async function historyOf(shared: Shared, call: Call): Promise<HistoryPage> {
  const asked = readQuery(query, filledIn(call.request.query));
  const reader = await actorOf(shared, call.principal);
  const { shown, next } = asked.show?.includes('actions')
    ? await actions(shared, call, asked, reader)
    : await ended(shared, asked, reader);
  return {
    ...pageBase(shared, call),
    page: 'history',
    shown,
    path: pathTo(asked, asked.cursor),
    next: next === null ? null : pathTo(asked, next),
  };
}

// A form sends the fields that nobody filled in too, and mail programs add their own.
function filledIn(sent: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sent).filter(([name, value]) => Object.hasOwn(query, name) && value !== ''));
}

function pathTo(asked: Asked, cursor: string | undefined): string {
  const { cursor: _, ...filter } = asked;
  const fields = Object.entries({ ...filter, cursor }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const sent = new URLSearchParams(fields).toString();
  return sent === '' ? 'history' : `history?${sent}`;
}

async function ended(
  shared: Shared,
  { kind, service, level, from, to, cursor }: Asked,
  reader: Actor,
): Promise<{ readonly shown: EndedShown; readonly next: string | null }> {
  const services = Object.keys(shared.directory().services);
  const levels = allLevels(shared.config);
  if (service !== undefined) checkKnown('service', service, services);
  if (level !== undefined) checkKnown('level', level, levels);
  const { from: since, to: until } = daysMeant(shared, { from, to });
  const filter: ListFilter = {
    kinds: kind?.includes('release')
      ? ['release']
      : kind?.includes('incident')
        ? ['incident']
        : ['incident', 'release'],
    open: false,
    ...(service === undefined ? {} : { service: [service] }),
    ...(level === undefined ? {} : { severity: [level] }),
    ...given({ openOrEndedSince: since }),
  };
  const isWithin = ({ endedAt }: ListRow) =>
    (since === undefined && until === undefined) ||
    (endedAt !== undefined && Date.parse(endedAt) >= (since ?? 0) && Date.parse(endedAt) < (until ?? Infinity));
  let next: string | null = cursor ?? null;
  let rows: ListRow[] = [];
  for (let looked = 0; looked < mostLookedThrough; looked += 1) {
    const page = await listShown(shared, filter, reader, onPage, next ?? undefined);
    next = page.next;
    rows = page.rows.filter(isWithin);
    if (rows.length > 0 || next === null) break;
  }
  const chosen = given({ kind: kind?.[0], service, level, from, to });
  return { shown: { show: 'ended', filter: chosen, rows, services, levels }, next };
}

// Days of the calendar; both are included.
function daysMeant(
  shared: Shared,
  asked: { readonly from: string | undefined; readonly to: string | undefined },
): { readonly from?: Instant; readonly to?: Instant } {
  const errors = Object.entries(asked).flatMap(([path, date]) =>
    date === undefined || isDate(date) ? [] : [{ path, message: 'expected a date such as 2026-12-07' }],
  );
  if (errors.length > 0) throw malformed(errors);
  const { from, to } = asked;
  const times = readTimes(shared, {
    from: from && `${from}T00:00`,
    to: to && `${dayAfter(to)}T00:00`,
  });
  if (times.from !== undefined && times.to !== undefined && times.from >= times.to)
    throw malformed([{ path: 'to', message: 'expected a day that is not before the first' }]);
  return times;
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + dayMs).toISOString().slice(0, 10);
}

async function actions(
  shared: Shared,
  call: Call,
  { mine = false, overdue = false, cursor }: Asked,
  reader: Actor,
): Promise<{ readonly shown: ActionsShown; readonly next: string | null }> {
  const person = mine && call.principal.via !== 'loopback' ? reader.person : undefined;
  const { page, processes } = await openActionItems(shared, { person, overdue, limit: onPage, cursor }, reader);
  const items = await Promise.all(
    page.items.map(async (item) => {
      const process = processes.find(({ id }) => id === item.process.id) ?? { ...item.process, services: [] };
      return { ...item, because: whyNot(await mayGive(shared, 'complete-action-item', call, process)) };
    }),
  );
  return {
    shown: { show: 'actions', filter: { mine, overdue }, items, leftOut: page.leftOut },
    next: page.next,
  };
}
