/**
 * Owns what a reader sees of a rehearsal: the agenda, the end, the timeline. `muster rehearse -o
 * json` prints the same JSON.
 */
import { z } from 'zod';
import { deadlineStanding } from './deadline-view';
import { instantText, kind, severity, status } from './view-words';

const agendaRecipientSchema = z
  .object({
    person: z.string().describe('a person; for an announcement: an audience'),
    name: z.string(),
    as: z.string().optional().describe('why this person is a recipient: primary on call of platform'),
    channel: z.string().optional().describe('the channel that delivered the message; absent: no channel did'),
    failed: z.array(z.object({ channel: z.string(), because: z.string() })).describe('the channels that failed before'),
  })
  .meta({ id: 'AgendaRecipient' });

const agendaLineSchema = z
  .object({
    at: instantText,
    after: z.number().int().describe('milliseconds after the beginning'),
    type: z.enum([
      'page',
      'remind',
      'announce',
      'nobody',
      'missed',
      'met',
      'exhausted',
      'command',
      'refused',
      'warned',
      'absent',
      'back',
      'held',
      'ended',
    ]),
    about: z.array(z.string()).describe('names of the deadlines'),
    deadlines: z.array(
      z.object({
        id: z.string(),
        dueAt: instantText,
        mode: z
          .enum(['page', 'remind'])
          .optional()
          .describe(
            'for a message: its mode for this deadline; a message about several deadlines is a page if one of them pages',
          ),
      }),
    ),
    rung: z.string().optional(),
    late: z.number().int().describe('milliseconds'),
    nominalAt: instantText.optional().describe('when the message should have left, if that was earlier'),
    because: z
      .enum(['fallthrough', 'escalated', 'merged'])
      .optional()
      .describe(
        'fallthrough: told because others were not reached; escalated: by a person; merged: several deadlines in one message',
      ),
    by: z.string().optional(),
    command: z.string().optional().describe('the refused command'),
    warns: z
      .array(z.enum(['holiday', 'weekend', 'freeze', 'threshold']))
      .optional()
      .describe('what the answer warned of: days against the target, a value below the threshold of its check'),
    recipients: z.array(agendaRecipientSchema),
    text: z.string(),
  })
  .meta({ id: 'AgendaLine', description: 'one event; the agenda is in the order of time' });

export const rehearsalSchema = z
  .object({
    kind,
    title: z.string(),
    severity,
    services: z.array(z.string()),
    template: z.object({ name: z.string(), version: z.string(), hash: z.string() }),
    zone: z.string(),
    at: instantText,
    targetAt: instantText.optional(),
    endedAt: instantText,
    ends: z
      .enum(['over', 'quiet', 'repeating', 'horizon', 'limit'])
      .describe(
        'over: the process ended; quiet: nothing lies ahead; repeating: the same people are told again until somebody acts (R11); horizon: the end of the time asked for; limit: too many steps',
      ),
    status,
    paged: z.number().int().describe('delivered pages'),
    missed: z.array(z.string()),
    exhausted: z.array(z.string()),
    agenda: z.array(agendaLineSchema),
    deadlines: z.array(z.object(deadlineStanding)),
    timeline: z.array(
      z.looseObject({ seq: z.number().int(), at: instantText, type: z.string(), by: z.string(), text: z.string() }),
    ),
  })
  .meta({ id: 'Rehearsal', description: 'what would happen; nothing is sent and nothing is kept' });

export type RehearsalView = z.infer<typeof rehearsalSchema>;
export type AgendaLineView = z.infer<typeof agendaLineSchema>;
