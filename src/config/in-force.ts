/**
 * Owns what processes get of a loaded configuration: the policy that a new process copies, and the
 * directory in which recipients are looked up.
 */
import {
  type ByTeam,
  type ConferencePolicy,
  type Policy,
  type Instant,
  type Contact,
  type ProcessKind,
  type Directory,
  type Severity,
  type Beginning,
  type CommandBody,
  closingLevels,
  dayMs,
  followedTemplate,
  levelNamed,
  levelProblem,
  levelsOf,
  worseHalf,
  worstLevel,
} from '../domain';
import { compileCalendars } from './compile/calendar';
import { drillChannelsOf, followersOf, isPager } from './checks/channel-types';
import { given } from '../given';
import { type Config, type LoadedTemplate } from './loaded';
import type { ServicesFile } from './files/shapes';
import { compileSchedules } from './compile/on-call';

/**
 * The templates of a kind: the one marked `default: true` first, then by file name. A new process
 * follows the first, unless its body names another.
 */
export function templatesOf({ templates }: Pick<Config, 'templates'>, kind: ProcessKind): LoadedTemplate[] {
  const own = templates.filter((template) => template.kind === kind);
  return [...own.filter(({ isDefault }) => isDefault), ...own.filter(({ isDefault }) => !isDefault)];
}

/**
 * The policy that a process starting at `now` copies, with the calendars and ladders that teams
 * name in `config` (R30, R32): from the template called `template`, which must exist, or from the
 * default template of its kind.
 */
