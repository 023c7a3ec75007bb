/**
 * How long a rehearsal takes: pure rules in virtual time, with the shipped configuration, in the
 * build that `muster rehearse` runs. Measured in CPU time, which other programs on the machine do
 * not lengthen.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ScenarioText } from '../src/contracts/rehearsal-fields';
import type { ProcessKind } from '../src/contracts/command-table';
import { root, shippedConfig } from './sides';
import { atMost, percentile, short, type Row } from './table';

const rounds = 100;
/**
 * Runs before the measurement, until the code is compiled. The time of the very first run is in the
 * note.
 */
const warmUp = 150;

const measured: readonly (readonly [what: string, kind: ProcessKind, text: ScenarioText, allowedMs: number])[] = [
  [
    'a 48 h incident that nobody answers',
    'incident',
    { at: '2026-12-24T23:30', severity: 'P0', services: ['payments'], nobody: true, until: '2d' },
    10,
  ],
  [
    'a 48 h incident with an update an hour until 20 h, each too late',
    'incident',
    {
      at: '2026-12-24T23:30',
      severity: 'P0',
      services: ['bookings'],
      ack: '7m',
      updateEvery: '1h',
      resolve: '20h',
      until: '2d',
    },
    10,
  ],
  [
    'a 48 h incident, answered, with updates, resolved after 3 h',
    'incident',
    {
      at: '2026-12-24T23:30',
      severity: 'P0',
      services: ['bookings'],
      ack: '7m',
      updateEvery: '20m',
      resolve: '3h',
      until: '2d',
    },
    10,
  ],
  [
    'a release of six weeks that nobody prepares',
    'release',
    { at: '2026-11-30T10:00', target: '2027-01-11T10:00', services: ['payments'], nobody: true },
    20,
  ],
];

/** The part of the built command line that rehearses; builds it first when the sources changed. */
async function builtRules(): Promise<typeof import('../src/config')> {
  const load = createRequire(__filename);
  const { ensureCli } = load('../scripts/build-cli.cjs') as { ensureCli: (folder: string) => Promise<string> };
  return load(join(dirname(await ensureCli(root)), 'offline.js')) as typeof import('../src/config');
}

export async function rehearsal(): Promise<Row[]> {
  const { answerOf, readScenario, rehearse, worldOf } = await builtRules();
  const world = worldOf(shippedConfig(), Date.parse('2026-11-25T12:00:00Z'));
  return measured.map(([what, kind, text, allowed]) => {
    const read = readScenario(kind, text, world);
    if (!read.ok) throw new Error(read.faults.map(({ message }) => message).join('; '));
    const answer = () => answerOf(read.script, rehearse(read.script));
    const cold = performance.now();
    answer();
    const first = performance.now() - cold;
    for (let round = 1; round < warmUp; round++) answer();
    const took: number[] = [];
    let last = answer();
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      last = answer();
      took.push(performance.now() - began);
    }
    const { user, system } = process.cpuUsage(before);
    const note = `${last.timeline.length} events, ${last.paged} pages; by the clock ${short(percentile(took, 0.5))} ms (median), the first ${short(first)} ms`;
    return atMost(`${what}: time of a core`, (user + system) / 1000 / rounds, allowed, ' ms', note);
  });
}
