/**
 * Owns what a reader sees of a process that was ended in Temporal instead of by a command: how,
 * when and why. Knows no process.
 */
import { z } from 'zod';
import { endings } from './statuses';
import { instantText } from './view-words';

export const endingSchema = z
  .enum(endings)
  .describe('terminated: by hand, or by Temporal when the history had become too long');

export const endedSchema = z
  .object({
    how: endingSchema,
    at: instantText,
    reason: z.string().optional().describe('as Temporal has it; absent: none was given'),
    unanswered: z.literal(true).optional().describe('true: nobody had answered yet, and nobody is called any more'),
  })
  .meta({
    id: 'Ended',
    description:
      'the process was ended in Temporal, by no command: the rest is as it stood then, and nothing more is sent for it',
  });
