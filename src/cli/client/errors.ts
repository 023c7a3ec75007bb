/**
 * Owns failed runs: the exit codes, the error that a refused request becomes, and the text for
 * people. Knows no command.
 */
import type { Problem } from '../../contracts/view';
import { clean, cleanDeep } from '../terminal/text';

export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  refused: 5,
  rateLimited: 6,
  unreachable: 7,
  missed: 8,
  interrupted: 130,
} as const;
export type ExitName = keyof typeof exitCodes;

const titles: Record<ExitName, string> = {
  ok: 'Done',
  failed: 'Failed',
  usage: 'Wrong usage',
  notFound: 'Not found',
  auth: 'Not allowed',
  refused: 'Refused',
  rateLimited: 'Too many requests',
  unreachable: 'Unreachable',
  missed: 'Deadline missed',
  interrupted: 'Interrupted',
};

/** Ends the run with the code of `exit`. `hint` says what to do next. */
export class CliError extends Error {
  constructor(
    readonly exit: ExitName,
    message: string,
    readonly more: {
      readonly problem?: Problem;
      readonly hint?: string;
      readonly cause?: unknown;
      /** How a field of the request is called on the command line. */
      readonly nameOf?: (path: string) => string;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'CliError';
  }
}

export const usageError = (message: string): CliError => new CliError('usage', message);

/** The exit of a command for an HTTP status other than success. */
export function exitOfStatus(status: number): ExitName {
  switch (status) {
    case 400:
    case 413:
    case 415:
      return 'usage';
    case 401:
    case 403:
      return 'auth';
    case 404:
      return 'notFound';
    case 409:
    case 412:
    case 422:
      return 'refused';
    case 429:
      return 'rateLimited';
    case 502:
    case 503:
    case 504:
      return 'unreachable';
    default:
      return 'failed';
  }
}

/**
 * The error for an answer of `status` with body `text`. The body may be a problem document or
 * anything else.
 */
export function errorOfAnswer(status: number, text: string, url: string): CliError {
  const problem = readProblem(text);
  if (problem)
    return new CliError(exitOfStatus(status), problem.detail || problem.title, { problem, ...hintOf(problem) });
  return new CliError(exitOfStatus(status), `${url} answered ${status} and did not say why; is it a Muster server?`);
}

function hintOf({ type }: Problem): { readonly hint?: string } {
  return type === 'urn:muster:problem:unauthenticated' ? { hint: 'sign in: muster login, or set MUSTER_TOKEN' } : {};
}

function readProblem(text: string): Problem | undefined {
  try {
    const body = cleanDeep(JSON.parse(text) as unknown);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
    const { title, detail } = body as Record<string, unknown>;
    return typeof title === 'string' && typeof detail === 'string' ? (body as Problem) : undefined;
  } catch {
    return undefined;
  }
}

const mostListed = 8;

// On the command line nobody writes the header.
const actorHeader = 'Muster-Actor';
const actorFlag = '--as';
const aboutActor = /Muster-Actor(?= names | out\b)/g;

/** The lines for a person. */
export function errorLines(error: CliError): string[] {
  const { problem, hint, nameOf = (path: string) => path } = error.more;
  const fields = (Array.isArray(problem?.errors) ? problem.errors : []).map(({ path, message }) =>
    path === '' ? message : `${path === actorHeader ? actorFlag : nameOf(path)}: ${message}`,
  );
  // The detail repeats the fields under their API names, so it is left out.
  const [only, ...more] = fields;
  const head = only === undefined ? error.message : more.length === 0 ? only : (problem?.title ?? error.message);
  const lines = [
    `${titles[error.exit]}: ${clean(head).replace(aboutActor, actorFlag)}`,
    ...(more.length === 0 ? [] : fields.map((text) => `  ${text}`)),
  ];
  const further = listed(problem).filter((text) => !error.message.includes(text));
  lines.push(...further.slice(0, mostListed).map((text) => `  - ${text}`));
  if (further.length > mostListed) lines.push(`  and ${further.length - mostListed} more: -o json has them all`);
  if (problem && problem.status >= 500) lines.push(`  request ${problem.requestId}`);
  if (hint !== undefined) lines.push(hint);
  return lines;
}

// Refusals carry lists of their own: reasons of a closed gate, items still open.
function listed(problem: Problem | undefined): string[] {
  if (!problem) return [];
  return Object.entries(problem).flatMap(([key, value]) => {
    if (key === 'errors' || !Array.isArray(value)) return [];
    return (value as unknown[]).flatMap((entry) => {
      if (typeof entry === 'string') return [entry];
      const text = (entry as { text?: unknown } | null)?.text;
      return typeof text === 'string' ? [text] : [];
    });
  });
}

/**
 * The same error as problem JSON, for `-o json`. An error of the command line itself gets a type
 * under `urn:muster:cli`.
 */
export function problemJson(error: CliError): unknown {
  if (error.more.problem) return error.more.problem;
  const name = error.exit.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { type: `urn:muster:cli:${name}`, title: titles[error.exit], detail: clean(error.message) };
}
