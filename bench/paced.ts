/**
 * Owns comparisons of one operation with its floor. The two sides take turns in one run. The times
 * of sending are fixed beforehand, and a late send counts as waiting. Knows nothing of the
 * operation.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import type { Sides } from './sides';
import { percentile, ratioRow, type Round, type Row } from './table';

const rounds = 5;

/** One side, prepared for all rounds; only `once` is timed. */
export interface Prepared {
  /** `index` counts on from round to round. */
  once(index: number): Promise<unknown>;
  after(): Promise<unknown>;
}
export interface Comparison {
  readonly what: string;
  /** The highest allowed median of the ratios of p50, one ratio a round. */
  readonly allowed: number;
  /** The same of the CPU time of one operation: server, Muster or worker, client of the floor. */
  readonly allowedCpu: number;
  readonly perRound: number;
  readonly everyMs: number;
  /** Prepares `count` operations. */
  floor(count: number): Promise<Prepared>;
  ours(count: number): Promise<Prepared>;
}

/** Runs the rounds; one more round before them warms up and does not count. */
export async function inTurns(sides: Sides, comparison: Comparison): Promise<Row[]> {
  const { what, allowed, allowedCpu, perRound } = comparison;
  const count = (rounds + 1) * perRound;
  const prepared = { floor: await comparison.floor(count), ours: await comparison.ours(count) };
  // Wait until the work that the preparation caused is over.
  await wait(2_000);
  const p50: Round[] = [];
  const p99: Round[] = [];
  const cpu: Round[] = [];
  for (let round = 0; round <= rounds; round++) {
    const took = { ours: [] as number[], floor: [] as number[] };
    const cpuMs = { ours: NaN, floor: NaN };
    for (const side of round % 2 === 0 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)) {
      const before = sides.cpu();
      took[side] = await paced(prepared[side], round * perRound, comparison);
      // The work that an operation causes is part of its price, and not of the next operation's.
      await wait(600);
      const after = sides.cpu();
      if (before && after) {
        const driving = side === 'floor' ? after.here - before.here : 0;
        cpuMs[side] = ((after.server - before.server + after.muster - before.muster + driving) * 1_000) / perRound;
      }
    }
    if (round === 0) continue;
    p50.push({ ours: percentile(took.ours, 0.5), floor: percentile(took.floor, 0.5) });
    p99.push({ ours: percentile(took.ours, 0.99), floor: percentile(took.floor, 0.99) });
    cpu.push(cpuMs);
  }
  await Promise.all([prepared.floor.after(), prepared.ours.after()]);
  return [
    ratioRow(`${what}, p50`, p50, allowed),
    ratioRow(`${what}, p99`, p99, Infinity),
    ratioRow(`${what}, CPU`, cpu, allowedCpu),
  ];
}

/** Sends at fixed times; each time in ms counts from the planned send. */
async function paced(prepared: Prepared, first: number, { perRound, everyMs }: Comparison): Promise<number[]> {
  const began = performance.now() + 50;
  return Promise.all(
    Array.from({ length: perRound }, async (_, index) => {
      const planned = began + index * everyMs;
      await wait(planned - performance.now());
      // A timer that fires a little early is no waiting; a late one is.
      const from = Math.min(planned, performance.now());
      await prepared.once(first + index);
      return performance.now() - from;
    }),
  );
}

/**
 * The declaration that both HTTP parts use. With P3 its ladder sleeps for hours, so nothing fires
 * during the measurement.
 */
export const declareBody = { title: 'Checkout is slow', severity: 'P3', services: ['payments'] };

/**
 * Posts JSON as `actor` and returns the JSON of the answer; throws with the text of the answer when
 * it is not 2xx. Not `fetch`, whose own cost is not to be measured.
 */
export async function post(url: string, body: unknown, actor = 'fatima'): Promise<unknown> {
  const { statusCode, body: answer } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'muster-actor': actor },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (statusCode >= 300) throw new Error(`${url} answered ${statusCode}: ${text}`);
  return JSON.parse(text) as unknown;
}

/** Runs `work` on all entries, ten at a time: more would only measure the queue. */
export async function tenAtATime<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...all.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  return results;
}
