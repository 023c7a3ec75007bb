/**
 * Owns the scenarios of a configuration, config/rehearsals/*.yaml, and the world in which they are
 * read: directory, calendar and policy of the folder. Every error has file, line and column; a
 * rehearsal finds contradictions.
 */
import { join } from 'node:path';
import { z } from 'zod';
import {
  commandsFor,
  commandTable,
  type CommandSpec,
  type ProcessCommandName,
  type ProcessKind,
} from '../../contracts/command-table';
import { scenarioFields, type ScenarioFieldName, type ScenarioText } from '../../contracts/rehearsal-fields';
import { incidentStatuses, releaseStatuses } from '../../contracts/view';
import {
  rehearse,
  unexpectedRefusals,
  type Directory,
  type Expectation,
  type Instant,
  type Rehearsal,
  type Script,
  type ScriptStep,
} from '../../domain';
import { compileCalendar, compileCalendars } from '../compile/calendar';
import { compileFreezes } from '../compile/freezes';
import { readExpectation } from './expectation-text';
import { words } from '../files/field-shapes';
import { filesIn, yamlEnding } from '../files/folder-files';
import { directoryOf, policyOf, templatesOf } from '../in-force';
import { type Config, type LoadedTemplate } from '../loaded';
import { readScenario } from './scenario';
import { contradictionsOf } from './refusals';
import { readYaml, type ConfigError, type Located } from '../files/yaml-file';
import type { ScenarioPlace, ScenarioWorld } from './faults';
import { camelCase } from '../../contracts/camel-case';
import { given } from '../../given';

/** The folder of scenarios within a configuration. */
export const rehearsalsFolder = 'rehearsals';

/**
 * The world of `config` at `now`. `template`: replaces the default template of its kind, and the
 * template of its name.
 */
export function worldOf(
  config: Config,
  now: Instant,
  more: { readonly template?: LoadedTemplate; readonly actor?: string } = {},
): ScenarioWorld {
  const { template, actor } = more;
  const used =
    template === undefined ? config : { ...config, templates: [{ ...template, isDefault: true }, ...config.templates] };
  return {
    directoryAt: (at: Instant): Directory => directoryOf(config, Math.max(now, at)),
    channels: Object.keys(config.channels.channels),
    calendarAt: (at) => compileCalendar(config.calendar, at),
    calendarsAt: (at) => compileCalendars(config.calendar, at),
    freezes: (from, to) => compileFreezes(config.freezes, config.calendar, from, to),
    templates: (kind) => [...new Set(templatesOf(used, kind).map(({ name }) => name))],
    policyAt: (kind, at, named) => policyOf(used, kind, at, named),
    now,
    ...given({ actor }),
  };
}

/** As `worldOf`, but each process follows `template`, also when its scenario names another. */
export function worldUnder(...of: Parameters<typeof worldOf>): ScenarioWorld {
  const world = worldOf(...of);
  return { ...world, policyAt: (kind, at) => world.policyAt(kind, at) };
}

/** The key in files for a field: `severity-at` for `severityAt`. */
export function keyOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const texts = z.union([z.string(), z.array(z.string()).max(100, 'expected at most 100 entries')]);
function shapeOf(
  field: (typeof scenarioFields)[ScenarioFieldName] & { list?: true; values?: readonly string[] },
): z.ZodType {
  if (field.type === 'boolean') return z.boolean();
  if (field.values) return z.enum(field.values as [string, ...string[]]);
  return field.list ? texts : z.string().max(200);
}
export const rehearsalShape = z.strictObject({
  kind: z.enum(['incident', 'release']),
  about: words.optional().describe('what the scenario shows'),
  ...Object.fromEntries(
    Object.entries(scenarioFields).map(([name, field]) => [
      keyOf(name),
      shapeOf(field).describe(field.about).optional(),
    ]),
  ),
  at: z
    .string({ error: 'expected an instant such as 2026-12-24T23:30, in quotes or not' })
    .describe(scenarioFields.at.about),
  expect: z
    .array(z.string())
    .max(100, 'expected at most 100 lines')
    .default([])
    .describe('statements that must hold, as in docs/rehearsals.md'),
});

