/**
 * Owns the OpenAPI document, made from the route table, the schemas of the contracts and the table
 * of problems. Says nothing of its own about the API.
 */
import { z } from 'zod';
import { commandSchemas } from '../contracts/commands';
import { commandTable, type CommandName, type CommandSpec, type Severity } from '../contracts/command-table';
import * as views from '../contracts/view';
import { problems, type ProblemName } from './http/problem';
import type { Parameter } from './http/query';
import type { Route } from './http/route';

type Json = Record<string, unknown>;

/** Problems that any route may have. */
const anyRoute: readonly ProblemName[] = ['malformed', 'forbidden', 'rate-limited', 'internal', 'unavailable'];
/** Problems of a route that asks who it is. */
const signedIn: readonly ProblemName[] = ['unauthenticated', 'not-permitted'];
const withBody: readonly ProblemName[] = ['too-large', 'unsupported-media-type'];

/**
 * The OpenAPI 3.1 document of `routes`. `levels`: the levels of severity of the loaded templates.
 */
export function openApiDocument(routes: readonly Route[], version: string, levels: readonly Severity[]): Json {
  const components = new Components(levels);
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method] = operation(route, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version,
      description: 'Releases and incidents as durable workflows, with deadlines that escalate.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [],
    paths,
    components: {
      schemas: components.all(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'a token; not needed where nobody has to sign in' },
      },
    },
  };
}

function operation(route: Route, components: Components): Json {
  const proves = route.needs === 'anyone' || route.needs === 'sender' || route.needs === 'link';
  const names: ProblemName[] = [
    ...anyRoute,
    ...(proves ? [] : signedIn),
    ...(isOrder(route) ? withBody : []),
    ...(route.problems ?? []),
  ];
  const byStatus = new Map<number, string[]>();
  for (const name of names)
    byStatus.set(problems[name].status, [
      ...(byStatus.get(problems[name].status) ?? []),
      `${problems[name].title} (${name})`,
    ]);
  const problemContent = { 'application/problem+json': { schema: components.ref(views.problemSchema, 'output') } };
  const failures = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, words]) => [`${status}`, { description: words.join('; '), content: problemContent }]);
  const parameters = [
    ...pathParameters(route),
    ...queryParameters(route),
    ...(isOrder(route) || route.asksWho ? [actorHeader] : []),
    ...(isOrder(route) ? orderHeaders(route) : []),
  ];
  return {
    operationId: route.name,
    summary: route.about,
    // The role, or what else whoever asks has to prove, where people have to sign in.
    'x-muster-needs': route.needs,
    ...(proves ? {} : { security: [{ token: [] }, {}] }),
    tags: [route.path.split('/')[route.path.startsWith('/v1/') ? 2 : 1]],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.command && route.form !== true ? { requestBody: requestBody(route.command, components) } : {}),
    ...(route.order
      ? {
          requestBody: {
            required: route.order.required,
            content: { 'application/json': { schema: components.ref(route.order.body, 'input') } },
          },
        }
      : {}),
    responses: { [`${route.success.status}`]: success(route, components), ...Object.fromEntries(failures) },
  };
}

function success({ success: { about, schema, types, events } }: Route, components: Components): Json {
  const media = types ?? ['application/json'];
  const content = Object.fromEntries(
    media.map((type) => [
      type,
      {
        schema:
          type === 'application/json' && schema
            ? components.ref(schema, 'output')
            : schema || types
              ? { type: 'string' }
              : {},
      },
    ]),
  );
  const named = Object.entries(events ?? {}).map(([name, data]): [string, Json] => [
    name,
    components.ref(data, 'output'),
  ]);
  return {
    description: about,
    content,
    // OpenAPI 3.1 has no words for the events of a stream.
    ...(named.length === 0 ? {} : { 'x-muster-events': Object.fromEntries(named) }),
  };
}

function requestBody(command: CommandName, components: Components): Json {
  const { fields }: CommandSpec = commandTable[command];
  const required = Object.values(fields).some((field) => field.required);
  const schema = components.ref(commandSchemas[command], 'input');
  for (const [name, { type }] of Object.entries(fields)) if (type === 'severity') components.nameLevels(schema, name);
  return { required, content: { 'application/json': { schema } } };
}

function pathParameters({ path }: Route): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(name === 'id' ? { pattern: views.processIdPattern.source } : {}) },
  }));
}
function queryParameters({ query = {} }: Route): Json[] {
  return Object.entries(query).map(([name, parameter]) => ({
    name,
    in: 'query',
    description: parameter.about,
    schema: parameterSchema(parameter),
  }));
}
const header = (name: string, description: string): Json => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});
const actorHeader = header(
  'Muster-Actor',
  'where nobody has to sign in: the person who acts or asks; default: anonymous',
);

/** Whether the request changes something, by its body. */
const isOrder = ({ command, order, form }: Route): boolean =>
  form !== true && (command !== undefined || order !== undefined);

function orderHeaders({ path }: Route): Json[] {
  return [
    header('Idempotency-Key', 'a repeated request with the same key gets the first answer again'),
    ...(path.includes(':id')
      ? [header('If-Match', 'the ETag that was read; 412 when the process has changed since')]
      : []),
  ];
}
function parameterSchema(parameter: Parameter): Json {
  switch (parameter.type) {
    case 'integer':
      return { type: 'integer', minimum: parameter.min, maximum: parameter.max, default: parameter.default };
    case 'boolean':
      return { type: 'boolean' };
    case 'duration':
      return { type: 'string', examples: ['30s'] };
    case 'string':
      return { type: 'string', maxLength: parameter.max };
    case 'choice':
      return { type: 'array', items: { type: 'string', enum: [...parameter.values] } };
    case 'level':
      return { type: 'array', items: { type: 'string', examples: [...parameter.known] } };
  }
}

/** Collects the schemas that have a name, and makes references to them. */
class Components {
  private readonly schemas: Record<string, Json> = {};

  constructor(private readonly levels: readonly Severity[]) {}

  /** Names the levels in the schema of field `name`, which takes one. */
  nameLevels({ $ref: place }: Json, name: string): void {
    const component = typeof place === 'string' ? this.schemas[place.split('/').at(-1) ?? ''] : undefined;
    const properties = component?.['properties'] as Record<string, Json> | undefined;
    if (properties?.[name] && this.levels.length > 0) properties[name]['enum'] = [...this.levels];
  }

  ref(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs = {},
      ...json
    } = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => void delete jsonSchema.id }) as Json & {
      $defs?: Record<string, Json>;
    };
    for (const [name, definition] of Object.entries($defs)) this.schemas[name] ??= cleaned(definition);
    const id = schema.meta()?.id;
    if (id === undefined) return cleaned(json);
    this.schemas[id] ??= cleaned(json);
    return { $ref: `#/components/schemas/${id}` };
  }

  all(): Record<string, Json> {
    return Object.fromEntries(Object.entries(this.schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

// References must point into components. The pattern beside `date-time` is removed, because it
// repeats the format at great length.
function cleaned(value: unknown): Json {
  return JSON.parse(JSON.stringify(value), (key, entry: unknown) => {
    if (key === '$ref' && typeof entry === 'string') return entry.replace('#/$defs/', '#/components/schemas/');
    if (typeof entry === 'object' && entry !== null && (entry as Json)['format'] === 'date-time') {
      const { pattern: _, ...rest } = entry as Json;
      return rest;
    }
    return entry;
  }) as Json;
}
