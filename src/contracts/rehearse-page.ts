/**
 * Owns what the page Rehearse shows: the question as it was asked, and what would happen. Plain
 * data, free of zod.
 */
import type { AgendaLine } from '../domain';
import type { Change } from './change-words';
import type { CoverageView } from './coverage-view';
import type { Recipient } from './deadline-view';
import type { PageBase } from './page-view';

export type { AgendaLine };

export const rehearseViews = ['rehearsal', 'coverage', 'what-if'] as const;
export type RehearseView = (typeof rehearseViews)[number];

/** The fields of the form, as they were sent. */
export interface RehearsalAsked {
  readonly level: string;
  /** Empty: the incident names no service. */
  readonly service: string;
  /** Wall-clock time in the zone of the calendar; empty: now. */
  readonly at: string;
  /** Who answers: a person; `first`, whoever is paged first; empty: nobody does. */
  readonly who: string;
  /** Minutes after the declaration. */
  readonly after: string;
}

/** What would happen, as far as a page shows it. */
export interface ShownRehearsal {
  readonly at: string;
  readonly endedAt: string;
  readonly severity: string;
  readonly services: readonly string[];
  readonly template: { readonly name: string; readonly version: string };
  readonly ends: 'over' | 'quiet' | 'repeating' | 'horizon' | 'limit';
  readonly status: string;
  /** Delivered pages. */
  readonly paged: number;
  readonly agenda: readonly AgendaLine[];
  /** How many later lines the agenda has. */
  readonly later: number;
}

/** One message of a comparison: `page` or `remind`, to whom, about which deadlines. */
export interface ToldThen {
  readonly kind: 'page' | 'remind';
  readonly name: string;
  readonly about: readonly string[];
}
/** A moment of an incident: what happened, and what would happen under the policy of today. */
export interface ComparedMoment {
  /** ms after the beginning. */
  readonly after: number;
  /** What people did, the same on both sides. */
  readonly did: readonly { readonly name: string; readonly text: string }[];
  readonly was: readonly ToldThen[];
  readonly would: readonly ToldThen[];
}
interface Policy {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
}
export interface ShownWhatIf {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly beganAt: string;
  /** Still open: both sides are looked at until `until`. */
  readonly open: boolean;
  readonly until: string;
  readonly was: { readonly template: Policy; readonly pages: number };
  readonly would: { readonly template: Policy; readonly pages: number };
  readonly moments: readonly ComparedMoment[];
  /** How many later moments there are. */
  readonly later: number;
  readonly changes: readonly Change[];
  readonly absences: readonly { readonly from: string; readonly to: string }[];
  readonly undelivered: number;
  /** ms that messages took to arrive, where that is enough to notice. */
  readonly slowMs?: number;
  /** What today's policy would have refused people. */
  readonly refused: readonly string[];
}

export interface RehearsePage extends PageBase {
  readonly page: 'rehearse';
  /** The hashes of the templates by which it was rehearsed, in the order of `GET /v1/templates`. */
  readonly policies: readonly string[];
  readonly show: RehearseView;
  readonly asked: RehearsalAsked;
  readonly levels: readonly string[];
  readonly services: readonly string[];
  /** Who may answer, by name; null: too many to choose from. */
  readonly everybody: readonly Recipient[] | null;
  /** What of the question was wrong, by field. */
  readonly refused: readonly { readonly path: string; readonly message: string }[];
  readonly rehearsal: ShownRehearsal | null;
  readonly coverage: CoverageView | null;
  /** The incident that was asked about; empty: none was. */
  readonly incident: string;
  /** Incidents that may be asked about, the newest first. */
  readonly incidents: readonly { readonly id: string; readonly title: string; readonly severity: string }[];
  readonly whatIf: ShownWhatIf | null;
}
