/** Who sees and hears of a restricted process (R37). */
import {
  absorb,
  absorbRefusal,
  accept,
  maySee,
  memoOf,
  mergeRefusal,
  restrictionOf,
  searchAttributesOf,
  viewOf,
  type FollowerPolicy,
  type Policy,
  type ProcessState,
} from '../../src/domain';
import { incidentPolicy, releasePolicy, t0 } from '../support/policy';
import { actorOf, incident, release } from '../support/story';

const secret = 'Card numbers leaked';
const sealed: Policy = { ...incidentPolicy, restrictedTo: ['cto'] };
const leak = (policy: Policy = incidentPolicy, more: { restrictedTo?: string[]; severity?: string } = {}) =>
  incident({ severity: 'P0', title: secret, ...more }, policy);
const sees = (state: ProcessState, person: string) => maySee(restrictionOf(state), actorOf(person));
const announced = (story: ReturnType<typeof leak>) =>
  story.sent.filter(({ request }) => request.kind === 'announce').map(({ request }) => request.recipient);

test('only the named people and roles see it, besides those who are involved', () => {
  const { state } = leak(incidentPolicy, { restrictedTo: ['cto', 'nadia'] });
  expect(sees(state, 'bruno')).toBe(true); // the role cto
  expect(sees(state, 'nadia')).toBe(true);
  expect(sees(state, state.beganBy)).toBe(true);
  expect(sees(state, 'fatima')).toBe(true); // paged
  expect(sees(state, 'mateo')).toBe(false);
  expect(sees(state, 'anonymous')).toBe(false);
  expect(sees(leak().state, 'mateo')).toBe(true);
});

test('whoever is given something sees it from then on, also when it is taken away again', () => {
  const story = leak(sealed)
    .at('1m', 'acknowledge', {}, 'fatima')
    .at('2m', 'assign-role', { role: 'communications-lead', person: 'mateo' });
  expect(sees(story.state, 'mateo')).toBe(true);
  story.at('3m', 'assign-role', { role: 'communications-lead', person: null });
  expect(sees(story.state, 'mateo')).toBe(true);
  expect(sees(story.state, 'nadia')).toBe(false);
  story.at('4m', 'add-action-item', { title: 'x', owner: 'nadia', dueAt: '2026-12-09T10:00:00Z' });
  expect(sees(story.state, 'nadia')).toBe(true);
  story.at('5m', 'escalate', { reason: 'a lawyer', to: ['emeka'] });
  expect(sees(story.state, 'emeka')).toBe(true);
});

test('the last person who restricts it is not locked out', () => {
  const story = leak().at('1m', 'record-impact', { restrictedTo: ['cto'] }, 'mateo');
  expect(viewOf(story.state).restricted).toMatchObject({ to: ['cto'] });
  expect(sees(story.state, 'mateo')).toBe(true);
  expect(sees(story.state, 'nadia')).toBe(false);
});

test('what people write adds to the template, and never takes away from it', () => {
  const story = leak(sealed, { restrictedTo: ['nadia'] });
  expect(viewOf(story.state).restricted?.to).toEqual(['cto', 'nadia']);
  story.at('1m', 'record-impact', { restrictedTo: ['mateo'] }, 'nadia');
  expect(viewOf(story.state).restricted?.to).toEqual(['cto', 'mateo']);
});

