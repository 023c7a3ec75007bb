/** R6, R7: whoever is given something is told, and whoever was told hears how it goes. */
import fc from 'fast-check';
import type { Policy } from '../../src/domain';
import { incidentPolicy, phase, releasePolicy } from '../support/policy';
import { saidIn } from '../support/messages';
import { incident, release, type Story } from '../support/story';

const told = (story: Story): string[] =>
  story.sent
    .filter(({ request, rungs }) => request.kind === 'remind' && rungs.length === 0)
    .map(({ at, request }) => {
      const [head = '', why = ''] = saidIn(request).split('\n');
      return `${story.clock(at)} ${request.recipient}: ${head.replace(/^.*?: /, '')} (${why.replace('Why you: ', '')})`;
    });

describe('R6: an incident', () => {
  test('a role is told at once, with how to see it, and not to the one who takes it', () => {
    const story = incident({ severity: 'P2' })
      .at('1m', 'acknowledge', {}, 'fatima')
      .at('2m', 'assign-role', { role: 'communications-lead', person: 'mateo' }, 'fatima')
      .at('3m', 'assign-role', { role: 'technical-lead', person: 'giorgos' }, 'giorgos');
    expect(told(story)).toEqual(['2m mateo: mateo is communications-lead (fatima gave you the role)']);
    expect(saidIn(story.sent.at(-1)!.request)).toContain('Next: muster incident show INC-2026-12-07-001');
  });

  test('a check that fails is told to whoever has it, else to the commander, else to primary', () => {
    const checked = phase('mitigation', [{ id: 'smoke', text: 'Smoke', check: { name: 'smoke' } }]);
    const policy: Policy = { ...incidentPolicy, phases: [...incidentPolicy.phases, checked] };
    const failed = (story: Story) =>
      told(story.at('5m', 'report-check', { check: 'smoke', result: 'fail' }, 'ci')).filter((line) =>
        line.includes('check'),
      );
    const begun = (commander?: string) =>
      incident({ severity: 'P2', ...(commander === undefined ? {} : { commander }) }, policy);
    expect(failed(begun().at('1m', 'acknowledge', {}, 'giorgos'))).toEqual([
      '5m giorgos: check smoke failed (you have this incident)',
    ]);
    expect(failed(begun('hana'))).toEqual(['5m hana: check smoke failed (you are the commander of this incident)']);
    expect(failed(begun())).toEqual([
      '5m fatima: check smoke failed (nobody has this incident yet, and you may take it)',
    ]);
  });

  test('a commander who is named at the declaration hears it', () => {
    expect(told(incident({ severity: 'P2', commander: 'hana' }))).toEqual([
      '0m hana: hana is commander (emeka gave you the role)',
    ]);
  });

  test('an action item is told in working hours: at once by day, at the opening by night', () => {
    const dueAt = '2026-12-20T10:00:00.000Z';
    const item = { title: 'Alert on the queue', owner: 'emeka', dueAt };
    const story = incident({ severity: 'P2' })
      .at('2m', 'resolve', {}, 'fatima')
      .at('1h', 'add-action-item', item, 'fatima');
    expect(told(story).filter((line) => line.includes('emeka'))).toEqual([
      `60m emeka: action item 1 for emeka, due ${dueAt}: Alert on the queue (fatima gave it to you)`,
    ]);
    const night = incident({ severity: 'P2' })
      .at('2m', 'resolve', {}, 'fatima')
      .at('14h', 'add-action-item', item, 'fatima');
    const ofNight = () => told(night).filter((line) => line.includes('action item'));
    expect(ofNight()).toEqual([]);
    night.until('30h');
    expect(ofNight()).toHaveLength(1);
    const [opening] = night.sent.filter(({ request }) => saidIn(request).includes('action item 1 for emeka'));
    expect(new Date(opening!.at).toISOString()).toBe('2026-12-08T07:00:00.000Z');
  });

  test('an action item of the night is told in the morning, also when the incident was resolved meanwhile', () => {
    const item = { title: 'Alert', owner: 'emeka', dueAt: '2026-12-20T10:00:00.000Z' };
    const story = incident({ severity: 'P2' })
      .at('2m', 'acknowledge', {}, 'fatima')
      .at('14h', 'add-action-item', item, 'fatima')
      .at('15h', 'resolve', {}, 'fatima')
      .until('30h');
    expect(told(story).filter((line) => line.includes('action item 1'))).toHaveLength(1);
    expect(story.types()).not.toContain('called-off');
  });

  test('an action item that is done before the opening is no news', () => {
    const item = { title: 'Alert', owner: 'emeka', dueAt: '2026-12-20T10:00:00.000Z' };
    const story = incident({ severity: 'P2' })
      .at('2m', 'resolve', {}, 'fatima')
      .at('14h', 'add-action-item', item, 'fatima')
      .at('15h', 'complete-action-item', { actionItem: '1' }, 'hana')
      .until('30h');
    expect(told(story).filter((line) => line.includes('action item'))).toEqual([]);
  });
});

