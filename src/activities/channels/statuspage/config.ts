/** Owns what channels.yaml says of Statuspage. */
import { z } from 'zod';
import { secret, short, vendor, type OptionsOf } from '../entry-fields';

export const statuspageShape = z.strictObject({
  type: z.literal('statuspage'),
  'api-key': secret,
  // The id of the page.
  page: short,
  // Absent: `by-severity` (P0 critical, P1 major, P2 minor, P3 none). With `by-components`
  // Statuspage works the impact out.
  impact: z.enum(['by-severity', 'by-components']).optional(),
  ...vendor,
});
export type StatuspageOptions = OptionsOf<z.infer<typeof statuspageShape>>;
