/**
 * What is computed from a rehearsal: the comparison of its messages with another's, and its output
 * formats.
 */
import {
  answerOf,
  compareNotices,
  noticesOf,
  noticesOfTimeline,
  rehearsalCalendar,
  rehearsalMarkdown,
  rehearse,
  type Policy,
  type Script,
} from '../../src/domain';
import type { RehearsalView } from '../../src/contracts/rehearsal-view';
import { incidentPolicy, minute, t0 } from '../support/policy';
import { actorOf, directory } from '../support/story';

const script = (policy: Policy = incidentPolicy, more: Partial<Script> = {}): Script => ({
  input: {
    kind: 'incident',
    id: 'INC-2026-12-07-001',
    at: t0,
    actor: actorOf('emeka'),
    policy,
    body: { title: 'Checkout | is down', severity: 'P0', services: ['payments'] },
  },
  directory,
  broken: new Map(),
  steps: [],
  away: [],
  until: t0 + 20 * minute,
  ...more,
});
const run = (one: Script) => answerOf(one, rehearse(one));
const withResponse = (
  change: (ladder: NonNullable<Policy['ladders']['response']>) => Policy['ladders']['response'],
): Policy => ({
  ...incidentPolicy,
  ladders: { ...incidentPolicy.ladders, response: change(incidentPolicy.ladders.response!)! },
});
const changes = (before: Script, after: Script) =>
  compareNotices(noticesOf(run(before).agenda), noticesOf(run(after).agenda))
    .filter(({ deadline }) => deadline === 'response')
    .map(({ change, person }) => `${change} ${person}`);

test('earlier, later, never any more, newly: by person, of the first page', () => {
  const sooner = withResponse((ladder) =>
    ladder.map((rung, index) => (index === 1 ? { ...rung, at: { n: -0.8, unit: 'response' as const } } : rung)),
  );
  expect(changes(script(), script(sooner))).toEqual(['earlier giorgos']);
  expect(changes(script(sooner), script())).toEqual(['later giorgos']);
  const short = withResponse((ladder) => ladder.slice(0, 2));
  expect(changes(script(), script(short)).filter((line) => line.startsWith('gone'))).toEqual([
    'gone ana',
    'gone bruno',
    'gone chiara',
    'gone hana',
  ]);
  expect(changes(script(short), script()).filter((line) => line.startsWith('new'))).toEqual([
    'new ana',
    'new bruno',
    'new chiara',
    'new hana',
  ]);
  const quiet = withResponse((ladder) => ladder.map((rung) => ({ ...rung, mode: 'remind' as const })));
  expect(changes(script(), script(quiet))).toContain('quieter fatima');
  expect(changes(script(quiet), script())).toContain('louder fatima');
  expect(changes(script(), script())).toEqual([]);
});

const about = (pages: readonly number[], reminders: readonly number[] = []) =>
  [...pages, ...reminders].map((at, index) => {
    const kind = index < pages.length ? ('page' as const) : ('remind' as const);
    return { after: at * minute, kind, person: 'hana', deadlines: ['response'], modes: { response: kind } };
  });

test.each([
  ['a later page moves', about([5, 10, 15]), about([5, 25, 30]), ['later', 10, 25, 2]],
  ['one comes in between', about([5, 10]), about([5, 7, 10]), ['more', 5, 5, undefined, 7]],
  ['one falls out', about([5, 7, 10]), about([5, 10]), ['fewer', 5, 5, undefined, 7]],
  ['the first falls out', about([5, 10]), about([10]), ['later', 5, 10, 1]],
  ['a reminder moves beside pages that stay', about([5], [20]), about([5], [30]), ['later', 20, 30, 1]],
  ['a reminder becomes another page', about([5], [20]), about([5, 20]), ['more', 5, 5, undefined, 20]],
])('every message counts, not the first alone: %s', (_, before, after, [change, from, to, number, alone]) => {
  const ms = (at: unknown) => (typeof at === 'number' ? at * minute : undefined);
  const [found, ...others] = compareNotices(before, after);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ change, before: ms(from), after: ms(to), person: 'hana', deadline: 'response' });
  expect([found!.number, found!.alone]).toEqual([number, ms(alone)]);
});

test('what one side was not looked at for is no "never": its end is said', () => {
  const until = { after: 12 * minute };
  const of = (after: readonly number[]) => compareNotices(about([5, 10, 15]), about(after), { until })[0];
  expect(of([])).toMatchObject({ change: 'gone', until: until.after });
  expect(of([5, 10])).toMatchObject({ change: 'fewer', until: until.after });
  // The comparison is cut off, so a later message that equals another by chance proves nothing.
  expect(of([5, 15])).toMatchObject({ change: 'later', before: 10 * minute, after: 15 * minute, until: until.after });
  expect(compareNotices(about([5]), [], { until: { before: 1 } })[0]).not.toHaveProperty('until');
});

test('a page that was merged and is no more is no change of what it only reminded of (T8)', () => {
  const later = withResponse((ladder) =>
    ladder.map((rung, index) => (index === 3 ? { ...rung, at: { n: 4, unit: 'response' as const } } : rung)),
  );
  const [before, after] = [script(), script(later)].map((one) =>
    noticesOf(run({ ...one, until: t0 + 25 * minute }).agenda),
  );
  const found = compareNotices(before!, after!, { until: { before: 25 * minute, after: 25 * minute } });
  expect(new Set(found.map(({ deadline }) => deadline))).toEqual(new Set(['response']));
  expect(found.find(({ person }) => person === 'hana')).toMatchObject({
    change: 'later',
    before: 10 * minute,
    after: 25 * minute,
    number: 2,
  });
});