export interface LoadedScenario {
  readonly file: string;
  readonly kind: ProcessKind;
  readonly about?: string;
  readonly text: ScenarioText;
  readonly script: Script;
  readonly rehearsal: Rehearsal;
  /** Where a step was written. */
  readonly placeOf: (step: ScriptStep) => { readonly line: number; readonly column: number };
  readonly expect: readonly {
    readonly text: string;
    readonly line: number;
    readonly column: number;
    readonly value: Expectation;
  }[];
}
export type LoadedScenarios = {
  readonly scenarios: readonly LoadedScenario[];
  readonly errors: readonly ConfigError[];
};

/**
 * Reads the scenarios of `folder` against `config`; `called`: how the folder is called in errors.
 */
export function loadScenarios(
  config: Config,
  folder: string,
  called: string,
  now: Instant,
  template?: LoadedTemplate,
): LoadedScenarios {
  const scenarios: LoadedScenario[] = [];
  const errors: ConfigError[] = [];
  const world = worldOf(config, now, given({ template }));
  const { names, errors: unlisted } = filesIn(folder, called, yamlEnding);
  errors.push(...unlisted);
  for (const name of names) {
    const loaded = loadScenario(config, join(folder, name), join(called, name), world);
    scenarios.push(...loaded.scenarios);
    errors.push(...loaded.errors);
  }
  return { scenarios, errors };
}

/**
 * What is wrong with the scenarios of `folder` by themselves, while nothing can be said of the
 * configuration in which they are read.
 */
export function scenarioShapeFaults(folder: string, called: string): ConfigError[] {
  const { names, errors } = filesIn(folder, called, yamlEnding);
  const reads = names.map((name) => readYaml(join(folder, name), join(called, name), rehearsalShape));
  return [...errors, ...reads.flatMap((read) => (read.ok ? [] : read.errors))];
}

/** The names of a command in `refused ...`: its name and the aliases of the command line. */
function commandWords(kind: ProcessKind): Map<string, ProcessCommandName> {
  const table: Readonly<Record<string, CommandSpec>> = commandTable;
  return new Map(
    commandsFor(kind).flatMap((name) => [name, ...(table[name]?.alias ?? [])].map((word) => [word, name] as const)),
  );
}

/** Reads one scenario file. */
export function loadScenario(config: Config, path: string, name: string, world: ScenarioWorld): LoadedScenarios {
  const read = readYaml(path, name, rehearsalShape);
  if (!read.ok) return { scenarios: [], errors: read.errors };
  const file = read.file as Located<{ kind: ProcessKind; about?: string; expect: string[] } & Record<string, unknown>>;
  const { kind, about, expect, ...rest } = file.value;
  const text = Object.fromEntries(Object.entries(rest).map(([key, value]) => [camelCase(key), value])) as ScenarioText;
  const placed = ({ field, index }: ScenarioPlace, message: string) =>
    file.at([keyOf(field), ...(index !== undefined && Array.isArray(text[field]) ? [index] : [])], message);
  const scenario = readScenario(kind, text, world);
  if (!scenario.ok) return { scenarios: [], errors: scenario.faults.map((fault) => placed(fault, fault.message)) };
  const errors: ConfigError[] = [];
  const { script, places, moments, deadlines } = scenario;
  const { at } = script.input;
  const names = {
    people: Object.keys(config.people.people),
    audiences: Object.keys(config.channels.audiences),
    deadlines,
    commands: commandWords(kind),
    statuses: kind === 'incident' ? [...incidentStatuses] : [...releaseStatuses],
  };
  const expected = expect.flatMap((line, index) => {
    const one = readExpectation(line, names, { ...moments, until: script.until });
    const place = file.at(['expect', index], one.ok ? '' : one.message);
    if (!one.ok) errors.push(place);
    return one.ok ? [{ text: line, line: place.line, column: place.column, value: one.value }] : [];
  });
  if (errors.length > 0) return { scenarios: [], errors };
  const rehearsal = rehearse(script);
  const refused = unexpectedRefusals(
    rehearsal.refused,
    expected.map(({ value }) => value),
  );
  const contradictions = contradictionsOf(refused, places, at);
  if (contradictions.length > 0)
    return { scenarios: [], errors: contradictions.map((fault) => placed(fault, fault.message)) };
  const placeOf = (step: ScriptStep) => placed(places.get(step)!, '');
  return {
    scenarios: [{ file: name, kind, ...given({ about }), text, script, rehearsal, placeOf, expect: expected }],
    errors,
  };
}
