/**
 * Owns the types of alerts: what a sender says (an alert), what the rules of alerts.yaml make of it
 * (a ruling), and what an incident is told of it (a report). Plain JSON, instants as epoch ms.
 */
import type { Severity } from '../../contracts/command-table';
import type { RecentChanges } from './changes';
import type { Teams } from './inputs';
import type { Instant } from './terms';

/** `acknowledged`: somebody answered in the sender's own tool; says nothing of the end. */
export type AlertSays = 'firing' | 'resolved' | 'acknowledged';

export interface AlertLink {
  readonly title: string;
  /** http or https. */
  readonly url: string;
}

/** One alert as its sender says it, in Muster's words. Every text is short and on one line. */
export interface Alert {
  /** The name of the source in alerts.yaml. */
  readonly source: string;
  /** Identity within the source, at most 255 characters. */
  readonly key: string;
  readonly says: AlertSays;
  readonly title: string;
  readonly text?: string;
  /** The sender's own word, such as `critical`. */
  readonly severity?: string;
  /** The sender's own words for the service, the likeliest first. */
  readonly services: readonly string[];
  readonly links: readonly AlertLink[];
  readonly runbook?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt?: Instant;
  readonly endsAt?: Instant;
  /** Its sender tells no end of it: it has ended when it was not heard for so long. */
  readonly endsAfterMs?: number;
  /** The group in which the sender told it: an identity too, because groups are cut short. */
  readonly group?: string;
  /**
   * The sender's own words for whoever acknowledged or ended it, if it was a person: a name, an
   * address, an id.
   */
  readonly by?: readonly string[];
}

/** What a sender says of a whole group: Alertmanager leaves out alerts beyond `max_alerts`. */
export interface AlertGroup {
  readonly group: string;
  /** `resolved` ends every alert of the group. */
  readonly says: 'firing' | 'resolved';
  /** How many alerts of the group were left out of the message. */
  readonly leftOut: number;
  /** The latest end that the message tells of: what began after it has not ended with the group. */
  readonly endsAt?: Instant;
}

export interface Flapping {
  readonly times: number;
  readonly withinMs: number;
}

/** Where an alert leads. */
export type Ruling =
  | {
      /** Joins the open incident about its service, else begins one. */
      readonly do: 'open';
      readonly service?: string;
      readonly severity: Severity;
      readonly template?: string;
      /** The title of an incident that begins with this alert. */
      readonly title: string;
      /** How long the alert has to fire before anybody hears of it. */
      readonly waitMs?: number;
      /** Alerts of one value belong to one incident, besides those about one service. */
      readonly gather?: string;
      /** How long after the end of the last alert an unanswered incident resolves by itself. */
      readonly resolveAfterMs: number;
      /** An alert that begins so often within this time flaps: its ends count when it is quiet. */
      readonly flapping?: Flapping;
      /** How long after the end of its incident an alert that fires on begins another (1h). */
      readonly againAfterMs?: number;
      /** It has ended when it was not heard for so long. */
      readonly endsAfterMs?: number;
    }
  /** Joins an open incident about its service; begins none. */
  | {
      readonly do: 'join';
      readonly service?: string;
      readonly severity: Severity;
      readonly resolveAfterMs: number;
      readonly flapping?: Flapping;
      readonly againAfterMs?: number;
      readonly endsAfterMs?: number;
    }
  /**
   * A page that Muster sent: no alert. An answer to it at the pager counts for the process.
   * `channels`: those over which a page to this pager leaves.
   */
  | { readonly do: 'page'; readonly process: string; readonly channels: readonly string[] }
  | { readonly do: 'ignore'; readonly rule: string }
  | { readonly do: 'unmatched'; readonly because: string };

/** A ruling by which an alert belongs to an incident. */
export type Leading = Extract<Ruling, { readonly do: 'open' | 'join' }>;

export type RuledAlert = Alert & { readonly ruling: Ruling };

/** What one request of a sender said, as the intake takes it. */
export interface AlertsTaken {
  /** The API's clock on receipt. */
  readonly at: Instant;
  readonly source: string;
  readonly alerts: readonly RuledAlert[];
  readonly groups: readonly AlertGroup[];
  /** When people are told next of what fits no rule, by the calendar of the installation. */
  readonly tellAt?: Instant;
}

/** An alert as an incident keeps it. */
export interface KnownAlert {
  /** `<source>/<key>`: who it is. */
  readonly id: string;
  /** Which of its episodes, from 1. */
  readonly episode: number;
  readonly source: string;
  readonly title: string;
  readonly state: 'firing' | 'resolved';
  readonly severity?: string;
  readonly service?: string;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** How often its sender said so in this episode. */
  readonly count: number;
  readonly endedAt?: Instant;
  /** It was not heard for so long that it counts as ended; nobody said that it is over. */
  readonly fellSilent?: true;
  /** It begins and ends too often: its end counts when it has been quiet. */
  readonly flaps?: true;
  readonly links?: readonly AlertLink[];
  readonly runbook?: string;
}

/** A sender that has to be heard from time to time: its silence is an alert. */
export interface Expected {
  readonly source: string;
  readonly everyMs: number;
  /** What its silence says. */
  readonly alert: RuledAlert;
}

/** What the intake tells an incident; the same key changes nothing the second time. */
export interface AlertReport {
  readonly key: string;
  readonly at: Instant;
  readonly alerts: readonly KnownAlert[];
  /** How many more there are than an incident keeps. */
  readonly further?: number;
  /** They are of the group of a rule: an incident that begins with them takes no others. */
  readonly gathered?: true;
  /** The levels of those that fire; a level that the incident does not know changes nothing. */
  readonly levels: readonly Severity[];
  readonly services: readonly string[];
  readonly teams?: Teams;
  readonly resolveAfterMs: number;
  /** What was changed on its services lately. */
  readonly recent?: RecentChanges;
  /** Says nothing new: asks whether the incident, which has these alerts, is still open. */
  readonly asks?: true;
}
