/**
 * What the alerts of monitoring tools do to an incident, from its beginning with them to its end.
 */
import fc from 'fast-check';
import { reportAlerts } from '../../src/domain/engine/reported-alerts';
import { mostAlerts } from '../../src/domain/engine/known-alerts';
import { completeEffect } from '../../src/domain/engine/engine';
import { takeMerged } from '../../src/domain/engine/merge';
import { carriedOf, stateOf } from '../../src/domain/state/carried';
import { stateLimit, stateSize } from '../../src/domain/state/state-size';
import {
  accountOf,
  reportMarkdown,
  reportOf,
  teamsOf,
  viewOf,
  type AlertReport,
  type CommandBody,
  type Directory,
  type KnownAlert,
  type Policy,
} from '../../src/domain';
import { processViewSchema } from '../../src/contracts/process-view';
import { given } from '../../src/given';
import { saidIn } from '../support/messages';
import { incidentPolicy, minute, t0 } from '../support/policy';
import { directory, incident, release, Story } from '../support/story';

let keys = 0;
const alert = (id: string, more: Partial<KnownAlert> = {}): KnownAlert => ({
  id: `am/${id}`,
  episode: 1,
  source: 'am',
  title: `${id} is high`,
  state: 'firing',
  firstAt: t0,
  lastAt: t0,
  count: 1,
  ...more,
});
const ended = (id: string, endedAt: number, more: Partial<KnownAlert> = {}): KnownAlert =>
  alert(id, { state: 'resolved', endedAt, ...more });
const report = (alerts: readonly KnownAlert[], more: Partial<AlertReport> = {}): AlertReport => ({
  key: `alerts/m/${(keys += 1)}`,
  at: t0,
  alerts,
  levels: [],
  services: [],
  resolveAfterMs: 5 * minute,
  ...more,
});

/** An incident that begins with alerts, as the intake begins one. */
function alarmed(
  alerts: readonly KnownAlert[] = [alert('a')],
  more: Partial<AlertReport> = {},
  body: Partial<CommandBody<'declare'>> = {},
  policy: Policy = incidentPolicy,
): Story {
  return new Story({
    kind: 'incident',
    id: 'INC-2026-12-07-001',
    at: t0,
    actor: { person: 'am', known: false, roles: [], approves: [] },
    policy,
    body: { title: 'a is high', severity: 'P1', services: ['payments'], ...body },
    teams: teamsOf(['payments'], directory),
    alerts: report(alerts, { levels: ['P1'], services: ['payments'], ...more }),
  });
}
/** Tells at `after`; throws the refusal. */
function tell(story: Story, after: string | number, one: AlertReport): Story {
  story.until(after);
  const taken = reportAlerts(story.state, one, story.now);
  if (!taken.ok) throw new Error(`${taken.refusal.reason}: ${taken.refusal.message}`);
  story.state = taken.state;
  story.activate();
  return story;
}
const alertsOf = ({ state }: Story) => (state.kind === 'incident' ? state.alerts : undefined);
const statesOf = (story: Story) => alertsOf(story)?.known.map(({ id, episode, state }) => `${id}#${episode} ${state}`);
const statusOf = (story: Story) => story.state.lifecycle.status;

describe('an incident that begins with alerts', () => {
  test('has them from its first moment, says so on the timeline, and asks for an answer', () => {
    const story = alarmed([alert('a'), alert('b')]);
    expect(statesOf(story)).toEqual(['am/a#1 firing', 'am/b#1 firing']);
    expect(story.text()).toContain('Alert fires: a is high; b is high');
    // P1: the first rung is at the declaration.
    expect(story.pages()).toEqual(['0m fatima']);
  });

  test('is not raised by the level at which it begins', () => {
    expect(alarmed().types()).not.toContain('severity-changed');
  });
});

