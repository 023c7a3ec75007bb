/** Owns the addresses for whoever runs Muster: alive, ready, numbers. The document of the API is added where all routes are known. */
import { z } from 'zod';
import { EngineUnavailable } from '../engine';
import type { Route, Shared } from '../route';

export function operationRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/healthz',
      name: 'health',
      about: 'the API runs',
      success: { status: 200, about: 'it does', schema: z.object({ status: z.literal('ok') }) },
      handle: () => ({ body: { status: 'ok' } }),
    },
    {
      method: 'get',
      path: '/readyz',
      name: 'readiness',
      about: 'Temporal answers and a worker polls',
      success: { status: 200, about: 'both', schema: z.object({ status: z.literal('ready') }) },
      handle: async () => {
        const { temporal, worker } = await shared.engine.health();
        if (temporal && worker) return { body: { status: 'ready' } };
        throw new EngineUnavailable(temporal ? 'no worker polls' : 'Temporal does not answer');
      },
    },
    {
      method: 'get',
      path: '/metrics',
      name: 'metrics',
      about: 'numbers in the Prometheus text format',
      success: { status: 200, about: 'numbers', types: ['text/plain'] },
      handle: () => ({
        body: `${shared.metrics.text()}${shared.moreMetrics?.() ?? ''}`,
        type: 'text/plain; version=0.0.4; charset=utf-8',
      }),
    },
  ];
}
