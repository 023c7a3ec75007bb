/**
 * Owns the config folder as a whole: reads every file, checks references between files, and returns
 * either a valid configuration or all errors at once. Knows nothing of processes.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { dayMs, type Contact, type Directory, type Instant, type Policy, type ProcessKind } from '../domain';
import type { MessageTemplates } from '../words/words';
import { contentHash } from './files/canonical-json';
import { compileCalendar } from './compile/calendar';
import { compileTemplate, type CompiledTemplate } from './compile/policy';
import type { Names } from './compile/policy-references';
import {
  approversWith,
  checkAsked,
  checkCalendar,
  checkContacts,
  checkPeople,
  checkServices,
  rolesOf,
  takenWords,
} from './checks/cross-references';
import { checkOnCall, compileSchedules } from './compile/on-call';
import { onCallShape, type OnCallFile } from './files/on-call-shapes';
import { filesIn, yamlEnding } from './files/folder-files';
import { checkChannels, checkTeamAddresses } from './checks/channels';
import { channelsShape, type ChannelsFile } from './files/channel-shapes';
import { drillChannelsOf, followersOf, isPager } from './checks/channel-types';
import {
  calendarShape,
  contactsShape,
  peopleShape,
  servicesShape,
  templateShape,
  type CalendarFile,
  type ContactsFile,
  type PeopleFile,
  type ServicesFile,
} from './files/shapes';
import { loadMessageTemplates } from './checks/message-templates';
import { formatError, readYaml, type ConfigError, type Located, type Read } from './files/yaml-file';
import { given } from '../given';

export interface LoadedTemplate {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly kind: ProcessKind;
  readonly compiled: CompiledTemplate;
  /** Recipients and roles that it names. */ readonly asks: readonly string[];
}
export interface Config {
  readonly folder: string;
  readonly templates: readonly LoadedTemplate[];
  readonly people: PeopleFile;
  readonly services: ServicesFile;
  readonly onCall: OnCallFile;
  readonly channels: ChannelsFile;
  readonly calendar: CalendarFile;
  readonly contacts: ContactsFile;
  /** The installation's own templates of messages and reports. */
  readonly messages: MessageTemplates;
}
/** The files that define people, services and on-call; read again while Muster runs. */
export type DirectoryFiles = Pick<Config, 'people' | 'services' | 'onCall'>;
export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly errors: ConfigError[];
      /**
       * The configuration in spite of the errors, when each file by itself is valid and only
       * references between files are wrong.
       */
      readonly readable?: T;
    };

/**
 * Reads and checks the whole folder. `env` is only asked whether the variables of secrets are set;
 * null for a program that opens no channel and needs no secrets.
 */
export function loadConfig(folder: string, env: NodeJS.ProcessEnv | null = process.env): Loaded<Config> {
  const errors: ConfigError[] = [];
  const take = <S extends z.ZodType>(name: string, shape: S) =>
    noted(readYaml(join(folder, name), name, shape), errors);
  const people = take('people.yaml', peopleShape);
  const services = take('services.yaml', servicesShape);
  const channels = take('channels.yaml', channelsShape);
  const calendar = take('calendar.yaml', calendarShape);
  const contacts = take('contacts.yaml', contactsShape);
  const onCall = takeOnCall(folder, errors);
  const isWhole = errors.length === 0;
  if (people && channels) errors.push(...checkPeople(people, channels.value));
  if (people && services) errors.push(...checkServices(services, people.value, schedulesOf(onCall)));
  if (people && onCall) errors.push(...checkOnCall(onCall, namesOf(people.value), calendar?.value.zone));
  if (services && channels) errors.push(...checkTeamAddresses(services, channels.value));
  if (channels) errors.push(...checkChannels(channels, env));
  if (contacts && services) errors.push(...checkContacts(contacts, services.value));
  if (calendar) errors.push(...checkCalendar(calendar));
  const messages = loadMessageTemplates(folder, errors);
  const templates = loadTemplates(folder, people?.value, channels?.value, services?.value, errors);
  if (!people || !services || !onCall || !channels || !calendar || !contacts)
    return { ok: false, errors: inOrder(errors) };
  const value: Config = {
    folder,
    templates,
    people: people.value,
    services: services.value,
    onCall: onCall.value,
    channels: channels.value,
    calendar: calendar.value,
    contacts: contacts.value,
    messages,
  };
  if (errors.length === 0) return { ok: true, value };
  return { ok: false, errors: inOrder(errors), ...(isWhole ? { readable: value } : {}) };
}

