/**
 * Owns how a scenario begins: names that must be known, the input of the start, and the channels
 * that do not work. Knows nothing of the steps that follow.
 */
import type { ProcessKind } from '../../contracts/command-table';
import {
  scenarioFields,
  scenarioFieldsOf,
  type ScenarioFieldName,
  type ScenarioText,
} from '../../contracts/rehearsal-fields';
import {
  actorFacts,
  followedTemplate,
  levelsOf,
  teamsOf,
  unknownName,
  worstLevel,
  type Directory,
  type Instant,
  type Policy,
  type Script,
} from '../../domain';
import type { ScenarioFault, ScenarioWorld } from './faults';
import { given } from '../../given';

const ids = { incident: 'INC-rehearsed', release: 'REL-rehearsed' } as const;
const defaultTitles = { incident: 'Rehearsed incident', release: 'Rehearsed release' } as const;

/** The entries of a field; empty when the field is absent. */
export function entriesOf(text: ScenarioText, field: ScenarioFieldName): readonly string[] {
  const value = text[field];
  return Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : [];
}
/** The text of a field that is no list. */
export function entryOf(text: ScenarioText, field: ScenarioFieldName): string | undefined {
  const value = text[field];
  return typeof value === 'string' ? value : undefined;
}

/** Fields that belong to the other kind of process, and unknown names. */
export function nameFaults(
  kind: ProcessKind,
  text: ScenarioText,
  { people, services }: Directory,
  { channels, templates }: { readonly channels: readonly string[]; readonly templates: readonly string[] },
): ScenarioFault[] {
  const own = scenarioFieldsOf(kind).map(([field]) => field);
  const foreign = (Object.keys(text) as ScenarioFieldName[])
    .filter((field) => text[field] !== undefined && !own.includes(field))
    .map((field) => ({ field, message: `only ${kind === 'incident' ? 'a release' : 'an incident'} has this` }));
  const unknown = (field: ScenarioFieldName, what: string, names: readonly string[]): ScenarioFault[] =>
    entriesOf(text, field).flatMap((name, index) =>
      names.includes(name) ? [] : [{ field, index, message: unknownName(what, name, names) }],
    );
  return [
    ...foreign,
    ...unknown('template', `${kind} template`, templates),
    ...unknown('services', 'service', Object.keys(services)),
    ...unknown('strategy', 'strategy', scenarioFields.strategy.values),
    ...(['by', 'absent', 'commander'] as const).flatMap((field) => unknown(field, 'person', Object.keys(people))),
    ...entriesOf(text, 'broken').flatMap((entry, index): ScenarioFault[] => {
      const message = wayFault(entry, people, channels);
      return message === undefined ? [] : [{ field: 'broken', index, message }];
    }),
  ];
}

function wayFault(entry: string, people: Directory['people'], channels: readonly string[]): string | undefined {
  const [first = '', second, ...more] = entry.split('/');
  if (more.length > 0) return `expected a channel, or person/channel, found "${entry.slice(0, 60)}"`;
  const channel = second ?? first;
  if (!channels.includes(channel)) return unknownName('channel', channel, channels);
  return second === undefined || Object.hasOwn(people, first)
    ? undefined
    : unknownName('person', first, Object.keys(people));
}

/**
 * The levels of an incident about these services, as `roll-back` declares one; none where the
 * folder has no template of incidents.
 */
export function declaredLevels(
  text: ScenarioText,
  world: ScenarioWorld,
  directory: Directory,
  at: Instant,
): readonly string[] {
  if (text.rollBack === undefined && text.incident === undefined) return [];
  const beginning = { services: entriesOf(text, 'services'), labels: [] };
  const followed = followedTemplate('incident', beginning, directory, world.templates('incident'));
  return followed.ok ? levelsOf(world.policyAt('incident', at, followed.template)) : [];
}

/** The input with which the process begins. `target`: only for a release. */
export function startInput(
  kind: ProcessKind,
  text: ScenarioText,
  world: Pick<ScenarioWorld, 'actor'>,
  begun: { at: Instant; target: Instant | undefined; policy: Policy; directory: Directory },
): Script['input'] {
  const { at, target, policy, directory } = begun;
  // Whoever acts in a release has planned it, unless the caller says who asks.
  const planner = kind === 'release' ? entryOf(text, 'by') : undefined;
  const services = [...new Set(entriesOf(text, 'services'))];
  const actor = actorFacts(world.actor ?? planner ?? 'anonymous', directory, at);
  const common = { id: ids[kind], at, actor, policy, teams: teamsOf(services, directory) };
  const title = entryOf(text, 'title') ?? defaultTitles[kind];
  const severity = entryOf(text, 'severity');
  const labels = entriesOf(text, 'labels');
  const [commander, strategy] = [entryOf(text, 'commander'), entryOf(text, 'strategy')];
  if (kind === 'incident')
    return {
      kind,
      ...common,
      body: {
        title,
        severity: severity ?? worstLevel(policy),
        services,
        ...(text.customerFacing === true ? { customerFacing: true } : {}),
        ...given({ commander }),
        ...(labels.length === 0 ? {} : { labels: [...labels] }),
      },
    };
  return {
    kind,
    ...common,
    body: {
      title,
      services,
      targetAt: new Date(target!).toISOString(),
      ...given({ severity, strategy: strategy as 'canary' | undefined }),
    },
  };
}

/** The channels and people that refuse messages at once and for good, with the reason. */
export function brokenWays(text: ScenarioText, { people }: Directory, channels: readonly string[]): Script['broken'] {
  const absent = entriesOf(text, 'absent').flatMap((person) =>
    channels.map((channel) => [`${person}/${channel}`, `${people[person]?.name ?? person} is absent`] as const),
  );
  return new Map([
    ...absent,
    ...entriesOf(text, 'broken').map((entry) => [entry, 'broken in this rehearsal'] as const),
  ]);
}
