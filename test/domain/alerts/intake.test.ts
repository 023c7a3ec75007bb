import fc from 'fast-check';
import {
  completeIntakeEffect,
  emptyIntake,
  expectSources,
  nextIntakeInstant,
  settleIntake,
  takeAlerts,
} from '../../../src/domain/alerts/intake';
import { carriedIntake, carriedLimit } from '../../../src/domain/alerts/carried-intake';
import { mostEpisodes } from '../../../src/domain/alerts/episodes';
import type {
  AlertsTaken,
  IntakeEffect,
  IntakeState,
  KnownAlert,
  Leading,
  RuledAlert,
} from '../../../src/domain/model';
import { minute, t0 } from '../../support/policy';

const opens: Leading = {
  do: 'open',
  service: 'payments',
  severity: 'P1',
  title: 'Checkout errors',
  resolveAfterMs: 5 * minute,
};
const alert = (says: RuledAlert['says'], more: Partial<RuledAlert> = {}): RuledAlert => ({
  source: 'am',
  key: 'a',
  says,
  title: 'Checkout errors',
  links: [],
  services: [],
  labels: {},
  ruling: opens,
  ...more,
});

/** What an effect reports of alerts; an answer reports none. */
function reportedIn(effect: IntakeEffect): readonly KnownAlert[] {
  if (effect.type === 'answer') return [];
  return effect.type === 'place' ? effect.request.report.alerts : effect.report.alerts;
}

/** Drives the intake by hand: the outside world answers when the test says so. */
class Desk {
  state: IntakeState = emptyIntake('m', t0);
  now = t0;
  at(ms: number): this {
    for (
      let next = nextIntakeInstant(this.state);
      next !== null && next <= t0 + ms;
      next = nextIntakeInstant(this.state)
    ) {
      this.now = Math.max(this.now, next);
      this.state = settleIntake(this.state, this.now);
    }
    this.now = t0 + ms;
    return this;
  }
  take(...alerts: RuledAlert[]): this {
    return this.taken({ alerts, groups: [] });
  }
  taken(more: Pick<AlertsTaken, 'alerts' | 'groups'>): this {
    this.state = takeAlerts(this.state, { at: this.now, source: 'am', ...more }, this.now);
    return this;
  }
  /** Answers the earliest effect. */
  answer(outcome: Parameters<typeof completeIntakeEffect>[2]): this {
    this.state = completeIntakeEffect(this.state, this.state.outbox[0]!.id, outcome, this.now);
    return this;
  }
  placed(incident = 'INC-1'): this {
    return this.answer({ type: 'placed', incident });
  }
  get effects(): readonly IntakeEffect[] {
    return this.state.outbox;
  }
  /** What the effects say of which alerts, in short. */
  get said(): string[] {
    return this.effects.map((effect) => {
      if (effect.type === 'answer') return `answer: ${effect.request.key} by ${effect.request.by.join(', ')}`;
      const about = reportedIn(effect)
        .map(({ id, episode, state }) => `${id}#${episode} ${state}`)
        .join(', ');
      return `${effect.type === 'place' ? 'place' : `tell ${effect.incident}`}: ${about}`;
    });
  }
}

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
    placed.push(...reportedIn(effect!).map(({ id }) => id));
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
    expect(bytes(desk.state)).toBeGreaterThan(carriedLimit);
    const carried = carriedIntake(desk.state);
    expect(bytes(carried)).toBeLessThanOrEqual(carriedLimit);
    const { 'am/waits': waits, 'am/held': held, ...others } = carried.episodes;
    expect([waits, held]).not.toContain(undefined);
    expect(Object.values(others).filter(({ endedAt }) => endedAt !== undefined)).toEqual([]);
    const forgotten = Object.keys(desk.state.episodes).length - Object.keys(carried.episodes).length;
    expect(forgotten).toBeGreaterThan(100);
    expect(carried.sources['am']!.further).toBe(forgotten - 100);
    expect(carried.outbox).toEqual(desk.state.outbox);
  });
});

test('what has ended is forgotten after a day', () => {
  const desk = new Desk().take(alert('firing')).placed().take(alert('resolved')).answer({ type: 'told' });
  desk.at(26 * 60 * minute).take();
  expect(desk.state.episodes).toEqual({});
  expect(desk.state.places).toEqual({});
});

