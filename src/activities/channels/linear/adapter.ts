/**
 * The Linear channel (GraphQL API): one issue per process, and comments for later events. Muster
 * chooses the ids, computed from the process and the request. So a repeated creation meets a
 * conflict, and nothing is made twice.
 */
import { titleLine } from '../../headline';
import { stepOf } from '../level-scale';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { identityOf } from '../../../domain';
import type { FollowAttempt, Follower, Following, Setback } from '../../channel';
import { httpClient, type HttpOptions } from '../../http/client';
import { linkFrom } from '../../http/address';
import { cutTo } from '../../outside-text';
import { tellingEntries } from '../ticket-news';
import type { LinearOptions } from './config';
import { linearApi, type LinearAnswer } from './graphql';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const issue = z.object({ identifier: z.string().max(50), url: z.string(), description: z.string().nullish() });
type Issue = z.infer<typeof issue>;
const teams = z.object({ teams: z.object({ nodes: z.array(z.object({ id: z.string().regex(uuid) })) }) });
const createdIssue = z.object({ issueCreate: z.object({ success: z.literal(true), issue }) });
const readIssue = z.object({ issue });
const createdComment = z.object({ commentCreate: z.object({ success: z.literal(true) }) });

const teamQuery = 'query($key: String!) { teams(filter: { key: { eq: $key } }) { nodes { id } } }';
const issueFields = 'identifier url description';
const createMutation = `mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { ${issueFields} } } }`;
const issueQuery = `query($id: String!) { issue(id: $id) { ${issueFields} } }`;
const commentMutation = 'mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success } }';

/** `clock` gives epoch ms. */
export function linearChannel(options: LinearOptions & HttpOptions, clock: () => number): Follower {
  const { apiKey, team, url = 'https://api.linear.app' } = options;
  const http = httpClient(options, clock);
  const query = linearApi(http, url, apiKey);

  let teamId = uuid.test(team) ? team : undefined;
  const resolveTeam = async (signal: AbortSignal): Promise<LinearAnswer<string>> => {
    if (teamId !== undefined) return { ok: true, value: teamId };
    const found = await query(teamQuery, { key: team }, teams, signal);
    if (!found.ok) return found;
    const [first] = found.value.teams.nodes;
    if (!first) return { ok: false, undone: noTeam(team) };
    teamId = first.id;
    return { ok: true, value: first.id };
  };

  /**
   * The issue of the process; made if none exists. `news`: an earlier request made the issue, so
   * the entries of this request are not in it yet.
   */
  const issueOf = async (
    following: Following,
    signal: AbortSignal,
  ): Promise<LinearAnswer<Issue & { news: boolean }>> => {
    const { request } = following;
    const id = idOf('issue', team, identityOf(request.process));
    if (request.ref === undefined) {
      const inTeam = await resolveTeam(signal);
      if (!inTeam.ok) return inTeam;
      const input = newIssue(following, id, inTeam.value, options.priorities);
      const made = await query(createMutation, { input }, createdIssue, signal);
      if (made.ok) return { ok: true, value: { ...made.value.issueCreate.issue, news: false } };
      if (!made.conflict) return made;
    }
    const read = await query(issueQuery, { id }, readIssue, signal);
    if (!read.ok) return read;
    const mine = read.value.issue.description?.includes(markOf(request.key)) === true;
    return { ok: true, value: { ...read.value.issue, news: !mine } };
  };

  const comment = async ({ request }: Following, signal: AbortSignal): Promise<Setback | undefined> => {
    const lines = tellingEntries(request.entries);
    if (lines.length === 0) return undefined;
    const input = {
      id: idOf('comment', team, request.key),
      issueId: idOf('issue', team, identityOf(request.process)),
      body: markdownOf(lines.join('\n')),
    };
    const posted = await query(commentMutation, { input }, createdComment, signal);
    return posted.ok || posted.conflict ? undefined : posted.undone;
  };

  return {
    async follow(following, signal): Promise<FollowAttempt> {
      const found = await issueOf(following, signal);
      if (!found.ok) return found.undone;
      const undone = found.value.news ? await comment(following, signal) : undefined;
      if (undone) return undone;
      const { identifier, url: address } = found.value;
      const to = linkFrom(address);
      return {
        status: 'done',
        at: clock(),
        ref: identifier,
        ...(to === undefined ? {} : { link: { to, title: identifier } }),
      };
    },
    close: () => http.close(),
  };
}

function noTeam(team: string): Setback {
  return {
    status: 'failed',
    because: `Linear knows no team with the key ${JSON.stringify(team)}; expected one as ENG`,
  };
}

const priorities = ['urgent', 'high', 'medium', 'low'] as const;
const priorityNumbers = { urgent: 1, high: 2, medium: 3, low: 4 } as const;

function newIssue(
  { request, url }: Following,
  id: string,
  teamId: string,
  stated: LinearOptions['priorities'],
): object {
  const { process, text, key } = request;
  return {
    id,
    teamId,
    title: titleLine(process),
    description: `${markdownOf(text)}\n\n<${url}>\n\n${markOf(key)}`,
    priority: priorityNumbers[stepOf(process, priorities, stated)],
  };
}

/**
 * Names the request that made the issue. When that request comes again, its entries are in the
 * issue already.
 */
function markOf(key: string): string {
  return `\`Muster ${key}\``;
}

/**
 * Escapes plain text so that Markdown shows it unchanged: each line stays a line, and no character
 * has a special meaning.
 */
function markdownOf(text: string): string {
  return cutTo(text, 30_000)
    .split('\n')
    .map((line) => line.replace(/[\\`*_{}[\]<>#|~@]/g, '\\$&').replace(/^(\s*\d*)([-+.)])(?=\s)/, '$1\\$2'))
    .join('  \n');
}

/** A UUID in the form of version 4, always the same for the same words. */
function idOf(...words: string[]): string {
  const bytes = createHash('sha256')
    .update(['muster', 'linear', ...words].join('\0'))
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
