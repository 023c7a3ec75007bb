/**
 * Linear's GraphQL API as documented, for the queries that Muster sends: errors have status 200
 * (400 when rate limited), and a client's id that is used twice gets "conflict on insert".
 */
import { z } from 'zod';
import { startVendor, type Vendor, type VendorReply } from './vendor';

const v4 = z.uuid({ version: 'v4' });
const newIssue = z.strictObject({
  id: v4,
  teamId: z.uuid(),
  title: z.string().min(1).max(255),
  description: z.string(),
  priority: z.number().int().min(0).max(4),
});
const newComment = z.strictObject({ id: v4, issueId: v4, body: z.string().min(1) });
const request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) });

interface LinearIssue extends z.infer<typeof newIssue> {
  readonly identifier: string;
  readonly comments: z.infer<typeof newComment>[];
}
export interface FakeLinear extends Vendor {
  readonly issues: readonly LinearIssue[];
}

export const teamId = '9cfb482a-81e3-4154-b5b9-2c805e70a02d';

export function linearError(message: string, code: string, said = message): VendorReply {
  return {
    status: code === 'RATELIMITED' ? 400 : 200,
    json: { data: null, errors: [{ message, extensions: { code, userPresentableMessage: said } }] },
  };
}

export async function startLinear(apiKey = 'lin_api_x', teamKey = 'OPS'): Promise<FakeLinear> {
  const issues: LinearIssue[] = [];
  const shown = ({ identifier, description }: LinearIssue) => ({
    identifier,
    description,
    url: `https://linear.app/acme/issue/${identifier}`,
  });
  const taken = (kind: string, id: string) =>
    linearError(`conflict on insert of ${kind}`, 'INPUT_ERROR', `Entity ${kind} with id ${id} already exists.`);
  const vendor = await startVendor(({ method, path, headers, json }) => {
    if (method !== 'POST' || path !== '/graphql') return { status: 404 };
    if (headers.authorization !== apiKey) return linearError('Authentication required', 'AUTHENTICATION_ERROR');
    const { query, variables } = request.parse(json);
    if (query.includes('teams(filter')) {
      const nodes = variables['key'] === teamKey ? [{ id: teamId }] : [];
      return { status: 200, json: { data: { teams: { nodes } } } };
    }
    if (query.includes('issueCreate')) {
      const read = newIssue.safeParse(variables['input']);
      if (!read.success) return linearError('Argument Validation Error', 'INVALID_INPUT');
      if (read.data.teamId !== teamId) return linearError('Entity not found: Team', 'INPUT_ERROR');
      if (issues.some(({ id }) => id === read.data.id)) return taken('Issue', read.data.id);
      issues.push({ ...read.data, identifier: `${teamKey}-${issues.length + 1}`, comments: [] });
      return { status: 200, json: { data: { issueCreate: { success: true, issue: shown(issues.at(-1)!) } } } };
    }
    if (query.includes('commentCreate')) {
      const read = newComment.safeParse(variables['input']);
      if (!read.success) return linearError('Argument Validation Error', 'INVALID_INPUT');
      const issue = issues.find(({ id }) => id === read.data.issueId);
      if (!issue) return linearError('Entity not found: Issue', 'INPUT_ERROR');
      if (issue.comments.some(({ id }) => id === read.data.id)) return taken('Comment', read.data.id);
      issue.comments.push(read.data);
      return { status: 200, json: { data: { commentCreate: { success: true } } } };
    }
    const issue = issues.find(({ id }) => id === variables['id']);
    return issue
      ? { status: 200, json: { data: { issue: shown(issue) } } }
      : linearError('Entity not found: Issue', 'INPUT_ERROR');
  });
  return Object.assign(vendor, { issues });
}
