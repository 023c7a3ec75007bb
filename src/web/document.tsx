/**
 * Owns the document around a page: its head, the page itself as HTML, and the model from which a
 * browser that runs scripts goes on. Rendered on the server alone.
 */
import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { IncidentPage, PageModel, ProblemPage } from '../contracts/page-view';
import type { SignInPage } from '../contracts/page-view-sign-in';
import { RootContext } from './around';
import { Frame } from './frame';
import { IncidentStanding } from './incident-page';
import { Page, titleOf } from './pages';
import { Problem } from './problem-page';
import { headingOf, SignIn } from './sign-in-page';

/** What stands in the head of a document. Addresses are from the root of the installation. */
export interface Around {
  /** The way from the page to the root of the installation: `../` for each folder, or nothing. */
  readonly root: string;
  readonly css: string;
  readonly icon: string;
  readonly touchIcon: string;
  readonly manifest: string;
  /** Absent: the page stays as it is. */
  readonly script?: string;
}

/** The page of `model` as a document of HTML. */
export function pageDocument(model: PageModel, around: Around): string {
  return htmlDocument(titleOf(model), around, <Page model={model} />, model);
}

/**
 * A page with `html`, in which every text is escaped already; below it where an incident stands, if
 * one is given. It stays as it is: whoever reads it may have no session.
 */
export function smallPage(html: string, around: Around, incident?: IncidentPage): string {
  return htmlDocument(
    'Muster',
    around,
    <Frame {...(incident === undefined ? {} : { clock: incident })}>
      <div dangerouslySetInnerHTML={{ __html: html }} />
      {incident && <IncidentStanding page={incident} />}
    </Frame>,
  );
}

/** A page by which people sign in. It stays as it is, as the small ones do. */
export function signInPage(model: SignInPage, around: Around): string {
  const heading = headingOf(model);
  return htmlDocument(heading.includes('Muster') ? heading : `${heading} · Muster`, around, <SignIn model={model} />);
}

/** The page of what went wrong. */
export function problemPage(problem: ProblemPage, around: Around): string {
  return htmlDocument(`${problem.title} · Muster`, around, <Problem problem={problem} />);
}

function htmlDocument(title: string, around: Around, page: ComponentChildren, model?: PageModel): string {
  const { root, css, icon, touchIcon, manifest, script } = around;
  return `<!doctype html>${renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="stylesheet" href={`${root}${css}`} />
        <link rel="icon" href={`${root}${icon}`} />
        <link rel="apple-touch-icon" href={`${root}${touchIcon}`} />
        <link rel="manifest" href={`${root}${manifest}`} />
      </head>
      <body>
        <div id="page" data-root={root}>
          <RootContext.Provider value={root}>{page}</RootContext.Provider>
        </div>
        {model && script !== undefined && (
          <>
            <script type="application/json" id="model" dangerouslySetInnerHTML={{ __html: asScript(model) }} />
            <script src={`${root}${script}`} defer />
          </>
        )}
      </body>
    </html>,
  )}`;
}

// No text in the model may end the element that it stands in.
function asScript(model: PageModel): string {
  return JSON.stringify(model).replaceAll('<', '\\u003c');
}