describe('a restriction may change', () => {
  test('whoever sees it names others, besides those of the template and whoever is involved', () => {
    const story = leak(sealed).at('1m', 'restrict', { to: ['nadia'] }, 'bruno');
    expect(viewOf(story.state).restricted?.to).toEqual(['cto', 'nadia']);
    expect(sees(story.state, 'nadia')).toBe(true);
    expect(viewOf(story.at('2m', 'restrict', { to: ['mateo'] }, 'nadia').state).restricted?.to).toEqual([
      'cto',
      'mateo',
    ]);
    // Nobody locks themselves out.
    expect(sees(story.state, 'nadia')).toBe(true);
    expect(story.ask('restrict', { to: ['mateo'] }, 'nadia')).toMatchObject({ refusal: { reason: 'unchanged' } });
    expect(story.ask('restrict', { to: [] }, 'nadia')).toMatchObject({ refusal: { kind: 'invalid' } });
    expect(story.ask('record-impact', { restrictedTo: [] }, 'nadia')).toMatchObject({ refusal: { kind: 'invalid' } });
  });

  test('whoever sees it lets everybody see it, whatever the template says; nobody else does', () => {
    const story = leak(sealed, { restrictedTo: ['nadia'] });
    expect(story.ask('unrestrict', { reason: 'let me in' }, 'mateo')).toMatchObject({
      refusal: { reason: 'restricted' },
    });
    expect(memoOf(story.state)).toMatchObject({ title: 'restricted incident', services: [] });
    story.at('1m', 'unrestrict', { reason: 'it is in the papers' }, 'nadia');
    expect(sees(story.state, 'mateo')).toBe(true);
    expect(viewOf(story.state).restricted).toBeUndefined();
    expect(memoOf(story.state)).toMatchObject({ title: secret, seenBy: null });
    expect(searchAttributesOf(story.state).MusterServices).toEqual(['payments']);
    expect(story.ask('unrestrict', { reason: 'x' }, 'nadia')).toMatchObject({ refusal: { reason: 'not-restricted' } });
    // And back: the template counts again.
    story.at('2m', 'restrict', { to: ['mateo'] }, 'mateo');
    expect(viewOf(story.state).restricted?.to).toEqual(['cto', 'mateo']);
  });

  test('a release too', () => {
    const { state } = release('2026-12-30T10:00:00+02:00').at('1m', 'restrict', { to: ['cto'] });
    expect(viewOf(state).restricted?.to).toEqual(['cto']);
  });

  test('to lift it announces nothing by itself; what comes after is announced as usual', () => {
    const policy = { ...sealed, followers: [tool] };
    const story = leak(policy)
      .at('1m', 'acknowledge', {}, 'fatima')
      .at('2m', 'unrestrict', { reason: 'known' }, 'fatima')
      .until('2m30s');
    expect([announced(story), story.followed]).toEqual([[], []]);
    story.at('3m', 'resolve', {}, 'fatima').until('4m');
    expect(announced(story).length).toBeGreaterThan(0);
    expect(story.followed.flatMap(({ entries }) => entries.map(({ type }) => type))).toEqual(['resolved']);
  });

  test('an audience that heard nothing while it was restricted is none that was told before', () => {
    const policy: Policy = { ...sealed, announcements: [{ on: 'cancelled', to: ['all told'] }] };
    const ended = (story: ReturnType<typeof leak>) =>
      announced(story.at('3m', 'cancel', { reason: 'x' }, 'fatima').until('4m'));
    expect(ended(leak(policy).at('2m', 'unrestrict', { reason: 'x' }, 'fatima').until('2m30s'))).toEqual([]);
    const open: Policy = { ...policy, restrictedTo: [] };
    const once = leak(open)
      .at('1m', 'restrict', { to: ['cto'] }, 'fatima')
      .at('2m', 'unrestrict', { reason: 'x' }, 'fatima');
    const before = announced(once).length;
    expect(ended(once).length).toBeGreaterThan(before);
  });
});

test('the answer and the timeline say who was added, and who is no longer named', () => {
  const restrict = (story: ReturnType<typeof leak>, restrictedTo: string[]) => {
    const answer = story.ask('record-impact', { restrictedTo }, 'bruno');
    if (!answer.ok) throw new Error('refused');
    expect(story.text()).toContain(answer.answer.changes[0]);
    return answer.answer.changes;
  };
  const story = leak(sealed, { restrictedTo: ['nadia'] }).until('1m');
  expect(restrict(story, ['mateo'])).toEqual([
    'Impact recorded: restricted to cto, mateo (added mateo; no longer named: nadia)',
  ]);
  expect(restrict(story, ['mateo', 'emeka'])).toEqual([
    'Impact recorded: restricted to cto, mateo, emeka (added emeka)',
  ]);
  expect(restrict(story, ['cto'])).toEqual(['Impact recorded: restricted to cto (no longer named: mateo, emeka)']);
  const open = leak().until('1m');
  expect(restrict(open, ['cto'])).toEqual(['Impact recorded: restricted to cto']);
});

