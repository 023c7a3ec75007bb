/** The rules of time, each under its number (docs/rules.md). */
import {
  completeEffect,
  nextInstant,
  resolveRecipients,
  settle,
  timelineOf,
  viewOf,
  type EffectOutcome,
  type Offset,
  type ProcessState,
} from '../../src/domain';
import { incident, release, directory, type Story } from '../support/story';
import { hour, incidentPolicy, minute, releasePolicy, t0 } from '../support/policy';
import { saidIn } from '../support/messages';

const deadline = (state: ProcessState, id: string) => state.deadlines[id]!;
const pagesFor = (story: Story, id: string) =>
  story.sent
    .filter(({ request }) => request.kind === 'page' && request.deadlines.some((one) => one.id === id))
    .map(({ at, request }) => `${story.clock(at)} ${request.recipient}`);
const athens = (local: string) => Date.parse(`${local}:00+02:00`);

describe('T1 one function', () => {
  test('T1 a due instant is its anchor plus the offset in units of the severity as it is now', () => {
    const story = incident({ severity: 'P1' });
    expect(deadline(story.state, 'response').dueAt).toBe(t0 + 15 * minute);
    expect(deadline(story.state, 'phase.assessment').dueAt).toBe(t0 + 45 * minute);
    story.at('2m', 'set-severity', { severity: 'P0', reason: 'worse' });
    expect(deadline(story.state, 'response').dueAt).toBe(t0 + 5 * minute);
    expect(deadline(story.state, 'phase.assessment').dueAt).toBe(t0 + 15 * minute);
  });
  test('T1 lateness of one rung does not move the next', () => {
    const story = incident();
    story.away = true;
    story.until('4m');
    story.back().until('5m');
    expect(story.pages()).toEqual(['0m fatima', '4m giorgos', '5m hana', '5m ana', '5m bruno', '5m chiara']);
  });
});

describe('T2 never early', () => {
  test('T2 a delivery records its nominal instant and how late it ran', () => {
    const story = incident();
    story.away = true;
    story.until('4m').back();
    const page = story.sent.at(-1)!;
    expect(page.request).toMatchObject({ recipient: 'giorgos', nominalAt: t0 + 3 * minute, late: minute });
  });
  test('T2 a rung that a change moved into the past is late from that change, not from its nominal instant', () => {
    const story = incident({ severity: 'P2' }).at('20m', 'set-severity', { severity: 'P0', reason: 'all users' });
    const page = story.sent.find(({ request }) => request.kind === 'page' && request.recipient === 'hana')!;
    expect(page.at).toBe(t0 + 20 * minute);
    expect(page.request.late).toBe(0);
  });
});

test('T2 a deadline reopened late and then moved ahead by a lower severity does not fire before its new due instant', () => {
  const story = incident()
    .at('1m', 'acknowledge', {})
    .at('10m', 'complete-items', { items: ['dashboards-checked'] })
    .at('20m', 'reopen-items', { items: ['dashboards-checked'], reason: 'not all' })
    .at('21m', 'set-severity', { severity: 'P3', reason: 'one user' })
    .until('11h59m');
  expect(deadline(story.state, 'phase.assessment').dueAt).toBe(t0 + 12 * hour);
  expect(deadline(story.state, 'phase.assessment').fired).toEqual([]);
});

test('T2 a message that leaves by the second channel is as late as the first one took', () => {
  const { state } = incident();
  const two = { person: 'giorgos', name: 'Giorgos', reach: ['pager', 'inbox'] };
  const take = (from: ProcessState, outcome: EffectOutcome, at: number) =>
    completeEffect(from, from.outbox.at(-1)!.id, outcome, at);
  const fired = settle(state, t0 + 3 * minute);
  const tried = take(fired, { type: 'resolve', result: { rungs: [{ people: [two] }] } }, t0 + 3 * minute);
  const after = take(tried, { type: 'send', result: { status: 'failed', because: '404' } }, t0 + 5 * minute - 1);
  expect(after.outbox.at(-1)).toMatchObject({
    request: { channel: 'inbox', nominalAt: t0 + 3 * minute, late: 2 * minute - 1 },
  });
});

