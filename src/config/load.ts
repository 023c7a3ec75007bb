/**
 * Owns the config folder as a whole: reads every file, checks references between files, and returns
 * either a valid configuration or all errors at once. Knows nothing of processes.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import {
  checkAsked,
  checkContacts,
  checkFollowed,
  checkLevels,
  checkPeople,
  checkServices,
  checkTeamLadders,
  rolesOf,
  takenWords,
} from './checks/cross-references';
import { checkAccessFile, checkEmails } from './checks/access';
import { checkAlerts } from './checks/alerts';
import { checkPagedChannels } from './checks/alert-channels';
import { given } from '../given';
import { checkFreezes } from './checks/freezes';
import { checkCalendar } from './checks/calendar';
import { calendarShape, type CalendarFile } from './files/calendar-shapes';
import { checkOnCall } from './compile/on-call';
import { onCallShape, type OnCallFile } from './files/on-call-shapes';
import { checkChannels, checkTeamAddresses } from './checks/channels';
import { channelsShape, type ChannelsFile } from './files/channel-shapes';
import { peopleShape, servicesShape, type PeopleFile, type ServicesFile } from './files/shapes';
import { loadMessageTemplates } from './checks/message-templates';
import { formatError, inOrder, readYaml, type ConfigError, type Located } from './files/yaml-file';
import { checkNamesOf, levelsOf, type ProcessKind } from '../domain';
import { type Config, type DirectoryFiles, type Loaded, type LoadedTemplate } from './loaded';
import { loadTemplates, type AroundTemplate, type TemplateOutline } from './load-templates';
import {
  noAlerts,
  noFreezes,
  noted,
  readFiles,
  takeAccess,
  takeFreezes,
  takeOnCall,
  type FilesRead,
} from './read-files';

/**
 * Reads and checks the whole folder. `env` is only asked whether the variables of secrets are set;
 * null for a program that opens no channel and needs no secrets. `alertEnv`: the same for the
 * secrets by which senders of alerts prove themselves and people sign in, which an API needs.
 */
export function loadConfig(
  folder: string,
  env: NodeJS.ProcessEnv | null = process.env,
  alertEnv: NodeJS.ProcessEnv | null = env,
): Loaded<Config> {
  const errors: ConfigError[] = [];
  const { whole, parts } = readFiles(folder, errors);
  const isWhole = errors.length === 0;
  const [shapeErrors, places] = [errors.length, new Set(errors.map(placeOf))];
  errors.push(...checkFiles(whole, parts, env));
  const messages = loadMessageTemplates(folder, errors);
  const { people, services, channels, calendar, contacts, onCall } = whole;
  const around = {
    people: people?.value,
    services: services?.value,
    channels: channels?.value,
    calendar: calendar?.value,
    onCall: onCall?.value,
  };
  const { templates, outlines } = loadTemplates(folder, around, errors);
  errors.push(...checkWithTemplates(whole, parts, outlines, alertEnv));
  const found = inOrder(errors.filter((error, index) => index < shapeErrors || !places.has(placeOf(error))));
  if (!people || !services || !onCall || !channels || !calendar || !contacts) return { ok: false, errors: found };
  const value: Config = {
    folder,
    templates,
    people: people.value,
    services: services.value,
    onCall: onCall.value,
    channels: channels.value,
    calendar: calendar.value,
    contacts: contacts.value,
    alerts: whole.alerts?.value ?? noAlerts,
    freezes: whole.freezes?.value ?? noFreezes.value,
    access: whole.access === 'none' ? undefined : whole.access?.value,
    messages,
  };
  if (errors.length === 0) return { ok: true, value };
  return { ok: false, errors: found, ...(isWhole ? { readable: value } : {}) };
}

