/** The recipients of a ladder's words, and when a page becomes a reminder (docs/rules.md). */
import { resolveRecipients, type Directory, type ProcessState, type RecipientRef } from '../../src/domain';
import { ladderOf } from '../../src/domain/deadlines/ladder';
import { meansSchedule } from '../../src/domain/on-call/recipients';
import { refOf, refsOfRung } from '../../src/domain/on-call/refs';
import { t0 } from '../support/policy';
import { hourMs, override, scheduleOf } from '../support/rota';
import { directory, incident, release, type Story } from '../support/story';

const people = (refs: readonly RecipientRef[], from: Directory = directory, at = t0): string[] =>
  resolveRecipients(
    { process: 'x', drill: false, drillChannels: [], rungs: [{ deadline: 'x', rung: '1', to: refs }] },
    from,
    at,
  ).rungs[0]!.people.map(({ person }) => person);
const meant = (state: ProcessState, word: string, from: Directory = directory) => people([refOf(state, word)], from);
const onRung = ({ state }: Story, id: string, rung: number, from: Directory = directory): string[] => {
  const deadline = state.deadlines[id]!;
  return people(refsOfRung(state, deadline, ladderOf(state, deadline), rung - 1), from);
};
const twoTeams: Directory = {
  ...directory,
  teams: { ...directory.teams, shop: { primary: 'emeka', secondary: 'ingrid' } },
  services: { payments: { team: 'platform' }, web: { team: 'shop' } },
};

test('a slot means that of every affected team; without services that of the default team', () => {
  const both = incident({ services: ['payments', 'web'] }).state;
  expect(meant(both, 'primary', twoTeams)).toEqual(['fatima', 'emeka']);
  expect(meant(both, 'escalation-manager', twoTeams)).toEqual(['hana']);
  expect(meant(incident({ services: ['web'] }).state, 'primary', twoTeams)).toEqual(['emeka']);
  expect(meant(incident({ services: [] }).state, 'primary', twoTeams)).toEqual(['fatima']);
});

test('each is told as what they are meant: the slot and whose, the role, or why they stand in for one', () => {
  const standings = (story: Story, words: readonly string[], from: Directory = twoTeams) =>
    resolveRecipients(
      {
        process: 'x',
        drill: false,
        drillChannels: [],
        rungs: [{ deadline: 'x', rung: '1', to: words.map((word) => refOf(story.state, word)) }],
      },
      from,
      t0,
    ).rungs[0]!.people.map(({ person, as }) => `${person}: ${as ?? 'by name'}`);
  const story = incident({ services: ['web'] });
  expect(standings(story, ['primary', 'cto', 'ana'])).toEqual([
    'emeka: primary on call of shop',
    'bruno: cto',
    'ana: by name',
  ]);
  expect(standings(story, ['commander'])).toEqual(['emeka: primary on call of shop, as nobody is commander']);
  story.at('1m', 'assign-role', { role: 'commander', person: 'hana' });
  expect(standings(story, ['commander'])).toEqual(['hana: commander']);
  // Each recipient with the reason, also for several teams.
  const both = incident({ services: ['payments', 'web'] });
  expect(standings(both, ['primary'])).toEqual([
    'fatima: primary on call of platform',
    'emeka: primary on call of shop',
  ]);
  const many = Array.from({ length: 60 }, (_, index) => `service-${index}`);
  const ownSlots: Directory = {
    ...directory,
    services: Object.fromEntries(many.map((id) => [id, { team: 'platform', 'on-call': { primary: 'ana' } }])),
  };
  expect(standings(incident({ services: many }), ['primary'], ownSlots)).toEqual([
    'ana: primary on call of service-0, service-1, service-2 and 57 more',
  ]);
});

