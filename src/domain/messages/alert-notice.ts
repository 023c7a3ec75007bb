/**
 * Owns the daily line about alerts that fit no rule: when it is due, and what it says. Pure.
 */
import type { CompiledCalendar, Instant, UnmatchedNotice } from '../model';
import { instantOf, isBusinessDay, localOf } from '../time/calendar';
import { dayMs, minuteMs } from '../time/instants';
import type { PlainNotice } from './plain-notice';

/** The time of day of the line, in minutes after midnight. */
const timeOfDay = 10 * 60;
/** The guard of a calendar without a business day. */
const mostDays = 60;

/** The next 10:00 of a business day strictly after `at`. */
export function nextNoticeAt(calendar: CompiledCalendar, at: Instant): Instant {
  const { day: today } = localOf(calendar, at);
  for (let day = today; day < today + mostDays; day += 1) {
    const next = instantOf(calendar, { day, ms: timeOfDay * minuteMs }).at;
    if (next > at && isBusinessDay(calendar, day)) return next;
  }
  return at + dayMs;
}

/** The words of the line, for every reader the same. */
export function noticeText({ tally: { sources } }: UnmatchedNotice): string {
  const all = Object.values(sources).reduce((sum, { count }) => sum + count, 0);
  const lines = Object.entries(sources).map(
    ([source, { count, reasons }]) => `${source}: ${count} (${reasons.join('; ')})`,
  );
  return [
    `${all} ${all === 1 ? 'alert' : 'alerts'} fitted no rule, or could not be read: nobody was woken`,
    ...lines,
    'See them: muster alerts unmatched',
  ].join('\n');
}

/** The line as a message about no process. */
export function unmatchedNotice(notice: UnmatchedNotice): PlainNotice {
  return {
    ...{ key: notice.key, at: notice.at, id: 'alerts', title: 'Alerts that fit no rule' },
    text: noticeText(notice),
    why: 'alerts.yaml says that you hear of alerts that fit no rule',
  };
}
