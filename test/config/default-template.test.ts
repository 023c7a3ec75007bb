/**
 * Several templates of one kind (R29): the one marked `default: true` is followed where nobody
 * names another. The hotfix template that ships beside the long release checklist.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { policyOf, templatesOf } from '../../src/config/in-force';
import { readScenario } from '../../src/config/scenarios/scenario';
import { worldOf, worldUnder } from '../../src/config/scenarios/rehearsals';
import type { ScenarioText } from '../../src/contracts/rehearsal-fields';
import { rehearsalAnswer, type Script } from '../../src/domain';
import { configOf, errorsOf } from '../support/loaded-config';
import { t0 } from '../support/policy';

const shipped = join(__dirname, '../../config');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A copy of the shipped folder, in which templates get the mark or lose it. */
function marked(...marks: readonly (readonly [file: string, isDefault: boolean])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-config-'));
  folders.push(folder);
  cpSync(shipped, folder, { recursive: true });
  for (const [file, isDefault] of marks) {
    const path = join(folder, 'templates', file);
    const bare = readFileSync(path, 'utf8').replace(/^default: true.*\n/m, '');
    writeFileSync(path, isDefault ? bare.replace(/^(version: .*)$/m, '$1\ndefault: true') : bare);
  }
  return folder;
}
function lineOf(folder: string, file: string, start: string): number {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.findIndex((line) => line.startsWith(start)) + 1;
}

test('a process follows the marked template, whatever the files are called, or the one it names', () => {
  const config = configOf(shipped);
  expect(templatesOf(config, 'release').map(({ name }) => name)).toEqual(['hopngo-release', 'hotfix']);
  const followed = (named?: string) => policyOf(config, 'release', t0, named).template.name;
  expect([followed(), followed('hotfix')]).toEqual(['hopngo-release', 'hotfix']);
  const other = configOf(marked(['release.yaml', false], ['hotfix.yaml', true]));
  expect(policyOf(other, 'release', t0).template.name).toBe('hotfix');
});

test('several templates without a mark are refused, with file, line and the form that would fit', () => {
  const folder = marked(['release.yaml', false]);
  expect(errorsOf(folder)).toBe(
    `templates/hotfix.yaml:${lineOf(folder, 'templates/hotfix.yaml', 'kind:')}:1: there are 2 templates of kind release, ` +
      'and none says which one a process follows that names none: hotfix (templates/hotfix.yaml), ' +
      'hopngo-release (templates/release.yaml); write `default: true` into one of them',
  );
});

test('a second mark is refused where it stands', () => {
  const folder = marked(['hotfix.yaml', true]);
  expect(errorsOf(folder)).toBe(
    `templates/release.yaml:${lineOf(folder, 'templates/release.yaml', 'default:')}:1: hotfix is the default of kind ` +
      'release already; leave this line out, or take it out of templates/hotfix.yaml',
  );
});

test('a lone template needs no mark, and may have one: what a process follows is the same, hash included', () => {
  const [without, withMark] = [configOf(shipped), configOf(marked(['incident.yaml', true]))];
  expect(policyOf(withMark, 'incident', t0)).toEqual(policyOf(without, 'incident', t0));
});

test('a template that is refused does not make the mark of another look missing', () => {
  const folder = marked();
  const path = join(folder, 'templates/release.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('due: target - 1w', 'due: targt - 1w'));
  expect(errorsOf(folder)).toMatch(/^templates\/release\.yaml:\d+:\d+: unknown anchor "targt"[^\n]*$/);
});

// --- Scenarios -----------------------------------------------------------------------------------

const config = configOf(shipped);
const world = worldOf(config, t0);
function scriptOf(text: ScenarioText, under = world): Script {
  const read = readScenario('release', text, under);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.script;
}
const followedIn = (...of: Parameters<typeof scriptOf>) => scriptOf(...of).input.policy.template;
const plan = { at: '2026-12-10T11:00', target: '2026-12-10T11:30', services: ['payments'], nobody: true } as const;

test('a scenario follows the default, or the template it names; a name that does not exist is refused', () => {
  expect([followedIn(plan).name, followedIn({ ...plan, template: 'hotfix' }).name]).toEqual([
    'hopngo-release',
    'hotfix',
  ]);
  expect(readScenario('release', { ...plan, template: 'hotfx' }, world)).toMatchObject({
    faults: [{ field: 'template', message: 'unknown release template "hotfx"; did you mean hotfix?' }],
  });
});

test('a policy that is not in force yet stands in for the default and for its own name, and for no other', () => {
  const hotfix = templatesOf(config, 'release').find(({ name }) => name === 'hotfix')!;
  const next = { ...hotfix, version: '2.0.0' };
  const under = worldOf(config, t0, { template: next });
  expect(followedIn({ ...plan, template: 'hotfix' }, under).version).toBe('2.0.0');
  expect(followedIn(plan, under).version).toBe('2.0.0');
  const release = { ...plan, template: 'hopngo-release' };
  expect(followedIn(release, under).name).toBe('hopngo-release');
  expect(followedIn(release, worldUnder(config, t0, { template: next })).version).toBe('2.0.0');
});

// --- The hotfix path -----------------------------------------------------------------------------

test('a hotfix is not late at birth and tells nobody at birth, at any hour and for any target', () => {
  const minutes = fc.integer({ min: 1, max: 60 * 24 * 30 });
  fc.assert(
    fc.property(
      minutes,
      fc.constantFrom(1, 5, 10, 30, 240, 3_000),
      fc.constantFrom('P0', 'P1', 'P2', 'P3'),
      (after, ahead, severity) => {
        const at = t0 + after * 60_000;
        const { input, directory, broken } = scriptOf({
          template: 'hotfix',
          at: new Date(at).toISOString(),
          target: new Date(at + ahead * 60_000).toISOString(),
          services: ['payments'],
          severity,
          nobody: true,
        });
        const born = { input, directory, broken, steps: [], away: [], until: at + 1_000 };
        const { agenda, missed } = rehearsalAnswer(born);
        expect(agenda.filter(({ type }) => ['page', 'remind', 'announce'].includes(type))).toEqual([]);
        expect(missed).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});

test('a hotfix promises by the same severities as the long checklist', () => {
  expect(policyOf(config, 'release', t0, 'hotfix').severities).toEqual(policyOf(config, 'release', t0).severities);
});

test('one other person opens the gate of a hotfix, never the person who planned the hotfix', () => {
  const [gate] = policyOf(config, 'release', t0, 'hotfix').gates;
  expect(gate).toMatchObject({ before: 'deployment', min: 1, neverPlanner: true, requires: ['preparation'] });
});
