/**
 * Owns what is sent: for each operation of the API document, requests that are right, nearly right
 * and hostile. Knows the document and the pool of words, and no code of the API.
 */
import fc from 'fast-check';
import { encoded, hostileNames, hostileSegment, hostileTexts, times, wholeBodies } from './dictionary';
import { FromSchema, type Pool, type Schema, type Schemas } from './from-schema';

export interface Operation {
  readonly method: string;
  /** As in the document: `/v1/incidents/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly body?: Schema;
  /** The statuses of the document. */
  readonly statuses: readonly number[];
  readonly success: { readonly status: number; readonly types: Readonly<Record<string, Schema>> };
}

interface DocumentOperation {
  readonly operationId: string;
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: Schema }>> }>>;
}
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: { readonly schemas: Schemas };
}

/** Every operation of the document. */
export function operationsOf({ paths }: ApiDocument): Operation[] {
  // A stream has no end, so no answer of it is whole.
  const answering = Object.entries(paths).filter(([path]) => path !== '/v1/stream');
  return answering.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody, responses }]) => {
      const statuses = Object.keys(responses).map(Number);
      // A form leads on to a page.
      const status = statuses.find((one) => one < 300) ?? statuses.find((one) => one === 303) ?? 200;
      const types = Object.entries(responses[status]?.content ?? {}).map(
        ([type, { schema }]) => [type, schema] as const,
      );
      const body = requestBody?.content['application/json'].schema;
      const success = { status, types: Object.fromEntries(types) };
      return {
        method: method.toUpperCase(),
        path,
        operationId,
        parameters,
        statuses,
        success,
        ...(body ? { body } : {}),
      };
    }),
  );
}

/** One request; `operation` is absent where the address is none of the document's. */
export interface Sent {
  readonly operation?: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
  /** Written to the socket as it is, where a client library would refuse to send it. */
  readonly raw?: string;
}
/** A request, or time that passes. */
export type Step = Sent | { readonly passMs: number };

/** What stands in headers that carry a secret; no answer may repeat it. */
export const shownSecret = 'Z9w-SHOWN-SECRET-q7';

/** Whatever may be sent to the operations. `credentials`: values of Authorization and Cookie. */
export function steps(
  document: ApiDocument,
  pool: Pool,
  credentials: readonly (readonly [string, string])[],
): fc.Arbitrary<Step> {
  const operations = operationsOf(document);
  const right = new FromSchema(document.components.schemas, pool, 0);
  const near = new FromSchema(document.components.schemas, pool, 8);
  const sent = operations.map((operation) => ({
    // What takes a body has the most ways to go wrong.
    weight: operation.body ? 3 : 1,
    arbitrary: requestOf(operation, { right, near, pool, credentials }),
  }));
  return fc.oneof(
    { weight: 90, arbitrary: fc.oneof(...sent) },
    { weight: 3, arbitrary: elsewhere },
    { weight: 2, arbitrary: rawRequest },
    { weight: 2, arbitrary: fc.constantFrom(60_000, 600_000, 3_600_000, 86_400_000).map((passMs) => ({ passMs })) },
  );
}

interface Sources {
  readonly right: FromSchema;
  readonly near: FromSchema;
  readonly pool: Pool;
  readonly credentials: readonly (readonly [string, string])[];
}

function requestOf(operation: Operation, sources: Sources): fc.Arbitrary<Sent> {
  return fc
    .record({
      method: fc.oneof(
        { weight: 40, arbitrary: fc.constant(operation.method) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'get'),
        },
      ),
      path: pathOf(operation, sources.pool),
      query: queryOf(operation, sources.pool),
      headers: headersOf(sources.credentials),
      body: bodyOf(operation, sources),
    })
    .map(({ method, path, query, headers, body }) => {
      const isRead = /^(GET|HEAD|OPTIONS|TRACE|get)$/.test(method);
      const type = body?.type === undefined ? [] : [['content-type', body.type] as const];
      return {
        // A segment that is missing leads elsewhere.
        ...(path !== '/' && path.split('/').slice(1).includes('') ? {} : { operation }),
        method,
        path: path + query,
        headers: isRead ? headers : [...headers, ...type],
        ...(isRead || body === undefined ? {} : { body: body.content }),
      };
    });
}

