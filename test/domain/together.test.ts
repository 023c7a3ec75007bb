/**
 * Roles of schedules, and several people at once: in a slot, in a turn, under an override (R35).
 */
import fc from 'fast-check';
import {
  actorFacts,
  coverage,
  idleOverride,
  onCallAt,
  participantsOf,
  peopleOf,
  resolveRecipients,
  shiftsBetween,
  type Directory,
  type Layer,
  type RecipientRef,
  type Schedule,
} from '../../src/domain';
import { meansSchedule } from '../../src/domain/on-call/recipients';
import { refOf } from '../../src/domain/on-call/refs';
import { serviceRowSchema } from '../../src/contracts/configuration-view';
import { incidentPolicy, t0 } from '../support/policy';
import { dayMs, override, scheduleOf } from '../support/rota';
import { directory, incident, release } from '../support/story';

const from = '2026-12-07T08:00'; // t0
const taking = (participants: Layer['participants'], hours = 24): Schedule => {
  const plain = scheduleOf({ zone: 'UTC', from, hours, participants: ['nobody'] });
  return { ...plain, layers: plain.layers.map((layer) => ({ ...layer, participants })) };
};
/** Hana and Giorgos together for a day, then Nadia alone, then Emeka and Ingrid. */
const pairs = (roles?: string[]): Schedule => ({
  ...taking([['hana', 'giorgos'], 'nadia', ['emeka', 'ingrid']]),
  ...(roles ? { roles } : {}),
});
const peopleAt = (schedule: Schedule, at: number, ...overrides: Parameters<typeof override>[]) =>
  onCallAt(
    schedule,
    overrides.map((one) => override(...one)),
    at,
  ).people;
const withSchedule = (schedule: Schedule, more: Partial<Directory> = {}): Directory => ({
  ...directory,
  schedules: { schedule },
  ...more,
});

describe('several people take a turn together', () => {
  test('all of them are on call, turn by turn', () => {
    const schedule = pairs();
    expect([0, 1, 2, 3].map((days) => peopleAt(schedule, t0 + days * dayMs))).toEqual([
      ['hana', 'giorgos'],
      ['nadia'],
      ['emeka', 'ingrid'],
      ['hana', 'giorgos'],
    ]);
    expect(participantsOf(schedule)).toEqual(['hana', 'giorgos', 'nadia', 'emeka', 'ingrid']);
    expect(shiftsBetween(schedule, [], t0, t0 + 3 * dayMs).map(({ people }) => people)).toEqual([
      ['hana', 'giorgos'],
      ['nadia'],
      ['emeka', 'ingrid'],
    ]);
  });

  test('an override puts one person in the place of all', () => {
    expect(peopleAt(pairs(), t0, ['ov-1', 'ana', t0, t0 + dayMs])).toEqual(['ana']);
  });

  test('an override for one of them leaves the others on call', () => {
    const schedule = pairs();
    expect(peopleAt(schedule, t0, ['ov-1', 'ana', t0, t0 + dayMs, { replaces: 'giorgos' }])).toEqual(['hana', 'ana']);
    const two = [
      override('ov-1', 'ana', t0, t0 + dayMs, { replaces: 'giorgos' }),
      override('ov-2', 'bruno', t0, t0 + dayMs, { replaces: 'hana', at: 1 }),
    ];
    expect(onCallAt(schedule, two, t0)).toEqual({ people: ['bruno', 'ana'], source: { override: 'ov-2' } });
  });

  test('whoever stands in for the other of their own pair is on call once', () => {
    expect(peopleAt(pairs(), t0, ['ov-1', 'hana', t0, t0 + dayMs, { replaces: 'giorgos' }])).toEqual(['hana']);
  });

  test('an override for one who is never on call then is refused, for one of a pair it is not', () => {
    const order = { person: 'ana', from: t0, to: t0 + dayMs };
    expect(idleOverride(pairs(), [], { ...order, replaces: 'giorgos' }, t0)).toBeUndefined();
    expect(idleOverride(pairs(), [], { ...order, replaces: 'nadia' }, t0)).toMatchObject({
      people: ['hana', 'giorgos'],
    });
  });

  test('an override that begins in the past is judged from now on: it does not change the past', () => {
    const order = { person: 'ana', replaces: 'giorgos', from: t0, to: t0 + 2 * dayMs };
    const tomorrow = t0 + dayMs;
    expect(idleOverride(pairs(), [], order, t0 + 1)).toBeUndefined();
    expect(idleOverride(pairs(), [], order, tomorrow)).toMatchObject({ reason: 'not-on-call', people: ['nadia'] });
    const { from: _, ...fromNow } = order;
    expect(idleOverride(pairs(), [], fromNow, tomorrow)).toMatchObject({ people: ['nadia'] });
  });

  test('the rota says at each instant what a page would find', () => {
    const name = fc.constantFrom('hana', 'giorgos', 'nadia', 'ana');
    const turn = fc.oneof(name, fc.uniqueArray(name, { minLength: 1, maxLength: 3 }));
    const hour = dayMs / 24;
    const overrides = fc.array(
      fc.record({
        person: name,
        begins: fc.nat(96),
        lasts: fc.integer({ min: 1, max: 48 }),
        replaces: fc.option(name),
      }),
      { maxLength: 4 },
    );
    const turnsOfAny = fc.array(turn, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(turnsOfAny, overrides, fc.nat(96 * 60), (participants, drawn, minutes) => {
        const schedule = taking(participants, 12);
        const laid = drawn.map(({ person, begins, lasts, replaces }, index) =>
          override(`ov-${index}`, person, t0 + begins * hour, t0 + (begins + lasts) * hour, {
            at: index,
            ...(replaces === null ? {} : { replaces }),
          }),
        );
        const at = t0 + minutes * 60_000;
        const shift = shiftsBetween(schedule, laid, t0, t0 + 100 * hour).find((one) => one.from <= at && at < one.to)!;
        expect(shift.people).toEqual(onCallAt(schedule, laid, at).people);
        expect(new Set(shift.people).size).toBe(shift.people.length);
      }),
    );
  });
});

