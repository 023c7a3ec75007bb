import { expectSources } from '../../../src/domain/alerts/intake';
import { alertsOfReport } from '../../../src/domain/alerts/reports';
import { carriedIntake, carriedLimit, mostEpisodes } from '../../../src/domain/alerts/room';
import type { IntakeState, Leading, RuledAlert } from '../../../src/domain/model';
import { alert, Desk, opens } from '../../support/alert-desk';
import { minute, t0 } from '../../support/policy';

describe('an episode', () => {
  test('begins with the first firing and is placed once; repeats are counted, not told', () => {
    const desk = new Desk().take(alert('firing'));
    expect(desk.said).toEqual(['place: am/a#1 firing']);
    desk.placed().at(minute).take(alert('firing'), alert('firing'));
    expect(desk.said).toEqual([]);
    expect(desk.state.episodes['am/a']).toMatchObject({ count: 3, lastAt: t0 + minute, incident: 'INC-1' });
  });

  test('ends once, and the incident is told; the next firing begins another in the same place', () => {
    const desk = new Desk().take(alert('firing')).placed().take(alert('resolved'));
    expect(desk.said).toEqual(['tell INC-1: am/a#1 resolved']);
    desk.answer({ type: 'told' }).take(alert('resolved')).take(alert('firing'));
    expect(desk.said).toEqual(['place: am/a#2 firing']);
    expect(desk.effects[0]).toMatchObject({ request: { lastIncident: 'INC-1' } });
  });

  test('is not begun again by a firing that is older than its end', () => {
    const since = { startsAt: t0 - minute };
    const desk = new Desk()
      .take(alert('firing', since))
      .placed()
      .take(alert('resolved', since))
      .answer({ type: 'told' });
    // Alertmanager rounds the start in one of the two messages.
    desk.take(alert('firing', { startsAt: t0 - minute + 300 }));
    expect(desk.said).toEqual([]);
    expect(desk.state.sources['am']).toMatchObject({ late: 1 });
    expect(desk.take(alert('firing', { startsAt: t0 })).said).toEqual(['place: am/a#2 firing']);
  });

  test('whose end was heard first wakes nobody', () => {
    const since = { startsAt: t0 - minute };
    const desk = new Desk().take(alert('resolved', since)).take(alert('firing', since));
    expect(desk.said).toEqual([]);
  });

  test('is not ended by an end from before its beginning', () => {
    const desk = new Desk().take(alert('firing', { startsAt: t0 })).placed();
    expect(desk.take(alert('resolved', { endsAt: t0 - 1 })).said).toEqual([]);
    expect(desk.take(alert('resolved', { endsAt: t0 + 1 })).said).toEqual(['tell INC-1: am/a#1 resolved']);
  });

  test('of a rule that waits is told of only when it fires for so long', () => {
    const waits = { ruling: { ...opens, waitMs: 2 * minute } };
    const brief = new Desk()
      .take(alert('firing', waits))
      .at(minute)
      .take(alert('resolved', waits))
      .at(10 * minute);
    expect(brief.said).toEqual([]);
    const long = new Desk().take(alert('firing', waits)).at(2 * minute - 1);
    expect(long.said).toEqual([]);
    expect(long.at(2 * minute).said).toEqual(['place: am/a#1 firing']);
  });

  test('that flaps is held open until it is quiet', () => {
    const ruling = { ...opens, flapping: { times: 3, withinMs: 10 * minute } };
    const desk = new Desk();
    for (const [index, says] of (['firing', 'resolved', 'firing', 'resolved', 'firing'] as const).entries()) {
      desk.at(index * minute).take(alert(says, { ruling }));
      while (desk.effects.length > 0)
        desk.answer(desk.effects[0]!.type === 'place' ? { type: 'placed', incident: 'INC-1' } : { type: 'told' });
    }
    desk.at(5 * minute).take(alert('resolved', { ruling }));
    expect(desk.effects[0]).toMatchObject({ report: { alerts: [{ state: 'firing', flaps: true }] } });
    desk
      .answer({ type: 'told' })
      .at(6 * minute)
      .take(alert('firing', { ruling }))
      .at(7 * minute)
      .take(alert('resolved', { ruling }));
    expect(desk.state.episodes['am/a']).toMatchObject({ number: 3, endsAt: t0 + 17 * minute });
    while (desk.effects.length > 0) desk.answer({ type: 'told' });
    expect(desk.at(17 * minute).said).toEqual(['tell INC-1: am/a#3 resolved']);
  });
});

