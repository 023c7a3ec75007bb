/**
 * Owns how a request that failed is answered: problem details for programs, a page for readers, the
 * way to sign in for whoever opened an address; and what of it stands in the log. problem.ts
 * decides the status.
 */
import type { ErrorRequestHandler, Request } from 'express';
import type { ProblemPage } from '../contracts/page-view';
import { given } from '../given';
import { requestIdOf, send } from './answers';
import { ApiProblem, problemOf, type ProblemAnswer, type ProblemName } from './http/problem';
import { addressOf } from './http/reach';
import type { Shared } from './http/route';
import type { routeFinder } from './http/route-match';
import { problemAnswer } from './present/html-page';
import { goTo, signInPath } from './routes/sign-in-steps';

/**
 * A refusal costs the address from which the request came, unless it is known whose the request is.
 * While the engine does not answer whose, the request may be that of somebody, and costs nothing.
 */
export function countRefused({ limits }: Shared, routeOf: ReturnType<typeof routeFinder>): ErrorRequestHandler {
  return async (error: unknown, request, _response, next) => {
    if (problemOf(error, '').status < 500) await limits.takeUnknown(request, routeOf(request));
    next(error);
  };
}

/** Written down: somebody may be trying doors. */
const notAdmitted = ['unauthenticated', 'not-permitted', 'forbidden'] as const satisfies ProblemName[];

/** Whether a person has opened an address in a browser, who can sign in and come back. */
function isOpenedByPerson({ method, headers }: Request): boolean {
  const mode = headers['sec-fetch-mode'];
  return method === 'GET' && (mode === undefined || mode === 'navigate') && /text\/html/.test(headers.accept ?? '');
}

/** What went wrong, for the reader of a page. */
function shownProblem(
  { status, body }: ProblemAnswer,
  requestId: string,
  { path, method }: Request,
  routeOf: ReturnType<typeof routeFinder>,
): ProblemPage {
  const { title, detail } = body;
  // A form stands on the page at its own address, else on that of its process.
  const isOfPage = routeOf({ method: 'GET', path }) !== undefined;
  const from = method === 'GET' || isOfPage ? path : path.replace(/\/[^/]*$/, '');
  const goOn =
    status === 401
      ? { path: `login?return=${encodeURIComponent(from)}`, words: 'Sign in' }
      : method === 'GET'
        ? undefined
        : { path: from.slice(1), words: 'Back' };
  return { title: String(title), detail: String(detail), requestId, ...given({ goOn }) };
}

/** Answers whatever a step of a request has thrown. */
export function failure(shared: Shared, routeOf: ReturnType<typeof routeFinder>): ErrorRequestHandler {
  const { log } = shared;
  return (error: unknown, request, response, _next) => {
    const requestId = requestIdOf(response);
    const route = routeOf(request);
    const problem = problemOf(error, requestId, route?.alerts === 'door');
    if (problem.unexpected)
      log.warn('a request failed unexpectedly', {
        requestId,
        method: request.method,
        // As the table has it: an address of alerts may hold the key of its source.
        path: route?.path ?? 'no route',
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    if (notAdmitted.some((name) => problem.body['type'] === `urn:muster:problem:${name}`))
      log.warn('a request was not admitted', {
        requestId,
        method: request.method,
        path: route?.path ?? 'no route',
        from: addressOf(request, request.ip),
        because: problem.body['detail'],
      });
    if (response.headersSent) return void response.destroy();
    if (error instanceof ApiProblem && error.problem === 'unauthenticated' && isOpenedByPerson(request))
      return send(response, goTo(shared, request, `${signInPath}?return=${encodeURIComponent(request.originalUrl)}`));
    const key =
      typeof error === 'object' && error !== null && 'idempotencyKey' in error
        ? { 'Idempotency-Key': String(error.idempotencyKey) }
        : {};
    // The rest of a refused body is not read, so the connection cannot be used again.
    if (problem.status === 413) response.set('Connection', 'close');
    const headers = { ...problem.headers, ...key };
    // Whoever mistypes an address in a browser gets a page too, from which the others are reached.
    const isRead = route === undefined || route.forReaders === true;
    if (isRead && request.accepts(['json', 'html']) === 'html') {
      const shown = shownProblem(problem, requestId, request, routeOf);
      return send(response, { ...problemAnswer(shown, problem.status), headers });
    }
    send(response, {
      status: problem.status,
      headers,
      body: JSON.stringify(problem.body),
      type: 'application/problem+json',
    });
  };
}
