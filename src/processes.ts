/**
 * Owns how one process reaches another through Temporal, behind the port that activities use. Knows no rule: whether a merge
 * or a declaration makes sense was decided before.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { PermanentFailure, type Processes } from './activities';
import type { DeclareRequest } from './domain';

/** `declare` starts an incident, once per `request.key`, and answers its id; the API's gateway has it. */
export function processesOver(client: Client, declare: (request: DeclareRequest) => Promise<string>): Processes {
  return {
    declareIncident: declare,
    async absorb(request) {
      try {
        await client.connection.withDeadline(Date.now() + 10_000, () =>
          client.workflow.getHandle(request.into).signal('absorb', request),
        );
      } catch (error) {
        if (error instanceof WorkflowNotFoundError)
          throw new PermanentFailure(`${request.into} is not open, so nothing of ${request.from} moved there`);
        throw error;
      }
    },
  };
}