/** The faults that need no template to be seen. */
function checkFiles(
  { people, services, channels, calendar, onCall }: FilesRead['whole'],
  parts: FilesRead['parts'],
  env: NodeJS.ProcessEnv | null,
): ConfigError[] {
  const errors: ConfigError[] = [];
  if (parts.people && channels) errors.push(...checkPeople(parts.people, channels.value));
  if (parts.people) errors.push(...checkEmails(parts.people));
  if (parts.services)
    errors.push(...checkServices(parts.services, people?.value, schedulesOf(onCall), namesIn(calendar?.value)));
  if (people && parts.onCall)
    errors.push(...checkOnCall(parts.onCall, namesOf(people.value, parts.onCall.value), calendar?.value));
  if (parts.services && channels) errors.push(...checkTeamAddresses(parts.services, channels.value));
  if (parts.channels) errors.push(...checkChannels(parts.channels, env));
  if (parts.contacts && services) errors.push(...checkContacts(parts.contacts, services.value));
  if (parts.calendar) errors.push(...checkCalendar(parts.calendar));
  return errors;
}

/** The faults of files that name templates or their levels; `templates`: undefined if not known. */
function checkWithTemplates(
  { people, services, channels, calendar, onCall, access }: FilesRead['whole'],
  parts: FilesRead['parts'],
  templates: readonly TemplateOutline[] | undefined,
  alertEnv: NodeJS.ProcessEnv | null,
): ConfigError[] {
  const errors: ConfigError[] = [];
  const areSure = (of: Parameters<TemplateOutline['isSure']>[0]) =>
    templates?.every(({ isSure }) => isSure(of)) === true;
  if (parts.channels && templates && areSure('levels'))
    errors.push(...checkLevels(parts.channels, [...new Set(templates.flatMap(({ compiled }) => levelsOf(compiled)))]));
  const { alerts, freezes } = parts;
  if (alerts) {
    const areKnown = people && services && channels && onCall;
    const around = given({
      services: services && Object.keys(services.value.services),
      people: people && Object.keys(people.value.people),
      readers: areKnown && readersOf(people.value, services.value, channels.value, onCall.value),
      templates: templates && namesOfKind(templates, 'incident'),
      levels: templates && areSure('levels') ? incidentLevels(templates) : undefined,
      checks: templates && areSure('checks') ? releaseChecks(templates) : undefined,
    });
    errors.push(
      ...checkAlerts(alerts, around, alertEnv),
      ...(channels ? checkPagedChannels(alerts, channels.value) : []),
    );
  }
  if (access && access !== 'none')
    errors.push(...checkAccessFile(access, given({ people: people?.value, services: services?.value }), alertEnv));
  if (freezes)
    errors.push(
      ...checkFreezes(freezes, {
        ...aroundFreezes(people?.value, services?.value, onCall?.value),
        ...given({ calendar: calendar?.value, templates: templates && namesOfKind(templates, 'release') }),
      }),
    );
  if (parts.services && templates) errors.push(...checkFollowed(parts.services, templates));
  if (parts.services && templates && areSure('ladders')) errors.push(...checkTeamLadders(parts.services, templates));
  return errors;
}

// Everybody reads a public audience.
function readersOf(people: PeopleFile, services: ServicesFile, channels: ChannelsFile, onCall: OnCallFile): string[] {
  const { audiences } = channels;
  return [
    ...Object.keys(people.people),
    ...rolesOf(people, onCall),
    ...Object.keys(services.teams),
    ...Object.keys(onCall.schedules),
    ...Object.keys(audiences).filter((name) => !audiences[name]!.public),
  ];
}

/**
 * Reads the files whose names a template may use, for a check of templates alone. A file with
 * errors is undefined, and so nothing is checked against it. `shown`: the name of a file in errors.
 */
export function aroundTemplates(
  folder: string,
  shown: (name: string) => string,
): { readonly around: AroundTemplate; readonly errors: readonly ConfigError[] } {
  const errors: ConfigError[] = [];
  const take = <S extends z.ZodType>(name: string, shape: S) =>
    noted(readYaml(join(folder, name), shown(name), shape), errors)?.value;
  const around: AroundTemplate = {
    people: take('people.yaml', peopleShape),
    services: take('services.yaml', servicesShape),
    channels: take('channels.yaml', channelsShape),
    calendar: take('calendar.yaml', calendarShape),
  };
  if (!existsSync(join(folder, 'on-call.yaml'))) return { around, errors };
  const onCall = take('on-call.yaml', onCallShape);
  // R35: a schedule may give a role, so without the schedules nobody knows all roles.
  return { around: onCall ? { ...around, onCall } : { ...around, people: undefined }, errors };
}