describe('T3 inputs first', () => {
  test('T3 an acknowledge received before a rung stops it, although the engine was away until after it', () => {
    const story = incident();
    story.away = true;
    story.until('20m');
    const answer = story.ask('acknowledge', {}, 'fatima', { receivedAt: t0 + 2 * minute });
    expect(answer.ok).toBe(true);
    story.back();
    expect(pagesFor(story, 'response')).toEqual(['0m fatima']);
    expect(deadline(story.state, 'response')).toMatchObject({ status: 'met', metAt: t0 + 2 * minute });
    expect(deadline(story.state, 'response').missedAt).toBeUndefined();
  });
  test('T3 a miss before the acknowledge stays on record, at the due instant, and pages nobody', () => {
    const story = incident();
    story.away = true;
    story.until('20m');
    story.ask('acknowledge', {}, 'fatima', { receivedAt: t0 + 6 * minute });
    story.back();
    expect(pagesFor(story, 'response')).toEqual(['0m fatima']);
    expect(deadline(story.state, 'response')).toMatchObject({
      status: 'met',
      missedAt: t0 + 5 * minute,
      metAt: t0 + 6 * minute,
    });
  });
  test('T3 a receipt before the last applied input counts from that input, one in the future from now', () => {
    const story = incident().at('2m', 'comment', { text: 'first' });
    story.until('3m');
    story.ask('comment', { text: 'early' }, 'ana', { receivedAt: t0 });
    expect(story.state.timeline.at(-1)!.at).toBeGreaterThanOrEqual(t0 + 2 * minute);
    story.ask('comment', { text: 'late' }, 'ana', { receivedAt: t0 + hour });
    expect(story.state.timeline.at(-1)!.at).toBe(t0 + 3 * minute);
  });
  test('T3 an acknowledge one second before a rung stops it', () => {
    const story = incident().at('2m59s', 'acknowledge', {}).until('16m');
    expect(story.pages()).not.toContain('3m giorgos');
  });
});

describe('T4 once, and together', () => {
  test('T4 three rungs that passed while the engine was away are one notification to the union, the later ones keep their instants', () => {
    const story = incident();
    story.away = true;
    story.until('7m').back();
    const fired = story.state.timeline.filter(({ type }) => type === 'rungs-fired');
    expect(fired).toHaveLength(2);
    expect(story.pages()).toEqual(['0m fatima', '7m giorgos', '7m hana', '7m ana', '7m bruno', '7m chiara']);
    expect(saidIn(story.sent.at(-1)!.request)).toContain('2m late');
    story.until('10m');
    expect(story.pages().filter((line) => line.startsWith('10m'))).toHaveLength(6);
  });
  test('T4 repeats missed meanwhile count as one, and are keyed by the last', () => {
    const story = incident();
    story.away = true;
    story.until('22m').back();
    const keys = story.sent
      .filter(({ request, at }) => request.kind === 'page' && at === t0 + 22 * minute)
      .map(({ request }) => request.key);
    expect(keys).toHaveLength(6);
    expect(keys).toContain('INC-2026-12-07-001/response/1/4+2/fatima/inbox');
    story.until('25m');
    expect(story.sent.at(-1)!.request.key).toContain('/response/1/4+3/');
  });
  test('T4 a raised severity pages everybody whom the passed rungs mean, once', () => {
    const story = incident({ severity: 'P2' }).at('8m', 'set-severity', { severity: 'P0', reason: 'all users' });
    expect(story.pages().filter((line) => line.startsWith('8m'))).toEqual([
      '8m giorgos',
      '8m hana',
      '8m ana',
      '8m bruno',
      '8m chiara',
    ]);
  });
});

