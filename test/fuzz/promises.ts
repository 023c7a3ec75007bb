/**
 * Owns what the API promises of every answer, whatever was asked. Each promise that does not hold
 * is a sentence. Knows no route: what an operation may answer stands in the API document.
 */
import { z } from 'zod';
import { problems } from '../../src/api/http/problem';
import type { ApiDocument, Operation, Sent } from './requests';
import { shownSecret } from './requests';
import type { Schema } from './from-schema';
import type { Answered } from './send';

/** What must be in no answer. */
const betrays = /\n\s+at .+:\d+:\d+|node_modules|[\w-]+\.[cm]?[jt]s:\d+|\/src\/|\/dist\/|file:\/\/\/(?!etc\/passwd)/;
/** Statuses that any address may have: no route, another method, no readable request. */
const besidesTheDocument = [400, 403, 404, 405, 408, 413, 415, 417, 431];
/** Refused before there is a request: Node reads no more of it. */
const unreadable = 'urn:muster:problem:unreadable';
/** What PagerDuty answers to an event that is none. */
const ofPagerDuty = /^pagerduty-/;
const honest = Object.entries(problems)
  .filter(([, { status }]) => status === 503)
  .map(([name]) => `urn:muster:problem:${name}`);

export class Promises {
  private readonly schemas = new Map<Schema, z.ZodType>();
  private readonly root = process.cwd();
  private readonly definitions: unknown;

  constructor(
    private readonly url: string,
    document: ApiDocument,
    private readonly secrets: readonly string[],
    private readonly withinMs: number,
  ) {
    this.definitions = withinItself(document.components.schemas);
  }

  /** What is wrong with the answer to `sent`. */
  broken(sent: Sent, answer: Answered): string[] {
    const found: string[] = [];
    const { status, text, ms, headers } = answer;
    if (status === 0) return [`no answer: ${text}`];
    if (ms > this.withinMs) found.push(`answered after ${Math.round(ms)} ms`);
    if (sent.method === 'HEAD' && text !== '') found.push('HEAD has a body');
    if (status >= 400) found.push(...this.brokenRefusal(sent, answer));
    else found.push(...this.brokenSuccess(sent, answer));
    if (headers['x-request-id'] === undefined && !isUnread(sent, answer)) found.push('no X-Request-Id');
    const betrayed = betrays.exec(text)?.[0] ?? (text.includes(this.root) ? this.root : undefined);
    if (betrayed !== undefined) found.push(`shows the inside of the server: ${betrayed}`);
    // Words of the body are text for readers, whatever stands in them; but whoever signs in sends a
    // secret.
    const written = sent.operation?.operationId === 'log-in' ? '' : String(sent.body ?? '');
    const told = [shownSecret, ...this.secrets].find((secret) => text.includes(secret) && !written.includes(secret));
    if (told !== undefined) found.push(`repeats a secret: ${told}`);
    return found;
  }

  private brokenRefusal(sent: Sent, answer: Answered): string[] {
    const found: string[] = [];
    const { operation, method } = sent;
    const { status, headers, text } = answer;
    const body = method === 'HEAD' ? undefined : jsonOf(text);
    const type = typeof body === 'object' && body !== null && 'type' in body ? String(body.type) : '';
    if (status >= 500 && !(status === 503 && (method === 'HEAD' || honest.includes(type))))
      found.push(`status ${status}`);
    if (status === 503 && headers['retry-after'] === undefined) found.push('503 without Retry-After');
    const isOwn = operation !== undefined && operation.method === method;
    if (isOwn && !operation.statuses.includes(status) && !besidesTheDocument.includes(status))
      found.push(`status ${status} is not in the document`);
    const media = String(headers['content-type']).split(';')[0];
    // A page for a person, where a person follows a link.
    if (media === 'text/html' && operation !== undefined && 'text/html' in operation.success.types) return found;
    if (status === 400 && operation && ofPagerDuty.test(operation.operationId) && media === 'application/json')
      return found;
    if (media !== 'application/problem+json') found.push(`${status} is ${media}, not a problem document`);
    else if (method !== 'HEAD' && !isUnread(sent, answer)) {
      const read = problemShape.safeParse(body);
      if (!read.success) found.push(`no whole problem document: ${text.slice(0, 200)}`);
      else if (read.data.status !== status) found.push(`the problem says ${read.data.status}, the answer ${status}`);
    }
    return found;
  }

  private brokenSuccess(sent: Sent, { status, headers, text }: Answered): string[] {
    const { operation, method } = sent;
    if (operation === undefined || operation.method !== method) return [];
    // A browser is led on, and never away from here: there is no identity provider.
    if (status === 303) {
      const to = String(headers['location']);
      const leadsHere = URL.canParse(to, this.url) && new URL(to, this.url).hostname === new URL(this.url).hostname;
      return leadsHere ? [] : [`leads to ${to}`];
    }
    if (status === 304 && sent.headers.some(([name]) => name === 'if-none-match')) return [];
    const { success, statuses } = operation;
    if (!statuses.includes(status)) return [`status ${status} is not in the document`];
    if (status === 204) return text === '' ? [] : ['204 has a body'];
    const media = String(headers['content-type']).split(';')[0] ?? '';
    const schema = Object.hasOwn(success.types, media) ? success.types[media] : undefined;
    if (schema === undefined) return [`${media} is not in the document`];
    if (media !== 'application/json') return [];
    const body = jsonOf(text);
    if (body === undefined) return ['the answer is no JSON'];
    const read = this.zodOf(schema, operation).safeParse(body);
    return read.success
      ? []
      : read.error.issues
          .slice(0, 3)
          .map(({ path, message }) => `does not fit the document at ${path.join('.')}: ${message}`);
  }

  private zodOf(schema: Schema, { operationId }: Operation): z.ZodType {
    const known = this.schemas.get(schema);
    if (known) return known;
    try {
      const made = z.fromJSONSchema({ ...withinItself(schema), $defs: this.definitions } as never);
      this.schemas.set(schema, made);
      return made;
    } catch (error) {
      throw new Error(`the schema of ${operationId} cannot be read`, { cause: error });
    }
  }
}

// References of the document, as a schema on its own has them.
function withinItself(value: object): object {
  return JSON.parse(JSON.stringify(value).replaceAll('#/components/schemas/', '#/$defs/')) as object;
}

// A request that is no HTTP never reaches the API.
function isUnread({ raw, method }: Sent, { status, text }: Answered): boolean {
  const mayBe = raw !== undefined || method !== method.toUpperCase() || status === 431;
  return mayBe && (status === 417 || text.includes(unreadable));
}

const problemShape = z.looseObject({
  type: z.string().startsWith('urn:muster:problem:'),
  title: z.string().min(1),
  status: z.number(),
  detail: z.string().min(1),
  requestId: z.string().min(1),
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Names that hostile input put where every object finds them. */
export function polluted(): string[] {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype].flatMap((one, index) => {
    const now = Object.getOwnPropertyNames(one);
    return now.filter((name) => !builtIn[index]!.has(name));
  });
}
const builtIn = [Object.prototype, Array.prototype, Function.prototype, String.prototype].map(
  (one) => new Set(Object.getOwnPropertyNames(one)),
);
