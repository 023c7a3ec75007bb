/**
 * Owns one attempt to send one message over one channel: within its time, with the room that the
 * channel has in this worker, and of a page in a storm together with others (R40). Says how the
 * attempt ended; what follows from that is said elsewhere.
 */
import { Context, type Info } from '@temporalio/activity';
import { gatherHoldMs, type SendRequest } from '../domain';
import type { Bulkhead } from './bulkhead';
import type { Attempt, Deliverer, Message, Setback } from './channel';
import type { Gatherer } from './gatherer';
import { gatheredMessage } from './gathered-message';
import { within } from '../time-limit';
import { given } from '../given';

/**
 * How long one attempt may take, with all its calls. An attempt has to end before Temporal's limit
 * (workflows/effects.ts). Otherwise the next attempt would begin while this one still runs, and
 * both would make the same object because neither finds it.
 */
export const attemptMs = { send: 13_000, follow: 50_000 };
/**
 * A page that comes again waits only for those that come again with it: it has waited before.
 */
const againHoldMs = 1_000;

interface Shared {
  readonly bulkhead: Bulkhead;
  /** The pages of this worker that wait to go together. */
  readonly gatherer: Gatherer;
  readonly logger: { warn(message: string, fields?: Record<string, unknown>): void };
}
type Gathering = Deliverer & Required<Pick<Deliverer, 'gathers'>>;
type Sending = (request: SendRequest, channel: Deliverer, message: Message) => Promise<Attempt>;

/** What makes one attempt to send `message`, in which `request` is said. For an activity. */
export function attemptsOver(shared: Shared): Sending {
  return (request, channel, message) =>
    request.kind === 'page' && gathersPages(channel) && !request.test
      ? together(shared, request, channel, message)
      : deliver(shared, request, channel, message, [stopOf(Context.current())]);
}

/** What an attempt is told that finds no room. */
export function tooManyAtOnce(channel: string, retryAfterMs: number | undefined = undefined): Setback {
  const because = `too many messages wait for ${channel} already`;
  return { status: 'unavailable', because, ...given({ retryAfterMs }) };
}

/**
 * A pause between 15 and 30 s, computed from the key, so that messages that were turned away
 * together do not come back together.
 */
export function patientMs(key: string): number {
  const sum = [...key].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 15_000, 7);
  return 15_000 + sum;
}

async function deliver(
  { bulkhead }: Shared,
  { channel, kind, key }: SendRequest,
  to: Deliverer,
  message: Message,
  signals: readonly AbortSignal[],
  ms = attemptMs.send,
): Promise<Attempt> {
  const attempt = await bulkhead.take(channel, kind, () => within(ms, signals, (limit) => to.deliver(message, limit)));
  return attempt ?? tooManyAtOnce(channel, kind === 'page' ? undefined : patientMs(key));
}

// R40. A page goes alone, or together with others, and ends as the message ends that named it.
async function together(shared: Shared, request: SendRequest, channel: Gathering, message: Message): Promise<Attempt> {
  const context = Context.current();
  const { info, cancellationSignal: signal } = context;
  const began = performance.now();
  let leave: (() => void) | undefined;
  const waits = () => {
    leave = shared.bulkhead.enter(request.channel, 'gathered');
    return leave !== undefined;
  };
  const sendAlone = () => {
    // The wait, and a message that failed, may have taken some of the time.
    const left = attemptEndsMs(info) - (performance.now() - began);
    return deliver(shared, request, channel, message, [stopOf(context)], Math.min(attemptMs.send, Math.max(0, left)));
  };
  try {
    const told = await shared.gatherer.tell({
      key: request.key,
      level: request.process.level,
      size: channel.gathers.sizeOf(message),
      room: channel.gathers.room,
      place: JSON.stringify([request.channel, request.recipient, request.process.drill]),
      holdMs: holdMsOf(info),
      message,
      signal,
      waits,
      send: (pages) => (pages.length === 1 ? sendAlone() : deliverGathered(shared, request, channel, pages)),
    });
    if (told !== 'called-back') return told;
    if (!context.cancellationDetails?.workerShutdown) await context.cancelled;
    return { status: 'unavailable', because: 'the worker stops' };
  } finally {
    leave?.();
  }
}

async function deliverGathered(
  shared: Shared,
  request: SendRequest,
  channel: Gathering,
  pages: readonly Message[],
): Promise<Attempt> {
  try {
    return await deliver(shared, request, channel, gatheredMessage(pages), []);
  } catch (error) {
    // One page must not keep the others from leaving.
    const because = error instanceof Error ? error.message : String(error);
    shared.logger.warn('a message that names several pages broke; each goes by itself', {
      channel: request.channel,
      pages: pages.length,
      because,
    });
    return { status: 'failed', because };
  }
}

/**
 * How long a page may wait for others: what the limit of its attempt leaves (workflows/effects.ts).
 * Attempts of an older build have little time.
 */
function holdMsOf(info: Info): number {
  const left = attemptEndsMs(info) - attemptMs.send;
  return Math.max(0, Math.min(left, info.attempt > 1 ? againHoldMs : gatherHoldMs));
}

/** How long an attempt may take in all: it ends before Temporal's limit. */
function attemptEndsMs({ startToCloseTimeoutMs }: Info): number {
  return startToCloseTimeoutMs - 1_000;
}

/**
 * Aborted when the attempt has to end. Not when the message is called off: it is on the wire, may
 * arrive, and then stands on record (R2).
 */
function stopOf(context: Context): AbortSignal {
  const { cancellationSignal: signal } = context;
  const stop = new AbortController();
  const pass = () => {
    if (!context.cancellationDetails?.cancelRequested) stop.abort(signal.reason);
  };
  if (signal.aborted) pass();
  else signal.addEventListener('abort', pass, { once: true });
  return stop.signal;
}

function gathersPages(channel: Deliverer): channel is Gathering {
  return channel.gathers !== undefined;
}
