/**
 * How long a declaration over HTTP takes, the id included, compared with a raw update-with-start.
 */
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { declareBody, inTurns, post, tenAtATime } from './paced';
import { floorQueue, type Sides } from './sides';
import type { Row } from './table';

export async function declare(sides: Sides): Promise<Row[]> {
  const { client, url } = sides;
  const terminated = (ids: readonly string[]) =>
    tenAtATime(ids, (id) => client.workflow.getHandle(id).terminate('measured'));
  return inTurns(sides, {
    what: 'declare by HTTP',
    allowed: 2.5,
    allowedCpu: 1.5,
    perRound: 20,
    everyMs: 120,
    async floor() {
      const ids: string[] = [];
      return {
        async once() {
          const workflowId = `floor-${randomUUID()}`;
          const startWorkflowOperation = new WithStartWorkflowOperation('floorOpen', {
            workflowId,
            taskQueue: floorQueue,
            workflowIdConflictPolicy: 'FAIL',
          });
          await client.workflow.executeUpdateWithStart('touch', { startWorkflowOperation });
          ids.push(workflowId);
        },
        after: () => terminated(ids),
      };
    },
    async ours() {
      const ids: string[] = [];
      return {
        async once() {
          ids.push(((await post(`${url}/v1/incidents`, declareBody)) as { id: string }).id);
        },
        after: () => terminated(ids),
      };
    },
  });
}
