/**
 * Owns how the templates of a folder are read, checked against the people and audiences, and
 * compiled.
 */
import { join } from 'node:path';
import { rolesOf, approversWith } from './checks/cross-references';
import { hoursOfDay } from './compile/calendar';
import { compileTemplate } from './compile/policy';
import type { Names } from './compile/policy-references';
import { contentHash } from './files/canonical-json';
import type { CalendarFile } from './files/calendar-shapes';
import type { OnCallFile } from './files/on-call-shapes';
import type { ChannelsFile } from './files/channel-shapes';
import { filesIn, yamlEnding } from './files/folder-files';
import { type PeopleFile, type ServicesFile, templateShape } from './files/shapes';
import { inOrder, isWithin, readYaml, type ConfigError } from './files/yaml-file';
import { type Loaded, type LoadedTemplate } from './loaded';
import { levelNamed, levelsOf, nearest, slots, unknownName, type ProcessKind } from '../domain';

const kinds: readonly ProcessKind[] = ['incident', 'release'];

/** A template, and where the parts of its file stand. */
interface PlacedTemplate {
  readonly template: LoadedTemplate;
  readonly at: (where: readonly PropertyKey[], message: string) => ConfigError;
}
/** What other files may ask of a template, also of one with errors. */
export interface TemplateOutline extends Pick<LoadedTemplate, 'name' | 'kind' | 'compiled'> {
  /** Whether these are the names that the file is meant to have. */
  readonly isSure: (of: 'levels' | 'checks' | 'ladders') => boolean;
}
type ReadTemplate = Loaded<PlacedTemplate> & {
  /** Undefined: nobody knows what it is called, or of which kind it is. */
  readonly outline?: TemplateOutline | undefined;
};

/** The other files of the folder, whose names a template may use. */
export interface AroundTemplate {
  readonly people: PeopleFile | undefined;
  readonly channels: ChannelsFile | undefined;
  readonly services?: ServicesFile | undefined;
  readonly calendar?: CalendarFile | undefined;
  readonly onCall?: OnCallFile | undefined;
}

/**
 * Reads and checks one template file against the files around it; undefined ones are not checked.
 */
export function loadTemplate(...of: Parameters<typeof readTemplate>): Loaded<LoadedTemplate> {
  const read = readTemplate(...of);
  return read.ok ? { ok: true, value: read.value.template } : { ok: false, errors: read.errors };
}

function readTemplate(
  path: string,
  name: string,
  { people, channels, services, calendar, onCall }: AroundTemplate,
): ReadTemplate {
  const read = readYaml(path, name, templateShape);
  const errors: ConfigError[] = read.ok ? [] : [...read.errors];
  const changed = read.ok || !read.damaged ? [] : [...read.damaged.dropped, ...read.damaged.standIns];
  const file = read.ok ? read.file : read.damaged?.file;
  // Without a valid kind or valid phases, the rest of a template cannot be checked; nor without
  // what may stand under a misspelt key.
  if (!file || changed.some((where) => where.length === 1 && isNeeded(String(where[0]))))
    return { ok: false, errors: inOrder(errors) };
  const { value, raw, at, isSure } = file;
  const known: Names = {
    who: people && { people: Object.keys(people.people), roles: rolesOf(people, onCall) },
    audiences: channels && Object.keys(channels.audiences),
    calendars: calendar && Object.keys(calendar.calendars),
    hoursOfDay: calendar && ((named) => hoursOfDay(calendar, named)),
    teams: services && Object.keys(services.teams),
    services: services && Object.keys(services.services),
    teamLadders: services && Object.values(services.teams).flatMap(({ ladder }) => ladder ?? []),
    ...(onCall ? { schedules: slotsOfSchedules(onCall, services) } : {}),
    ...(people && services
      ? { approversWith: (roles: readonly string[]) => approversWith(people, services, onCall, roles) }
      : {}),
  };
  const asks = new Set<string>();
  // What a map lacks may be what a misspelt key in it was to say.
  const lacksDropped = (where: readonly PropertyKey[]) =>
    changed.some((path) => path.length === where.length + 1 && isWithin(path, where));
  const standIn = (where: readonly PropertyKey[]) =>
    changed.some((path) => isWithin(where, path)) || lacksDropped(where);
  const wrong: (readonly PropertyKey[])[] = [];
  const compiled = compileTemplate(
    value,
    known,
    (where, message) => {
      if (standIn(where)) return;
      errors.push(at(where, message));
      wrong.push(where);
    },
    (asked) => asks.add(asked),
  );
  const isEntryWrong = (key: string) => wrong.some((where) => where[0] === key && where.length <= 2);
  const sure: Readonly<Record<Parameters<TemplateOutline['isSure']>[0], boolean>> = {
    levels: isSure(['severities']) && !isEntryWrong('severities'),
    checks: isSure(['phases']) && !wrong.some((where) => where[0] === 'phases' && where.includes('check')),
    ladders: isSure(['ladders']) && !isEntryWrong('ladders'),
  };
  const isNamed = isSure(['name']) && isSure(['kind']);
  const outline: TemplateOutline | undefined = isNamed
    ? { name: value.name, kind: value.kind, compiled, isSure: (of) => sure[of] }
    : undefined;
  if (errors.length > 0) return { ok: false, errors: inOrder(errors), outline };
  return {
    ok: true,
    outline,
    value: {
      template: {
        name: value.name,
        version: value.version,
        hash: contentHash(withoutMark(raw)),
        kind: value.kind,
        isDefault: value.default === true,
        compiled,
        asks: [...asks],
      },
      at,
    },
  };
}

