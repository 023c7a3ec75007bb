/**
 * Owns what each page of the browser shows: one model of plain data for each page, made of the
 * views of the API. Types alone, so that a page may be rendered anywhere.
 */
import type { CommandName } from './command-table';
import type { DeadlineView, Recipient } from './deadline-view';
import type { OnCallPage } from './on-call-page';
import type { TimelineFilter } from './entry-kinds';
import type { HistoryPage } from './page-view-history';
import type { ReleasePage } from './page-view-release';
import type { SettingsPage } from './page-view-settings';
import type { ListRow, ProcessView } from './process-view';
import type { RehearsePage } from './rehearse-page';
import type { DueRow, InboxRow, TimelineEntry } from './view';

/** What every page says: when it was made, for whom, and on whose clock. */
export interface PageBase {
  /** When the page was made, which is how old what it says is. RFC 3339. */
  readonly at: string;
  /** The zone of the calendar: times are shown on its clocks, and in UTC. */
  readonly zone: string;
  /** Who has signed in; null: nobody has to. */
  readonly reader: Recipient | null;
  /**
   * Whom the reader may be, those who were told first, where nobody has to sign in; null: the
   * session says.
   */
  readonly people: readonly Recipient[] | null;
}

/** A row of the list, and what the process itself says. */
export interface OpenRow extends ListRow {
  /** Who has it; null: nobody yet; absent: the process was not asked, or did not answer. */
  readonly hasIt?: { readonly person: string; readonly name: string } | null;
  /** The deadline that is due next; null: none runs; absent as above. */
  readonly next?: DeadlineView | null;
  /** It waits for an answer of the reader. */
  readonly waitsForReader?: true;
}

/** Who is on call on a schedule, or a person who stands in a slot for good. */
export interface OnCallRow {
  readonly schedule: string;
  readonly name: string;
  readonly people: readonly Recipient[];
  /** null: nobody knows an end. */
  readonly until: string | null;
  /** Whether the reader is one of them. */
  readonly isReader: boolean;
}

/** The page Now: what is open, and what waits for the reader. */
export interface NowPage extends PageBase {
  readonly page: 'now';
  /** The troubled first, then the worst. */
  readonly incidents: readonly OpenRow[];
  readonly releases: readonly OpenRow[];
  /** More are open than are shown. */
  readonly areMore: boolean;
  /** The processes that did not answer in time: who has them is not known. */
  readonly unanswered: readonly string[];
  /** What is open, as the id of the event `open` of the stream says it. */
  readonly openId: string;
  /** Who is on call: the reader's own schedules first, or null when that is not known now. */
  readonly onCall: readonly OnCallRow[] | null;
  /** What else is due from the reader: gates, items, action items. Empty where nobody signs in. */
  readonly dueFromReader: readonly DueRow[];
  /** May the reader declare? null, or why not. */
  readonly mayDeclare: string | null;
  readonly levels: readonly string[];
  readonly choices: Choices;
  /** The latest messages of the inbox to the reader, or to anybody; null: they did not come. */
  readonly messages: readonly InboxRow[] | null;
}

/** Whether the reader may acknowledge, and why not. */
export type AcknowledgeForm = { readonly may: true } | { readonly may: false; readonly because: string };

/** By command: null when the reader may give it, else why not. */
export type Rights = Readonly<Partial<Record<CommandName, string | null>>>;

/** What a form offers to choose from. */
export interface Choices {
  /** null: too many to choose from, so the form asks for an id. */
  readonly people: readonly Recipient[] | null;
  readonly roles: readonly string[];
  readonly services: readonly string[];
}

/** What happened to a process, as a page tells it. */
export interface Account {
  /** By id, for the people whom the process and its timeline name by id alone. */
  readonly names: Readonly<Record<string, string>>;
  /** Which entries the reader asked for. */
  readonly filter: TimelineFilter;
  /** Those of them that are shown, the newest first. */
  readonly timeline: readonly TimelineEntry[];
  /** How many earlier ones there are. */
  readonly earlier: number;
  /** The number of the newest entry of all. */
  readonly newest: number;
}

/** The page of an incident. */
export interface IncidentPage extends PageBase, Account {
  readonly page: 'incident';
  readonly incident: ProcessView;
  /** A form that a browser sends without a script acts once under it. */
  readonly formKey: string;
  /** null: no answer is awaited. */
  readonly acknowledge: AcknowledgeForm | null;
  readonly rights: Rights;
  readonly choices: Choices;
  /** Why what the reader has just asked for was not done. */
  readonly refused?: string;
}

/** A page that is made again while somebody looks. */
export type PageModel = NowPage | IncidentPage | ReleasePage | HistoryPage | SettingsPage | OnCallPage | RehearsePage;

/** The page of what went wrong. */
export interface ProblemPage {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  /** Where the reader may go on, from the root of the installation. */
  readonly goOn?: { readonly path: string; readonly words: string };
}
