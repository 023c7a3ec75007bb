/** Owns how answers leave: headers, type and body, and the policy of pages. */
import type { Request, Response } from 'express';
import { gzipSync } from 'node:zlib';
import { EventStream } from './http/event-stream';
import type { Answer } from './http/route';

/**
 * Sends the answer of a route. Not by `response.send`: that would answer 304 to a view whose
 * revision is the same although time has changed its deadlines.
 */
export function send(response: Response, answer: Answer): void {
  const { status = 200, headers = {} } = answer;
  for (const [name, value] of Object.entries(headers))
    response.set(name, typeof value === 'string' ? value : [...value]);
  response.status(status);
  if (answer.stream !== undefined) return sendStream(response, answer.stream);
  if (answer.page !== undefined && !isForProgram(response.req, answer)) return sendPage(response, answer.page);
  const { body, type } = answer;
  if (answer.page !== undefined) response.vary('Accept');
  response.type(type ?? 'application/json').end(type === undefined ? JSON.stringify(body) : body);
}

function isForProgram(request: Request, { body }: Answer): boolean {
  return body !== undefined && request.accepts(['html', 'json']) === 'json';
}

// Compressed here, because nothing stands before Muster on most machines: a page is five times as
// long otherwise. What a page repeats of its reader's input is no secret beside one of ours.
function sendPage(response: Response, page: (root: string) => string): void {
  const html = page(rootFrom(response.req));
  response.set('Content-Security-Policy', pagePolicy).vary('Accept, Accept-Encoding').type('text/html; charset=utf-8');
  if (response.req.acceptsEncodings('gzip') !== 'gzip') return void response.end(html);
  response.set('Content-Encoding', 'gzip').end(gzipSync(html, { level: 6 }));
}

function sendStream(response: Response, stream: NonNullable<Answer['stream']>): void {
  // A proxy that gathers or compresses would keep events back. The connection is of no use after.
  response.set({ 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no', Connection: 'close' });
  // Express would add a charset, which this type has no use for: it is UTF-8 always.
  response.setHeader('Content-Type', 'text/event-stream');
  noteAnswered(response);
  if (response.req.method === 'HEAD') return void response.end();
  stream(new EventStream(response));
}

/** Counts the request as answered now, once: a stream is not as slow as it is long. */
export function noteAnswered({ locals }: Response): void {
  (locals['answered'] as (() => void) | undefined)?.();
  locals['answered'] = undefined;
}

// Our own style sheet, script and icons, and our own API: nothing inline, nothing of others.
const pagePolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The way from the address of `request` to the root: `../` for each folder of its path. */
function rootFrom({ path }: Request): string {
  return '../'.repeat(Math.max(0, path.split('/').length - 2));
}

/** The id of the request, which stands in every answer. */
export function requestIdOf(response: Response): string {
  return response.locals['requestId'] as string;
}