// Whether other parts of a template name what stands under this key, or under a key like it.
function isNeeded(key: string): boolean {
  const needed = ['kind', 'severities', 'phases', 'gates', 'ladders', 'deployment'];
  return needed.includes(key) || nearest(key, needed, 1).length > 0;
}

// Which slot of which team or service each schedule stands in, as `primary of web`.
function slotsOfSchedules(onCall: OnCallFile, services: ServicesFile | undefined): NonNullable<Names['schedules']> {
  const holders = [
    ...Object.entries(services?.teams ?? {}),
    ...Object.entries(services?.services ?? {}).map(([id, service]) => [id, service['on-call'] ?? {}] as const),
  ];
  return Object.fromEntries(
    Object.keys(onCall.schedules).map((name) => [
      name,
      holders.flatMap(([id, held]) =>
        slots.filter((slot) => [held[slot] ?? []].flat().includes(name)).map((slot) => `${slot} of ${id}`),
      ),
    ]),
  );
}

// The mark says which template a new process follows; a process that follows it is the same with
// and without the mark, so the hash is too.
// The order of the levels says which is worse, and the canonical form of an object has no order.
function withoutMark(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  const { severities } = raw as { readonly severities?: unknown };
  const levels =
    typeof severities === 'object' && severities !== null ? { severities: Object.entries(severities) } : {};
  return { ...raw, ...levels, default: undefined };
}

/**
 * Reads all templates of the folder. `outlines`: what other files may ask of them; undefined while
 * not even that is known of each.
 */
export function loadTemplates(
  folder: string,
  around: AroundTemplate,
  errors: ConfigError[],
): { readonly templates: readonly LoadedTemplate[]; readonly outlines: readonly TemplateOutline[] | undefined } {
  const templatesFolder = join(folder, 'templates');
  const { names, errors: unlisted } = filesIn(templatesFolder, 'templates', yamlEnding);
  errors.push(...unlisted);
  const found: PlacedTemplate[] = [];
  const outlines: (TemplateOutline | undefined)[] = [];
  for (const name of names) {
    const loaded = readTemplate(join(templatesFolder, name), `templates/${name}`, around);
    outlines.push(loaded.outline);
    if (!loaded.ok) errors.push(...loaded.errors);
    else if (found.some(({ template }) => template.name === loaded.value.template.name))
      errors.push(loaded.value.at(['name'], `another template is called ${loaded.value.template.name} already`));
    else found.push(loaded.value);
  }
  const isWhole = !errors.some(({ file }) => file.startsWith('templates'));
  if (isWhole && found.length === 0)
    errors.push({ file: 'templates', line: 1, column: 1, message: 'no template was found in this folder' });
  // While a template is refused, nobody can say whether the mark is missing or stands there.
  for (const kind of kinds) {
    const own = found.filter(({ template }) => template.kind === kind);
    errors.push(...markFaults(kind, own, isWhole));
  }
  errors.push(...closingFaults(found, isWhole));
  const known = outlines.flatMap((outline) => outline ?? []);
  return {
    templates: found.map(({ template }) => template),
    outlines: unlisted.length === 0 && known.length === names.length && known.length > 0 ? known : undefined,
  };
}

/** R43: the level from which incidents close gates is one that incidents have. */
function closingFaults(found: readonly PlacedTemplate[], isWhole: boolean): ConfigError[] {
  const levels = found.flatMap(({ template }) => (template.kind === 'incident' ? levelsOf(template.compiled) : []));
  if (!isWhole || levels.length === 0) return [];
  return found.flatMap(({ template, at }) => {
    const from = template.compiled.incidentsCloseGates?.from;
    const isKnown = from === undefined || levelNamed(levels, from) !== undefined;
    const message = () => unknownName('level of incidents', from ?? '', [...new Set(levels)]);
    return isKnown ? [] : [at(['incidents-close-gates'], message())];
  });
}

/** Of several templates of one kind, exactly one is marked `default: true` (R29). */
function markFaults(kind: ProcessKind, own: readonly PlacedTemplate[], isWhole: boolean): ConfigError[] {
  const [marked, ...more] = own.filter(({ template }) => template.isDefault);
  if (marked)
    return more.map(({ at }) =>
      at(
        ['default'],
        `${marked.template.name} is the default of kind ${kind} already; leave this line out, or take it out of ${marked.at([], '').file}`,
      ),
    );
  const [first, ...rest] = own;
  if (!first || rest.length === 0 || !isWhole) return [];
  const names = own.map(({ template, at }) => `${template.name} (${at([], '').file})`).join(', ');
  return [
    first.at(
      ['kind'],
      `there are ${own.length} templates of kind ${kind}, and none says which one a process follows that names none: ${names}; write \`default: true\` into one of them`,
    ),
  ];
}