describe('a group', () => {
  test('that ends, ends its alerts that were left out of the message', () => {
    const group = 'g';
    const desk = new Desk().take(alert('firing', { group }), alert('firing', { key: 'b', group })).placed();
    desk.taken({ alerts: [alert('resolved', { group })], groups: [{ group, says: 'resolved', leftOut: 1 }] });
    expect(desk.said).toEqual(['tell INC-1: am/a#1 resolved, am/b#1 resolved']);
  });
});

describe('a place', () => {
  test('has one placement under way: what comes meanwhile follows into the same incident', () => {
    const desk = new Desk().take(alert('firing')).take(alert('firing', { key: 'b' }), alert('firing', { key: 'c' }));
    expect(desk.said).toEqual(['place: am/a#1 firing']);
    desk.placed();
    expect(desk.said).toEqual(['place: am/b#1 firing, am/c#1 firing']);
    expect(desk.effects[0]).toMatchObject({ request: { lastIncident: 'INC-1' } });
  });

  test('tells of an end that came while the alert was being placed', () => {
    const desk = new Desk().take(alert('firing')).take(alert('resolved'));
    expect(desk.said).toEqual(['place: am/a#1 firing']);
    expect(desk.placed().said).toEqual(['tell INC-1: am/a#1 resolved']);
  });

  test('of one service does not wait for that of another', () => {
    const other = { key: 'b', ruling: { ...opens, service: 'search' } };
    expect(new Desk().take(alert('firing'), alert('firing', other)).said).toHaveLength(2);
  });

  test('takes alerts that only join when an incident comes', () => {
    const joins: Leading = { do: 'join', service: 'payments', severity: 'P3', resolveAfterMs: 0 };
    const desk = new Desk().take(alert('firing', { key: 'j', ruling: joins })).answer({ type: 'nowhere' });
    expect(desk.said).toEqual([]);
    desk.take(alert('firing')).placed();
    expect(desk.said).toEqual(['place: am/j#1 firing']);
  });
});

test('what fits no rule is counted and shown, and what cannot be placed too', () => {
  const ruling = { do: 'unmatched', because: 'no rule takes it' } as const;
  const desk = new Desk().take(alert('firing', { ruling }), alert('firing', { key: 'b' }));
  desk.answer({ type: 'failed', because: 'there is no template' });
  expect(desk.state.sources['am']).toMatchObject({ alerts: 2, unmatched: 2 });
  expect(desk.state.unmatched.map(({ key, because }) => `${key}: ${because}`)).toEqual([
    'a: no rule takes it',
    'b: there is no template',
  ]);
});

test('a sender that has to be heard and is silent makes an alert, which its next word ends', () => {
  const desk = new Desk();
  const silent = alert('firing', { key: 'silence', title: 'am is silent' });
  desk.state = expectSources(desk.state, [{ source: 'am', everyMs: 10 * minute, alert: silent }], t0);
  desk
    .at(5 * minute)
    .taken({ alerts: [], groups: [] })
    .at(15 * minute - 1);
  expect(desk.said).toEqual([]);
  expect(desk.at(15 * minute).said).toEqual(['place: am/silence#1 firing']);
  desk.placed().taken({ alerts: [], groups: [] });
  expect(desk.said).toEqual(['tell INC-1: am/silence#1 resolved']);
});

test('beyond its limit the intake still places alerts, and then forgets them', () => {
  const many = Array.from({ length: mostEpisodes + 5 }, (_, index) => alert('firing', { key: `k${index}` }));
  const desk = new Desk().take(...many);
  let further = 0;
  for (; desk.effects.length > 0; desk.placed())
    for (const effect of desk.effects) if (effect.type === 'place') further += effect.request.report.further ?? 0;
  expect(further).toBe(5);
  expect(Object.keys(desk.state.episodes)).toHaveLength(mostEpisodes);
  expect(desk.state.sources['am']).toMatchObject({ further: 5 });
});

