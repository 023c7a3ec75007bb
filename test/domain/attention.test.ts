/** R11, R12, R13, R38: attention does not end before the work. Instants worked out by hand. */
import { iso, maySee, restrictionOf, type Policy, type SeverityPolicy } from '../../src/domain';
import { incidentPolicy, minute, releasePolicy, t0 } from '../support/policy';
import { saidIn } from '../support/messages';
import { actorOf, incident, release } from '../support/story';

const withP0 = (extra: Partial<SeverityPolicy>, ladders: Partial<Policy['ladders']> = {}): Policy => ({
  ...incidentPolicy,
  severities: { ...incidentPolicy.severities, P0: { ...incidentPolicy.severities['P0']!, ...extra } },
  ladders: { ...incidentPolicy.ladders, ...ladders },
});
const insisting = withP0({ insist: 60 * minute });
/** The pages and reminders about `deadline`, such as `100m page fatima`. */
const toldOf = (story: ReturnType<typeof incident>, deadline: string, from = 0) =>
  story.sent
    .filter(({ at, request }) => at >= t0 + from * minute && request.deadlines.some(({ id }) => id === deadline))
    .map(({ at, request }) => `${story.clock(at)} ${request.kind} ${request.recipient}`);

describe('R11: a ladder at its end speaks on', () => {
  test('insist pages primary every hour from the end of the ladder on, day and night', () => {
    const story = incident({}, insisting).until('5h');
    // The ladder ends at 40m: the last of five repeats at 35m, and one response.
    expect(toldOf(story, 'response', 41)).toEqual([
      '100m page fatima',
      '160m page fatima',
      '220m page fatima',
      '280m page fatima',
    ]);
  });

  test('insist ends two weeks after the end of the ladder; then each opening has its page', () => {
    const story = incident({}, insisting).until('20d');
    const days = (at: number) => (at - t0 - 40 * minute) / (24 * 60 * minute);
    const told = story.sent.filter(({ request }) => request.deadlines.some(({ id }) => id === 'response'));
    // The last of the two weeks is at 14 days sharp, on Monday at 10:40.
    expect(told.filter(({ at }) => days(at) > 13 && days(at) <= 14)).toHaveLength(24);
    const openings = told.filter(({ at }) => days(at) > 14).map(({ at, request }) => `${iso(at)} ${request.kind}`);
    // Christmas, and the day after, are holidays.
    expect(openings).toEqual([
      '2026-12-22T07:00:00.000Z page',
      '2026-12-23T07:00:00.000Z page',
      '2026-12-24T07:00:00.000Z page',
    ]);
  });

  test('whoever has the incident is paged too, where the answer is asked for anew', () => {
    const story = incident({}, insisting)
      .at('1m', 'set-severity', { severity: 'P2', reason: 'less' })
      .at('2m', 'acknowledge', {}, 'giorgos')
      .at('3m', 'set-severity', { severity: 'P0', reason: 'worse' }, 'nadia')
      .until('104m');
    expect(toldOf(story, 'response', 100)).toEqual(['103m page fatima', '103m page giorgos']);
  });

  test('in a restricted incident it pages the last rung of its own ladder, and nobody who did not see it', () => {
    const own: Policy = {
      ...insisting,
      restrictedTo: ['cto'],
      ladders: {
        response: [
          { at: { n: -1, unit: 'response' }, mode: 'page', to: ['nadia'] },
          { at: { n: 0, unit: 'ms' }, mode: 'page', to: ['cto'] },
        ],
      },
    };
    const story = incident({ severity: 'P0' }, own).until('3h');
    expect(new Set(story.pages().map((line) => line.split(' ')[1]))).toEqual(new Set(['nadia', 'bruno']));
    expect(story.pages().at(-1)).toMatch(/ bruno$/);
    expect(maySee(restrictionOf(story.state), actorOf('fatima'))).toBe(false);
    // Nor is the escalation manager reminded of what nobody has.
    const reminds = { ...own, ladders: { ...own.ladders, phase: own.ladders.response! } };
    const later = incident({ severity: 'P0' }, reminds).until('3d');
    expect(new Set(later.messages().map((line) => line.split(' ').at(-1)))).toEqual(new Set(['nadia', 'bruno']));
  });
  test('without insist a response pages once at each opening, until somebody answers', () => {
    // Monday 10:00 in Athens; the next openings are at 09:00, 23 h and 47 h later.
    const story = incident({}).until('48h');
    expect(toldOf(story, 'response', 41)).toEqual(['1380m page fatima', '2820m page fatima']);
    expect(toldOf(story.at('49h', 'acknowledge', {}, 'giorgos').until('100h'), 'response', 49 * 60)).toEqual([]);
  });

  test('all other deadlines remind whoever has it at the opening, in one message', () => {
    const story = incident({}).at('1m', 'acknowledge', {}, 'giorgos').until('24h');
    const morning = story.sent.filter(({ at }) => at === t0 + 23 * 60 * minute);
    expect(morning.map(({ request }) => `${request.kind} ${request.recipient}`)).toEqual(['remind giorgos']);
    expect(morning[0]!.request.deadlines.length).toBeGreaterThan(1);
  });

  test('nobody has it: the escalation manager; a release: its manager', () => {
    const quiet = withP0({}, { response: [{ ...incidentPolicy.ladders.response![0]!, then: 'nothing' }] });
    expect(toldOf(incident({}, quiet).until('24h'), 'update', 12 * 60)).toEqual(['1380m remind hana']);
    const late = release('2026-12-08T10:00:00+02:00').until('100h');
    expect(late.sent.filter(({ at }) => at > t0 + 60 * 60 * minute).map(({ request }) => request.recipient)).toContain(
      'jonas',
    );
  });

  test('then: nothing ends the ladder for good', () => {
    const { response = [] } = incidentPolicy.ladders;
    const policy = withP0({}, { response: [...response.slice(0, -1), { ...response.at(-1)!, then: 'nothing' }] });
    expect(toldOf(incident({}, policy).until('72h'), 'response', 41)).toEqual([]);
  });

  test('after an outage only the last of the missed times counts, and only in one message', () => {
    const story = incident({}, insisting).until('50m');
    story.away = true;
    story.until('5h');
    story.back();
    expect(toldOf(story, 'response', 51)).toEqual(['300m page fatima']);
    expect(toldOf(story.until('6h'), 'response', 301)).toEqual(['340m page fatima']);
  });

  test('the next time is shown before it comes, and the count of times does not grow the state', () => {
    const story = incident({}, insisting).until('24h');
    expect(story.state.deadlines['response']!.insisted).toMatchObject({ times: 23 });
    expect(story.state.deadlines['response']!.fired.length).toBeLessThan(12);
  });
});

