/**
 * An alert that its sender says again after its incident is over: whoever ended the incident has
 * peace for `again-after`, and then another begins. Silence for ever there is not.
 */
import fc from 'fast-check';
import type { IntakeOutcome, RuledAlert } from '../../../src/domain/model';
import { alert, Desk, opens } from '../../support/alert-desk';
import { AlertWorld } from '../../support/alert-world';
import { directory } from '../../support/story';
import { hour, incidentPolicy, minute, t0 } from '../../support/policy';

const known = (desk: Desk) => desk.state.episodes['am/a']!;
const overSince = (since: number): IntakeOutcome => ({ type: 'over', since });

describe('a repeat', () => {
  test('asks after an hour whether the incident is still open, and then no more than once an hour', () => {
    const desk = new Desk().take(alert('firing')).placed();
    expect(desk.at(hour - 1).take(alert('firing')).said).toEqual([]);
    desk.at(hour).take(alert('firing'), alert('firing'));
    expect(desk.said).toEqual(['tell INC-1: am/a#1 firing']);
    expect(desk.effects[0]).toMatchObject({ report: { asks: true, levels: [], services: [] } });
    desk.answer({ type: 'told' }).at(2 * hour - 1);
    expect(desk.take(alert('firing')).said).toEqual([]);
    expect(desk.at(2 * hour).take(alert('firing')).said).toEqual(['tell INC-1: am/a#1 firing']);
  });

  test('asks for all alerts of an incident at once', () => {
    const both = [alert('firing'), alert('firing', { key: 'b' })];
    const desk = new Desk().take(...both).placed();
    expect(desk.at(hour).take(...both).said).toEqual(['tell INC-1: am/a#1 firing, am/b#1 firing']);
  });

  test('begins another incident when that one has been over for an hour, with its links', () => {
    const links = [{ title: 'graph', url: 'https://graph.example/a' }];
    const desk = new Desk()
      .take(alert('firing', { links }))
      .placed()
      .at(3 * hour);
    desk.take(alert('firing', { links })).answer(overSince(t0 + 2 * hour));
    expect(desk.said).toEqual(['place: am/a#1 firing']);
    expect(desk.effects[0]).toMatchObject({ request: { report: { levels: ['P1'], alerts: [{ links }] } } });
    expect(desk.effects[0]).not.toHaveProperty('request.lastIncident');
    expect(known(desk.placed('INC-2'))).toMatchObject({ incident: 'INC-2', askAt: t0 + 4 * hour });
    expect(known(desk)).not.toHaveProperty('details');
  });

  test('wakes nobody while whoever ended the incident has had peace for less than an hour', () => {
    const desk = new Desk()
      .take(alert('firing'))
      .placed()
      .at(2 * hour)
      .take(alert('firing'));
    desk.answer(overSince(t0 + hour + 1));
    expect(desk.said).toEqual([]);
    expect(desk.at(2 * hour).take(alert('firing')).said).toEqual([]);
    desk.at(2 * hour + 1).take(alert('firing'));
    // It may have been reopened, or resolved again.
    expect(desk.said).toEqual(['tell INC-1: am/a#1 firing']);
    expect(desk.answer(overSince(t0 + hour + 1)).said).toEqual(['place: am/a#1 firing']);
  });

  test('begins another when nobody knows any more since when that one is over', () => {
    const desk = new Desk().take(alert('firing')).placed().at(hour).take(alert('firing'));
    expect(desk.answer({ type: 'over' }).said).toEqual(['place: am/a#1 firing']);
  });

  test('begins another at once when its incident was ended by no command (R44), with all that fires there', () => {
    const both = [alert('firing'), alert('firing', { key: 'b' })];
    const desk = new Desk()
      .take(...both)
      .placed()
      .at(minute)
      .ended('INC-9')
      .take(alert('firing'));
    expect(desk.said).toEqual([]);
    desk.ended('INC-8', 'INC-1');
    // Nobody is woken for it again because of what its sender does not say again.
    expect(desk.said).toEqual([]);
    desk.take(alert('firing')).answer({ type: 'over' });
    expect(desk.said).toEqual(['place: am/a#1 firing']);
    expect(known(desk.placed('INC-2'))).toMatchObject({ incident: 'INC-2', askAt: t0 + minute + hour });
    expect(desk.take(alert('firing', { key: 'b' })).answer({ type: 'over' }).said).toEqual(['place: am/b#1 firing']);
  });

  test('goes on in an incident that was ended by no command and came back, or was resolved before', () => {
    const desk = new Desk().take(alert('firing')).placed().at(minute).ended('INC-1').take(alert('firing'));
    expect(desk.said).toEqual(['tell INC-1: am/a#1 firing']);
    desk.answer({ type: 'told' });
    expect(known(desk)).toMatchObject({ incident: 'INC-1', askAt: t0 + hour + minute });
    desk
      .at(2 * minute)
      .ended('INC-1')
      .take(alert('firing'))
      .answer(overSince(t0 + minute));
    expect([desk.said, known(desk).askAt]).toEqual([[], t0 + hour + minute]);
  });

  test('of another time counts as its source says', () => {
    const ruling = { ...opens, againAfterMs: 10 * minute };
    const desk = new Desk().take(alert('firing', { ruling })).placed();
    expect(desk.at(10 * minute).take(alert('firing', { ruling })).said).toHaveLength(1);
    expect(desk.answer(overSince(t0)).said).toEqual(['place: am/a#1 firing']);
  });

  test('that came late, and is older than what is known, asks nothing', () => {
    const desk = new Desk().take(alert('firing', { startsAt: t0 })).placed();
    expect(desk.at(hour).take(alert('firing', { startsAt: t0 - minute })).said).toEqual([]);
  });

  test('of another level begins another incident at once, also while it is being asked', () => {
    const worse: Partial<RuledAlert> = { ruling: { ...opens, severity: 'P0' } };
    const desk = new Desk().take(alert('firing')).placed().at(hour).take(alert('firing'));
    desk.take(alert('firing', worse)).answer(overSince(t0 + hour - minute));
    expect(desk.said).toEqual(['place: am/a#1 firing']);
    expect(desk.effects[0]).toMatchObject({ request: { report: { levels: ['P0'] } } });
  });

  test('of an alert that flaps, and has just ended, begins nothing', () => {
    const ruling = { ...opens, flapping: { times: 1, withinMs: 10 * minute } };
    const desk = new Desk().take(alert('firing', { ruling })).placed().take(alert('resolved', { ruling }));
    expect(desk.said).toEqual(['tell INC-1: am/a#1 firing']);
    expect(desk.answer(overSince(t0)).said).toEqual([]);
  });

  test('keeps ends and questions apart: an incident that is resolved hears of ends alone', () => {
    const desk = new Desk()
      .take(alert('firing'), alert('firing', { key: 'b' }))
      .placed()
      .at(hour);
    desk.take(alert('resolved', { key: 'b' }), alert('firing'));
    const said = [...desk.said];
    desk.answer({ type: 'told' });
    expect([...said, ...desk.said].sort()).toEqual(['tell INC-1: am/a#1 firing', 'tell INC-1: am/b#1 resolved']);
  });
});

