/**
 * Owns the workflow types of Muster, one exported function each. The name of the function is the
 * workflow type, and the type of a process is its kind. Nothing else is exported from here, because
 * the bundler takes every export for a workflow.
 */
import type { RunOptions } from './handover';
import type { ProcessInput } from './inputs';
import { runProcess } from './process';

export { alertIntake } from './alert-intake';
export { changeLog } from './change-log';
export { channelTest } from './channel-test';
export { idAllocator } from './id-allocator';
export { onCallOverrides } from './on-call-overrides';
export { troubleLog } from './trouble-log';

/** One incident, from its declaration until it is closed, cancelled or merged. */
export async function incident(input: ProcessInput, options?: RunOptions): Promise<void> {
  await runProcess('incident', input, options);
}

/** One release, from its plan until it is completed, rolled back or cancelled. */
export async function release(input: ProcessInput, options?: RunOptions): Promise<void> {
  await runProcess('release', input, options);
}