describe('R6: a release', () => {
  const planned = () => release('2026-12-14T10:00:00Z');
  const phase = (story: Story, id: string) =>
    story.state.policy.phases.find((one) => one.id === id)!.groups.flatMap(({ items }) => items.map((item) => item.id));

  test('a check that fails is told to the release manager, but not by their own report', () => {
    const story = planned().at('1h', 'report-check', { check: 'unit-tests', result: 'fail' }, 'ci');
    expect(told(story)).toEqual(['60m jonas: check unit-tests failed (you manage this release)']);
    expect(told(planned().at('1h', 'report-check', { check: 'unit-tests', result: 'fail' }, 'jonas'))).toEqual([]);
    expect(told(planned().at('1h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ci'))).toEqual([]);
  });

  test('a check that fails in the night and passes again is no news in the morning', () => {
    const story = planned()
      .at('14h', 'report-check', { check: 'unit-tests', result: 'fail' }, 'ci')
      .at('15h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ci')
      .until('30h');
    expect(told(story).filter((line) => line.includes('unit-tests'))).toEqual([]);
  });

  test('a gate that was overridden in the night is told, also when the release was over by the morning', () => {
    const story = planned()
      .at('14h', 'start-deployment', { override: 'the vendor waits' }, 'chiara')
      .at('15h', 'roll-back', { reason: 'errors' }, 'jonas');
    expect(told(story).some((line) => line.includes('which chiara overrode'))).toBe(true);
  });

  test('a gate that is overridden is told to its approvers, with the reason', () => {
    const story = planned().at('2h', 'start-deployment', { override: 'the vendor waits' }, 'chiara');
    const lines = told(story);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain('which chiara overrode: the vendor waits');
    expect(lines.some((line) => line.includes('chiara:'))).toBe(false);
  });

  test('a gate that only waits for votes is told to the approvers who have not voted, once', () => {
    const gate = releasePolicy.gates[0]!;
    const story = planned();
    for (const id of gate.requires)
      for (const item of phase(story, id))
        story.ask('complete-items', { items: [item], evidence: 'done', note: 'done' }, 'jonas');
    story.activate();
    story.until('30h');
    const lines = told(story).filter((line) => line.includes('waits for a decision'));
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain('waits for a decision, due 2026-12-11T10:00:00.000Z (you are');
  });

  test('R16: what to do is a command that works as it stands: with the gate where there are several', () => {
    const nextSteps = (gates: Policy['gates']) => {
      const story = release('2026-12-14T10:00:00Z', {}, { ...releasePolicy, gates }).until('5d');
      return story.sent
        .filter(({ request }) => request.deadlines[0]?.kind === 'gate')
        .map(({ request }) => saidIn(request).split('\n')[2]);
    };
    const [only] = releasePolicy.gates;
    const go = 'Next: decide: muster release go REL-2026-12-07-001';
    expect(new Set(nextSteps([only!]))).toEqual(new Set([go]));
    expect(new Set(nextSteps([only!, { ...only!, id: 'legal' }]))).toEqual(new Set([`${go} --gate go-no-go`]));
  });
});

describe('R7: whoever was told of it hears each update meant for them', () => {
  const policy = {
    ...incidentPolicy,
    announcements: [{ on: 'declared' as const, to: ['leadership', 'status-page'] }],
    audiences: { ...incidentPolicy.audiences, leadership: { public: false, autoPublish: false, channels: ['inbox'] } },
  };
  const heard = (story: Story) =>
    story.sent
      .filter(({ request }) => request.kind === 'announce' && !/declared/.test(saidIn(request).split('\n')[0]!))
      .map(({ request }) => request.recipient);

  test('leadership hears the internal updates, and no public audience does', () => {
    const story = incident({}, policy)
      .at('1m', 'acknowledge', {})
      .at('2m', 'post-update', { text: 'the cache is cold' });
    expect(heard(story)).toContain('leadership');
    expect(heard(story)).not.toContain('status-page');
  });
  test('a public post goes to public audiences alone', () => {
    const story = incident({}, policy)
      .at('1m', 'acknowledge', {})
      .at('2m', 'post-update', { text: 'we look into it', audience: 'public' });
    expect(heard(story)).not.toContain('leadership');
  });
  test('whoever was never told hears nothing', () => {
    const story = incident({}, { ...policy, announcements: [] }).at('2m', 'post-update', { text: 'x' });
    expect(heard(story)).not.toContain('leadership');
  });
  test('property: internal text never reaches a public audience', () => {
    const level = fc.constantFrom('P0' as const, 'P1' as const, 'P2' as const, 'P3' as const);
    fc.assert(
      fc.property(level, level, fc.boolean(), (from, to, published) => {
        const autoPublish = { 'status-page': { public: true, autoPublish: true, channels: ['inbox'] } };
        const audiences = published ? { ...policy.audiences, ...autoPublish } : policy.audiences;
        const story = incident({ severity: from }, { ...policy, audiences });
        if (from !== to) story.ask('set-severity', { severity: to, reason: 'x' });
        story.ask('post-update', { text: 'CANARY' });
        story.activate();
        for (const { request } of story.sent)
          if (request.public) expect(JSON.stringify(request)).not.toContain('CANARY');
      }),
      { numRuns: 40 },
    );
  });
});
