/**
 * Owns the agreement between configuration files: each name that one file uses is defined in
 * another. Knows nothing of reading files. An error is placed in the file that uses the name.
 */
import {
  listOf,
  processRoles,
  slots,
  unknownName,
  own,
  type OneOrMore,
  type Policy,
  type ProcessKind,
} from '../../domain';
import { unknownCalendar } from '../compile/calendar';
import { checkReach } from './channels';
import type { ChannelsFile } from '../files/channel-shapes';
import { isKnownZone, unknownZone } from '../compile/zone';
import { unreachable } from '../compile/on-call';
import type { OnCallFile } from '../files/on-call-shapes';
import type { ContactsFile, PeopleFile, ServicesFile } from '../files/shapes';
import type { ConfigError, Located } from '../files/yaml-file';

/** Every role that somebody has, for good or while on call (R35). */
export function rolesOf(people: PeopleFile, onCall: OnCallFile | undefined): string[] {
  const ofSchedules = Object.values(onCall?.schedules ?? {}).flatMap(({ roles = [] }) => roles);
  return [...new Set([...Object.values(people.people).flatMap(({ roles }) => roles), ...ofSchedules])];
}

/**
 * How many different people may decide at a gate of `roles`, at most. A release that affects only
 * some teams may have fewer.
 */
export function approversWith(
  people: PeopleFile,
  services: ServicesFile,
  onCall: OnCallFile | undefined,
  roles: readonly string[],
): number {
  const holders = Object.entries(people.people).flatMap(([id, person]) =>
    person.roles.some((role) => roles.includes(role)) ? [id] : [],
  );
  const onSchedules = Object.values(onCall?.schedules ?? {}).flatMap((schedule) =>
    schedule.roles?.some((role) => roles.includes(role))
      ? schedule.layers.flatMap(({ participants }) => participants.flatMap(listOf))
      : [],
  );
  return new Set([...holders, ...onSchedules, ...Object.values(services.teams).flatMap(({ approvers }) => approvers)])
    .size;
}

// Words that already have a meaning as recipients of a ladder.
export const takenWords: readonly string[] = [...slots, ...processRoles, 'owner', 'holder', 'severity', 'all above'];

/**
 * Reports ids that already mean something else, unknown zones, and entries of `reach` that cannot
 * work.
 */
export function checkPeople(people: Located<PeopleFile>, channels: ChannelsFile): ConfigError[] {
  const roles = rolesOf(people.value, undefined);
  const taken = Object.keys(people.value.people).flatMap((id) =>
    takenWords.includes(id) || roles.includes(id)
      ? [people.at(['people', id], `"${id}" is the name of a role; a person needs an id of their own`)]
      : [],
  );
  // As in on-call.yaml: a ladder that says `primary` means the slot, never the holders of a role.
  const recipients = takenWords.filter((word) => !processRoles.some((role) => role === word));
  const shadowed = Object.entries(people.value.people).flatMap(([id, { roles: own }]) =>
    own.flatMap((role, index) =>
      recipients.includes(role)
        ? [
            people.at(
              ['people', id, 'roles', index],
              `"${role}" is the name of a recipient of ladders; expected a role`,
            ),
          ]
        : [],
    ),
  );
  const zones = Object.entries(people.value.people).flatMap(([id, { zone }]) =>
    zone === undefined || isKnownZone(zone) ? [] : [people.at(['people', id, 'zone'], unknownZone(zone))],
  );
  return [...taken, ...shadowed, ...zones, ...checkReach(people, channels)];
}

/**
 * Reports names and roles that a template in force needs and that nobody has after a change of
 * people.yaml.
 */
export function checkAsked(
  people: Located<PeopleFile>,
  onCall: OnCallFile | undefined,
  templates: readonly { readonly name: string; readonly asks: readonly string[] }[],
): ConfigError[] {
  const known = [...takenWords, ...rolesOf(people.value, onCall), ...Object.keys(people.value.people)];
  return templates.flatMap(({ name, asks }) =>
    asks
      .filter((asked) => !known.includes(asked))
      .map((asked) =>
        people.at(
          ['people'],
          `nobody is called "${asked}" or has that role any more, and the template ${name} asks for it`,
        ),
      ),
  );
}

/**
 * Reports teams, people, schedules and calendars that do not exist. `people`, `schedules`,
 * `calendars`: undefined when their file cannot be read.
 */