/**
 * Reads only people.yaml, services.yaml, on-call.yaml, freezes.yaml and access.yaml, and checks
 * them against the channels, templates and calendar in force. So an error elsewhere in the folder
 * does not block a change of on-call. A missing file is an error while its entries are `inForce`,
 * because an editor may be saving the file.
 */
export function loadDirectory(
  { folder, channels, templates, calendar }: Config,
  inForce: DirectoryFiles,
): Loaded<DirectoryFiles> {
  const errors: ConfigError[] = [];
  const people = noted(readYaml(join(folder, 'people.yaml'), 'people.yaml', peopleShape), errors);
  const services = noted(readYaml(join(folder, 'services.yaml'), 'services.yaml', servicesShape), errors);
  const onCall = takeOnCall(folder, errors, Object.keys(inForce.onCall.schedules).length > 0);
  const freezes = takeFreezes(folder, errors, Object.keys(inForce.freezes.freezes).length > 0);
  const access = takeAccess(folder, errors, inForce.access !== undefined);
  if (people)
    errors.push(
      ...checkPeople(people, channels),
      ...checkEmails(people),
      ...checkAsked(people, onCall?.value, templates),
    );
  if (people && services) errors.push(...checkServices(services, people.value, schedulesOf(onCall), namesIn(calendar)));
  if (people && onCall) errors.push(...checkOnCall(onCall, namesOf(people.value, onCall.value), calendar));
  if (services)
    errors.push(
      ...checkTeamAddresses(services, channels),
      ...checkFollowed(services, templates),
      ...checkTeamLadders(services, templates),
    );
  if (freezes)
    errors.push(
      ...checkFreezes(freezes, {
        ...aroundFreezes(people?.value, services?.value, onCall?.value),
        calendar,
        templates: namesOfKind(templates, 'release'),
      }),
    );
  if (access && access !== 'none')
    errors.push(...checkAccessFile(access, given({ people: people?.value, services: services?.value }), null));
  if (errors.length > 0 || !people || !services || !onCall || !freezes || !access) return { ok: false, errors };
  return {
    ok: true,
    value: {
      people: people.value,
      services: services.value,
      onCall: onCall.value,
      freezes: freezes.value,
      access: access === 'none' ? undefined : access.value,
    },
  };
}

/** What freezes.yaml may name; of a file with errors nothing. */
function aroundFreezes(
  people: PeopleFile | undefined,
  services: ServicesFile | undefined,
  onCall: OnCallFile | undefined,
) {
  return given({
    services: services && Object.keys(services.services),
    // R35: a schedule may give a role, so without the schedules nobody knows all roles.
    roles: people && onCall && rolesOf(people, onCall),
  });
}
type Outlines = readonly Pick<LoadedTemplate, 'name' | 'kind' | 'compiled'>[];
function namesOfKind(templates: Outlines, kind: ProcessKind): string[] {
  return templates.filter((template) => template.kind === kind).map(({ name }) => name);
}
/** The names of the checks that the templates of releases ask for. */
export function releaseChecks(templates: Outlines): string[] {
  return templates.filter(({ kind }) => kind === 'release').flatMap(({ compiled }) => checkNamesOf(compiled));
}
function incidentLevels(templates: Outlines): string[] {
  const incidents = templates.filter(({ kind }) => kind === 'incident');
  return [...new Set(incidents.flatMap(({ compiled }) => levelsOf(compiled)))];
}

function schedulesOf(onCall: Located<OnCallFile> | undefined): readonly string[] | undefined {
  return onCall && Object.keys(onCall.value.schedules);
}
function namesIn(calendar: CalendarFile | undefined): readonly string[] | undefined {
  return calendar && Object.keys(calendar.calendars);
}
function namesOf(people: PeopleFile, onCall: OnCallFile) {
  const reached = Object.keys(people.people).filter((id) => people.people[id]!.reach.length > 0);
  return { people: Object.keys(people.people), reached, roles: rolesOf(people, onCall), taken: takenWords };
}

const placeOf = ({ file, line, column }: ConfigError) => `${file}:${line}:${column}`;

/** All errors, a line each. */
export function formatErrors(errors: readonly ConfigError[]): string {
  return errors.map(formatError).join('\n');
}
