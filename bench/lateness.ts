/**
 * How late a rung is with 100 or 1,000 open processes, compared with a raw workflow that sleeps
 * until the instant and runs one activity. Both sides have the same number of instants, 10 or 25 a
 * second. The sides run one at a time and take turns at going first. The time of arrival is noted
 * when the message comes in. Every planned rung counts: a missing rung is infinitely late, and an
 * early or doubled rung fails the part.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { policyOf } from '../src/config/in-force';
import type { Instant, Policy, StartInput } from '../src/domain';
import { taskQueue } from '../src/worker';
import { tenAtATime } from './paced';
import { floorQueue, type Sides } from './sides';
import { percentile, ratioRow, type Round, type Row } from './table';

const rounds = 5;

/** How many processes are open, and when their instants come. */
interface Load {
  readonly open: number;
  /** The time over which the instants are spread. */
  readonly spreadMs: number;
  /**
   * Time between the first start and the first instant. By then all processes must be started and
   * their first messages sent.
   */
  readonly leadMs: number;
}
const hundred: Load = { open: 100, spreadMs: 10_000, leadMs: 10_000 };
const thousand: Load = { open: 1_000, spreadMs: 40_000, leadMs: 70_000 };

/** The instants of a load, spread out, far enough ahead to start all processes before. */
export function instantsAhead({ open, spreadMs, leadMs } = hundred): Instant[] {
  return Array.from(
    { length: open },
    (_, index) => Date.now() + leadMs + Math.round(((index + 0.5) * spreadMs) / open),
  );
}
/** The second rung of a P0 comes this long after its declaration. */
const secondRungMs = 3 * 60_000;

export const lateness = (sides: Sides) => latenessWith(sides, hundred);
/** Takes a quarter of an hour. */
export const latenessOfThousand = (sides: Sides) => latenessWith(sides, thousand);

async function latenessWith(sides: Sides, load: Load): Promise<Row[]> {
  const p50: Round[] = [];
  const p99: Round[] = [];
  const cpu: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const late = { ours: [] as number[], floor: [] as number[] };
    const cpuMs = { ours: NaN, floor: NaN };
    for (const side of round % 2 === 0 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)) {
      const dueAts = instantsAhead(load);
      const measured = await (side === 'ours'
        ? oursLate(sides, dueAts, policyOf(sides.config, 'incident', Date.now()))
        : floorLate(sides, dueAts));
      late[side] = measured.late;
      cpuMs[side] = measured.cpuMs / load.open;
    }
    p50.push({ ours: percentile(late.ours, 0.5), floor: percentile(late.floor, 0.5) });
    p99.push({ ours: percentile(late.ours, 0.99), floor: percentile(late.floor, 0.99) });
    cpu.push(cpuMs);
  }
  const open = `${load.open.toLocaleString('en')} open`;
  return [
    ratioRow(`lateness of a rung, ${open}, p99`, p99, 1.2),
    ratioRow('the same, p50', p50, 1.5),
    ratioRow(`CPU of a rung, ${open}`, cpu, 1.1),
  ];
}

interface Late {
  /** ms, one number for each planned instant. */
  readonly late: number[];
  /** CPU ms of server, Muster and bench while the instants came. */
  readonly cpuMs: number;
}

async function floorLate({ client, floorArrivals, cpu }: Sides, dueAts: readonly Instant[]): Promise<Late> {
  floorArrivals.length = 0;
  await tenAtATime(dueAts, (dueAt) =>
    client.workflow.start('floorDeadline', {
      workflowId: `floor-${randomUUID()}`,
      taskQueue: floorQueue,
      args: [dueAt],
    }),
  );
  const cpuMs = await through(
    dueAts,
    () => floorArrivals.length >= dueAts.length,
    () => used(cpu()),
  );
  return { late: latenessOf(dueAts, floorArrivals), cpuMs };
}

/**
 * Declares incidents in the past, so that the second rung of each comes at the wanted instant;
 * nobody acknowledges.
 */
export async function oursLate(
  { client, arrivals, cpu }: Sides,
  dueAts: readonly Instant[],
  policy: Policy,
  patienceMs?: number,
): Promise<Late> {
  const actor = { person: 'emeka', known: true, roles: ['team-lead'], approves: [] };
  const body = { title: 'Checkout is down', severity: 'P0' as const, services: ['payments'] };
  const ids = await tenAtATime(dueAts, async (dueAt) => {
    const input: StartInput = {
      kind: 'incident',
      id: `INC-${randomUUID()}`,
      at: dueAt - secondRungMs,
      actor,
      policy,
      body,
    };
    await client.workflow.start('incident', { workflowId: input.id, taskQueue, args: [input] });
    return { id: input.id, dueAt };
  });
  const dueOf = new Map(ids.map(({ id, dueAt }) => [id, dueAt]));
  const ofRung = () =>
    arrivals
      .filter(({ process, key }) => dueOf.has(process.id) && key.includes('/response/1/2/'))
      .map(({ process, at }) => ({ dueAt: dueOf.get(process.id)!, at }));
  const cpuMs = await through(
    dueAts,
    () => ofRung().length >= dueAts.length,
    () => used(cpu()),
    patienceMs,
  );
  const late = latenessOf(dueAts, ofRung());
  await tenAtATime(ids, ({ id }) => client.workflow.getHandle(id).terminate('measured'));
  return { late, cpuMs };
}

/**
 * Waits until all instants have passed and everything has arrived (`patienceMs` at most). Returns
 * how much `meter` grew meanwhile, in ms.
 */
async function through(
  dueAts: readonly Instant[],
  arrived: () => boolean,
  meter: () => number,
  patienceMs = 5_000,
): Promise<number> {
  const lead = dueAts[0]! - Date.now();
  if (lead < 500)
    throw new Error(
      `the processes were not started in time: the first instant is ${lead} ms away; the machine is too busy to measure`,
    );
  await wait(lead - 200);
  const before = meter();
  for (
    const end = dueAts[dueAts.length - 1]! + patienceMs;
    !(arrived() && Date.now() > dueAts[dueAts.length - 1]!) && Date.now() < end;
  )
    await wait(50);
  return (meter() - before) * 1_000;
}

function latenessOf(
  dueAts: readonly Instant[],
  arrivals: readonly { readonly dueAt: Instant; readonly at: Instant }[],
): number[] {
  const of = new Map<Instant, number[]>();
  for (const { dueAt, at } of arrivals) of.set(dueAt, [...(of.get(dueAt) ?? []), at - dueAt]);
  return dueAts.map((dueAt) => {
    const late = of.get(dueAt) ?? [Infinity];
    if (late.length > 1) throw new Error(`a rung was delivered ${late.length} times`);
    if (late[0]! < 0) throw new Error(`a rung was delivered ${-late[0]!} ms early`);
    return late[0]!;
  });
}

function used(cpu: ReturnType<Sides['cpu']>): number {
  return cpu === undefined ? NaN : cpu.server + cpu.muster + cpu.here;
}
