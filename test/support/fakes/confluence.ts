/**
 * Confluence Cloud's REST v2 as documented: pages of a space, one page per title, and version
 * numbers without gaps.
 */
import { z } from 'zod';
import { startVendor, type Vendor, type VendorReply } from './vendor';

const content = {
  status: z.literal('current'),
  title: z.string().min(1).max(255),
  body: z.strictObject({ representation: z.literal('storage'), value: z.string() }),
};
const newPage = z.strictObject({ spaceId: z.string().regex(/^\d+$/), parentId: z.string().optional(), ...content });
const nextPage = z.strictObject({
  id: z.string(),
  ...content,
  version: z.strictObject({ number: z.number().int(), message: z.string() }),
});

interface ConfluencePage {
  readonly id: string;
  readonly title: string;
  readonly html: string;
  readonly parentId?: string;
  readonly version: { readonly number: number; readonly message: string };
}
export interface FakeConfluence extends Vendor {
  readonly pages: ConfluencePage[];
}

export async function startConfluence(
  user = 'bot@acme.example',
  apiToken = 'token',
  space = '98304',
): Promise<FakeConfluence> {
  const pages: ConfluencePage[] = [];
  const expected = `Basic ${Buffer.from(`${user}:${apiToken}`).toString('base64')}`;
  const base = 'https://acme.atlassian.net/wiki';
  const shown = ({ id, title, version, html }: ConfluencePage) => ({
    id,
    title,
    status: 'current',
    spaceId: space,
    version,
    body: { storage: { representation: 'storage', value: html } },
    _links: { webui: `/spaces/OPS/pages/${id}` },
  });
  const one = (page: ConfluencePage): VendorReply => {
    const answer = shown(page);
    return { status: 200, json: { ...answer, _links: { ...answer._links, base } } };
  };
  const error = (status: number, title: string): VendorReply => ({ status, json: { errors: [{ status, title }] } });
  const vendor = await startVendor(({ method, path, query, headers, json }) => {
    if (headers.authorization !== expected) return error(401, 'Unauthorized');
    if (method === 'GET' && path === '/wiki/api/v2/pages') {
      const found = query.get('space-id') === space ? pages.filter(({ title }) => title === query.get('title')) : [];
      // In a list, the list itself has the base address.
      return {
        status: 200,
        json: { results: found.slice(0, Number(query.get('limit'))).map(shown), _links: { base } },
      };
    }
    if (method === 'POST' && path === '/wiki/api/v2/pages') {
      const read = newPage.safeParse(json);
      if (!read.success || read.data.spaceId !== space) return error(400, 'Invalid page');
      const { title, body, parentId } = read.data;
      if (pages.some((page) => page.title === title))
        return error(
          400,
          'A page with this title already exists: A page already exists with the same TITLE in this space',
        );
      const page = { id: String(600 + pages.length), title, html: body.value, version: { number: 1, message: '' } };
      pages.push(parentId === undefined ? page : { ...page, parentId });
      return one(pages.at(-1)!);
    }
    const index = pages.findIndex(({ id }) => path === `/wiki/api/v2/pages/${id}`);
    const page = pages[index];
    if (!page) return error(404, 'Not Found');
    if (method === 'GET') return one(page);
    const read = nextPage.safeParse(json);
    if (!read.success) return error(400, 'Invalid page');
    const { title, body, version } = read.data;
    if (version.number !== page.version.number + 1) return error(409, 'Version must be incremented on update');
    pages[index] = { ...page, title, html: body.value, version };
    return one(pages[index]);
  });
  return Object.assign(vendor, { pages });
}
