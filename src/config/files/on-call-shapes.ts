/**
 * Owns the shape of on-call.yaml. checks/cross-references.ts and compile/on-call.ts check the
 * names.
 */
import { z } from 'zod';
import { isDate } from '../../contracts/instant-text';
import { clock, dayRange, id, ids, oneOrMore, weekday, words } from './field-shapes';

const date = /^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const dateTime = new RegExp(`${date.source.slice(0, -1)}(T([01]\\d|2[0-3]):[0-5]\\d)?$`);

const expectedDate = 'expected a date such as 2026-11-02';
const expectedEnd = `${expectedDate}, or a date and a time such as 2026-11-02T18:00`;

const rotation = z.strictObject({
  every: z
    .string()
    .regex(/^[1-9]\d{0,2}[hdw]$/, 'expected how long a turn is, such as 12h, 1d or 1w')
    .describe('how long a turn is: hours, days or weeks'),
  'hand-off': clock.describe('the time of day at which a turn begins, on the clock of the zone'),
  on: weekday.optional().describe('for a rotation by weeks: the day on which a turn begins'),
  from: z
    .string(expectedDate)
    .regex(date, { error: expectedDate, abort: true })
    .refine(isDate, 'this date does not exist')
    .describe('the day of the first hand-off, to the first of the participants'),
});
const days = dayRange('expected a weekday such as sat, a range such as mon-fri, or a list of these: [mon-thu, sat]');
const restriction = z.strictObject({
  days: z
    .union([days, z.array(days).min(1, 'expected at least one day').max(7)])
    .optional()
    .describe('days on which the window begins; default: every day'),
  from: clock.default('00:00'),
  to: clock.default('00:00').describe('end of the window; at or before `from`: on the next day'),
});
const layer = z.strictObject({
  name: id,
  zone: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('the clock of its hand-offs and windows; default: that of its calendar, else that of the schedule'),
  calendar: id
    .optional()
    .describe('a calendar of calendar.yaml: the layer counts only in its working hours, not on its holidays'),
  rotation,
  participants: z
    .array(oneOrMore)
    .min(1, 'expected at least one person')
    .max(100, 'expected at most 100 turns')
    .describe('in order of their turns; a list in the list: these take the turn together'),
  restrict: z.array(restriction).max(20, 'expected at most 20 windows').default([]),
  until: z
    .string(expectedEnd)
    .regex(dateTime, { error: expectedEnd, abort: true })
    .refine((text) => isDate(text.slice(0, 10)), 'this date does not exist')
    .optional()
    .describe('when the layer ends; for a date alone: at the time of hand-off'),
});
export const onCallShape = z.strictObject({
  schedules: z
    .record(
      id,
      z.strictObject({
        name: words,
        zone: z.string().min(1).max(60).optional(),
        roles: ids.optional().describe('roles that whoever is on call has for that time'),
        layers: z.array(layer).min(1, 'expected at least one layer').max(20, 'expected at most 20 layers'),
      }),
    )
    .default({}),
});

export type OnCallFile = z.infer<typeof onCallShape>;
export type ScheduleFile = OnCallFile['schedules'][string];
export type LayerFile = ScheduleFile['layers'][number];
