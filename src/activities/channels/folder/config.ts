/** Owns what channels.yaml says of a folder of reports. */
import { z } from 'zod';
import { short, type OptionsOf } from '../entry-fields';

export const folderShape = z.strictObject({
  type: z.literal('folder'),
  // The folder has to exist.
  path: short.describe('a path from the folder in which Muster is started'),
});
export type FolderOptions = OptionsOf<z.infer<typeof folderShape>>;
