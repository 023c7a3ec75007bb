/**
 * Owns the types of freezes: times in which nothing should be deployed, compiled outside the
 * workflow (T12), and what a command is told of those in force. Plain JSON, instants as epoch ms.
 */
import type { Restriction } from './on-call';
import type { WorkingHours } from './policy';
import type { Instant } from './terms';

/** A day of every year, and minutes after its midnight; 02-29 is the last day of February. */
export interface DayOfYear {
  readonly month: number;
  readonly day: number;
  readonly minutes: number;
}
/** When a freeze is in force, on the wall clock of its calendar. */
export type FreezeTimes =
  /** Ms since 1970-01-01T00:00 on the wall clock. */
  | { readonly kind: 'once'; readonly from: number; readonly to: number }
  | ({ readonly kind: 'daily' } & Restriction)
  /** Minutes since Sunday 00:00; a `to` before `from` means the next week. */
  | { readonly kind: 'weekly'; readonly from: number; readonly to: number }
  /** A `to` before `from` means the next year. */
  | { readonly kind: 'yearly'; readonly from: DayOfYear; readonly to: DayOfYear }
  /**
   * From the beginning of a period to the end of its first `count` working days, or from the
   * beginning of its last `count` working days to its end.
   */
  | {
      readonly kind: 'working-days';
      readonly which: 'first' | 'last';
      readonly count: number;
      /** The length of the period. */
      readonly months: 1 | 3 | 12;
    }
  /** Each holiday, from the beginning of the `before`-th working day before it. */
  | { readonly kind: 'holidays'; readonly before: number };

export interface Freeze {
  readonly id: string;
  /** What it is for. */
  readonly title: string;
  readonly times: FreezeTimes;
  /** Its clock, and its working days and holidays. */
  readonly calendar: WorkingHours;
  /** Absent: releases of all services. */
  readonly services?: readonly string[];
  /** Absent: releases by all templates. */
  readonly templates?: readonly string[];
  readonly exempt: readonly string[];
  /** The roles of people who may deploy in it all the same, for a reason. */
  readonly allow: readonly string[];
}

/** One time of a freeze: from `from` to before `until`. */
export interface FreezeWindow {
  readonly id: string;
  readonly title: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly allow: readonly string[];
}
/** The freezes that hold a release at an instant; only the API knows them. */
export interface Frozen {
  readonly freezes: readonly FreezeWindow[];
  /** The first instant from then on that lies in no freeze; null: none within the horizon. */
  readonly freeAt: Instant | null;
}
