/**
 * Coverage judges what may happen (R39): pages in the hours in which they leave, each template with
 * the services whose processes follow it, and whether anything leaves Muster at all.
 */
import type { Condition, Policy, RungPolicy, SeverityPolicy } from '../../src/domain';
import {
  ask,
  directory,
  errors,
  having,
  ladder,
  local,
  ofKind,
  policy,
  rung,
  waysWith,
  week,
} from '../support/coverage';
import { day, releasePolicy, t0 } from '../support/policy';
import { clock } from '../support/rota';

const level = (id: string, more: Partial<SeverityPolicy>): Policy => ({
  ...policy,
  severities: { ...policy.severities, [id]: { ...policy.severities[id]!, ...more } },
});
const saturday = Date.parse('2026-12-05T09:00:00Z');

describe('a level that pages in working hours only', () => {
  test('is judged from an opening on: what begins on a Saturday is not late for that', () => {
    const quick = level('P3', { response: { n: 30 * 60_000, unit: 'ms' } });
    expect(errors({ policies: [quick], severities: ['P3'], from: saturday, to: saturday + 7 * day })).toEqual([]);
  });

  test('is too late when its first page comes after the response even so', () => {
    const late: Policy = { ...policy, ladders: { response: [rung(0.5, ['primary'])] } };
    const found = errors({ policies: [late], severities: ['P3'], from: saturday, to: saturday + 7 * day });
    expect(found).toMatchObject([{ kind: 'late-response', where: [{ severities: ['P3'] }] }]);
  });

  test('says that a response in elapsed time goes on meanwhile, and not of one in business hours', () => {
    const hoursOnly = (one: Policy) => ofKind('hours-only', { policies: [one], severities: ['P3'] })[0]!.what;
    expect(hoursOnly(policy)).toMatch(/waits for the opening \(page-during\); the response goes on meanwhile/);
    expect(hoursOnly(level('P3', { response: { n: 4 * 3_600_000, unit: 'bh' } }))).toMatch(/\(page-during\)$/);
  });

  test('needs nobody on call at night, when none of its pages leave', () => {
    const days = week('first', ['ann'], {
      hours: 24,
      restrict: [{ days: [0, 1, 2, 3, 4, 5, 6], from: clock('08:00'), to: clock('19:00') }],
    });
    const nights = week('first', ['ann'], {
      hours: 24,
      restrict: [{ days: [0, 1, 2, 3, 4, 5, 6], from: clock('19:00'), to: clock('08:00') }],
    });
    const asked = (first: typeof days, severity: string) =>
      ofKind('reaches-nobody', {
        ...having({ schedules: { ...directory.schedules, first } }),
        severities: [severity],
        to: t0 + 2 * day,
      });
    expect(asked(days, 'P3')).toEqual([]);
    expect(asked(days, 'P2')).toHaveLength(1);
    // On call only while no page leaves: an answer can never come.
    expect(asked(nights, 'P3').map(local)).toEqual([
      [
        '2026-12-07T08:00:00.000Z 2026-12-07T17:00:00.000Z',
        '2026-12-08T06:00:00.000Z 2026-12-08T17:00:00.000Z',
        '2026-12-09T06:00:00.000Z 2026-12-09T08:00:00.000Z',
      ],
    ]);
  });
});

test('a level that says `page: none` is a note, and no page of it is judged', () => {
  const found = ask({ policies: [level('P2', { page: 'none' })], severities: ['P2'] });
  expect(found.filter(({ kind }) => kind !== 'no-ladder').map(({ level: grave, what }) => [grave, what])).toEqual([
    ['note', 'P2 pages nobody: what would page reminds (page: none)'],
  ]);
});

test('a level without updates needs no ladder for them', () => {
  const quiet = level('P3', { update: 'none' });
  const levels = (one: Policy) =>
    ofKind('no-ladder', { policies: [one] }).find(({ level: grave }) => grave === 'error')!.where[0]!.severities;
  expect(levels(policy)).toEqual(['P0', 'P1', 'P2', 'P3']);
  expect(levels(quiet)).toEqual(['P0', 'P1', 'P2']);
});

test('a response ladder that says `then: nothing` is a note: nobody is asked after its end', () => {
  const silent = [...ladder.slice(0, 2), rung(0, ['escalation-manager'], { then: 'nothing' })];
  expect(ofKind('falls-silent', { policies: [{ ...policy, ladders: { response: silent } }] })).toMatchObject([
    { level: 'note', where: [{ ladder: 'response', rungs: [3] }] },
  ]);
  expect(ofKind('falls-silent')).toEqual([]);
});

test('a missing ladder of action items is a note, of anything else an error', () => {
  const found = ofKind('no-ladder').map(({ level: grave, what }) => [grave, what]);
  expect(found).toContainEqual(['error', expect.stringContaining('a promised update')]);
  expect(found).toContainEqual(['note', expect.stringContaining('an action item')]);
});

