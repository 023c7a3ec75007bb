/** R8, R10, R16: what was answered, what asks for an answer anew, and whose answer counts. */
import fc from 'fast-check';
import {
  absorb,
  absorbRefusal,
  calledOff,
  completeEffect,
  finishedAt,
  recordRefusal,
  unknownPerson,
  type AbsorbRequest,
  type Severity,
} from '../../src/domain';
import { given } from '../../src/given';
import { incidentPolicy, minute, t0 } from '../support/policy';
import { saidIn } from '../support/messages';
import { actorOf, incident, release, Story } from '../support/story';

const response = (story: Story) => story.state.deadlines['response']!;
const heldBy = (person: string, severity: Severity = 'P2') =>
  incident({ severity }).at('2m', 'acknowledge', {}, person);
const raise = (story: Story, after: string, severity: Severity, by: string) =>
  story.at(after, 'set-severity', { severity, reason: 'it is worse' }, by);

describe('R8: worse than what was answered', () => {
  test('a new round begins, due one response after the change, and its first rung goes to whoever has it', () => {
    const story = raise(heldBy('giorgos'), '10m', 'P0', 'nadia').until('10m');
    expect(response(story)).toMatchObject({ status: 'pending', round: 2, dueAt: story.state.beganAt + 15 * minute });
    expect(story.pages()).toEqual(['0m fatima', '10m giorgos']);
    expect(saidIn(story.sent.findLast(({ request }) => request.kind === 'page')!.request)).toContain(
      'raised from P2 to P0 by nadia: it is worse',
    );
  });

  test('the rest of the ladder is as it says', () => {
    const story = raise(heldBy('giorgos'), '10m', 'P0', 'nadia').until('16m');
    expect(story.pages().slice(1)).toEqual([
      '10m giorgos',
      '13m giorgos',
      '15m hana',
      '15m ana',
      '15m bruno',
      '15m chiara',
    ]);
  });

  test.each([
    ['acknowledge', {}],
    ['post-update', { text: 'looking' }],
    ['assign-role', { role: 'technical-lead', person: 'fatima' }],
    ['set-severity', { severity: 'P1', reason: 'less' }],
    ['resolve', {}],
    ['hand-off', { to: 'hana' }],
  ] as const)('%s by whoever has it is an answer', (name, body) => {
    const story = raise(heldBy('giorgos'), '10m', 'P0', 'nadia').at('11m', name, body, 'giorgos');
    expect(response(story)).toMatchObject({ status: 'met', metAt: story.state.beganAt + 11 * minute });
  });

  test.each([
    ['a comment by whoever has it', 'comment', { text: 'hm' }, 'giorgos'],
    ['an update by somebody else', 'post-update', { text: 'looking' }, 'nadia'],
    ['a tick', 'complete-items', { items: ['dashboards-checked'] }, 'giorgos'],
  ] as const)('%s is none', (_what, name, body, by) => {
    const story = raise(heldBy('giorgos'), '10m', 'P0', 'nadia').at('11m', name, body, by);
    expect(response(story).status).toBe('pending');
  });

  test('anybody who is known may acknowledge it, and whoever has it keeps it', () => {
    const story = raise(heldBy('giorgos'), '10m', 'P0', 'nadia').at('11m', 'acknowledge', {}, 'hana');
    expect(response(story).status).toBe('met');
    expect(story.state).toMatchObject({ roles: { commander: 'giorgos' }, acknowledgedBy: 'giorgos' });
  });

  test('raised by whoever has it, nobody is asked and nobody is paged', () => {
    const story = raise(heldBy('giorgos'), '10m', 'P0', 'giorgos').until('60m');
    expect(response(story)).toMatchObject({ status: 'met', round: 1 });
    expect(story.sent.filter(({ request }) => request.deadlines.some(({ id }) => id === 'response')).length).toBe(1);
  });

  test('down and up again, not worse than what was answered: nothing', () => {
    const story = raise(raise(heldBy('giorgos', 'P0'), '10m', 'P2', 'nadia'), '11m', 'P0', 'nadia');
    expect(response(story)).toMatchObject({ status: 'met', round: 1 });
  });

  test('a raise that is taken back takes the question back', () => {
    const story = raise(raise(heldBy('giorgos'), '10m', 'P0', 'nadia'), '11m', 'P2', 'nadia').until('40m');
    expect(response(story).status).toBe('cancelled');
    expect(story.types()).not.toContain('exhausted');
  });

  test('a change for the better while the question is open moves it, and asks nobody again', () => {
    const story = raise(raise(heldBy('giorgos', 'P3'), '10m', 'P0', 'nadia'), '11m', 'P1', 'hana').until('11m');
    expect(response(story)).toMatchObject({ round: 2, status: 'pending' });
    expect(story.pages()).toEqual(['0m fatima', '10m giorgos']);
  });

  test('nobody answers the worse severity: the words say since when', () => {
    const story = raise(heldBy('giorgos'), '10m', 'P0', 'nadia').until('3h');
    expect(story.text()).toContain('nobody has answered since it was raised to P0');
  });

  test('property: a response is open only while something is worse than all that was answered', () => {
    const act = fc.record({
      severity: fc.constantFrom<Severity>('P0', 'P1', 'P2', 'P3'),
      by: fc.constantFrom('giorgos', 'nadia'),
      answers: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 8 }), (acts) => {
        const story = heldBy('giorgos');
        let answered = 2;
        acts.forEach(({ severity, by, answers }, index) => {
          const level = Number(severity[1]);
          if (severity !== story.state.severity) {
            // A change by whoever has the incident answers what was open, and what the change says.
            if (by === 'giorgos') answered = Math.min(answered, Number(story.state.severity[1]), level);
            story.at((index + 3) * minute, 'set-severity', { severity, reason: 'x' }, by);
          }
          if (answers) {
            story.at((index + 3) * minute + 1, 'acknowledge', {}, 'giorgos');
            answered = Math.min(answered, Number(story.state.severity[1]));
          }
          expect(response(story).status === 'pending' || response(story).status === 'missed').toBe(
            Number(story.state.severity[1]) < answered,
          );
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('R10: a merge', () => {
  const request = (more: Partial<AbsorbRequest> = {}): AbsorbRequest => ({
    key: 'INC-9/event/5',
    into: 'INC-2026-12-07-001',
    from: 'INC-9',
    by: 'nadia',
    severity: 'P0',
    services: ['payments'],
    people: ['nadia'],
    links: [],
    ...more,
  });
  const merged = (story: Story, more: Partial<AbsorbRequest> = {}) => {
    story.until('10m');
    story.state = absorb(story.state, request(more), story.now);
    story.activate();
    return story;
  };

  test('an unanswered worse incident is owed by the target, and whoever has it is paged', () => {
    const story = merged(heldBy('giorgos'));
    expect(response(story)).toMatchObject({ status: 'pending', round: 2 });
    expect(story.pages()).toEqual(['0m fatima', '10m giorgos']);
  });
  test('what was answered there is not asked again', () => {
    const story = merged(heldBy('giorgos'), { answeredUpTo: 'P0' });
    expect(response(story)).toMatchObject({ status: 'met', round: 1 });
    expect(story.state.severity).toBe('P0');
  });
  test('what was answered there counts also where nobody had answered before', () => {
    const story = merged(incident({ severity: 'P2' }), { severity: 'P2', answeredUpTo: 'P0', holder: 'giorgos' });
    expect(story.state).toMatchObject({ acknowledgedBy: 'giorgos', answeredUpTo: 'P0' });
    story.at('20m', 'set-severity', { severity: 'P0', reason: 'worse' }, 'nadia');
    expect(response(story)).toMatchObject({ status: 'met', round: 1 });
  });
  test('merged by whoever has the target: answered', () => {
    expect(response(merged(heldBy('giorgos'), { by: 'giorgos' }))).toMatchObject({ status: 'met', round: 1 });
  });
  test('no worse: nothing is owed', () => {
    expect(response(merged(heldBy('giorgos', 'P0')))).toMatchObject({ status: 'met', round: 1 });
  });
  test('whoever answered there has answered here, and those who were paged here hear it', () => {
    const story = merged(incident({ severity: 'P0' }), {
      answeredUpTo: 'P0',
      holder: 'giorgos',
      roles: { commander: 'giorgos' },
    });
    expect(response(story)).toMatchObject({ status: 'met' });
    expect(story.state).toMatchObject({ acknowledgedBy: 'giorgos', roles: { commander: 'giorgos' } });
    const told = story.sent.filter(({ rungs, request: { kind } }) => kind === 'remind' && rungs.length === 0);
    expect(told.map(({ request }) => `${request.recipient} ${saidIn(request).split('\n')[0]}`)).toContain(
      'fatima Checkout is down: giorgos has it',
    );
  });
  test('what was answered there at a lesser severity answers nothing here', () => {
    expect(
      response(merged(incident({ severity: 'P0' }), { severity: 'P2', answeredUpTo: 'P2', holder: 'giorgos' })),
    ).toMatchObject({
      status: 'missed',
    });
  });
  test('a resolved or ended incident takes no other: the other is declared anew', () => {
    const resolved = heldBy('giorgos').at('5m', 'resolve', {});
    expect(absorbRefusal(resolved.state, request())).toMatchObject({ reason: 'closed' });
    expect(absorbRefusal(heldBy('giorgos').state, request())).toBeUndefined();
    const source = incident({ severity: 'P1', customerFacing: true }).until('1m');
    const answer = source.ask('merge', { into: 'INC-7' }, 'nadia');
    if (!answer.ok) throw new Error('refused');
    const effect = answer.state.outbox.find(({ type }) => type === 'absorb')!;
    const failed = completeEffect(
      answer.state,
      effect.id,
      { type: 'failed', because: 'INC-7 is resolved' },
      source.now,
    );
    expect(failed.outbox.filter(({ type }) => type === 'declare-incident')).toMatchObject([
      {
        request: {
          by: 'nadia',
          causedBy: source.state.id,
          body: { severity: 'P1', title: 'Checkout is down', services: ['payments'], customerFacing: true },
        },
      },
    ]);
  });
  describe('declared anew', () => {
    const inVain = (source: Story, by: string) => {
      source.at('9m', 'assign-role', { role: 'technical-lead', person: 'hana' }, 'emeka');
      source.at('9m', 'link', { to: 'https://example.com/7', relation: 'ticket' }, 'emeka');
      const answer = source.ask('merge', { into: 'INC-7' }, by);
      if (!answer.ok) throw new Error('refused');
      const effect = answer.state.outbox.find(({ type }) => type === 'absorb')!;
      const failure = { type: 'failed', because: 'INC-7 is resolved' } as const;
      source.state = completeEffect(answer.state, effect.id, failure, source.now);
      return source.state.outbox.flatMap((one) => (one.type === 'declare-incident' ? [one] : []))[0]!;
    };

    test('it has the roles and the links, a commander who has not answered, and somebody is paged', () => {
      const { request } = inVain(heldBy('giorgos'), 'nadia');
      const { by, body, causedBy, inherited } = request;
      const story = new Story({
        kind: 'incident',
        id: 'INC-9',
        at: t0,
        actor: actorOf(by),
        policy: incidentPolicy,
        body,
        causedBy,
        ...given({ inherited }),
      }).until('0');
      expect(story.state.roles).toEqual({ commander: 'giorgos', 'technical-lead': 'hana' });
      expect(story.state.links).toMatchObject([
        { to: 'https://example.com/7', relation: 'ticket' },
        { to: 'INC-2026-12-07-001', relation: 'caused-by' },
      ]);
      expect(response(story)).toMatchObject({ status: 'pending' });
      expect(story.pages()).toEqual(['0m fatima']);
      const roles = story.sent.filter(({ request: { kind }, rungs }) => kind === 'remind' && rungs.length === 0);
      expect(roles.map(({ request }) => request.recipient).sort()).toEqual(['giorgos', 'hana']);
    });

    test('whoever merged it, and whoever heard of the merge, hears the new id; the incident leads there', () => {
      const source = heldBy('giorgos');
      const { id } = inVain(source, 'nadia');
      const heads = (from: number) =>
        source.sent
          .slice(from)
          .map(({ request }) => `${request.kind} ${request.recipient}: ${saidIn(request).split('\n')[0]}`);
      // The news of the merge leaves first; the new incident has its id later.
      for (const { id: sent, type } of source.state.outbox)
        if (type === 'send')
          source.state = completeEffect(
            source.state,
            sent,
            { type: 'send', result: { status: 'delivered', at: source.now } },
            source.now,
          );
      source.state = completeEffect(source.state, id, { type: 'declare-incident', incident: 'INC-9' }, source.now);
      const before = source.sent.length;
      source.activate();
      expect(heads(before).sort()).toEqual(
        ['fatima', 'nadia'].map(
          (name) => `remind ${name}: Checkout is down: INC-7 could not take it: it goes on as INC-9`,
        ),
      );
      expect(saidIn(source.sent.at(-1)!.request)).toContain('muster incident show INC-9');
      const refused = source.ask('comment', { text: 'x' });
      expect(refused).toMatchObject({ ok: false, refusal: { mergedInto: 'INC-9' } });
    });

    test('news of the merge that is still under way is called off, and its recipient hears the new id', () => {
      const source = heldBy('giorgos');
      const { id } = inVain(source, 'nadia');
      const [waits] = source.state.outbox.filter(({ type }) => type === 'send');
      expect(calledOff(source.state)).toEqual([]);
      source.state = completeEffect(source.state, id, { type: 'declare-incident', incident: 'INC-9' }, source.now);
      expect(calledOff(source.state)).toEqual([waits!.id]);
      source.state = completeEffect(source.state, waits!.id, { type: 'called-off' }, source.now);
      source.activate();
      expect(source.sent.at(-1)!.request).toMatchObject({ kind: 'remind', recipient: 'fatima' });
      expect(saidIn(source.sent.at(-1)!.request)).toContain('it goes on as INC-9');
    });
  });
  test('where nothing can be declared either, whoever is on call is paged, and whoever ended it hears it', () => {
    const source = incident({ severity: 'P1' }).until('1m');
    const answer = source.ask('merge', { into: 'INC-7' }, 'nadia');
    if (!answer.ok) throw new Error('refused');
    source.state = answer.state;
    const before = source.sent.length;
    const fail = (type: string, because: string) => {
      const { id } = source.state.outbox.find((effect) => effect.type === type)!;
      source.state = completeEffect(source.state, id, { type: 'failed', because }, source.now);
    };
    fail('absorb', 'INC-7 is resolved');
    fail('declare-incident', 'there is no template of kind incident');
    expect(finishedAt(source.state)).toBe(source.now);
    source.activate();
    const told = source.sent.slice(before).filter(({ of }) => source.state.timeline[of - 1]?.type === 'effect-failed');
    expect(told.map(({ request: { kind, recipient } }) => `${kind} ${recipient}`).sort()).toEqual([
      'page fatima',
      'remind nadia',
    ]);
    for (const { request } of told) {
      expect(saidIn(request)).toContain('no incident could be declared in its place (there is no template');
      expect(saidIn(request)).toContain('muster incident declare');
      expect(request.canAcknowledge).toBe(false);
    }
  });
  test('a roll-back whose incident cannot be declared pages whoever is on call, too', () => {
    const story = release('2026-12-30T10:00:00+02:00').until('1m');
    const answer = story.ask('roll-back', { reason: 'errors', declare: 'P1' }, 'jonas');
    if (!answer.ok) throw new Error('refused');
    const { id } = answer.state.outbox.find(({ type }) => type === 'declare-incident')!;
    story.state = completeEffect(answer.state, id, { type: 'failed', because: 'no template' }, story.now);
    story.broken.add('fatima/inbox');
    story.activate();
    const told = story.sent.filter(({ of }) => ['effect-failed'].includes(story.state.timeline[of - 1]?.type ?? ''));
    expect(told.map(({ request: { kind, recipient } }) => `${kind} ${recipient}`)).toEqual(['remind jonas']);
    expect(story.text()).toContain('primary could not be reached');
  });
  test('the source says what was answered there, and what it counts as', () => {
    const absorbed = (story: Story, severity?: Severity) => {
      const answer = story.ask('merge', { into: 'INC-7', ...(severity === undefined ? {} : { severity }) }, 'nadia');
      return answer.ok
        ? answer.state.outbox.flatMap((effect) => (effect.type === 'absorb' ? [effect.request] : []))
        : [];
    };
    expect(absorbed(heldBy('giorgos', 'P0'))).toMatchObject([{ severity: 'P0', answeredUpTo: 'P0' }]);
    expect(absorbed(incident().until('1m'))[0]).not.toHaveProperty('answeredUpTo');
    expect(absorbed(heldBy('giorgos', 'P0'), 'P2')).toMatchObject([{ severity: 'P2', answeredUpTo: 'P2' }]);
    const raised = raise(heldBy('giorgos'), '10m', 'P0', 'nadia');
    expect(absorbed(raised)[0]).not.toHaveProperty('answeredUpTo');
  });
  test('a command to a merged incident is refused with the incident that goes on', () => {
    const story = incident().at('1m', 'merge', { into: 'INC-7' }, 'nadia');
    const answer = story.ask('acknowledge', {}, 'fatima');
    expect(answer).toMatchObject({ ok: false, refusal: { reason: 'closed', mergedInto: 'INC-7' } });
    expect(!answer.ok && answer.refusal.message).toContain('give them to INC-7');
  });
});

describe('R16: who answers', () => {
  const unknown = (story: Story, by = 'fatma') => {
    const answer = story.ask('acknowledge', {}, by);
    if (answer.ok) throw new Error('it was taken');
    story.state = recordRefusal(story.state, 'acknowledge', answer.refusal, story.now, by);
    story.activate();
    return answer.refusal;
  };

  test('somebody whom nobody knows does not answer: the ladder goes on, and nobody commands', () => {
    const story = incident().until('1m');
    expect(unknown(story)).toMatchObject({ kind: 'refused', reason: unknownPerson });
    story.until('4m');
    expect(response(story).status).toBe('pending');
    expect(story.state.roles).toEqual({});
    expect(story.pages()).toContain('3m giorgos');
  });

  test('the attempt stands on the timeline, and whoever is next is told of it, once for each name', () => {
    const story = incident().until('1m');
    unknown(story);
    unknown(story);
    expect(story.text()).toContain('Refused acknowledge: fatma is not known here');
    const told = story.sent.filter(({ rungs, request: { kind } }) => kind === 'remind' && rungs.length === 0);
    expect(told.map(({ request }) => request.recipient)).toEqual(['giorgos']);
    expect(saidIn(told[0]!.request)).toContain('fatma tried to acknowledge and is not known');
  });

  test('a real answer after it counts', () => {
    const story = incident().until('1m');
    unknown(story);
    story.at('2m', 'acknowledge', {}, 'fatima');
    expect(story.state).toMatchObject({ acknowledgedBy: 'fatima', roles: { commander: 'fatima' } });
  });

  test('the first known person to acknowledge commands if nobody does, also as the second to acknowledge', () => {
    const story = incident()
      .at('1m', 'acknowledge', {}, 'fatima')
      .at('2m', 'assign-role', { role: 'commander', person: null }, 'fatima')
      .at('3m', 'acknowledge', {}, 'giorgos');
    expect(story.state.roles['commander']).toBe('giorgos');
  });

  test('a person who was paged is known, also when people.yaml has lost them since', () => {
    const story = incident().until('1m');
    const { fatima: _gone, ...people } = story.directory.people;
    story.directory = { ...story.directory, people };
    expect(story.ask('acknowledge', {}, 'fatima').ok).toBe(true);
    expect(story.ask('acknowledge', {}, 'giorgos').ok).toBe(true);
  });

  test('property: no unknown person changes who has it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('fatma', 'giorgo', 'x', 'muster'), { maxLength: 4 }),
        fc.boolean(),
        (names, held) => {
          const story = held ? heldBy('giorgos') : incident().until('1m');
          const before = JSON.stringify([story.state.roles, story.state.deadlines['response']]);
          names.forEach((name) => unknown(story, name));
          expect(JSON.stringify([story.state.roles, story.state.deadlines['response']])).toBe(before);
        },
      ),
      { numRuns: 50 },
    );
  });
});