test('more than one report carries are placed one after the other, all of them once', () => {
  const links = Array.from({ length: 5 }, (_, index) => ({
    title: `${index}`,
    url: `https://x.example/${'u'.repeat(2_000)}`,
  }));
  const desk = new Desk().take(
    ...Array.from({ length: 100 }, (_, index) => alert('firing', { key: `k${index}`, links })),
  );
  const placed: string[] = [];
  while (desk.effects.length > 0) {
    const [effect] = desk.effects;
    expect(desk.effects).toHaveLength(1);
    expect(JSON.stringify(effect).length).toBeLessThan(150 * 1024);
    placed.push(...alertsOfReport(effect!).map(({ id }) => id));
    desk.placed();
  }
  expect(placed).toEqual(Array.from({ length: 100 }, (_, index) => `am/k${index}`));
  // Their ends go the same way.
  desk.take(...Array.from({ length: 100 }, (_, index) => alert('resolved', { key: `k${index}` })));
  const told = new Set<string>();
  for (; desk.effects.length > 0; desk.answer({ type: 'told' }))
    for (const effect of desk.effects)
      if (effect.type === 'tell') for (const { id } of effect.report.alerts) told.add(id);
  expect(told.size).toBe(100);
});

describe('the state that is handed over', () => {
  test('lets go of links when that is all there is, and keeps every alert that waits', () => {
    const links = Array.from({ length: 5 }, () => ({ title: 'x', url: `https://x.example/${'u'.repeat(2_000)}` }));
    const desk = new Desk().take(
      ...Array.from({ length: 300 }, (_, index) => alert('firing', { key: `k${index}`, links })),
    );
    const carried = carriedIntake(desk.state);
    expect(bytes(carried)).toBeLessThan(carriedLimit);
    expect(Object.keys(carried.episodes)).toHaveLength(300);
    expect(carried.places).toEqual(desk.state.places);
  });

  const long = (says: RuledAlert['says'], index: number) =>
    alert(says, {
      key: `${index}${'k'.repeat(250)}`,
      title: '語'.repeat(200),
      ruling: { ...opens, title: '語'.repeat(200) },
    });
  const bytes = (state: IntakeState) => Buffer.byteLength(JSON.stringify(state));
  const full = () => {
    const desk = new Desk();
    for (let index = 0; index < 2_000; index += 1) desk.take(long('firing', index));
    while (desk.effects.length > 0) desk.placed();
    return desk;
  };

  test('is the state itself while that is small enough', () => {
    const { state } = new Desk().take(alert('firing'));
    expect(carriedIntake(state)).toBe(state);
  });

  test('stays below what Temporal takes, forgets what has ended first, and nothing that waits', () => {
    const desk = full()
      .at(minute)
      .take(...Array.from({ length: 100 }, (_, index) => long('resolved', index)));
    while (desk.effects.length > 0) desk.answer({ type: 'told' });
    desk.take(alert('firing', { key: 'waits', ruling: { ...opens, service: 'search' } }));
    desk.take(alert('firing', { key: 'held', ruling: { ...opens, waitMs: minute } }));
    // Episodes grow after they were let in; here twice as many stand for that.
    const { 'am/waits': _, 'am/held': __, ...grown } = desk.state.episodes;
    const doubled = Object.entries(grown).map(([id, episode]) => [`${id}+`, { ...episode }] as const);
    desk.state = { ...desk.state, episodes: { ...desk.state.episodes, ...Object.fromEntries(doubled) } };
    expect(bytes(desk.state)).toBeGreaterThan(carriedLimit);
    const carried = carriedIntake(desk.state);
    expect(bytes(carried)).toBeLessThanOrEqual(carriedLimit);
    const { 'am/waits': waits, 'am/held': held, ...others } = carried.episodes;
    expect([waits, held]).not.toContain(undefined);
    expect(Object.values(others).filter(({ endedAt }) => endedAt !== undefined)).toEqual([]);
    const forgotten = Object.keys(desk.state.episodes).length - Object.keys(carried.episodes).length;
    expect(forgotten).toBeGreaterThan(200);
    expect(carried.sources['am']!.further - desk.state.sources['am']!.further).toBe(forgotten - 200);
    expect(carried.outbox).toEqual(desk.state.outbox);
  });
});

test('what has ended is forgotten after a day', () => {
  const desk = new Desk().take(alert('firing')).placed().take(alert('resolved')).answer({ type: 'told' });
  desk.at(26 * 60 * minute).take();
  expect(desk.state.episodes).toEqual({});
  expect(desk.state.places).toEqual({});
});