describe('T5 misses stay', () => {
  test('T5 lowering the severity keeps the miss and re-arms only rungs that have not fired', () => {
    const story = incident().until('6m').at('6m', 'set-severity', { severity: 'P1', reason: 'not that bad' });
    expect(deadline(story.state, 'response')).toMatchObject({
      status: 'missed',
      missedAt: t0 + 5 * minute,
      dueAt: t0 + 15 * minute,
    });
    story.until('20m');
    expect(story.pages().filter((line) => Number.parseInt(line) > 6)).toEqual([]);
    story.until('30m');
    expect(story.pages().filter((line) => line.startsWith('30m'))).toContain('30m fatima');
  });
  test('T5 a missed deadline rescheduled to an instant ahead begins a new round, the miss stays on record', () => {
    const story = release('2026-12-16T10:00:00+02:00').until('72h');
    expect(deadline(story.state, 'phase.planning').status).toBe('missed');
    story.at('72h', 'reschedule', { targetAt: '2026-12-30T10:00:00+02:00', reason: 'scope' }, 'ana');
    expect(deadline(story.state, 'phase.planning')).toMatchObject({
      round: 2,
      status: 'pending',
      dueAt: athens('2026-12-23T10:00'),
      misses: [{ round: 1, missedAt: athens('2026-12-09T10:00') }],
    });
    expect(deadline(story.state, 'phase.planning').missedAt).toBeUndefined();
  });
  test('T5 a rung that fired for the old date fires for the new one too, and one behind both does not', () => {
    // The phase is due on Thursday 10 December at 10:00; its first rung reminds a business day
    // before.
    const story = release('2026-12-17T10:00:00+02:00').until('49h');
    expect(deadline(story.state, 'phase.planning')).toMatchObject({ status: 'pending', fired: ['1'] });
    story.at('50h', 'reschedule', { targetAt: '2026-12-24T10:00:00+02:00', reason: 'scope' }, 'ana');
    expect(deadline(story.state, 'phase.planning')).toMatchObject({ round: 2, status: 'pending', fired: [] });
    const told = story
      .until('9d')
      .sent.filter(({ request }) => request.deadlines.some(({ id }) => id === 'phase.planning'))
      .map(({ at }) => at);
    expect([...new Set(told)].slice(0, 2)).toEqual([athens('2026-12-09T10:00'), athens('2026-12-16T10:00')]);
    // Moved by an hour, the reminder of the day before lies behind already: the round goes on.
    const near = release('2026-12-17T10:00:00+02:00').until('60h');
    near.at('61h', 'reschedule', { targetAt: '2026-12-17T11:00:00+02:00', reason: 'an hour' }, 'ana');
    expect(deadline(near.state, 'phase.planning')).toMatchObject({ round: 1, fired: ['1'] });
  });
});

test('T5 an update posted late keeps both in its round: missed, and when it was met', () => {
  const story = incident().at('1m', 'acknowledge', {}).at('20m', 'post-update', { text: 'late' });
  expect(deadline(story.state, 'update').misses).toEqual([
    { round: 1, dueAt: t0 + 16 * minute, missedAt: t0 + 16 * minute, metAt: t0 + 20 * minute },
  ]);
});

describe('T6 no storm for what was late when it was set', () => {
  test('T6 planning late counts rungs from planning + 1 response and drops those before due', () => {
    const story = release('2026-12-10T10:00:00+02:00').until('1h');
    const planning = deadline(story.state, 'phase.planning');
    expect(planning.missedAt).toBe(athens('2026-12-03T10:00'));
    expect(story.messages().filter((line) => line.startsWith('0m'))).toEqual([]);
    expect(planning.fired).toEqual(['2']);
    story.until('2h');
    expect(deadline(story.state, 'phase.planning').fired).toEqual(['2', '3']);
  });
  test('T6 a deadline that a lower severity moves ahead again counts from its due instant, no rung before it', () => {
    const story = incident()
      .at('1m', 'acknowledge', {})
      .at('2m', 'complete-items', { items: ['dashboards-checked'] })
      .at('20m', 'reopen-items', { items: ['dashboards-checked'], reason: 'wrong dashboard' })
      .at('21m', 'set-severity', { severity: 'P2', reason: 'not that bad' })
      .until('7h');
    const rungs = story.state.timeline.flatMap((event) =>
      event.type === 'rungs-fired' ? event.rungs.filter((rung) => rung.deadline === 'phase.assessment') : [],
    );
    expect(rungs.map(({ nominalAt }) => (nominalAt - t0) / hour)).toEqual([3, 4, 6]);
  });
});

