/**
 * Owns which troubles (R44) people have still to hear of: each once, however often and by however
 * many programs it is found. Troubles that are found together make one message, and messages keep a
 * distance. Pure: a workflow drives it with real time.
 */
import type { Instant, NoticeDelivered, Trouble, TroubleLog, TroubleNotice } from '../model';
import { own } from '../text/own';
import { dayMs, hourMs, minuteMs } from '../time/instants';

/** Longer than lists and health speak of a process that was ended. */
const knownForMs = 30 * dayMs;
const mostKnown = 2_000;
const mostWaiting = 100;
/** An upgrade that goes wrong stops process after process: nobody wants a message for each. */
const betweenNoticesMs = 10 * minuteMs;
/** A notice that reached nobody is tried again for a day. */
const againAfterMs = hourMs;
const mostFailures = 24;
/** How many notices the inbox shows, and how many deliveries of each. */
const mostTold = 5;
const mostDeliveries = 50;

/** A log that has heard nothing yet. `mark` is part of every key that it gives. */
export function emptyTroubleLog(mark: string): TroubleLog {
  return { mark, known: {}, waiting: [], further: 0, failures: 0, notBefore: 0, nextNotice: 1, told: [] };
}

/** What tells a trouble from another one of the same process. */
export function troubleKey({ id, what, at }: Pick<Trouble, 'id' | 'what' | 'at'>): string {
  return `${id}/${what}/${at ?? '-'}`;
}

/** Takes what was found; what is known already changes nothing. */
export function takeTroubles(log: TroubleLog, found: readonly Trouble[], now: Instant): TroubleLog {
  const fresh = new Map(found.map((one) => [troubleKey(one), one] as const));
  for (const [key, one] of fresh) if (isKnown(log, one, now)) fresh.delete(key);
  if (fresh.size === 0) return log;
  const known = [...Object.entries(log.known), ...[...fresh.keys()].map((key) => [key, now] as const)]
    .filter(([, at]) => at > now - knownForMs)
    .slice(-mostKnown);
  return { ...log, known: Object.fromEntries(known), ...waitingWith(log, [...log.waiting, ...fresh.values()]) };
}

// Nobody may know since when a workflow stands still: then people hear of it once a day at most.
function isKnown({ known }: TroubleLog, trouble: Trouble, now: Instant): boolean {
  const lately = (at: Instant | undefined) => at !== undefined && at > now - dayMs;
  if (trouble.at !== undefined && own(known, troubleKey(trouble)) !== undefined) return true;
  if (trouble.what !== 'stands-still') return false;
  const { at: _, ...unknown } = trouble;
  if (trouble.at !== undefined) return lately(own(known, troubleKey(unknown)));
  const anySince = troubleKey(unknown).slice(0, -1);
  return Object.entries(known).some(([key, at]) => key.startsWith(anySince) && lately(at));
}

function waitingWith({ further }: TroubleLog, all: readonly Trouble[]): Pick<TroubleLog, 'waiting' | 'further'> {
  return { waiting: all.slice(0, mostWaiting), further: further + Math.max(0, all.length - mostWaiting) };
}

/** When the next notice begins; null: nothing waits, or people are being told now. */
export function nextNoticeOf({ waiting, telling, notBefore }: TroubleLog): Instant | null {
  return waiting.length === 0 || telling !== undefined ? null : notBefore;
}

/** Begins the notice that is due at `now`, if one is: it stands under `telling`. */
export function beginNotice(log: TroubleLog, now: Instant): TroubleLog {
  const next = nextNoticeOf(log);
  if (next === null || next > now) return log;
  const { mark, waiting, further, nextNotice } = log;
  const telling: TroubleNotice = { key: `troubles/${mark}/${nextNotice}`, at: now, troubles: waiting, further };
  return { ...log, telling, waiting: [], further: 0, nextNotice: nextNotice + 1 };
}

/** The notice under `telling` was tried: `deliveries` reached somebody, or nobody when empty. */
export function completeNotice(log: TroubleLog, deliveries: readonly NoticeDelivered[], now: Instant): TroubleLog {
  const { telling: notice, ...rest } = log;
  if (notice === undefined) return log;
  if (deliveries.length > 0) {
    const told = [...log.told, { notice, deliveries: deliveries.slice(0, mostDeliveries) }].slice(-mostTold);
    return { ...rest, failures: 0, notBefore: now + betweenNoticesMs, told };
  }
  const isGivenUp = log.failures + 1 >= mostFailures;
  const again = isGivenUp
    ? {}
    : waitingWith({ ...log, further: log.further + notice.further }, [...notice.troubles, ...log.waiting]);
  return { ...rest, ...again, failures: isGivenUp ? 0 : log.failures + 1, notBefore: now + againAfterMs };
}