describe('R11: the label of what a ladder says after its end', () => {
  test('is a word, so that a rung of another ladder (R30) that comes to count fires under its own key', () => {
    const [first] = incidentPolicy.ladders.response!;
    const rung = (n: number) => ({ ...first!, at: { n, unit: 'ms' as const } });
    const [short, long] = [[rung(0)], [rung(0), rung(1 * 60 * minute), rung(2 * 60 * minute)]];
    const policy = {
      ...withP0({ insist: 30 * minute }, { response: short }),
      namedLadders: { long },
    };
    const { P1 } = policy.severities;
    policy.severities = { ...policy.severities, P1: { ...P1!, ladders: { response: 'long' } } };
    // The one rung fires at 5m and ends at 10m; the ladder speaks on at 40m.
    const story = incident({}, policy)
      .until('41m')
      .at('42m', 'set-severity', { severity: 'P1', reason: 'less' })
      .until('5h');
    const fired = story.state.timeline.flatMap((event) => (event.type === 'rungs-fired' ? event.rungs : []));
    const labels = fired.filter(({ deadline }) => deadline === 'response').map(({ rung: label }) => label);
    // P1 is due at 15m: its rungs stand at 15m (fired as 1), 75m and 135m.
    expect(labels.slice(0, 4)).toEqual(['1', 'end', '2', '3']);
    const keys = story.sent.map(({ request }) => request.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('counts on as end+1, end+2', () => {
    const story = incident({}, insisting).until('4h');
    const labels = story.sent.filter(({ at }) => at > t0 + 41 * minute).map(({ request }) => request.rung);
    expect(labels.filter((label) => label !== null)).toEqual(expect.arrayContaining(['end', 'end+1', 'end+2']));
  });
});

describe('R12: an update nobody posts', () => {
  const repeating = withP0(
    {},
    {
      update: [
        ...incidentPolicy.ladders.update!,
        {
          at: { n: 3, unit: 'interval' },
          mode: 'page',
          to: ['holder'],
          repeat: { every: { n: 1, unit: 'interval' }, times: 7 },
        },
      ],
    },
  );
  test('pages whoever has it eight times more, one interval apart', () => {
    // Acknowledged at 1m, so the update is due at 16m; three intervals later is 61m.
    const story = incident({}, repeating).at('1m', 'acknowledge', {}, 'giorgos').until('4h');
    expect(toldOf(story, 'update', 60)).toEqual(
      [61, 76, 91, 106, 121, 136, 151, 166].map((after) => `${after}m page giorgos`),
    );
  });

  test('a post at exactly its due instant is in time', () => {
    const story = incident().at('1m', 'acknowledge', {}, 'giorgos').until('15m');
    story.away = true;
    story.until('16m');
    story.ask('post-update', { text: 'on it' }, 'giorgos', { receivedAt: t0 + 16 * minute });
    story.back();
    expect(story.state.deadlines['update']).toMatchObject({ round: 2, status: 'pending' });
    expect(story.state.timeline).not.toContainEqual(
      expect.objectContaining({ type: 'deadline-missed', deadline: 'update' }),
    );
  });
});

describe('R13: an answer counts for so long', () => {
  const forgetful = withP0({ acknowledgedFor: 120 * minute });
  test('without a word by whoever has it the response opens again, its first rung to them', () => {
    const story = incident({}, forgetful).at('1m', 'acknowledge', {}, 'giorgos').until('122m');
    expect(story.state.deadlines['response']).toMatchObject({ round: 2, status: 'pending', dueAt: t0 + 126 * minute });
    expect(toldOf(story, 'response', 120)).toEqual(['121m page giorgos', '121m page fatima']);
    const page = story.sent.findLast(({ request }) => request.recipient === 'giorgos')!;
    expect(saidIn(page.request)).toContain('nothing was heard of giorgos for 2h');
  });

  test.each([
    ['an update', 'post-update', { text: 'still on it' }],
    ['a role', 'assign-role', { role: 'technical-lead', person: 'hana' }],
    ['a severity', 'set-severity', { severity: 'P0', reason: 'x' }],
    ['another acknowledgement', 'acknowledge', {}],
  ] as const)('%s by whoever has it counts anew', (_what, name, body) => {
    const story = incident({}, forgetful).at('1m', 'acknowledge', {}, 'giorgos').until('60m');
    const answered = story.ask(name, body, 'giorgos').ok;
    expect(story.until('130m').types().includes('answer-expired')).toBe(!answered);
    expect(story.until('185m').types()).toContain('answer-expired');
  });

  test('when somebody else answers the reopened response, nobody is asked again at once', () => {
    const story = incident({}, forgetful).at('1m', 'acknowledge', {}, 'giorgos').at('123m', 'acknowledge', {}, 'hana');
    expect(story.state.deadlines['response']).toMatchObject({ round: 2, status: 'met' });
    expect(story.until('242m').state.deadlines['response']!.round).toBe(2);
    expect(story.until('244m').state.deadlines['response']!.round).toBe(3);
  });

  test('a commander who was only named, and takes it by a status, has the whole time', () => {
    const story = incident({ commander: 'nadia' }, forgetful)
      .at('1m', 'acknowledge', {}, 'giorgos')
      .at('100m', 'set-status', { status: 'identified' }, 'nadia');
    expect(story.until('219m').types()).not.toContain('answer-expired');
    expect(story.until('221m').types()).toContain('answer-expired');
  });

  test('a severity that was raised and taken back leaves the time as it was', () => {
    const level = { ...incidentPolicy.severities['P1']!, acknowledgedFor: 120 * minute };
    const policy = { ...forgetful, severities: { ...forgetful.severities, P1: level } };
    const story = incident({ severity: 'P1' }, policy)
      .at('1m', 'acknowledge', {}, 'giorgos')
      .at('10m', 'set-severity', { severity: 'P0', reason: 'worse' }, 'nadia')
      .at('11m', 'set-severity', { severity: 'P1', reason: 'not worse' }, 'nadia');
    expect(story.state.deadlines['response']!.status).toBe('cancelled');
    expect(story.until('122m').types()).toContain('answer-expired');
  });

  test('a comment or somebody else is no answer, and after the resolve nobody is asked', () => {
    const story = incident({}, forgetful)
      .at('1m', 'acknowledge', {}, 'giorgos')
      .at('60m', 'comment', { text: 'hm' }, 'giorgos');
    story.at('90m', 'post-update', { text: 'x' }, 'nadia');
    expect(story.until('122m').types()).toContain('answer-expired');
    const over = incident({}, forgetful).at('1m', 'acknowledge', {}, 'giorgos').at('60m', 'resolve', {}, 'giorgos');
    expect(over.until('24h').types()).not.toContain('answer-expired');
  });

  test('an answer meets the new round, and counts for as long again', () => {
    const story = incident({}, forgetful)
      .at('1m', 'acknowledge', {}, 'giorgos')
      .at('122m', 'post-update', { text: 'x' }, 'giorgos');
    expect(story.state.deadlines['response']).toMatchObject({ round: 2, status: 'met' });
    expect(story.until('243m').state.deadlines['response']).toMatchObject({ round: 3, status: 'pending' });
  });
});

describe('R38: one update, or none', () => {
  const levels: Policy = {
    ...incidentPolicy,
    severities: {
      ...incidentPolicy.severities,
      P2: { ...incidentPolicy.severities['P2']!, update: 'once', updateEvery: { n: 2, unit: 'bd' } },
      P3: { ...incidentPolicy.severities['P3']!, update: 'none' },
    },
  };
  const update = (story: ReturnType<typeof incident>) => story.state.deadlines['update']!;

  test('once: due two business days after the answer, and never again', () => {
    const story = incident({ severity: 'P2' }, levels).at('1m', 'acknowledge', {}, 'giorgos');
    expect(iso(update(story).dueAt)).toBe('2026-12-09T08:01:00.000Z');
    story.at('3h', 'post-update', { text: 'x' }, 'giorgos').until('200h');
    expect(update(story)).toMatchObject({ status: 'met', round: 1 });
  });

  test('none: no update is due, unless a person promises one', () => {
    const story = incident({ severity: 'P3' }, levels).at('1m', 'acknowledge', {}, 'giorgos').until('30h');
    expect([update(story).status, story.types().filter((type) => type === 'deadline-missed')]).toEqual([
      'cancelled',
      expect.any(Array),
    ]);
    story.at('31h', 'post-update', { text: 'x', nextUpdateAt: iso(t0 + 31 * 60 * minute + 20 * minute) }, 'giorgos');
    expect(update(story).status).toBe('pending');
    story.at('31h 5m'.replace(' ', ''), 'post-update', { text: 'y' }, 'giorgos');
    expect(update(story).status).toBe('met');
  });

  test('a change of severity begins the updates of the new level, or ends them', () => {
    const story = incident({ severity: 'P3' }, levels).at('1m', 'acknowledge', {}, 'giorgos');
    story.at('10m', 'set-severity', { severity: 'P1', reason: 'worse' }, 'giorgos');
    expect(update(story)).toMatchObject({ status: 'pending', dueAt: t0 + 30 * minute });
    story.at('12m', 'set-severity', { severity: 'P3', reason: 'less' }, 'giorgos');
    expect(update(story).status).toBe('cancelled');
  });
});

test('a release asks its manager about a phase that is late, each morning until it is done', () => {
  const story = release('2026-12-08T10:00:00+02:00', {}, releasePolicy).until('9d');
  const mornings = story.sent
    .filter(
      ({ at, request }) => at > t0 + 5 * 24 * 60 * minute && request.kind === 'remind' && request.recipient === 'jonas',
    )
    .map(({ at }) => iso(at));
  expect(mornings).toEqual(['2026-12-14T07:00:00.000Z', '2026-12-15T07:00:00.000Z', '2026-12-16T07:00:00.000Z']);
});
