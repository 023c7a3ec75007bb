/**
 * The workflow behind `muster channel test`: one message over the real way, worker, secrets,
 * network and all, tried once, and what the channel opened of its own is closed again. Its result
 * is what the channel said. Knows no channel.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { FollowRequest, SendRequest, SendResult } from '../domain';
import { reasonOf } from './effects';

export interface ChannelTestRequest {
  readonly send: SendRequest;
  /** For a channel that opens something with a page: that it is over. */
  readonly close?: FollowRequest;
}

const { send, follow } = proxyActivities<Pick<Activities, 'send' | 'follow'>>({
  startToCloseTimeout: '15s',
  retry: { maximumAttempts: 1 },
});

/** Sends the test once. Never rejects for anything that the channel did. */
export async function channelTest(request: ChannelTestRequest): Promise<SendResult> {
  const result = await send(request.send).catch(failed);
  if (result.status === 'failed' || !request.close) return result;
  const closed = await follow(request.close).catch(failed);
  return closed.status === 'done'
    ? result
    : { status: 'failed', because: `delivered, but it could not be closed again: ${closed.because}` };
}

function failed(error: unknown): { readonly status: 'failed'; readonly because: string } {
  return { status: 'failed', because: reasonOf(error) };
}