describe('a report', () => {
  test('that comes again changes nothing, also what it only counts', () => {
    const story = alarmed();
    const one = report([alert('b')], { further: 3, levels: ['P0'] });
    tell(story, '1m', one);
    const before = JSON.stringify(story.state);
    expect(alertsOf(story)).toMatchObject({ further: 3 });
    tell(story, '1m', one);
    expect(JSON.stringify(story.state)).toBe(before);
  });

  test('that comes again after the end is taken still: the first answer was lost', () => {
    const story = alarmed();
    const one = report([alert('b')]);
    tell(story, '1m', one).at('2m', 'acknowledge', {}).at('3m', 'resolve', {});
    expect(reportAlerts(story.state, one, story.now)).toEqual({ ok: true, state: story.state });
    expect(reportAlerts(story.state, report([alert('c')]), story.now)).toMatchObject({
      ok: false,
      refusal: { reason: 'closed' },
    });
  });

  test('of the start that is offered to the incident as well changes nothing', () => {
    const story = alarmed([alert('a')], { key: 'alerts/m/first', further: 2 });
    tell(story, '1m', report([alert('a')], { key: 'alerts/m/first', further: 2 }));
    expect(alertsOf(story)).toMatchObject({ further: 2 });
    expect(story.types().filter((type) => type === 'alerts-reported')).toHaveLength(1);
  });

  test('with an older word than is known changes nothing: ends stay ended, counts do not fall', () => {
    const story = tell(alarmed([alert('a', { count: 4 })]), '1m', report([alert('a', { count: 2 })]));
    expect(alertsOf(story)?.known[0]).toMatchObject({ count: 4 });
    tell(story, '1m', report([ended('a', t0 + minute, { count: 4 })]));
    tell(story, '1m', report([alert('a', { count: 4 })]));
    expect(statesOf(story)).toEqual(['am/a#1 resolved']);
    tell(story, '2m', report([alert('a', { episode: 2 })]));
    tell(story, '2m', report([ended('a', t0 + minute, { count: 9 })]));
    expect(statesOf(story)).toEqual(['am/a#2 firing']);
  });

  test('that only asks whether the incident is open counts what it knows, and says nothing', () => {
    const story = alarmed();
    tell(story, '1h', report([alert('a', { count: 9 }), alert('no-room')], { asks: true }));
    expect(alertsOf(story)?.known).toMatchObject([{ id: 'am/a', count: 9 }]);
    expect(story.types().filter((type) => type === 'alerts-reported')).toHaveLength(1);
  });

  test('of an alert that the intake had forgotten meanwhile begins an episode, though it is counted anew', () => {
    const over = ended('a', t0 + minute, { episode: 3, lastAt: t0 + minute });
    const story = tell(alarmed([alert('a', { episode: 3 })]).at('30s', 'acknowledge', {}), '1m', report([over]));
    const again = { firstAt: t0 + 3_000 * minute, lastAt: t0 + 3_000 * minute };
    tell(story, '50h', report([alert('a', again)]));
    expect(statesOf(story)).toEqual(['am/a#1 firing']);
    tell(story, '51h', report([ended('a', t0 + 3_060 * minute, again)]));
    expect(statesOf(story)).toEqual(['am/a#1 resolved']);
  });

  test('keeps the links of an alert, which come once', () => {
    const links = [{ title: 'graph', url: 'https://graph.example/a' }];
    const story = alarmed([alert('a', { links, runbook: 'https://wiki.example/a' })]);
    tell(story, '1m', report([ended('a', t0 + minute)]));
    expect(alertsOf(story)?.known[0]).toMatchObject({ state: 'resolved', links, runbook: 'https://wiki.example/a' });
  });

  test('says once on the timeline that an alert flaps, and so fires here while it has ended at its sender', () => {
    const again = { episode: 3, firstAt: t0 + 5 * minute, lastAt: t0 + 5 * minute, flaps: true as const };
    const story = tell(alarmed(), '5m', report([alert('a', again)]));
    tell(story, '6m', report([alert('a', { ...again, count: 2, lastAt: t0 + 6 * minute })]));
    expect(story.text().match(/begins and ends too often: its end counts when it has been quiet/g)).toHaveLength(1);
  });

  test('shows that an alert flaps, and that it does no longer', () => {
    const story = tell(alarmed(), '1m', report([alert('a', { flaps: true })]));
    expect(alertsOf(story)?.known[0]).toMatchObject({ flaps: true });
    tell(story, '2m', report([alert('a')]));
    expect(alertsOf(story)?.known[0]).not.toHaveProperty('flaps');
  });
});