function pathOf({ path, parameters }: Operation, pool: Pool): fc.Arbitrary<string> {
  const names = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
  const kind = /^(\/v1)?\/releases/.test(path) ? 'release' : 'incident';
  const segments = names.map((name) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...pool.inPath(name === 'id' ? kind : name)).map(encoded) },
      { weight: 2, arbitrary: fc.constantFrom(...pool.wordsFor('id')).map(encoded) },
      { weight: 1, arbitrary: hostileSegment },
    ),
  );
  return fc
    .tuple(...segments)
    .map((values) => names.reduce((text, name, index) => text.replace(`{${name}}`, () => values[index] ?? ''), path));
}

/** What forms of pages put into the address; the document does not name it. */
const shownBy = [
  ...['show', 'level', 'service', 'at', 'who', 'after', 'incident', 'kind', 'from', 'to', 'mine', 'overdue'],
  ...['cursor', 'schedule', 'person', 'start', 'end', 'return', 'once', 'code'],
];
const pageWords: Readonly<Record<string, readonly string[]>> = {
  show: ['rehearsal', 'coverage', 'what-if', 'actions', 'ended', '__proto__'],
  kind: ['incident', 'release', ''],
  who: ['first', '', 'ana', 'constructor'],
  after: ['7', '0', '9999', '-1', '1e9', ''],
};
const isPage = ({ success }: Operation) => 'text/html' in success.types;

function queryOf(operation: Operation, pool: Pool): fc.Arbitrary<string> {
  const { parameters } = operation;
  const documented = parameters.filter((one) => one.in === 'query');
  const known: typeof documented =
    documented.length === 0 && isPage(operation)
      ? shownBy.map((name) => ({ name, in: 'query', schema: { type: 'string' } }))
      : documented;
  const value = ({ name, schema }: Operation['parameters'][number]): fc.Arbitrary<string> => {
    // A question that waits would hold up the others.
    if (name === 'wait') return fc.constantFrom('0s', '', '-1', '1e9s', '61m', '__proto__', '0');
    const one = schema.items ?? schema;
    if (one.enum) return fc.constantFrom(...one.enum.map(String), 'x');
    if (one.type === 'boolean') return fc.constantFrom('true', 'false', 'yes', '');
    if (one.type === 'integer')
      return fc.constantFrom('1', '2', '50', '0', '-1', '1e3', '99999999999999999999', 'x', '1.5');
    const words = Object.hasOwn(pageWords, name) && isPage(operation) ? pageWords[name]! : [];
    return fc.oneof(
      { weight: words.length === 0 ? 0 : 3, arbitrary: fc.constantFrom('', ...words) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...pool.wordsFor(name).slice(0, 40), ...times.slice(0, 20), ...hostileTexts),
      },
    );
  };
  const pair = (name: fc.Arbitrary<string>, text: fc.Arbitrary<string>) =>
    fc.tuple(name, text).map(([key, one]) => `${key}=${encoded(one)}`);
  const odd = fc.oneof(
    pair(fc.constantFrom(...hostileNames).map(encoded), fc.constantFrom(...hostileTexts)),
    fc.constantFrom('a[b]=c', 'limit[]=1', 'limit[length]=1', '[__proto__]=x', '%', '%zz=1', '=', '&&', 'a=%ED%A0%80'),
    fc.constantFrom('?', '#x', `x=${'y'.repeat(5_000)}`, Array(300).fill('a=1').join('&'), 'limit', 'cursor=%00'),
  );
  const asked = known.map((one) => pair(fc.constant(one.name), value(one)));
  const any =
    asked.length === 0 ? odd : fc.oneof({ weight: 9, arbitrary: fc.oneof(...asked) }, { weight: 1, arbitrary: odd });
  const usually = known.length > 0 ? 2 : 20;
  return fc.oneof(
    { weight: usually, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.array(any, { minLength: 1, maxLength: 4 }).map((pairs) => `?${pairs.join('&')}`) },
  );
}

