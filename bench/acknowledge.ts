/** How long an acknowledge over HTTP takes, against a raw update of an open workflow. */
import { randomUUID } from 'node:crypto';
import { floorQueue, type Sides } from './sides';
import { declareBody, inTurns, post, tenAtATime } from './paced';
import type { Row } from './table';

export async function acknowledge(sides: Sides): Promise<Row[]> {
  const { client, url } = sides;
  return inTurns(sides, {
    what: 'acknowledge by HTTP',
    allowed: 1.3,
    allowedCpu: Infinity,
    perRound: 25,
    everyMs: 60,
    async floor(count) {
      const handles = await tenAtATime(Array.from({ length: count }), () =>
        client.workflow.start('floorOpen', { workflowId: `floor-${randomUUID()}`, taskQueue: floorQueue }),
      );
      return {
        once: (index) => handles[index]!.executeUpdate('touch'),
        after: () => tenAtATime(handles, (handle) => handle.terminate('measured')),
      };
    },
    async ours(count) {
      const ids = await tenAtATime(
        Array.from({ length: count }),
        async () => ((await post(`${url}/v1/incidents`, declareBody)) as { id: string }).id,
      );
      return {
        once: (index) => post(`${url}/v1/incidents/${ids[index]}/acknowledge`, {}),
        after: () => tenAtATime(ids, (id) => client.workflow.getHandle(id).terminate('measured')),
      };
    },
  });
}
