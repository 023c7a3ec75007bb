/**
 * Owns how an effect of the outbox is carried out: which activity, how many attempts, and what the
 * result means to the domain. Knows activity types only. Every result is an outcome; nothing is
 * thrown.
 */
import {
  ActivityFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { RetryPolicy } from '@temporalio/common';
import type { Activities } from '../activities';
import {
  assertNever,
  attemptsOf,
  deathsBorne,
  patienceOf,
  plainRequest,
  type Effect,
  type EffectOutcome,
  type NoticeDelivered,
  type NoticeRecipient,
  type Patience,
  type PlainNotice,
  type SendRequest,
  type SendResult,
} from '../domain';

// Recipients are looked up in memory: a local activity costs one event and no task of its own.
const { resolve } = proxyLocalActivities<Pick<Activities, 'resolve'>>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumAttempts: 5 },
});

/**
 * An attempt ends by itself after 13 s (activities/sending.ts). In a storm a page waits up to 10 s
 * for others before that (R40). The attempt at a page shows signs of life (activities/counted.ts):
 * when they stop, its worker is gone, and the page goes again. With less than 8 s a worker that is
 * only busy would count as gone, and people would get pages twice.
 */
const pageTakes: ActivityOptions = { startToCloseTimeout: '26s', heartbeatTimeout: '8s' };
/** Other messages show no such signs, but their failures are counted in the same way. */
const othersTake: ActivityOptions = { startToCloseTimeout: '15s', heartbeatTimeout: '15s' };
/**
 * With these pauses the attempts at a page over its last channel take a minute (a P0 has five
 * minutes for all channels and people), those at a reminder 27 minutes, those at an announcement an
 * hour (and up to 13 s an attempt). Reminders and announcements begin with longer pauses: hundreds
 * of announcements to a receiver that hangs would keep the engine from its pages. The pauses of a
 * page grow no longer than its failures make them: only deaths of workers add attempts.
 */
const senders = {
  hasty: sender('hasty', pageTakes, { initialInterval: '1s', maximumInterval: '1s' }),
  page: sender('page', pageTakes, { initialInterval: '1s', maximumInterval: '32s' }),
  remind: sender('remind', othersTake, { initialInterval: '5s', maximumInterval: '1m' }),
  announce: sender('announce', othersTake, { initialInterval: '5s', maximumInterval: '1m' }),
};

/** Sends a notice to all of `recipients`; answers what was delivered. Never rejects. */
export async function deliverNotice(
  notice: PlainNotice,
  recipients: readonly NoticeRecipient[],
): Promise<NoticeDelivered[]> {
  return (await Promise.all(recipients.map((to) => deliverTo(notice, to)))).flat();
}

// An audience hears it over all its channels, a person over the first that works.
async function deliverTo(notice: PlainNotice, to: NoticeRecipient): Promise<NoticeDelivered[]> {
  const { recipient, kind, channels } = to;
  const delivered: NoticeDelivered[] = [];
  for (const [index, channel] of channels.entries()) {
    const result = await deliver(plainRequest(notice, to, channel, index === channels.length - 1));
    if (result.status !== 'delivered') continue;
    delivered.push({ recipient, kind, channel, at: result.at });
    if (kind === 'remind') break;
  }
  return delivered;
}

async function deliver(request: SendRequest): Promise<SendResult> {
  try {
    return await senders[patienceOf(request)](request);
  } catch (error) {
    return { status: 'failed', because: reasonOf(error) };
  }
}

function sender(
  patience: Patience,
  takes: ActivityOptions,
  pauses: Pick<RetryPolicy, 'initialInterval' | 'maximumInterval'>,
) {
  const { send } = proxyActivities<Pick<Activities, 'send'>>({
    ...takes,
    // R2: no further attempt, and the end of the one that is on the wire is waited for.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    // Temporal counts each attempt; the activity ends the message when enough of them have failed.
    retry: { ...pauses, backoffCoefficient: 2, maximumAttempts: attemptsOf[patience] + deathsBorne },
  });
  return send;
}

// Nobody waits for this request at night, but the tool has to be told in the end: with the back-off
// below, 40 attempts take half an hour.
const { follow } = proxyActivities<Pick<Activities, 'follow'>>({
  startToCloseTimeout: '60s',
  cancellationType: 'ABANDON',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', maximumAttempts: 40 },
});

const { declareIncident, absorb, tellChange } = proxyActivities<
  Pick<Activities, 'declareIncident' | 'absorb' | 'tellChange'>
>({
  startToCloseTimeout: '15s',
  cancellationType: 'ABANDON',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', maximumAttempts: 200 },
});

// A release that could not look keeps what it knew, and looks again later. Some incidents that do
// not answer, 10 s each and 20 at a time, must not keep the others from being heard.
const { findIncidents } = proxyActivities<Pick<Activities, 'findIncidents'>>({
  startToCloseTimeout: '60s',
  cancellationType: 'ABANDON',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 20 },
});
const { tellIncident } = proxyActivities<Pick<Activities, 'tellIncident'>>({
  startToCloseTimeout: '60s',
  cancellationType: 'ABANDON',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1m', maximumAttempts: 200 },
});

/**
 * Carries out `effect`; resolves when the effect is done, has failed for good, or is called off by
 * the cancellation of its scope. Never rejects.
 */
export async function perform(effect: Effect): Promise<EffectOutcome> {
  try {
    switch (effect.type) {
      case 'resolve':
        return { type: 'resolve', result: await resolve(effect.request) };
      case 'send':
        return { type: 'send', result: await senders[patienceOf(effect.request)](effect.request) };
      case 'follow':
        return { type: 'follow', result: await follow(effect.request) };
      case 'declare-incident':
        return { type: 'declare-incident', incident: await declareIncident(effect.request) };
      case 'absorb':
        await absorb(effect.request);
        return { type: 'absorb' };
      case 'find-incidents':
        return { type: 'find-incidents', found: await findIncidents(effect.request) };
      case 'tell-incident':
        await tellIncident(effect.request);
        return { type: 'tell-incident' };
      case 'tell-change':
        await tellChange(effect.request);
        return { type: 'tell-change' };
      default:
        return assertNever(effect);
    }
  } catch (error) {
    if (isCancellation(error)) return { type: 'called-off' };
    const because = reasonOf(error);
    return effect.type === 'send'
      ? { type: 'send', result: { status: 'failed', because } }
      : { type: 'failed', because };
  }
}

/** The innermost message, because `Activity task failed` says nothing to people. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure && error.cause ? error.cause : error;
  if (cause instanceof TimeoutFailure) return 'Muster was stopped during the attempt';
  return cause instanceof Error ? cause.message : String(cause);
}