describe('T6 which rungs a restart drops', () => {
  const [first] = releasePolicy.ladders.phase!;
  const toldOf = (at: Offset[]) => {
    const policy = { ...releasePolicy, ladders: { phase: at.map((one) => ({ ...first!, at: one })) } };
    // Planned on Monday at 10:00; `phase.planning` was due on Thursday 3 December at 10:00.
    const story = release('2026-12-10T10:00:00+02:00', {}, policy).until('24h');
    return story.sent
      .filter(({ request }) => request.deadlines.some(({ id }) => id === 'phase.planning') && request.rung !== null)
      .map(({ at: sentAt, request }) => `${story.clock(sentAt)} ${request.recipient} ${request.rung}`);
  };
  test('T6 the last of a ladder that has none but rungs before due stays, and the ladder has an end', () => {
    expect(
      toldOf([
        { n: -2, unit: 'd' },
        { n: -1, unit: 'd' },
      ]),
    ).toEqual(['60m jonas 2', '1380m jonas end']);
  });
  test('T6 a time of day before the restart counts as before due', () => {
    expect(
      toldOf([
        { n: 0, unit: 'd', clock: 9 * 60 },
        { n: 2, unit: 'response' },
      ]),
    ).toEqual(['180m jonas 2', '1380m jonas end']);
    // A time of day that still lies ahead then is kept.
    expect(
      toldOf([
        { n: 0, unit: 'd', clock: 15 * 60 },
        { n: 7, unit: 'response' },
      ])[0],
    ).toBe('300m jonas 1');
  });
});

test('R11 a snooze that ends at night is followed by the next opening, one that ends in hours by nothing', () => {
  const toldAfter = (at: string, until: string) => {
    const story = release('2026-12-10T10:00:00+02:00')
      .until(at)
      .at(at, 'snooze', { deadline: 'phase.planning', until, reason: 'x' })
      .until('72h');
    return story.sent
      .filter(({ at: sentAt, request }) => sentAt > t0 + 13 * hour && request.deadlines[0]?.id === 'phase.planning')
      .map(({ at: sentAt }) => (sentAt - t0) / hour);
  };
  // Until Tuesday 20:00: what Tuesday 09:00 had to say comes on Wednesday at 09:00.
  expect(toldAfter('10h', '2026-12-08T20:00:00+02:00')).toEqual([47, 71]);
  expect(toldAfter('7h', '2026-12-08T17:00:00+02:00')).toEqual([31, 47, 71]);
});