test('a timeline tells the same as the agenda of the run that it came of', () => {
  const answer = run(script());
  expect(noticesOfTimeline(answer.timeline, t0)).toEqual(expect.arrayContaining(noticesOf(answer.agenda)));
  expect(compareNotices(noticesOfTimeline(answer.timeline, t0), noticesOf(answer.agenda))).toEqual([]);
});

test('a merged page says of each deadline whether it pages or only reminds, on the agenda and on the timeline (T8)', () => {
  const answer = run(script());
  const merged = answer.agenda.find(({ type, because }) => type === 'page' && because === 'merged')!;
  expect(merged.deadlines.map(({ id, mode }) => [id, mode])).toEqual([
    ['response', 'page'],
    ['phase.immediate', 'remind'],
  ]);
  const at = answer.timeline.find((entry) => entry.type === 'delivered' && entry.at === merged.at)!;
  expect(at).toMatchObject({ deadlines: ['response', 'phase.immediate'] });
  expect(at['modes']).toEqual({ response: 'page', 'phase.immediate': 'remind' });
});

test('what begins a process does not count against its limit of wakings, and the limit is told', () => {
  expect(run(script(incidentPolicy, { mostActivations: 3 }))).toMatchObject({ ends: 'limit' });
  expect(run(script())).toMatchObject({ ends: 'horizon', endedAt: '2026-12-07T08:20:00.000Z' });
  const ladders = Object.fromEntries(
    Object.entries(incidentPolicy.ladders).map(([kind, rungs]) => [
      kind,
      rungs.map((rung, index) => (index === rungs.length - 1 ? { ...rung, then: 'nothing' as const } : rung)),
    ]),
  );
  expect(run(script({ ...incidentPolicy, ladders }, { until: t0 + 48 * 60 * minute }))).toMatchObject({
    ends: 'quiet',
  });
});

test('a met, missed or exhausted deadline has the due time of its own round, whatever came after', () => {
  const steps: Script['steps'] = [
    { at: t0 + minute, name: 'acknowledge', body: {} },
    ...[40, 50, 90].map((at) => ({ at: t0 + at * minute, name: 'post-update' as const, body: { text: 'still' } })),
  ];
  const { agenda, timeline } = run(script(incidentPolicy, { steps, until: t0 + 100 * minute }));
  const updates = agenda.filter(({ deadlines: [due] }) => due?.id === 'update');
  expect(updates.filter(({ type }) => type === 'missed').length).toBeGreaterThan(1);
  for (const { type, at, deadlines } of updates)
    if (type === 'missed') expect([type, deadlines[0]!.dueAt]).toEqual([type, at]);
  const met = updates.filter(({ type }) => type === 'met');
  expect(met.map(({ late }) => late > 0)).toContain(true);
  for (const { at, late, deadlines } of met)
    if (late > 0) expect(Date.parse(at) - Date.parse(deadlines[0]!.dueAt)).toBe(late);
  expect(agenda.filter(({ type }) => ['missed', 'exhausted'].includes(type))).toHaveLength(
    timeline.filter(({ type }) => ['deadline-missed', 'exhausted'].includes(type)).length,
  );
  const [answered] = agenda.filter(({ type, deadlines: [due] }) => type === 'met' && due?.id === 'response');
  expect(answered!.deadlines[0]!.dueAt).toBe('2026-12-07T08:05:00.000Z');
  const handedOff = run(
    script(incidentPolicy, {
      steps: [steps[0]!, { at: t0 + 9 * minute, name: 'hand-off', body: { to: 'hana' } }],
    }),
  ).agenda.find(({ type }) => type === 'met');
  expect(handedOff!.deadlines[0]!.dueAt).toBe('2026-12-07T08:05:00.000Z');
});

test('nothing stands after the end: an absence that outlasts it does not end, a late step moves it', () => {
  const away = [{ from: t0 + 4 * minute, to: t0 + 14 * minute }];
  const types = (more: Partial<Script>) => run(script(incidentPolicy, more)).agenda.map(({ type }) => type);
  expect(types({ away, until: t0 + 10 * minute }).slice(-2)).toEqual(['absent', 'ended']);
  expect(types({ away, until: t0 + 10 * minute })).not.toContain('back');
  expect(types({ away, until: t0 + 14 * minute })).toContain('back');
  const late: Script['steps'] = [
    { at: t0 + minute, name: 'resolve', body: {} },
    { at: t0 + 800 * minute, name: 'set-status', body: { status: 'identified' } },
  ];
  expect(types({ steps: late, until: t0 + 1000 * minute }).slice(-2)).toEqual(['refused', 'ended']);
});

test('Markdown is a table of five columns whatever is written, a calendar has an event for each message', () => {
  const answer = run(
    script(incidentPolicy, {
      steps: [
        { at: t0 + minute, name: 'comment', body: { text: 'a | b' } },
        { at: t0 + 2 * minute, name: 'set-severity', body: { severity: 'P1', reason: 'x | <b>y' } },
      ],
    }),
  ) as unknown as RehearsalView;
  const rows = rehearsalMarkdown(answer)
    .split('\n')
    .filter((line) => line.startsWith('| 2026'));
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(7);
  const calendar = rehearsalCalendar(answer, 'one');
  const wanted = answer.agenda.filter(({ type }) => ['page', 'remind', 'nobody', 'missed', 'exhausted'].includes(type));
  expect(calendar.match(/BEGIN:VEVENT/g)).toHaveLength(wanted.length);
  const uids = (text: string) => text.match(/UID:.*/g) ?? [];
  expect(new Set(uids(calendar)).size).toBe(wanted.length);
  expect(new Set([...uids(calendar), ...uids(rehearsalCalendar(answer, 'another'))]).size).toBe(2 * wanted.length);
});