test('a role means everybody who has it, a person that one; nobody is meant twice', () => {
  const two = { ...directory, people: { ...directory.people, ana2: { ...directory.people['ana']! } } };
  const { state } = incident();
  expect(meant(state, 'ceo', two)).toEqual(['ana', 'ana2']);
  expect(meant(state, 'ana2', two)).toEqual(['ana2']);
  expect(people([refOf(state, 'ana'), refOf(state, 'ceo')])).toEqual(['ana']);
});

test('a process role means its assignee, else whoever has it, else the commander, then primary', () => {
  const story = incident();
  expect(meant(story.state, 'technical-lead')).toEqual(['fatima']);
  expect(meant(story.state, 'communications-lead')).toEqual(['mateo']);
  story.at('1m', 'assign-role', { role: 'commander', person: 'emeka' });
  expect(meant(story.state, 'technical-lead')).toEqual(['emeka']);
  story.at('1m', 'assign-role', { role: 'communications-lead', person: 'bruno' });
  expect(meant(story.state, 'communications-lead')).toEqual(['bruno']);
  story.at('2m', 'assign-role', { role: 'communications-lead', person: null });
  expect(meant(story.state, 'communications-lead')).toEqual(['mateo']);
});

test('of a release: the release manager, then the escalation manager of the default team', () => {
  const { state } = release('2026-12-30T10:00:00+02:00');
  expect(meant(state, 'technical-lead')).toEqual(['jonas']);
  const { jonas: _left, ...rest } = directory.people;
  expect(meant(state, 'technical-lead', { ...directory, people: rest })).toEqual(['hana']);
  expect(meant(state, 'release-manager', { ...directory, people: rest })).toEqual(['hana']);
});

test('an assignee who is no longer in the directory counts as none', () => {
  const story = incident().at('1m', 'assign-role', { role: 'commander', person: 'gone' });
  expect(meant(story.state, 'commander')).toEqual(['fatima']);
});

test('owner: of the open items of a phase, of an action item, of a gate the approvers still missing', () => {
  const story = release('2026-12-30T10:00:00+02:00');
  expect(onRung(story, 'phase.technical-preparation', 1)).toEqual(['ingrid', 'jonas']);
  story.at('1h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ci');
  expect(onRung(story, 'phase.technical-preparation', 1)).toEqual(['jonas']);
  story.at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid');
  // The planner may not vote, so only the rung's own word means the planner.
  expect(onRung(story, 'gate.go-no-go', 1)).toEqual(['dimitris', 'jonas']);
  story.at('3h', 'add-action-item', { title: 'alert', owner: 'cto', dueAt: '2026-12-20T10:00:00Z' });
  expect(onRung(story, 'action-item.1', 1)).toEqual(['bruno', 'jonas']);
});

test('severity means its escalate-to as it is now, all above every rung before', () => {
  const story = incident({ severity: 'P1' });
  expect(onRung(story, 'response', 3)).toEqual(['hana', 'chiara', 'dimitris']);
  story.at('1m', 'set-severity', { severity: 'P0', reason: 'all users' });
  expect(onRung(story, 'response', 3)).toEqual(['hana', 'ana', 'bruno', 'chiara']);
  expect(onRung(story, 'response', 4)).toEqual(['fatima', 'giorgos', 'hana', 'ana', 'bruno', 'chiara']);
});

test('P3 pages in working hours, and is silent outside them until the next opening', () => {
  // Declared at 10:00 in Athens; the response is due at 14:00, everybody is told at 18:00,
  // as work ends; the first repeat waits for the morning.
  const story = incident({ severity: 'P3' }).until('23h');
  const kinds = story.sent
    .filter(({ request }) => request.deadlines.some(({ id }) => id === 'response'))
    .map(({ at, request }) => `${story.clock(at)} ${request.kind}`);
  expect([...new Set(kinds)]).toEqual(['0m page', '144m page', '240m page', '480m page', '1380m page']);
});

