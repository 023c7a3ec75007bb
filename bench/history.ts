/**
 * How many history events a process needs. First slopes: the barest process, with 1 to n commands,
 * instants, messages or items. Then whole stories against the budget. Real workflows on a server
 * that skips time. All numbers are counts, so they are the same on every machine.
 */
import type { InstantSpec, PhasePolicy, Policy, RungPolicy } from '../src/domain';
import { policyOf } from '../src/config/in-force';
import globalSetup from '../test/support/global-setup';
import globalTeardown from '../test/support/global-teardown';
import { Bench, type Live } from '../test/workflows/live';
import { iso, workdayAfter } from '../test/workflows/times';
import { shippedConfig } from './sides';
import { atMost, fit, short, type Row } from './table';

/** The allowed number of events. */
const budget = { base: 15, command: 8, instant: 7, message: 6 };
const minute = 60_000;
const day = 1_440 * minute;

export async function history(): Promise<Row[]> {
  await globalSetup({ testPathPatterns: { patterns: [] } });
  const bench = await Bench.open();
  try {
    const bare = barePolicy();
    return [
      atMost('events of a bare start', await eventsOf(await begin(bench, bare)), budget.base),
      await slope('events a command', [1, 2, 4, 8], budget.command, (n) => comments(bench, bare, n)),
      await slope('events a command that moves the timer', [1, 2, 4, 8], budget.command, (n) =>
        nearerAndNearer(bench, bare, n),
      ),
      await slope('events an opening (instant without a message)', [1, 2, 4, 8], budget.instant, (n) =>
        openings(bench, bare, n),
      ),
      await slope('events a rung (instant and one message)', [1, 2, 4, 8], budget.instant + budget.message, (n) =>
        rungs(bench, bare, n),
      ),
      await slope('events a message more of a rung', [1, 2, 4, 8], budget.message, (n) => people(bench, bare, n)),
      await slope('events an item more of a command', [1, 20, 50, 100], 0, (n) => items(bench, bare, n)),
      await idleDay(bench),
      await whole('incident that nobody answers, 2 h', async () => spent(await (await shipped(bench)).until('2h'), 0)),
      await whole('incident worked on, acknowledged to resolved', () => workedOn(bench)),
      await whole('release of three weeks, nobody acts', () => release(bench)),
    ];
  } finally {
    await bench.close();
    await globalTeardown();
  }
}

// --- Slopes --------------------------------------------------------------------------------------

async function slope(
  what: string,
  counts: readonly number[],
  allowed: number,
  story: (n: number) => Promise<Live>,
): Promise<Row> {
  const points = await Promise.all(counts.map(async (n) => ({ x: n, y: await eventsOf(await story(n)) })));
  const measured = Math.round(fit(points).slope * 1_000) / 1_000;
  return atMost(what, measured, allowed, '', points.map(({ x, y }) => `${x}: ${y}`).join(', '));
}

/**
 * One phase of 201 items without a window, nobody to be told: what is left is the price of a
 * process itself.
 */
function barePolicy(): Policy {
  const policy = policyOf(shippedConfig(), 'incident', Date.now());
  const many = Array.from({ length: 201 }, (_, index) => ({ id: `item-${index}`, text: `Item ${index}` }));
  return {
    ...policy,
    severities: { ...policy.severities, P3: { ...policy.severities['P3']!, inform: [] } },
    ladders: {},
    phases: [phase('only', many)],
  };
}
function phase(id: string, of: { id: string; text: string }[], opens?: InstantSpec): PhasePolicy {
  return {
    id,
    name: id,
    groups: [{ id: `${id}-group`, name: id, items: of }],
    ...(opens === undefined ? {} : { opens }),
  };
}
/** Resolves after the first workflow task, because an earlier command would share that task. */
async function begin(bench: Bench, policy: Policy): Promise<Live> {
  const live = await bench.incident({ severity: 'P3' }, { policy });
  await live.view();
  return live;
}

