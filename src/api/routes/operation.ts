/**
 * Owns the routes for operators: health, readiness, metrics. The route of the API document is added
 * in app.ts, where all routes are known.
 */
import { z } from 'zod';
import { readinessSchema, type EndedProcesses } from '../../contracts/readiness-view';
import { StoreUnavailable, whyNotServed } from '../temporal/process-store';
import { configurationNumbers, endedNumbers, stuckNumbers } from '../http/metrics';
import type { Route, Shared } from '../http/route';
import { unlessAborted, within } from '../../time-limit';

export function operationRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/healthz',
      name: 'health',
      about: 'the API runs',
      success: { status: 200, about: 'the API runs', schema: z.object({ status: z.literal('ok') }) },
      handle: () => ({ body: { status: 'ok' } }),
    },
    {
      method: 'get',
      path: '/readyz',
      name: 'readiness',
      about:
        'Temporal reads its database and a worker takes tasks; says besides whether the files of people and on-call are in force as they stand, and which processes stand still, or were ended in Temporal',
      success: {
        status: 200,
        about:
          'Temporal reads its database and a worker takes tasks. Refused files, and processes that stand still or were ended, change nothing here, because a restart helps none of them',
        schema: readinessSchema,
      },
      handle: async () => {
        const because = whyNotServed(await shared.store.health());
        if (because !== undefined) throw new StoreUnavailable(because);
        const [stuck, ended] = await Promise.all([shared.stuck(), endedOf(shared)]);
        return { body: { status: 'ready', configuration: shared.configuration(), stuck, ended } };
      },
    },
    {
      method: 'get',
      path: '/metrics',
      name: 'metrics',
      about: 'numbers in the Prometheus text format',
      success: { status: 200, about: 'numbers', types: ['text/plain'] },
      handle: async () => ({
        body: [
          shared.metrics.text(),
          shared.alertMetrics.text(),
          configurationNumbers(shared.configuration()),
          stuckNumbers(await shared.stuck()),
          endedNumbers(await endedOf(shared)),
          shared.moreMetrics?.() ?? '',
        ].join(''),
        type: 'text/plain; version=0.0.4; charset=utf-8',
      }),
    },
  ];
}

/** /readyz is answered within 5 s, whatever Temporal does. */
const answerMs = 1_400;
/** That many are named. */
const mostNamed = 10;

async function endedOf({ store }: Shared): Promise<EndedProcesses> {
  try {
    const rows = await within(answerMs, [], (signal) => unlessAborted(signal, store.ended()));
    const named = rows.flatMap(({ id, ended, endedAt }) =>
      ended === undefined || endedAt === undefined ? [] : [{ id, how: ended, at: endedAt }],
    );
    return { known: true, count: rows.length, processes: named.slice(0, mostNamed) };
  } catch (error) {
    return { known: false, because: error instanceof Error ? error.message : String(error) };
  }
}
