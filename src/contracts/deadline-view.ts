/** Owns what a reader sees of a deadline: how it stands, who was told, each rung of its ladder. */
import { z } from 'zod';
import { deadlineKinds, deadlineStatuses, supersessions } from './deadline-kinds';
import { instantText, modes } from './view-words';

export const recipientSchema = z
  .object({ person: z.string(), name: z.string() })
  .meta({ id: 'Recipient', description: 'a person who would be told; for a slot: who is on call at that instant' });

const heldFrom = instantText
  .optional()
  .describe('when working hours hold the rung until `at`: the instant that the ladder says');
export const nextRungSchema = z
  .object({ rung: z.string(), at: instantText, heldFrom, mode: modes, recipients: z.array(recipientSchema) })
  .meta({
    id: 'NextRung',
    description: 'the next rung of the ladder, its instant, and its recipients as far as they are known now',
  });

export const toldSchema = z
  .object({
    person: z.string(),
    name: z.string(),
    kind: z.enum(['page', 'remind']),
    at: instantText,
    channel: z.string(),
    failed: z.string().optional().meta({ description: 'why the message failed; absent: it did not fail' }),
    underWay: z.literal(true).optional().meta({ description: 'true: the message is still being tried, since `at`' }),
  })
  .meta({ id: 'Told', description: 'the latest message about a deadline to one person' });

const missSchema = z
  .object({
    round: z.number().int(),
    dueAt: instantText,
    missedAt: instantText,
    metAt: instantText.optional(),
    cancelledAt: instantText.optional(),
    superseded: z.object({ at: instantText, by: z.enum(supersessions) }).optional(),
  })
  .meta({ id: 'Miss', description: 'an earlier round that was missed, and how it ended' });

/** How a deadline stands, the same for every reader. */
export const deadlineStanding = {
  id: z.string(),
  kind: z.enum(deadlineKinds),
  name: z.string(),
  dueAt: instantText,
  status: z.enum(deadlineStatuses),
  round: z.number().int(),
  metAt: instantText.optional(),
  missedAt: instantText.optional(),
  cancelledAt: instantText.optional(),
  misses: z
    .array(missSchema)
    .describe('the earlier rounds that were missed; the other fields describe the round in force'),
};
export const deadlineShape = {
  ...deadlineStanding,
  snoozedUntil: instantText.optional(),
  over: z
    .literal(true)
    .optional()
    .meta({ description: 'true: still open when the incident was resolved, which ended its ladder' }),
  rests: z
    .literal(true)
    .optional()
    .describe('true: nobody is asked for the decision while an open incident closes the gate'),
  told: z
    .array(toldSchema)
    .meta({ description: 'the people told so far; empty once the deadline is met, but those of a response stay' }),
  next: nextRungSchema.nullable(),
};
export const deadlineSchema = z
  .object(deadlineShape)
  .meta({ id: 'Deadline', description: 'an instant by which something must be true' });

export const deadlineWithRungsSchema = z
  .object({
    ...deadlineShape,
    rungs: z
      .array(
        z.object({
          rung: z.string(),
          at: instantText,
          heldFrom,
          mode: modes,
          fired: z.boolean(),
          recipients: z.array(recipientSchema),
        }),
      )
      .describe('of a fired rung: the instant, mode and people recorded; of a rung to come: those of its own instant'),
  })
  .meta({ id: 'DeadlineWithRungs', description: 'a deadline with every rung of the round in force' });

export type Recipient = z.infer<typeof recipientSchema>;
export type DeadlineView = z.infer<typeof deadlineSchema>;
export type DeadlineWithRungs = z.infer<typeof deadlineWithRungsSchema>;