describe('R8: the level of an alert', () => {
  test('that is worse raises the incident, and after an answer asks anew', () => {
    const story = tell(alarmed().at('1m', 'acknowledge', {}), '2m', report([alert('b')], { levels: ['P0'] }));
    expect(story.state.severity).toBe('P0');
    expect(story.text()).toContain('alert: b is high');
    expect(story.pages()).toEqual(['0m fatima', '2m fatima']);
  });

  test('that is worse on a known alert raises it too', () => {
    const story = tell(alarmed(), '2m', report([alert('a', { count: 2 })], { levels: ['P0'] }));
    expect(story.state.severity).toBe('P0');
    expect(story.text()).toContain('an alert became worse');
  });

  test.each([
    ['milder', ['P3']],
    ['the same', ['P1']],
    ['unknown', ['page-everybody']],
    ['none', []],
  ])('that is %s changes nothing', (_, levels) => {
    const story = tell(alarmed().at('1m', 'acknowledge', {}), '2m', report([alert('b')], { levels }));
    expect(story.state.severity).toBe('P1');
    expect(story.types()).not.toContain('severity-changed');
    // Nobody is asked again.
    expect(story.until('2h').state.deadlines['response']).toMatchObject({ status: 'met', round: 1 });
  });

  test('counts in either case, the worst of several', () => {
    expect(tell(alarmed(), '1m', report([alert('b')], { levels: ['p2', 'p0', 'x'] })).state.severity).toBe('P0');
  });
});

describe('R9: the service of an alert', () => {
  const two: Directory = {
    ...directory,
    teams: { ...directory.teams, search: { primary: 'nadia', secondary: 'mateo', 'escalation-manager': 'hana' } },
    services: { ...directory.services, search: { team: 'search' } },
  };
  const more = { services: ['search'], teams: teamsOf(['search'], two) };

  test('that is new involves its team: before the answer at once, after it by a deadline of its own', () => {
    const story = alarmed();
    story.directory = two;
    tell(story, '2m', report([alert('b')], more));
    expect(story.state.services).toEqual(['payments', 'search']);
    expect(story.pages()).toEqual(['0m fatima', '2m nadia']);

    const answered = alarmed().at('1m', 'acknowledge', {});
    answered.directory = two;
    tell(answered, '2m', report([alert('b')], more));
    expect(Object.keys(answered.state.deadlines)).toContain('response.search');
  });

  test('that is known changes nothing', () => {
    const story = tell(alarmed(), '1m', report([alert('b')], { services: ['payments'] }));
    expect(story.types()).not.toContain('impact-recorded');
  });
});

