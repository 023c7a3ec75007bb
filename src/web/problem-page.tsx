/** Owns the page of what went wrong: the sentence of the API, and where the reader may go on. */
import type { ProblemPage } from '../contracts/page-view';
import { Frame } from './frame';
import { Way } from './links';

export function Problem({ problem: { title, detail, requestId, goOn } }: { readonly problem: ProblemPage }) {
  return (
    <Frame>
      <h1>{title}</h1>
      <p class="refused">{detail}.</p>
      {goOn && (
        <p>
          <Way to={goOn.path}>{goOn.words}</Way>
        </p>
      )}
      <p class="quiet">Request {requestId}</p>
    </Frame>
  );
}
