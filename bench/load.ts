/**
 * How long a large folder takes to load and check: 300 people, 60 services, 40 schedules, 12
 * templates of 80 items. A start and each change of a file wait for it.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatErrors, loadConfig } from '../src/config/load';
import { atMost, median, percentile, short, type Row } from './table';

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');

export function load(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-load-'));
  try {
    write(folder);
    const samples: number[] = [];
    for (let index = 0; index < 12; index++) {
      const began = performance.now();
      const loaded = loadConfig(folder, null);
      // The first run, cold, is what a start waits for.
      samples.push(performance.now() - began);
      if (!loaded.ok) throw new Error(formatErrors(loaded.errors.slice(0, 5)));
    }
    const note = `cold ${short(samples[0]!)} ms, p99 ${short(percentile(samples, 0.99))} ms, ${samples.length} times`;
    return Promise.resolve([
      atMost(
        'load a folder of 300 people, 60 services, 40 schedules, 12 templates',
        median(samples),
        1_500,
        ' ms',
        note,
      ),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(folder: string): void {
  for (const name of ['calendar.yaml', 'channels.yaml']) cpSync(join('config', name), join(folder, name));
  writeFileSync(join(folder, 'contacts.yaml'), 'contacts: {}\ntools: {}\n');
  writeFileSync(
    join(folder, 'people.yaml'),
    `people:\n${times(300, (n) => `  p${n}: { name: Person ${n}, roles: [${n % 10 === 0 ? 'lead' : `r${n % 7}`}], reach: [inbox] }`)}\n`,
  );
  writeFileSync(
    join(folder, 'on-call.yaml'),
    `schedules:\n${times(40, (n) => `  s${n}:\n    name: Schedule ${n}\n    layers:\n      - name: week\n        rotation: { every: 1w, hand-off: "09:00", on: mon, from: 2026-11-02 }\n        participants: [p${n}, p${n + 40}, p${n + 80}, p${n + 120}]`)}\n`,
  );
  writeFileSync(
    join(folder, 'services.yaml'),
    `default-team: t0\nteams:\n${times(20, (n) => `  t${n}: { primary: s${n}, secondary: s${n + 20}, escalation-manager: p${n}, approvers: [p${n}, p${n + 1}] }`)}\nservices:\n${times(60, (n) => `  svc${n}: { team: t${n % 20} }`)}\n`,
  );
  mkdirSync(join(folder, 'templates'));
  for (let index = 0; index < 12; index++) writeFileSync(join(folder, 'templates', `t${index}.yaml`), template(index));
}

function template(index: number): string {
  const kind = index % 2 === 0 ? 'incident' : 'release';
  const base = kind === 'incident' ? 'declared' : 'planned';
  const level = '{ name: n, means: m, response: 15m, update-every: 30m, escalate-to: [lead] }';
  const items = (phase: number) =>
    times(
      10,
      (n) =>
        `          i${phase}-${n}: { text: Item ${n} of phase ${phase}, due: ${base} + ${n + 1}h, owner: r${n % 7} }`,
    );
  return `kind: ${kind}
name: template-${index}
version: 1.0.0
${index < 2 ? 'default: true\n' : ''}severities: { sev1: ${level}, sev2: ${level}, sev3: ${level}, sev4: ${level}, sev5: ${level} }
phases:
${times(8, (phase) => `  phase-${phase}:\n    name: Phase ${phase}\n    due: ${base} + ${phase + 1}d\n    groups:\n      g${phase}:\n        name: Group\n        items:\n${items(phase)}`)}
ladders:
  phase: [{ at: due, remind: [lead] }, { at: due + 1bd, page: [escalation-manager] }]
  item: [{ at: due, remind: [owner] }]
`;
}
