/**
 * The Notion channel: the post-incident report as a page of a database or under a page. The adapter
 * finds the page again by its title and rewrites the whole page when the report changes. A rewrite
 * loses what people changed by hand, so notes belong on another page.
 */
import { z } from 'zod';
import { parse } from '../../../contracts/parse';
import type { FollowAttempt, Follower, Setback } from '../../channel';
import { askTool, askToolFor } from '../../http/ask';
import { httpClient, type HttpOptions, type HttpRequest } from '../../http/client';
import { concernsReport, writtenReport } from '../followed-report';
import { linkFrom, under } from '../../http/address';
import type { NotionOptions } from './config';
import { batchesOf, blocksOf, type Block } from './blocks';
import { given } from '../../../given';

const id = z.string().regex(/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i);
const page = z.object({
  id,
  url: z.string().optional().catch(undefined),
  in_trash: z.boolean().optional().catch(undefined),
  archived: z.boolean().optional().catch(undefined),
});
type Page = z.infer<typeof page>;
const queried = z.object({ results: z.array(page).max(100) });
const database = z.object({ data_sources: z.array(z.object({ id })).max(100) });
const children = z.object({
  results: z.array(z.object({ id, child_page: z.object({ title: z.string() }).optional().catch(undefined) })).max(100),
  next_cursor: z.string().max(500).nullish(),
});
const appended = z.object({ results: z.array(z.unknown()).max(1_000) });

/** How many hundreds of children of a page the adapter looks through. */
const hundreds = 20;

/** The header Notion-Version: the first version with data sources. */
const version = '2025-09-03';

/** `clock` gives epoch ms. Throws unless exactly one of `database` and `page` is set. */
export function notionChannel(options: NotionOptions & HttpOptions, clock: () => number): Follower {
  const { token, database: inDatabase, page: underPage, url = 'https://api.notion.com' } = options;
  if ((inDatabase === undefined) === (underPage === undefined))
    throw new Error('a Notion channel needs either a database or a page to write reports to');
  // When Notion lists or appends blocks, the answer repeats up to a hundred blocks with their
  // texts.
  const http = httpClient({ replyLimitBytes: 4 * 1024 * 1024, ...options }, clock);
  const to = (method: HttpRequest['method'], path: string, body?: object): HttpRequest => ({
    method,
    url: under(url, `/v1${path}`),
    headers: { authorization: `Bearer ${token}`, 'notion-version': version },
    ...given({ body }),
    // Two writes met; Notion asks for another attempt on the newest version.
    later: { 409: 1_000 },
  });

  let known: object | undefined;
  /** The parent of the reports, in the form that the API takes. */
  const parentOf = async (signal: AbortSignal): Promise<Result<object>> => {
    if (underPage !== undefined) return { ok: true, value: { type: 'page_id', page_id: underPage } };
    if (known) return { ok: true, value: known };
    const read = await askTool(http, to('GET', `/databases/${encodeURIComponent(inDatabase!)}`), database, signal);
    if (!read.ok) return read;
    const [source] = read.value.data_sources;
    if (!source) return { ok: false, undone: noSource };
    known = { type: 'data_source_id', data_source_id: source.id };
    return { ok: true, value: known };
  };

  const queryFor = async (mark: string, parent: object, signal: AbortSignal): Promise<Result<Page | undefined>> => {
    const source = (parent as { data_source_id: string }).data_source_id;
    // The id of a title property is always `title`, whatever its name.
    const body = { filter: { property: 'title', title: { contains: mark } }, page_size: 1 };
    const read = await askTool(http, to('POST', `/data_sources/${source}/query`, body), queried, signal);
    return read.ok ? { ok: true, value: read.value.results[0] } : read;
  };
  const searchChildren = async (mark: string, signal: AbortSignal): Promise<Result<Page | undefined>> => {
    let cursor = '';
    for (let hundred = 0; hundred < hundreds; hundred++) {
      const path = `/blocks/${encodeURIComponent(underPage!)}/children?page_size=100${cursor}`;
      const read = await askTool(http, to('GET', path), children, signal);
      if (!read.ok) return read;
      const found = read.value.results.find((child) => child.child_page?.title.endsWith(mark));
      if (found) return { ok: true, value: { id: found.id } };
      if (!read.value.next_cursor) return { ok: true, value: undefined };
      cursor = `&start_cursor=${encodeURIComponent(read.value.next_cursor)}`;
    }
    return { ok: false, undone: tooMany };
  };

  /** The page by its id, else by its title; undefined when there is none. */
  const find = async (
    ref: string | undefined,
    mark: string,
    parent: object,
    signal: AbortSignal,
  ): Promise<Result<Page | undefined>> => {
    if (parse(id, ref).ok) {
      const read = await askToolFor(http, to('GET', `/pages/${ref}`), page, signal);
      if (!read.ok || (read.value && !read.value.in_trash && !read.value.archived)) return read;
      // Somebody deleted the page: look by title, and if that fails the page is made again.
    }
    return underPage === undefined ? queryFor(mark, parent, signal) : searchChildren(mark, signal);
  };

  const append = async (
    pageId: string,
    batches: readonly Block[][],
    signal: AbortSignal,
  ): Promise<Setback | undefined> => {
    for (const batch of batches) {
      const added = await askTool(
        http,
        to('PATCH', `/blocks/${pageId}/children`, { children: batch }),
        appended,
        signal,
      );
      if (!added.ok) return added.undone;
    }
    return undefined;
  };

  return {
    async follow(following, signal): Promise<FollowAttempt> {
      if (!concernsReport(following)) return { status: 'done', at: clock() };
      const { ref, process } = following.request;
      const reported = await writtenReport(following);
      if (!reported.ok) return reported.undone;
      const { title, markdown } = reported.report;
      const parent = await parentOf(signal);
      if (!parent.ok) return parent.undone;
      const found = await find(ref, `(${process.id})`, parent.value, signal);
      if (!found.ok) return found.undone;

      const batches = batchesOf(blocksOf(markdown, following.url));
      const properties = { title: { title: [{ type: 'text', text: { content: title } }] } };
      // An attempt that fails halfway leaves an incomplete page; the next attempt finds and
      // rewrites it.
      const written = found.value
        ? await askTool(
            http,
            to('PATCH', `/pages/${found.value.id}`, { properties, erase_content: true }),
            page,
            signal,
          )
        : await askTool(
            http,
            to('POST', '/pages', { parent: parent.value, properties, children: batches[0] ?? [] }),
            page,
            signal,
          );
      if (!written.ok) return written.undone;
      const undone = await append(written.value.id, found.value ? batches : batches.slice(1), signal);
      if (undone) return undone;
      const address = linkFrom(written.value.url);
      return {
        status: 'done',
        at: clock(),
        ref: written.value.id,
        ...(address === undefined ? {} : { link: { to: address, title } }),
      };
    },
    close: () => http.close(),
  };
}

type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly undone: Setback };

const noSource: Setback = { status: 'failed', because: 'the Notion database has no data source to add pages to' };
const tooMany: Setback = {
  status: 'failed',
  because: `the Notion page has more than ${hundreds * 100} blocks to look for the report in; give the channel a database, or a page of its own`,
};
