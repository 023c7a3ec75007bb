/**
 * Notion's API (2025-09-03) as documented: pages in a data source or under a page, blocks within
 * its limits.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { startVendor, type Vendor, type VendorReply } from './vendor';

const richText = z
  .array(
    z.strictObject({
      type: z.literal('text'),
      text: z.strictObject({
        content: z.string().min(1).max(2_000),
        link: z.object({ url: z.url().max(2_000) }).optional(),
      }),
      annotations: z.object({ bold: z.boolean().optional(), code: z.boolean().optional() }).optional(),
    }),
  )
  .max(100);
const content = z.object({ rich_text: richText, checked: z.boolean().optional(), language: z.string().optional() });
const types = [
  'paragraph',
  'heading_1',
  'heading_2',
  'heading_3',
  'to_do',
  'bulleted_list_item',
  'numbered_list_item',
  'quote',
  'code',
] as const;
const block = z.union([
  z.object({ object: z.literal('block'), type: z.literal('divider'), divider: z.object({}) }),
  z
    .looseObject({ object: z.literal('block'), type: z.enum(types) })
    .refine((one) => content.safeParse(one[one.type]).success, 'block failed validation'),
]);
const blocks = z.array(block).max(100);
const properties = z.strictObject({ title: z.object({ title: richText }) });
const newPage = z.strictObject({
  parent: z.union([
    z.strictObject({ type: z.literal('data_source_id'), data_source_id: z.string() }),
    z.strictObject({ type: z.literal('page_id'), page_id: z.string() }),
  ]),
  properties,
  children: blocks,
});
const changedPage = z.strictObject({ properties, erase_content: z.literal(true) });

export interface NotionPage {
  readonly id: string;
  readonly title: string;
  readonly parent: z.infer<typeof newPage>['parent'];
  readonly blocks: z.infer<typeof block>[];
  in_trash?: boolean;
}
export interface FakeNotion extends Vendor {
  readonly pages: NotionPage[];
}

export const notionDatabase = '248104cd-477e-80fd-b757-e945d38000bd';
export const notionPage = '59833787-2cf9-4fdf-8782-e53db20768a5';
const dataSource = '248104cd-477e-80af-bc30-000bd28de8f9';

/** A block on one line: its type and its text. */
export function shown(one: { type: string; [type: string]: unknown }): string {
  const { rich_text = [], checked } = (one[one.type] ?? {}) as {
    rich_text?: { text: { content: string } }[];
    checked?: boolean;
  };
  return [one.type, checked, rich_text.map(({ text }) => text.content).join('')]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}

export async function startNotion(token = 'ntn_x'): Promise<FakeNotion> {
  const pages: NotionPage[] = [];
  const error = (status: number, code: string, message: string): VendorReply => ({
    status,
    json: { object: 'error', status, code, message },
  });
  const answer = ({ id, in_trash = false }: NotionPage): VendorReply => ({
    status: 200,
    json: { object: 'page', id, in_trash, archived: in_trash, url: `https://www.notion.so/${id.replaceAll('-', '')}` },
  });
  const titleOf = (read: z.infer<typeof properties>) => read.title.title.map(({ text }) => text.content).join('');
  const vendor = await startVendor(({ method, path, query, headers, json, text }) => {
    if (headers.authorization !== `Bearer ${token}`) return error(401, 'unauthorized', 'API token is invalid.');
    if (headers['notion-version'] !== '2025-09-03')
      return error(400, 'missing_version', 'Notion-Version header failed');
    if (Buffer.byteLength(text) > 500_000) return error(400, 'validation_error', 'body is too large');
    const route = `${method} ${path}`;
    if (route === `GET /v1/databases/${notionDatabase}`)
      return { status: 200, json: { object: 'database', data_sources: [{ id: dataSource, name: 'Reports' }] } };
    if (route === `POST /v1/data_sources/${dataSource}/query`) {
      const { filter } = z
        .object({ filter: z.strictObject({ property: z.literal('title'), title: z.object({ contains: z.string() }) }) })
        .parse(json);
      const found = pages.filter(({ title, in_trash }) => !in_trash && title.includes(filter.title.contains));
      return {
        status: 200,
        json: { object: 'list', results: found.map((page) => answer(page).json), has_more: false },
      };
    }
    if (route === `GET /v1/blocks/${notionPage}/children`) {
      const size = Number(query.get('page_size'));
      const from = Number(query.get('start_cursor') ?? 0);
      const shownPages = pages.filter(({ in_trash }) => !in_trash);
      const results = shownPages.slice(from, from + size).map(({ id, title }) => ({
        object: 'block',
        id,
        type: 'child_page',
        child_page: { title },
      }));
      const more = from + size < shownPages.length;
      return { status: 200, json: { results, has_more: more, next_cursor: more ? String(from + size) : null } };
    }
    if (route === 'POST /v1/pages') {
      const read = newPage.safeParse(json);
      if (!read.success) return error(400, 'validation_error', 'body failed validation');
      const { parent, properties: named, children } = read.data;
      pages.push({ id: randomUUID(), title: titleOf(named), parent, blocks: children });
      return answer(pages.at(-1)!);
    }
    const [, kind, id, rest] = /^\/v1\/(pages|blocks)\/([^/]+)(\/children)?$/.exec(path) ?? [];
    const index = pages.findIndex((page) => page.id === id);
    const page = pages[index];
    if (!page) return error(404, 'object_not_found', 'Could not find page.');
    if (method === 'GET' && kind === 'pages') return answer(page);
    if (page.in_trash) return error(400, 'validation_error', "Can't edit block that is archived.");
    if (method === 'PATCH' && kind === 'pages') {
      const read = changedPage.safeParse(json);
      if (!read.success) return error(400, 'validation_error', 'body failed validation');
      pages[index] = { ...page, title: titleOf(read.data.properties), blocks: [] };
      return answer(pages[index]);
    }
    const read = z.strictObject({ children: blocks }).safeParse(json);
    if (method !== 'PATCH' || rest === undefined || !read.success)
      return error(400, 'validation_error', 'body failed validation');
    page.blocks.push(...read.data.children);
    return { status: 200, json: { object: 'list', results: read.data.children } };
  });
  return Object.assign(vendor, { pages });
}