describe('the end of the last alert', () => {
  test('resolves the incident that nobody has, in the name of the source, after resolve-after; then all is silent', () => {
    const story = tell(alarmed([alert('a'), alert('b')]), '1m', report([ended('a', t0 + minute)]));
    tell(story, '2m', report([ended('b', t0 + 2 * minute)]));
    story.until('6m59s');
    expect(statusOf(story)).toBe('investigating');
    const before = story.messages().filter((line) => / page /.test(line));
    story.until('7m');
    expect(statusOf(story)).toBe('resolved');
    expect(story.state.timeline.find(({ type }) => type === 'resolved')).toMatchObject({
      at: t0 + 7 * minute,
      by: 'am',
      summary: 'all 2 alerts have ended',
    });
    story.until('24h');
    expect(story.messages().filter((line) => / page /.test(line))).toEqual(before);
  });

  test('counts from the end, not from when it was told of; but from no later than that', () => {
    const late = tell(alarmed(), '4m', report([ended('a', t0 + minute)]));
    expect(statusOf(late.until('6m'))).toBe('resolved');
    const ahead = tell(alarmed(), '1m', report([ended('a', t0 + 60 * minute)]));
    expect(statusOf(ahead.until('6m'))).toBe('resolved');
  });

  test('is overtaken by an alert that fires within that time', () => {
    const story = tell(alarmed(), '1m', report([ended('a', t0 + minute)]));
    tell(story, '5m', report([alert('a', { episode: 2 })]));
    expect(statusOf(story.until('2h'))).toBe('investigating');
    tell(story, '3h', report([ended('a', t0 + 180 * minute, { episode: 2 })]));
    expect(statusOf(story.until('3h4m59s'))).toBe('investigating');
    expect(statusOf(story.until('3h5m'))).toBe('resolved');
  });

  test('is told once to whoever has the incident, who decides', () => {
    const story = tell(alarmed().at('30s', 'acknowledge', {}, 'giorgos'), '1m', report([ended('a', t0 + minute)]));
    story.until('6m');
    expect(story.types().filter((type) => type === 'alerts-over')).toHaveLength(1);
    expect(story.messages().filter((line) => line.startsWith('6m'))).toEqual(['6m remind giorgos']);
    // Told, and asked.
    expect(saidIn(story.sent.at(-1)!.request)).toContain('the alert has ended: resolve it if it is over');
    expect(saidIn(story.sent.at(-1)!.request)).toContain('Next: muster incident resolve INC-2026-12-07-001');
    // What is already dealt with stays so, whatever comes again.
    tell(story, '7m', report([ended('a', t0 + minute)]));
    story.until('30m');
    expect(story.types().filter((type) => type === 'alerts-over')).toHaveLength(1);
    expect(statusOf(story)).toBe('investigating');
  });

  test('does not resolve an incident that a person declared, reopened, or merged another into', () => {
    const declared = tell(incident(), '1m', report([alert('a')]));
    tell(declared, '2m', report([ended('a', t0 + 2 * minute)]));
    expect(statusOf(declared.until('1h'))).toBe('investigating');
    expect(declared.types()).toContain('alerts-over');

    const reopened = tell(alarmed(), '1m', report([ended('a', t0 + minute)])).until('10m');
    expect(statusOf(reopened)).toBe('resolved');
    reopened.at('11m', 'reopen', { reason: 'still slow' });
    tell(reopened, '12m', report([alert('a', { episode: 2 })]));
    tell(reopened, '13m', report([ended('a', t0 + 13 * minute, { episode: 2 })]));
    expect(statusOf(reopened.until('1h'))).toBe('investigating');
  });

  test('says nothing after a person has resolved, nor when that person reopens', () => {
    const story = tell(alarmed(), '1m', report([ended('a', t0 + minute)])).at('2m', 'resolve', {});
    expect(alertsOf(story)).not.toHaveProperty('overAt');
    story.at('3h', 'reopen', { reason: 'again' }).until('4h');
    expect(statusOf(story)).toBe('investigating');
    expect(story.types()).not.toContain('alerts-over');
  });

  test('does not resolve while there are more alerts than are told apart', () => {
    const story = tell(alarmed([alert('a')], { further: 1 }), '1m', report([ended('a', t0 + minute)]));
    expect(statusOf(story.until('5h'))).toBe('investigating');
    expect(story.types()).not.toContain('alerts-over');
  });

  test('is decided by the incident itself where the engine was away meanwhile', () => {
    const story = tell(alarmed(), '1m', report([ended('a', t0 + minute)]));
    story.away = true;
    story.until('3h');
    story.back();
    expect(story.state.timeline.find(({ type }) => type === 'resolved')).toMatchObject({ at: t0 + 6 * minute });
    expect(story.pages().filter((page) => page !== '0m fatima')).toEqual([]);
  });
});

