/**
 * Owns what of alerts.yaml cannot work: a source without a way to be read, a name that nothing has,
 * a rule that no alert reaches. What senders have to show is looked at in alert-proofs.ts.
 */
import { fitsGlob, labelPlace, levelNamed, listOf, nearest, titlePlaces, unknownName } from '../../domain';
import { alertPresets, changePresets, presetMapping } from '../alert-presets';
import { compileChangeMap, compileMapping } from '../compile/alert-mapping';
import type { AlertsFile, DeploymentsFile, SourceFile } from '../files/alert-shapes';
import type { ConfigError, Located } from '../files/yaml-file';
import { checkPager, checkSameKeys, checkSecrets, checkTopics, sure } from './alert-proofs';

/** The names that alerts.yaml may use; undefined where a file is wrong, so nothing is checked. */
export interface AroundAlerts {
  readonly services?: readonly string[];
  readonly people?: readonly string[];
  /**
   * Whom `unmatched-to` may name: people, roles, teams, schedules, audiences that are not public.
   */
  readonly readers?: readonly string[];
  /** The templates of incidents. */
  readonly templates?: readonly string[];
  /** The levels of all of them. */
  readonly levels?: readonly string[];
  /** The checks of the templates of releases. */
  readonly checks?: readonly string[];
}

/** The faults of alerts.yaml. `env`: where secrets are looked up; null: they are not. */
export function checkAlerts(
  file: Located<AlertsFile>,
  around: AroundAlerts,
  env: NodeJS.ProcessEnv | null,
): ConfigError[] {
  const { sources, rules } = file.value;
  const names = Object.keys(sources);
  return [
    ...checkDeployments(file, around, env),
    ...checkSameKeys(file, env),
    ...Object.entries(sources).flatMap(([id, source]) => [
      ...checkReading(file, id, source),
      ...checkSecrets(file, ['sources', id], source, env),
      ...checkTopics(file, id, source),
      ...checkPager(file, id, source),
      ...checkNames(file, ['sources', id], source, around),
      ...Object.entries(source.severities).flatMap(([word, level]) =>
        levelFault(file, ['sources', id, 'severities', word], level, around),
      ),
      ...nameFault(file, ['sources', id], id, around),
    ]),
    ...rules.flatMap((rule, index) => [
      ...checkNames(file, ['rules', index], rule, around),
      ...listOf(rule.when.source)
        .filter((glob) => !names.some((name) => fitsGlob(glob, name)))
        .map((glob) => file.at(['rules', index, 'when', 'source'], unknownName('source', glob, names))),
      ...uselessFields(file, index, rule),
      ...titleFaults(file, index, rule.title),
    ]),
    ...checkReached(file, ['rules'], rules, ['rule', 'alert']),
    ...listOf(file.value['unmatched-to'])
      .filter((name) => around.readers?.includes(name) === false)
      .map((name) => file.at(['unmatched-to'], unknownName('recipient', name, around.readers ?? []))),
  ];
}

// A source acts under its own name, and tells of changes under it.
function nameFault(
  file: Located<AlertsFile>,
  path: readonly PropertyKey[],
  id: string,
  { people }: AroundAlerts,
): ConfigError[] {
  if (id === 'muster') return [file.at(path, 'muster is Muster itself; expected another name')];
  if (people?.includes(id) !== true) return [];
  return [file.at(path, `${id} is a person of people.yaml; the timeline could not tell the two apart`)];
}

function checkDeployments(
  file: Located<AlertsFile>,
  around: AroundAlerts,
  env: NodeJS.ProcessEnv | null,
): ConfigError[] {
  const { sources, deployments } = file.value;
  return Object.entries(deployments).flatMap(([id, source]) => {
    const path = ['deployments', id];
    return [
      ...checkChangeReading(file, path, source),
      ...checkSecrets(file, path, source, env),
      ...checkNames(file, path, { service: source.service }, around),
      ...Object.entries(source.services).flatMap(([word, service]) =>
        unknownFault(file, [...path, 'services', word], 'service', service, around.services),
      ),
      ...Object.entries(source.checks).flatMap(([word, check]) =>
        unknownFault(file, [...path, 'checks', word], 'check', check, around.checks),
      ),
      ...nameFault(file, path, id, around),
      ...(Object.hasOwn(sources, id) ? [file.at(path, `sources has ${id} too; expected another name`)] : []),
    ];
  });
}

function checkChangeReading(
  file: Located<AlertsFile>,
  path: readonly PropertyKey[],
  { preset, map }: DeploymentsFile,
): ConfigError[] {
  if ((preset === undefined) === (map === undefined))
    return sure(file, path, [file.at(path, `expected either preset or map; presets are ${changePresets.join(', ')}`)]);
  if (preset !== undefined) return unknownFault(file, [...path, 'preset'], 'preset', preset, changePresets);
  const faults = compileChangeMap(map!).faults.map((fault) => file.at([...path, 'map', ...fault.path], fault.message));
  const { messages } = map!;
  const incomplete = messages.flatMap(({ what, state, check, title }, index) => {
    const at = [...path, 'map', 'messages', index];
    return sure(file, at, [
      ...((what === 'deployment' || what === 'check') && state === undefined
        ? [file.at(at, 'expected state: which words mean success, and which failure')]
        : []),
      ...(what === 'check' && check === undefined ? [file.at(at, 'expected check: where its name stands')] : []),
      ...(what === 'change' && title === undefined
        ? [file.at(at, 'expected title: a change without one is not read')]
        : []),
    ]);
  });
  const unreached = checkReached(file, [...path, 'map', 'messages'], messages, ['entry', 'message']);
  return [...faults, ...incomplete, ...unreached];
}

