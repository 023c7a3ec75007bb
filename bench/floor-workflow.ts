/**
 * The floor: workflows of the raw SDK that do the minimum that Muster's workflows must do, in a
 * bundle of their own. Their time is Temporal's share; the rest is Muster's. Knows nothing of
 * Muster.
 */
import { condition, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';

export interface FloorActivities {
  /** Runs when a deadline is due, with its instant (epoch ms). */
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
