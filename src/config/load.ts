/**
 * Owns the config folder as a whole: reads every file, checks what refers to what, and answers either a configuration that
 * holds or every error at once. Knows nothing of processes.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unknownName, type Contact, type Directory, type Instant, type Policy, type ProcessKind } from '../domain';
import { contentHash } from './canonical-json';
import { compileCalendar, isKnownZone } from './compile-calendar';
import { compileTemplate, type CompiledTemplate } from './compile-policy';
import { channelsShape, calendarShape, contactsShape, peopleShape, servicesShape, templateShape, type CalendarFile, type ChannelsFile, type ContactsFile, type PeopleFile, type ServicesFile } from './shapes';
import { formatError, readYaml, type ConfigError, type Located, type Read } from './yaml-file';

export interface LoadedTemplate { readonly name: string; readonly version: string; readonly hash: string; readonly kind: ProcessKind; readonly compiled: CompiledTemplate }
export interface Config {
  readonly folder: string;
  readonly templates: readonly LoadedTemplate[];
  readonly people: PeopleFile;
  readonly services: ServicesFile;
  readonly channels: ChannelsFile;
  readonly calendar: CalendarFile;
  readonly contacts: ContactsFile;
}
export type Loaded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: ConfigError[] };

/** Reads and checks the whole folder. `env` is asked only whether the secrets' variables exist. */
export function loadConfig(folder: string, env: NodeJS.ProcessEnv = process.env): Loaded<Config> {
  const errors: ConfigError[] = [];
  const take = <T>(read: Read<T>): Located<T> | undefined => {
    if (read.ok) return read.file;
    errors.push(...read.errors);
    return undefined;
  };
  const file = <S extends Parameters<typeof readYaml>[2]>(name: string, shape: S) => take(readYaml(join(folder, name), name, shape));
  const people = file('people.yaml', peopleShape) as Located<PeopleFile> | undefined;
  const services = file('services.yaml', servicesShape) as Located<ServicesFile> | undefined;
  const channels = file('channels.yaml', channelsShape) as Located<ChannelsFile> | undefined;
  const calendar = file('calendar.yaml', calendarShape) as Located<CalendarFile> | undefined;
  const contacts = file('contacts.yaml', contactsShape) as Located<ContactsFile> | undefined;
  if (people && channels) errors.push(...checkPeople(people, channels.value));
  if (people && services) errors.push(...checkServices(services, people.value));
  if (channels) errors.push(...checkChannels(channels, env));
  if (calendar) errors.push(...checkCalendar(calendar));
  const templates = people && channels ? loadTemplates(folder, people.value, channels.value, errors) : [];
  if (errors.length > 0 || !people || !services || !channels || !calendar || !contacts) return { ok: false, errors };
  return { ok: true, value: { folder, templates, people: people.value, services: services.value, channels: channels.value, calendar: calendar.value, contacts: contacts.value } };
}

function loadTemplates(folder: string, people: PeopleFile, channels: ChannelsFile, errors: ConfigError[]): LoadedTemplate[] {
  const templatesFolder = join(folder, 'templates');
  const names = existsSync(templatesFolder) ? readdirSync(templatesFolder).filter((name) => /\.ya?ml$/.test(name)).sort() : [];
  const found: LoadedTemplate[] = [];
  for (const name of names) {
    const loaded = loadTemplate(join(templatesFolder, name), `templates/${name}`, people, channels);
    if (!loaded.ok) errors.push(...loaded.errors);
    else if (found.some((template) => template.name === loaded.value.name)) errors.push({ file: `templates/${name}`, line: 1, column: 1, message: `another template is called ${loaded.value.name} already` });
    else found.push(loaded.value);
  }
  for (const kind of ['incident', 'release'] as const) {
    const missing = !found.some((template) => template.kind === kind) && !errors.some((error) => error.file.startsWith('templates/'));
    if (missing) errors.push({ file: 'templates', line: 1, column: 1, message: `no template of kind ${kind} was found in this folder` });
  }
  return found;
}

/** Reads and checks one template file against the people and audiences that it may name. */
export function loadTemplate(path: string, name: string, people: PeopleFile, channels: ChannelsFile): Loaded<LoadedTemplate> {
  const read = readYaml(path, name, templateShape);
  if (!read.ok) return read;
  const { value, raw, at } = read.file;
  const errors: ConfigError[] = [];
  const known = { people: Object.keys(people.people), roles: rolesOf(people), audiences: Object.keys(channels.audiences) };
  const compiled = compileTemplate(value, known, (where, message) => errors.push(at(where, message)));
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, value: { name: value.name, version: value.version, hash: contentHash(raw), kind: value.kind, compiled } };
}

