/**
 * Owns the frame of every page: its head, the way home, who reads, how old the page is. Needs no
 * script: everything can be read and acknowledged without.
 */
import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Recipient } from '../contracts/deadline-view';
import type { Rooted } from './links';
import { LastUpdated, type Clock } from './times';

export interface Frame extends Rooted {
  readonly title: string;
  /** The address of the style sheet, from the root of the installation. */
  readonly css: string;
  /** Absent: the page says nothing that grows old. */
  readonly clock?: Clock;
  readonly reader?: Recipient | null;
  /** The path of the page itself, from the root: a form may have been answered with it. */
  readonly path?: string;
}

/** A page with `children` as a document of HTML. */
export function htmlDocument(frame: Frame, children: ComponentChildren): string {
  return `<!doctype html>${renderToString(<Document {...frame}>{children}</Document>)}`;
}

function Document({
  title,
  css,
  root,
  clock,
  reader,
  path = '',
  children,
}: Frame & { readonly children: ComponentChildren }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="stylesheet" href={`${root}${css}`} />
      </head>
      <body>
        <header>
          <a class="home" href={addressOf(root, '')}>
            Muster
          </a>
          {reader && <a href={`${root}login`}>{reader.name}</a>}
        </header>
        <main>{children}</main>
        {clock && (
          <footer>
            <p>
              Last updated <LastUpdated clock={clock} />. <a href={addressOf(root, path)}>Reload</a>
            </p>
            <p>Times are those of {clock.zone}, with UTC in brackets.</p>
          </footer>
        )}
      </body>
    </html>
  );
}

// An empty address would be that of the page, with its query.
function addressOf(root: string, path: string): string {
  return `${root}${path}` || './';
}

/** A page with `html`, in which every text is escaped already. */
export function smallPage(html: string, { root, css }: Rooted & { readonly css: string }): string {
  return htmlDocument({ title: 'Muster', root, css }, <div dangerouslySetInnerHTML={{ __html: html }} />);
}
