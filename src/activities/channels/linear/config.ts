/** Owns what channels.yaml says of Linear. */
import { z } from 'zod';
import { levelMap, secret, short, vendor, type OptionsOf } from '../entry-fields';

export const linearShape = z.strictObject({
  type: z.literal('linear'),
  // A personal API key.
  'api-key': secret,
  // The team's id (a UUID), or its key as issues show it (ENG).
  team: short,
  priorities: levelMap(['urgent', 'high', 'medium', 'low']),
  ...vendor,
});
export type LinearOptions = OptionsOf<z.infer<typeof linearShape>>;