/** Every role that somebody has. */
export function rolesOf(people: PeopleFile): string[] {
  return [...new Set(Object.values(people.people).flatMap(({ roles }) => roles))];
}

function checkPeople(people: Located<PeopleFile>, channels: ChannelsFile): ConfigError[] {
  const known = Object.keys(channels.channels);
  return Object.entries(people.value.people).flatMap(([id, { reach }]) =>
    reach.flatMap((channel, index) => (known.includes(channel) ? [] : [people.at(['people', id, 'reach', index], unknownName('channel', channel, known))])),
  );
}

function checkServices(services: Located<ServicesFile>, people: PeopleFile): ConfigError[] {
  const persons = Object.keys(people.people);
  const teams = Object.keys(services.value.teams);
  const errors: ConfigError[] = [];
  const team = (path: PropertyKey[], name: string) => { if (!teams.includes(name)) errors.push(services.at(path, unknownName('team', name, teams))); };
  const person = (path: PropertyKey[], name: string | undefined) => { if (name !== undefined && !persons.includes(name)) errors.push(services.at(path, unknownName('person', name, persons))); };
  team(['default-team'], services.value['default-team']);
  for (const [id, entry] of Object.entries(services.value.teams)) {
    for (const slot of ['primary', 'secondary', 'escalation-manager'] as const) person(['teams', id, slot], entry[slot]);
    entry.approvers.forEach((name, index) => person(['teams', id, 'approvers', index], name));
  }
  for (const [id, entry] of Object.entries(services.value.services)) team(['services', id, 'team'], entry.team);
  return errors;
}

function checkChannels(channels: Located<ChannelsFile>, env: NodeJS.ProcessEnv): ConfigError[] {
  const known = Object.keys(channels.value.channels);
  const errors: ConfigError[] = [];
  const check = (path: PropertyKey[], name: string) => { if (!known.includes(name)) errors.push(channels.at(path, unknownName('channel', name, known))); };
  for (const [id, audience] of Object.entries(channels.value.audiences)) audience.channels.forEach((name, index) => check(['audiences', id, 'channels', index], name));
  channels.value.drill.forEach((name, index) => check(['drill', index], name));
  for (const [id, channel] of Object.entries(channels.value.channels)) {
    if (channel.type !== 'webhook') continue;
    const variable = channel.secret.slice('env:'.length);
    if ((env[variable] ?? '') === '') errors.push(channels.at(['channels', id, 'secret'], `the environment variable ${variable} is not set`));
  }
  return errors;
}

function checkCalendar(calendar: Located<CalendarFile>): ConfigError[] {
  const { zone, weekend, hours } = calendar.value;
  const errors: ConfigError[] = [];
  if (!isKnownZone(zone)) errors.push(calendar.at(['zone'], `unknown time zone "${zone}"; expected an IANA name such as Europe/Athens`));
  if (new Set(weekend).size === 7) errors.push(calendar.at(['weekend'], 'a week needs at least one day that is not weekend'));
  if (hours.from >= hours.to) errors.push(calendar.at(['hours'], 'working hours must begin before they end'));
  return errors;
}

/** The one template of a kind that new processes begin with: the first by file name. */
export function templateOf(config: Config, kind: ProcessKind): LoadedTemplate {
  return config.templates.find((template) => template.kind === kind)!;
}

/** The policy that a process starting at `now` copies. */
export function policyOf(config: Config, kind: ProcessKind, now: Instant): Policy {
  const { name, version, hash, compiled } = templateOf(config, kind);
  const audiences = Object.fromEntries(Object.entries(config.channels.audiences).map(([id, audience]) => [id, { public: audience.public, autoPublish: audience['auto-publish'], channels: audience.channels }]));
  const contacts: Contact[] = [...Object.entries(config.contacts.contacts), ...Object.entries(config.contacts.tools)].map(([id, contact]) => ({ id, ...contact }) as Contact);
  return { template: { name, version, hash }, ...compiled, audiences, drillChannels: config.channels.drill, calendar: compileCalendar(config.calendar, now), contacts };
}

/** Who is who, for the look-up at the moment of a page. */
export function directoryOf(config: Pick<Config, 'people' | 'services'>): Directory {
  return { people: config.people.people, teams: config.services.teams as Directory['teams'], services: config.services.services as Directory['services'], defaultTeam: config.services['default-team'] };
}

/** All errors, a line each. */
export function formatErrors(errors: readonly ConfigError[]): string {
  return errors.map(formatError).join('\n');
}
