/**
 * Owns how the files of the config folder are read, all but the templates: what of a file with
 * errors may still be checked, and which files need not exist. Checks nothing between files.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { accessShape, type AccessFile } from './files/access-shapes';
import { alertsShape, type AlertsFile } from './files/alert-shapes';
import { calendarShape } from './files/calendar-shapes';
import { channelsShape } from './files/channel-shapes';
import { freezesShape, type FreezesFile } from './files/freeze-shapes';
import { onCallShape, type OnCallFile } from './files/on-call-shapes';
import { contactsShape, peopleShape, servicesShape } from './files/shapes';
import { readYaml, type ConfigError, type Located, type Read } from './files/yaml-file';
import { nearest, slots } from '../domain';

/**
 * Reads every file but the templates. `whole`: those in which nothing is missing that other files
 * ask about; `parts`: what of a file with errors can be checked itself.
 */
export function readFiles(folder: string, errors: ConfigError[]) {
  const take = <S extends z.ZodType>(name: string, shape: S) =>
    taken(readYaml(join(folder, name), name, shape), errors);
  const people = take('people.yaml', peopleShape);
  const services = take('services.yaml', servicesShape);
  const channels = take('channels.yaml', channelsShape);
  const calendar = take('calendar.yaml', calendarShape);
  const contacts = take('contacts.yaml', contactsShape);
  const onCall = onCallIn(folder, errors);
  const alerts = alertsIn(folder, errors);
  const freezes = freezesIn(folder, errors);
  return {
    whole: {
      people: people.whole,
      services: services.whole,
      channels: channels.whole,
      calendar: calendar.whole,
      contacts: contacts.whole,
      onCall: onCall.whole,
      alerts: alerts.whole,
      freezes: freezes.whole,
      access: takeAccess(folder, errors),
    },
    parts: {
      onCall: onCall.part,
      alerts: alerts.part,
      freezes: freezes.part,
      people: people.part,
      services: services.part,
      channels: channels.part,
      calendar: calendar.part,
      contacts: contacts.part,
    },
  };
}
export type FilesRead = ReturnType<typeof readFiles>;

interface Taken<T> {
  readonly whole: Located<T> | undefined;
  readonly part: Located<T> | undefined;
}
function taken<T>(read: Read<T>, errors: ConfigError[]): Taken<T> {
  return { whole: noted(read, errors), part: partOf(read) };
}
const asBoth = <T>(file: Located<T> | undefined): Taken<T> => ({ whole: file, part: file });

/** Without on-call.yaml there are no schedules; with `mustExist` that is an error. */
export function takeOnCall(...of: Parameters<typeof onCallIn>): Located<OnCallFile> | undefined {
  return onCallIn(...of).whole;
}
function onCallIn(folder: string, errors: ConfigError[], mustExist = false): Taken<OnCallFile> {
  const path = join(folder, 'on-call.yaml');
  if (existsSync(path)) return taken(readYaml(path, 'on-call.yaml', onCallShape), errors);
  return asBoth(absent('on-call.yaml', { schedules: {} }, 'schedules', errors, mustExist));
}
export const noFreezes: { readonly value: FreezesFile } = { value: { freezes: {} } };
/** Without freezes.yaml there are no freezes; with `mustExist` that is an error. */
export function takeFreezes(...of: Parameters<typeof freezesIn>): Located<FreezesFile> | undefined {
  return freezesIn(...of).whole;
}
function freezesIn(folder: string, errors: ConfigError[], mustExist = false): Taken<FreezesFile> {
  const path = join(folder, 'freezes.yaml');
  if (existsSync(path)) return taken(readYaml(path, 'freezes.yaml', freezesShape), errors);
  return asBoth(absent('freezes.yaml', noFreezes.value, 'freezes', errors, mustExist));
}
/** What access.yaml says; `none`: there is no such file. */
export function takeAccess(
  folder: string,
  errors: ConfigError[],
  mustExist = false,
): Located<AccessFile> | 'none' | undefined {
  const path = join(folder, 'access.yaml');
  if (existsSync(path)) return noted(readYaml(path, 'access.yaml', accessShape), errors);
  if (!mustExist) return 'none';
  const message =
    'there is no such file any more; the roles stay as they were, and a start without it asks nobody to sign in';
  errors.push({ file: 'access.yaml', line: 1, column: 1, message });
  return undefined;
}
// A file that need not exist, as though it were empty.
function absent<T>(
  file: string,
  value: T,
  what: string,
  errors: ConfigError[],
  mustExist: boolean,
): Located<T> | undefined {
  const at = (_: readonly PropertyKey[], message: string) => ({ file, line: 1, column: 1, message });
  if (!mustExist) return { value, raw: {}, at, isSure: () => true };
  errors.push(at([], `there is no such file any more; to have no ${what}, write \`${what}: {}\` into it`));
  return undefined;
}
export const noAlerts: AlertsFile = { sources: {}, deployments: {}, rules: [] };
/** Without alerts.yaml nobody sends alerts. */
function alertsIn(folder: string, errors: ConfigError[]): Taken<AlertsFile> {
  const path = join(folder, 'alerts.yaml');
  return existsSync(path) ? taken(readYaml(path, 'alerts.yaml', alertsShape), errors) : asBoth<AlertsFile>(undefined);
}
// What of a file with errors can be checked itself: every entry is there, if only with a stand-in
// for a wrong value. What a check says at the place of such an error follows from the error.
function partOf<T>(read: Read<T>): Located<T> | undefined {
  if (read.ok) return read.file;
  const { damaged } = read;
  const isThere =
    damaged && damaged.standIns.every((path) => path.length > 1) && damaged.dropped.every((path) => path.length > 2);
  return isThere ? damaged.file : undefined;
}
// The fields of an entry of which no other file asks anything, by file; and those of which others
// do, where a misspelt key may be meant.
const ownMatters: Readonly<Record<string, readonly string[]>> = {
  'people.yaml': ['name', 'zone', 'addresses'],
  'services.yaml': ['tier', 'links', 'owners', 'status-page', 'addresses'],
};
const askedMatters: Readonly<Record<string, readonly string[]>> = {
  'people.yaml': ['roles', 'reach'],
  'services.yaml': ['team', ...slots, 'approvers', 'on-call', 'calendar', 'ladder', 'template'],
  'on-call.yaml': ['roles', 'layers', 'participants'],
};

// Keeps the errors of a file. Returns its content, for checks of other files, only when no entry is
// missing that other files may name, and nothing is replaced that they ask about.
export function noted<T>(read: Read<T>, errors: ConfigError[]): Located<T> | undefined {
  if (read.ok) return read.file;
  errors.push(...read.errors);
  const { damaged } = read;
  const file = basename(read.errors[0]?.file ?? '');
  const own = ownMatters[file] ?? [];
  const isAsked = (key: PropertyKey | undefined) => nearest(String(key), askedMatters[file] ?? [], 1).length > 0;
  return damaged &&
    damaged.standIns.every((path) => path.length > 2 && own.includes(String(path[2]))) &&
    damaged.dropped.every((path) => path.length > 2 && !isAsked(path.at(-1)))
    ? damaged.file
    : undefined;
}
