/**
 * What one alert does to what is known of it: the rows of "What happens when" in docs/alerts.md.
 */
import { expectSources } from '../../../src/domain/alerts/intake';
import type { Leading, RuledAlert } from '../../../src/domain/model';
import { alert, Desk, opens } from '../../support/alert-desk';
import { minute, t0 } from '../../support/policy';

const second = 1_000;
const known = (desk: Desk, id = 'am/a') => desk.state.episodes[id];
const late = (desk: Desk) => desk.state.sources['am']?.late;

describe('a later beginning, while the end before it is on its way', () => {
  const first = { startsAt: t0 };
  const next = { startsAt: t0 + 60 * second };
  test('is not ended by that end', () => {
    const desk = new Desk().take(alert('firing', first)).placed().take(alert('firing', next));
    desk.take(alert('resolved', { ...first, endsAt: t0 + 50 * second }));
    expect(known(desk)).not.toHaveProperty('endedAt');
    expect([late(desk), desk.said]).toEqual([1, []]);
    desk.take(alert('resolved', { ...next, endsAt: t0 + 90 * second }));
    expect(desk.said).toEqual(['tell INC-1: am/a#1 resolved']);
  });

  test('of a sender that dates its messages and says no end likewise', () => {
    const desk = new Desk().take(alert('firing', next)).placed().take(alert('resolved', first));
    expect([late(desk), desk.said]).toEqual([1, []]);
  });

  test('a repeat that was overtaken by the end begins nothing', () => {
    const desk = new Desk().take(alert('firing', first)).placed().take(alert('resolved', next)).allAnswered();
    desk.take(alert('firing', { startsAt: t0 + 30 * second }));
    expect([late(desk), desk.said]).toEqual([1, []]);
  });
});

test('the ends of two episodes that come before both beginnings wake nobody', () => {
  const [one, two] = [{ startsAt: t0 }, { startsAt: t0 + 60 * second }];
  const desk = new Desk().take(alert('resolved', one), alert('resolved', two));
  expect(desk.take(alert('firing', one), alert('firing', two)).said).toEqual([]);
  expect(desk.take(alert('firing', { startsAt: t0 + 120 * second })).said).toEqual(['place: am/a#1 firing']);
});

test('an end without a beginning of which only the end is dated stops a beginning before it', () => {
  const desk = new Desk().take(alert('resolved', { endsAt: t0 }));
  expect(desk.take(alert('firing', { startsAt: t0 - minute })).said).toEqual([]);
});

test('a beginning of yesterday fires like any other', () => {
  const yesterday = { startsAt: t0 - 24 * 60 * minute };
  const desk = new Desk().take(alert('firing', yesterday)).placed();
  expect(desk.take(alert('resolved', { ...yesterday, endsAt: t0 })).said).toEqual(['tell INC-1: am/a#1 resolved']);
});

test('a beginning far ahead says nothing: the alert can still end', () => {
  const desk = new Desk().take(alert('firing', { startsAt: t0 + 3_000 * minute })).placed();
  expect(desk.take(alert('resolved', { endsAt: t0 + minute })).said).toEqual(['tell INC-1: am/a#1 resolved']);
});

