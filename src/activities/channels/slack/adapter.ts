/**
 * The Slack channel: messages to people and channels, and a Slack channel for each followed
 * process. Owns what one attempt is and how an attempt ends; the API, the texts and the steps are
 * in the files beside this one.
 */
import type { Deliverer, Follower, Setback } from '../../channel';
import { within } from '../../../time-limit';
import type { HttpOptions } from '../../http/client';
import type { SlackOptions } from './config';
import { slackApi, Undone } from './api';
import { gatheredAtMost } from './blocks';
import { deliverInSlack, type Posts } from './deliver';
import { followInSlack } from './follow';

// Each call has a limit of its own. An attempt makes several calls, and has to end before Temporal
// gives the attempt up.
const deliverWithinMs = 10_000;
const followWithinMs = 45_000;

/** `clock` gives epoch ms. Throws when the options can never work. */
export function slackChannel(options: SlackOptions & HttpOptions, clock: () => number): Deliverer & Follower {
  const { private: isPrivate, invite } = options;
  const api = slackApi(options, clock);
  const posts: Posts = new Map();
  return {
    gathers: { room: gatheredAtMost, sizeOf: () => 1 },
    deliver: (message, signal) =>
      attempted(deliverWithinMs, signal, (limit) => deliverInSlack(message, posts, { api, clock, signal: limit })),
    follow: (following, signal) =>
      attempted(followWithinMs, signal, (limit) =>
        followInSlack(following, { api, clock, signal: limit, isPrivate, invite }),
      ),
    close: () => api.close(),
  };
}

async function attempted<T>(
  ms: number,
  signal: AbortSignal,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T | Setback> {
  try {
    return await within(ms, [signal], work);
  } catch (error) {
    if (error instanceof Undone) return error.setback;
    throw error;
  }
}
