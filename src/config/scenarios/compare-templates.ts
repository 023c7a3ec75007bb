/**
 * Owns the comparison of two templates. The same scenarios are rehearsed under both: those of the
 * configuration, and a standard set in which nobody acts. Also compares their announcements. Knows
 * nothing of git and terminals.
 */
import { join } from 'node:path';
import { noLevel, type ProcessKind } from '../../contracts/command-table';
import {
  dayMs,
  compareAnnouncements,
  compareNotices,
  lookedUntil,
  noticesOf,
  rehearsalAnswer,
  type AnnouncementChange,
  type NoticeChange,
  type Script,
  levelsOf,
  worseHalf,
} from '../../domain';
import { given } from '../../given';
import { localOf } from '../../domain/time/calendar';
import { dateOfDay, weekdayOf } from '../../domain/time/instants';
import type { Config, LoadedTemplate } from '../loaded';
import { filesIn, yamlEnding } from '../files/folder-files';
import { templatesOf } from '../in-force';
import { loadScenario, rehearsalsFolder, worldOf, worldUnder } from './rehearsals';
import { longestMs, readScenario } from './scenario';
import type { ScenarioWorld } from './faults';
import type { ScenarioText } from '../../contracts/rehearsal-fields';

export interface ComparedScenario {
  readonly name: string;
  readonly at: string;
  readonly zone: string;
  readonly changes: readonly (NoticeChange & { readonly name: string })[];
  /**
   * Deadlines that are missed under one template only, within the time that the other was looked
   * at.
   */
  readonly missedOnly: { readonly before: readonly string[]; readonly after: readonly string[] };
  /**
   * How far each side was looked at, in ms after the beginning; null: to the end of the process.
   */
  readonly until: { readonly before: number | null; readonly after: number | null };
}
type Side = Pick<LoadedTemplate, 'name' | 'version' | 'hash'>;
export interface ComparedTemplates {
  readonly kind: ProcessKind;
  readonly before: Side;
  readonly after: Side;
  /** Levels that one of the two has: no scenario compares them. The worst first. */
  readonly levels: { readonly gone: readonly string[]; readonly new: readonly string[] };
  readonly scenarios: readonly ComparedScenario[];
  /** The moments at which other audiences are told. */
  readonly announcements: readonly AnnouncementChange[];
  /** Scenarios that cannot be read under one of the templates, and why. */
  readonly skipped: readonly { readonly name: string; readonly because: string }[];
}

/**
 * The effect of `after` compared with `before`, templates of one kind, on processes that begin
 * after `now`.
 */
export function compareTemplates(
  config: Config,
  before: LoadedTemplate,
  after: LoadedTemplate,
  now: number,
): ComparedTemplates {
  const { kind } = before;
  const skipped: { name: string; because: string }[] = [];
  const scenarios = scenariosOf(config, kind, [before, after], now).flatMap((old): ComparedScenario[] => {
    const other = old.under(after);
    if (typeof old.script === 'string' || typeof other === 'string') {
      const because = typeof old.script === 'string' ? old.script : (other as string);
      skipped.push({ name: old.name, because });
      return [];
    }
    return [compared(old.name, old.script, other)];
  });
  const policyOf = (template: LoadedTemplate) => worldUnder(config, now, { template }).policyAt(kind, now);
  const announcements = compareAnnouncements(policyOf(before), policyOf(after));
  const side = ({ name, version, hash }: LoadedTemplate): Side => ({ name, version, hash });
  const levels = { gone: levelsWithout(before, after), new: levelsWithout(after, before) };
  return { kind, before: side(before), after: side(after), levels, scenarios, announcements, skipped };
}

function levelsWithout(of: LoadedTemplate, other: LoadedTemplate): string[] {
  const others = levelsOf(other.compiled);
  return levelsOf(of.compiled).filter((level) => level !== noLevel && !others.includes(level));
}

function compared(name: string, old: Script, other: Script): ComparedScenario {
  const [before, after] = [rehearsalAnswer(old), rehearsalAnswer(other)];
  const { people } = other.directory;
  const until = { before: lookedUntil(before), after: lookedUntil(after) };
  return {
    name,
    at: before.at,
    zone: before.zone,
    changes: compareNotices(noticesOf(before.agenda), noticesOf(after.agenda), { until }).map((change) => ({
      ...change,
      name: people[change.person]?.name ?? change.person,
    })),
    missedOnly: {
      before: before.missed.filter((id) => !after.missed.includes(id)),
      after: after.missed.filter((id) => !before.missed.includes(id)),
    },
    until: { before: until.before ?? null, after: until.after ?? null },
  };
}