describe('the level', () => {
  const worse = { ruling: { ...opens, severity: 'P0' } };
  test('that becomes worse while the alert is being placed is told afterwards', () => {
    const desk = new Desk().take(alert('firing')).take(alert('firing', worse)).placed();
    expect(desk.effects[0]).toMatchObject({ type: 'tell', report: { levels: ['P0'] } });
  });

  test('of an older message changes nothing', () => {
    const desk = new Desk().take(alert('firing', { ...worse, startsAt: t0 })).placed();
    expect(desk.take(alert('firing', { startsAt: t0 - minute })).said).toEqual([]);
    expect(known(desk)).toMatchObject({ count: 2 });
  });

  test('is shown beside the word that its sender said last, not first', () => {
    const desk = new Desk().take(alert('firing', { severity: 'warning', startsAt: t0 })).placed();
    desk.take(alert('firing', { ...worse, severity: 'critical' }));
    expect(known(desk)).toMatchObject({ severity: 'critical', level: 'P0' });
    expect(desk.effects[0]).toMatchObject({ report: { alerts: [{ severity: 'critical' }] } });
    desk.take(alert('firing', { ...worse, severity: 'info', startsAt: t0 - minute }));
    expect(known(desk)).toMatchObject({ severity: 'critical' });
    expect(known(desk.take(alert('firing', worse)))).not.toHaveProperty('severity');
  });

  test('of what fired and ended before anybody heard of it is told: it did fire', () => {
    const desk = new Desk().take(alert('firing', { key: 'first' }));
    const milder = { key: 'b', ruling: { ...opens, severity: 'P3' } };
    desk.take(alert('firing', milder), alert('resolved', milder)).answer({ type: 'failed', because: 'no template' });
    expect(desk.said).toEqual(['place: am/b#1 resolved']);
    expect(desk.effects[0]).toMatchObject({ request: { report: { levels: ['P3'] } } });
  });

  test('that changes when its incident is over begins another', () => {
    const desk = new Desk().take(alert('firing')).placed().take(alert('firing', worse)).answer({ type: 'over' });
    expect(desk.said).toEqual(['place: am/a#1 firing']);
    expect(desk.effects[0]).toMatchObject({ request: { ruling: { do: 'open', title: 'Checkout errors' } } });
    expect(desk.effects[0]).not.toHaveProperty('request.lastIncident');
  });
});

test('an end of which the incident hears nothing any more is not told again', () => {
  const desk = new Desk().take(alert('firing')).placed().take(alert('resolved')).answer({ type: 'over' });
  expect(desk.said).toEqual([]);
});

test('alerts of an incident that was merged are those of the other', () => {
  const desk = new Desk().take(alert('firing'), alert('firing', { key: 'b' })).placed();
  desk.take(alert('resolved')).answer({ type: 'told', incident: 'INC-2' });
  expect(known(desk)).toMatchObject({ incident: 'INC-2' });
  desk.take(alert('firing', { key: 'c' }));
  expect(desk.effects[0]).toMatchObject({ request: { lastIncident: 'INC-2' } });
});

describe('an incident that was merged', () => {
  test('is that of no alert any more, also of those of which nothing new is heard', () => {
    const other = alert('firing', { key: 'x', ruling: { ...opens, service: 'search' } });
    const desk = new Desk()
      .take(alert('firing'), alert('firing', { key: 'b' }))
      .placed()
      .take(other)
      .placed('INC-7');
    desk.merged('INC-1', 'INC-2');
    expect(Object.values(desk.state.episodes).map(({ incident }) => incident)).toEqual(['INC-2', 'INC-2', 'INC-7']);
    expect(desk.said).toEqual([]);
    expect(desk.take(alert('resolved')).said).toEqual(['tell INC-2: am/a#1 resolved']);
    expect(desk.answer({ type: 'told' }).take(alert('firing', { key: 'c' })).effects[0]).toMatchObject({
      request: { lastIncident: 'INC-2' },
    });
  });

  test('while it is being told: the alert is that of the other, and is asked for there', () => {
    const desk = new Desk().take(alert('firing')).placed();
    desk.take(alert('firing', { ruling: { ...opens, severity: 'P0' } })).merged('INC-1', 'INC-2');
    desk.answer({ type: 'told', incident: 'INC-2' });
    expect(known(desk)).toMatchObject({ incident: 'INC-2', askAt: expect.any(Number) as number });
    expect(known(desk)).not.toHaveProperty('untold');
  });
});

describe('a group that says it is over', () => {
  const group = 'g';
  const over = (endsAt?: number) => ({
    alerts: [],
    groups: [{ group, says: 'resolved' as const, leftOut: 1, ...(endsAt === undefined ? {} : { endsAt }) }],
  });
  test('does not end what began after it was sent', () => {
    const desk = new Desk().take(alert('firing', { group, startsAt: t0 })).placed();
    expect(desk.taken(over(t0 - minute)).said).toEqual([]);
    expect(desk.taken(over(t0 + minute)).said).toEqual(['tell INC-1: am/a#1 resolved']);
  });

  test('ends an alert that flaps only when it is quiet', () => {
    const ruling = { ...opens, flapping: { times: 1, withinMs: 10 * minute } };
    const desk = new Desk().take(alert('firing', { group, ruling })).placed().taken(over()).allAnswered();
    expect(known(desk)).toMatchObject({ endsAt: t0 + 10 * minute });
    expect(desk.at(10 * minute).said).toEqual(['tell INC-1: am/a#1 resolved']);
  });

  test('says nothing to alerts of another source with a group of that name', () => {
    const desk = new Desk().take(alert('firing', { group })).placed();
    expect(desk.taken({ ...over(), source: 'other' }).said).toEqual([]);
  });
});

