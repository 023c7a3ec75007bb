/**
 * Owns the calendar feeds of on-call: the shifts in a feed, the text of each event, and its id,
 * which must stay the same from one reading to the next.
 */
import { createHash } from 'node:crypto';
import { dayMs, joined, nameOf, shiftsBetween, type Instant, type Schedule, type Shift } from '../../domain';
import { calendarText, utc, type CalendarEvent } from '../../domain/text/ics';
import type { OnCallKnown } from './on-call-shown';
import type { Answer } from '../http/route';

const behindMs = 14 * dayMs;
const aheadMs = 90 * dayMs;
/**
 * Shifts are computed for whole periods of this length. A shift that is longer than the period is
 * cut at the end of the period. That end stays the same for weeks, so the event does not change
 * with every reading.
 */
const quarterMs = 91 * dayMs;
/** How far ahead the schedules must be known. */
export const feedReachMs = aheadMs + quarterMs;

/** The events of one schedule, or of one person on all of them, around `now`. */
export function feedEvents(
  { directory, overrides }: OnCallKnown,
  schedules: readonly Schedule[],
  now: Instant,
  person?: string,
): CalendarEvent[] {
  const [from, to] = [now - behindMs, now + aheadMs];
  const events = schedules.flatMap((schedule) =>
    joined(
      shiftsBetween(
        schedule,
        overrides,
        Math.floor(from / quarterMs) * quarterMs,
        Math.ceil(to / quarterMs) * quarterMs,
      ),
    )
      .filter((shift) => shift.from < to && shift.to > from)
      // iCalendar counts in whole seconds. A shift that begins and ends in the same second has no
      // length there.
      .filter((shift) => utc(shift.from) !== utc(shift.to))
      .filter(({ people }) => people.length > 0 && (person === undefined || people.includes(person)))
      .map((shift) => eventOf(shift, schedule)),
  );
  return events.sort((a, b) => a.from - b.from || (a.uid < b.uid ? -1 : 1));

  function eventOf({ from: begins, to: ends, people, source }: Shift, schedule: Schedule): CalendarEvent {
    const names = people.map((who) => nameOf(who, directory.people)).join(' and ');
    const override = source && 'override' in source ? overrides.find(({ id }) => id === source.override) : undefined;
    return {
      uid: `${schedule.id}-${utc(begins)}@muster`,
      from: begins,
      to: ends,
      summary: person === undefined ? `${names} (${schedule.name})` : `On call: ${schedule.name}`,
      description: override
        ? `${nameOf(override.person, directory.people)} stands in on ${schedule.id} (${override.id}, by ${override.by})${override.reason === undefined ? '' : `\n${override.reason}`}`
        : `${names} ${people.length === 1 ? 'is' : 'are'} on call on ${schedule.id}`,
    };
  }
}

/** The answer at `now`: the feed, or 304 when the client has read the same feed. */
export function feedAnswer(
  name: string,
  events: readonly CalendarEvent[],
  now: Instant,
  ifNoneMatch: string | undefined,
): Answer {
  const body = calendarText(name, events, now);
  const hash = createHash('sha256').update(calendarText(name, events, 0));
  const tag = `"${hash.digest('base64url')}"`;
  // A weak tag, made only from the events, because the text also holds the time of writing.
  // `no-cache`: the client keeps the feed, but asks each time.
  const answer = { headers: { ETag: `W/${tag}`, 'Cache-Control': 'no-cache' }, type: 'text/calendar; charset=utf-8' };
  const seen = (ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return seen.includes(tag) || seen.includes('*') ? { ...answer, status: 304, body: '' } : { ...answer, body };
}
