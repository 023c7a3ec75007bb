/**
 * Owns the routes for operators: health, readiness, metrics. The route of the API document is added
 * in app.ts, where all routes are known.
 */
import { z } from 'zod';
import { readinessSchema } from '../../contracts/readiness-view';
import { StoreUnavailable, whyNotServed } from '../temporal/process-store';
import { configurationNumbers, stuckNumbers } from '../http/metrics';
import type { Route, Shared } from '../http/route';

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
        'Temporal reads its database and a worker takes tasks; says besides whether the files of people and on-call are in force as they stand, and which processes stand still',
      success: {
        status: 200,
        about:
          'Temporal reads its database and a worker takes tasks. Refused files and processes that stand still change nothing here, because a restart helps neither',
        schema: readinessSchema,
      },
      handle: async () => {
        const because = whyNotServed(await shared.store.health());
        if (because !== undefined) throw new StoreUnavailable(because);
        return { body: { status: 'ready', configuration: shared.configuration(), stuck: await shared.stuck() } };
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
          shared.moreMetrics?.() ?? '',
        ].join(''),
        type: 'text/plain; version=0.0.4; charset=utf-8',
      }),
    },
  ];
}