/**
 * Reads only people.yaml, services.yaml and on-call.yaml, and checks them against the channels,
 * templates and calendar in force. So an error elsewhere in the folder does not block a change of
 * on-call. A missing on-call.yaml is an error while its schedules are `inForce`, because an editor
 * may be saving the file.
 */
export function loadDirectory(
  { folder, channels, templates, calendar }: Config,
  inForce: DirectoryFiles,
): Loaded<DirectoryFiles> {
  const errors: ConfigError[] = [];
  const people = noted(readYaml(join(folder, 'people.yaml'), 'people.yaml', peopleShape), errors);
  const services = noted(readYaml(join(folder, 'services.yaml'), 'services.yaml', servicesShape), errors);
  const onCall = takeOnCall(folder, errors, Object.keys(inForce.onCall.schedules).length > 0);
  if (people) errors.push(...checkPeople(people, channels), ...checkAsked(people, templates));
  if (people && services) errors.push(...checkServices(services, people.value, schedulesOf(onCall)));
  if (people && onCall) errors.push(...checkOnCall(onCall, namesOf(people.value), calendar.zone));
  if (services) errors.push(...checkTeamAddresses(services, channels));
  if (errors.length > 0 || !people || !services || !onCall) return { ok: false, errors };
  return { ok: true, value: { people: people.value, services: services.value, onCall: onCall.value } };
}

/** Without on-call.yaml there are no schedules; with `mustExist` that is an error. */
function takeOnCall(folder: string, errors: ConfigError[], mustExist = false): Located<OnCallFile> | undefined {
  const path = join(folder, 'on-call.yaml');
  if (existsSync(path)) return noted(readYaml(path, 'on-call.yaml', onCallShape), errors);
  const at = (_: readonly PropertyKey[], message: string) => ({ file: 'on-call.yaml', line: 1, column: 1, message });
  if (mustExist) {
    errors.push(at([], 'there is no such file any more; to have no schedules, write `schedules: {}` into it'));
    return undefined;
  }
  return { value: { schedules: {} }, raw: {}, at };
}
function schedulesOf(onCall: Located<OnCallFile> | undefined): readonly string[] | undefined {
  return onCall && Object.keys(onCall.value.schedules);
}
function namesOf(people: PeopleFile) {
  const reached = Object.keys(people.people).filter((id) => people.people[id]!.reach.length > 0);
  return { people: Object.keys(people.people), reached, roles: rolesOf(people), taken: takenWords };
}

// Keeps the errors of a file. Returns its content, for checks of other files, only when no entry is
// missing that other files may name.
function noted<T>(read: Read<T>, errors: ConfigError[]): Located<T> | undefined {
  if (read.ok) return read.file;
  errors.push(...read.errors);
  const { damaged } = read;
  return damaged && damaged.standIns.length === 0 && damaged.dropped.every((path) => path.length > 2)
    ? damaged.file
    : undefined;
}

function loadTemplates(
  folder: string,
  people: PeopleFile | undefined,
  channels: ChannelsFile | undefined,
  services: ServicesFile | undefined,
  errors: ConfigError[],
): LoadedTemplate[] {
  const templatesFolder = join(folder, 'templates');
  const { names, errors: unlisted } = filesIn(templatesFolder, 'templates', yamlEnding);
  errors.push(...unlisted);
  const found: LoadedTemplate[] = [];
  for (const name of names) {
    const loaded = loadTemplate(join(templatesFolder, name), `templates/${name}`, people, channels, services);
    if (!loaded.ok) errors.push(...loaded.errors);
    else if (found.some((template) => template.name === loaded.value.name))
      errors.push({
        file: `templates/${name}`,
        line: 1,
        column: 1,
        message: `another template is called ${loaded.value.name} already`,
      });
    else found.push(loaded.value);
  }
  for (const kind of ['incident', 'release'] as const) {
    const missing =
      !found.some((template) => template.kind === kind) && !errors.some((error) => error.file.startsWith('templates'));
    if (missing)
      errors.push({
        file: 'templates',
        line: 1,
        column: 1,
        message: `no template of kind ${kind} was found in this folder`,
      });
  }
  return found;
}

/**
 * Reads and checks one template file against the people and audiences; undefined ones are not
 * checked.
 */
