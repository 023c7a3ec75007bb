/**
 * Owns the routes for operators: health, readiness, metrics. The route of the API document is added
 * in app.ts, where all routes are known.
 */
import { z } from 'zod';
import { configurationHealthSchema } from '../../contracts/configuration-view';
import { StoreUnavailable } from '../temporal/process-store';
import { configurationNumbers } from '../http/metrics';
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
        'Temporal answers and a worker polls; says besides whether the files of people and on-call are in force as they stand',
      success: {
        status: 200,
        about:
          'Temporal answers and a worker polls; refused files change nothing here, because the old ones stay in force',
        schema: z.object({ status: z.literal('ready'), configuration: configurationHealthSchema }),
      },
      handle: async () => {
        const { temporal, worker } = await shared.store.health();
        if (temporal && worker) return { body: { status: 'ready', configuration: shared.configuration() } };
        throw new StoreUnavailable(temporal ? 'no worker polls' : 'Temporal does not answer');
      },
    },
    {
      method: 'get',
      path: '/metrics',
      name: 'metrics',
      about: 'numbers in the Prometheus text format',
      success: { status: 200, about: 'numbers', types: ['text/plain'] },
      handle: () => ({
        body: `${shared.metrics.text()}${configurationNumbers(shared.configuration())}${shared.moreMetrics?.() ?? ''}`,
        type: 'text/plain; version=0.0.4; charset=utf-8',
      }),
    },
  ];
}
