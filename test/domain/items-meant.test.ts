/**
 * R17 on the checklist: which items the words of a command mean, and how a whole phase is finished.
 */
import fc from 'fast-check';
import { nearest, type CommandBody, type Policy, type ProcessCommandName } from '../../src/domain';
import { startingWith } from '../../src/domain/text/nearest';
import { day, phase, releasePolicy, t0 } from '../support/policy';
import { iso } from '../support/scripts';
import { incident, release, type Story } from '../support/story';

const testing: Policy = {
  ...releasePolicy,
  phases: [
    phase('testing', [
      'smoke-test',
      { id: 'smoke-signals', text: 'Signals', when: { strategy: ['canary'] } },
      { id: 'load-test', text: 'Load test', evidenceRequired: true },
      { id: 'unit-tests', text: 'Unit tests', check: { name: 'unit' } },
      { id: 'test-plan', text: 'Plan', ifNeeded: true },
    ]),
    ...releasePolicy.phases,
  ],
};
const target = iso(t0 + 30 * day);
const planned = () => release(target, {}, testing).until('1m');
const answered = () => incident({ severity: 'P1' }).at('1m', 'acknowledge', {}, 'giorgos').until('2m');

/** What the command changes, in words; or the refusal and what the refusal lists. */
function answerTo<N extends ProcessCommandName>(story: Story, name: N, body: CommandBody<N>): string[] {
  const answer = story.ask(name, body);
  if (answer.ok) return answer.answer.changes;
  const { message, errors = [], ...more } = answer.refusal;
  const { items = [] } = more as { readonly items?: readonly string[] };
  return [message, ...errors.map(({ path }) => path), ...items];
}

describe('the beginning of an item id', () => {
  test('means the one item that begins so, and the answer has the full id', () => {
    expect(answerTo(answered(), 'complete-items', { items: ['dash'] })).toEqual([
      'Done: dashboards-checked',
      'Phase assessment completed',
    ]);
  });

  test.each(['skip-items', 'reopen-items'] as const)('is understood by %s as well', (name) => {
    const story = answered();
    if (name === 'reopen-items') story.ask('complete-items', { items: ['dashboards-checked'] });
    expect(answerTo(story, name, { items: ['dash'], reason: 'x' })[0]).toMatch(/: dashboards-checked - x$/);
  });

  test('does not count items that do not apply', () => {
    expect(answerTo(planned(), 'complete-items', { items: ['smoke'] })).toEqual(['Done: smoke-test']);
    const canary = release(target, { strategy: 'canary' }, testing).until('1m');
    expect(answerTo(canary, 'complete-items', { items: ['smoke'] })).toEqual([
      'several begin with "smoke": smoke-test, smoke-signals; say which',
      'items[0]',
    ]);
  });

  test('never stands for another item when it is the id of one', () => {
    const policy = { ...testing, phases: [phase('one', ['test', 'test-plan']), ...testing.phases.slice(1)] };
    expect(answerTo(release(target, {}, policy).until('1m'), 'complete-items', { items: ['test'] })).toEqual([
      'Done: test',
    ]);
  });

  test('of no item is refused, and nothing else in the command is done', () => {
    const story = planned();
    expect(answerTo(story, 'complete-items', { items: ['smoke', 'zzz'] })[0]).toMatch(/^unknown item "zzz"/);
    expect(story.state.items['smoke-test']).toBeUndefined();
  });

  test('means a name exactly if the name is the word, or the only one that begins with it', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-c]{1,4}(-[a-c]{1,3})?$/), { maxLength: 6 });
    fc.assert(
      fc.property(names, fc.stringMatching(/^[a-c]{0,5}$/), (known, word) => {
        const found = startingWith(word, known);
        if (known.includes(word)) expect(found).toEqual([word]);
        else expect(found).toEqual(word === '' ? [] : known.filter((name) => name.slice(0, word.length) === word));
      }),
    );
  });
});

describe('a whole phase', () => {
  test('is finished but for what needs evidence or a check, and the answer says what is needed', () => {
    const story = planned();
    expect(answerTo(story, 'complete-items', { phases: ['testing'] })).toEqual([
      'Done: smoke-test',
      'Still open: load-test (needs evidence), unit-tests (needs check unit)',
    ]);
    expect(Object.keys(story.state.items)).toEqual(['smoke-test']);
  });

  test('takes the evidence that the command gives, and then completes with the check', () => {
    const story = planned();
    expect(answerTo(story, 'complete-items', { phases: ['test'], evidence: 'https://ci.example/7' })).toEqual([
      'Done: smoke-test, load-test (https://ci.example/7)',
      'Still open: unit-tests (needs check unit)',
    ]);
    expect(answerTo(story, 'report-check', { check: 'unit', result: 'pass' })).toContain('Phase testing completed');
  });

  test('of which nothing can be ticked is refused, and the refusal says what is needed', () => {
    const story = planned();
    story.ask('complete-items', { phases: ['testing'] });
    expect(answerTo(story, 'complete-items', { phases: ['testing'] })).toEqual([
      'nothing in testing can be ticked as it stands',
      'load-test (needs evidence)',
      'unit-tests (needs check unit)',
    ]);
  });

  test('completes at once when nothing more is needed, and a second time nothing changes', () => {
    const story = answered();
    expect(answerTo(story, 'complete-items', { phases: ['assess'] })).toContain('Phase assessment completed');
    expect(answerTo(story, 'complete-items', { phases: ['assessment'] })).toEqual([]);
  });

  test('may stand beside items of other phases', () => {
    expect(answerTo(planned(), 'complete-items', { items: ['feature-list'], phases: ['testing'] })[0]).toBe(
      'Done: feature-list, smoke-test',
    );
  });

  test('must be known, and something must be said', () => {
    expect(answerTo(planned(), 'complete-items', { phases: ['tasting'] })).toEqual([
      'unknown phase "tasting"; did you mean testing?',
      'phases[0]',
    ]);
    for (const nothing of [{}, { items: [] }, { phases: [] }])
      expect(answerTo(planned(), 'complete-items', nothing)[0]).toBe('say the items that are done, or the phases');
  });
});

describe('did you mean', () => {
  test.each([
    ['immediate', 'immediate is a phase, not an item; to finish the phase: --phase immediate (in JSON: phases)'],
    ['assesment', 'unknown item "assesment"; did you mean the phase assessment?'],
    ['imediate', 'unknown item "imediate"; did you mean the phase immediate?'],
    ['review-group', 'review-group is a group, not an item; its items are report-completed'],
    ['reveiw-grop', 'unknown item "reveiw-grop"; did you mean the group review-group?'],
    ['dashboard-checked', 'unknown item "dashboard-checked"; did you mean dashboards-checked?'],
  ])('an item %s', (word, sentence) => {
    expect(answerTo(answered(), 'complete-items', { items: [word] })[0]).toBe(sentence);
  });

  test.each([
    ['comms-lead', 'communications-lead'],
    ['comms', 'communications-lead'],
    ['ic', 'commander'],
    ['incident-commander', 'commander'],
    ['tech-lead', 'technical-lead'],
    ['rm', 'release-manager'],
    ['release-mgr', 'release-manager'],
  ])('a role %s: %s before any other', (word, role) => {
    const roles = ['team-lead', 'cto', 'commander', 'technical-lead', 'communications-lead', 'release-manager', 'sre'];
    expect(nearest(word, roles)[0]).toBe(role);
  });
});
