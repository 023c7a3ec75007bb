/**
 * Owns how the bytes of a body become a JSON value: size, media type, UTF-8, depth. Knows no
 * command.
 */
import express, { type RequestHandler, type Request } from 'express';
import { ApiProblem, malformed } from './problem';

const maxBytes = 64 * 1024;
const maxDepth = 8;

/**
 * A body that announces more bytes than this is not read at all. A smaller body that is still too
 * large is read to its end, so that the client sees the answer.
 */
const maxBytesToPassOver = 1024 * 1024;

const readRaw = express.raw({ type: () => true, limit: maxBytes, inflate: false });
const readAlertRaw = express.raw({ type: () => true, limit: maxBytesToPassOver, inflate: true });

/**
 * Reads the raw bytes of every body; compressed bodies are refused. Where `takesAlerts`, a body may
 * be larger and compressed: a monitoring tool cannot be told to send less.
 */
export function rawBody(takesAlerts: (request: Request) => boolean): RequestHandler {
  return (request, response, next) => {
    const [read, most] = takesAlerts(request) ? [readAlertRaw, '1 MiB'] : [readRaw, '64 KiB'];
    const tooLarge = () => new ApiProblem('too-large', `the body may have ${most} at most`);
    // The reader would report a body as too large only after the whole body has come.
    if (Number(request.headers['content-length'] ?? 0) > maxBytesToPassOver) throw tooLarge();
    read(request, response, (error?: unknown) => next(isTooLarge(error) ? tooLarge() : error));
  };
}
function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'type' in error && error.type === 'entity.too.large';
}

const formType = 'application/x-www-form-urlencoded';
function mediaTypeOf({ headers }: Request): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

/** What a body holds, or why nothing can be read of it. */
export type ReadBody =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly because: string };

/**
 * The body of a request that brings alerts: JSON, whatever the sender calls it, or a form. A body
 * that is neither says why.
 */
export function readAlertBody(request: Request): ReadBody {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return { ok: false, because: 'the body is empty' };
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (mediaTypeOf(request) === formType) {
    const fields = [...new URLSearchParams(text)].slice(0, mostFields);
    return { ok: true, value: Object.fromEntries(fields.filter(([name]) => name !== '__proto__')) };
  }
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, because: 'the body is neither JSON nor a form' };
  }
}
const mostFields = 200;

// Keys and signatures are in some of them; no mapping can read these. A key in the query is not
// taken, but somebody may have tried.
const secretHeaders = /^(authorization|cookie|x-api-key|x-muster-key|.*signature.*|.*token.*)$/;
const secretQuery = /key|signature|token|secret|password|auth/;
const mostWords = 100;

/**
 * What came around the body: `{@x-severity}` is a header, `{@query.service}` a word of the query.
 */
export function aroundOf(request: Request): Record<string, unknown> {
  return { ...wordsOf(request.headers, secretHeaders), query: wordsOf(request.query, secretQuery) };
}

function wordsOf(named: Readonly<Record<string, unknown>>, secret: RegExp): Record<string, string> {
  const words = Object.entries(named)
    .slice(0, mostWords)
    .flatMap(([name, value]) => (typeof value === 'string' ? [[name.toLowerCase(), value] as const] : []))
    .filter(([name]) => !secret.test(name));
  return Object.fromEntries(words);
}

/** The fields of a form of one of our pages. Throws a problem when the body is no form. */
export function formBody(request: Request): URLSearchParams {
  const bytes: unknown = request.body;
  if (mediaTypeOf(request) !== formType)
    throw new ApiProblem('unsupported-media-type', 'expected the form of the page');
  return new URLSearchParams(Buffer.isBuffer(bytes) ? bytes.toString('utf8') : '');
}

/** The JSON body of `request`; {} when there is none. */
export function jsonBody(request: Request): unknown {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return {};
  if (mediaTypeOf(request) !== 'application/json')
    throw new ApiProblem('unsupported-media-type', 'expected Content-Type: application/json');
  const value = parse(bytes);
  checkDepth(value);
  return value;
}

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed([{ path: '', message: 'the body is not UTF-8' }]);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed([{ path: '', message: 'the body is not JSON' }]);
  }
}

// Not recursive, because a deep body must not overflow the stack.
function checkDepth(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw malformed([{ path: '', message: `the body is nested more than ${maxDepth} deep` }]);
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
}
