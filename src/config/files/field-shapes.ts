/** Owns the small shapes that several configuration files share. Knows no file. */
import { secretPattern } from './secrets';
import { z } from 'zod';
import { noLevel } from '../../contracts/command-table';
import { isMailAddress } from '../../contracts/address-shapes';
import { levelPattern, textRules } from '../../contracts/field-rules';

export const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'expected an id: lower-case letters, digits and dashes, at most 60 characters');
export const words = z
  .string()
  .trim()
  .min(1, 'expected some text')
  .max(400, 'expected at most 400 characters')
  .refine((text) => textRules.text.pattern.test(text), 'expected text that can be seen, without control characters');
export const ids = z.array(id);
export const emailAddress = z
  .string()
  .max(200)
  .refine(isMailAddress, 'expected a mail address such as ana@example.org');
/** One name, or several that count together. */
export const oneOrMore = z.union([id, ids.min(1, 'expected at least one name').max(20, 'expected at most 20 names')]);
export const severityId = z
  .string()
  .regex(levelPattern, `expected ${textRules.severity.expected}: it begins with a letter`)
  .refine(
    (level) => level.toLowerCase() !== noLevel,
    `"${noLevel}" is what a release without levels shows; expected another name`,
  );
/** A secret stands in the environment or in a file of its own, never here. */
export const secret = z
  .string()
  .regex(
    secretPattern,
    'expected env:NAME, the environment variable that holds the secret, or file:/PATH, a file that holds it',
  );
export const secrets = z
  .union([secret, z.array(secret).min(1).max(2)])
  .describe('two while one takes the place of the other');
const expectedClock = 'expected a time of day such as "09:00"';
export const clock = z.string(expectedClock).regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, expectedClock);
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export const weekday = z.enum(weekdays);

const oneDay = `(${weekdays.join('|')})`;
/** A weekday or a range of weekdays. `expected`: the sentence for anything else. */
export function dayRange(expected: string) {
  return z.string(expected).regex(new RegExp(`^${oneDay}(-${oneDay})?$`), expected);
}