describe('a slot holds several', () => {
  const two = withSchedule(pairs(), {
    teams: { platform: { ...directory.teams['platform']!, primary: ['fatima', 'schedule'] } },
  });
  const state = incident().state;
  const primary = refOf(state, 'primary');

  test('people and schedules in it are all meant, each once', () => {
    expect(peopleOf(primary, two, t0)).toEqual(['fatima', 'hana', 'giorgos']);
    expect(peopleOf({ kind: 'name', name: 'platform' }, two, t0)).toEqual(['fatima', 'hana', 'giorgos']);
    expect(meansSchedule([primary], two)).toBe(true);
  });

  test('a reader of the services gets the list as the contract says', () => {
    const row = { id: 'payments', team: 'platform', 'on-call': { primary: ['hana', 'rota'], secondary: 'nadia' } };
    expect(serviceRowSchema.parse(row)).toEqual(row);
  });

  test('a service has a list of its own', () => {
    const own = { ...two, services: { payments: { team: 'platform', 'on-call': { primary: ['ana', 'bruno'] } } } };
    expect(peopleOf(primary, own, t0)).toEqual(['ana', 'bruno']);
  });

  test('all of them are paged', () => {
    const request = {
      process: 'x',
      drill: false,
      drillChannels: [],
      rungs: [{ deadline: 'd', rung: '1', to: [primary] }],
    };
    const [rung] = resolveRecipients(request, two, t0).rungs;
    expect(rung!.people.map(({ person, as }) => `${person} ${as}`)).toEqual([
      'fatima primary on call of platform',
      'hana primary on call of platform',
      'giorgos primary on call of platform',
    ]);
  });

  test('all of them are of the team', () => {
    for (const person of ['fatima', 'hana', 'emeka']) expect(actorFacts(person, two, t0).teams).toContain('platform');
    expect(actorFacts('ana', two, t0).teams).toBeUndefined();
  });

  test('and so is whoever stands in for one of them, while they do and nobody stands in for them (R9)', () => {
    const teamsOfAna = (at: number, ...overrides: ReturnType<typeof override>[]) =>
      actorFacts('ana', { ...two, overrides }, at).teams;
    const anas = override('ov-1', 'ana', t0, t0 + dayMs, { replaces: 'hana' });
    expect(teamsOfAna(t0, anas)).toEqual(['platform']);
    expect(teamsOfAna(t0 + dayMs, anas)).toBeUndefined();
    expect(teamsOfAna(t0, anas, override('ov-2', 'bruno', t0, t0 + dayMs, { at: t0 + 1 }))).toBeUndefined();
    expect(teamsOfAna(t0, { ...anas, schedule: 'another' })).toBeUndefined();
  });

  test('coverage counts whom it reaches of the pair', () => {
    const pair = { ...directory.teams['platform']!, primary: ['fatima', 'hana'], secondary: 'fatima' };
    const found = (mute?: string) =>
      coverage({
        policies: [incidentPolicy],
        directory: { ...directory, teams: { platform: pair } },
        ways: Object.fromEntries(
          Object.keys(directory.people).map((id) => [id, id === mute ? [] : [{ channel: 'inbox' }]]),
        ),
        from: t0,
        to: t0 + dayMs,
        services: ['payments'],
        severities: ['P0'],
      }).findings.filter(({ kind }) => kind === 'one-carries-two');
    expect(found()).toEqual([]);
    expect(found('hana')).toHaveLength(1);
  });
});

describe('a schedule gives a role', () => {
  const schedule = pairs(['release-manager', 'duty-lead']);
  const duty = withSchedule(schedule);
  const lead: RecipientRef = { kind: 'name', name: 'duty-lead' };

  test('whoever is on call has it at that instant, overrides included', () => {
    expect(peopleOf(lead, duty, t0)).toEqual(['hana', 'giorgos']);
    expect(peopleOf(lead, duty, t0 + dayMs)).toEqual(['nadia']);
    const overrides = [override('ov-1', 'ana', t0, t0 + dayMs, { replaces: 'hana' })];
    expect(peopleOf(lead, { ...duty, overrides }, t0)).toEqual(['ana', 'giorgos']);
    expect(actorFacts('ana', { ...duty, overrides }, t0).roles).toContain('duty-lead');
    expect(actorFacts('hana', { ...duty, overrides }, t0).roles).not.toContain('duty-lead');
    expect(meansSchedule([lead], duty)).toBe(true);
  });

  test('besides those who have it in people.yaml', () => {
    const ref = refOf(release('2026-12-30T10:00:00+02:00').state, 'release-manager');
    expect(peopleOf(ref, duty, t0)).toEqual(['jonas', 'hana', 'giorgos']);
    expect(meansSchedule([ref], duty)).toBe(true);
  });

  test('its holder is an approver of a gate, and may vote while on call only', () => {
    const approvers: RecipientRef = { kind: 'approvers', roles: ['duty-lead'], services: [], except: ['giorgos'] };
    expect(peopleOf(approvers, duty, t0)).toEqual(['hana']);
    expect(meansSchedule([approvers], duty)).toBe(true);
    expect(actorFacts('nadia', duty, t0).roles).not.toContain('duty-lead');
    expect(actorFacts('nadia', duty, t0 + dayMs).roles).toContain('duty-lead');
  });
});