test('whoever may not see it gives no command in it, and learns nothing by the try', () => {
  const { state } = leak(sealed);
  const command = { name: 'comment', body: { text: 'what is this?' }, actor: actorOf('mateo') } as const;
  const answer = accept(state, command, t0 + 1);
  expect(answer).toMatchObject({ ok: false, refusal: { reason: 'restricted' } });
  expect(JSON.stringify(answer)).not.toContain(secret);
  expect(accept(state, { ...command, actor: actorOf('bruno') }, t0 + 1).ok).toBe(true);
});

test('whoever calls themselves temporal may cancel, as an operator of Temporal does, and nothing more', () => {
  const { state } = leak(sealed);
  const actor = actorOf('temporal');
  const comment = accept(state, { name: 'comment', body: { text: 'what is this?' }, actor }, t0 + 1);
  expect(comment).toMatchObject({ ok: false, refusal: { reason: 'restricted' } });
  expect(accept(state, { name: 'cancel', body: { reason: 'through Temporal' }, actor }, t0 + 1).ok).toBe(true);
});

test('a program still reports its check', () => {
  const { state } = release('2026-12-30T10:00:00+02:00', {}, { ...releasePolicy, restrictedTo: ['cto'] });
  const report = { name: 'report-check', body: { check: 'build', result: 'pass' }, actor: actorOf('ci') } as const;
  const answer = accept(state, report, t0 + 1);
  expect(answer.ok ? undefined : answer.refusal.reason).not.toBe('restricted');
});

test('no audience hears of it but those that the template names', () => {
  expect(announced(leak())).toContain('all-hands');
  expect(announced(leak(sealed))).toEqual([]);
  const story = leak({ ...incidentPolicy, restrictedTo: ['cto', 'leadership'] }, { severity: 'P1' });
  expect(announced(story)).toEqual(['leadership']);
});

test('a role that people add lets no audience of the same name hear of it', () => {
  expect(announced(leak(incidentPolicy, { severity: 'P1', restrictedTo: ['leadership'] }))).toEqual([]);
  expect(announced(leak({ ...sealed, restrictedTo: ['leadership'] }, { severity: 'P1' }))).toEqual(['leadership']);
});

test('an audience that heard the beginning hears nothing of what was restricted since', () => {
  const story = leak().at('1m', 'acknowledge', {}, 'fatima');
  const before = announced(story).length;
  expect(before).toBeGreaterThan(0);
  story
    .at('2m', 'record-impact', { restrictedTo: ['cto'] }, 'fatima')
    .at('3m', 'post-update', { text: 'the names of the customers are out' }, 'fatima')
    .at('9m', 'resolve', {}, 'fatima');
  expect(announced(story)).toHaveLength(before);
});

const tool: FollowerPolicy = {
  channel: 'chat',
  incidents: ['P0'],
  releases: true,
  on: ['declared', 'resolved', 'commented'],
};

test('an outside tool does not follow it, unless the tool is for restricted processes', () => {
  expect(leak({ ...sealed, followers: [tool] }).followed).toEqual([]);
  const told = leak({ ...sealed, followers: [{ ...tool, restricted: true }] }).followed;
  expect(told.map(({ process }) => process.title)).toEqual([secret]);
});

test('a tool that follows already hears no more once it is restricted', () => {
  const story = leak({ ...incidentPolicy, followers: [tool] })
    .at('1m', 'record-impact', { restrictedTo: ['cto'] }, 'fatima')
    .at('2m', 'comment', { text: 'names are out' }, 'fatima');
  expect(story.followed).toHaveLength(1);
});

test('a pager that called people is told when to stop, and nothing else', () => {
  const pager: FollowerPolicy = { channel: 'inbox', incidents: ['P0'], releases: true, on: ['resolved'], alerts: true };
  const story = leak({ ...sealed, followers: [pager] })
    .at('1m', 'acknowledge', {}, 'fatima')
    .at('2m', 'resolve', {}, 'fatima');
  expect(story.followed.length).toBeGreaterThan(0);
  expect(story.followed.flatMap(({ alerts }) => alerts?.close ?? []).length).toBeGreaterThan(0);
  expect(JSON.stringify(story.followed)).not.toContain(secret);
});

