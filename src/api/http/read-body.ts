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

/** Reads the raw bytes of every body; compressed bodies are refused. */
export const rawBody: RequestHandler = (request, response, next) => {
  // The reader would report a body as too large only after the whole body has come.
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