async function comments(bench: Bench, policy: Policy, n: number): Promise<Live> {
  const live = await begin(bench, policy);
  for (let index = 0; index < n; index++) await live.ask('comment', { text: `note ${index}` });
  return live;
}
/** Each new action item is due before all earlier ones, so each command sets the timer again. */
async function nearerAndNearer(bench: Bench, policy: Policy, n: number): Promise<Live> {
  const live = await begin(bench, policy);
  for (let index = 0; index < n; index++)
    await live.ask('add-action-item', {
      title: `item ${index}`,
      owner: 'emeka',
      dueAt: iso(Date.now() + (200 - 10 * index) * minute),
    });
  return live;
}
async function openings(bench: Bench, policy: Policy, n: number): Promise<Live> {
  const later = Array.from({ length: n }, (_, index) =>
    phase(`later-${index}`, [{ id: `later-item-${index}`, text: 'Later' }], {
      anchor: 'declared',
      offset: { n: (index + 1) * minute, unit: 'ms' },
    }),
  );
  return (await begin(bench, { ...policy, phases: [...policy.phases, ...later] })).until('30m');
}
async function rungs(bench: Bench, policy: Policy, n: number): Promise<Live> {
  const ladder = Array.from({ length: n }, (_, index) => page((index - 200) * minute, 'emeka'));
  return (await begin(bench, { ...policy, ladders: { response: ladder } })).until('1h');
}
async function people(bench: Bench, policy: Policy, n: number): Promise<Live> {
  const everybody = ['ana', 'bruno', 'chiara', 'dimitris', 'emeka', 'fatima', 'giorgos', 'hana'];
  return (
    await begin(bench, { ...policy, ladders: { response: [page(-200 * minute, ...everybody.slice(0, n))] } })
  ).until('1h');
}
function page(afterDueMs: number, ...to: string[]): RungPolicy {
  return { at: { n: afterDueMs, unit: 'ms' }, mode: 'page', to };
}
async function items(bench: Bench, policy: Policy, n: number): Promise<Live> {
  const live = await begin(bench, policy);
  const ids = Array.from({ length: n }, (_, index) => `item-${index}`);
  await live.ask('complete-items', { items: ids }, 'fatima', { fingerprint: 'the same' });
  return live;
}

// --- Whole stories -------------------------------------------------------------------------------

function shipped(bench: Bench): Promise<Live> {
  return bench.incident({}, { policy: policyOf(shippedConfig(), 'incident', Date.now()) });
}

/**
 * Resolved after an hour, the review due in two days: nothing should happen for a day in between.
 */
async function idleDay(bench: Bench): Promise<Row> {
  const live = await shipped(bench);
  await live.at('1m', 'acknowledge', {});
  await live.at('1h', 'resolve', {});
  await live.until('6h');
  const before = await spent(live, 0);
  await live.until('30h');
  const after = await spent(live, 0);
  const reached = after.instants - before.instants;
  return atMost(
    'events of an idle day besides its instants',
    after.events - before.events - (after.allowed - before.allowed),
    0,
    '',
    `${after.events - before.events} events, ${reached} instants reached`,
  );
}

async function workedOn(bench: Bench): Promise<Spent> {
  const live = await shipped(bench);
  await live.at('1m', 'acknowledge', {});
  await live.ask('assign-role', { role: 'technical-lead', person: 'emeka' });
  await live.ask('record-impact', { customerFacing: true, usersAffected: '1,200', description: 'no payments' });
  await live.at('10m', 'post-update', { text: 'half the traffic was moved' });
  await live.at('20m', 'post-update', { text: 'all of it was moved' });
  await live.ask('set-status', { status: 'identified' });
  await live.at('30m', 'set-severity', { severity: 'P1', reason: 'some users only' });
  await live.at('45m', 'post-update', { text: 'the cause is gone' });
  await live.at('50m', 'set-status', { status: 'monitoring' });
  await live.at('1h', 'resolve', {});
  return spent(await live.until('61m'), 10);
}

async function release(bench: Bench): Promise<Spent> {
  const policy = policyOf(shippedConfig(), 'release', Date.now());
  const target = workdayAfter(policy.calendar, Date.now(), 21);
  const live = await bench.release(iso(target), {}, { policy });
  return spent(await live.until(`${Math.ceil((target + day - Date.now()) / day)}d`), 0);
}

async function whole(what: string, story: () => Promise<Spent>): Promise<Row> {
  const { events, allowed, commands, instants, messages } = await story();
  return atMost(
    what,
    events,
    allowed,
    '',
    `${commands} commands, ${instants} instants, ${messages} messages; ${short(events / allowed)} of the budget`,
  );
}

interface Spent {
  readonly events: number;
  readonly allowed: number;
  readonly commands: number;
  readonly instants: number;
  readonly messages: number;
}
async function spent(live: Live, commands: number): Promise<Spent> {
  const events = await eventsOf(live);
  const timeline = await live.timeline();
  const messages = timeline.filter(({ type }) => type === 'delivered').length;
  // Several events of time at one moment count as one instant.
  const ofTime = new Set(['rungs-fired', 'deadline-missed', 'exhausted', 'phase-opened', 'check-expired']);
  const own = timeline.filter(({ type, by }) => ofTime.has(type) && by === 'muster');
  const instants = new Set(own.map(({ at }) => Math.floor(Date.parse(at) / 1_000))).size;
  return {
    events,
    allowed: budget.base + budget.command * commands + budget.instant * instants + budget.message * messages,
    commands,
    instants,
    messages,
  };
}

/** The number of events, once it no longer grows. */
async function eventsOf(live: Live): Promise<number> {
  for (let before = -1; ;) {
    const events = await live.events();
    if (events === before) return events;
    before = events;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}
