/** Owns what the small pages show by which people sign in, and a terminal with them. */
import type { Recipient } from './deadline-view';

export type SignInPage =
  /** Nobody has to sign in here. */
  | { readonly page: 'open-to-all' }
  | {
      readonly page: 'sign-in';
      /** The path to which the browser goes afterwards. */
      readonly goesOnTo: string;
      /** Why somebody has to sign in, or in again. */
      readonly because?: string;
      /** The host of the identity provider; absent: there is none. */
      readonly provider?: string;
    }
  | {
      readonly page: 'sign-in-by-link';
      readonly goesOnTo: string;
      readonly because?: string;
      /** What counts once. */
      readonly once: string;
      /** Whom it signs in; absent: it counts no more. */
      readonly name?: string;
    }
  | {
      readonly page: 'signed-in';
      readonly reader: Recipient;
      /** Absent: the session has just ended. */
      readonly session?: SessionTimes;
      /** Of somebody whom people.yaml does not have: whom to ask. */
      readonly whomToAsk?: string;
    }
  | { readonly page: 'not-signed-in'; readonly because: string; readonly mayBeginAgain: boolean }
  | { readonly page: 'provider-away'; readonly issuer: string }
  | {
      /** A terminal asks to be signed in. */
      readonly page: 'terminal-asks';
      readonly code: string;
      readonly machine: string;
      readonly from: string;
      /** When it asked, on the clocks of the calendar and in UTC. */
      readonly when: string;
      readonly name: string;
    }
  | { readonly page: 'no-terminal'; readonly code: string }
  | { readonly page: 'terminal-signed-in' };

/** On the clocks of the calendar and in UTC. */
export interface SessionTimes {
  readonly endsAt: string;
  readonly unusedEndsAt: string;
}
