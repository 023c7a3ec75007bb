/**
 * Owns comparisons of one operation with its floor: the two sides take turns in one run, send times are fixed ahead, and a late
 * send counts as waiting. Knows nothing of what the operation is.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Sides } from './sides';
import { percentile, ratioRow, short, type Round, type Row } from './table';

const rounds = 5;

/** One side of one round, prepared: nothing of it is timed but `once`. */
export interface Prepared {
  once(index: number): Promise<unknown>;
  after(): Promise<unknown>;
}
export interface Comparison {
  readonly what: string;
  /** Highest median of the rounds' ratios of p50. */
  readonly allowed: number;
  readonly perRound: number;
  readonly everyMs: number;
  floor(): Promise<Prepared>;
  ours(): Promise<Prepared>;
}

/** Runs the rounds, after one that warms up and does not count. */
export async function inTurns(sides: Sides, comparison: Comparison): Promise<Row[]> {
  const p50: Round[] = [];
  const p99: Round[] = [];
  const cpu = { ours: 0, floor: 0 };
  for (let round = -1; round < rounds; round++) {
    const took = { ours: [] as number[], floor: [] as number[] };
    for (const side of round % 2 === 0 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)) {
      const prepared = await comparison[side]();
      const before = sides.cpu();
      took[side] = await paced(prepared, comparison);
      // What an operation sets off is part of its price.
      await wait(500);
      const after = sides.cpu();
      if (before && after && round >= 0) {
        const driving = side === 'floor' ? after.here - before.here : 0;
        cpu[side] += ((after.server - before.server + after.muster - before.muster + driving) * 1_000) / rounds / comparison.perRound;
      }
      await prepared.after();
      await wait(300);
    }
    if (round < 0) continue;
    p50.push({ ours: percentile(took.ours, 0.5), floor: percentile(took.floor, 0.5) });
    p99.push({ ours: percentile(took.ours, 0.99), floor: percentile(took.floor, 0.99) });
  }
  const cpuNote = `CPU each ${short(cpu.ours)} ms (server, Muster), floor ${short(cpu.floor)} ms (server, client and worker)`;
  return [
    ratioRow(comparison.what, p50, comparison.allowed, cpuNote),
    { ...ratioRow(comparison.what.replace('p50', 'p99'), p99, comparison.allowed), allowed: '-', ok: true },
  ];
}

/** Sends at fixed times; each length counts from its planned time, in ms. */
async function paced(prepared: Prepared, { perRound, everyMs }: Comparison): Promise<number[]> {
  const began = performance.now() + 50;
  return Promise.all(
    Array.from({ length: perRound }, async (_, index) => {
      const planned = began + index * everyMs;
      await wait(planned - performance.now());
      // A timer may come a little early, which is not waiting, or late, which is.
      const from = Math.min(planned, performance.now());
      await prepared.once(index);
      return performance.now() - from;
    }),
  );
}

/** The declaration that both HTTP parts use. P3: its ladder sleeps for hours while others are measured. */
export const declareBody = { title: 'Checkout is slow', severity: 'P3', services: ['payments'] };

/** Posts JSON, answers the JSON; throws with the problem's words when the answer is not 2xx. */
export async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'muster-actor': 'fatima' }, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
