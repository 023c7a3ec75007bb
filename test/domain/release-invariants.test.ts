/** Invariants of a release for any sequence of commands and passing time (fast-check). */
import fc from 'fast-check';
import { nextInstant, timelineOf } from '../../src/domain';
import { closedBecause } from '../../src/domain/state/gates';
import { minute, t0 } from '../support/policy';
import { iso, severity } from '../support/scripts';
import { release, type Story } from '../support/story';

test('a release keeps the same invariants over reschedules', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 })), { maxLength: 6 }),
      (moves) => {
        const story = release('2026-12-30T10:00:00+02:00');
        for (const [hours, days] of moves) {
          story.until(story.now - t0 + hours * 60 * minute);
          story.ask('reschedule', { targetAt: iso(story.now + days * 1440 * minute), reason: 'x' }, 'ana');
          story.activate();
          const next = nextInstant(story.state);
          if (next !== null) expect(next).toBeGreaterThan(story.now);
        }
        story.until(story.now - t0 + 60 * 1440 * minute);
        const rungs = story.state.timeline.flatMap((event) =>
          event.type === 'rungs-fired' ? event.rungs.map((rung) => ({ ...rung, at: event.at })) : [],
        );
        for (const rung of rungs) expect(rung.nominalAt).toBeLessThanOrEqual(rung.at);
        expect(new Set(rungs.map(({ deadline, round, rung }) => `${deadline}/${round}/${rung}`)).size).toBe(
          rungs.length,
        );
        expect(timelineOf(story.state).length).toBe(story.state.timeline.length);
      },
    ),
    { numRuns: 100 },
  );
});

test('a release keeps them under every command, and a preview is exactly what then happens', () => {
  const check = fc.constantFrom('code-coverage', 'unit-tests');
  const item = fc.constantFrom(
    'feature-list',
    'release-notes',
    'coverage',
    'unit-tests',
    'migration-guides',
    'team-available',
    'error-rates',
  );
  const who = fc.constantFrom('ingrid', 'dimitris', 'jonas', 'chiara', 'stranger');
  const acts: fc.Arbitrary<(story: Story) => unknown> = fc.oneof(
    fc.tuple(who, fc.constantFrom('go' as const, 'no-go' as const, 'defer' as const)).map(
      ([by, decision]) =>
        (story: Story) =>
          story.ask('decide', { gate: 'go-no-go', decision }, by),
    ),
    fc.tuple(check, fc.integer({ min: 60, max: 100 }), fc.integer({ min: 0, max: 300 })).map(
      ([name, value, hoursAgo]) =>
        (story: Story) =>
          story.ask(
            'report-check',
            { check: name, result: 'pass', value, at: iso(story.now - hoursAgo * 60 * minute) },
            'ci',
          ),
    ),
    check.map((name) => (story: Story) => story.ask('report-check', { check: name, result: 'fail' }, 'ci')),
    item.map((id) => (story: Story) => story.ask('complete-items', { items: [id] })),
    item.map((id) => (story: Story) => story.ask('skip-items', { items: [id], reason: 'x' })),
    item.map((id) => (story: Story) => story.ask('reopen-items', { items: [id], reason: 'x' })),
    severity.map((level) => (story: Story) => story.ask('set-severity', { severity: level, reason: 'x' })),
    fc.integer({ min: 1, max: 60 }).map((days) => (story: Story) => {
      const body = { targetAt: iso(story.now + days * 1440 * minute), reason: 'x' };
      const before = story.state;
      const preview = story.ask('reschedule', { ...body, dryRun: true }, 'ana');
      expect(story.state).toBe(before);
      const answer = story.ask('reschedule', body, 'ana');
      expect(answer.ok).toBe(preview.ok);
      if (!preview.ok) return;
      const moved = Object.values(story.state.deadlines).filter(
        ({ id, dueAt }) => before.deadlines[id]!.dueAt !== dueAt,
      );
      expect(preview.answer.preview!.moves).toEqual(
        moved.map(({ id, dueAt }) => ({ deadline: id, from: before.deadlines[id]!.dueAt, to: dueAt })),
      );
    }),
    fc.constant((story: Story) => story.ask('start-deployment', {}, 'jonas')),
    fc.constant((story: Story) => story.ask('start-deployment', { early: 'x' }, 'jonas')),
    fc.constant((story: Story) => story.ask('start-deployment', { override: 'x' }, 'chiara')),
    fc.constant((story: Story) => story.ask('mark-deployed', {}, 'jonas')),
    fc
      .constantFrom('phase.planning', 'gate.go-no-go')
      .map(
        (id) => (story: Story) =>
          story.ask('snooze', { deadline: id, until: iso(story.now + 600 * minute), reason: 'x' }),
      ),
    fc.constant((story: Story) => (story.away = true)),
    fc.constant((story: Story) => story.back()),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 120 }), acts), { maxLength: 25 }), (script) => {
      const story = release('2026-12-30T10:00:00+02:00');
      for (const [hours, run] of script) {
        story.until(story.now - t0 + hours * 60 * minute);
        run(story);
        if (story.away) continue;
        story.activate();
        const next = nextInstant(story.state);
        if (next !== null) expect(next).toBeGreaterThan(story.now);
        const { lifecycle, policy } = story.state;
        if (lifecycle.status === 'ready') expect(closedBecause(story.state, policy.gates[0]!)).toEqual([]);
      }
      story.back().until(story.now - t0 + 90 * 1440 * minute);
      expect(JSON.parse(JSON.stringify(story.state))).toStrictEqual(story.state);
      expect(new Set(story.tried).size).toBe(story.tried.length);
      const fired = story.state.timeline.flatMap((event) =>
        event.type === 'rungs-fired' ? event.rungs.map((rung) => ({ ...rung, at: event.at })) : [],
      );
      for (const rung of fired) expect(rung.nominalAt).toBeLessThanOrEqual(rung.at);
      expect(new Set(fired.map(({ deadline, round, rung }) => `${deadline}/${round}/${rung}`)).size).toBe(fired.length);
    }),
    { numRuns: 200 },
  );
});
