/**
 * The comparison of two templates: with the scenarios of the configuration, and with the standard
 * set.
 */
import { join } from 'node:path';
import { compareTemplates } from '../../src/config/scenarios/compare-templates';
import { loadConfig } from '../../src/config/load';
import { templatesOf } from '../../src/config/in-force';

const config = (() => {
  const loaded = loadConfig(join(__dirname, '..', '..', 'config'), null);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.value;
})();
const now = Date.parse('2026-11-25T12:00:00Z');

test.each(['incident', 'release'] as const)('a template of a %s changes nothing against itself', (kind) => {
  const template = templatesOf(config, kind)[0]!;
  const { scenarios, skipped } = compareTemplates(config, template, template, now);
  expect(skipped).toEqual([]);
  expect(scenarios.length).toBeGreaterThan(2);
  for (const { changes } of scenarios) expect(changes).toEqual([]);
});

test('whoever is no longer told and what is no longer missed is named', () => {
  const template = templatesOf(config, 'incident')[0]!;
  const { phases } = template.compiled;
  const without = {
    ...template,
    compiled: { ...template.compiled, ladders: { ...template.compiled.ladders, response: [] } },
  };
  const { scenarios } = compareTemplates(config, template, without, now);
  const first = scenarios.find(({ name }) => name.startsWith('P0 on a working day'))!;
  expect(first.changes.filter(({ deadline }) => deadline === 'response').every(({ change }) => change === 'gone')).toBe(
    true,
  );
  const renamed = { ...template, compiled: { ...template.compiled, phases: phases.slice(1) } };
  expect(compareTemplates(config, template, renamed, now).scenarios[0]!.missedOnly.before).toEqual([
    'phase.immediate-response',
  ]);
});

test('releases without levels are compared in their whole course', () => {
  const template = templatesOf(config, 'release')[0]!;
  const { compiled } = template;
  const { usualSeverity: _, ...rest } = compiled;
  const none = { none: { ...Object.values(compiled.severities)[0]!, escalateTo: ['escalation-manager'], inform: [] } };
  const bare = { ...template, compiled: { ...rest, severities: none } };
  const later = {
    ...bare,
    compiled: { ...bare.compiled, ladders: { ...compiled.ladders, phase: [] } },
  };
  const whole = ({ scenarios }: ReturnType<typeof compareTemplates>) =>
    scenarios.filter(({ name }) => name === 'nobody does anything');
  expect(whole(compareTemplates(config, bare, bare, now))).toMatchObject([{ changes: [] }]);
  const [scenario] = whole(compareTemplates(config, bare, later, now));
  expect(scenario!.changes.length).toBeGreaterThan(0);
  expect(scenario!.changes.every(({ change }) => change === 'gone')).toBe(true);
  // Of which only one has levels.
  expect(whole(compareTemplates(config, template, bare, now))).toHaveLength(1);
});

const incidentTemplate = templatesOf(config, 'incident')[0]!;
const due = (id: string, n: number, unit: 'ms' | 'd') => ({
  ...incidentTemplate,
  compiled: {
    ...incidentTemplate.compiled,
    phases: incidentTemplate.compiled.phases.map((phase) =>
      phase.id === id ? { ...phase, due: { ...phase.due!, offset: { n, unit } } } : phase,
    ),
  },
});

test('a deadline that moves behind the usual three days is later, not gone, and is missed all the same', () => {
  const { scenarios } = compareTemplates(config, incidentTemplate, due('review', 9, 'd'), now);
  const night = scenarios.find(({ name }) => name === 'night.yaml')!;
  expect(night.changes.map(({ person, change, before, after }) => [person, change, after! - before!])).toEqual([
    ['giorgos', 'later', 7 * 86_400_000],
    ['leila', 'later', 7 * 86_400_000],
    ['mateo', 'later', 7 * 86_400_000],
    ['hana', 'later', 7 * 86_400_000],
  ]);
  expect(night.missedOnly).toEqual({ before: [], after: [] });
  expect(night.until).toEqual({ before: null, after: null });
});

test('a scenario that says how far looks no further, and says so', () => {
  const { scenarios } = compareTemplates(
    config,
    incidentTemplate,
    due('immediate-response', 53 * 3_600_000, 'ms'),
    now,
  );
  const weekend = scenarios.find(({ name }) => name === 'weekend.yaml')!;
  expect(weekend.until).toEqual({ before: 52 * 3_600_000, after: 52 * 3_600_000 });
  const gone = weekend.changes.filter(({ deadline }) => deadline === 'phase.immediate-response');
  expect(gone.map(({ change, until }) => [change, until])).toContainEqual(['gone', 52 * 3_600_000]);
});

test('announcements are compared by moment and severity, also of moments that no scenario comes to', () => {
  const { compiled } = incidentTemplate;
  const announcements = compiled.announcements!.map((one) =>
    one.on === 'resolved' && one.severity !== undefined ? { ...one, to: ['leadership'] } : one,
  );
  const severities = { ...compiled.severities, P2: { ...compiled.severities['P2']!, inform: ['engineering'] } };
  const other = { ...incidentTemplate, compiled: { ...compiled, severities, announcements } };
  const compared = compareTemplates(config, incidentTemplate, other, now);
  expect(compared.scenarios.flatMap(({ changes }) => changes)).toEqual([]);
  const either = { customerFacing: null, new: [] };
  expect(compared.announcements).toEqual([
    {
      moments: ['declared', 'severity-changed', 'resolved', 'update-posted', 'exhausted'],
      severities: ['P2'],
      gone: ['product'],
      ...either,
    },
    // For a customer-facing incident, another announcement still tells support.
    { moments: ['resolved'], severities: ['P0', 'P1'], gone: ['support'], ...either, customerFacing: false },
  ]);
  const [first] = compareTemplates(config, other, incidentTemplate, now).announcements;
  expect(first).toMatchObject({ severities: ['P2'], gone: [], new: ['product'] });
});