function unknownFault(
  file: Located<AlertsFile>,
  path: readonly PropertyKey[],
  field: string,
  name: string | undefined,
  known: readonly string[] | undefined,
): ConfigError[] {
  if (name === undefined || known === undefined || known.includes(name)) return [];
  return [file.at(path, unknownName(field, name, known))];
}

function checkReading(file: Located<AlertsFile>, id: string, { preset, map }: SourceFile): ConfigError[] {
  const path = ['sources', id];
  if ((preset === undefined) === (map === undefined))
    return sure(file, path, [file.at(path, `expected either preset or map; presets are ${alertPresets.join(', ')}`)]);
  if (preset !== undefined)
    return presetMapping(preset) === undefined
      ? [file.at([...path, 'preset'], unknownName('preset', preset, alertPresets))]
      : [];
  const { faults, mapping } = compileMapping(map!);
  return [
    ...faults.map((fault) => file.at([...path, 'map', ...fault.path], fault.message)),
    ...sure(
      file,
      [...path, 'map'],
      [
        ...(mapping.key === undefined && !mapping.variants?.every(({ key }) => key !== undefined)
          ? [file.at([...path, 'map'], 'expected key: without an identity no alert can end')]
          : []),
        ...(mapping.state === undefined && !mapping.variants?.every(({ state }) => state !== undefined)
          ? [file.at([...path, 'map'], 'expected state: which words mean that the alert fires, and that it has ended')]
          : []),
      ],
    ),
  ];
}

type Named = {
  readonly service?: string | undefined;
  readonly template?: string | undefined;
  readonly severity?: string | undefined;
};
function checkNames(
  file: Located<AlertsFile>,
  path: readonly PropertyKey[],
  { service, template, severity }: Named,
  around: AroundAlerts,
): ConfigError[] {
  const unknown = (field: string, name: string | undefined, known: readonly string[] | undefined) =>
    unknownFault(file, [...path, field], field, name, known);
  return [
    ...unknown('service', service, around.services),
    ...unknown('template', template, around.templates),
    ...(severity === undefined ? [] : levelFault(file, [...path, 'severity'], severity, around)),
  ];
}

function levelFault(
  file: Located<AlertsFile>,
  path: readonly PropertyKey[],
  level: string,
  { levels }: AroundAlerts,
): ConfigError[] {
  if (levels === undefined || levelNamed(levels, level) !== undefined) return [];
  return [file.at(path, unknownName('severity', level, levels))];
}

// What a rule says in vain is a slip.
function uselessFields(file: Located<AlertsFile>, index: number, rule: AlertsFile['rules'][number]): ConfigError[] {
  const vain = {
    ignore: ['service', 'severity', 'template', 'title', 'for', 'group', 'resolve-after'],
    join: ['template', 'title', 'for', 'group'],
    open: [],
  } as const satisfies Record<typeof rule.do, readonly (keyof typeof rule)[]>;
  return vain[rule.do]
    .filter((field) => rule[field] !== undefined)
    .map((field) =>
      file.at(['rules', index, field], `${field} means nothing in a rule with do: ${rule.do}; take it out`),
    );
}

// A place that is misspelt would stand in the title of an incident as it is.
function titleFaults(file: Located<AlertsFile>, index: number, title = ''): ConfigError[] {
  const unknown = [...title.matchAll(/[{]([^{}]*)[}]/g)].map(([, name = '']) => name).filter((name) => !isPlace(name));
  return unknown.map((name) => file.at(['rules', index, 'title'], `unknown place {${name}}; ${placeMeant(name)}`));
}
const isPlace = (name: string): boolean =>
  titlePlaces.some((place) => place === name) || (name.startsWith(labelPlace) && name.length > labelPlace.length);

function placeMeant(name: string): string {
  const known = [...titlePlaces, `${labelPlace}NAME`].map((place) => `{${place}}`).join(', ');
  const [, label] = /^\s*(?:labels?|annotations?|tags?)\s*[.:]\s*(\S+)\s*$/i.exec(name) ?? [];
  if (label !== undefined) return `did you mean {${labelPlace}${label}}?`;
  const [close] = nearest(name.trim(), titlePlaces, 1);
  if (close !== undefined) return `did you mean {${close}}?`;
  return /^\w[\w.-]*$/.test(name) && !name.startsWith(labelPlace)
    ? `did you mean {${labelPlace}${name}}? known: ${known}`
    : `known: ${known}`;
}

// An entry that takes everything leaves nothing to those behind it.
function checkReached(
  file: Located<AlertsFile>,
  path: readonly PropertyKey[],
  entries: readonly { readonly when: object }[],
  [entry, taken]: readonly [entry: string, taken: string],
): ConfigError[] {
  const last = entries.findIndex(({ when }, index) => Object.keys(when).length === 0 && file.isSure([...path, index]));
  if (last < 0 || last === entries.length - 1) return [];
  return [
    file.at(
      [...path, last + 1],
      `${entry} ${last + 1} takes every ${taken}, so none reaches this one; move ${entry} ${last + 1} to the end`,
    ),
  ];
}
