/** Owns what the page History shows: what is over, and what is still owed of it. */
import type { OpenActionItemPage, OpenActionItemRow } from './action-items-view';
import type { PageBase } from './page-view';
import type { ListRow } from './process-view';

/** What the reader asked for; a date is a day of the calendar, both included. */
export interface HistoryFilter {
  readonly kind?: string;
  readonly service?: string;
  readonly level?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What is over, the latest first. */
export interface EndedShown {
  readonly show: 'ended';
  readonly filter: HistoryFilter;
  readonly rows: readonly ListRow[];
  /** What may be chosen from. */
  readonly services: readonly string[];
  readonly levels: readonly string[];
}

/** An action item, and whether the reader may settle it. */
export interface ActionShown extends OpenActionItemRow {
  /** null: the reader may; else why not. */
  readonly because: string | null;
}

/** The open action items over everything, the earliest due first. */
export interface ActionsShown {
  readonly show: 'actions';
  readonly filter: { readonly mine: boolean; readonly overdue: boolean };
  readonly items: readonly ActionShown[];
  readonly leftOut: OpenActionItemPage['leftOut'];
}

/** The page History. */
export interface HistoryPage extends PageBase {
  readonly page: 'history';
  readonly shown: EndedShown | ActionsShown;
  /** The page itself and the one after it, from the root; null: nothing comes after it. */
  readonly path: string;
  readonly next: string | null;
}
