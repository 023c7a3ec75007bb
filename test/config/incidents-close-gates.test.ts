/**
 * `incidents-close-gates` of a release template: what is refused, and what processes get of it
 * (R43).
 */
import { levelsOf, loadConfig, mayCloseGates, policyOf } from '../../src/config';
import { formatErrors } from '../../src/config/load';
import { editedFolder } from '../support/edited-folder';
import { t0 } from '../support/policy';

const folder = editedFolder('templates/hotfix.yaml');
const [releases, incidents] = ['templates/release.yaml', 'templates/incident.yaml'];
const say = (file: string, line: string) => folder.change(file, 'kind: ', `incidents-close-gates: ${line}\nkind: `);
function policies() {
  const loaded = loadConfig(folder.path, null);
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  const levels = levelsOf(policyOf(loaded.value, 'incident', t0));
  const counts = levels.filter((severity) => mayCloseGates(loaded.value, { severity, levels }));
  return { closes: policyOf(loaded.value, 'release', t0).incidentsCloseGates, counts };
}

test.each([
  ['without the line: the two worst levels', undefined, { closes: {}, counts: ['P0', 'P1'] }],
  ['a level: it and the worse ones', 'P2', { closes: { from: 'P2' }, counts: ['P0', 'P1', 'P2'] }],
  ['the worst alone', 'p0', { closes: { from: 'p0' }, counts: ['P0'] }],
  ['never: nobody looks, and nobody is told', 'never', { closes: undefined, counts: [] }],
])('%s', (_, line, expected) => {
  if (line !== undefined) say(releases, line);
  expect(policies()).toEqual(expected);
});

test('a template of incidents closes none', () => {
  say(incidents, 'never');
  expect(folder.errors()).toEqual([
    expect.stringContaining('incidents close gates of releases only; leave the line out'),
  ]);
});

test('a level that no template of incidents has is refused, with the nearest', () => {
  say(releases, 'P9');
  const place = folder.place(releases, 'incidents-close-gates');
  expect(folder.errors()).toEqual([expect.stringContaining(`${place}: unknown level of incidents "P9"; did you mean`)]);
});

test('what is no level is told what would be', () => {
  say(releases, '[P1]');
  expect(folder.errors().join()).toContain('expected a level of incidents such as P1, or never');
});
