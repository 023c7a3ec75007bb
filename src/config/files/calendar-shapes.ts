/**
 * Owns the shape of calendar.yaml. checks/calendar.ts checks what a shape cannot: windows that
 * overlap, days without hours.
 */
import { z } from 'zod';
import { isDate } from '../../contracts/instant-text';
import { clock, dayRange, id, weekday } from './field-shapes';

const expectedDate = 'expected a date such as 2026-12-25';
const date = z
  .string(expectedDate)
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: expectedDate, abort: true })
  .refine(isDate, 'this date does not exist');

const expectedWindow = 'expected a window such as "09:00-17:00"';
const window = z
  .string(expectedWindow)
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, expectedWindow);
const windows = z.union([window, z.array(window).min(1, 'expected at least one window').max(12)]);

const days = dayRange(
  'expected a weekday such as fri, or a range such as mon-thu, each with its hours: { mon-thu: "09:00-18:00", fri: "09:00-15:00" }',
);
const hours = z
  .union([z.strictObject({ from: clock, to: clock }), z.record(days, windows)])
  .describe('working hours of each day that is not weekend: { from, to }, or windows by weekday or range of weekdays');
const halfDays = z.record(date, windows).describe('windows of single dates, instead of the hours of their weekday');

const ownCalendar = z.strictObject({
  zone: z.string().min(1).max(60).optional(),
  weekend: z.array(weekday).optional(),
  hours: hours.optional(),
  holidays: z.array(date).optional(),
  'half-days': halfDays.optional(),
});
export const calendarShape = z.strictObject({
  zone: z.string().min(1).max(60),
  weekend: z.array(weekday),
  hours,
  holidays: z.array(date).default([]),
  'half-days': halfDays.default({}),
  freezes: z
    .array(z.strictObject({ from: date, to: date, why: z.string().trim().min(1).max(200) }))
    .optional()
    .describe('days, both included, in which nothing should go live; a target in one is warned of'),
  calendars: z
    .record(id, ownCalendar)
    .default({})
    .describe(
      'further calendars, which severities, teams and layers of schedules name; what one leaves out is taken from the top of the file',
    ),
});

export type CalendarFile = z.infer<typeof calendarShape>;
export type HoursFile = CalendarFile['hours'];
export type WindowsFile = z.infer<typeof windows>;
