/** How alerts reach incidents when one of these does not answer, or went on as another. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { alertPlacing } from '../../src/app/alert-placing';
import { NoSuchProcess, Unreadable, type Beginning, type ProcessStore } from '../../src/api/temporal/process-store';
import type { PlaceRequest } from '../../src/domain';
import { opens } from '../support/alert-desk';
import { incidentPolicy, t0 } from '../support/policy';
import { directory } from '../support/story';

const request: PlaceRequest = {
  key: 'alerts/m/1',
  at: t0,
  ruling: opens,
  isGathered: false,
  lastIncident: 'INC-1',
  report: { key: 'alerts/m/1', at: t0, alerts: [], levels: ['P3'], services: ['payments'], resolveAfterMs: 0 },
};

/** `answers`: what each incident answers to an Update. */
function placing(answers: Readonly<Record<string, () => Promise<void>>>, views: Readonly<Record<string, object>> = {}) {
  const begun: string[] = [];
  const chosen: boolean[] = [];
  let listed = 0;
  const client = {
    connection: { withDeadline: (_: number, work: () => Promise<unknown>) => work() },
    workflow: { getHandle: (id: string) => ({ executeUpdate: () => answers[id]!(), signal: () => Promise.resolve() }) },
  } as unknown as Client;
  const store = {
    view: async (id: string) => {
      const view = await Promise.resolve(views[id] ?? new NoSuchProcess(id));
      if (view instanceof Error) throw view;
      return view;
    },
    list: () => {
      listed += 1;
      return Promise.resolve({ rows: [], next: null });
    },
    begin: (beginning: Beginning, input: (id: string, at: number) => { body: { severity: string } }) => {
      chosen.push(beginning.chosen);
      begun.push(input('INC-9', t0).body.severity);
      return Promise.resolve({ id: 'INC-9' });
    },
  } as unknown as ProcessStore;
  const changed: string[] = [];
  const body = { title: 'x', severity: 'P3' } as const;
  const setup = {
    client,
    store,
    changes: { recent: () => Promise.resolve(undefined) },
    directory: () => directory,
    news: { mayHaveChanged: (incident: string) => changed.push(incident) },
    incidentPolicy: () => ({ policy: incidentPolicy, body }),
  };
  return { begun, chosen, changed, listed: () => listed, ...alertPlacing(setup) };
}
const silent = () => Promise.reject(new Error('no answer in time'));

test('an incident that does not answer is asked again, and after a minute another begins', async () => {
  const { placeAlerts, begun } = placing({ 'INC-1': silent });
  for (let attempt = 1; attempt < 5; attempt += 1)
    await expect(placeAlerts(request, attempt)).rejects.toThrow('no answer in time');
  expect(begun).toEqual([]);
  expect(await placeAlerts(request, 5)).toEqual({ type: 'placed', incident: 'INC-9' });
  expect(begun).toEqual(['P3']);
});

test('an end is told as long as it takes: it wakes nobody', async () => {
  const { tellAlerts } = placing({ 'INC-1': silent });
  await expect(tellAlerts('INC-1', request.report)).rejects.toThrow('no answer in time');
});

test('the incident that took the last alerts is asked before any list', async () => {
  const { placeAlerts, listed } = placing({ 'INC-1': () => Promise.resolve() });
  expect(await placeAlerts(request, 1)).toEqual({ type: 'placed', incident: 'INC-1' });
  expect(listed()).toBe(0);
});

describe('the ids of the day before are asked for a beginning', () => {
  const midnight = Date.parse('2026-12-08T00:00:00.000Z');
  const minute = 60_000;
  afterEach(() => jest.useRealTimers());

  test.each([
    ['that was wanted at noon, at noon', midnight - 720 * minute, midnight - 719 * minute, false],
    ['that was wanted before midnight, after it', midnight - minute, midnight + minute, true],
    ['just after midnight: clocks differ', midnight + minute, midnight + 2 * minute, true],
    ['a quarter of an hour after midnight', midnight + 15 * minute, midnight + 15 * minute, false],
  ])('%s', async (_, at, now, asked) => {
    jest.useFakeTimers({ now });
    const { placeAlerts, chosen } = placing({});
    const { lastIncident: _last, ...first } = request;
    await placeAlerts({ ...first, at }, 1);
    expect(chosen).toEqual([asked]);
  });
});

test('running releases hear of an incident that alerts may have raised, not of an end (R43)', async () => {
  const { placeAlerts, tellAlerts, changed } = placing({ 'INC-1': () => Promise.resolve() });
  await placeAlerts(request, 1);
  expect(changed).toEqual(['INC-1']);
  await tellAlerts('INC-1', { ...request.report, levels: [] });
  expect(changed).toEqual(['INC-1']);
});

describe('an incident that is over', () => {
  const gone = () => Promise.reject(new WorkflowNotFoundError('it has ended', 'INC-1', undefined));
  const over = (views: Readonly<Record<string, object>>) =>
    placing({ 'INC-1': gone, 'INC-2': gone }, views).tellAlerts('INC-1', request.report);
  const [resolvedAt, closedAt] = ['2026-12-07T10:00:00.000Z', '2026-12-07T11:00:00.000Z'];

  test('says since when: since it was resolved, or cancelled', async () => {
    const since = Date.parse(resolvedAt);
    expect(await over({ 'INC-1': { resolvedAt, closedAt } })).toEqual({ type: 'over', since });
    expect(await over({ 'INC-1': { closedAt: resolvedAt } })).toEqual({ type: 'over', since });
  });

  test('and was merged is over since the other one is', async () => {
    const views = { 'INC-1': { closedAt: resolvedAt, mergedInto: 'INC-2' }, 'INC-2': { resolvedAt: closedAt } };
    expect(await over(views)).toEqual({ type: 'over', since: Date.parse(closedAt) });
  });

  test('and was ended by no command (R44) has been over since nobody decided it, also when nobody can read it', async () => {
    expect(await over({ 'INC-1': { ended: { how: 'terminated', at: resolvedAt } } })).toEqual({ type: 'over' });
    const unreadable = new Unreadable('INC-1 cannot be read', { ended: { how: 'terminated', at: resolvedAt } });
    expect(await over({ 'INC-1': unreadable })).toEqual({ type: 'over' });
    const views = { 'INC-1': unreadable };
    const { placeAlerts } = placing({ 'INC-1': gone }, views);
    expect(await placeAlerts(request, 1)).toEqual({ type: 'placed', incident: 'INC-9' });
  });

  test('and does not answer now is asked again', async () => {
    const standsStill = new Unreadable('INC-1 stands still', { standsStill: { since: null, because: 'x' } });
    await expect(over({ 'INC-1': standsStill })).rejects.toThrow('INC-1 stands still');
  });

  test('and that nobody knows any more is over', async () => {
    expect(await over({})).toEqual({ type: 'over' });
  });
});
