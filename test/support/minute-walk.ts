/**
 * An oracle for business time: walks the minutes of a zone one by one, and asks of each whether its
 * wall-clock time lies in a window of its local day. Knows none of the code that it judges: the
 * clock changes come from the zone database, and everything else is counted.
 */
import { Temporal } from 'temporal-polyfill';
import type { HoursWindow } from '../../src/domain';

const minute = 60_000;
const day = 86_400_000;

export interface WalkedCalendar {
  readonly zone: string;
  readonly week: readonly (readonly HoursWindow[])[];
  readonly holidays: readonly string[];
  readonly halfDays?: Readonly<Record<string, readonly HoursWindow[]>>;
}

/** The minutes of a calendar, whose zone is known from `from` to `to`. */
export class MinuteWalk {
  private readonly changes: { readonly at: number; readonly offset: number }[];
  private today = Number.NaN;
  private windows: readonly HoursWindow[] = [];

  constructor(
    private readonly calendar: WalkedCalendar,
    from: number,
    private readonly to: number,
  ) {
    const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(calendar.zone);
    this.changes = [{ at: from, offset: first.offsetNanoseconds / 1e6 }];
    for (let next = first.getTimeZoneTransition('next'); next && next.epochMilliseconds < to;) {
      this.changes.push({ at: next.epochMilliseconds, offset: next.offsetNanoseconds / 1e6 });
      next = next.getTimeZoneTransition('next');
    }
  }

  private wallOf(at: number): number {
    if (at < this.changes[0]!.at || at > this.to) throw new Error(`${new Date(at).toISOString()} is not known`);
    let offset = 0;
    for (const change of this.changes) if (change.at <= at) ({ offset } = change);
    return at + offset;
  }

  windowsOf(date: number): readonly HoursWindow[] {
    const written = new Date(date * day).toISOString().slice(0, 10);
    if (this.calendar.holidays.includes(written)) return [];
    return this.calendar.halfDays?.[written] ?? this.calendar.week[new Date(date * day).getUTCDay()]!;
  }

  isOpen(at: number): boolean {
    const wall = this.wallOf(at);
    const date = Math.floor(wall / day);
    if (date !== this.today) {
      this.today = date;
      this.windows = this.windowsOf(date);
    }
    const minutes = Math.floor((wall - date * day) / minute);
    return this.windows.some(([begin, end]) => minutes >= begin && minutes < end);
  }

  /** How much open time lies between two instants. */
  openBetween(from: number, to: number): number {
    let open = 0;
    for (let at = from; at < to; at = this.endOf(at)) if (this.isOpen(at)) open += Math.min(this.endOf(at), to) - at;
    return open;
  }

  nextOpening(at: number): number {
    let found = at;
    while (!this.isOpen(found)) found = this.endOf(found);
    return found;
  }

  later(at: number, length: number): number {
    let left = length;
    for (let now = at; ; now = this.endOf(now)) {
      if (!this.isOpen(now)) continue;
      const more = this.endOf(now) - now;
      if (left <= more) return now + left;
      left -= more;
    }
  }

  earlier(at: number, length: number): number {
    let left = length;
    for (let now = at; ;) {
      const begin = Math.ceil(now / minute - 1) * minute;
      if (this.isOpen(begin)) {
        if (left <= now - begin) return now - left;
        left -= now - begin;
      }
      now = begin;
    }
  }

  /** `count` business days later on the calendar of dates. */
  businessDays(at: number, count: number): number {
    const wall = this.wallOf(at);
    let date = Math.floor(wall / day);
    let ms = wall - date * day;
    const step = Math.sign(count);
    const next = () => {
      do date += step;
      while (this.windowsOf(date).length === 0);
    };
    if (this.windowsOf(date).length === 0) {
      next();
      ms = (step > 0 ? this.windowsOf(date)[0]![0] : this.windowsOf(date).at(-1)![1]) * minute;
    }
    for (let left = Math.abs(count); left > 0; left--) next();
    return this.atWall(date * day + ms);
  }

  // The first minute with this time on the clock; where the clock skips the time, the minute after
  // the gap.
  private atWall(wall: number): number {
    const whole = Math.floor(wall / minute) * minute;
    // No zone is two days away from UTC.
    for (let now = whole - 2 * day; now < whole + 2 * day; now = this.endOf(now)) {
      if (this.wallOf(now) === whole) return now + wall - whole;
      if (this.wallOf(now) < whole && this.wallOf(this.endOf(now)) > whole) return this.endOf(now);
    }
    throw new Error('no such time');
  }

  private endOf(at: number): number {
    return (Math.floor(at / minute) + 1) * minute;
  }
}
