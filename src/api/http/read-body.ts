/**
 * Owns how bytes become a JSON value: size, media type, UTF-8, depth, forbidden keys. Knows no
 * command.
 */
import express, { type RequestHandler, type Request } from 'express';
import { ApiProblem, malformed } from './problem';

const maxBytes = 64 * 1024;
const maxDepth = 8;

/**
 * Beyond this a body that is announced as too large is not even read to its end; below, reading it
 * lets the client see the answer.
 */
const maxBytesToPassOver = 1024 * 1024;

const readRaw = express.raw({ type: () => true, limit: maxBytes, inflate: false });

/** Reads the raw bytes of every request that has some; compressed ones are not taken. */
export const rawBody: RequestHandler = (request, response, next) => {
  // The reader says that a body is too large only when all of it has come.
  if (Number(request.headers['content-length'] ?? 0) > maxBytesToPassOver)
    throw new ApiProblem('too-large', 'the body may have 64 KiB at most');
  readRaw(request, response, next);
};

/** The JSON body of `request`; {} when there is none. */
export function jsonBody(request: Request): unknown {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return {};
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (mediaType !== 'application/json')
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

// Not recursive: the depth is what it guards against.
function checkDepth(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw malformed([{ path: '', message: `the body is nested more than ${maxDepth} deep` }]);
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
}
