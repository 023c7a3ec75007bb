/**
 * Owns how a page becomes an answer: the pages of src/web, the small ones that are written here as
 * HTML, and that of what went wrong. How text stands in HTML that is written here.
 */
import type { IncidentPage, PageModel, ProblemPage } from '../../contracts/page-view';
import type { SignInPage } from '../../contracts/page-view-sign-in';
import { pageDocument, problemPage, signInPage, smallPage, type Around } from '../../web/document';
import type { Answer } from '../http/route';
import { assetPaths } from './assets';

/** What the table of routes says of an answer that is a page. */
const pageSuccess = {
  status: 200,
  about: 'a page, or its model for the script of the page',
  types: ['text/html', 'application/json'],
} as const;

/** What each route of a page of src/web says of itself. */
export const forPages = {
  anyQuery: true,
  openedByLinks: true,
  forReaders: true,
  asksWho: true,
  success: pageSuccess,
} as const;

/** A page of src/web as an answer; a program, and the script of the page, get its model. */
export function pageAnswer(model: PageModel, status = 200): Answer {
  return { status, page: (root) => pageDocument(model, around(root)), body: model };
}

/** A small page with `content`, which is HTML, above where an incident stands. */
export function aboveIncident(content: string, incident: IncidentPage, status = 200): Answer {
  return { status, page: (root) => smallPage(content, around(root), incident) };
}

/** A small page with `content`, which is HTML. */
export function htmlPage(content: string, status = 200): Answer {
  return { status, page: (root) => smallPage(content, around(root)) };
}

/** A page by which people sign in. */
export function signInAnswer(model: SignInPage, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, page: (root) => signInPage(model, around(root)), headers };
}

/** The page of what went wrong, with the status that the API gives it. */
export function problemAnswer(problem: ProblemPage, status: number): Answer {
  return { status, page: (root) => problemPage(problem, around(root)) };
}

function around(root: string): Around {
  return { root, ...assetPaths };
}

/** `text` as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
