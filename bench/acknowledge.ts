/** How long an acknowledge over HTTP takes, against a raw update of an open workflow. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { floorQueue, type Sides } from './sides';
import { declareBody, inTurns, post } from './paced';
import type { Row } from './table';
import { tenAtATime } from './lateness';

const perRound = 30;

export async function acknowledge(sides: Sides): Promise<Row[]> {
  const { client, url } = sides;
  return inTurns(sides, {
    what: 'acknowledge by HTTP, p50',
    allowed: 1.5,
    perRound,
    everyMs: 80,
    async floor() {
      const handles = await tenAtATime(Array.from({ length: perRound }), () => client.workflow.start('floorOpen', { workflowId: `floor-${randomUUID()}`, taskQueue: floorQueue }));
      await wait(500);
      return {
        once: (index) => handles[index]!.executeUpdate('touch'),
        after: () => tenAtATime(handles, (handle) => handle.terminate('measured')),
      };
    },
    async ours() {
      const ids = await tenAtATime(Array.from({ length: perRound }), async () => ((await post(`${url}/v1/incidents`, declareBody)) as { id: string }).id);
      // What the declarations send is sent.
      await wait(1_500);
      return {
        once: (index) => post(`${url}/v1/incidents/${ids[index]}/acknowledge`, {}),
        after: () => tenAtATime(ids, (id) => client.workflow.getHandle(id).terminate('measured')),
      };
    },
  });
}
