/**
 * Owns limits on how long work may take. Knows nothing of the work.
 *
 * Not `AbortSignal.any([..., AbortSignal.timeout(ms)])`: on Node 20 the garbage collector takes the
 * timer of such a signal, and the limit never comes (nodejs/node#57736). The lint refuses both.
 */

const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs `work` with a signal that is aborted `ms` from now (then `isTimeout` of its reason is true),
 * or earlier with the reason of the first of `others` to be aborted. The signal stops nothing by
 * itself: `work` has to obey. More than 24 days count as 24 days.
 */
export async function within<T>(
  ms: number,
  others: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const expire = () => either.abort(new DOMException(`not done within ${ms / 1000} s`, 'TimeoutError'));
  const timer = Number.isFinite(ms) ? setTimeout(expire, Math.min(ms, longestTimerMs)) : undefined;
  const passOn = others.map((signal) => ({ signal, listener: () => either.abort(signal.reason) }));
  for (const { signal, listener } of passOn) {
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener);
  }
  try {
    return await work(either.signal);
  } finally {
    clearTimeout(timer);
    for (const { signal, listener } of passOn) signal.removeEventListener('abort', listener);
  }
}

/**
 * Settles like `promise`, unless `signal` is aborted first: then throws the reason of `signal`. The
 * work behind `promise` goes on, and its result is dropped.
 */
export function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/**
 * Settles like `promise`, unless that takes longer than `ms`: then throws what `isTimeout` knows.
 * The work behind `promise` goes on, and its result is dropped.
 */
export function atMost<T>(ms: number, promise: Promise<T>): Promise<T> {
  return within(ms, [], (signal) => unlessAborted(signal, promise));
}

/** Whether `reason` is that the time was up. */
export function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}
