/**
 * Alerts whose sender tells no end (`ends-after`): one that is not heard for so long counts as
 * ended, so that its next firing begins anew. The incident does not end with it.
 */
import { expectSources, takeAlerts } from '../../../src/domain/alerts/intake';
import type { RuledAlert } from '../../../src/domain/model';
import { alert, Desk, opens } from '../../support/alert-desk';
import { AlertWorld } from '../../support/alert-world';
import { hour, minute, t0 } from '../../support/policy';

const ruling = { ...opens, endsAfterMs: hour };
const fires = (more: Partial<RuledAlert> = {}) => alert('firing', { ruling, ...more });
const known = (desk: Desk) => desk.state.episodes['am/a']!;

describe('an alert that is not heard for as long as ends-after says', () => {
  test('has ended at that instant, and its incident is told that it only fell silent', () => {
    const desk = new Desk()
      .take(fires())
      .placed()
      .at(hour - 1);
    expect(desk.said).toEqual([]);
    expect(desk.at(hour).said).toEqual(['tell INC-1: am/a#1 resolved']);
    expect(desk.effects[0]).toMatchObject({ report: { alerts: [{ fellSilent: true, lastAt: t0 }] } });
    expect(known(desk)).toMatchObject({ endedAt: t0 + hour, lastAt: t0, fellSilent: true });
  });

  test('begins anew when it fires then, in the same place', () => {
    const desk = new Desk().take(fires()).placed().at(hour).allAnswered().take(fires());
    expect(desk.said).toEqual(['place: am/a#2 firing']);
    expect(desk.effects[0]).toMatchObject({ request: { lastIncident: 'INC-1' } });
    expect(known(desk)).not.toHaveProperty('fellSilent');
  });

  test('goes on while it is heard', () => {
    const desk = new Desk()
      .take(fires())
      .placed()
      .at(hour - 1)
      .take(fires())
      .at(2 * hour - 2);
    expect([known(desk).number, desk.said]).toEqual([1, []]);
    expect(desk.at(2 * hour - 1).said).toEqual(['tell INC-1: am/a#1 resolved']);
  });

  test('begins anew also when its sender dates it as before: that one never said that it had ended', () => {
    const dated = { startsAt: t0 - minute };
    const desk = new Desk().take(fires(dated)).placed().at(hour).allAnswered();
    expect(desk.take(fires({ startsAt: t0 - hour })).said).toEqual([]);
    expect(desk.take(fires(dated)).said).toEqual(['place: am/a#2 firing']);
  });

  test('has not ended when it was heard in time, and only no worker ran', () => {
    const desk = new Desk().take(fires()).placed();
    const request = { at: t0 + 30 * minute, source: 'am', alerts: [fires()], groups: [] };
    desk.state = takeAlerts(desk.state, [request], t0 + 80 * minute);
    expect(known(desk)).toMatchObject({ number: 1, count: 2, lastAt: t0 + 30 * minute });
    expect(known(desk)).not.toHaveProperty('endedAt');
  });

  test('and waits for its time (for) is told when that has come', () => {
    const waits = { ruling: { ...ruling, waitMs: 2 * hour } };
    const desk = new Desk().take(fires(waits)).at(2 * hour - 1);
    expect(desk.said).toEqual([]);
    expect(desk.at(2 * hour).said).toEqual(['place: am/a#1 resolved']);
  });

  test('ends when its sender says so after all, alone or with its group', () => {
    const silent = () =>
      new Desk()
        .take(fires({ group: 'g' }))
        .placed()
        .at(hour)
        .allAnswered();
    expect(silent().take(alert('resolved', { ruling })).said).toEqual(['tell INC-1: am/a#1 resolved']);
    const group = silent().taken({ alerts: [], groups: [{ group: 'g', says: 'resolved', leftOut: 1 }] });
    expect(group.said).toEqual(['tell INC-1: am/a#1 resolved']);
    expect(known(group)).not.toHaveProperty('fellSilent');
  });

  test('is forgotten a day later, like all that has ended', () => {
    const desk = new Desk()
      .take(fires())
      .placed()
      .at(hour)
      .allAnswered()
      .at(27 * hour);
    desk.state = expectSources(desk.state, [], desk.now);
    expect(desk.state.episodes).toEqual({});
  });
});

describe('the incident of an alert that fell silent', () => {
  const others = (says: RuledAlert['says']) => ({ source: 'am', alerts: [alert(says, { key: 'b' })], groups: [] });
  const world = () => {
    const begun = new AlertWorld();
    begun.take({ source: 'am', alerts: [fires()], groups: [] });
    return begun;
  };
  const statusOf = ({ incidents }: AlertWorld) => incidents[0]!.state.lifecycle.status;
  const silent = () => {
    const one = world();
    one.take(others('firing'), minute);
    one.take(others('resolved'), minute);
    one.pass(t0 + 3 * hour);
    return one;
  };

  test('stays open, though the others have ended: nobody has said that it is over', () => {
    const one = silent();
    expect(statusOf(one)).toBe('investigating');
    const { state } = one.incidents[0]!;
    expect(state.timeline.map(({ type }) => type)).not.toContain('alerts-over');
    expect(state.kind === 'incident' ? state.alerts?.known.map(({ id, fellSilent }) => [id, fellSilent]) : []).toEqual([
      ['am/a', true],
      ['am/b', undefined],
    ]);
  });

  test('resolves by itself when its sender says after all that it is over', () => {
    const one = silent();
    one.take({ source: 'am', alerts: [alert('resolved', { ruling })], groups: [] });
    one.pass(one.now + 5 * minute);
    expect(statusOf(one)).toBe('resolved');
  });

  test('takes its next firing while it is open; when a person has resolved it, another begins', () => {
    const one = silent();
    one.take({ source: 'am', alerts: [fires()], groups: [] });
    expect(one.incidents).toHaveLength(1);
    one.incidents[0]!.at(one.now - t0, 'resolve', {});
    one.take({ source: 'am', alerts: [fires()], groups: [] }, 24 * hour);
    one.rest();
    expect(one.incidents).toHaveLength(2);
  });
});
