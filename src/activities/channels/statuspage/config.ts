/** Owns what channels.yaml says of Statuspage. */
import { z } from 'zod';
import { levelMap, secret, short, vendor, type OptionsOf } from '../entry-fields';

export const statuspageShape = z.strictObject({
  type: z.literal('statuspage'),
  'api-key': secret,
  // The id of the page.
  page: short,
  // Absent: `by-severity` (critical, major, minor, none, by the order of the levels, or as
  // `impacts` says). With `by-components` Statuspage works the impact out.
  impact: z.enum(['by-severity', 'by-components']).optional(),
  impacts: levelMap(['critical', 'major', 'minor', 'none']),
  ...vendor,
});
export type StatuspageOptions = OptionsOf<z.infer<typeof statuspageShape>>;
