/**
 * The floor: workflows of the raw SDK that do the least that ours could do, in a bundle of their
 * own. What they take is Temporal's share; what ours take beyond it is Muster's. Knows nothing of
 * Muster.
 */
import { condition, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';

export interface FloorActivities {
  /** Called when a deadline has come, with its instant (epoch ms). */
  arrive(dueAt: number): Promise<void>;
}

const { arrive } = proxyActivities<FloorActivities>({ startToCloseTimeout: '15s' });

export const touchUpdate = defineUpdate<string>('touch');

/** Sleeps until `dueAt` (epoch ms) and runs one activity. */
export async function floorDeadline(dueAt: number): Promise<void> {
  await sleep(Math.max(1, dueAt - Date.now()));
  await arrive(dueAt);
}

/** Stays open and answers an update. */
export async function floorOpen(): Promise<void> {
  setHandler(touchUpdate, () => 'ok');
  await condition(() => false);
}