const oddHeaders: readonly (readonly [string, string])[] = [
  ...['*/*', 'text/html', 'application/xml', ';;;', 'application/json;q=0', '', 'a/b/c', '__proto__'].map(
    (value) => ['accept', value] as const,
  ),
  ...['"1"', '"999999"', '*', 'W/"1"', '"1", "2"', '', '1', '"\u00ff"', '__proto__'].map(
    (value) => ['if-match', value] as const,
  ),
  ...['k1', 'k1', 'x'.repeat(300), '', '__proto__', 'a, b', '\u00e9', ' '].map(
    (value) => ['idempotency-key', value] as const,
  ),
  ...['emeka', 'ana', 'nobody', '', '__proto__', 'x'.repeat(200), '\u00c3\u00a9', 'a, b', 'ci.x', 'constructor'].map(
    (value) => ['muster-actor', value] as const,
  ),
  ...['evil.example.com', '', 'localhost:99999', 'muster.example.com'].map((value) => ['host', value] as const),
  ...['http://evil.example.com', 'null', '', 'javascript:x'].map((value) => ['origin', value] as const),
  ...['cross-site', 'same-origin', 'x'].map((value) => ['sec-fetch-site', value] as const),
  ...['gzip', 'br', 'deflate', 'identity', 'x, y', 'gzip, gzip', ''].map(
    (value) => ['content-encoding', value] as const,
  ),
  ...['127.0.0.1', '10.0.0.1, 10.0.0.2', 'x', '::1', ''].map((value) => ['x-forwarded-for', value] as const),
  ...['a', 'x'.repeat(300), '__proto__', '\u00ff'].map((value) => ['x-request-id', value] as const),
  ...['bytes=0-1', 'x'].map((value) => ['range', value] as const),
  ...['http', 'javascript'].map((value) => ['x-forwarded-proto', value] as const),
  ['if-none-match', '*'],
  ['x-http-method-override', 'DELETE'],
  ['x-long', 'y'.repeat(7_000)],
  ['x-amz-sns-message-type', 'SubscriptionConfirmation'],
  ['x-muster-key', shownSecret],
  ['__proto__', 'x'],
  ['constructor', 'x'],
];

function headersOf(credentials: Sources['credentials']): fc.Arbitrary<Sent['headers']> {
  const none = fc.constant<Sent['headers']>([]);
  const who = credentials.length === 0 ? none : fc.constantFrom(...credentials).map((one) => [one]);
  const odd = fc.array(fc.constantFrom(...oddHeaders), { minLength: 1, maxLength: 3 });
  // Behind a proxy, so that the limits of single addresses do not end the attempts.
  const from = fc.nat(255).map((n) => [['x-forwarded-for', `10.0.0.${n}`] as const]);
  return fc
    .tuple(
      fc.oneof({ weight: 9, arbitrary: who }, { weight: 1, arbitrary: none }),
      fc.oneof({ weight: 5, arbitrary: credentials.length === 0 ? none : from }, { weight: 1, arbitrary: odd }),
    )
    .map(([some, others]) => [...some, ...others]);
}