export function loadTemplate(
  path: string,
  name: string,
  people: PeopleFile | undefined,
  channels: ChannelsFile | undefined,
  services?: ServicesFile,
): Loaded<LoadedTemplate> {
  const read = readYaml(path, name, templateShape);
  const errors: ConfigError[] = read.ok ? [] : [...read.errors];
  const changed = read.ok || !read.damaged ? [] : [...read.damaged.dropped, ...read.damaged.standIns];
  const file = read.ok ? read.file : read.damaged?.file;
  // Without a valid kind or valid phases, the rest of a template cannot be checked.
  if (!file || changed.some((where) => where.length === 1 && where[0] !== 'name' && where[0] !== 'version'))
    return { ok: false, errors };
  const { value, raw, at } = file;
  const known: Names = {
    who: people && { people: Object.keys(people.people), roles: rolesOf(people) },
    audiences: channels && Object.keys(channels.audiences),
    ...(people && services
      ? { approversWith: (roles: readonly string[]) => approversWith(people, services, roles) }
      : {}),
  };
  const asks = new Set<string>();
  const standIn = (where: readonly PropertyKey[]) =>
    changed.some((path) => path.every((key, index) => String(key) === String(where[index])));
  const compiled = compileTemplate(
    value,
    known,
    (where, message) => {
      if (!standIn(where)) errors.push(at(where, message));
    },
    (asked) => asks.add(asked),
  );
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    value: {
      name: value.name,
      version: value.version,
      hash: contentHash(raw),
      kind: value.kind,
      compiled,
      asks: [...asks],
    },
  };
}

/**
 * The templates of a kind, by file name. A new process uses the first, unless its body names
 * another.
 */
export function templatesOf(config: Config, kind: ProcessKind): LoadedTemplate[] {
  return config.templates.filter((template) => template.kind === kind);
}

/**
 * The policy that a process starting at `now` copies: from the template called `template`, which
 * must exist, or from the first template of its kind.
 */
export function policyOf(config: Config, kind: ProcessKind, now: Instant, template?: string): Policy {
  const { name, version, hash, compiled } = templatesOf(config, kind).find(
    (one) => template === undefined || one.name === template,
  )!;
  const audiences = Object.fromEntries(
    Object.entries(config.channels.audiences).map(([id, audience]) => [
      id,
      { public: audience.public, autoPublish: audience['auto-publish'], channels: audience.channels },
    ]),
  );
  const contacts: Contact[] = [
    ...Object.entries(config.contacts.contacts),
    ...Object.entries(config.contacts.tools),
  ].map(([id, contact]) => ({ id, ...given(contact) }));
  return {
    template: { name, version, hash },
    ...compiled,
    audiences,
    drillChannels: drillChannelsOf(config.channels),
    followers: followersOf(config.channels),
    ...given({ conference: config.channels.conference }),
    calendar: compileCalendar(config.calendar, now),
    contacts,
  };
}

/**
 * How many days ahead the schedules of a directory are compiled. `schedules` of live-directory.ts
 * compiles more on demand.
 */
export const schedulesAheadDays = 800;

/**
 * The directory, in which recipients are looked up when a page is due. `calendar`: its zone is for
 * schedules that name no zone. `now`: the schedules are compiled for `schedulesAheadDays` from then
 * on.
 */
export function directoryOf(
  { people, services, onCall, channels, calendar }: DirectoryFiles & Pick<Config, 'calendar' | 'channels'>,
  now: Instant,
): Directory {
  return {
    people: people.people as Directory['people'],
    teams: services.teams as Directory['teams'],
    services: Object.fromEntries(
      Object.entries(services.services).map(([id, { 'status-page': statusPage, ...service }]) => [
        id,
        { ...service, ...given({ statusPage }) },
      ]),
    ) as Directory['services'],
    defaultTeam: services['default-team'],
    pagers: Object.keys(channels.channels).filter((name) => isPager(channels, name)),
    audiences: channels.audiences as NonNullable<Directory['audiences']>,
    schedules: compileSchedules(onCall, calendar.zone, now + schedulesAheadDays * dayMs),
  };
}

// Files in the order in which they were read, and by line within each file.
function inOrder(errors: readonly ConfigError[]): ConfigError[] {
  const files = [...new Set(errors.map(({ file }) => file))];
  return [...errors].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

/** All errors, a line each. */
export function formatErrors(errors: readonly ConfigError[]): string {
  return errors.map(formatError).join('\n');
}
