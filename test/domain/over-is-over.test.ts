/** R1, R2: after the resolution nobody is told of what it ended; what waits is called off. */
import fc from 'fast-check';
import { calledOff, completeEffect, searchAttributesOf, settle, viewOf, type Effect } from '../../src/domain';
import { incidentPolicy, minute, phase, at, t0 } from '../support/policy';
import { shownProcess } from '../../src/api/present/shown';
import { saidIn } from '../support/messages';
import { directory, incident } from '../support/story';

const handledWell = () => incident().at('2m', 'acknowledge', {}).at('4m', 'resolve', { summary: 'rolled back' });

describe('R1: over is over', () => {
  test('a P0 that is resolved tells nobody of the boxes that are open, and nothing is exhausted', () => {
    const story = handledWell().until('20h');
    expect(story.messages().filter((line) => !line.includes(' announce '))).toEqual(['0m page fatima']);
    expect(story.types()).not.toContain('exhausted');
  });

  test('the review goes on: its reminders and its miss', () => {
    const story = handledWell().until('49h');
    expect(story.pages(['remind', 'page'])).toContain(`${4 + 48 * 60}m fatima`);
    expect(story.state.deadlines['phase.review']).toMatchObject({ status: 'missed' });
  });

  test('what is left open is said once, with the first reminder of the review', () => {
    const story = handledWell().until('60h');
    const said = story.sent
      .filter(({ request }) => saidIn(request).includes('open at the resolve'))
      .map(({ at: when, request }) => `${story.clock(when)} ${request.kind} ${request.recipient}`);
    expect(said).toEqual([`${4 + 48 * 60}m remind fatima`]);
  });

  test('an action item goes on', () => {
    const dueAt = new Date(incident().state.beganAt + 600 * minute).toISOString();
    const story = handledWell().at('10m', 'add-action-item', { title: 'Alert on it', owner: 'emeka', dueAt });
    expect(story.until('24h').state.deadlines['action-item.1']).toMatchObject({ status: 'missed' });
  });

  test('what was open or missed at the resolve stays on record as it stood, and in no list of what is due', () => {
    const recovery = phase('recovery', ['fix-planned'], { due: at('declared', 6, 'response') });
    const policy = { ...incidentPolicy, phases: [...incidentPolicy.phases, recovery] };
    const story = incident({}, policy).at('2m', 'acknowledge', {}).at('16m', 'resolve', {}).until('3h');
    const { deadlines } = viewOf(story.state);
    const [missed, open] = ['phase.assessment', 'phase.recovery'].map((id) => deadlines.find((one) => one.id === id));
    expect(missed).toMatchObject({ status: 'missed', over: true, next: null, rungs: [] });
    expect(open).toMatchObject({ status: 'pending', over: true, next: null, rungs: [] });
    expect(open).not.toHaveProperty('missedAt');
    expect(searchAttributesOf(story.state)).toMatchObject({
      MusterMissed: false,
      MusterNextDueAt: story.state.deadlines['phase.review']!.dueAt,
    });
  });

  test('what was open at the resolve is neither missed nor late for readers, however long ago', () => {
    const facts = viewOf(handledWell().state);
    const { deadlines, phases } = shownProcess(facts, directory, t0 + 20 * 60 * minute);
    expect(deadlines.find(({ id }) => id === 'phase.assessment')).toMatchObject({ status: 'pending', over: true });
    expect(phases.find(({ id }) => id === 'assessment')).toMatchObject({ late: false, over: true });
  });

  test('after a reopening, a lower severity that makes the phase due just now leaves its later rungs for later', () => {
    const story = incident({ severity: 'P0' }).at('10m', 'resolve', {});
    story.away = true;
    story.until('15m').ask('reopen', { reason: 'again' });
    story.until('45m').ask('set-severity', { severity: 'P1', reason: 'less' });
    story.back();
    const fired = story.state.timeline.flatMap((event) => (event.type === 'rungs-fired' ? event.rungs : []));
    const assessment = fired.filter(
      ({ deadline, dueAt }) => deadline === 'phase.assessment' && dueAt === t0 + 45 * minute,
    );
    expect(assessment.map(({ rung }) => rung)).not.toContain('2');
  });

  test('a box that is ticked after the resolve meets its deadline', () => {
    const story = handledWell().at('1h', 'complete-items', { items: ['dashboards-checked'] });
    expect(story.state.deadlines['phase.assessment']).toMatchObject({ status: 'met' });
  });

  test('what the resolve ended cannot be snoozed', () => {
    const story = handledWell();
    const until = new Date(story.now + 10 * minute).toISOString();
    expect(story.ask('snooze', { deadline: 'phase.assessment', until, reason: 'later' })).toMatchObject({
      ok: false,
      refusal: { reason: 'not-running' },
    });
  });

  test('reopened: the ladders go on, and what became due meanwhile counts from the reopening', () => {
    const story = handledWell().at('1h', 'reopen', { reason: 'it is back' }).at('61m', 'acknowledge', {}).until('64m');
    const ofAssessment = (line: { request: { deadlines: readonly { id: string }[] } }) =>
      line.request.deadlines.some(({ id }) => id === 'phase.assessment');
    expect(story.sent.filter(ofAssessment)).toEqual([]);
    expect(
      story
        .until('66m')
        .sent.filter(ofAssessment)
        .map(({ at: when }) => story.clock(when)),
    ).toEqual(['65m']);
    expect(story.state.deadlines['phase.assessment']).toMatchObject({
      status: 'missed',
      missedAt: story.state.beganAt + 15 * minute,
    });
  });

  test('property: after `resolved` no page or reminder names a deadline that the resolve ended', () => {
    const instant = fc.integer({ min: 0, max: 120 });
    fc.assert(
      fc.property(instant, instant, fc.boolean(), (ack, after, posts) => {
        const story = incident().until(ack * minute);
        story.ask('acknowledge', {});
        story.activate();
        if (posts) story.at(ack * minute, 'post-update', { text: 'on it' });
        story.at((ack + after) * minute, 'resolve', {});
        const resolvedAt = story.now;
        story.until('60h');
        const later = story.sent.filter(({ at: when, request }) => when > resolvedAt && request.kind !== 'announce');
        const named = new Set(later.flatMap(({ request }) => request.deadlines.map(({ id }) => id)));
        expect([...named].filter((id) => id !== 'phase.review')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('an item that waits for a tool that does not follow is not needed', () => {
    const waits = { id: 'channel', text: 'Channel created', doneWhen: 'channel-created' };
    const policy = { ...incidentPolicy, phases: [phase('first', [waits], { due: at('declared', 1, 'response') })] };
    const chat = {
      channel: 'chat',
      incidents: ['P0' as const],
      releases: false,
      on: [],
      establishes: 'channel-created',
    };
    const itemOf = (story: ReturnType<typeof incident>) => viewOf(story.state).phases[0]!.groups[0]!.items[0]!;
    expect(itemOf(incident({}, policy))).toMatchObject({ status: 'not-needed', required: false });
    expect(itemOf(incident({}, { ...policy, followers: [chat] }))).toMatchObject({ status: 'open', required: true });
    expect(itemOf(incident({ severity: 'P2' }, { ...policy, followers: [chat] }))).toMatchObject({
      status: 'not-needed',
    });
  });
});

describe('R2: what waits is called off', () => {
  /** An incident whose first page hangs; `answer` completes it. */
  function hanging() {
    const story = incident();
    const began = story.state.timeline.find(({ type }) => type === 'resolved-to')!;
    // The page of the next rung is still under way: it is put into the outbox and not carried out.
    let state = settle(story.state, story.now + 3 * minute);
    const look = state.outbox.find(
      (effect): effect is Extract<Effect, { type: 'resolve' }> => effect.type === 'resolve',
    )!;
    const people = [{ person: 'giorgos', name: 'Giorgos', reach: ['mail', 'chat'] }];
    state = completeEffect(
      state,
      look.id,
      { type: 'resolve', result: { rungs: [{ people }] } },
      story.now + 3 * minute,
    );
    story.state = state;
    story.now += 3 * minute;
    expect(began).toBeDefined();
    return story;
  }
  const sendsOf = ({ state }: { state: { outbox: readonly Effect[] } }) =>
    state.outbox.filter((effect) => effect.type === 'send' && effect.request.kind === 'page').map(({ id }) => id);

  test('a page under way is wanted while nobody has answered', () => {
    const story = hanging();
    expect(sendsOf(story)).toHaveLength(1);
    expect(calledOff(story.state)).toEqual([]);
  });

  test.each([
    ['acknowledged', 'acknowledge', {}],
    ['resolved', 'resolve', {}],
    ['cancelled', 'cancel', { reason: 'a false alarm' }],
    ['merged', 'merge', { into: 'INC-2026-12-07-002' }],
  ] as const)('a page under way is called off when the incident is %s, and takes no further way', (_, name, body) => {
    const story = hanging();
    const [page] = sendsOf(story);
    expect(story.ask(name, body).ok).toBe(true);
    expect(calledOff(story.state)).toEqual([page]);
    const ended = completeEffect(story.state, page!, { type: 'called-off' }, story.now + 1);
    expect(ended.timeline.at(-1)).toMatchObject({ type: 'called-off', to: 'giorgos', channel: 'mail', kind: 'page' });
    expect(sendsOf({ state: ended })).toEqual([]);
    expect(ended.inFlight).toEqual([]);
  });

  test('an attempt that was on the wire and fails is not followed by the next way', () => {
    const story = hanging();
    const [page] = sendsOf(story);
    story.ask('acknowledge', {});
    const failed = { type: 'send', result: { status: 'failed', because: 'no answer' } } as const;
    const ended = completeEffect(story.state, page!, failed, story.now + 1);
    expect(sendsOf({ state: ended })).toEqual([]);
    expect(ended.timeline.at(-1)).toMatchObject({ type: 'called-off', to: 'giorgos', because: 'no answer' });
  });

  test('a page by hand is called off when its recipient acknowledges, not when somebody else does', () => {
    const story = incident().at('1m', 'acknowledge', {});
    expect(story.ask('escalate', { reason: 'need help', to: ['bruno'] }).ok).toBe(true);
    const look = story.state.outbox.find(({ type }) => type === 'resolve')!;
    const people = [{ person: 'bruno', name: 'Bruno', reach: ['mail'] }];
    story.state = completeEffect(story.state, look.id, { type: 'resolve', result: { rungs: [{ people }] } }, story.now);
    const [page] = sendsOf(story);
    story.ask('acknowledge', {}, 'ana');
    expect(calledOff(story.state)).toEqual([]);
    story.ask('acknowledge', {}, 'bruno');
    expect(calledOff(story.state)).toEqual([page]);
  });
});
