/**
 * Owns the shape of freezes.yaml. checks/freezes.ts checks what a shape cannot: names of other
 * files, ends before beginnings, times that a clock change skips or repeats.
 */
import { z } from 'zod';
import { isDate } from '../../contracts/instant-text';
import { clock, dayRange, id, ids, words } from './field-shapes';

const oneDay = '(sun|mon|tue|wed|thu|fri|sat)';
const oneTime = '([01]\\d|2[0-3]):[0-5]\\d';

const expectedTime = 'expected a date such as 2026-12-20, or a date and a time such as 2026-12-20T18:00';
const time = z
  .string(expectedTime)
  .regex(new RegExp(`^(19|20)\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])(T${oneTime})?$`), {
    error: expectedTime,
    abort: true,
  })
  .refine((text) => isDate(text.slice(0, 10)), 'this date does not exist');

const expectedOfWeek = 'expected a weekday and a time such as fri 16:00';
const timeOfWeek = z.string(expectedOfWeek).regex(new RegExp(`^${oneDay} ${oneTime}$`), expectedOfWeek);

const expectedOfYear = 'expected a month and a day such as 12-20, or with a time such as 12-20T18:00';
const timeOfYear = z
  .string(expectedOfYear)
  .regex(new RegExp(`^(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])(T${oneTime})?$`), { error: expectedOfYear, abort: true })
  // 2028 is a leap year: 02-29 is the last day of February.
  .refine((text) => isDate(`2028-${text.slice(0, 5)}`), 'this day does not exist');

const days = dayRange('expected a weekday such as fri, a range such as mon-thu, or a list of these: [mon-wed, fri]');
const expectedCount = 'expected a whole number from 1 to 31';
const count = z.number(expectedCount).int(expectedCount).min(1, expectedCount).max(31, expectedCount);

const freeze = z.strictObject({
  title: words.max(200, 'expected at most 200 characters').describe('what it is for; whoever is refused reads it'),
  from: time.optional().describe('once: when it begins; a date alone: as that day begins'),
  to: time.optional().describe('once: when it ends; a date alone: as that day ends'),
  daily: z
    .strictObject({
      days: z
        .union([days, z.array(days).min(1, 'expected at least one day').max(7)])
        .optional()
        .describe('the days on which it begins; default: every day'),
      from: clock,
      to: clock.describe('at or before `from`: on the next day'),
    })
    .optional(),
  weekly: z.strictObject({ from: timeOfWeek, to: timeOfWeek }).optional(),
  yearly: z
    .strictObject({ from: timeOfYear, to: timeOfYear })
    .optional()
    .describe('a `to` before `from`: in the next year; a day alone: that day too'),
  'working-days': z
    .strictObject({
      first: count.optional().describe('from the beginning of the period to the end of so many working days'),
      last: count.optional().describe('from the beginning of the last so many working days to the end of the period'),
      of: z.enum(['month', 'quarter', 'year']),
    })
    .optional(),
  holidays: z
    .strictObject({
      before: z
        .number()
        .int()
        .min(0)
        .max(31)
        .default(0)
        .describe('how many working days before each holiday it begins; 0: with the holiday'),
    })
    .optional()
    .describe('each holiday of the calendar'),
  zone: z.string().min(1).max(60).optional().describe('its clock; default: that of its calendar'),
  calendar: id
    .optional()
    .describe('a calendar of calendar.yaml, for working days, holidays and clock; default: its top'),
  services: ids
    .min(1, 'expected at least one service')
    .optional()
    .describe('releases of one of these; default: of all'),
  templates: ids
    .min(1, 'expected at least one template')
    .optional()
    .describe('releases by one of these; default: by all'),
  'exempt-templates': ids.default([]).describe('releases by one of these pass, such as hotfix'),
  allow: z
    .strictObject({ roles: ids.min(1, 'expected at least one role') })
    .optional()
    .describe('who may deploy in it all the same, for a written reason; default: nobody'),
});
// Whoever takes the last freeze out by a comment leaves the key without a value.
export const freezesShape = z.strictObject({
  freezes: z
    .record(id, freeze)
    .nullable()
    .default({})
    .transform((freezes) => freezes ?? {}),
});

export type FreezesFile = z.infer<typeof freezesShape>;
export type FreezeFile = FreezesFile['freezes'][string];
/** The keys that say when a freeze recurs. */
export const recurring = ['daily', 'weekly', 'yearly', 'working-days', 'holidays'] as const;
