/** Two weeks of a release in a moment of real time. */
import { present } from '../support/clock';
import { calendarOfToday } from '../support/moved-calendar';
import { Bench, openReleases } from './live';
import { iso, workdayBeforeAnother } from './times';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

const dayMs = 86_400_000;

test('a release planned three weeks ahead and moved by a week: every window follows the target, and its deadlines climb there', async () => {
  const calendar = calendarOfToday();
  // The new deadline falls there, and the morning after it is one of work: on any day of the year
  // the same rungs fire.
  const target = workdayBeforeAnother(calendar, present() + 21 * dayMs);
  const lengthUntil = (at: number) => `${Math.ceil((at - release.beganAt) / 60_000)}m`;
  const release = await bench.release(iso(target), {}, { policy: { ...openReleases, calendar } });
  const due = async (id: string) =>
    Date.parse((await release.view()).deadlines.find((deadline) => deadline.id === id)!.dueAt);
  expect(await due('phase.planning')).toBe(target - 7 * dayMs);

  await release.at('3d', 'complete-items', { items: ['feature-list'] }, 'jonas');
  expect((await release.view()).status).toBe('preparing');
  const moved = target + 7 * dayMs;
  const preview = await release.ask(
    'reschedule',
    { targetAt: iso(moved), reason: 'the vendor is late', dryRun: true },
    'jonas',
  );
  expect(preview.preview!.moves).toContainEqual({
    deadline: 'phase.planning',
    from: target - 7 * dayMs,
    to: moved - 7 * dayMs,
  });
  expect(await due('phase.planning')).toBe(target - 7 * dayMs);
  await release.ask('reschedule', { targetAt: iso(moved), reason: 'the vendor is late' }, 'jonas');
  expect(await due('phase.planning')).toBe(moved - 7 * dayMs);

  // Nothing happens at the old deadline of planning; at the new deadline the ladder fires.
  await release.until(lengthUntil(target - 6 * dayMs));
  const missed = async () =>
    (await release.timeline())
      .filter(({ type }) => type === 'deadline-missed')
      .map(({ deadline, at }) => [deadline, Date.parse(at)]);
  expect(await missed()).toEqual([]);
  await release.until(lengthUntil(moved - 6 * dayMs));
  expect(await missed()).toEqual([['phase.planning', moved - 7 * dayMs]]);
  const fired = (await release.timeline())
    .filter(({ type }) => type === 'rungs-fired')
    .flatMap((event) => event['rungs'] as { deadline: string; rung: string; late: number }[]);
  expect(fired.filter(({ deadline }) => deadline === 'phase.planning').map(({ rung }) => rung)).toEqual([
    '1',
    '2',
    '3',
    '4',
    // The next morning, on which nobody has completed it (R11).
    'end',
  ]);
  // Long before the next rung; a busy machine may take a while.
  expect(Math.max(...fired.map(({ late }) => late))).toBeLessThan(60_000);
});

test('a roll-back declares the incident that it asks for and writes down which', async () => {
  const release = await bench.release(iso(present() + 2 * dayMs));
  await release.ask('roll-back', { reason: 'error rate', declare: 'P1' }, 'jonas');
  await release.handle.result();
  expect((await release.timeline()).find(({ type }) => type === 'incident-declared')).toMatchObject({
    incident: 'INC-2026-12-07-009',
  });
});
