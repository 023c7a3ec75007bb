/**
 * Owns what the API answers: zod schemas of every body that crosses HTTP, and the types inferred from them.
 * Shared by the API, the OpenAPI document, the CLI and the page. Knows neither rules nor Temporal.
 * Instants are RFC 3339 in UTC with milliseconds. What is not known (yet) is absent; null is said where its absence is an answer.
 */
import { z } from 'zod';
import { severityIds } from './command-table';

const instantText = z.iso.datetime({ precision: 3 }).describe('RFC 3339 in UTC with milliseconds');
const severity = z.enum(severityIds);
const kind = z.enum(['incident', 'release']);
const modes = z.enum(['page', 'remind']);

export const deadlineKinds = ['response', 'phase', 'item', 'update', 'action-item', 'gate'] as const;
export const incidentStatuses = [
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'closed',
  'cancelled',
  'merged',
] as const;
export const releaseStatuses = [
  'planned',
  'preparing',
  'ready',
  'deploying',
  'monitoring',
  'completed',
  'rolled-back',
  'cancelled',
] as const;
/** Statuses in which nothing can happen any more. */
export const terminalStatuses = ['closed', 'cancelled', 'merged', 'completed', 'rolled-back'] as const;
const status = z.enum([...new Set([...incidentStatuses, ...releaseStatuses])]);

/** Ids of processes, which are their workflow ids too. */
export const processIdPattern = /^(INC|REL)-\d{4}-\d{2}-\d{2}-\d{3,}$/;

// --- Deadlines -----------------------------------------------------------------------------------------------------

export const recipientSchema = z
  .object({ person: z.string(), name: z.string() })
  .meta({ id: 'Recipient', description: 'a person who would be told, by who is on call now' });

export const nextRungSchema = z
  .object({ rung: z.string(), at: instantText, mode: modes, recipients: z.array(recipientSchema) })
  .meta({ id: 'NextRung', description: 'the rung of the ladder that comes next, when, and whom it means as of now' });

export const toldSchema = z
  .object({
    person: z.string(),
    name: z.string(),
    kind: z.enum(['page', 'remind']),
    at: instantText,
    channel: z.string(),
    failed: z.string().optional().meta({ description: 'set: it did not get through, and why' }),
  })
  .meta({ id: 'Told', description: 'the latest message of a deadline to one person' });

const deadlineShape = {
  id: z.string(),
  kind: z.enum(deadlineKinds),
  name: z.string(),
  dueAt: instantText,
  status: z.enum(['pending', 'met', 'missed', 'cancelled']),
  round: z.number().int(),
  metAt: instantText.optional(),
  missedAt: instantText.optional(),
  snoozedUntil: instantText.optional(),
  told: z.array(toldSchema).meta({ description: 'who was told so far, while the deadline is not met' }),
  next: nextRungSchema.nullable(),
};
export const deadlineSchema = z
  .object(deadlineShape)
  .meta({ id: 'Deadline', description: 'an instant by which something must be true' });

export const deadlineWithRungsSchema = z
  .object({
    ...deadlineShape,
    rungs: z.array(
      z.object({
        rung: z.string(),
        at: instantText,
        mode: modes,
        fired: z.boolean(),
        recipients: z.array(recipientSchema),
      }),
    ),
  })
  .meta({ id: 'DeadlineWithRungs', description: 'a deadline with every rung of the round in force' });

// --- The process ---------------------------------------------------------------------------------------------------

const itemSchema = z
  .object({
    id: z.string(),
    text: z.string(),
    status: z.enum(['open', 'done', 'skipped', 'not-needed', 'not-applicable']),
    required: z.boolean(),
    owner: z.string().optional(),
    check: z.string().optional(),
    by: z.string().optional(),
    at: instantText.optional(),
    note: z.string().optional(),
    evidence: z.string().optional(),
  })
  .meta({ id: 'Item' });

const phaseSchema = z
  .object({
    id: z.string(),
    stage: z.string().optional(),
    name: z.string(),
    hint: z.string().optional(),
    status: z.enum(['upcoming', 'open', 'completed']),
    opensAt: instantText.optional(),
    opensWhen: z
      .string()
      .optional()
      .describe('instead of opensAt while what it hangs on has not happened: deployed + 24h'),
    dueAt: instantText.optional(),
    dueWhen: z.string().optional().describe('instead of dueAt, likewise'),
    completedAt: instantText.optional(),
    late: z.boolean(),
    groups: z.array(z.object({ id: z.string(), name: z.string(), items: z.array(itemSchema) })),
  })
  .meta({ id: 'Phase' });

const actionItemSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    owner: z.string(),
    dueAt: instantText,
    by: z.string(),
    doneAt: instantText.optional(),
    doneBy: z.string().optional(),
    dropped: z.string().optional(),
  })
  .meta({ id: 'ActionItem' });

const linkSchema = z
  .object({ to: z.string(), relation: z.string(), title: z.string().optional(), by: z.string(), at: instantText })
  .meta({ id: 'Link' });

const gateSchema = z
  .object({
    id: z.string(),
    before: z.string(),
    decision: z.enum(['go', 'no-go', 'defer', 'pending']),
    approvals: z.array(
      z.object({
        person: z.string(),
        decision: z.enum(['go', 'no-go', 'defer']),
        at: instantText,
        note: z.string().optional(),
        stale: z.string().optional(),
      }),
    ),
    closedBecause: z.array(z.object({ reason: z.string(), text: z.string() })),
  })
  .meta({ id: 'Gate' });

const reviewSchema = z
  .object({
    rootCause: z.string().optional(),
    resolution: z.string().optional(),
    wentWell: z.array(z.string()).optional(),
    couldImprove: z.array(z.string()).optional(),
    by: z.string(),
    at: instantText,
  })
  .meta({ id: 'Review' });

export const contactSchema = z
  .looseObject({ id: z.string(), name: z.string(), hint: z.string().optional() })
  .meta({ id: 'Contact' });

/** An incident or a release, whole. Strong ETag = `"<revision>"`. */
export const processViewSchema = z
  .object({
    id: z.string(),
    kind,
    title: z.string(),
    status,
    severity,
    drill: z.boolean(),
    revision: z.number().int(),
    template: z.object({ name: z.string(), version: z.string(), hash: z.string() }),
    declaredAt: instantText.optional(),
    declaredBy: z.string().optional(),
    plannedAt: instantText.optional(),
    plannedBy: z.string().optional(),
    startedAt: instantText.optional(),
    description: z.string().optional(),
    version: z.string().optional(),
    strategy: z.string().optional(),
    acknowledgedAt: instantText.optional(),
    acknowledgedBy: z.string().optional(),
    resolvedAt: instantText.optional(),
    closedAt: instantText.optional(),
    mergedInto: z.string().optional(),
    targetAt: instantText.optional(),
    deployedAt: instantText.optional(),
    services: z.array(z.string()),
    impact: z.object({ description: z.string().optional(), usersAffected: z.string().optional() }),
    customerFacing: z.boolean(),
    roles: z.record(z.string(), z.string()),
    phases: z.array(phaseSchema),
    deadlines: z.array(deadlineSchema),
    nextUpdateDueAt: instantText.nullable(),
    actionItems: z.array(actionItemSchema),
    links: z.array(linkSchema),
    gates: z.array(gateSchema),
    review: reviewSchema.nullable(),
    contacts: z.array(contactSchema),
    openItems: z.number().int(),
  })
  .meta({ id: 'Process' });

export const listRowSchema = z
  .object({
    id: z.string(),
    kind,
    title: z.string(),
    status,
    severity,
    services: z.array(z.string()),
    declaredAt: instantText.optional(),
    plannedAt: instantText.optional(),
    nextDueAt: instantText.nullable(),
    missed: z.boolean(),
    drill: z.boolean(),
  })
  .meta({ id: 'ListRow', description: 'a process in a list; lists are eventually consistent' });

// --- Answers -------------------------------------------------------------------------------------------------------

export const previewSchema = z
  .object({
    targetAt: instantText,
    moves: z.array(z.object({ deadline: z.string(), from: instantText, to: instantText })),
    overdue: z.array(z.string()),
    meets: z.array(z.object({ date: z.string(), why: z.enum(['holiday', 'weekend']), deadline: z.string() })),
  })
  .meta({ id: 'ReschedulePreview', description: 'what a reschedule would do; exactly what then happens' });

export const commandAnswerSchema = z
  .object({
    id: z.string(),
    revision: z.number().int(),
    changes: z.array(z.string()),
    preview: previewSchema.optional(),
  })
  .meta({ id: 'CommandAnswer' });

export const timelineEntrySchema = z
  .looseObject({ seq: z.number().int(), at: instantText, type: z.string(), by: z.string(), text: z.string() })
  .meta({ id: 'TimelineEntry', description: 'one past fact with its sentence; further fields depend on the type' });

const processRefSchema = z.object({ id: z.string(), kind, title: z.string(), severity, status, drill: z.boolean() });
export const dueRowSchema = z
  .object({ process: processRefSchema, ...deadlineShape })
  .meta({ id: 'DueRow', description: 'a running deadline of an open process' });

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
  .meta({ id: 'InboxRow', description: 'one delivered message; at = when it was delivered' });

