/**
 * The look-up of recipients uses the schedules of the moment of the page, and asks for overrides
 * only when a schedule is involved.
 */
import { createActivities } from '../../src/activities';
import { DeliveryMetrics } from '../../src/activities/lateness';
import type { Directory, RecipientRef, ResolveRequest } from '../../src/domain';
import { hourMs, instant, override, scheduleOf } from '../support/rota';
import { directory } from '../support/story';
import { saidIn } from '../support/messages';

const handOff = instant('2026-12-07T09:00[UTC]');
const scheduled: Directory = {
  ...directory,
  teams: { ...directory.teams, shop: { primary: 'schedule', secondary: 'emeka' } },
  services: { payments: { team: 'platform' }, web: { team: 'shop' } },
  schedules: {
    schedule: scheduleOf({ zone: 'UTC', from: '2026-12-06T09:00', hours: 24, participants: ['ingrid', 'jonas'] }),
  },
};
const asking = (...services: string[]): ResolveRequest => {
  const slot: RecipientRef = { kind: 'slot', slot: 'primary', services };
  return { process: 'x', drill: false, drillChannels: [], rungs: [{ deadline: 'response', rung: '1', to: [slot] }] };
};

function setUp(overrides: readonly ReturnType<typeof override>[] = []) {
  const world = { now: handOff - 1, asked: 0 };
  const activities = createActivities({
    directory: () => scheduled,
    overrides: async () => {
      world.asked += 1;
      return overrides;
    },
    channels: new Map(),
    processes: {
      declareIncident: async () => '',
      absorb: async () => undefined,
      placeAlerts: () => Promise.reject(new Error('not here')),
      tellAlerts: () => Promise.reject(new Error('not here')),
      acknowledgePage: () => Promise.reject(new Error('not here')),
      findIncidents: () => Promise.resolve({ incidents: [], unanswered: [] }),
      tellIncident: () => Promise.resolve(),
      applyChange: () => Promise.reject(new Error('not here')),
      tellChange: () => Promise.reject(new Error('not here')),
      report: () => Promise.reject(new Error('not here')),
    },
    notices: { to: [], audiences: {} },
    links: { processUrl: () => '', ackUrl: () => '' },
    clock: () => world.now,
    metrics: new DeliveryMetrics(),
    words: saidIn,
    zone: 'Europe/Athens',
    logger: { info: () => undefined, warn: () => undefined },
  });
  const primary = async (...services: string[]) =>
    (await activities.resolve(asking(...services))).rungs[0]!.people.map(({ person }) => person);
  return { world, primary };
}

test('whoever is on call at the moment of the page is meant: before the hand-off one, from it on the other', async () => {
  const { world, primary } = setUp();
  expect(await primary('web')).toEqual(['ingrid']);
  world.now = handOff;
  expect(await primary('web')).toEqual(['jonas']);
});

test('whoever stands in is meant as long as they do', async () => {
  const { world, primary } = setUp([override('ov-1', 'ana', handOff, handOff + hourMs)]);
  expect(await primary('web')).toEqual(['ingrid']);
  world.now = handOff;
  expect(await primary('web')).toEqual(['ana']);
  world.now = handOff + hourMs;
  expect(await primary('web')).toEqual(['jonas']);
});

test('a page that meets no schedule asks nobody who stands in', async () => {
  const { world, primary } = setUp();
  expect(await primary('payments')).toEqual(['fatima']);
  expect(world.asked).toBe(0);
  await primary('payments', 'web');
  expect(world.asked).toBe(1);
});