describe('who takes no alerts that begin', () => {
  const refusalOf = (story: Story, one: AlertReport = report([alert('z')])) => {
    const answer = reportAlerts(story.state, one, story.now);
    return answer.ok ? undefined : answer.refusal;
  };

  test('a resolved incident; of what it knows it still hears the end', () => {
    const story = alarmed([alert('a')]).at('1m', 'resolve', {});
    expect(refusalOf(story)).toMatchObject({
      reason: 'closed',
      message: expect.stringContaining('is resolved') as string,
    });
    expect(refusalOf(story, report([alert('a', { episode: 2 })]))).toMatchObject({ reason: 'closed' });
    tell(story, '5m', report([ended('a', t0 + 5 * minute)], { levels: ['P0'], services: ['search'] }));
    expect(statesOf(story)).toEqual(['am/a#1 resolved']);
    expect(story.state).toMatchObject({ severity: 'P1', services: ['payments'], lifecycle: { status: 'resolved' } });
  });

  test('a resolved incident, of what it knows and what fires on: nobody would hear of it there', () => {
    const story = alarmed([alert('a')]).at('1m', 'resolve', {});
    expect(refusalOf(story, report([alert('a', { count: 2 })]))).toMatchObject({ reason: 'closed' });
    expect(refusalOf(story, report([alert('a', { count: 2 })], { asks: true }))).toMatchObject({ reason: 'closed' });
  });

  test('a closed one, and a cancelled one', () => {
    const closed = alarmed().at('1m', 'resolve', {}).at('2m', 'close', { skipRest: 'nothing to do' });
    expect(refusalOf(closed, report([ended('a', t0)]))).toMatchObject({ reason: 'closed' });
    expect(refusalOf(alarmed().at('1m', 'cancel', { reason: 'no' }))).toMatchObject({ reason: 'closed' });
  });

  test('a merged one says where it went on', () => {
    const story = alarmed().at('1m', 'merge', { into: 'INC-2026-12-07-002' });
    expect(refusalOf(story)).toMatchObject({ reason: 'closed', mergedInto: 'INC-2026-12-07-002' });
  });

  test('one that a person restricted: whoever is woken for the alert may not see it (R37)', () => {
    const story = incident({ restrictedTo: ['ana'] });
    expect(refusalOf(story)).toMatchObject({ reason: 'restricted' });
    expect(refusalOf(alarmed([alert('a')], {}, { restrictedTo: ['ana'] }))).toBeUndefined();
  });

  test('one of the group of a rule takes none outside any group, and its own as ever', () => {
    const story = alarmed([alert('a')], { gathered: true });
    expect(refusalOf(story)).toMatchObject({ reason: 'of-a-group' });
    expect(refusalOf(story, report([], { further: 2 }))).toMatchObject({ reason: 'of-a-group' });
    expect(refusalOf(story, report([ended('a', t0)]))).toBeUndefined();
    expect(refusalOf(story, report([alert('b')], { gathered: true }))).toBeUndefined();
    tell(story, '1m', report([alert('b')], { gathered: true }));
    const handedOver = carriedOf(story.state);
    story.state = stateOf(JSON.parse(JSON.stringify(handedOver)) as typeof handedOver);
    expect(refusalOf(story)).toMatchObject({ reason: 'of-a-group' });
    expect(refusalOf(alarmed())).toBeUndefined();
    expect(refusalOf(tell(incident(), '1m', report([alert('b')], { gathered: true })))).toBeUndefined();
  });

  test('a drill', () => {
    expect(refusalOf(incident({ drill: true, drillFor: '1h' }))).toMatchObject({ reason: 'drill' });
  });

  test('a release', () => {
    expect(refusalOf(release('2026-12-21T12:00:00Z'))).toMatchObject({ kind: 'invalid', reason: 'not-for-kind' });
  });

  test('one that the time that has passed has resolved', () => {
    const story = tell(alarmed(), '1m', report([ended('a', t0 + minute)]));
    expect(reportAlerts(story.state, report([alert('b')]), t0 + 10 * minute)).toMatchObject({
      ok: false,
      refusal: { reason: 'closed' },
    });
  });
});

