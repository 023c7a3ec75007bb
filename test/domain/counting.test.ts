/**
 * R32 in processes: in which calendar a process counts, and that responses and intervals of
 * business time are counted as such wherever the rules of time use them.
 */
import type { Accepted, CompiledCalendar, Policy, Refused, SeverityPolicy } from '../../src/domain';
import { calendarOf } from '../../src/domain/deadlines/due';
import { exhaustionAt, rungInstants } from '../../src/domain/deadlines/rung-instants';
import { snapshotAt } from '../../src/domain/messages/snapshot';
import { teamsOf } from '../../src/domain/state/actor';
import { calendar, hour, incidentPolicy, releasePolicy, weekOf } from '../support/policy';
import { actorOf, directory, incident, release, Story } from '../support/story';

const bh = (hours: number) => ({ n: hours * hour, unit: 'bh' }) as const;
const level = (of: Policy, id: string, more: Partial<SeverityPolicy>): Policy => ({
  ...of,
  severities: { ...of.severities, [id]: { ...of.severities[id]!, ...more } },
});
/** P2 answers within 4 business hours, 09:00 to 18:00 in Athens, and tells how it goes every 2. */
const desk: Policy = {
  ...level(incidentPolicy, 'P2', { response: bh(4), updateEvery: bh(2) }),
  ladders: {
    ...incidentPolicy.ladders,
    response: [
      { at: { n: -1, unit: 'response' }, mode: 'page', to: ['primary'] },
      { at: { n: -0.25, unit: 'response' }, mode: 'remind', to: ['primary'] },
      { at: { n: 0, unit: 'ms' }, mode: 'page', to: ['secondary'], repeat: { every: bh(1), times: 3 } },
      { at: { n: 1.5, unit: 'response' }, mode: 'page', to: ['escalation-manager'] },
    ],
  },
};
const friday = Date.parse('2026-11-27T17:00+02:00');
const saturday = Date.parse('2026-11-28T11:00+02:00');

function declared(at: number, policy: Policy = desk, services: string[] = ['payments']): Story {
  const body = { title: 'Mail is slow', severity: 'P2', services };
  const teams = teamsOf(services, directory);
  return new Story({ kind: 'incident', id: 'INC-2026-11-27-001', at, actor: actorOf('emeka'), policy, body, teams });
}
/** `Mon 30 11:00` on the clock of Athens, two hours ahead of UTC in winter. */
const shown = (at: number | undefined) =>
  at === undefined
    ? 'never'
    : new Date(at + 2 * hour).toUTCString().replace(/^(\w+), (\d+) .* (\d\d:\d\d):\d\d .*$/, '$1 $2 $3');
const rungs = ({ state }: Story, id = 'response') =>
  rungInstants(state, state.deadlines[id]!).map(({ label, nominalAt }) => `${label} ${shown(nominalAt)}`);

describe('R32 a response in business hours', () => {
  test('is due, climbs, repeats and comes to its end in business time', () => {
    const story = declared(friday);
    expect(shown(story.state.deadlines['response']!.dueAt)).toBe('Mon 30 12:00');
    expect(rungs(story)).toEqual([
      '1 Fri 27 17:00',
      '2 Mon 30 11:00',
      '3 Mon 30 12:00',
      '3+1 Mon 30 13:00',
      '3+2 Mon 30 14:00',
      '3+3 Mon 30 15:00',
      '4 Mon 30 18:00',
    ]);
    expect(shown(exhaustionAt(story.state, story.state.deadlines['response']!))).toBe('Tue 01 13:00');
  });

  test('of a Saturday begins on Monday: nobody is told before', () => {
    const story = declared(saturday);
    expect(rungs(story).slice(0, 3)).toEqual(['1 Mon 30 09:00', '2 Mon 30 12:00', '3 Mon 30 13:00']);
    story.until('45h59m');
    expect(story.pages(['page', 'remind'])).toEqual([]);
    story.until('46h');
    expect(story.pages()).toEqual(['2760m fatima']);
  });

  test('opens the first update one interval after the answer, and messages promise the same', () => {
    const story = declared(friday);
    const promised = () => shown(snapshotAt(story.state, story.state.timeline.length).nextUpdateAt);
    const due = () => shown(story.state.deadlines['update']!.dueAt);
    expect([due(), promised()]).toEqual(['Mon 30 14:00', 'Mon 30 14:00']);
    story.at('10m', 'acknowledge', {});
    expect([due(), promised()]).toEqual(['Mon 30 10:10', 'Mon 30 10:10']);
    story.at('30m', 'post-update', { text: 'found' });
    expect([due(), promised()]).toEqual(['Mon 30 10:30', 'Mon 30 10:30']);
  });

  test('limits what may be promised and snoozed, in the words of the template', () => {
    const story = declared(friday).at('10m', 'acknowledge', {});
    const said = (answer: Accepted | Refused) => (answer.ok ? 'accepted' : answer.refusal.message);
    const snooze = (until: string) => said(story.ask('snooze', { deadline: 'update', until, reason: 'sleep' }));
    expect(snooze('2026-11-30T11:00:00+02:00')).toMatch(/2026-11-30T08:10.* \(one update interval, 2bh\)/);
    expect(snooze('2026-11-30T10:00:00+02:00')).toBe('accepted');
    const promise = (text: string) => said(story.ask('post-update', { text: 'later', nextUpdateAt: text }));
    expect(promise('2026-12-01T17:00:00+02:00')).toMatch(/2026-11-30T14:10.* \(4 intervals of 2bh\)/);
    expect(promise('2026-11-30T16:10:00+02:00')).toBe('accepted');
  });

  test('is the time that a hand-off has', () => {
    const story = declared(friday).at('10m', 'acknowledge', {}).at('30m', 'hand-off', { to: 'bruno' });
    expect(story.state).toMatchObject({ handOff: { dueAt: Date.parse('2026-11-30T12:30+02:00') } });
  });

  test('moves with the severity, out of business time and back', () => {
    const story = declared(friday).at('10m', 'set-severity', { severity: 'P3', reason: 'minor' }, 'hana');
    expect(shown(story.state.deadlines['response']!.dueAt)).toBe('Fri 27 21:00');
    story.at('20m', 'set-severity', { severity: 'P2', reason: 'not so minor' }, 'hana');
    expect(shown(story.state.deadlines['response']!.dueAt)).toBe('Mon 30 12:00');
  });
});

