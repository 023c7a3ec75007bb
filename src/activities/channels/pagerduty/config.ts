/** Owns what channels.yaml says of PagerDuty. */
import { z } from 'zod';
import { levelMap, secret, vendor, type OptionsOf } from '../entry-fields';

export const pagerdutyShape = z.strictObject({
  type: z.literal('pagerduty'),
  // Integration key of the PagerDuty service ("Events API v2").
  'routing-key': secret,
  severities: levelMap(['critical', 'error', 'warning', 'info']),
  ...vendor,
});
export type PagerDutyOptions = OptionsOf<z.infer<typeof pagerdutyShape>>;
