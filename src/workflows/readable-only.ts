/**
 * Owns that nothing is decided over a payload that cannot be read although Muster wrote or took it:
 * the workflow task fails instead, and is tried again until the key is back. A Signal or an Update
 * of a stranger is not kept back here: its handler refuses it. Loaded into the workflow bundle by
 * its path.
 */
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { isUndecodable, type Undecodable } from './payload-converter';

/**
 * The export that the SDK looks for. Adds no step of its own, so that histories replay as before.
 */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      // Muster's API started the process, or the run before handed it over.
      execute: (input, next) => unless(unopened(input.args), () => next(input)),
      // One that came from Muster must not be lost: an alert, above all.
      handleSignal: (input, next) => unless(unopened(input.args, 'locked'), () => next(input)),
      // Its validator has taken it, so it could be read then: this is a replay.
      handleUpdate: (input, next) => unless(unopened(input.args), () => next(input)),
    },
  ],
});

function unless<T>(unreadable: Undecodable | undefined, go: () => Promise<T>): Promise<T> {
  // A plain error fails the task and not the workflow.
  return unreadable === undefined ? go() : Promise.reject(new Error(`a payload cannot be read: ${unreadable.because}`));
}
function unopened(args: readonly unknown[], how?: Undecodable['codec']): Undecodable | undefined {
  return args.filter(isUndecodable).find(({ codec }) => codec !== undefined && (how === undefined || codec === how));
}
