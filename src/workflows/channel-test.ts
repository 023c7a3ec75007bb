/**
 * Owns the workflow behind `muster channel test`: one message, tried once over the real way with
 * worker, secrets and network; an alert that the message opened at the vendor is closed again. The
 * result is what the channel answered. Knows no channel.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { FollowRequest, SendRequest, SendResult } from '../domain';
import { reasonOf } from './effects';

export interface ChannelTestRequest {
  readonly send: SendRequest;
  /** For a channel that opens an alert with each page: the request that closes the alert. */
  readonly close?: FollowRequest;
}

const { send, follow } = proxyActivities<Pick<Activities, 'send' | 'follow'>>({
  startToCloseTimeout: '15s',
  retry: { maximumAttempts: 1 },
});

/** Sends the test once. No fault of the channel rejects the promise. */
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
