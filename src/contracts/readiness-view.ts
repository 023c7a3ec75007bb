/** Owns what /readyz says of a program that is ready. */
import { z } from 'zod';
import { configurationHealthSchema } from './configuration-view';
import { endingSchema } from './ended-view';
import { instantText } from './view-words';

const stuckProcessSchema = z
  .object({
    id: z.string(),
    since: instantText.nullable().describe('when the first of these tasks failed; null: not known'),
    because: z.string().describe('the cause in the words of Temporal'),
  })
  .meta({ id: 'StuckProcess' });

export const stuckSchema = z
  .discriminatedUnion('known', [
    z.object({
      known: z.literal(true),
      count: z.int().min(0),
      processes: z.array(stuckProcessSchema).describe('some of them, ten at most'),
    }),
    z.object({ known: z.literal(false), because: z.string() }),
  ])
  .meta({ id: 'Stuck' });

export const endedProcessesSchema = z
  .discriminatedUnion('known', [
    z.object({
      known: z.literal(true),
      count: z.int().min(0),
      processes: z
        .array(z.object({ id: z.string(), how: endingSchema, at: instantText }))
        .describe('the latest of them, ten at most'),
    }),
    z.object({ known: z.literal(false), because: z.string() }),
  ])
  .meta({ id: 'EndedProcesses' });

export const readinessSchema = z
  .object({
    status: z.literal('ready'),
    configuration: configurationHealthSchema,
    stuck: stuckSchema.describe(
      'processes that stand still, because their workflow tasks fail again and again; a restart does not help them',
    ),
    ended: endedProcessesSchema.describe(
      'incidents and releases that were ended in Temporal by no command within the last 7 days: nothing more is sent for them',
    ),
  })
  .meta({ id: 'Readiness' });

export type Stuck = z.infer<typeof stuckSchema>;
export type EndedProcesses = z.infer<typeof endedProcessesSchema>;
