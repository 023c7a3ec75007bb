/** Owns what channels.yaml says of Notion. */
import { z } from 'zod';
import { secret, short, vendor, type OptionsOf } from '../entry-fields';

export const notionShape = z
  .strictObject({
    type: z.literal('notion'),
    // Of a connection (integration) that the database or page is shared with.
    token: secret,
    // The id of the database that the reports become pages of (its first data source), or
    database: short.optional(),
    // the id of the page that they hang under.
    page: short.optional(),
    ...vendor,
  })
  .refine(
    ({ database, page }) => (database === undefined) !== (page === undefined),
    'expected either database or page, where the reports go',
  );
export type NotionOptions = OptionsOf<z.infer<typeof notionShape>>;