describe('T7 snooze', () => {
  test('T7 unfired rungs wait until the stated time, then go on together', () => {
    const story = incident()
      .at('1m', 'acknowledge', {})
      .at('10m', 'snooze', { deadline: 'update', until: '2026-12-07T08:20:00Z', reason: 'writing it' });
    story.until('19m');
    expect(story.messages().filter((line) => line.includes('mateo'))).toEqual([]);
    story.until('20m');
    expect(story.messages().filter((line) => line.includes('mateo'))).toEqual(['20m page mateo']);
  });
  test('T7 the response cannot be snoozed, nor anything beyond an interval or more than three times', () => {
    const story = incident().until('6m');
    expect(story.ask('snooze', { deadline: 'response', until: '2026-12-07T08:04:00Z', reason: 'x' })).toMatchObject({
      ok: false,
      refusal: { reason: 'not-for-response' },
    });
    expect(story.ask('snooze', { deadline: 'update', until: '2026-12-07T08:22:00Z', reason: 'x' })).toMatchObject({
      ok: false,
      refusal: { reason: 'too-long' },
    });
    for (let time = 1; time <= 3; time++)
      expect(story.ask('snooze', { deadline: 'update', until: '2026-12-07T08:20:00Z', reason: 'x' }).ok).toBe(true);
    expect(story.ask('snooze', { deadline: 'update', until: '2026-12-07T08:20:00Z', reason: 'x' })).toMatchObject({
      ok: false,
      refusal: { reason: 'too-often' },
    });
  });
  test('T7 a snooze that ends before anybody would be told holds nothing, and is refused', () => {
    // The first rung comes at 17m.
    const story = incident().at('1m', 'acknowledge', {}).at('5m', 'post-update', { text: 'x' });
    for (const until of ['2026-12-07T08:10:00Z', '2026-12-07T08:17:00Z'])
      expect(story.ask('snooze', { deadline: 'update', until, reason: 'x' })).toMatchObject({
        ok: false,
        refusal: {
          reason: 'holds-nothing',
          message:
            'it would hold nothing: nobody is told of update before 2026-12-07T08:17:00Z; snooze until later than that',
        },
      });
    const later = { deadline: 'update', until: '2026-12-07T08:18:00Z', reason: 'x' };
    expect(story.ask('snooze', later).ok).toBe(true);
    // What is held may be held for longer.
    expect(story.until('17m30s').ask('snooze', { ...later, until: '2026-12-07T08:18:30Z' }).ok).toBe(true);
  });
  test('T7 a release may snooze until the next business day', () => {
    const story = release('2026-12-21T09:30:00+02:00').until('96h');
    expect(
      story.ask('snooze', { deadline: 'phase.planning', until: '2026-12-14T10:00:00+02:00', reason: 'x' }).ok,
    ).toBe(true);
    expect(
      story.ask('snooze', { deadline: 'phase.planning', until: '2026-12-14T10:00:01+02:00', reason: 'x' }),
    ).toMatchObject({ ok: false, refusal: { reason: 'too-long' } });
  });
});

describe('T8 one voice', () => {
  test('T8 rungs of several deadlines that fire together make one message per person, response first', () => {
    const story = incident().until('20m');
    const page = story.sent.find(
      ({ at, request }) => at === t0 + 20 * minute && request.recipient === 'fatima',
    )!.request;
    expect(page.deadlines.map(({ id }) => id)).toEqual(['response', 'phase.assessment', 'update']);
    expect(page).toMatchObject({
      kind: 'page',
      key: 'INC-2026-12-07-001/response/1/4+2/fatima/inbox',
      nominalAt: t0 + 20 * minute,
    });
    expect(
      story.sent.find(({ at, request }) => at === t0 + 20 * minute && request.recipient === 'mateo')!.request,
    ).toMatchObject({ kind: 'remind', deadlines: [{ id: 'update' }] });
  });
  test('T8 while the response rings other ladders only remind; after it they page', () => {
    const ringing = incident().until('10m');
    expect(
      ringing.sent
        .filter(({ request }) => request.deadlines.length === 1 && request.deadlines[0]!.kind === 'phase')
        .every(({ request }) => request.kind === 'remind'),
    ).toBe(true);
    const answered = incident()
      .at('1m', 'acknowledge', {}, 'mateo')
      .at('1m', 'assign-role', { role: 'commander', person: 'fatima' })
      .until('20m');
    expect(answered.pages()).toContain('20m fatima');
  });
  test('T8 a response without a ladder mutes nobody: it can never be exhausted', () => {
    const { response: _none, ...ladders } = incidentPolicy.ladders;
    const story = incident({}, { ...incidentPolicy, ladders }).until('20m');
    expect(story.pages()).toContain('20m mateo');
  });
});