test('R14: a rung during working hours waits for the next working day, and is not late then', () => {
  // Target Monday 14 December: the gate is due on Friday at 17:30, and one response later work is
  // over.
  const story = release('2026-12-14T17:30:00+02:00').until('180h');
  const gate = story.state.timeline.flatMap((event) =>
    event.type === 'rungs-fired' ? event.rungs.filter(({ deadline }) => deadline === 'gate.go-no-go') : [],
  );
  const monday = '2026-12-14T07:00:00.000Z';
  expect(
    gate.map(({ rung, mode, nominalAt }) => `${rung} ${mode} ${new Date(nominalAt).toISOString()}`).slice(2),
  ).toEqual([`3 page ${monday}`, `4 page ${monday}`]);
  expect(gate.map(({ late }) => late)).toEqual([undefined, undefined, undefined, undefined]);
});

// --- Schedules in slots --------------------------------------------------------------------------

const turns = scheduleOf({ zone: 'UTC', from: '2026-12-07T08:00', hours: 24, participants: ['emeka', 'ingrid'] });
const scheduled: Directory = {
  ...directory,
  teams: { ...directory.teams, shop: { primary: 'schedule', secondary: 'emeka', 'escalation-manager': 'schedule' } },
  services: {
    payments: { team: 'platform' },
    web: { team: 'shop' },
    cart: { team: 'shop', 'on-call': { secondary: 'schedule' } },
    cards: { team: 'platform', 'on-call': { primary: 'ana' } },
  },
  schedules: { schedule: turns },
};
const slot = (name: 'primary' | 'secondary' | 'escalation-manager', ...services: string[]): RecipientRef => ({
  kind: 'slot',
  slot: name,
  services,
});

test('a slot that names a schedule means whose turn it is at the instant of the page', () => {
  const primary = (at: number, from = scheduled) => people([slot('primary', 'web')], from, at);
  expect(primary(t0)).toEqual(['emeka']);
  expect(primary(t0 + 24 * hourMs - 1)).toEqual(['emeka']);
  expect(primary(t0 + 24 * hourMs)).toEqual(['ingrid']);
  expect(primary(t0 - 1)).toEqual([]);
  const overrides = [override('ov-1', 'ana', t0, t0 + hourMs)];
  expect(primary(t0, { ...scheduled, overrides })).toEqual(['ana']);
  expect(primary(t0 + hourMs, { ...scheduled, overrides })).toEqual(['emeka']);
});

test('a slot of the service itself wins over that of its team, the others stay; of several services each counts', () => {
  expect(people([slot('secondary', 'cart')], scheduled)).toEqual(['emeka']);
  expect(people([slot('secondary', 'cart')], scheduled, t0 + 24 * hourMs)).toEqual(['ingrid']);
  expect(people([slot('primary', 'cards')], scheduled)).toEqual(['ana']);
  expect(people([slot('secondary', 'cards')], scheduled)).toEqual(['giorgos']);
  expect(people([slot('primary', 'cards', 'payments', 'web')], scheduled)).toEqual(['ana', 'fatima', 'emeka']);
});

test('somebody who stands in but has left the company is passed over: the rotation counts', () => {
  const overrides = [override('ov-1', 'gone', t0, t0 + hourMs)];
  expect(people([slot('primary', 'web')], { ...scheduled, overrides })).toEqual(['emeka']);
});

test('what meets no schedule does not need to know who stands in', () => {
  expect(meansSchedule([slot('primary', 'web')], scheduled)).toBe(true);
  expect(
    meansSchedule([slot('secondary', 'web'), slot('primary', 'payments'), { kind: 'name', name: 'cto' }], scheduled),
  ).toBe(false);
  expect(meansSchedule([slot('primary', 'payments', 'cart')], scheduled)).toBe(true);
  const commander: RecipientRef = { kind: 'process-role', role: 'commander', fallback: [slot('primary', 'web')] };
  expect(meansSchedule([commander], scheduled)).toBe(true);
  expect(meansSchedule([slot('primary')], directory)).toBe(false);
});
