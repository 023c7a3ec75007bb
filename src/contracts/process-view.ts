/** Owns what a reader sees of one incident or release: the whole process, and its row in a list. */
import { z } from 'zod';
import { recentChangesSchema } from './changes-view';
import { deadlineSchema } from './deadline-view';
import { endedSchema, endingSchema } from './ended-view';
import { freezeWindowSchema, frozenSchema } from './freezes-view';
import { instantText, kind, level, severity, status } from './view-words';

const itemSchema = z
  .object({
    id: z.string(),
    text: z.string(),
    status: z.enum(['open', 'done', 'skipped', 'not-needed', 'not-applicable']),
    required: z.boolean(),
    owner: z.string().optional(),
    check: z.string().optional(),
    shows: z
      .enum(['recent-changes'])
      .optional()
      .describe('what the item asks to look at: `recentChanges` of this view'),
    by: z.string().optional(),
    needs: z.array(z.string()).optional().describe('items that have to be done or skipped before'),
    at: instantText.optional(),
    note: z.string().optional(),
    evidence: z.string().optional(),
    overFailedCheck: z
      .string()
      .optional()
      .describe('done by hand although its check was no pass, for the reason in `note`: what the check said'),
  })
  .meta({ id: 'Item' });

const phaseSchema = z
  .object({
    id: z.string(),
    stage: z.string().optional(),
    name: z.string(),
    hint: z.string().optional(),
    status: z.enum(['upcoming', 'open', 'completed', 'not-applicable']),
    when: z.string().optional().describe('what has to hold for the phase to apply: severity P0, label security'),
    opensAt: instantText.optional(),
    opensWhen: z.string().optional().describe('instead of opensAt, while the instant is not known yet: deployed + 24h'),
    dueAt: instantText.optional(),
    dueWhen: z.string().optional().describe('instead of dueAt, in the same way'),
    completedAt: instantText.optional(),
    late: z.boolean(),
    over: z.literal(true).optional().meta({ description: 'true: still open when the incident was resolved' }),
    heldBy: z.array(z.string()).optional().describe('the closed gates that hold the phase'),
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
    dropped: z.string().optional().describe('why it will not be done'),
    droppedAt: instantText.optional(),
    droppedBy: z.string().optional(),
  })
  .meta({ id: 'ActionItem' });

const linkSchema = z
  .object({ to: z.string(), relation: z.string(), title: z.string().optional(), by: z.string(), at: instantText })
  .meta({ id: 'Link' });

const gateSchema = z
  .object({
    id: z.string(),
    before: z.string(),
    decision: z.enum(['go', 'no-go', 'defer', 'pending', 'overridden']),
    overridden: z
      .object({ by: z.string(), at: instantText, reason: z.string() })
      .optional()
      .describe('who passed the gate although it was closed, and why'),
    notBefore: instantText.optional().describe('the gate stays closed until then, whatever the votes say'),
    approvals: z.array(
      z.object({
        person: z.string(),
        decision: z.enum(['go', 'no-go', 'defer']),
        at: instantText,
        note: z.string().optional(),
        stale: z.string().optional(),
        notBinding: z.string().optional().describe('why the vote does not bind; absent: it binds'),
      }),
    ),
    closedBecause: z
      .array(
        z.object({
          reason: z.string(),
          text: z.string(),
          incident: z.string().optional().describe('the open incident that closes the gate'),
        }),
      )
      .describe('why the gate is closed; once it was passed: the reasons at that moment'),
    overFailedChecks: z
      .array(z.object({ item: z.string(), because: z.string(), reason: z.string(), by: z.string(), at: instantText }))
      .optional()
      .describe('items of the required phases that were done by hand over a failed check, and why'),
  })
  .meta({ id: 'Gate' });

/** A day on which a target or a deadline should not be. */
export const meetingSchema = z
  .object({
    date: z.string(),
    why: z.enum(['holiday', 'weekend', 'freeze']),
    text: z.string().optional().describe('what the freeze is for'),
    deadline: z.string().describe('a deadline, or target'),
    freeAt: instantText
      .optional()
      .describe('of a freeze that holds the deployment: the first instant from the target on in no freeze'),
  })
  .meta({ id: 'Meeting' });

const hasItSchema = z
  .object({ person: z.string(), name: z.string(), since: instantText })
  .meta({ id: 'HasIt', description: 'a person who has the incident or manages the release' });