describe('T9 nobody there', () => {
  const withoutPrimary = { ...directory, teams: { platform: { ...directory.teams['platform']!, primary: 'gone' } } };
  test('T9 the look-up of a fallthrough says that it is one, for whoever counts them', () => {
    const story = incident();
    story.directory = withoutPrimary;
    story.at('30s', 'resolve', {}, 'emeka').at('1m', 'reopen', { reason: 'again' }, 'emeka').until('1m');
    expect(story.resolved.map(({ fallthrough }) => fallthrough ?? false)).toContain(true);
  });
  test('T9 a rung that means nobody pages the next rung at once, marked, and that rung is not told twice', () => {
    const story = incident();
    story.directory = withoutPrimary;
    story.at('30s', 'resolve', {}, 'emeka').at('1m', 'reopen', { reason: 'again' }, 'emeka').until('1m');
    expect(story.pages()).toContain('1m giorgos');
    expect(story.state.timeline.find(({ type }) => type === 'fallthrough')).toMatchObject({
      rung: '1',
      toRung: 2,
      because: 'nobody there',
      nominalAt: t0 + minute,
    });
    const before = story.pages().filter((line) => line.endsWith('giorgos')).length;
    story.until('4m');
    expect(story.pages().filter((line) => line.endsWith('giorgos'))).toHaveLength(before);
  });
  test('T9 when every way to a person fails for good the next rung is paged, and the failures are on the timeline', () => {
    const story = incident({ severity: 'P1' });
    story.broken.add('giorgos/inbox');
    story.until('9m');
    expect(story.pages()).toEqual(['0m fatima', '9m hana', '9m chiara', '9m dimitris']);
    expect(story.types()).toContain('delivery-failed');
    story.until('15m');
    expect(story.pages().filter((line) => line.startsWith('15m'))).toEqual([]);
  });
  test('T9 a rung that means nobody needs no fallthrough of its own when the next one fires with it: nobody hears twice', () => {
    const story = incident();
    story.directory = {
      ...directory,
      teams: { platform: { ...directory.teams['platform']!, secondary: 'gone' } },
    };
    story.away = true;
    story.until('6m').back();
    expect(story.pages().filter((line) => line.startsWith('6m'))).toEqual([
      '6m hana',
      '6m ana',
      '6m bruno',
      '6m chiara',
    ]);
    expect(story.state.timeline.find(({ type }) => type === 'fallthrough')).toMatchObject({ rung: '2', toRung: 3 });
  });
  test('T9 a reminder that fell through does not stand for the page of the later rung', () => {
    const story = incident().at('1m', 'acknowledge', {}, 'giorgos');
    for (const who of ['mateo', 'giorgos']) story.broken.add(`${who}/inbox`);
    story.until('13m'); // rungs 1 and 2 remind nobody, so rung 3 is told now
    expect(story.messages().filter((line) => line.startsWith('13m'))).toEqual(['13m remind hana']);
    for (const who of ['mateo', 'giorgos']) story.broken.delete(`${who}/inbox`);
    story.until('31m');
    expect(story.pages()).toContain('31m hana');
  });
  test('T2, T9 a fallthrough after a snooze is as late as its rung: from the end of the snooze', () => {
    const story = incident().at('1m', 'acknowledge', {}, 'giorgos');
    story.at('10m', 'snooze', { deadline: 'update', until: '2026-12-07T08:24:00.000Z', reason: 'busy' }, 'giorgos');
    for (const who of ['mateo', 'giorgos', 'emeka']) story.broken.add(`${who}/inbox`);
    story.until('25m');
    const update = story.state.timeline.filter((event) => event.type === 'fallthrough' && event.deadline === 'update');
    expect(update.length).toBeGreaterThan(0);
    for (const event of update) expect(event).not.toHaveProperty('late');
  });
  test('T9 a rung whose people were partly reached early has reached somebody: it does not fall through again', () => {
    const story = incident({ severity: 'P1' });
    story.broken.add('giorgos/inbox');
    for (const who of ['chiara', 'dimitris']) story.broken.add(`${who}/inbox`);
    story.until('15m');
    expect(story.state.timeline.filter(({ type }) => type === 'fallthrough')).toHaveLength(1);
  });
  test('T9 whoever could not be reached is not tried again under the same key: the rung after is told at once', () => {
    const story = incident().at('1m', 'acknowledge', {}, 'emeka');
    story.broken.add('mateo/inbox').add('emeka/inbox');
    story.until('13m');
    expect(new Set(story.tried).size).toBe(story.tried.length);
    expect(story.messages()).toContain('13m remind hana');
    expect(
      story.state.timeline.filter((event) => event.type === 'fallthrough' && event.deadline === 'update'),
    ).toMatchObject([
      { rung: '1', toRung: 2 },
      { rung: '1', toRung: 3, because: 'nobody there' },
    ]);
  });
  test('T9 a rung that turns out to reach nobody once the next has fired pages nobody early: those of the next are told', () => {
    const story = incident().until('2m');
    const sendTo = (who: string) =>
      story.state.outbox.find((effect) => effect.type === 'send' && effect.request.recipient === who)!.id;
    const fire = (at: number) => {
      story.state = settle(story.state, at);
      const effect = story.state.outbox.find(({ type }) => type === 'resolve')!;
      if (effect.type !== 'resolve') throw new Error('no look-up');
      const result = resolveRecipients(effect.request, directory, at);
      story.state = completeEffect(story.state, effect.id, { type: 'resolve', result }, at);
    };
    fire(t0 + 3 * minute);
    const toSecondary = sendTo('giorgos'); // still being tried
    fire(t0 + 5 * minute);
    story.now = t0 + 6 * minute;
    const failed = { type: 'send', result: { status: 'failed', because: '404' } } as const;
    story.state = completeEffect(story.state, toSecondary, failed, story.now);
    expect(story.state.timeline.at(-1)).toMatchObject({ type: 'fallthrough', rung: '2', toRung: 3 });
    story.activate();
    expect(story.pages().filter((line) => line.startsWith('6m'))).toEqual(
      ['hana', 'ana', 'bruno', 'chiara'].map((who) => `6m ${who}`),
    );
  });
  test('T9 one response after the last repeat an exhausted announcement goes to the internal audiences, once', () => {
    const story = incident().until('39m');
    const exhausted = () =>
      story.state.timeline.filter((event) => event.type === 'exhausted' && event.deadline === 'response');
    expect(exhausted()).toHaveLength(0);
    story.until('10h');
    expect(exhausted()).toMatchObject([{ at: t0 + 40 * minute }]);
    expect(story.sent.filter(({ request }) => request.recipient === 'status-page')).toEqual([]);
  });
});

