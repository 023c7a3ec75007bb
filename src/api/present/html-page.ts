/**
 * Owns how a page becomes an answer: the pages of src/web, the small ones that are written here as
 * HTML, and that of what went wrong. How text stands in HTML that is written here.
 */
import type { ProblemPage } from '../../contracts/page-view';
import { smallPage } from '../../web/document';
import { problemPage } from '../../web/problem-page';
import type { Rooted } from '../../web/links';
import type { Answer } from '../http/route';
import { pageCssPath } from './page-css';

/** A page of src/web as an answer. */
export function pageAnswer<Model>(
  render: (model: Model, around: Rooted & { readonly css: string }) => string,
  model: Model,
  status = 200,
): Answer {
  return { status, page: (root) => render(model, { root, css: pageCssPath }) };
}

/** A small page with `content`, which is HTML. */
export function htmlPage(content: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return { ...pageAnswer(smallPage, content, status), headers };
}

/** The page of what went wrong, with the status that the API gives it. */
export function problemAnswer(problem: ProblemPage, status: number): Answer {
  return pageAnswer(problemPage, problem, status);
}

/** `text` as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
