/** Owns what stands around the content of every page: the ways to the others, how old it is. */
import type { ComponentChildren } from 'preact';
import { isUtc } from '../contracts/clock-time';
import type { Recipient } from '../contracts/deadline-view';
import { Way } from './links';
import { LastUpdated, type Clock } from './times';

/** The pages that every page leads to, from the root of the installation. */
const ways = [
  { to: '', words: 'Now' },
  { to: 'on-call', words: 'On call' },
  { to: 'rehearse', words: 'Rehearse' },
  { to: 'history', words: 'History' },
  { to: 'settings', words: 'Settings' },
] as const;

interface Framed {
  /** Absent: the page says nothing that grows old. */
  readonly clock?: Clock;
  readonly reader?: Recipient | null;
  /** The path of the page itself, from the root: a form may have been answered with it. */
  readonly path?: string;
  /** How the page is kept up to date; absent: it is not. */
  readonly standing?: ComponentChildren;
  /** The choice of the zone of the times; absent: they are in that of the page. */
  readonly zones?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Frame({ clock, reader, path, standing, zones, children }: Framed) {
  return (
    <>
      <header>
        <nav aria-label="Pages">
          {ways.map(({ to, words }) => (
            <Way key={to} to={to} isHere={to === path?.split('?', 1)[0]}>
              {words}
            </Way>
          ))}
        </nav>
      </header>
      {standing}
      <main>{children}</main>
      {clock && (
        <footer>
          <p>
            Last updated <LastUpdated clock={clock} />. {path !== undefined && <Way to={path}>Reload</Way>}
          </p>
          {reader && (
            <p>
              Signed in as <Way to="login">{reader.name}</Way>
            </p>
          )}
          {zones || <p>{zoneWords(clock)}</p>}
        </footer>
      )}
    </>
  );
}

// Without a script nobody has chosen a zone.
function zoneWords({ zone }: Clock): string {
  return isUtc(zone) ? 'Times are in UTC.' : `Times are those of ${zone}, with UTC in brackets.`;
}
