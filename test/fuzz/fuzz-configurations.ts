/**
 * Owns the run of configurations: each spoiled folder is read, and must be refused in words or be
 * fit for use. Also owns what use is: everything that a start, a page and a rehearsal make of it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { accessKeysIn, accessRulesOf, alertsInForce, compileFreezes, readScenario, worldOf } from '../../src/config';
import { directoryOf, templatesOf } from '../../src/config/in-force';
import { loadConfig } from '../../src/config/load';
import type { Config } from '../../src/config/loaded';
import { rehearse, type ProcessKind } from '../../src/domain';
import { createWords } from '../../src/words/words';
import { t0 } from '../support/policy';
import { goodFolders, spoil, spoiled, type Files, type Spoiled } from './configurations';
import { polluted } from './promises';
import { freeMemory } from './memory';

export interface ConfigurationFinding {
  readonly seed: number;
  readonly folder: string;
  readonly words: string;
  /** The fewest edits that show it, and the lines that differ. */
  readonly differs: readonly string[];
}
export interface ConfigurationFigures {
  configurations: number;
  refused: number;
  usable: number;
  errors: number;
  /** CPU time of reading one. */
  slowest: { ms: number; what: string };
  readonly memory: { heapUsed: number; rss: number }[];
  readonly findings: ConfigurationFinding[];
  ms: number;
}
export interface ConfigurationRun {
  readonly configurations: number;
  readonly seed: number;
  /** The most CPU time to read one. */
  readonly withinMs: number;
  readonly mostFindings?: number;
  readonly progress?: (figures: ConfigurationFigures) => void;
  /** Told before each, so that one that never ends has a name. */
  readonly begins?: (seed: number) => void;
}

export function fuzzConfigurations(run: ConfigurationRun): ConfigurationFigures {
  const { configurations, seed, withinMs, mostFindings = 20, progress, begins } = run;
  const figures: ConfigurationFigures = {
    ...{ configurations: 0, refused: 0, usable: 0, errors: 0, slowest: { ms: 0, what: '' } },
    ...{ memory: [], findings: [], ms: 0 },
  };
  const bench = new Bench(withinMs, figures);
  const began = performance.now();
  const tenth = Math.max(1, Math.floor(configurations / 10));
  try {
    for (let index = 0; index < configurations; index += 1) {
      begins?.(seed + index);
      const finding = bench.find(seed + index);
      if (finding) figures.findings.push(finding);
      figures.configurations = index + 1;
      figures.ms = performance.now() - began;
      if (progress && (index + 1) % tenth === 0) {
        figures.memory.push(freeMemory());
        progress(figures);
      }
      if (figures.findings.length >= mostFindings) break;
    }
    return figures;
  } finally {
    bench.close();
  }
}

class Bench {
  private readonly good = Object.entries(goodFolders());
  private readonly root = mkdtempSync(join(tmpdir(), 'muster-fuzz-'));
  private readonly arbitrary = spoiled(this.good.length);

  constructor(
    private readonly withinMs: number,
    private readonly figures: ConfigurationFigures,
  ) {
    for (const [name, files] of this.good) this.write(name, files);
  }
  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  find(seed: number): ConfigurationFinding | undefined {
    const [sample] = fc.sample(this.arbitrary, { seed, numRuns: 1 });
    const words = this.broken(sample!, true);
    if (words === undefined) return undefined;
    const fewest = this.fewest(sample!, words);
    const [folder, files] = this.good[fewest.folder]!;
    const differs = Object.entries(spoil(files, fewest.edits)).flatMap(([name, text]) => {
      const before = new Set(files[name]!.split('\n'));
      const lines = text.split('\n').filter((line) => !before.has(line));
      return lines.slice(0, 5).map((line) => `${name}: ${line.slice(0, 200)}`);
    });
    return { seed, folder, words, differs };
  }

  private fewest(sample: Spoiled, words: string): Spoiled {
    let { edits } = sample;
    for (const edit of sample.edits) {
      const fewer = edits.filter((one) => one !== edit);
      if (fewer.length > 0 && this.broken({ ...sample, edits: fewer }, false)?.slice(0, 40) === words.slice(0, 40))
        edits = fewer;
    }
    return { ...sample, edits };
  }

  private broken({ folder, edits }: Spoiled, counts: boolean): string | undefined {
    const [name, files] = this.good[folder]!;
    const changed = spoil(files, edits);
    this.write(name, changed);
    try {
      const found = this.read(join(this.root, name), counts);
      const names = polluted();
      return found ?? (names.length > 0 ? `every object has ${names.join(', ')} now` : undefined);
    } finally {
      this.write(name, Object.fromEntries(Object.keys(changed).map((file) => [file, files[file]!])));
    }
  }

  private read(path: string, counts: boolean): string | undefined {
    const { figures } = this;
    const began = process.cpuUsage();
    let loaded: ReturnType<typeof loadConfig>;
    try {
      loaded = loadConfig(path, {});
    } catch (error) {
      return `loadConfig throws ${stackOf(error)}`;
    }
    const { user, system } = process.cpuUsage(began);
    const ms = (user + system) / 1_000;
    if (counts && ms > figures.slowest.ms) figures.slowest = { ms, what: path.split('/').at(-1)! };
    if (ms > this.withinMs) return `loadConfig takes ${Math.round(ms)} ms`;
    if (!loaded.ok) {
      if (counts) [figures.refused, figures.errors] = [figures.refused + 1, figures.errors + loaded.errors.length];
      return wrongErrors(loaded.errors);
    }
    if (counts) figures.usable += 1;
    const started = process.cpuUsage();
    try {
      use(loaded.value);
    } catch (error) {
      return `it loads, but ${stackOf(error)}`;
    }
    const used = process.cpuUsage(started);
    const took = (used.user + used.system) / 1_000;
    return took > 5 * this.withinMs
      ? `it loads, but a start and a short rehearsal take ${Math.round(took)} ms`
      : undefined;
  }

  private write(folder: string, files: Files): void {
    for (const [file, text] of Object.entries(files)) {
      const path = join(this.root, folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
}

function wrongErrors(
  errors: readonly { file: string; line: number; column: number; message: string }[],
): string | undefined {
  if (errors.length === 0) return 'refused without a reason';
  const bad = errors.find(
    ({ file, line, column, message }) => file === '' || !(line >= 1) || !(column >= 1) || message.trim() === '',
  );
  return bad && `an error without a place or words: ${JSON.stringify(bad)}`;
}
function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 6).join(' | ') : String(error);
}

const shortScenarios = {
  incident: { at: '2026-11-24T10:00', ack: '20m', until: '3h' },
  release: { at: '2026-11-24T10:00', target: '2026-12-02T10:00', until: '2d' },
} as const satisfies Record<ProcessKind, object>;

/** What a start, a page and a rehearsal make of a configuration. Throws where one cannot. */
function use(config: Config): void {
  directoryOf(config, t0);
  alertsInForce(config, {});
  accessRulesOf(config.access);
  accessKeysIn({}, () => undefined)(config.access);
  compileFreezes(config.freezes, config.calendar, t0, t0 + 400 * 86_400_000);
  createWords(config.messages, () => undefined);
  const world = worldOf(config, t0);
  for (const kind of ['incident', 'release'] as const)
    for (const { name } of templatesOf(config, kind)) {
      const read = readScenario(kind, { ...shortScenarios[kind], template: name }, world);
      if (read.ok) rehearse(read.script);
      // Nothing in the scenario is wrong but what the template makes so.
      else if (read.faults.length === 0) throw new Error(`a scenario of ${name} is refused without a reason`);
    }
}
