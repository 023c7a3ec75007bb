/**
 * The report and the agenda agree with the state on every deadline that was missed, met late,
 * cancelled or begun again (fast-check).
 */
import fc from 'fast-check';
import { reportOf, timelineOf, viewOf, type Deadline, type ProcessState } from '../../src/domain';
import { agendaOf } from '../../src/domain/rehearsal/agenda';
import { minute, t0 } from '../support/policy';
import { iso, play, steps } from '../support/scripts';
import { release, type Story } from '../support/story';

/** The misses in the record of a deadline: `id/round outcome missed met ended`. */
function missesOf({ id, round, missedAt, misses = [], ...current }: Deadline): string[] {
  const line = (miss: Partial<NonNullable<Deadline['misses']>[number]>, outcome: string, endedAt?: number) =>
    [`${id}/${miss.round}`, outcome, miss.missedAt, miss.metAt ?? '-', endedAt ?? '-'].join(' ');
  const before = misses.map((miss) =>
    miss.metAt !== undefined
      ? line(miss, 'met-late')
      : miss.cancelledAt !== undefined
        ? line(miss, 'cancelled', miss.cancelledAt)
        : line(miss, 'superseded', miss.superseded!.at),
  );
  if (missedAt === undefined) return before;
  const { status, metAt, cancelledAt } = current;
  const outcome = { met: 'met-late', missed: 'not-met', cancelled: 'cancelled', pending: 'never' }[status];
  const now = { round, missedAt, ...(metAt === undefined ? {} : { metAt }) };
  return [...before, line(now, outcome, status === 'cancelled' ? cancelledAt : undefined)];
}
const at = (instant: string | null) => (instant === null ? '-' : Date.parse(instant));
const reportedMisses = (state: ProcessState) => reportOf(viewOf(state), timelineOf(state)).missed;

function expectAgreement(story: Story): void {
  const { state } = story;
  const reported = reportedMisses(state);
  expect(
    reported
      .map((one) =>
        [`${one.deadline}/${one.round}`, one.outcome, at(one.dueAt), at(one.metAt), at(one.endedAt)].join(' '),
      )
      .sort(),
  ).toEqual(Object.values(state.deadlines).flatMap(missesOf).sort());
  // The timeline agrees: each miss once, and no other.
  const written = state.timeline.flatMap((event) =>
    event.type === 'deadline-missed' ? [`${event.deadline}/${event.round} ${event.at}`] : [],
  );
  expect(reported.map((one) => `${one.deadline}/${one.round} ${at(one.dueAt)}`).sort()).toEqual(written.sort());
  for (const { lateMs, metAt, dueAt } of reported)
    expect(lateMs).toBe(metAt === null ? null : Date.parse(metAt) - Date.parse(dueAt));
  // The report and the timeline give the same lateness.
  for (const event of state.timeline) {
    const id =
      event.type === 'deadline-met' ? event.deadline : event.type === 'phase-completed' ? `phase.${event.phase}` : '';
    const one = reported.find(({ deadline, metAt }) => deadline === id && at(metAt) === event.at);
    if (one) expect((event as { late?: number }).late ?? 0).toBe(one.lateMs);
  }
  // An agenda tells of every deadline when it is met, except a deadline that was met before it
  // existed.
  const { lines } = agendaOf(
    { run: story, refused: [], warnings: [], acted: new Set<number>(), endedAt: story.now, ends: 'horizon' },
    (person) => person,
  );
  const met = new Set(
    lines.flatMap((line) => (line.type === 'met' ? [`${line.deadlines[0]!.id} ${at(line.at)}`] : [])),
  );
  for (const { id, status, metAt = 0, movedAt = state.beganAt } of Object.values(state.deadlines))
    if (status === 'met' && metAt > movedAt) expect(met).toContain(`${id} ${metAt}`);
  for (const phase of viewOf(state).phases) {
    const deadline = state.deadlines[`phase.${phase.id}`];
    const late = deadline?.missedAt !== undefined && (deadline.metAt ?? Infinity) > deadline.missedAt;
    expect([phase.id, phase.late]).toEqual([phase.id, late]);
  }
}

test('what an incident missed is reported as its deadlines have it, over any story', () => {
  fc.assert(
    fc.property(steps, (script) => expectAgreement(play(script))),
    { numRuns: 100 },
  );
});

test('so is what a release missed, over reschedules, reopened items and overridden gates', () => {
  const item = fc.constantFrom('feature-list', 'release-notes', 'team-available', 'error-rates');
  const acts: fc.Arbitrary<(story: Story) => unknown> = fc.oneof(
    item.map((id) => (story: Story) => story.ask('complete-items', { items: [id] })),
    item.map((id) => (story: Story) => story.ask('skip-items', { items: [id], reason: 'x' })),
    item.map((id) => (story: Story) => story.ask('reopen-items', { items: [id], reason: 'x' })),
    fc
      .constantFrom('ingrid', 'dimitris')
      .map((by) => (story: Story) => story.ask('decide', { gate: 'go-no-go', decision: 'go' }, by)),
    fc.constant((story: Story) => {
      story.ask('report-check', { check: 'code-coverage', result: 'pass', value: 90 }, 'ci');
      story.ask('report-check', { check: 'unit-tests', result: 'pass' }, 'ci');
    }),
    fc
      .integer({ min: 1, max: 40 })
      .map(
        (days) => (story: Story) =>
          story.ask('reschedule', { targetAt: iso(story.now + days * 1440 * minute), reason: 'x' }, 'ana'),
      ),
    fc.constant((story: Story) => story.ask('start-deployment', { override: 'x' }, 'chiara')),
    fc.constant((story: Story) => story.ask('mark-deployed', {}, 'jonas')),
    fc.constant((story: Story) => story.ask('roll-back', { reason: 'x' }, 'jonas')),
    fc.constant((story: Story) =>
      story.ask('add-action-item', { title: 'x', owner: 'cto', dueAt: iso(story.now + 90 * minute) }),
    ),
    fc.constant((story: Story) => story.ask('complete-action-item', { actionItem: '1' })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 150 }), acts), { maxLength: 20 }), (script) => {
      const story = release('2026-12-30T10:00:00+02:00');
      for (const [hours, run] of script) {
        story.until(story.now - t0 + hours * 60 * minute);
        run(story);
        story.activate();
        // `met` means that the gate decided; an overridden gate is cancelled.
        if (story.state.passages?.['go-no-go']?.overridden)
          expect(story.state.deadlines['gate.go-no-go']!.status).toBe('cancelled');
      }
      expectAgreement(story);
    }),
    { numRuns: 100 },
  );
});
