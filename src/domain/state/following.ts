/**
 * Owns which outside tools follow a process, what only such a tool can do, and which tools call
 * people. Knows nothing of what a tool is told (engine/integrations.ts).
 */
import { isIncident } from './draft';
import { isWithheldFrom } from './restricted';
import type { FollowerPolicy, ItemPolicy, ProcessState, Ways } from '../model';

/**
 * A tool that has begun to follow an incident follows to the end, even when the severity changes. A
 * drill goes only to tools that follow drills; policies of older versions do not say which tools
 * do, and then the drill channels count.
 */
export function follows(state: ProcessState, follower: FollowerPolicy): boolean {
  const { channel, incidents, releases, drills } = follower;
  if (state.drill && !(drills ?? state.policy.drillChannels.includes(channel))) return false;
  if (state.follows !== undefined && Object.hasOwn(state.follows, channel)) return true;
  if (isWithheldFrom(state, follower)) return false;
  return isIncident(state) ? incidents.includes(state.severity) : releases;
}

/** Facts that nothing but a tool that follows establishes. */
const factsOfTools: readonly string[] = ['channel-created'];

/** R3: true when the item waits for a tool, and no such tool follows the process. */
export function waitsForNoTool(state: ProcessState, { doneWhen }: ItemPolicy): boolean {
  if (doneWhen === undefined || !factsOfTools.includes(doneWhen)) return false;
  const { followers = [] } = state.policy;
  return !followers.some((follower) => follower.establishes === doneWhen && follows(state, follower));
}

/**
 * The ways that call nobody, in the order of attempts: a pager rings for every message. Where the
 * look-up does not say (channels of the policy, a look-up of an older build), the policy does.
 */
export function silentOf(state: ProcessState, { reach, quiet }: Ways): readonly string[] {
  return quiet ?? reach.filter((way) => !pagerOf(state, way));
}

/**
 * The follower to whom `channel` belongs if each message over the channel opens an alert, as the
 * process knows its channels.
 */
export function pagerOf({ policy: { followers = [] } }: ProcessState, channel: string): FollowerPolicy | undefined {
  return followers.find((one) => one.channel === channel && one.alerts);
}