const lastWordSchema = z
  .object({
    kind: z
      .enum(['update', 'comment', 'status'])
      .describe('status: the note of a change of status or resolution, or why it was opened again'),
    by: z.string(),
    name: z.string(),
    at: instantText,
    text: z.string(),
  })
  .meta({ id: 'LastWord', description: 'the latest update, comment or status note' });

const checkSchema = z
  .object({
    check: z.string(),
    result: z.enum(['pass', 'fail']),
    value: z.union([z.string(), z.number()]).optional(),
    url: z.string().optional(),
    because: z.string().optional().describe('why the result ticked nothing, such as 71 is below 80'),
    at: instantText,
  })
  .meta({ id: 'Check', description: 'the latest result of a check that counted, and when it was measured' });

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
  .looseObject({
    id: z.string(),
    name: z.string(),
    hint: z.string().optional(),
    matters: z
      .boolean()
      .optional()
      .describe('true: the contact matters to this process, because of a service or a label, or always'),
  })
  .meta({ id: 'Contact' });

const alertsSchema = z
  .object({
    all: z.number().int(),
    firing: z.number().int(),
    further: z.number().int().describe('more than are told apart; whether they fire is not known'),
    shown: z
      .array(
        z.object({
          id: z.string().describe('SOURCE/KEY'),
          source: z.string(),
          title: z.string(),
          state: z.enum(['firing', 'resolved']),
          severity: z.string().optional().describe("the sender's own word"),
          service: z.string().optional(),
          firstAt: instantText,
          lastAt: instantText,
          count: z.number().int().describe('how often its sender said so'),
          endedAt: instantText.optional(),
          fellSilent: z.literal(true).optional().describe('counts as ended: it was not heard for long; nobody said so'),
          flaps: z.literal(true).optional().describe('begins and ends too often: its end counts when it is quiet'),
          runbook: z.string().optional(),
          links: z.array(z.object({ title: z.string(), url: z.string() })),
        }),
      )
      .describe('those that fire first, at most 100'),
  })
  .meta({ id: 'IncidentAlerts' });

/** A whole incident or release. Strong ETag = `"<revision>"`. */
export const processViewSchema = z
  .object({
    id: z.string(),
    mark: z
      .string()
      .optional()
      .describe('tells the process from another one of the same id; the keys of its messages begin with id-mark'),
    kind,
    title: z.string(),
    status,
    severity,
    level: level.describe('where the severity stands among the levels of the template'),
    levels: z.array(z.string()).describe('the levels of the template that the process follows, the worst first'),
    drill: z.boolean(),
    drillEndsAt: instantText.optional().describe('when a drill that is still open ends by itself'),
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
    handOff: z
      .object({ to: z.string(), name: z.string(), from: z.string(), answerBy: instantText })
      .optional()
      .describe('somebody is asked to take the incident, and has not answered yet'),
    resolvedAt: instantText.optional(),
    closedAt: instantText.optional(),
    mergedInto: z.string().optional(),
    ended: endedSchema.optional().describe('absent: it was not ended in Temporal'),
    targetAt: instantText.optional(),
    deployedAt: instantText.optional(),
    hasIt: hasItSchema
      .nullable()
      .describe('of an incident: the commander, else the last to acknowledge; null until somebody answers'),
    lastWord: lastWordSchema.nullable(),
    actions: z.array(z.string()).describe('what is being done now, by the latest update that lists actions'),
    services: z.array(z.string()).describe('the services that are affected now, or released'),
    alerts: alertsSchema.optional().describe('of an incident that alerts of monitoring tools belong to'),
    recentChanges: recentChangesSchema
      .optional()
      .describe('of an incident whose services were changed lately; absent: nothing was known'),
    impact: z.object({ description: z.string().optional(), usersAffected: z.string().optional() }),
    customerFacing: z.boolean(),
    restricted: z
      .object({
        to: z.array(z.string()).describe('people, roles and audiences'),
        involved: z
          .array(z.string())
          .describe('who else sees it: was paged or given something in it, decides at a gate of it, or began it'),
      })
      .optional()
      .describe('only these see the process; absent: everybody'),
    roles: z.record(z.string(), z.string()),
    updatesReach: z
      .object({ internal: z.array(z.string()), public: z.array(z.string()) })
      .optional()
      .describe('the audiences that would hear of an update that is posted now, by whom it is for'),
    phases: z.array(phaseSchema),
    deadlines: z.array(deadlineSchema),
    nextUpdateDueAt: instantText.nullable(),
    actionItems: z.array(actionItemSchema),
    links: z.array(linkSchema),
    serviceLinks: z
      .array(z.object({ service: z.string(), name: z.string(), to: z.string() }))
      .describe('standing links of the affected services, as services.yaml states them now'),
    meets: z
      .array(meetingSchema)
      .optional()
      .describe('holidays, weekends and freezes that the target meets, until the deployment begins'),
    begunEarly: z
      .object({ by: z.string(), at: instantText, reason: z.string() })
      .optional()
      .describe('who began the deployment before its phase opened, and why'),
    begunInFreeze: z
      .object({ by: z.string(), at: instantText, reason: z.string(), freezes: z.array(freezeWindowSchema) })
      .optional()
      .describe('who began the deployment in a freeze, and why'),
    frozen: frozenSchema
      .optional()
      .describe('of a release whose deployment has not begun: the freezes that hold it now; absent: none'),
    gates: z.array(gateSchema),
    closedBy: z
      .array(
        z.object({
          id: z.string(),
          severity,
          since: instantText,
          title: z.string().optional().describe('absent: the incident is restricted'),
        }),
      )
      .optional()
      .describe('the open incidents that close the gates of a release'),
    checks: z.array(checkSchema),
    review: reviewSchema.nullable(),
    labels: z.array(z.string()),
    followers: z
      .array(
        z.object({
          channel: z.string(),
          status: z.enum(['up-to-date', 'waiting', 'failed']),
          at: instantText,
          because: z.string().optional(),
        }),
      )
      .describe(
        'outside tools that follow the process. up-to-date: told everything; waiting: being told since `at`; failed: not told',
      ),
    contacts: z.array(contactSchema),
    openItems: z.number().int(),
  })
  .meta({ id: 'Process' });

