/** Owns the page of what went wrong: the sentence of the API, and where the reader may go on. */
import type { ProblemPage } from '../contracts/page-view';
import { htmlDocument } from './document';
import type { Rooted } from './links';

/** The page as HTML. */
export function problemPage(problem: ProblemPage, { root, css }: Rooted & { readonly css: string }): string {
  const { title, detail, requestId, goOn } = problem;
  return htmlDocument(
    { title: `${title} · Muster`, root, css },
    <>
      <h1>{title}</h1>
      <p class="refused">{detail}.</p>
      {goOn && (
        <p>
          <a href={`${root}${goOn.path}`}>{goOn.words}</a>
        </p>
      )}
      <p class="quiet">Request {requestId}</p>
    </>,
  );
}
