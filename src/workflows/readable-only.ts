/**
 * Owns that what a process decides does not depend on the payload keys of the moment. Nothing is
 * decided over a payload of Muster's own that cannot be read: the workflow task fails instead, and
 * is tried again until the key is back. What is not encrypted although the keys demand it is
 * refused by the handlers, and a Signal that was is refused in every replay, also when the list of
 * keys says `plain` by then. Loaded into the workflow bundle by its path.
 */
import { patched, workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';
import { isUndecodable, unopenedAs, type Undecodable, type Unopened } from './payload-converter';

/**
 * The name of the marker in the history after the refusal of the Signal with this number in its
 * run: a Signal stands in the history before anybody looks at it, whatever becomes of it.
 */
export const refusalMarker = (signal: number | '') => `refused-signal-${signal}`;

/**
 * The export that the SDK looks for. Adds no step to a history but for a refused Signal, so that
 * all other histories replay as before.
 */
export const interceptors = (): WorkflowInterceptors => {
  let signals = 0;
  return {
    inbound: [
      {
        // Muster's API started the process, or the run before handed it over.
        execute: (input, next) => unless(unopened(input.args), () => next(input)),
        // One that came from Muster must not be lost: an alert, above all.
        handleSignal: (input, next) => {
          const marker = refusalMarker((signals += 1));
          const kept = unopened(input.args, ['locked']) ?? takenBefore(input.args, marker);
          return unless(kept, () => next(wasRefused(input.args, marker) ? { ...input, args: [notEncrypted] } : input));
        },
        // Its validator has taken it, so it could be read then: this is a replay.
        handleUpdate: (input, next) => unless(unopened(input.args), () => next(input)),
      },
    ],
  };
};

/** The same words whether the list of keys says `plain` or not. */
const notEncrypted: Undecodable = { undecodable: true, because: 'it is not encrypted' };

/** Whether this Signal is refused for not being encrypted, now or when it came. */
function wasRefused(args: readonly unknown[], marker: string): boolean {
  // Asked live, `patched` leaves the marker; in a replay it says whether there is one.
  return (unopened(args, ['plain']) !== undefined || workflowInfo().unsafe.isReplaying) && patched(marker);
}

/** A Signal that was not refused when it came, because the list of keys said `plain`. */
function takenBefore(args: readonly unknown[], marker: string): Undecodable | undefined {
  const plain = unopened(args, ['plain']);
  return plain !== undefined && workflowInfo().unsafe.isReplaying && !patched(marker) ? plain : undefined;
}

function unless<T>(unreadable: Undecodable | undefined, go: () => Promise<T>): Promise<T> {
  // A plain error fails the task and not the workflow.
  return unreadable === undefined ? go() : Promise.reject(new Error(`a payload cannot be read: ${unreadable.because}`));
}
function unopened(args: readonly unknown[], how: readonly Unopened[] = ['plain', 'locked']): Undecodable | undefined {
  return args.filter(isUndecodable).find((value) => how.some((it) => it === unopenedAs(value)));
}
