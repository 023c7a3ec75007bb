/** Owns what a reader sees of alerts: those that are known, those that fit no rule, and a trial. */
import { z } from 'zod';
import { instantText, severity } from './view-words';

const alertState = z.enum(['firing', 'resolved']);
const link = z.object({ title: z.string(), url: z.string() });

export const alertRowSchema = z
  .object({
    source: z.string().describe('the source in alerts.yaml'),
    key: z.string().optional().describe('the identity that its sender gives it'),
    title: z.string(),
    state: alertState,
    severity: z.string().optional().describe("the sender's own word"),
    level: severity.optional().describe('the level that alerts.yaml gave it'),
    service: z.string().optional(),
    firstAt: instantText,
    lastAt: instantText.describe('when its sender said so last'),
    count: z.number().int().describe('how often its sender said so'),
    endedAt: instantText.optional(),
    fellSilent: z.literal(true).optional().describe('it counts as ended: it was not heard for long; nobody said so'),
    flaps: z.literal(true).optional().describe('it begins and ends too often: it ends when it has been quiet'),
    heldUntil: instantText.optional().describe('nobody hears of it before'),
    incident: z.string().optional().describe('the incident that has it; absent: none'),
    restricted: z
      .literal(true)
      .optional()
      .describe('the incident is restricted to others: the alert stands here without its title, key and service'),
    unanswered: z
      .literal(true)
      .optional()
      .describe(
        'nobody could say in time whether the incident is restricted: the alert stands here as a restricted one',
      ),
  })
  .meta({ id: 'AlertRow', description: 'an alert, from its first firing to its end' });

export const alertPageSchema = z
  .object({
    items: z.array(alertRowSchema),
    next: z.string().nullable().describe('the `cursor` of the next page; null at the end'),
    counts: z
      .object({ firing: z.number().int(), resolved: z.number().int() })
      .describe('of all alerts that fit the query, in either state; what has ended is known for a day'),
  })
  .meta({ id: 'AlertPage' });

export const unmatchedAlertSchema = z
  .object({
    at: instantText,
    source: z.string(),
    key: z.string(),
    title: z.string(),
    because: z.string().describe('why no rule took it, or why it could not be read'),
    labels: z.record(z.string(), z.string()),
  })
  .meta({ id: 'UnmatchedAlert' });

export const alertSourceSchema = z
  .object({
    source: z.string(),
    preset: z.string().optional(),
    lastAt: instantText.optional().describe('when it last sent something; absent: never'),
    requests: z.number().int(),
    alerts: z.number().int(),
    unmatched: z.number().int().describe('fitted no rule, or could not be read'),
    ignored: z.number().int().describe('a rule ignores them'),
    late: z.number().int().describe('came too late to say anything, or answered what nobody waited for'),
    further: z.number().int().describe('came when too many were known, and were not told apart'),
    pages: z.number().int().describe('pages of Muster that this pager told of: they are no alerts'),
    answers: z.number().int().describe('answers to such pages that an incident took'),
  })
  .meta({ id: 'AlertSource', description: 'what came from a source since the intake began' });

export const unmatchedPageSchema = z
  .object({ items: z.array(unmatchedAlertSchema), next: z.null(), sources: z.array(alertSourceSchema) })
  .meta({ id: 'UnmatchedPage' });

export const triedAlertSchema = z
  .object({
    key: z.string(),
    says: z.enum(['firing', 'resolved', 'acknowledged']),
    title: z.string(),
    text: z.string().optional(),
    severity: z.string().optional().describe("the sender's own word"),
    services: z.array(z.string()).describe("the sender's words for the service, the likeliest first"),
    links: z.array(link),
    runbook: z.string().optional(),
    labels: z.record(z.string(), z.string()),
    startsAt: instantText.optional(),
    endsAt: instantText.optional(),
    by: z.string().optional().describe("the sender's word for whoever acknowledged or ended it"),
    group: z.string().optional(),
    would: z
      .enum(['open', 'join', 'ignore', 'unmatched', 'end', 'acknowledge', 'page', 'answer'])
      .describe(
        'open: joins the open incident about its service, else declares one; join: only joins; page: it is a page of Muster, and does nothing; answer: it acknowledges the incident that sent the page',
      ),
    page: z.string().optional().describe('the process that sent it, when it is a page of Muster'),
    rule: z.string().optional().describe('the rule of alerts.yaml that decides; absent: none fits'),
    because: z.string().optional().describe('why it is unmatched'),
    service: z.string().optional(),
    serviceBecause: z.string().optional().describe('why it is this service, or none'),
    level: severity.optional(),
    levelBecause: z.string().optional().describe('why it is this level'),
    template: z.string().optional(),
    incidentTitle: z.string().optional().describe('the title of an incident that it declares'),
    waitSeconds: z.number().optional().describe('how long it has to fire before anybody hears of it'),
    gather: z.string().optional().describe('alerts of one value belong to one incident'),
  })
  .meta({ id: 'TriedAlert' });

export const alertTrialSchema = z
  .object({
    source: z.string(),
    alerts: z.array(triedAlertSchema),
    ignored: z.number().int().describe('parts that say nothing by intention: a test, a note'),
    unread: z.array(z.object({ because: z.string(), title: z.string() })).describe('parts that cannot be read'),
    groups: z.array(
      z.object({ group: z.string(), says: alertState, leftOut: z.number().int().describe('alerts that it left out') }),
    ),
    sns: z
      .object({
        says: z
          .enum(['confirmed', 'ended', 'refused', 'unconfirmed'])
          .describe(
            'confirmed: it asks to confirm a subscription, which Muster would do if SNS signed it; ended: a subscription is over, which people would be shown; refused: by 401; unconfirmed: nobody would confirm the subscription',
          ),
        topic: z.string().optional(),
        because: z.string().optional(),
      })
      .optional()
      .describe('what a message of Amazon SNS would do, when it brings no alert'),
  })
  .meta({ id: 'AlertTrial', description: 'what a payload would do; nothing of it is done' });

export const alertsTakenSchema = z
  .object({
    alerts: z.number().int().describe('how many were read'),
    ignored: z.number().int().describe('parts that say nothing by intention: a test, a note'),
    unmatched: z.number().int().optional().describe('how many fit no rule, so that nobody is woken; absent: none'),
    because: z.array(z.string()).optional().describe('why they fit none; the first few reasons'),
    unread: z.array(z.string()).optional().describe('why parts could not be read; people are shown them'),
    decision: triedAlertSchema
      .pick({ would: true, rule: true, page: true, service: true, level: true, levelBecause: true, waitSeconds: true })
      .optional()
      .describe('of the only alert of a message, if it fires: where the rules of alerts.yaml lead it'),
  })
  .meta({ id: 'AlertsTaken', description: 'the alerts are stored' });

export type AlertRow = z.infer<typeof alertRowSchema>;
export type AlertPage = z.infer<typeof alertPageSchema>;
export type UnmatchedPage = z.infer<typeof unmatchedPageSchema>;
export type AlertTrial = z.infer<typeof alertTrialSchema>;
export type TriedAlert = z.infer<typeof triedAlertSchema>;
export type AlertsTakenAnswer = z.infer<typeof alertsTakenSchema>;