describe('T10 recurring updates', () => {
  test('T10 the first update is due an interval after the acknowledgement or the due response, whichever is earlier', () => {
    const story = incident();
    expect(deadline(story.state, 'update').dueAt).toBe(t0 + 20 * minute);
    story.at('2m', 'acknowledge', {});
    expect(deadline(story.state, 'update').dueAt).toBe(t0 + 17 * minute);
    story.at('10m', 'post-update', { text: 'looking' });
    expect(deadline(story.state, 'update')).toMatchObject({ round: 2, dueAt: t0 + 25 * minute });
    story.at('11m', 'post-update', { text: 'long work', nextUpdateAt: '2026-12-07T09:00:00Z' });
    expect(deadline(story.state, 'update')).toMatchObject({ round: 3, dueAt: t0 + hour });
  });
  test('T10 an acknowledgement after the due response does not move the first update', () => {
    expect(deadline(incident().at('6m', 'acknowledge', {}).state, 'update').dueAt).toBe(t0 + 20 * minute);
  });
  test('T10 a severity raised after the acknowledgement moves the interval, not the answer that the first update counts from', () => {
    const story = incident({ severity: 'P2' })
      .at('50m', 'acknowledge', {})
      .at('51m', 'set-severity', { severity: 'P0', reason: 'all users' });
    expect(deadline(story.state, 'update').dueAt).toBe(t0 + 65 * minute);
    expect(pagesFor(story, 'update')).toEqual([]);
  });
  test('T10 a promise beyond four intervals is refused', () => {
    const story = incident();
    expect(story.ask('post-update', { text: 'x', nextUpdateAt: '2026-12-07T09:00:00.001Z' })).toMatchObject({
      ok: false,
      refusal: { reason: 'too-far' },
    });
  });
  test('T10 a hand-off leaves a running round alone; resolve ends it', () => {
    const story = incident()
      .at('2m', 'acknowledge', {}, 'fatima')
      .at('10m', 'hand-off', { to: 'hana' }, 'fatima')
      .until('13m');
    expect(deadline(story.state, 'update').dueAt).toBe(t0 + 17 * minute);
    expect(deadline(story.state, 'response')).toMatchObject({ round: 2, dueAt: t0 + 17.5 * minute, status: 'pending' });
    story.at('14m', 'resolve', {});
    expect(deadline(story.state, 'update').status).toBe('cancelled');
    expect(viewOf(story.state).nextUpdateDueAt).toBeNull();
  });
});

