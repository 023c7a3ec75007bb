/** Owns what the page of a release shows. */
import type { Account, PageBase, Rights } from './page-view';
import type { ProcessView } from './process-view';

/** A time against which a release is planned: days without work, and freezes. */
export interface ClosedTime {
  readonly why: 'weekend' | 'holiday' | 'freeze';
  readonly from: string;
  /** The first instant after it. */
  readonly until: string;
  /** What a freeze is for. */
  readonly text?: string;
}

/** The time on which the windows of the phases are drawn. */
export interface TimeLine {
  readonly from: string;
  readonly until: string;
  /** In order. */
  readonly closed: readonly ClosedTime[];
}

/** The page of a release. */
export interface ReleasePage extends PageBase, Account {
  readonly page: 'release';
  readonly release: ProcessView;
  /** null: nothing of it has an instant. */
  readonly line: TimeLine | null;
  readonly rights: Rights;
  /** By gate: null when the reader may override it while it is closed, else why not. */
  readonly overrides: Readonly<Record<string, string | null>>;
}