export function checkServices(
  services: Located<ServicesFile>,
  people: PeopleFile | undefined,
  schedules: readonly string[] | undefined,
  calendars: readonly string[] | undefined,
): ConfigError[] {
  const persons = people && Object.keys(people.people);
  const teams = Object.keys(services.value.teams);
  const errors: ConfigError[] = [];
  const team = (path: PropertyKey[], name: string) => {
    if (!teams.includes(name)) errors.push(services.at(path, unknownName('team', name, teams)));
  };
  const person = (path: PropertyKey[], name: string) => {
    if (persons?.includes(name) === false) errors.push(services.at(path, unknownName('person', name, persons)));
  };
  const onCall = (path: PropertyKey[], slot: OneOrMore | undefined) =>
    listOf(slot).forEach((name, index, all) => {
      const place = typeof slot === 'string' ? path : [...path, index];
      if (all.indexOf(name) < index) errors.push(services.at(place, `${name} is listed twice`));
      else inSlot(place, name);
    });
  const inSlot = (path: PropertyKey[], name: string) => {
    if (persons === undefined || schedules?.includes(name)) return;
    if (persons.includes(name)) {
      if (people?.people[name]?.reach.length === 0) errors.push(services.at(path, unreachable(name)));
      return;
    }
    if (schedules === undefined) return;
    const what = schedules.length === 0 ? 'person' : 'person or schedule';
    errors.push(services.at(path, unknownName(what, name, [...persons, ...schedules])));
  };
  team(['default-team'], services.value['default-team']);
  for (const [id, entry] of Object.entries(services.value.teams)) {
    for (const slot of slots) onCall(['teams', id, slot], entry[slot]);
    entry.approvers.forEach((name, index) => person(['teams', id, 'approvers', index], name));
    const { calendar } = entry;
    if (calendar !== undefined && calendars?.includes(calendar) === false)
      errors.push(services.at(['teams', id, 'calendar'], unknownCalendar(calendar, calendars)));
  }
  for (const [id, entry] of Object.entries(services.value.services)) {
    team(['services', id, 'team'], entry.team);
    entry.owners?.forEach((name, index) => person(['services', id, 'owners', index], name));
    for (const slot of slots) onCall(['services', id, 'on-call', slot], entry['on-call']?.[slot]);
  }
  return errors;
}

/** Reports contacts and tools of a service that does not exist: they would never be shown. */
export function checkContacts(contacts: Located<ContactsFile>, { services }: ServicesFile): ConfigError[] {
  const known = Object.keys(services);
  return (['contacts', 'tools'] as const).flatMap((section) =>
    Object.entries(contacts.value[section]).flatMap(([id, contact]) =>
      (contact.services ?? []).flatMap((name, index) =>
        known.includes(name)
          ? []
          : [contacts.at([section, id, 'services', index], unknownName('service', name, known))],
      ),
    ),
  );
}

/**
 * Reports levels that are not among those of all templates: a tool would wait for them for ever.
 */
export function checkLevels(file: Located<ChannelsFile>, levels: readonly string[]): ConfigError[] {
  const { channels, follow, conference } = file.value;
  const check = (path: readonly PropertyKey[], names: readonly string[] = []) =>
    names.flatMap((name, index) =>
      levels.includes(name) ? [] : [file.at([...path, index], unknownName('severity', name, levels))],
    );
  const mapped = Object.entries(channels).flatMap(([id, channel]) =>
    levelMaps.flatMap((key) =>
      Object.keys(own<unknown>({ ...channel }, key) ?? {})
        .filter((name) => !levels.includes(name))
        .map((name) => file.at(['channels', id, key, name], unknownName('severity', name, levels))),
    ),
  );
  return [
    ...follow.flatMap(({ incidents }, index) =>
      incidents === 'all' ? [] : check(['follow', index, 'incidents'], incidents),
    ),
    ...check(['conference', 'severities'], conference?.severities),
    ...mapped,
  ];
}
const levelMaps = ['severities', 'priorities', 'impacts'] as const;

/**
 * Reports templates that services or labels name and that are not `known`, and those that nothing
 * would follow: a second one of a kind, and one of releases for a label (R29).
 */
export function checkFollowed(
  file: Located<ServicesFile>,
  known: readonly { readonly name: string; readonly kind: ProcessKind }[],
): ConfigError[] {
  const kindOf = (name: string) => known.find((template) => template.name === name)?.kind;
  return (['services', 'labels'] as const).flatMap((section) =>
    Object.entries(file.value[section]).flatMap(([id, { template = [] }]) => {
      const names = typeof template === 'string' ? [template] : template;
      const path = [section, id, 'template'];
      return names.flatMap((name, index) => {
        const kind = kindOf(name);
        if (kind === undefined)
          return [
            file.at(
              path,
              unknownName(
                'template',
                name,
                known.map((one) => one.name),
              ),
            ),
          ];
        if (section === 'labels' && kind === 'release')
          return [file.at(path, `only incidents have labels, and ${name} is a template of releases; leave it out`)];
        const before = names.slice(0, index).find((other) => kindOf(other) === kind);
        return before === undefined
          ? []
          : [
              file.at(
                [...path, index],
                `${before} and ${name} are both of kind ${kind}, and a process follows one; leave one of the two out`,
              ),
            ];
      });
    }),
  );
}

/** Reports ladders that teams name and that no incident template has (R30). */
export function checkTeamLadders(
  file: Located<ServicesFile>,
  templates: readonly { readonly kind: ProcessKind; readonly compiled: Pick<Policy, 'namedLadders'> }[],
): ConfigError[] {
  const known = templates.flatMap(({ kind, compiled }) =>
    kind === 'incident' ? Object.keys(compiled.namedLadders ?? {}) : [],
  );
  return Object.entries(file.value.teams).flatMap(([id, { ladder }]) =>
    ladder === undefined || known.includes(ladder)
      ? []
      : [
          file.at(
            ['teams', id, 'ladder'],
            `${unknownName('ladder', ladder, known)}; its rungs stand under ladders in a template of incidents`,
          ),
        ],
  );
}