describe('T11 one timer', () => {
  test('T11 the next instant is the earliest of rungs, misses, openings, ends of snooze; null when it has ended', () => {
    const story = incident();
    expect(nextInstant(story.state)).toBe(t0 + 3 * minute);
    story.at('1m', 'acknowledge', {});
    expect(nextInstant(story.state)).toBe(t0 + 13 * minute);
    story.at('2m', 'cancel', { reason: 'false alarm' });
    expect(nextInstant(story.state)).toBeNull();
  });
});

describe('T12 previews and targets', () => {
  test('T12 a preview is exactly what then happens', () => {
    const story = release('2026-12-30T10:00:00+02:00').until('50h');
    const body = { targetAt: '2027-01-05T10:00:00+02:00', reason: 'partner' };
    const preview = story.ask('reschedule', { ...body, dryRun: true }, 'ana');
    if (!preview.ok) throw new Error('refused');
    const before = JSON.stringify(story.state);
    expect(preview.answer.preview!.moves.length).toBeGreaterThan(3);
    expect(JSON.stringify(preview.state)).toBe(before);
    story.ask('reschedule', body, 'ana');
    for (const { deadline: id, to } of preview.answer.preview!.moves) expect(deadline(story.state, id).dueAt).toBe(to);
  });
  test('T12 the preview names what becomes overdue and the days off that are met', () => {
    const story = release('2026-12-30T10:00:00+02:00').until('50h');
    const preview = story.ask(
      'reschedule',
      { targetAt: '2026-12-12T10:00:00+02:00', reason: 'sooner', dryRun: true },
      'ana',
    );
    if (!preview.ok) throw new Error('refused');
    expect(preview.answer.preview!.overdue).toContain('phase.planning');
    expect(preview.answer.preview!.meets).toContainEqual({ date: '2026-12-12', why: 'weekend', deadline: 'target' });
  });
  test('T12 the preview does not name what was overdue already and does not move', () => {
    const story = release('2026-12-30T10:00:00+02:00')
      .at('1h', 'add-action-item', { title: 'x', owner: 'cto', dueAt: '2026-12-08T08:00:00Z' }, 'ana')
      .until('50h');
    const body = { targetAt: '2027-01-05T10:00:00+02:00', reason: 'later', dryRun: true };
    const preview = story.ask('reschedule', body, 'ana');
    if (!preview.ok) throw new Error('refused');
    expect(preview.answer.preview!.overdue).toEqual([]);
  });
  test('T12 a target in the past or beyond the horizon is refused', () => {
    const story = release('2026-12-30T10:00:00+02:00');
    expect(story.ask('reschedule', { targetAt: '2026-12-01T10:00:00Z', reason: 'x' }, 'ana')).toMatchObject({
      ok: false,
      refusal: { kind: 'invalid', errors: [{ path: 'targetAt' }] },
    });
    expect(story.ask('reschedule', { targetAt: '2029-12-01T10:00:00Z', reason: 'x' }, 'ana')).toMatchObject({
      ok: false,
      refusal: { kind: 'invalid' },
    });
  });
});

test('state survives a JSON round trip and goes on alike', () => {
  const story = incident({}, incidentPolicy).until('4m');
  const copy = incident();
  copy.state = JSON.parse(JSON.stringify(story.state)) as ProcessState;
  copy.now = story.now;
  expect(timelineOf(copy.until('40m').state)).toEqual(timelineOf(story.until('40m').state));
});