export function policyOf(config: Config, kind: ProcessKind, now: Instant, template?: string): Policy {
  const { name, version, hash, compiled } = templatesOf(config, kind).find(
    (one) => template === undefined || one.name === template,
  )!;
  const levels = levelsOf(compiled);
  const audiences = Object.fromEntries(
    Object.entries(config.channels.audiences).map(([id, audience]) => [
      id,
      {
        public: audience.public,
        autoPublish: audience['auto-publish'],
        channels: audience.channels,
        ...given({ notes: audience.notes }),
      },
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
    followers: followersOf(config.channels, levels),
    ...given({ conference: conferenceOf(config, levels) }),
    ...calendarsFor(config, compiled, now),
    ...(kind === 'incident' ? given({ teamLadders: teamLaddersFor(config, compiled) }) : {}),
    contacts,
    joinsPages: true,
    ...(kind === 'incident' ? { pagesRaises: true as const } : {}),
    signalsClaimNothing: true,
  };
}

// R32. Only the calendars that the template or a team names, because each process keeps them.
function calendarsFor(
  { calendar, services }: Pick<Config, 'calendar' | 'services'>,
  { severities }: Pick<Policy, 'severities'>,
  now: Instant,
): Pick<Policy, 'calendar' | 'calendars' | 'teamCalendars'> {
  const teamCalendars = byTeam(services, ({ calendar: name }) => name);
  const named = Object.values(severities).flatMap((severity) => severity.calendar ?? []);
  return {
    ...compileCalendars(calendar, now, [...named, ...Object.values(teamCalendars?.of ?? {})]),
    ...given({ teamCalendars }),
  };
}

// R30. A team's ladder that this template does not have is that of another one.
function teamLaddersFor(
  { services }: Pick<Config, 'services'>,
  { namedLadders = {} }: Pick<Policy, 'namedLadders'>,
): ByTeam | undefined {
  return byTeam(services, ({ ladder }) =>
    ladder !== undefined && Object.hasOwn(namedLadders, ladder) ? ladder : undefined,
  );
}

/**
 * R43. Whether an incident at the level `severity` closes the gates of some releases, by the
 * templates of now. `levels`: those of its own template, where they are known.
 */
export function mayCloseGates(
  { templates }: Pick<Config, 'templates'>,
  { severity, levels }: { readonly severity: Severity; readonly levels?: readonly Severity[] },
): boolean {
  const rules = templates.flatMap(({ compiled }) => compiled.incidentsCloseGates ?? []);
  const ladders =
    levels === undefined
      ? templates.filter(({ kind }) => kind === 'incident').map(({ compiled }) => levelsOf(compiled))
      : [levels];
  // A level of which no template knows any more may be any.
  const isUnknown = !ladders.some((ladder) => ladder.includes(severity));
  return rules.some(
    ({ from }) => isUnknown || ladders.some((ladder) => closingLevels(ladder, from).includes(severity)),
  );
}

type TeamFile = ServicesFile['teams'][string];
// What each team names; undefined when none names anything.
function byTeam(
  { teams, 'default-team': byDefault }: ServicesFile,
  nameOf: (team: TeamFile) => string | undefined,
): ByTeam | undefined {
  const of = Object.fromEntries(
    Object.entries(teams).flatMap(([id, team]) => {
      const name = nameOf(team);
      return name === undefined ? [] : [[id, name]];
    }),
  );
  return Object.keys(of).length === 0 ? undefined : { of, ...given({ byDefault: of[byDefault] }) };
}

// Without a setting, those for whom minutes count meet at once: the worse half of the levels.
function conferenceOf({ channels: { conference } }: Config, levels: readonly Severity[]): ConferencePolicy | undefined {
  const severities = conference?.severities ?? worseHalf(levels);
  return conference && { url: conference.url, severities };
}

/**
 * The policy of a process that begins with `body` at `now`, or why there can be none: no template
 * of its kind, no such template, no such level.
 */
export function followedPolicy(
  config: Config,
  directory: Directory,
  kind: ProcessKind,
  now: Instant,
  body: Beginning & { readonly severity?: string },
): Policy | string {
  const known = templatesOf(config, kind).map(({ name }) => name);
  const followed = followedTemplate(kind, body, directory, known);
  if (!followed.ok) return followed.message;
  const policy = policyOf(config, kind, now, followed.template);
  return (body.severity === undefined ? undefined : levelProblem(policy, body.severity)) ?? policy;
}

/** How an incident begins that has to begin. `body` says what had to change, and why. */
export interface Begun {
  readonly policy: Policy;
  readonly body: CommandBody<'declare'>;
}
/**
 * As `followedPolicy`, for an incident that Muster itself declares because the one before is over
 * (R10): its template or its level may be gone from the files since. Without the template it
 * follows the one that its labels and services name, without the level it counts as the worst,
 * because somebody has to be asked; its description says so. A string: no incident can begin here
 * at all.
 */
export function policyInAnyCase(
  config: Config,
  directory: Directory,
  now: Instant,
  body: CommandBody<'declare'>,
): Begun | string {
  const policy = followedPolicy(config, directory, 'incident', now, body);
  if (typeof policy !== 'string') return { policy, body };
  const { severity, template, ...others } = body;
  const followed = [
    ...(template === undefined ? [] : [followedPolicy(config, directory, 'incident', now, { ...others, template })]),
    followedPolicy(config, directory, 'incident', now, others),
  ].find((one) => typeof one !== 'string');
  if (followed === undefined) return policy;
  const level = levelNamed(levelsOf(followed), severity) ?? worstLevel(followed);
  const { name } = followed.template;
  const instead = `It follows ${name} as ${level}, because it could not begin as ${severity}${template === undefined || template === name ? '' : ` of ${template}`} (${policy}).`;
  const description = [instead, ...(body.description === undefined ? [] : [body.description])].join('\n\n');
  return { policy: followed, body: { ...others, template: name, severity: level, description } };
}

const listOf = (one: string | readonly string[] | undefined) => (typeof one === 'string' ? [one] : one);

/**
 * How many days ahead the schedules of a directory are compiled. `schedules` of live-directory.ts
 * compiles more on demand.
 */
export const schedulesAheadDays = 800;
/**
 * The directory, in which recipients are looked up when a page is due. `calendar`: for schedules
 * that name no zone, and for layers that name a calendar (R32). `now`: the schedules are compiled
 * for `schedulesAheadDays` from then on.
 */
export function directoryOf(
  {
    people,
    services,
    onCall,
    channels,
    calendar,
  }: Pick<Config, 'people' | 'services' | 'onCall' | 'calendar' | 'channels'>,
  now: Instant,
): Directory {
  return {
    people: people.people as Directory['people'],
    teams: services.teams as Directory['teams'],
    services: Object.fromEntries(
      Object.entries(services.services).map(([id, { 'status-page': statusPage, template, ...service }]) => [
        id,
        { ...service, ...given({ statusPage, templates: listOf(template) }) },
      ]),
    ) as Directory['services'],
    labels: Object.fromEntries(
      Object.entries(services.labels).map(([id, { template }]) => [id, given({ templates: listOf(template) })]),
    ),
    defaultTeam: services['default-team'],
    pagers: Object.keys(channels.channels).filter((name) => isPager(channels, name)),
    audiences: channels.audiences as NonNullable<Directory['audiences']>,
    schedules: compileSchedules(onCall, calendar, now + schedulesAheadDays * dayMs),
  };
}
