/**
 * Owns which HTTP status an error has: the only place that picks one. Every error leaves as RFC
 * 9457 problem details, never with a stack. Knows no route.
 */
import type { ShapeError } from '../../contracts/command-shape';
import type { Refusal } from '../../domain';
import { TooMuchWork } from '../../words/long-work';
import { BadCursor, StoreUnavailable, NoSuchProcess, Refused, Unreadable } from '../temporal/process-store';

/** Every problem by name: `type` is `urn:muster:problem:<name>`. */
export const problems = {
  malformed: { status: 400, title: 'The request does not fit' },
  unproven: { status: 401, title: 'The key is missing or wrong' },
  unauthenticated: { status: 401, title: 'Nobody knows who asks' },
  forbidden: { status: 403, title: 'Not allowed from here' },
  'not-permitted': { status: 403, title: 'Not yours to do' },
  restricted: { status: 403, title: 'Restricted to others' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'This address takes another method' },
  refused: { status: 409, title: 'Refused' },
  gone: { status: 410, title: 'The link is no longer valid' },
  stale: { status: 412, title: 'Changed in the meantime' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'Only JSON is taken' },
  'key-reuse': { status: 422, title: 'The Idempotency-Key was used for something else' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something broke' },
  unavailable: { status: 503, title: 'The engine does not answer' },
  busy: { status: 503, title: 'Too much at once' },
  unreadable: { status: 503, title: 'The process cannot be read' },
  unconfirmed: { status: 503, title: 'The sender could not be asked' },
} as const;
export type ProblemName = keyof typeof problems;

/** A problem that the API itself throws. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly problem: ProblemName,
    detail: string,
    readonly members: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

/** A problem with status 400 that lists each fault and its place. */
export function malformed(errors: readonly ShapeError[]): ApiProblem {
  const words = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new ApiProblem('malformed', words.join('; '), { errors });
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** A fault of Muster, to be logged with its cause. */
  readonly unexpected: boolean;
}

/** Turns anything thrown into problem details. `isSender`: the request brings alerts. */
export function problemOf(error: unknown, requestId: string, isSender = false): ProblemAnswer {
  const { problem, detail, members = {}, headers = {} } = readError(error, isSender);
  const { status, title } = problems[problem];
  return {
    status,
    headers,
    unexpected: problem === 'internal',
    body: { type: `urn:muster:problem:${problem}`, title, status, detail, requestId, ...members },
  };
}

interface ReadError {
  readonly problem: ProblemName;
  readonly detail: string;
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

function readError(error: unknown, isSender: boolean): ReadError {
  if (error instanceof ApiProblem)
    return { problem: error.problem, detail: error.message, members: error.members, headers: error.headers };
  if (error instanceof Refused) return readRefusal(error.refusal);
  if (error instanceof NoSuchProcess) return { problem: 'not-found', detail: error.message };
  if (error instanceof BadCursor)
    return {
      problem: 'malformed',
      detail: error.message,
      members: { errors: [{ path: 'cursor', message: error.message }] },
    };
  if (error instanceof Unreadable) return { problem: 'unreadable', detail: error.message, members: error.members };
  if (error instanceof StoreUnavailable) {
    return {
      problem: 'unavailable',
      // What a sender says twice is counted twice and told once; it knows no Idempotency-Key.
      detail: isSender
        ? `${error.message}; whether the alerts were stored is unknown, so send the same again`
        : `${error.message}; whether a command was applied is unknown, so repeat it with the same Idempotency-Key`,
      headers: { 'Retry-After': '2' },
    };
  }
  if (error instanceof TooMuchWork)
    return {
      problem: 'busy',
      detail: `${error.message}; nothing was done, so ask again`,
      headers: { 'Retry-After': '2' },
    };
  return readHttpError(error);
}

function readRefusal({ kind, message, ...members }: Refusal): ReadError {
  const problem = (
    {
      invalid: 'malformed',
      refused: 'refused',
      stale: 'stale',
      'key-reuse': 'key-reuse',
      'too-large': 'refused',
    } as const
  )[kind];
  return { problem, detail: message, members };
}

// Errors of Express and its body reader have a `type` or a `status`. Their messages may quote the
// request, so Muster uses its own messages.
function readHttpError(error: unknown): ReadError {
  const { type, status, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as {
    type?: unknown;
    status?: unknown;
    statusCode?: unknown;
  };
  if (type === 'encoding.unsupported')
    return { problem: 'unsupported-media-type', detail: 'the body must be sent without Content-Encoding' };
  if (type === 'request.size.invalid' || type === 'request.aborted')
    return { problem: 'malformed', detail: 'the body is not as long as was announced' };
  if ((status ?? statusCode) === 400)
    return { problem: 'malformed', detail: 'the address or the headers cannot be read' };
  return { problem: 'internal', detail: 'an unexpected error; the log has it under the request id' };
}