/** A world with one alert that fires on, said every `every`, until `until`. */
function firesOn(world: AlertWorld, every: number, until: number): void {
  while (world.now + every <= until) {
    world.take({ source: 'am', alerts: [alert('firing')], groups: [] }, every);
    world.rest();
  }
}

test('in an open incident an alert that fires for a day is no news to anybody, whatever its level is by now', () => {
  const world = new AlertWorld();
  world.take({ source: 'am', alerts: [alert('firing')], groups: [] });
  const [story] = world.incidents;
  story!.at('1m', 'acknowledge', {}).at('2m', 'set-severity', { severity: 'P3', reason: 'one customer' });
  firesOn(world, 10 * minute, t0 + 24 * hour);
  expect(world.incidents).toHaveLength(1);
  const types = story!.types().filter((type) => type === 'alerts-reported' || type === 'severity-changed');
  expect(types).toEqual(['alerts-reported', 'severity-changed']);
  const { state } = story!;
  expect(state.severity).toBe('P3');
  expect(state.kind === 'incident' ? state.alerts?.known : []).toMatchObject([{ count: expect.any(Number) as number }]);
  expect(state.kind === 'incident' && state.alerts!.known[0]!.count).toBeGreaterThan(100);
});

test('however often it is said: nobody is woken within the hour after a resolve, and nobody sleeps for ever', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 600 }), (every, resolvedAfter) => {
      const world = new AlertWorld(undefined, incidentPolicy, directory);
      world.take({ source: 'am', alerts: [alert('firing')], groups: [] });
      firesOn(world, every * minute, t0 + resolvedAfter * minute);
      world.pass(t0 + resolvedAfter * minute);
      world.incidents[0]!.at(`${resolvedAfter}m`, 'resolve', {});
      const resolvedAt = world.now;
      firesOn(world, every * minute, resolvedAt + hour + 2 * every * minute);
      expect(world.incidents).toHaveLength(2);
      const silent = world.incidents[1]!.state.beganAt - resolvedAt;
      expect(silent).toBeGreaterThanOrEqual(hour);
      // The first repeat that comes an hour after the resolve, or later.
      expect(silent).toBeLessThan(hour + every * minute + 1);
    }),
    { numRuns: 60 },
  );
});