export const templateRowSchema = z
  .object({ id: z.string(), kind, version: z.string(), hash: z.string() })
  .meta({ id: 'TemplateRow' });

const templateItemSchema = z.object({
  id: z.string(),
  text: z.string(),
  required: z.boolean(),
  owner: z.string().optional(),
  doneWhen: z.string().optional(),
  check: z.string().optional(),
});
export const templateSchema = z
  .object({
    id: z.string(),
    kind,
    version: z.string(),
    hash: z.string(),
    severities: z.record(
      severity,
      z.object({
        name: z.string(),
        means: z.string(),
        examples: z.array(z.string()),
        hint: z.string().optional(),
        response: z.string().describe('a duration'),
        updateEvery: z.string().describe('a duration'),
        escalateTo: z.array(z.string()),
        inform: z.array(z.string()),
      }),
    ),
    phases: z.array(
      z.object({
        id: z.string(),
        stage: z.string().optional(),
        name: z.string(),
        hint: z.string().optional(),
        groups: z.array(z.object({ id: z.string(), name: z.string(), items: z.array(templateItemSchema) })),
      }),
    ),
    gates: z.array(z.object({ id: z.string(), before: z.string(), min: z.number().int(), roles: z.array(z.string()) })),
    ladders: z.record(
      z.string(),
      z.array(z.object({ rung: z.number().int(), at: z.string(), mode: modes, to: z.array(z.string()) })),
    ),
  })
  .meta({ id: 'Template' });

export const personRowSchema = z
  .object({ id: z.string(), name: z.string(), roles: z.array(z.string()), reach: z.array(z.string()) })
  .meta({ id: 'Person' });

export const serviceRowSchema = z
  .object({
    id: z.string(),
    team: z.string(),
    tier: z.number().optional(),
    links: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Service' });

const reportTimes = z.number().int().nullable().describe('milliseconds; null while open');
export const reportSchema = z
  .object({
    title: z.string(),
    summary: z.object({
      id: z.string(),
      date: z.string(),
      start: instantText,
      end: instantText.nullable(),
      durationMs: reportTimes,
      severity: z.string(),
      services: z.array(z.string()),
      usersImpacted: z.string(),
    }),
    durations: z.object({ toAcknowledgeMs: reportTimes, toResolveMs: reportTimes }),
    timeline: z.array(z.object({ at: instantText, by: z.string(), text: z.string() })),
    rootCause: z.string().nullable(),
    resolution: z.string().nullable(),
    wentWell: z.array(z.string()),
    couldImprove: z.array(z.string()),
    actionItems: z.array(z.object({ title: z.string(), owner: z.string(), dueAt: instantText, done: z.boolean() })),
    missed: z.array(z.object({ deadline: z.string(), dueAt: instantText, lateMs: reportTimes })),
  })
  .meta({ id: 'Report' });

/** RFC 9457; `reason` names a refusal, further members depend on it. */
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
/** A timeline page: `next` is the number to pass as `after` for what follows. */
export const timelinePageSchema = z
  .object({ items: z.array(timelineEntrySchema), next: z.number().int() })
  .meta({ id: 'TimelinePage' });

export type Recipient = z.infer<typeof recipientSchema>;
export type NextRung = z.infer<typeof nextRungSchema>;
export type DeadlineView = z.infer<typeof deadlineSchema>;
export type DeadlineWithRungs = z.infer<typeof deadlineWithRungsSchema>;
export type ProcessView = z.infer<typeof processViewSchema>;
export type PhaseView = z.infer<typeof phaseSchema>;
export type ItemView = z.infer<typeof itemSchema>;
export type GateView = z.infer<typeof gateSchema>;
export type ListRow = z.infer<typeof listRowSchema>;
export type ReschedulePreviewView = z.infer<typeof previewSchema>;
export type CommandAnswer = z.infer<typeof commandAnswerSchema>;
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export type TimelinePage = z.infer<typeof timelinePageSchema>;
export type DueRow = z.infer<typeof dueRowSchema>;
export type InboxRow = z.infer<typeof inboxRowSchema>;
export type TemplateRow = z.infer<typeof templateRowSchema>;
export type TemplateView = z.infer<typeof templateSchema>;
export type PersonRow = z.infer<typeof personRowSchema>;
export type ServiceRow = z.infer<typeof serviceRowSchema>;
export type ReportView = z.infer<typeof reportSchema>;
export type Problem = z.infer<typeof problemSchema>;
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
