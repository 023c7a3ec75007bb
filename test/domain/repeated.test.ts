/** R33: what is repeated for each service, and items that need others first. */
import fc from 'fast-check';
import { itemsOf } from '../../src/domain/state/checklist';
import { repeatedFor } from '../../src/domain/state/repeated';
import type { Policy } from '../../src/domain';
import { viewOf } from '../../src/domain/views/view';
import { incidentPolicy, minute, phase, t0 } from '../support/policy';
import { incident } from '../support/story';

const restore = phase(
  'restore',
  [
    { id: 'restarted', text: 'Restart {service}' },
    {
      id: 'checked',
      text: 'Check it',
      needs: ['restarted'],
      due: { anchor: { item: 'restarted' }, offset: { n: 10 * minute, unit: 'ms' } },
    },
  ],
  { each: 'service' },
);
const policy: Policy = {
  ...incidentPolicy,
  phases: [restore, phase('after', ['looked'], { opens: { after: 'restore' } })],
  ladders: {},
};
const done = (...items: string[]) => [{ items }, 'giorgos'] as const;
const phasesOf = (story: { readonly state: Parameters<typeof viewOf>[0] }) =>
  viewOf(story.state).phases.map(({ id, status }) => `${id} ${status}`);

test('a phase is repeated for each affected service, with ids and texts of its own', () => {
  const story = incident({ services: ['payments', 'Search API'] }, policy);
  expect(phasesOf(story)).toEqual(['restore-payments open', 'restore-search-api open', 'after upcoming']);
  const [first] = viewOf(story.state).phases;
  expect(first).toMatchObject({ name: 'restore (payments)' });
  expect(first!.groups[0]!.items.map(({ id, text }) => [id, text])).toEqual([
    ['restarted-payments', 'Restart payments'],
    ['checked-payments', 'Check it'],
  ]);
  story.at('5m', 'complete-items', ...done('restarted-payments'));
  expect(story.state.deadlines['item.checked-payments']).toMatchObject({ dueAt: t0 + 15 * minute });
  expect(story.state.deadlines['item.checked-search-api']).toBeUndefined();
});

test('what waits for the repeated phase waits for all of them', () => {
  const story = incident({ services: ['payments', 'search'] }, policy)
    .at('1m', 'complete-items', { phases: ['restore-payments'] }, 'giorgos')
    .until('2m');
  expect(phasesOf(story)).toContain('after upcoming');
  story.at('3m', 'complete-items', { phases: ['restore-search'] }, 'giorgos');
  expect(phasesOf(story)).toContain('after open');
});

test('a service that is affected later brings its own; one that is removed leaves what was begun', () => {
  const story = incident({ services: ['payments'] }, policy)
    .at('1m', 'record-impact', { addServices: ['search', 'mail'] }, 'giorgos')
    .at('2m', 'complete-items', ...done('restarted-search'))
    .at('3m', 'record-impact', { removeServices: ['search', 'mail'] }, 'giorgos');
  expect(phasesOf(story)).toEqual([
    'restore-payments open',
    'restore-search open',
    'restore-mail not-applicable',
    'after upcoming',
  ]);
  story.at('4m', 'record-impact', { addServices: ['mail'] }, 'giorgos');
  expect(phasesOf(story)).toContain('restore-mail open');
});

test('a group is repeated inside its phase', () => {
  const { each: _, ...once } = restore;
  const grouped: Policy = {
    ...policy,
    phases: [{ ...once, groups: once.groups.map((group) => ({ ...group, each: 'service' as const })) }],
  };
  const story = incident({ services: ['payments', 'search'] }, grouped);
  expect(viewOf(story.state).phases.map(({ id, groups }) => [id, groups.map((group) => group.id)])).toEqual([
    ['restore', ['restore-group-payments', 'restore-group-search']],
  ]);
});

test('ids are unique and stay what they were, whatever the services are called', () => {
  const name = fc.constantFrom('a', 'a b', 'a-b', 'A_B', 'checked', '!!', 'payments-2', 'payments');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), fc.array(name, { maxLength: 6 }), (first, more) => {
      const before = repeatedFor(policy, first);
      const after = repeatedFor(before, more);
      const idsOf = (one: Policy) => [
        ...one.phases.map(({ id }) => id),
        ...itemsOf({ policy: one }).map(({ item }) => item.id),
      ];
      expect(new Set(idsOf(after)).size).toBe(idsOf(after).length);
      expect(idsOf(after)).toEqual(expect.arrayContaining(idsOf(before)));
      expect(after.phases.filter(({ repeats }) => repeats === 'restore')).toHaveLength(
        new Set([...first, ...more]).size,
      );
    }),
  );
});

describe('an item that needs another', () => {
  const ordered: Policy = {
    ...incidentPolicy,
    phases: [
      phase('fix', [
        { id: 'backup', text: 'Back up' },
        { id: 'migrated', text: 'Migrate', needs: ['backup'] },
        { id: 'led', text: 'Somebody leads', doneWhen: 'role-assigned commander', needs: ['migrated'] },
        { id: 'tested', text: 'Test', check: { name: 'smoke' }, needs: ['migrated'] },
      ]),
    ],
    ladders: {},
  };
  const statusOf = (story: ReturnType<typeof incident>, id: string) => story.state.items[id]?.status;

  test('is not ticked by hand before, and the refusal names what is missing', () => {
    const story = incident({}, ordered);
    expect(() => story.at('1m', 'complete-items', ...done('migrated'))).toThrow(/item migrated needs backup first/);
    story.at('2m', 'complete-items', ...done('migrated', 'backup'));
    expect(statusOf(story, 'migrated')).toBe('done');
  });

  test('may be ticked once the other is skipped, and is said to wait until then', () => {
    const story = incident({}, ordered);
    const items = () => viewOf(story.state).phases[0]!.groups[0]!.items;
    expect(items()[1]).toMatchObject({ id: 'migrated', needs: ['backup'] });
    story.at('1m', 'skip-items', { items: ['backup'], reason: 'nothing to lose' }, 'giorgos');
    expect(items()[1]).not.toHaveProperty('needs');
    story.at('2m', 'complete-items', ...done('migrated'));
    expect(statusOf(story, 'migrated')).toBe('done');
  });

  test('is ticked by a fact or a check when what it needs is there, not before', () => {
    const story = incident({}, ordered)
      .at('1m', 'assign-role', { role: 'commander', person: 'giorgos' }, 'giorgos')
      .at('2m', 'report-check', { check: 'smoke', result: 'pass' }, 'ingrid');
    expect([statusOf(story, 'led'), statusOf(story, 'tested')]).toEqual([undefined, undefined]);
    story.at('3m', 'complete-items', ...done('backup', 'migrated'));
    expect([statusOf(story, 'led'), statusOf(story, 'tested')]).toEqual(['done', 'done']);
  });
});