/** An incident that may be the same as the one just declared. */
const possibleDuplicateSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    severity,
    status,
    services: z.array(z.string()),
    declaredAt: instantText,
  })
  .meta({ id: 'PossibleDuplicate', description: 'an unresolved incident about one of the same services' });

/** The answer to `declare`. */
export const declaredViewSchema = processViewSchema
  .extend({
    possibleDuplicates: z
      .array(possibleDuplicateSchema)
      .optional()
      .describe(
        'unresolved incidents about one of the same services, the newest first, at most 5. Lists are eventually consistent: one of the last second may be missing. Absent: there is none, the incident names no service, the list did not come in time, or the Idempotency-Key was repeated',
      ),
  })
  .meta({ id: 'DeclaredIncident', description: 'the new incident, and which open ones may be the same' });

export const listRowSchema = z
  .object({
    id: z.string(),
    kind,
    title: z.string(),
    status,
    severity,
    level: level.optional().describe('absent when no loaded template of this kind has such a level'),
    services: z
      .array(z.string())
      .describe('affected now, or released; the filter finds the process under all that ever were'),
    declaredAt: instantText.optional(),
    plannedAt: instantText.optional(),
    nextDueAt: instantText
      .nullable()
      .describe('when the earliest deadline that is not met is due, or was due if it is missed'),
    missed: z.boolean(),
    drill: z.boolean(),
    endedAt: instantText.optional().describe('when the process ended; absent while the process is open'),
    ended: endingSchema
      .optional()
      .describe('how the process was ended in Temporal, by no command: nothing more is sent for it'),
    standsStill: z
      .literal(true)
      .optional()
      .describe('true: its workflow tasks fail again and again, so nothing is sent for it until that is mended'),
    restricted: z
      .literal(true)
      .optional()
      .describe('true: only some people see the process; to others, its title and services are not here'),
  })
  .meta({ id: 'ListRow', description: 'a process in a list; lists are eventually consistent' });

export type MeetingView = z.infer<typeof meetingSchema>;
export type ProcessView = z.infer<typeof processViewSchema>;
export type DeclaredView = z.infer<typeof declaredViewSchema>;
export type PossibleDuplicate = z.infer<typeof possibleDuplicateSchema>;
export type PhaseView = z.infer<typeof phaseSchema>;
export type ItemView = z.infer<typeof itemSchema>;
export type GateView = z.infer<typeof gateSchema>;
export type ListRow = z.infer<typeof listRowSchema>;
