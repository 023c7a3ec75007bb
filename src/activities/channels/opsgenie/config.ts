/** Owns what channels.yaml says of Opsgenie. */
import { z } from 'zod';
import { levelMap, secret, short, vendor, type OptionsOf } from '../entry-fields';

export const opsgenieShape = z.strictObject({
  type: z.literal('opsgenie'),
  // Of an API integration. Accounts in the EU have the address https://api.eu.opsgenie.com.
  'api-key': secret,
  // Who is called; none: those whom the integration names.
  responders: z
    .array(z.strictObject({ type: z.enum(['team', 'user', 'escalation', 'schedule']), name: short }))
    .default([]),
  priorities: levelMap(['P1', 'P2', 'P3', 'P4', 'P5']),
  ...vendor,
});
export type OpsgenieOptions = OptionsOf<z.infer<typeof opsgenieShape>>;