describe('R10: a merge', () => {
  test('in vain takes nothing from the alerts: the incident that is declared anew has them', () => {
    const from = tell(alarmed([alert('a'), alert('b')]), '1m', report([ended('b', t0 + minute)]));
    const answer = from.ask('merge', { into: 'INC-2026-12-07-002' });
    if (!answer.ok) throw new Error('refused');
    const absorb = answer.state.outbox.find(({ type }) => type === 'absorb')!;
    const over = { type: 'failed', because: 'INC-2026-12-07-002 is resolved' } as const;
    const { outbox } = completeEffect(answer.state, absorb.id, over, from.now);
    const [declare] = outbox.flatMap((one) => (one.type === 'declare-incident' ? [one.request] : []));
    const { by, body, causedBy, inherited } = declare!;
    const id = 'INC-2026-12-07-003';
    const actor = { person: by, known: true, roles: [], approves: [] };
    const story = new Story({
      ...{ kind: 'incident', id, at: from.now, actor, policy: incidentPolicy, body, causedBy },
      ...given({ inherited }),
    });
    expect(statesOf(story)).toEqual(['am/a#1 firing', 'am/b#1 resolved']);
    // Whoever takes it is asked when the last alert has ended; it does not end by itself.
    story.until('2m').at('3m', 'acknowledge', {});
    tell(story, '4m', report([ended('a', story.now)]));
    expect(story.until('10m').types()).toContain('alerts-over');
    expect(statusOf(story)).toBe('investigating');
  });

  test('takes the alerts along, so that the end of its own does not end the other', () => {
    const from = alarmed([alert('a', { runbook: 'https://wiki.example/a' })], { further: 1 });
    from.at('1m', 'merge', { into: 'INC-2026-12-07-002' });
    const into = alarmed([alert('b')]);
    tell(into, '30s', report([ended('b', t0 + minute / 2)]));
    into.until('1m');
    const taken = takeMerged(into.state, from.told[0]!, into.now);
    if (!taken.ok) throw new Error(taken.refusal.message);
    into.state = taken.state;
    expect(statesOf(into)).toEqual(['am/b#1 resolved', 'am/a#1 firing']);
    expect(alertsOf(into)).toMatchObject({ further: 1 });
    expect(alertsOf(into)).not.toHaveProperty('overAt');
    expect(statusOf(into.until('2h'))).toBe('investigating');
  });
});

test('R10: an incident of a group takes any alert once one that does was merged into it', () => {
  const merged = (from: Story) => {
    const into = alarmed([alert('b')], { gathered: true }).until('1m');
    from.at('1m', 'merge', { into: 'INC-2026-12-07-002' });
    const taken = takeMerged(into.state, from.told[0]!, into.now);
    if (!taken.ok) throw new Error(taken.refusal.message);
    return reportAlerts(taken.state, report([alert('c')]), into.now).ok;
  };
  expect(merged(alarmed())).toBe(true);
  expect(merged(incident())).toBe(true);
  expect(merged(alarmed([alert('a')], { gathered: true }))).toBe(false);
});

