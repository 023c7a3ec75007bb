/**
 * How long it takes to look up the recipients of a rung, and 90 days of shifts, in an organisation
 * of 200 people and 50 schedules with overrides.
 */
import { createActivities } from '../src/activities';
import { DeliveryMetrics } from '../src/activities/lateness';
import { compileSchedules } from '../src/config/compile/on-call';
import type { CalendarFile } from '../src/config/files/calendar-shapes';
import { shiftsBetween, type Directory, type Override, type ResolveRequest } from '../src/domain';
import { atMost, median, percentile, short, type Row } from './table';

const dayMs = 86_400_000;
const people = 200;
const schedules = 50;
const calendar: CalendarFile = {
  zone: 'UTC',
  weekend: [],
  hours: { from: '00:00', to: '24:00' },
  holidays: [],
  'half-days': {},
  calendars: {},
};
const zones = ['Europe/Athens', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Santiago'];
const now = Date.parse('2026-12-07T08:00:00Z');

export async function resolve(): Promise<Row[]> {
  const directory = organisation();
  const overrides: Override[] = Array.from({ length: 500 }, (_, index) => ({
    id: `ov-${index}`,
    schedule: `schedule-${index % schedules}`,
    person: `person-${index % people}`,
    from: now + index * 3_600_000,
    to: now + (index + 1) * 3_600_000,
    by: 'bench',
    at: now,
  }));
  const activities = createActivities({
    directory: () => directory,
    overrides: () => Promise.resolve(overrides),
    channels: new Map(),
    processes: {
      declareIncident: () => Promise.reject(new Error('not here')),
      absorb: () => Promise.resolve(),
      placeAlerts: () => Promise.reject(new Error('not here')),
      acknowledgePage: () => Promise.reject(new Error('not here')),
      tellAlerts: () => Promise.reject(new Error('not here')),
      findIncidents: () => Promise.resolve({ incidents: [], unanswered: [] }),
      tellIncident: () => Promise.resolve(),
      applyChange: () => Promise.reject(new Error('not here')),
      tellChange: () => Promise.reject(new Error('not here')),
      report: () => Promise.reject(new Error('not here')),
    },
    notices: { to: [], audiences: {} },
    links: { processUrl: () => '', ackUrl: () => '' },
    clock: () => now + Math.random() * 90 * dayMs,
    metrics: new DeliveryMetrics(),
    words: () => '',
    zone: 'Europe/Athens',
    logger: { info: () => undefined, warn: () => undefined },
  });
  const services = Object.keys(directory.services);
  const request: ResolveRequest = {
    process: 'INC-2026-12-07-001',
    drill: false,
    drillChannels: [],
    rungs: [
      {
        deadline: 'response',
        rung: '4',
        to: [
          ...(['primary', 'secondary', 'escalation-manager'] as const).map((slot) => ({
            kind: 'slot' as const,
            slot,
            services,
          })),
          { kind: 'name', name: 'role-3' },
        ],
      },
    ],
  };
  let meant = 0;
  const rung = await timed(2_000, async () => {
    meant = (await activities.resolve(request)).rungs[0]!.people.length;
  });
  const twenty = Object.values(directory.schedules ?? {}).slice(0, 20);
  let shifts = 0;
  const rota = await timed(50, async () => {
    shifts = twenty.reduce((sum, one) => sum + shiftsBetween(one, overrides, now, now + 90 * dayMs).length, 0);
  });
  const note = (samples: readonly number[], what: string) =>
    `p99 ${short(percentile(samples, 0.99))} ms, ${samples.length} times; ${what}`;
  return [
    atMost(
      'a rung of every slot, 200 people and 50 schedules',
      median(rung),
      5,
      ' ms',
      note(rung, `${meant} people meant, 500 overrides`),
    ),
    atMost('90 days of 20 schedules', median(rota), 100, ' ms', note(rota, `${shifts} shifts`)),
  ];
}

async function timed(times: number, work: () => Promise<void>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = -times / 10; index < times; index++) {
    const began = performance.now();
    await work();
    // The first runs are for warming up.
    if (index >= 0) samples.push(performance.now() - began);
  }
  return samples;
}

/**
 * One team for each schedule; weekly, daily and hourly turns, with office hours and nights on top.
 */
function organisation(): Directory {
  const person = (index: number) => `person-${index % people}`;
  const layer = (name: string, index: number, every: string, restrict: object[] = []) => ({
    name,
    rotation: { every, 'hand-off': '09:00', from: '2026-01-05' },
    participants: Array.from({ length: 6 }, (_, turn) => person(index * 4 + turn)),
    restrict: restrict as never[],
  });
  const days = ['mon', 'tue', 'wed', 'thu', 'fri'];
  const file = {
    schedules: Object.fromEntries(
      Array.from({ length: schedules }, (_, index) => [
        `schedule-${index}`,
        {
          name: `Schedule ${index}`,
          zone: zones[index % zones.length]!,
          layers: [
            layer('turns', index, ['1w', '1d', '12h', '7h'][index % 4]!),
            layer('office', index + 1, '1w', [{ days, from: '09:00', to: '18:00' }]),
            layer('night', index + 2, '1d', [{ from: '22:00', to: '06:00' }]),
          ],
        },
      ]),
    ),
  };
  const teams = Array.from({ length: schedules }, (_, index) => index);
  return {
    people: Object.fromEntries(
      Array.from({ length: people }, (_, index) => [
        person(index),
        { name: `Person ${index}`, roles: [`role-${index % 20}`], reach: ['inbox', 'console'] },
      ]),
    ),
    teams: Object.fromEntries(
      teams.map((index) => [
        `team-${index}`,
        {
          primary: `schedule-${index}`,
          secondary: `schedule-${(index + 1) % schedules}`,
          'escalation-manager': `schedule-${(index + 2) % schedules}`,
        },
      ]),
    ),
    services: Object.fromEntries(teams.map((index) => [`service-${index}`, { team: `team-${index}` }])),
    defaultTeam: 'team-0',
    schedules: compileSchedules(file, calendar, now + 800 * dayMs),
  };
}
