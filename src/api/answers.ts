/** Owns how answers leave: headers, type and body, and the policy of pages. */
import type { Request, Response } from 'express';
import type { Answer } from './http/route';

/**
 * Sends the answer of a route. Not by `response.send`: that would answer 304 to a view whose
 * revision is the same although time has changed its deadlines.
 */
export function send(response: Response, { status = 200, headers = {}, page, ...other }: Answer): void {
  const { body, type } =
    page === undefined ? other : { body: page(rootFrom(response.req)), type: 'text/html; charset=utf-8' };
  if (page !== undefined) response.set('Content-Security-Policy', pagePolicy);
  for (const [name, value] of Object.entries(headers))
    response.set(name, typeof value === 'string' ? value : [...value]);
  response
    .status(status)
    .type(type ?? 'application/json')
    .end(type === undefined ? JSON.stringify(body) : body);
}

// Nothing but our own style sheet: no script, nothing inline, nothing of others.
const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The way from the address of `request` to the root: `../` for each folder of its path. */
function rootFrom({ path }: Request): string {
  return '../'.repeat(Math.max(0, path.split('/').length - 2));
}

/** The id of the request, which stands in every answer. */
export function requestIdOf(response: Response): string {
  return response.locals['requestId'] as string;
}