interface Candidate {
  readonly name: string;
  /** A sentence when the script cannot be read. */ readonly script: Script | string;
  readonly under: (template: LoadedTemplate) => Script | string;
}

function scenariosOf(
  config: Config,
  kind: ProcessKind,
  [before, after]: readonly [LoadedTemplate, LoadedTemplate],
  now: number,
): Candidate[] {
  const candidate = (name: string, read: (template: LoadedTemplate) => Script | string): Candidate => ({
    name,
    script: read(before),
    under: read,
  });
  const standard = standardScenarios(config, kind, [before, after], now).map(({ name, text }) =>
    candidate(name, (template) => {
      const read = readScenario(kind, text, worldUnder(config, now, { template }));
      return read.ok ? lookingFurther(text, read.script) : read.faults.map(({ message }) => message).join('; ');
    }),
  );
  const folder = join(config.folder, rehearsalsFolder);
  const own = filesIn(folder, rehearsalsFolder, yamlEnding).names.flatMap((file) => {
    const load = (world: ScenarioWorld) => loadScenario(config, join(folder, file), file, world);
    const read = (template: LoadedTemplate) => {
      const { scenarios, errors } = load(worldUnder(config, now, { template }));
      return scenarios[0] ?? errors.map(({ message }) => message).join('; ');
    };
    const asWritten = load(worldOf(config, now)).scenarios[0];
    if (asWritten && !(asWritten.kind === kind && isOf(config, kind, asWritten.text, [before, after]))) return [];
    const first = read(before);
    if (typeof first !== 'string' && first.kind !== kind) return [];
    // The kind of an unreadable file is unknown, so the file is always listed, once.
    return [
      candidate(file, (template) => {
        const one = template === before ? first : read(template);
        return typeof one === 'string' ? one : lookingFurther(one.text, one.script);
      }),
    ];
  });
  return [...standard, ...own];
}

// A scenario is about the template that its process follows. Templates of which the configuration
// has none, such as two files, are compared as the default.
function isOf(
  config: Config,
  kind: ProcessKind,
  { template }: ScenarioText,
  sides: readonly LoadedTemplate[],
): boolean {
  const [usual, ...others] = templatesOf(config, kind).map(({ name }) => name);
  const names = sides.map(({ name }) => name);
  if (template !== undefined) return names.some((name) => name === template);
  return names.includes(usual!) || !names.some((name) => others.includes(name));
}

// Messages that come later under one template must be seen under both, so both are rehearsed to the
// longest horizon. Exceptions: a scenario that states `until`, and one that posts updates without
// end.
function lookingFurther({ until, updateEvery, resolve }: ScenarioText, script: Script): Script {
  if (until !== undefined || (updateEvery !== undefined && resolve === undefined)) return script;
  const { at, policy } = script.input;
  return { ...script, until: Math.max(script.until, at + longestMs[policy.kind]) };
}

/**
 * Scenarios in which nobody acts. Incidents: each severity, on a working day and in a weekend
 * night. Releases: the whole course, at the usual level and the worst; without a level, where the
 * templates share none (R28).
 */
function standardScenarios(
  config: Config,
  kind: ProcessKind,
  sides: readonly LoadedTemplate[],
  now: number,
): { name: string; text: ScenarioText }[] {
  const { day } = localOf(worldOf(config, now).calendarAt(now), now);
  const levels = levelsOf(sides[0]!.compiled).filter(
    (level) => level !== noLevel && sides.every((side) => level in side.compiled.severities),
  );
  const next = (weekday: number) => dateOfDay(day + ((weekday - weekdayOf(day) + 6) % 7) + 1);
  if (kind === 'release') {
    const told = [...new Set([...levels.slice(worseHalf(levels).length).slice(0, 1), ...levels.slice(0, 1)])];
    return (told.length > 0 ? told : [undefined]).map((severity) => ({
      name: severity === undefined ? 'nobody does anything' : `${severity}, nobody does anything`,
      text: {
        at: `${next(1)}T10:00`,
        target: `${dateOfDay(Date.parse(next(1)) / dayMs + 28)}T10:00`,
        nobody: true,
        ...given({ severity }),
      },
    }));
  }
  return levels.flatMap((severity) => [
    { name: `${severity} on a working day, nobody answers`, text: { at: `${next(3)}T14:00`, severity, nobody: true } },
    { name: `${severity} in a Sunday night, nobody answers`, text: { at: `${next(0)}T02:30`, severity, nobody: true } },
  ]);
}
