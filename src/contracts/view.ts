/**
 * Owns what the API answers: zod schemas of every body that crosses HTTP, and the types inferred
 * from them. Shared by the API, the OpenAPI document and the CLI. Knows neither rules nor Temporal.
 * Instants are RFC 3339 in UTC with milliseconds. A field that is not known (yet) is absent; null
 * stands where the absence is an answer.
 */
import { z } from 'zod';
import { deadlineShape } from './deadline-view';
import { mostIdsSkipped } from './skipped-ids';
import { listRowSchema, meetingSchema } from './process-view';
import { instantText, kind, severity, status } from './view-words';

export * from './access-view';
export * from './action-items-view';
export * from './alerts-view';
export * from './changes-view';
export * from './configuration-view';
export * from './deadline-view';
export * from './freezes-view';
export * from './on-call-view';
export * from './process-view';
export * from './rehearsal-view';
export * from './report-view';
export { processIdPattern } from './typed-id';
export { incidentStatuses, releaseStatuses, terminalStatuses } from './statuses';

export const previewSchema = z
  .object({
    targetAt: instantText,
    moves: z.array(z.object({ deadline: z.string(), from: instantText, to: instantText })),
    overdue: z.array(z.string()),
    meets: z.array(meetingSchema),
  })
  .meta({ id: 'ReschedulePreview', description: 'what a reschedule would do; the real reschedule does exactly this' });

export const commandAnswerSchema = z
  .object({
    id: z.string(),
    revision: z.number().int(),
    changes: z.array(z.string()),
    preview: previewSchema.optional(),
    meets: z.array(meetingSchema).optional().describe('reschedule: what is against the new target'),
    belowThreshold: z
      .string()
      .optional()
      .describe('report-check: the value came as a pass and is recorded, but is below the threshold, so it is no pass'),
  })
  .meta({ id: 'CommandAnswer' });

export const timelineEntrySchema = z
  .looseObject({
    seq: z.number().int(),
    at: instantText,
    type: z.string(),
    by: z.string(),
    byVia: z
      .string()
      .optional()
      .describe('by which credential `by` came, such as session, token mus_pat_ab12, link or loopback'),
    text: z.string(),
  })
  .meta({ id: 'TimelineEntry', description: 'one past fact with its sentence; further fields depend on the type' });

const processRefSchema = z.object({ id: z.string(), kind, title: z.string(), severity, status, drill: z.boolean() });
export const dueRowSchema = z
  .object({ process: processRefSchema, ...deadlineShape })
  .meta({ id: 'DueRow', description: 'a running deadline of an open process' });

/** The next deadlines over all processes, and what is not among them. */
export const duePageSchema = z.object({
  items: z.array(dueRowSchema),
  next: z.null(),
  leftOut: z
    .object({
      processes: z
        .number()
        .int()
        .describe('how many more open processes have a deadline; each of their deadlines is due later'),
      deadlines: z.number().int().describe('how many later deadlines of the processes in the list are not in the list'),
      unanswered: z
        .array(z.string())
        .describe('the processes that did not answer in time; their deadlines may be earlier than any in the list'),
      earlier: z
        .boolean()
        .describe('true: so many are open that the search was cut short; deadlines left out may be earlier'),
    })
    .describe('what the list does not show')
    .meta({ id: 'LeftOut' }),
});

export const skipIdsBodySchema = z
  .strictObject(
    {
      count: z
        .number({
          error: ({ input }) =>
            input === undefined ? 'required: how many ids to skip' : `expected a whole number, 1 to ${mostIdsSkipped}`,
        })
        .int(`expected a whole number, 1 to ${mostIdsSkipped}`)
        .min(1, `expected a whole number, 1 to ${mostIdsSkipped}`)
        .max(mostIdsSkipped, `expected a whole number, 1 to ${mostIdsSkipped}`)
        .describe('how many ids of incidents, and as many of releases, are not handed out'),
    },
    'expected an object such as {"count": 500}',
  )
  .meta({ id: 'SkipIdsBody' });
export const nextIdsSchema = z
  .object({ incident: z.string(), release: z.string() })
  .meta({ id: 'NextIds', description: 'the ids that the next incident and the next release of today get' });

export const inboxRowSchema = z
  .object({
    key: z.string(),
    kind: z.enum(['page', 'remind', 'announce']),
    process: z.string(),
    deadlines: z.array(z.object({ id: z.string(), kind: z.string(), dueAt: instantText })),
    rung: z.string().nullable(),
    recipient: z.string(),
    channel: z.string(),
    nominalAt: instantText,
    at: instantText,
    text: z.string(),
  })
  .meta({ id: 'InboxRow', description: 'one delivered message; at: when it was delivered' });

export const meantIdSchema = z
  .object({ id: z.string(), kind, title: z.string(), status })
  .meta({ id: 'MeantId', description: 'the open process that a short id means' });

/** RFC 9457; `reason` names a refusal, and further members depend on `reason`. */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('urn:muster:problem:<name>'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    requestId: z.string(),
    reason: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

/** A page of `items`; `next` is the cursor of the following page, null at the end. */
export function pageSchema<T extends z.ZodType>(items: T) {
  return z.object({ items: z.array(items), next: z.string().nullable() });
}
/** A page of incidents or releases. `note`: why a page may be empty that should not be. */
export const listPageSchema = pageSchema(listRowSchema).extend({
  note: z.string().optional().describe('of an empty list: a severity that was asked for is none of a loaded template'),
});
/** A page of the timeline: `next` is the number to pass as `after` for the following page. */
export const timelinePageSchema = z
  .object({ items: z.array(timelineEntrySchema), next: z.number().int() })
  .meta({ id: 'TimelinePage' });

export type ReschedulePreviewView = z.infer<typeof previewSchema>;
export type CommandAnswer = z.infer<typeof commandAnswerSchema>;
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export type TimelinePage = z.infer<typeof timelinePageSchema>;
export type DueRow = z.infer<typeof dueRowSchema>;
export type DuePage = z.infer<typeof duePageSchema>;
export type NextIds = z.infer<typeof nextIdsSchema>;
export type MeantId = z.infer<typeof meantIdSchema>;
/** The messages of the inbox, and what is not among them. */
export const inboxPageSchema = pageSchema(inboxRowSchema).extend({
  leftOut: z
    .object({
      messages: z.number().int().describe('how many older messages are not in the list'),
      processes: z
        .boolean()
        .describe('true: there are more processes than are looked at, open ones first; their messages are not listed'),
      unanswered: z.array(z.string()).describe('the processes that did not answer in time'),
    })
    .meta({ id: 'InboxLeftOut' }),
});
export type InboxPage = z.infer<typeof inboxPageSchema>;
export type InboxRow = z.infer<typeof inboxRowSchema>;
export type Problem = z.infer<typeof problemSchema>;
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly note?: string | undefined;
}
