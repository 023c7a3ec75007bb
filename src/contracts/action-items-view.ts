/** Owns what a reader sees of the open action items over all processes. */
import { z } from 'zod';
import { instantText, kind, severity, status } from './view-words';

export const openActionItemSchema = z
  .object({
    process: z.object({ id: z.string(), kind, title: z.string(), severity, status, drill: z.boolean() }),
    id: z.string().describe('the number of the action item within its process'),
    title: z.string(),
    owner: z.string(),
    name: z.string().describe('the name of the owner, if the owner is a person'),
    dueAt: instantText,
    overdue: z.boolean(),
  })
  .meta({ id: 'OpenActionItem', description: 'an action item that is neither done nor dropped' });

/** The open action items, and what is not among them. */
export const openActionItemPageSchema = z.object({
  items: z.array(openActionItemSchema),
  next: z.string().nullable(),
  leftOut: z
    .object({
      processes: z
        .number()
        .int()
        .describe('how many more processes have open action items; all of them are due later than these pages show'),
      items: z.number().int().describe('how many later action items of the processes in these pages are not in them'),
      earlier: z
        .boolean()
        .describe('true: so many are open that the search was cut short; items left out may be due earlier'),
    })
    .describe('what no page shows')
    .meta({ id: 'ActionItemsLeftOut' }),
});

export type OpenActionItemRow = z.infer<typeof openActionItemSchema>;
export type OpenActionItemPage = z.infer<typeof openActionItemPageSchema>;
