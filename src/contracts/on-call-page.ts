/**
 * Owns what the page On call shows: who is on call, the weeks ahead, and what the reader may
 * change. Types alone.
 */
import type { Recipient } from './deadline-view';
import type { OnCallScheduleView, OnCallSlot, ShiftView } from './on-call-view';
import type { PageBase } from './page-view';

/** A schedule, who is on call on it, and whether the reader may change that. */
export interface ShownSchedule extends OnCallScheduleView {
  /** The slots in which it stands: `primary of travel`. */
  readonly slots: readonly string[];
  /** The whole shifts that touch the weeks of the page, without gaps; null: they are not shown. */
  readonly shifts: readonly ShiftView[] | null;
  /** Why the reader may not stand in themselves; null: they may. */
  readonly take: string | null;
  /** Why the reader may not let others stand in; null: they may. */
  readonly give: string | null;
}

export interface OnCallPage extends PageBase {
  readonly page: 'on-call';
  /** The first and the last instant of what is known of the shifts. */
  readonly from: string;
  readonly to: string;
  /** Whose shifts come first; null: nobody has said who reads. */
  readonly me: Recipient | null;
  readonly slots: readonly OnCallSlot[];
  readonly schedules: readonly ShownSchedule[];
  /** Who may be asked to stand in, by name; null: too many to choose from. */
  readonly everybody: readonly Recipient[] | null;
  /** The shift that the reader chose to change: on which schedule, and an instant in it. */
  readonly chosen: { readonly schedule: string; readonly at: string } | null;
  /** What of the address meant nothing. */
  readonly refused?: string;
  /** Where calendars are subscribed to: the address of the installation. */
  readonly origin: string;
  /** Feeds need a token there, because people sign in. */
  readonly feedsNeedToken: boolean;
}
