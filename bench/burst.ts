/**
 * Whether a burst of alerts is taken: 500 declarations by HTTP within 10 s, sent at fixed times
 * however slow the answers are. Counts the refused ones, and how long it takes until somebody is
 * paged for each.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Sides } from './sides';
import { atMost, percentile, type Row } from './table';

const declarations = 500;
const spreadMs = 10_000;
const pagedWithinMs = 20_000;
/** After this time a page that has not come counts as missing. */
const patienceMs = 60_000;
const second = 1_000;

export async function burst({ url, arrivals, cpu }: Sides): Promise<Row[]> {
  // As many senders as alerts: none waits for another.
  const senders = new Agent({ connections: declarations, headersTimeout: patienceMs });
  const before = cpu();
  const began = Date.now();
  const sent = await Promise.all(
    Array.from({ length: declarations }, async (_, index) => {
      await wait(began + (index * spreadMs) / declarations - Date.now());
      const at = Date.now();
      const { statusCode, body } = await request(`${url}/v1/incidents`, {
        dispatcher: senders,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'muster-actor': 'fatima' },
        body: JSON.stringify({ title: 'Checkout is slow', severity: 'P1', services: ['payments'] }),
      });
      const { id } = (await body.json()) as { id: string };
      return { id, at, tookMs: Date.now() - at, taken: statusCode === 201 };
    }),
  );
  await senders.close();
  const taken = sent.filter((one) => one.taken);
  const firstPages = () => {
    const pages = arrivals.filter(({ key }) => key.includes('/response/1/1/'));
    return new Map(pages.map(({ process, at }) => [process.id, at]));
  };
  while (firstPages().size < taken.length && Date.now() - began < patienceMs) await wait(100);
  const pages = firstPages();
  const answers = sent.map(({ tookMs }) => tookMs);
  const late = taken.map(({ id, at }) => (pages.get(id) ?? Infinity) - at);
  const lastPage = Math.max(...taken.map(({ id }) => pages.get(id) ?? Infinity)) - began;
  const after = cpu();
  const cpuEach =
    before && after
      ? `; CPU each ${Math.round(((after.server - before.server + after.muster - before.muster) * second) / declarations)} ms`
      : '';
  const inSeconds = (ms: number) => ms / second;
  return [
    atMost(`refused of ${declarations} declarations within 10 s`, declarations - taken.length, 0),
    atMost(
      'the last of them is paged after',
      inSeconds(lastPage),
      inSeconds(pagedWithinMs),
      ' s',
      `first page p50 ${Math.round(percentile(late, 0.5))} ms, p99 ${Math.round(percentile(late, 0.99))} ms${cpuEach}`,
    ),
    atMost('their answer, p99', inSeconds(percentile(answers, 0.99)), 1, ' s'),
  ];
}
