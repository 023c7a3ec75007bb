/**
 * Owns the routes for operators: health, readiness, metrics. The route of the API document is added
 * in app.ts, where all routes are known.
 */
import { z } from 'zod';
import type { ConfigurationHealth } from '../../contracts/configuration-view';
import { readinessSchema, type EndedProcesses, type Stuck } from '../../contracts/readiness-view';
import { StoreUnavailable, whyNotServed } from '../temporal/process-store';
import { configurationNumbers, endedNumbers, stuckNumbers } from '../http/metrics';
import type { Call, Route, Shared } from '../http/route';
import { atMost } from '../../time-limit';

/** `tellsAll`: whether the answer about readiness names files, workflows and their faults. */
export function operationRoutes(shared: Shared, tellsAll: (call: Call) => Promise<boolean>): Route[] {
  return [
    {
      method: 'get',
      path: '/healthz',
      name: 'health',
      forWatchers: true,
      needs: 'anyone',
      about: 'the API runs',
      success: { status: 200, about: 'the API runs', schema: z.object({ status: z.literal('ok') }) },
      handle: () => ({ body: { status: 'ok' } }),
    },
    {
      method: 'get',
      path: '/readyz',
      name: 'readiness',
      forWatchers: true,
      needs: 'anyone',
      about:
        'Temporal reads its database and a worker takes tasks; says besides whether the files of people and on-call are in force as they stand, and which processes stand still, or were ended in Temporal',
      success: {
        status: 200,
        about:
          'Temporal reads its database and a worker takes tasks. Refused files, and processes that stand still or were ended, change nothing here, because a restart helps none of them',
        schema: readinessSchema,
      },
      handle: async (call) => {
        const because = whyNotServed(await shared.store.health());
        if (because !== undefined) throw new StoreUnavailable(because);
        const configuration = shared.configuration();
        const [stuck, ended] = await Promise.all([shared.stuck(), endedOf(shared)]);
        const body = { status: 'ready', configuration, stuck: named(stuck), ended };
        return { body: (await tellsAll(call)) ? body : withoutNames(body) };
      },
    },
    {
      method: 'get',
      path: '/metrics',
      name: 'metrics',
      forWatchers: true,
      needs: 'viewer',
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
/** That many of each are named. */
const mostNamed = 10;

function named(stuck: Stuck): Stuck {
  return stuck.known ? { ...stuck, processes: stuck.processes.slice(0, mostNamed) } : stuck;
}

async function endedOf({ store }: Shared): Promise<EndedProcesses> {
  try {
    const rows = await atMost(answerMs, store.ended());
    const processes = rows.flatMap(({ id, ended, endedAt }) =>
      ended === undefined || endedAt === undefined ? [] : [{ id, how: ended, at: endedAt }],
    );
    return { known: true, count: rows.length, processes: processes.slice(0, mostNamed) };
  } catch (error) {
    return { known: false, because: error instanceof Error ? error.message : String(error) };
  }
}

interface Readiness {
  readonly status: string;
  readonly configuration: ConfigurationHealth;
  readonly stuck: Stuck;
  readonly ended: EndedProcesses;
}
// For whoever watches from outside: that something is wrong, and how much of it.
function withoutNames({ status, configuration, stuck, ended }: Readiness): Readiness {
  return {
    status,
    configuration: configuration.ok ? configuration : { ...configuration, errors: [] },
    stuck: stuck.known ? { ...stuck, processes: [] } : stuck,
    ended: ended.known ? { ...ended, processes: [] } : ended,
  };
}
