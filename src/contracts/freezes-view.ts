/** Owns what a reader sees of freezes: the times in which nothing should be deployed, and why. */
import { z } from 'zod';
import { configurationHealthSchema } from './configuration-view';
import { instantText } from './view-words';

const window = {
  id: z.string(),
  title: z.string().describe('what it is for'),
  from: instantText,
  until: instantText.describe('the first instant at which it no longer holds'),
  allow: z.array(z.string()).describe('roles of people who may deploy in it all the same, for a reason'),
};
export const freezeWindowSchema = z
  .object(window)
  .meta({ id: 'FreezeWindow', description: 'one time of a freeze of freezes.yaml' });

export const frozenSchema = z
  .object({
    freezes: z.array(freezeWindowSchema),
    freeAt: instantText.nullable().describe('the first instant in no freeze; null: none within 400 days'),
  })
  .meta({ id: 'Frozen', description: 'the freezes that hold a release, and when it is free again' });

export const freezeRowSchema = z
  .object({
    ...window,
    inForce: z.boolean().describe('true: it holds now'),
    services: z.array(z.string()).nullable().describe('releases of one of these; null: of every service'),
    templates: z.array(z.string()).nullable().describe('releases by one of these; null: by every template'),
    exempt: z.array(z.string()).describe('templates whose releases it does not hold'),
  })
  .meta({ id: 'FreezeRow' });

export const freezesPageSchema = z.object({
  from: instantText,
  to: instantText,
  zone: z.string().describe('the zone of calendar.yaml'),
  items: z.array(freezeRowSchema).describe('whole, in order; the ends may lie outside the requested time'),
  next: z.null(),
  configuration: configurationHealthSchema.describe(
    'whether freezes.yaml is in force as it stands on disk; if not, `items` are those of before',
  ),
});

export type FrozenView = z.infer<typeof frozenSchema>;
export type FreezeRow = z.infer<typeof freezeRowSchema>;
export type FreezesPage = z.infer<typeof freezesPageSchema>;