describe('an alert that flaps', () => {
  const ruling = { ...opens, flapping: { times: 3, withinMs: 10 * minute } };
  test('for a day is remembered in a few numbers', () => {
    const desk = new Desk();
    for (let index = 0; index < 500; index += 1) {
      desk
        .at(index * minute)
        .take(alert('firing', { ruling }), alert('resolved', { ruling }))
        .allAnswered();
    }
    expect(known(desk)?.begun?.length).toBeLessThanOrEqual(3);
    expect(known(desk)).toMatchObject({ number: 3 });
  });

  test('is not kept firing by an old message that comes again', () => {
    const desk = new Desk();
    for (const [index, says] of (['firing', 'resolved', 'firing', 'resolved', 'firing', 'resolved'] as const).entries())
      desk
        .at(index * minute)
        .take(alert(says, { ruling, startsAt: t0 + index * minute }))
        .allAnswered();
    const { endsAt } = known(desk)!;
    expect(endsAt).toBeDefined();
    desk.take(alert('firing', { ruling, startsAt: t0 + 4 * minute }));
    expect(known(desk)).toMatchObject({ endsAt });
  });
});

test('a place whose only alert joins takes the incident that a later one opens', () => {
  const joins: Leading = { do: 'join', service: 'payments', severity: 'P3', resolveAfterMs: 0 };
  const desk = new Desk().take(alert('firing', { key: 'j', ruling: joins }));
  // The other comes while the first is being placed.
  desk.take(alert('firing')).answer({ type: 'nowhere' }).placed();
  expect(desk.said).toEqual(['place: am/j#1 firing']);
});

test('one effect that fails for good takes nothing with it that came meanwhile', () => {
  const desk = new Desk().take(alert('firing')).take(alert('resolved'), alert('firing', { key: 'b' }));
  desk.answer({ type: 'failed', because: 'there is no template' });
  expect(desk.said).toEqual(['place: am/b#1 firing']);
  expect(desk.state.unmatched).toMatchObject([{ key: 'a', because: 'there is no template' }]);
});

test('a source with a name of JavaScript is counted like any other', () => {
  const desk = new Desk();
  for (const source of ['constructor', 'tostring', 'valueof', 'hasownproperty'])
    desk.taken({ alerts: [alert('firing', { source })], groups: [], source });
  expect(desk.state.sources['constructor']).toMatchObject({ requests: 1, alerts: 1, late: 0 });
  expect(() => expectSources(desk.state, [], t0)).not.toThrow();
});

describe('a place that waits', () => {
  test('is not held up by incidents that do not answer', () => {
    const links = [{ title: 'x', url: `https://x.example/${'u'.repeat(1_900)}` }];
    const desk = new Desk();
    const of = (index: number, says: RuledAlert['says'] = 'firing') =>
      alert(says, { key: `k${index}`, links, ruling: { ...opens, service: `s${index}` } });
    for (let index = 0; index < 500; index += 1) desk.take(of(index));
    const underWay = desk.effects.length;
    expect(underWay).toBeGreaterThan(30);
    expect(JSON.stringify(desk.effects).length).toBeLessThan(200 * 1024);
    for (let index = 0; index < 500; index += 1) {
      const effect = desk.effects.find(({ type }) => type === 'place');
      if (effect?.type === 'place') {
        const outcome = { type: 'placed', incident: `INC-${effect.place}` } as const;
        desk.state = { ...desk.state, outbox: [effect, ...desk.effects.filter((one) => one !== effect)] };
        desk.answer(outcome);
      }
    }
    expect(desk.effects).toEqual([]);
    // All end, and nobody answers; a new alert is placed nevertheless.
    for (let index = 0; index < 500; index += 1) desk.take(of(index, 'resolved'));
    const telling = desk.effects.length;
    desk.take(of(900));
    expect(desk.effects.slice(telling)).toMatchObject([{ type: 'place' }]);
    expect(JSON.stringify(desk.effects).length).toBeLessThan(260 * 1024);
  });
});