describe('in any order, doubled and late', () => {
  // Three identities, each of which fires and ends up to three times; the sender says when.
  const episodes = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), ended: fc.boolean() }), { maxLength: 8 });
  const messages = episodes.map((list) => {
    const counts = new Map<string, number>();
    return list.flatMap(({ key, ended }) => {
      const number = (counts.get(key) ?? 0) + 1;
      counts.set(key, number);
      const startsAt = t0 + number * 10_000;
      const fired = alert('firing', { key, startsAt });
      return ended ? [fired, alert('resolved', { key, startsAt, endsAt: startsAt + 5_000 })] : [fired];
    });
  });

  test('nothing is placed twice, and what fires in the end is placed', () => {
    fc.assert(
      fc.property(
        messages.chain((list) =>
          fc.tuple(
            fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
            fc.infiniteStream(fc.boolean()),
          ),
        ),
        ([order, answersNow]) => {
          const desk = new Desk();
          const placings = new Set<string>();
          const answerAll = () => {
            while (desk.effects.length > 0) {
              const [effect] = desk.effects;
              if (effect!.type === 'place')
                for (const { id, episode } of effect!.request.report.alerts) {
                  expect(placings).not.toContain(`${id}#${episode}`);
                  placings.add(`${id}#${episode}`);
                }
              desk.answer(effect!.type === 'place' ? { type: 'placed', incident: 'INC-1' } : { type: 'told' });
            }
          };
          for (const one of order) {
            desk.take(one);
            if (answersNow.next().value) answerAll();
          }
          answerAll();
          for (const [id, { incident, endedAt, number }] of Object.entries(desk.state.episodes))
            if (endedAt === undefined) expect([incident, placings.has(`${id}#${number}`)]).toEqual(['INC-1', true]);
        },
      ),
    );
  });
});

describe('a page of Muster that a pager tells of', () => {
  const key = 'INC-2026-12-07-001-0123456789ab/response/1/1/fatima/pd';
  const page = (says: RuledAlert['says'], more: Partial<RuledAlert> = {}) =>
    alert(says, { key, ruling: { do: 'page', process: 'INC-2026-12-07-001', channels: ['pd'] }, ...more });
  const sources = (desk: Desk) => desk.state.sources['am'];

  test('is no alert: it is counted, and begins nothing however often it comes', () => {
    const desk = new Desk().take(page('firing')).take(page('firing'), page('firing'));
    expect([desk.effects, desk.state.episodes, desk.state.unmatched]).toEqual([[], {}, []]);
    expect(sources(desk)).toMatchObject({ alerts: 3, pages: 3, unmatched: 0, ignored: 0 });
  });

  test('an answer to it is told to its process, with who gave it and when it was received', () => {
    const desk = new Desk().at(3_000).take(page('acknowledged', { by: ['Fatima Haddad', 'PUSR001'] }));
    expect(desk.effects).toEqual([
      {
        id: 1,
        type: 'answer',
        request: {
          source: 'am',
          at: t0 + 3_000,
          process: 'INC-2026-12-07-001',
          key,
          channels: ['pd'],
          by: ['Fatima Haddad', 'PUSR001'],
        },
      },
    ]);
    desk.answer({ type: 'answered', person: 'fatima' });
    expect([desk.effects, sources(desk)]).toEqual([[], expect.objectContaining({ pages: 1, answers: 1, late: 0 })]);
  });

  test('whoever closes it at the pager has seen it too', () =>
    expect(new Desk().take(page('resolved', { by: ['Fatima Haddad'] })).effects).toMatchObject([
      { type: 'answer', request: { closed: true } },
    ]));

  test.each([
    ['a program acknowledged it', page('acknowledged')],
    ['a program closed it', page('resolved', { by: [] })],
    [
      'the page is of a release',
      page('acknowledged', { by: ['Fatima'], ruling: { do: 'page', process: 'REL-2026-12-07-001', channels: [] } }),
    ],
    [
      'the page is the test of a channel',
      page('acknowledged', { by: ['Fatima'], ruling: { do: 'page', process: 'TEST', channels: [] } }),
    ],
  ])('%s: nobody answered', (_, one) => {
    const desk = new Desk().take(one);
    expect([desk.effects, sources(desk)]).toEqual([[], expect.objectContaining({ pages: 1 })]);
  });

  test.each([{ type: 'unwanted', because: 'late' } as const, { type: 'failed', because: 'ill' } as const])(
    'an answer that changes nothing (%j) is counted as late, and not tried again',
    (outcome) => {
      const desk = new Desk().take(page('acknowledged', { by: ['Fatima'] })).answer(outcome);
      expect([desk.effects, sources(desk)]).toEqual([[], expect.objectContaining({ late: 1, pages: 1 })]);
      expect(sources(desk)?.answers).toBeUndefined();
    },
  );

  test('an answer that is not told yet goes over into the next run', () => {
    const { state } = new Desk().take(page('acknowledged', { by: ['Fatima'] }));
    expect(carriedIntake(state).outbox).toEqual(state.outbox);
  });
});
