/** Owns the small shapes that several configuration files share. Knows no file. */
import { z } from 'zod';

export const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'expected an id: lower-case letters, digits and dashes, at most 60 characters');
export const words = z.string().trim().min(1, 'expected some text').max(400, 'expected at most 400 characters');
export const ids = z.array(id);
export const severityId = z.enum(['P0', 'P1', 'P2', 'P3']);
export const url = z.url({ protocol: /^https?$/, message: 'expected an http or https URL' });
const expectedClock = 'expected a time of day such as "09:00"';
export const clock = z.string(expectedClock).regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, expectedClock);
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export const weekday = z.enum(weekdays);

/** Whether `text` is a mail address without a display name. */
export function isMailAddress(text: string): boolean {
  return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text);
}
/** A mail address with or without a display name, such as `Muster <muster@example.com>`. */
export const mailbox = z
  .string()
  .max(200)
  .regex(
    /^(?:[^<>@,;\r\n]*<[^\s@<>,;"]+@[^\s@<>,;"]+>|[^\s@<>,;"]+@[^\s@<>,;"]+)$/,
    'expected an e-mail address such as Muster <muster@example.com>',
  );