describe('very many alerts', () => {
  const long = (index: number): KnownAlert =>
    alert(`${index}${'k'.repeat(240)}`, {
      title: 't'.repeat(120),
      links: Array.from({ length: 5 }, () => ({
        title: 'l'.repeat(120),
        url: `https://x.example/${'u'.repeat(2_000)}`,
      })),
      runbook: `https://wiki.example/${'r'.repeat(2_000)}`,
    });

  test('are kept up to a number, and counted beyond', () => {
    const many = Array.from({ length: mostAlerts + 7 }, (_, index) => alert(`k${index}`));
    const story = alarmed(many);
    expect(viewOf(story.state).alerts).toMatchObject({ firing: mostAlerts + 7, all: mostAlerts + 7, further: 0 });
    expect(alertsOf(story)?.known).toHaveLength(mostAlerts);
    expect(stateSize(story.state)).toBeLessThan(stateLimit / 2);
  });

  test('are counted right in any order of beginnings and ends, and end the incident when none fires', () => {
    const step = fc.record({ from: fc.nat(650), count: fc.integer({ min: 1, max: 300 }), begins: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const firing = new Map<number, boolean>();
        const episodes = new Map<number, number>();
        const says = (index: number, begins: boolean, at: number): KnownAlert[] => {
          if ((firing.get(index) ?? false) === begins) return [];
          firing.set(index, begins);
          if (begins) episodes.set(index, (episodes.get(index) ?? 0) + 1);
          const more = { episode: episodes.get(index)!, firstAt: at, lastAt: at };
          return [begins ? alert(`k${index}`, more) : ended(`k${index}`, at, more)];
        };
        const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
        const story = alarmed(range(0, 620).flatMap((index) => says(index, true, t0)));
        [...steps, { from: 0, count: 950, begins: false }].forEach(({ from, count, begins }, index) => {
          const at = t0 + (index + 1) * 1_000;
          tell(
            story,
            at - t0,
            report(
              range(from, count).flatMap((one) => says(one, begins, at)),
              { at },
            ),
          );
          const right = { firing: [...firing.values()].filter(Boolean).length, all: firing.size, further: 0 };
          expect(viewOf(story.state).alerts).toMatchObject(right);
        });
        expect(statusOf(story.until('1h'))).toBe('resolved');
      }),
      { numRuns: 15 },
    );
  });

  test('make room when they have ended, so that the incident still knows what fires', () => {
    const many = Array.from({ length: mostAlerts }, (_, index) => alert(`k${index}`));
    const story = tell(alarmed(many), '1m', report([ended('k3', t0 + minute), ended('k4', t0 + 2)]));
    tell(story, '2m', report([alert('new')]));
    expect(alertsOf(story)).toMatchObject({ further: 0 });
    expect(viewOf(story.state).alerts).toMatchObject({ firing: mostAlerts - 1, all: mostAlerts + 1 });
    expect(statesOf(story)).toContain('am/new#1 firing');
    expect(statesOf(story)).not.toContain('am/k4#1 resolved');
    expect(statesOf(story)).toContain('am/k3#1 resolved');
  });

  test('with the longest texts do not outgrow what an incident may be', () => {
    const story = alarmed(Array.from({ length: 300 }, (_, index) => long(index)));
    expect(viewOf(story.state).alerts).toMatchObject({ all: 300, firing: 300, further: 0 });
    expect(stateSize(story.state)).toBeLessThan(stateLimit);
    expect(story.ask('acknowledge', {})).toMatchObject({ ok: true });
    expect(story.ask('comment', { text: 'there is room for words' })).toMatchObject({ ok: true });
  });

  test('are told on the timeline by the first few names', () => {
    const story = alarmed(Array.from({ length: 40 }, (_, index) => alert(`k${index}`)));
    const [event] = story.state.timeline.filter(({ type }) => type === 'alerts-reported');
    expect(event).toMatchObject({ firing: 40, more: 40 });
    expect((event as { began: unknown[] }).began).toHaveLength(10);
  });

  test('find an incident at the limit of its size: they are kept, and the line is not written', () => {
    const story = alarmed();
    for (let index = 0; stateSize(story.state) < stateLimit - 12_000; index += 1)
      story.ask('comment', { text: 'x'.repeat(9_000 + (index % 9)) });
    while (story.ask('comment', { text: 'x'.repeat(200) }).ok);
    story.ask('acknowledge', {});
    const lines = story.state.timeline.length;
    for (let index = 0; index < 40; index += 1) tell(story, '1m', report([alert(`n${index}`)]));
    expect(statesOf(story)).toContain('am/n39#1 firing');
    expect(story.types().filter((type) => type === 'alerts-reported').length).toBeLessThan(5);
    expect(story.state.timeline.length - lines).toBeLessThan(10);
  });
});