test('R32 phases and items count from their anchors in business time, backwards too', () => {
  const before = {
    ...releasePolicy,
    ladders: { ...releasePolicy.ladders, phase: [{ at: bh(-2), mode: 'remind' as const, to: ['release-manager'] }] },
  };
  const [first, ...others] = releasePolicy.phases;
  const due = { anchor: 'target' as const, offset: { n: -12 * hour, unit: 'bh' as const } };
  const story = release('2026-12-21T10:00+02:00', {}, { ...before, phases: [{ ...first!, due }, ...others] });
  const id = `phase.${first!.id}`;
  expect(shown(story.state.deadlines[id]!.dueAt)).toBe('Thu 17 16:00');
  expect(rungs(story, id)).toEqual(['1 Thu 17 14:00']);
});

describe('R32 the calendar of a process', () => {
  const open = (from: number, to: number): CompiledCalendar => ({
    ...calendar,
    week: weekOf([1, 2, 3, 4, 5], [from * 60, to * 60]),
  });
  const several: Policy = {
    ...level(desk, 'P2', {}),
    calendars: { early: open(6, 14), late: open(12, 20), night: open(0, 8) },
    teamCalendars: { of: { platform: 'early', travel: 'late', lost: 'gone' }, byDefault: 'night' },
  };
  const ofSeverity = level(several, 'P2', { calendar: 'late' });
  const opens = (policy: Policy, services: string[], teams: Record<string, string>) =>
    calendarOf({ policy, severity: 'P2', services, teams }).week[1]![0]![0] / 60;
  const teams = { payments: 'platform', search: 'travel', old: 'lost', free: 'nothing' };

  test.each([
    ['of the severity, whoever the team is', ofSeverity, ['payments'], 12],
    ['of the team of the first service', several, ['payments', 'search'], 6],
    ['of the team of the first service whose team is known', several, ['unheard-of', 'search'], 12],
    ['of the default team, when no team is known', several, [], 0],
    ['of the installation, when the team names none', several, ['free'], 9],
    ['of the installation, when the process has none of the name', several, ['old'], 9],
    ['of the installation, when there are no others', desk, ['payments'], 9],
  ] as const)('is that %s', (_, policy, services, from) => {
    expect(opens(policy, [...services], teams)).toBe(from);
  });

  test('changes with the severity, and every deadline with it', () => {
    const policy = level(several, 'P1', { response: bh(4), calendar: 'late' });
    const story = declared(friday, policy);
    expect(shown(story.state.deadlines['response']!.dueAt)).toBe('Mon 30 10:00');
    story.at('10m', 'set-severity', { severity: 'P1', reason: 'worse' }, 'hana');
    expect(shown(story.state.deadlines['response']!.dueAt)).toBe('Mon 30 13:00');
  });

  test('is that of the team in a release as well', () => {
    const { state } = release('2026-12-21T10:00+02:00', {}, { ...releasePolicy, ...calendarsOf(several) });
    expect(calendarOf(state).week[1]).toEqual([[6 * 60, 14 * 60]]);
  });

  test('is fresh after a reschedule, and of the others the process keeps those that it had', () => {
    const story = release('2026-12-21T10:00+02:00', {}, { ...releasePolicy, ...calendarsOf(several) });
    const fresh = { calendar: open(10, 11), calendars: { early: open(7, 8), unused: open(1, 2) } };
    story.ask('reschedule', { targetAt: '2026-12-22T10:00:00+02:00', reason: 'later' }, 'jonas', { calendars: fresh });
    const { policy } = story.state;
    expect(policy.calendar.week[1]).toEqual([[600, 660]]);
    expect(Object.keys(policy.calendars!)).toEqual(['early', 'late', 'night']);
    expect(policy.calendars!['early']!.week[1]).toEqual([[420, 480]]);
    expect(policy.calendars!['late']).toBe(several.calendars!['late']);
  });

  test('says when a rung with hours of its own may fire', () => {
    const waits: Policy = {
      ...several,
      ladders: {
        response: [{ at: { n: 0, unit: 'ms' }, mode: 'page', to: ['primary'], during: 'working-hours' }],
      },
    };
    const night = incident({ severity: 'P0' }, waits);
    expect(rungs(night)).toEqual(['1 Mon 07 10:05']);
    const evening = declared(
      Date.parse('2026-11-27T14:30+02:00'),
      level(waits, 'P2', { response: { n: hour, unit: 'ms' } }),
    );
    expect(rungs(evening)).toEqual(['1 Mon 30 06:00']);
  });
});

function calendarsOf({ calendars, teamCalendars }: Policy): Pick<Policy, 'calendars' | 'teamCalendars'> {
  return { ...(calendars && { calendars }), ...(teamCalendars && { teamCalendars }) };
}
