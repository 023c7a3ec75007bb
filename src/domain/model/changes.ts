/**
 * Owns the types of changes: what a deployment tool says (`SaidChange`), what is kept of it and of
 * Muster's own releases (`Change`), and the log that keeps it. Plain JSON, instants as epoch ms.
 */
import type { Instant } from './terms';

/**
 * `deploying`: the deployment of a release has begun, and has not ended. `check`: the result of a
 * check that no release took. `unread`: a message of a known sender of which nothing could be read.
 * The last two are shown to people, and are no change of a service.
 */
export type ChangeKind =
  'deploying' | 'deployed' | 'deployment-failed' | 'rolled-back' | 'changed' | 'check' | 'unread';

/** What happened to services. Every text is short and on one line. */
export interface Change {
  /**
   * `<source>/<identity>`, the same in every repeat; without an identity of the sender, that of the
   * receipt. Or that of a release.
   */
  readonly id: string;
  readonly at: Instant;
  readonly kind: ChangeKind;
  /** A source of alerts.yaml; `muster` for a release of Muster's own. */
  readonly source: string;
  readonly title: string;
  readonly services: readonly string[];
  readonly version?: string;
  readonly environment?: string;
  /** http or https. */
  readonly url?: string;
  readonly by?: string;
  /** The release of Muster that is meant. */
  readonly release?: string;
  /** The release is over, so that it cannot be rolled back any more. */
  readonly ended?: true;
  /** Why no release took it. */
  readonly because?: string;
}

/** What a source may do to a release besides being written down. */
export type ChangeDeed = 'report-check' | 'mark-deployed';

/** One message of a deployment tool, in Muster's words. */
export interface SaidChange {
  readonly change: Change;
  /** The API's clock on receipt. */
  readonly receivedAt: Instant;
  /** The content, where the sender gives the message no identity: then only a retry is a repeat. */
  readonly content?: string;
  /** The releases that the message names; one release is meant, or none. */
  readonly releases: readonly string[];
  /** The result of a check; then `change` is only kept when no release takes the result. */
  readonly check?: { readonly name: string; readonly result: 'pass' | 'fail' };
  readonly may: readonly ChangeDeed[];
}

/** What came of a message. */
export type ChangeOutcome =
  /** A release has taken it; what it does, it tells by itself. */
  | { readonly type: 'taken'; readonly release: string }
  /** No release took it; `because` when one was meant. */
  | { readonly type: 'kept'; readonly release?: string; readonly because?: string }
  | { readonly type: 'failed'; readonly because: string };

/** What a release tells the log of itself. */
export type ReleaseWord =
  | { readonly do: 'record'; readonly change: Change }
  /** It is over: it cannot be rolled back any more. */
  | { readonly do: 'end'; readonly release: string }
  /**
   * R37: it is restricted now, and nothing is to be read of it here. `of`: the number of its event;
   * absent in the words of builds before.
   */
  | { readonly do: 'withdraw'; readonly release: string; readonly of?: number }
  /** R37: everybody may see it again, and what it says from now on is kept. */
  | { readonly do: 'reveal'; readonly release: string; readonly of: number };

/** A message that the log knows by its content alone. */
export interface HeardContent {
  readonly content: string;
  readonly receivedAt: Instant;
  /** Stands for what it is about: a later word about the same thing makes it an old one. */
  readonly about?: string;
  /**
   * Stands for why no release took it: it may be said again when that has changed. No words, since
   * they may name a release that is restricted later (R37).
   */
  readonly because?: string;
  /** The same of the time before, while a release is asked again. */
  readonly before?: string;
}

/** All that the log keeps. */
export interface ChangeLog {
  /** By `at`, the oldest first. */
  readonly changes: readonly Change[];
  /** Messages that releases have taken, so that a repeat changes nothing; the oldest first. */
  readonly taken: readonly { readonly id: string; readonly at: Instant }[];
  /**
   * Messages without an identity of the sender, so that a retry changes nothing; the oldest first.
   */
  readonly heard?: readonly HeardContent[];
  /** Releases of which nothing is kept. */
  readonly withdrawn: readonly string[];
  /** By release, the number of its latest word about who may see it; the oldest first. */
  readonly seen?: readonly { readonly release: string; readonly of: number }[];
  /** Releases that are over, and may be told of as deployed only later. */
  readonly ended?: readonly string[];
  readonly outbox: readonly { readonly id: number; readonly said: SaidChange }[];
  readonly nextEffectId: number;
}

/** The latest changes of some services, the newest first; `more`: how many are left out. */
export interface RecentChanges {
  readonly changes: readonly Change[];
  readonly more: number;
}