test('the alerts go through a hand-over of the run, and end the incident after it', () => {
  const story = tell(
    alarmed([alert('a'), alert('b')]),
    '1m',
    report([ended('a', t0 + minute), ended('b', t0 + minute)]),
  );
  story.state = stateOf(JSON.parse(JSON.stringify(carriedOf(story.state))) as ReturnType<typeof carriedOf>);
  expect(statesOf(story)).toEqual(['am/a#1 resolved', 'am/b#1 resolved']);
  expect(statusOf(story.until('6m'))).toBe('resolved');
  expect(viewOf(story.state).status).toBe('resolved');
});

describe('what people see of the alerts', () => {
  const runbook = 'https://wiki.example/disk';
  const some = () =>
    tell(
      alarmed([alert('cpu'), alert('disk', { runbook, firstAt: t0 + 1 }), alert('heap'), alert('queue'), alert('lag')]),
      '1m',
      report([ended('lag', t0 + minute)]),
    );

  test('the view has those that fire first, the latest first', () => {
    const { alerts } = viewOf(some().state);
    expect(alerts).toMatchObject({ all: 5, firing: 4, further: 0 });
    expect(alerts?.shown.map(({ title, state }) => `${title}: ${state}`)).toEqual([
      'disk is high: firing',
      'cpu is high: firing',
      'heap is high: firing',
      'queue is high: firing',
      'lag is high: resolved',
    ]);
    expect(processViewSchema.shape.alerts.parse(alerts)).toEqual(alerts);
    expect(viewOf(incident().state)).not.toHaveProperty('alerts');
  });

  test('a page and the first announcement name what fires, three at most, with the runbook; the public reads nothing of it', () => {
    const story = alarmed(
      [alert('cpu'), alert('disk', { runbook }), alert('heap'), alert('queue')],
      { levels: ['P0'] },
      {
        severity: 'P0',
        customerFacing: true,
      },
    ).at('1m', 'post-update', { text: 'Some payments fail.', audience: 'public' });
    story.until('10m').at('11m', 'acknowledge', {}).at('12m', 'resolve', {});
    const textsOf = (kind: string) =>
      story.sent
        .filter(({ request }) => request.kind === kind)
        .map(({ request }) => [request.recipient, saidIn(request)]);
    for (const [, text] of textsOf('page'))
      expect(text).toContain(
        'Alerts that fire:\n- cpu is high\n- disk is high - runbook: https://wiki.example/disk\n- heap is high\n- and 1 more\n\n',
      );
    const toAll = textsOf('announce').filter(([recipient]) => recipient === 'all-hands');
    expect(toAll.map(([, text = '']) => text.includes('Alerts that fire:'))).toEqual(
      toAll.map((_, index) => index === 0),
    );
    const toPublic = textsOf('announce').filter(([recipient]) => recipient === 'status-page');
    expect(toPublic.length).toBeGreaterThan(0);
    for (const [, text] of toPublic) expect(text).not.toMatch(/high|alert|wiki/i);
  });

  test('the answer to a resolve says what fires still, again when it is repeated; and no other incident follows', () => {
    const story = some();
    const answer = story.ask('resolve', {});
    expect(answer).toMatchObject({ ok: true });
    expect(answer.ok ? answer.answer.changes : []).toContain(
      '4 alerts still fire; a repeat of one after the again-after of its source (default 1h) wakes people again',
    );
    const none = tell(alarmed(), '1m', report([ended('a', t0 + minute)])).ask('resolve', {});
    expect(none.ok ? none.answer.changes.join() : '').not.toMatch(/still fire/);
  });

  test('the report lists them, with their links', () => {
    const { facts, timeline } = accountOf(some().state);
    const written = reportMarkdown(reportOf(facts, timeline));
    expect(written).toContain('## Alerts\n- disk is high (am): since');
    expect(written).toContain('runbook: https://wiki.example/disk');
    expect(written).toMatch(/lag is high \(am\): since .*, ended /);
  });
});
