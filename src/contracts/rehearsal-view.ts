/**
 * Owns what a reader sees of a rehearsal: the agenda, the end, the timeline. `muster rehearse -o
 * json` prints the same JSON.
 */
import { z } from 'zod';
import { deadlineStanding } from './process-view';
import { instantText, kind, severity, status } from './view-words';

const agendaRecipientSchema = z
  .object({
    person: z.string().describe('a person, or of an announcement an audience'),
    name: z.string(),
    as: z.string().optional().describe('as what they are meant: primary on call of platform'),
    channel: z.string().optional().describe('by which it got through; absent: by none'),
    failed: z.array(z.object({ channel: z.string(), because: z.string() })).describe('ways that were tried before'),
  })
  .meta({ id: 'AgendaRecipient' });

const agendaLineSchema = z
  .object({
    at: instantText,
    after: z.number().int().describe('ms after the beginning'),
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
      'absent',
      'back',
      'ended',
    ]),
    about: z.array(z.string()).describe('names of deadlines'),
    deadlines: z.array(
      z.object({
        id: z.string(),
        dueAt: instantText,
        mode: z
          .enum(['page', 'remind'])
          .optional()
          .describe('of a message: what it is for this deadline; one that names several is a page if it is for any'),
      }),
    ),
    rung: z.string().optional(),
    late: z.number().int().describe('ms'),
    nominalAt: instantText.optional().describe('when it was to leave, where that was earlier'),
    because: z
      .enum(['fallthrough', 'escalated', 'merged'])
      .optional()
      .describe('fallthrough: told instead of others who were not reached; merged: several deadlines in one message'),
    by: z.string().optional(),
    command: z.string().optional().describe('what was refused'),
    recipients: z.array(agendaRecipientSchema),
    text: z.string(),
  })
  .meta({ id: 'AgendaLine', description: 'what happens at one instant, in order' });

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
      .enum(['over', 'quiet', 'horizon', 'limit'])
      .describe('over: the process ended; quiet: nothing is ahead; horizon: nobody looked further; limit: too long'),
    status,
    paged: z.number().int().describe('pages that got through'),
    missed: z.array(z.string()),
    exhausted: z.array(z.string()),
    agenda: z.array(agendaLineSchema),
    deadlines: z.array(z.object(deadlineStanding)),
    timeline: z.array(
      z.looseObject({ seq: z.number().int(), at: instantText, type: z.string(), by: z.string(), text: z.string() }),
    ),
  })
  .meta({ id: 'Rehearsal', description: 'what would happen; nothing did' });

export type RehearsalView = z.infer<typeof rehearsalSchema>;
export type AgendaLineView = z.infer<typeof agendaLineSchema>;
