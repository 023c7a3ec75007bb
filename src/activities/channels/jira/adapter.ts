/**
 * The Jira channel (Jira Cloud, REST v3): one issue per process, found again by a label, and
 * comments for later events. Muster does not touch the status and the fields of the issue: they
 * belong to the team.
 */
import { titleLine } from '../../headline';
import { z } from 'zod';
import { identityOf } from '../../../domain';
import { parse } from '../../../contracts/parse';
import type { FollowAttempt, Follower, Following, Setback, WrittenNews } from '../../channel';
import { askTool } from '../../http/ask';
import { httpClient, type HttpOptions } from '../../http/client';
import { linkFrom, under } from '../../http/address';
import { tellingEntries } from '../ticket-news';
import type { JiraOptions } from './config';
import { documentOf, holdsText } from './document';

const issueKey = z.string().regex(/^[A-Z][A-Z0-9_]{0,49}-\d{1,12}$/);
const madeBy = z.object({ key: z.string() });
const searched = z.object({
  issues: z
    .array(
      z.object({
        key: issueKey,
        properties: z
          .object({ muster: madeBy.optional().catch(undefined) })
          .optional()
          .catch(undefined),
      }),
    )
    .max(100),
});
const created = z.object({ key: issueKey });
const commented = z.object({ id: z.string() });
const comments = z.object({ comments: z.array(z.object({ body: z.unknown() })).max(1_000) });

/**
 * The search of Jira lags behind the creation of issues (Jira documents this). After a lost answer,
 * the adapter waits this long before it looks for the issue.
 */
const searchLagMs = 15_000;

/** `clock` gives epoch ms. */
export function jiraChannel(options: JiraOptions & HttpOptions, clock: () => number): Follower {
  const { url, user, apiToken, project, issueType } = options;
  // The list of the fifty newest comments may be long.
  const http = httpClient({ replyLimitBytes: 2 * 1024 * 1024, ...options }, clock);
  const headers = {
    authorization: `Basic ${Buffer.from(`${user}:${apiToken}`).toString('base64')}`,
    accept: 'application/json',
  };
  const post = <T>(path: string, body: object, schema: z.ZodType<T>, signal: AbortSignal) =>
    askTool(http, { method: 'POST', url: under(url, path), headers, body }, schema, signal);

  const find = async (process: string, signal: AbortSignal) =>
    post(
      '/rest/api/3/search/jql',
      {
        jql: `project = ${quoted(project)} AND labels = ${quoted(labelOf(process))} ORDER BY created ASC`,
        fields: ['summary'],
        properties: ['muster'],
        maxResults: 1,
      },
      searched,
      signal,
    );

  /**
   * The issue of the process; made if none exists. `news`: an earlier request made the issue, so
   * the entries of this request are not in it yet.
   */
  const issueOf = async (following: Following, signal: AbortSignal): Promise<Issue> => {
    const { request } = following;
    if (parse(issueKey, request.ref).ok) return { ok: true, key: request.ref!, news: true };
    const search = await find(identityOf(request.process), signal);
    if (!search.ok) return search;
    const [found] = search.value.issues;
    if (found) return { ok: true, key: found.key, news: found.properties?.muster?.key !== request.key };
    const made = await post('/rest/api/3/issue', newIssue(following, project, issueType), created, signal);
    if (made.ok) return { ok: true, key: made.value.key, news: false };
    const { undone } = made;
    return undone.status === 'unavailable'
      ? { ok: false, undone: { ...undone, retryAfterMs: undone.retryAfterMs ?? searchLagMs } }
      : made;
  };

  /** Adds at most one comment, and none when an earlier attempt added it. */
  const comment = async (issue: string, request: WrittenNews, signal: AbortSignal): Promise<Setback | undefined> => {
    const lines = tellingEntries(request.entries);
    if (lines.length === 0) return undefined;
    const path = `/rest/api/3/issue/${issue}/comment`;
    const marker = `Muster ${request.key}`;
    const newest = await askTool(
      http,
      { method: 'GET', url: under(url, `${path}?orderBy=-created&maxResults=50`), headers },
      comments,
      signal,
    );
    if (!newest.ok) return newest.undone;
    if (newest.value.comments.some(({ body }) => holdsText(body, marker))) return undefined;
    const posted = await post(path, { body: documentOf(lines.join('\n'), marker) }, commented, signal);
    return posted.ok ? undefined : posted.undone;
  };

  return {
    async follow(following, signal): Promise<FollowAttempt> {
      const issue = await issueOf(following, signal);
      if (!issue.ok) return issue.undone;
      const undone = issue.news ? await comment(issue.key, following.request, signal) : undefined;
      if (undone) return undone;
      const to = linkFrom(under(url, `/browse/${issue.key}`));
      return {
        status: 'done',
        at: clock(),
        ref: issue.key,
        ...(to === undefined ? {} : { link: { to, title: issue.key } }),
      };
    },
    close: () => http.close(),
  };
}

type Issue =
  | { readonly ok: true; readonly key: string; readonly news: boolean }
  | { readonly ok: false; readonly undone: Setback };

function newIssue({ request, url }: Following, project: string, issueType: string): object {
  const { process, text, key } = request;
  return {
    fields: {
      project: { key: project },
      issuetype: { name: issueType },
      // Jira takes 255 characters on one line.
      summary: titleLine(process),
      description: documentOf(text, url),
      // People look for the id; the adapter looks for the label that no other process has.
      labels: ['muster', ...new Set([labelOf(process.id), labelOf(identityOf(process))])],
    },
    properties: [{ key: 'muster', value: { key } }],
  };
}

// A label holds no blanks and at most 255 characters.
function labelOf(process: string): string {
  return process.toLowerCase().replace(/\s+/g, '-').slice(0, 255);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
