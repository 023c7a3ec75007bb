/**
 * The Confluence channel (Confluence Cloud, REST v2): the post-incident report as a page of a
 * space. The adapter finds the page again by its title and replaces the whole page when the report
 * changes. Changes that people make by hand stay in the history of the page, but not in its next
 * version.
 */
import { z } from 'zod';
import { parse } from '../../../contracts/parse';
import type { FollowAttempt, Follower, Setback } from '../../channel';
import { askTool, askToolFor } from '../../http/ask';
import { httpClient, type HttpOptions } from '../../http/client';
import { concernsReport, writtenReport, type FollowedReport } from '../followed-report';
import { linkFrom, under } from '../../http/address';
import { given } from '../../../given';
import type { ConfluenceOptions } from './config';

const pageId = z.string().regex(/^\d{1,20}$/);
const links = z
  .object({ base: z.string().optional().catch(undefined), webui: z.string().optional().catch(undefined) })
  .optional()
  .catch(undefined);
const page = z.object({
  id: pageId,
  version: z.object({ number: z.number().int().min(1).max(1_000_000), message: z.string().nullish() }),
  _links: links,
});
const pages = z.object({ results: z.array(page).max(250), _links: links });
type Page = z.infer<typeof page>;

/** `clock` gives epoch ms. */
export function confluenceChannel(options: ConfluenceOptions & HttpOptions, clock: () => number): Follower {
  const { url, user, apiToken, space, parent } = options;
  // The answer to a write repeats the whole page.
  const http = httpClient({ replyLimitBytes: 4 * 1024 * 1024, ...options }, clock);
  const headers = {
    authorization: `Basic ${Buffer.from(`${user}:${apiToken}`).toString('base64')}`,
    accept: 'application/json',
  };
  const api = (path: string) => under(url, `/wiki/api/v2/pages${path}`);

  /** The page by its id, else by its title; `page` is undefined when there is none. */
  const find = async (ref: string | undefined, title: string, signal: AbortSignal): Promise<Search> => {
    if (parse(pageId, ref).ok) {
      const read = await askToolFor(http, { method: 'GET', url: api(`/${ref}`), headers }, page, signal);
      if (!read.ok) return read;
      if (read.value) return { ok: true, page: read.value };
      // Somebody deleted the page: look by title, and if that fails the page is made again.
    }
    const query = new URLSearchParams({ 'space-id': space, title, status: 'current', limit: '1' });
    const listed = await askTool(http, { method: 'GET', url: api(`?${query.toString()}`), headers }, pages, signal);
    if (!listed.ok) return listed;
    const [found] = listed.value.results;
    return { ok: true, ...(found ? { page: { ...found, _links: { ...listed.value._links, ...found._links } } } : {}) };
  };

  const write = async (found: Page | undefined, report: FollowedReport, key: string, signal: AbortSignal) => {
    const content = {
      status: 'current',
      title: report.title,
      body: { representation: 'storage', value: report.html },
    };
    if (!found) {
      const body = { spaceId: space, ...given({ parentId: parent }), ...content };
      return askTool(http, { method: 'POST', url: api(''), headers, body }, page, signal);
    }
    const version = { number: found.version.number + 1, message: messageOf(key) };
    return askTool(
      http,
      {
        method: 'PUT',
        url: api(`/${found.id}`),
        headers,
        body: { id: found.id, ...content, version },
        // Somebody saved the page in the meantime; the next attempt reads the new version number.
        later: { 409: 1_000 },
      },
      page,
      signal,
    );
  };

  return {
    async follow(following, signal): Promise<FollowAttempt> {
      if (!concernsReport(following)) return { status: 'done', at: clock() };
      const { key, ref } = following.request;
      const reported = await writtenReport(following);
      if (!reported.ok) return reported.undone;
      const search = await find(ref, reported.report.title, signal);
      if (!search.ok) return search.undone;
      const found = search.page;
      if (found?.version.message === messageOf(key)) return done(found, reported.report.title, clock());
      const written = await write(found, reported.report, key, signal);
      return written.ok ? done(written.value, reported.report.title, written.reply.at) : written.undone;
    },
    close: () => http.close(),
  };
}

type Search = { readonly ok: true; readonly page?: Page } | { readonly ok: false; readonly undone: Setback };

/**
 * The version message names the request that wrote the version. When the same request comes again,
 * the adapter sees that the work is done.
 */
function messageOf(key: string): string {
  return `Muster ${key}`;
}

function done({ id, _links }: Page, title: string, at: number): FollowAttempt {
  const to =
    _links?.base === undefined || _links.webui === undefined ? undefined : linkFrom(_links.base + _links.webui);
  return { status: 'done', at, ref: id, ...(to === undefined ? {} : { link: { to, title } }) };
}