test('lists, and whoever looks into Temporal, see no title, service or action item', () => {
  const { state } = leak(sealed)
    .at('1m', 'acknowledge', {}, 'fatima')
    .at('2m', 'add-action-item', { title: 'call the forensics', owner: 'fatima', dueAt: '2026-12-09T10:00:00Z' });
  const memo = memoOf(state);
  expect(memo).toMatchObject({ title: 'restricted incident', services: [], actionItems: [{ title: 'restricted' }] });
  expect(memo.seenBy).toEqual(expect.arrayContaining(['cto', 'fatima']));
  const everywhere = JSON.stringify([memo, searchAttributesOf(state)]);
  for (const word of [secret, 'payments', 'forensics']) expect(everywhere).not.toContain(word);
  expect(memoOf(leak().state)).toMatchObject({ title: secret, seenBy: null });
});

test('a message to a person says what it is in its text, and marks itself for its subject', () => {
  const page = leak(sealed).sent.find(({ request }) => request.kind === 'page')!;
  expect(page.request.process).toMatchObject({ restricted: true, title: secret });
  expect(leak().sent.every(({ request }) => request.process.restricted === undefined)).toBe(true);
});

test('it merges only into an incident that nobody else sees', () => {
  const from = viewOf(leak(sealed).state);
  const into = (policy: Policy, to?: string[]) =>
    viewOf({ ...leak(policy, to ? { restrictedTo: to } : {}).state, id: 'INC-2026-12-07-002' });
  expect(mergeRefusal(from, into(incidentPolicy), undefined)).toMatchObject({ reason: 'restricted' });
  expect(mergeRefusal(from, into(sealed, ['mateo']), undefined)).toMatchObject({ reason: 'restricted' });
  expect(mergeRefusal(from, into(sealed), undefined)).toBeUndefined();
  expect(mergeRefusal(into(incidentPolicy), from, undefined)).toBeUndefined();
});

test('the other incident refuses what it must not hear, however the merge comes', () => {
  const target = leak().state;
  const request = {
    key: 'k',
    into: target.id,
    from: 'INC-2026-12-07-002',
    by: 'bruno',
    severity: 'P0',
    services: [],
    people: [],
    links: [],
  };
  expect(absorbRefusal(target, request)).toBeUndefined();
  expect(absorbRefusal(target, { ...request, restrictedTo: ['cto', 'nadia'] })).toMatchObject({
    reason: 'restricted',
    message: expect.stringContaining(`(muster incident restrict ${target.id} cto nadia)`) as string,
  });
});

describe('an incident that everybody sees, merged into a restricted one', () => {
  const source = {
    key: 'k',
    into: 'INC-2026-12-07-001',
    from: 'INC-2026-12-07-002',
    by: 'bruno',
    severity: 'P0',
    services: ['payments'],
    people: ['mateo', 'nadia'],
    links: [],
    holder: 'mateo',
    answeredUpTo: 'P0',
    roles: { commander: 'mateo', 'technical-lead': 'fatima' },
  };

  test('the answer of somebody who does not see this one answers nothing here, and gives no role', () => {
    const state = absorb(leak(sealed).until('1m').state, source, t0 + 60_000);
    expect(state.deadlines['response']).toMatchObject({ status: 'pending' });
    expect(state.roles).toEqual({ 'technical-lead': 'fatima' }); // who was paged here
    expect(['mateo', 'nadia', 'fatima'].map((name) => sees(state, name))).toEqual([false, false, true]);
  });

  test('nor does it count for what is answered later', () => {
    const held = leak(sealed, { severity: 'P1' }).at('1m', 'acknowledge', {}, 'fatima').state;
    const state = absorb(held, source, t0 + 120_000);
    expect(state.deadlines['response']).toMatchObject({ status: 'pending', round: 2 });
  });

  test('the answer of somebody who sees both counts, and so it does among the same readers', () => {
    const known = absorb(leak(sealed).until('1m').state, { ...source, holder: 'fatima' }, t0 + 60_000);
    expect(known.deadlines['response']).toMatchObject({ status: 'met' });
    const same = absorb(leak(sealed).until('1m').state, { ...source, restrictedTo: ['cto'] }, t0 + 60_000);
    expect(same.deadlines['response']).toMatchObject({ status: 'met' });
    expect(same.roles).toMatchObject({ commander: 'mateo' });
  });
});
