/**
 * Owns what a report of an incident or a release holds, as JSON. Knows neither how the report is
 * computed nor how it is written down.
 */
import { z } from 'zod';
import { supersessions } from './deadline-kinds';
import { endingSchema } from './ended-view';
import { instantText } from './view-words';

const length = z.number().int().nullable().describe('milliseconds; null while open');
const instantOrNull = instantText.nullable();

const missedSchema = z
  .object({
    deadline: z.string(),
    name: z.string(),
    round: z.number().int(),
    dueAt: instantText.describe('the due instant that was missed'),
    outcome: z
      .enum(['met-late', 'not-met', 'cancelled', 'superseded'])
      .describe('not-met: still unmet; cancelled: the deadline no longer applied; superseded: a new round began'),
    metAt: instantOrNull,
    lateMs: length.describe('from dueAt to metAt in milliseconds; null when the deadline was not met'),
    endedAt: instantOrNull.describe('when the deadline was cancelled or superseded'),
    supersededBy: z.enum(supersessions).nullable(),
  })
  .meta({ id: 'MissedDeadline', description: 'a missed deadline of any round, and how the round ended' });

const pagingSchema = z
  .object({
    rungs: z.array(
      z.object({ deadline: z.string(), name: z.string(), round: z.number().int(), rung: z.string(), at: instantText }),
    ),
    pages: z.number().int().describe('delivered pages, including those of the command `escalate`'),
    failed: z.number().int().describe('failed deliveries of pages'),
    people: z.array(z.string()).describe('the people who were paged'),
  })
  .meta({ id: 'Paging' });

const contactSchema = z
  .object({
    name: z.string(),
    hint: z.string().nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    links: z.record(z.string(), z.string()),
  })
  .meta({
    id: 'ReportContact',
    description: 'an outside contact that matters to this process, with phone, mail and links',
  });

const common = {
  title: z.string(),
  status: z.string(),
  drill: z.boolean(),
  ended: z
    .object({ how: endingSchema, at: instantText, reason: z.string().nullable() })
    .nullable()
    .describe('not null: the process was ended in Temporal, by no command, and the record ends there'),
  timeline: z
    .array(z.object({ at: instantText, type: z.string(), by: z.string(), text: z.string() }))
    .describe('type folded: what Muster did in one minute; with full=true, each event'),
  rootCause: z.string().nullable(),
  resolution: z.string().nullable(),
  wentWell: z.array(z.string()),
  couldImprove: z.array(z.string()),
  actionItems: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      owner: z.string(),
      dueAt: instantText,
      done: z.boolean(),
      doneAt: instantOrNull,
      dropped: z.string().nullable().describe('why the action item will not be done'),
    }),
  ),
  skipped: z
    .array(z.object({ id: z.string(), text: z.string(), reason: z.string(), by: z.string(), at: instantOrNull }))
    .describe('items of the checklist that will not be done, and why'),
  missed: z.array(missedSchema),
  overFailedChecks: z
    .array(
      z.object({
        id: z.string(),
        text: z.string(),
        because: z.string().describe('what the check said'),
        reason: z.string(),
        by: z.string(),
        at: instantOrNull,
      }),
    )
    .describe('items that were done by hand over a failed check'),
  paging: pagingSchema,
  people: z
    .array(z.object({ person: z.string(), as: z.array(z.string()) }))
    .describe('the people involved, and the part that each had'),
  labels: z.array(z.string()),
  contacts: z.array(contactSchema),
};

const incidentReportSchema = z
  .object({
    kind: z.literal('incident'),
    summary: z.object({
      id: z.string(),
      date: z.string(),
      start: instantText,
      end: instantOrNull,
      durationMs: length,
      severity: z.string(),
      services: z.array(z.string()),
      usersImpacted: z.string(),
      impact: z.string().nullable(),
    }),
    durations: z
      .object({ toDetectMs: length, toAcknowledgeMs: length, toMitigateMs: length, toResolveMs: length })
      .describe(
        'toDetectMs counts from startedAt to the declaration, null without a startedAt; the others count from the declaration; toAcknowledgeMs ends at the first acknowledgement, even one withdrawn later',
      ),
    alerts: z
      .array(
        z.object({
          title: z.string(),
          source: z.string(),
          state: z.enum(['firing', 'resolved']),
          fellSilent: z.literal(true).optional().describe('counts as ended: it was not heard for long'),
          firstAt: instantText,
          lastAt: instantText,
          count: z.number().int(),
          links: z.array(z.object({ title: z.string(), url: z.string() })).describe('the runbook among them'),
        }),
      )
      .describe('alerts of monitoring tools, at most 100'),
    alertsInAll: z.number().int(),
    recentChanges: z
      .array(
        z.object({
          at: instantText,
          text: z.string(),
          url: z.string().optional(),
        }),
      )
      .describe('what was changed on the services within 7 days before, the newest first, at most 20'),
    recentChangesInAll: z.number().int(),
    ...common,
  })
  .meta({ id: 'IncidentReport' });

const releaseReportSchema = z
  .object({
    kind: z.literal('release'),
    summary: z.object({
      id: z.string(),
      version: z.string().nullable(),
      strategy: z.string().nullable(),
      severity: z.string(),
      services: z.array(z.string()),
      plannedAt: instantText,
      plannedBy: z.string(),
      targetAt: instantText,
      startedAt: instantOrNull,
      deployedAt: instantOrNull,
      lateMs: length.describe('from the target in force to the deployment; 0 when on time, null while not deployed'),
      endedAt: instantOrNull,
    }),
    moves: z.array(
      z.object({ at: instantText, by: z.string(), from: instantText, to: instantText, reason: z.string() }),
    ),
    gates: z.array(
      z.object({
        id: z.string(),
        decision: z.string(),
        decisions: z.array(
          z.object({
            person: z.string(),
            decision: z.string(),
            at: instantText,
            note: z.string().nullable(),
            stale: z.string().nullable().describe('why the vote no longer counts'),
            notBinding: z.string().nullable().describe('why the vote did not bind'),
          }),
        ),
      }),
    ),
    overrides: z.array(
      z.object({
        at: instantText,
        by: z.string(),
        reason: z.string(),
        gates: z.array(z.string()).describe('the gates that were closed'),
        closedBecause: z.array(z.string()),
      }),
    ),
    closedBy: z
      .array(z.object({ incident: z.string(), severity: z.string(), from: instantText, to: instantOrNull }))
      .describe('the incidents that closed the gates, and until when'),
    begunEarly: z
      .object({ at: instantText, by: z.string(), reason: z.string() })
      .nullable()
      .describe('why the deployment began before its phase opened'),
    checks: z.array(
      z.object({
        check: z.string(),
        result: z.string(),
        value: z.string().nullable(),
        url: z.string().nullable(),
        at: instantText,
      }),
    ),
    ...common,
  })
  .meta({ id: 'ReleaseReport' });

export const reportSchema = z
  .discriminatedUnion('kind', [incidentReportSchema, releaseReportSchema])
  .meta({ id: 'Report' });

export type IncidentReport = z.infer<typeof incidentReportSchema>;
export type ReleaseReport = z.infer<typeof releaseReportSchema>;
export type ReportView = z.infer<typeof reportSchema>;
