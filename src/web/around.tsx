/**
 * Owns what the parts of a page get from around them: the way to the root, the clock that runs in a
 * browser, the zone that the reader chose, and by what a command is given. On the server, and until
 * its script runs, a page has the way to the root alone.
 */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Clock } from './times';

/** How a request of the page ended. */
export type Outcome =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false;
      /** The sentence of the API, or why no answer came. */
      readonly because: string;
      /** By field, what is wrong with it. */
      readonly errors?: readonly { readonly path: string; readonly message: string }[];
    };

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the root of the installation: `v1/incidents/INC-…/resolve`. */
  readonly path: string;
  readonly body?: unknown;
  /** Under it the request acts once, also when it is sent again. */
  readonly key?: string;
  /** The page does not change by it. */
  readonly asksOnly?: true;
}

/** What a page can do once its script runs. */
export interface Acting {
  /** Sends a request, again under its key while no answer comes. Never rejects. */
  readonly send: (request: Request) => Promise<Outcome>;
  /** Who the reader said to be, where nobody has to sign in; undefined: not said, or not asked. */
  readonly me: string | undefined;
  readonly setMe: (person: string) => void;
  /** Goes on to another page; `path` from the root of the installation. */
  readonly open: (path: string) => void;
  /** Shows the same page as `path` has it, such as with another filter, in its place. */
  readonly turnTo: (path: string) => Promise<void>;
  /** Makes the page anew. */
  readonly reload: () => Promise<void>;
}

/** The way from the page to the root of the installation: `../` for each folder, or nothing. */
export const RootContext = createContext('');
/** null: no script runs (yet). */
export const ActingContext = createContext<Acting | null>(null);
/** The zone that times are shown in; null: that of the page, with UTC beside it. */
export const ZoneContext = createContext<string | null>(null);
/** The instant of now, each second anew, RFC 3339; null: that of the page. */
export const NowContext = createContext<string | null>(null);

export function useRoot(): string {
  return useContext(RootContext);
}

/** null: no script runs (yet), so nothing that needs one may be shown. */
export function useActing(): Acting | null {
  return useContext(ActingContext);
}

/** The clock of the page, which goes on in a browser. */
export function useClock(clock: Clock): Clock {
  const now = useContext(NowContext);
  return now === null ? clock : { ...clock, at: now };
}
