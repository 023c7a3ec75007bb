/**
 * Owns moving the clock of one workflow: the workflow passes through the given time quickly, timer
 * by timer, with the same events as in real time. Jump a second or more past a deadline: a jump of
 * the exact length may end just before the timer.
 */
import { randomUUID } from 'node:crypto';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { present } from './clock';

const Result = temporal.api.enums.v1.FastForwardPollingResult;

/**
 * 'reached', or 'ended' when the workflow ended before. `waitMs` is real time and must be shorter
 * than the limit of the test.
 */
export async function fastForward(
  env: Pick<TestWorkflowEnvironment, 'connection' | 'namespace'>,
  workflowId: string,
  ms: number,
  waitMs = 10_000,
): Promise<'reached' | 'ended'> {
  const service = env.connection.workflowService;
  const target = { namespace: env.namespace ?? 'default', workflowExecution: { workflowId, runId: '' } };
  const id = randomUUID();
  return env.connection.withDeadline(present() + waitMs, async () => {
    await service.updateWorkflowExecutionOptions({
      ...target,
      workflowExecutionOptions: {
        // The default limit of 200 skips would stop a long jump silently.
        timeSkippingConfig: {
          enabled: true,
          disablePropagation: true,
          maxSessionSkipCount: 5_000,
          fastForwardConfig: { id, duration: msToTs(ms) },
        },
      },
      updateMask: { paths: ['time_skipping_config'] },
    });
    for (;;) {
      const answer = await service.pollWorkflowExecutionTimeSkipping({ ...target, fastForwardId: id });
      if (answer.fastForwardPollingResult === Result.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED)
        return 'reached';
      if (answer.fastForwardPollingResult === Result.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED) {
        if (answer.failedReason.includes('execution ended')) return 'ended';
        throw new Error(`fast-forward failed: ${answer.failedReason}`);
      } // otherwise the long poll timed out on the server: poll again
    }
  });
}