interface Body {
  readonly content: string | Buffer;
  readonly type?: string;
}
const mediaTypes = [
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    ';;;',
    '',
    'application/JSON',
  ],
  ...['multipart/form-data; boundary=x', 'application/cloudevents+json', 'application/json, text/plain', '__proto__'],
];
/** The fields of the forms that pages send. */
function formOf(pool: Pool): fc.Arbitrary<Body> {
  const value = (name: string, words: readonly string[]) =>
    fc
      .oneof(
        { weight: 8, arbitrary: fc.constantFrom(...words) },
        { weight: 1, arbitrary: fc.constantFrom(...hostileTexts) },
      )
      .map((text) => `${encoded(name)}=${encoded(text)}`);
  const people = pool.wordsFor('person').slice(0, 20);
  const fields = fc.tuple(
    value('person', ['emeka', 'ana', 'tomas', ...people]),
    value('key', ['k1', 'k2', 'k3', 'k4', 'k5', 'x'.repeat(200)]),
    value('secret', ['x', 'mus_once_x', 'AAAA-BBBB-CCCC-DDDD-EEEE']),
    value('code', ['WXJD-PTVB', 'x', ...pool.wordsFor('code').slice(0, 5)]),
    value('return', ['/', '//evil.example.com', '/incidents', 'https://evil.example.com/']),
    value('everywhere', ['yes', 'no']),
  );
  return fc
    .tuple(fields, fc.constantFrom('&', '&', '&', '&', ';', '&&', '&__proto__=x&'))
    .map(([all, between]) => ({ content: all.join(between), type: 'application/x-www-form-urlencoded' }));
}

function bodyOf({ body, path, method, ...operation }: Operation, sources: Sources): fc.Arbitrary<Body | undefined> {
  const { right, near, pool } = sources;
  const whole = fc.constantFrom(...wholeBodies).map((make) => make());
  const json = body ?? (/alert|enqueue|integrations|changes|try$/.test(path) ? {} : undefined);
  const takesForm = method === 'POST' && (operation.success.status === 303 || 'text/html' in operation.success.types);
  if (json === undefined)
    return fc.oneof(
      { weight: 9, arbitrary: takesForm ? formOf(pool) : fc.constant(undefined) },
      { weight: 1, arbitrary: whole.map((content) => ({ content, type: 'application/json' })) },
    );
  const type = fc.oneof(
    { weight: 30, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom(...mediaTypes, undefined) },
  );
  const content: fc.Arbitrary<string | Buffer> = fc.oneof(
    { weight: 60, arbitrary: right.json(json) },
    { weight: 30, arbitrary: near.json(json) },
    { weight: 2, arbitrary: whole },
  );
  return fc.tuple(content, type).map(([text, one]) => ({ content: text, ...(one === undefined ? {} : { type: one }) }));
}

// Addresses where nothing is.
const elsewhere: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'),
    fc.array(fc.oneof(fc.constantFrom('v1', 'incidents', 'alerts', 'ack', 'v2'), hostileSegment), { maxLength: 5 }),
  )
  .map(([method, segments]) => ({ method, path: `/${segments.join('/')}`, headers: [] }));

// What no client library sends. Each ends the connection.
const rawRequest: fc.Arbitrary<Sent> = fc
  .constantFrom(
    'GET /healthz HTTP/1.1\r\n\r\n',
    'GET /healthz HTTP/1.0\r\n\r\n',
    'GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n',
    'GET http://evil.example.com/v1/incidents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    'GET /v1/incidents\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET /\u00ff\u00fe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    'FROB /v1/incidents HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    '* /v1/incidents HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    'POST /v1/incidents HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
    'POST /v1/incidents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}',
    'POST /v1/incidents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /v1/incidents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n',
    'POST /v1/incidents HTTP/1.1\r\nHost: localhost\r\nExpect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}',
    'POST /v1/incidents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"title":"x"}',
    'POST /v1/incidents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999999999999999\r\n\r\n{}',
    'GET /v1/incidents HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n',
    'GET /v1/incidents HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n',
    'GET /v1/incidents HTTP/1.1\r\nHost: localhost\r\nX\u0000Y: z\r\n\r\n',
    `GET /v1/incidents HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`,
    `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    'GET /v1/incidents HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'GET /v1/incidents HTTP/1.1\r\nHost: [::1\r\nConnection: close\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
    '\r\n\r\n\r\n',
  )
  .map((raw) => ({ method: 'RAW', path: raw.slice(0, 60), headers: [], raw }));
