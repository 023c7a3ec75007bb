/** Owns what the page Settings shows: what is loaded, what comes in and goes out, who asks. */
import type { Me, TokenRow } from './access-view';
import type { UnmatchedPage } from './alerts-view';
import type { ChannelRow, ConfigurationHealth, TemplateRow } from './configuration-view';
import type { PageBase } from './page-view';

/** What became of the latest message over a channel. */
export interface ChannelResult {
  readonly at: string;
  /** Absent: it was delivered. */
  readonly failed?: string;
}

export interface ChannelShown extends ChannelRow {
  /** Absent: none of the latest processes has used it, or none answered. */
  readonly last?: ChannelResult;
}

/** The session of this browser. */
export interface SessionShown {
  readonly begunAt: string;
  /** Unless it is used before. */
  readonly endsAt: string;
  /** However much it is used. */
  readonly endsAtTheLatest: string;
}

/** The page Settings. */
export interface SettingsPage extends PageBase {
  readonly page: 'settings';
  readonly me: Me;
  /** People have to sign in here. */
  readonly isSignedIn: boolean;
  /** null: whoever asks came by no session. */
  readonly session: SessionShown | null;
  /** Those that count; a text: why the reader does not get them. */
  readonly tokens: readonly TokenRow[] | string;
  /** Of the files that are read again while Muster runs. */
  readonly files: { readonly health: ConfigurationHealth; readonly readAt: string };
  readonly templates: readonly TemplateRow[];
  readonly channels: readonly ChannelShown[];
  /** null: the processes were asked; else why nobody knows how the channels fared. */
  readonly resultsMissing: string | null;
  /** null: the reader may test a channel; else why not. */
  readonly mayTest: string | null;
  /** null: they did not come in time. */
  readonly alerts: UnmatchedPage | null;
}
