/**
 * Jira Cloud's REST v3 as documented: create, search by JQL, comments in Atlassian document format.
 */
import { z } from 'zod';
import { startVendor, type Vendor } from './vendor';

const textNode = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1),
  marks: z.array(z.object({ type: z.literal('link'), attrs: z.object({ href: z.url() }) })).optional(),
});
const document = z.strictObject({
  type: z.literal('doc'),
  version: z.literal(1),
  content: z.array(
    z.strictObject({
      type: z.literal('paragraph'),
      content: z.array(textNode.or(z.strictObject({ type: z.literal('hardBreak') }))),
    }),
  ),
});
const newIssue = z.strictObject({
  fields: z.strictObject({
    project: z.object({ key: z.string() }),
    issuetype: z.object({ name: z.string() }),
    summary: z.string().min(1).max(255).regex(/^.*$/),
    description: document,
    labels: z.array(z.string().max(255).regex(/^\S+$/)),
  }),
  properties: z.array(z.object({ key: z.string(), value: z.unknown() })).optional(),
});
const search = z.object({
  jql: z.string(),
  fields: z.array(z.string()),
  properties: z.array(z.string()).max(5),
  maxResults: z.number().int().max(5_000),
});

interface JiraIssue {
  readonly key: string;
  readonly issue: z.infer<typeof newIssue>;
  readonly comments: z.infer<typeof document>[];
}
export interface FakeJira extends Vendor {
  readonly issues: readonly JiraIssue[];
}

/** The plain text of a document, paragraphs and hard breaks as line breaks. */
export function plainText({ content }: z.infer<typeof document>): string {
  return content
    .map((paragraph) => paragraph.content.map((node) => (node.type === 'text' ? node.text : '\n')).join(''))
    .join('\n');
}

export async function startJira(user = 'bot@acme.example', apiToken = 'token', project = 'OPS'): Promise<FakeJira> {
  const issues: JiraIssue[] = [];
  const expected = `Basic ${Buffer.from(`${user}:${apiToken}`).toString('base64')}`;
  const invalid = (error: z.ZodError) => ({
    status: 400,
    json: { errorMessages: error.issues.map((one) => one.message) },
  });
  const vendor = await startVendor(({ method, path, query, headers, json }) => {
    if (headers.authorization !== expected) return { status: 401, json: { errorMessages: ['Unauthorized'] } };
    if (method === 'POST' && path === '/rest/api/3/search/jql') {
      const read = search.safeParse(json);
      if (!read.success) return invalid(read.error);
      const label = /^project = "OPS" AND labels = "([^"\\]+)" ORDER BY created ASC$/.exec(read.data.jql)?.[1];
      if (label === undefined) return { status: 400, json: { errorMessages: ['Error in the JQL query'] } };
      const found = issues.filter(({ issue }) => issue.fields.labels.includes(label)).slice(0, read.data.maxResults);
      return {
        status: 200,
        json: {
          isLast: true,
          issues: found.map(({ key, issue }) => ({
            id: '10001',
            key,
            fields: { summary: issue.fields.summary },
            properties: Object.fromEntries(
              (issue.properties ?? [])
                .filter((one) => read.data.properties.includes(one.key))
                .map((one) => [one.key, one.value]),
            ),
          })),
        },
      };
    }
    if (method === 'POST' && path === '/rest/api/3/issue') {
      const read = newIssue.safeParse(json);
      if (!read.success) return invalid(read.error);
      if (read.data.fields.project.key !== project)
        return { status: 400, json: { errorMessages: [], errors: { project: 'valid project is required' } } };
      const key = `${project}-${issues.length + 1}`;
      issues.push({ key, issue: read.data, comments: [] });
      return { status: 201, json: { id: '10001', key, self: `https://acme.atlassian.net/rest/api/3/issue/10001` } };
    }
    const of = issues.find(({ key }) => path === `/rest/api/3/issue/${key}/comment`);
    if (!of)
      return {
        status: 404,
        json: { errorMessages: ['Issue does not exist or you do not have permission to see it.'] },
      };
    if (method === 'GET') {
      const newest = [...of.comments].reverse().slice(0, Number(query.get('maxResults')));
      return {
        status: 200,
        json: { startAt: 0, total: of.comments.length, comments: newest.map((body) => ({ id: '1', body })) },
      };
    }
    const read = z.strictObject({ body: document }).safeParse(json);
    if (!read.success) return invalid(read.error);
    of.comments.push(read.data.body);
    return { status: 201, json: { id: '1', body: read.data.body } };
  });
  return Object.assign(vendor, { issues });
}