describe('each template with the services whose processes follow it', () => {
  const named = (name: string): Policy => ({
    ...policy,
    template: { ...policy.template, name },
    ladders: { response: [...ladder, rung(0, ['nobody-here'])] },
  });
  const judged = (policies: Policy[], more = {}): Record<string, unknown> =>
    Object.fromEntries<unknown>(
      errors({ policies, ...having(more) })
        .filter(({ kind }) => kind === 'reaches-nobody')
        .flatMap(({ where }) => where.map(({ template, services }) => [template ?? 'the only one', services])),
    );
  const services = { ...directory.services, search: { team: 'core', templates: ['desk'] } };

  test('the default has the others, and incidents about no service', () => {
    expect(judged([named('usual'), named('desk')], { services })).toEqual({
      usual: [null, 'payments'],
      desk: ['search'],
    });
  });

  test('one that a label chooses, or that is followed by name alone, has all', () => {
    const all = [null, 'payments', 'search'];
    expect(judged([named('usual'), named('desk')], { services, labels: { help: { templates: ['desk'] } } })).toEqual({
      usual: [null, 'payments'],
      desk: all,
    });
    expect(judged([named('usual'), named('by-name')])).toEqual({ usual: all, 'by-name': all });
  });

  test('a template of the other kind is no matter', () => {
    expect(
      judged([named('desk'), { ...releasePolicy, template: { ...policy.template, name: 'usual' } }], { services }),
    ).toEqual({ 'the only one': [null, 'payments', 'search'] });
  });
});

describe('messages that stay inside Muster', () => {
  const inside = ['inbox'];
  const audiences = {
    leadership: { public: false, autoPublish: false, channels: ['inbox'] },
    engineering: { public: false, autoPublish: false, channels: ['inbox', 'mail'] },
    unheard: { public: false, autoPublish: false, channels: ['inbox'] },
    'status-page': { public: true, autoPublish: false, channels: ['inbox'] },
  };
  const asked = (more = {}) => ofKind('stays-here', { policies: [{ ...policy, audiences }], inside, ...more });

  test('are a note: the people whom pages mean and whose only way is the inbox', () => {
    const found = asked(waysWith({ eva: [{ channel: 'inbox' }], max: [{ channel: 'inbox' }] }));
    expect(found[0]).toMatchObject({
      level: 'note',
      what: 'EVA is reached only inside Muster (inbox): who does not look there does not hear',
      where: [],
    });
  });

  test('are a note: audiences that somebody announces to, and the public apart', () => {
    expect(asked().map(({ what }) => what)).toEqual([
      'what is announced to leadership stays inside Muster (inbox)',
      'what is announced to status-page stays inside Muster (inbox): the public cannot read it',
    ]);
  });

  test('are not said again as the one channel over which everybody is reached', () => {
    const ways = waysWith(Object.fromEntries(Object.keys(directory.people).map((id) => [id, [{ channel: 'inbox' }]])));
    expect(ofKind('one-channel', { ...ways, inside })).toEqual([]);
    expect(ofKind('one-channel', ways)).toHaveLength(1);
  });

  test('are no finding where a channel leaves Muster', () => {
    const open = {
      ...audiences,
      leadership: audiences.engineering,
      'status-page': { ...audiences.engineering, public: true },
    };
    expect(ofKind('stays-here', { policies: [{ ...policy, audiences: open }], inside })).toEqual([]);
  });
});

describe('a rung that applies under some facts only (R30)', () => {
  const withResponse = (...rungs: RungPolicy[]) => ({
    policies: [{ ...policy, ladders: { response: rungs } }],
    severities: ['P0'],
  });
  const lost = (when: Condition) =>
    ofKind('reaches-nobody', withResponse(rung(-1, ['primary']), rung(0, ['ghost'], { when }))).map(({ where }) =>
      where.map(({ services }) => services),
    );

  test('leaves the other rungs to be judged where it does not apply', () => {
    const first = rung(-1, ['ann'], { when: { label: ['security'] } });
    const found = errors(withResponse(first, rung(-0.5, ['bob']), rung(-0.4, ['secondary'])));
    // Without the label, `bob` of rung 2 is on rung 3 in every second week.
    expect(found.filter(({ person }) => person === 'bob').flatMap(({ where }) => where)).toMatchObject([
      { rungs: [2, 3] },
    ]);
  });

  test('is judged for the service that it names, though services of one team are judged together', () => {
    expect(lost({ service: ['search'] })).toEqual([[['search']]]);
  });

  test('is judged for the team that it names, and for incidents about no service if that is the default team', () => {
    expect(lost({ team: ['core'] })).toEqual([[[null, 'payments', 'search']]]);
  });

  test('is judged under two facts at once', () => {
    expect(lost({ label: ['security'], customerFacing: true })).toEqual([[[null, 'payments', 'search']]]);
  });

  test('comes in time by its own instant', () => {
    const why = (n: number) =>
      ofKind('late-response', withResponse(rung(n, ['primary'], { when: { label: ['security'] } }))).map(
        ({ what }) => what.split(', and ')[1],
      );
    // An incident without the label is answered by nobody in both.
    expect(why(-1)).toEqual(['no rung pages anybody']);
    expect(why(1)).toEqual(['no rung pages anybody', 'the first page comes 10m after the incident began']);
  });
});
