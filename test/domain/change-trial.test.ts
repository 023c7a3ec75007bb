/** What the message of a deployment tool would do, told beforehand. */
import { triedChange, type ReadChange, type SaidChange } from '../../src/domain';
import { t0 } from '../support/policy';

const said = (more: Partial<SaidChange> = {}, change: Partial<SaidChange['change']> = {}): ReadChange => ({
  type: 'said',
  said: {
    change: { id: 'ci/1', at: t0, kind: 'deployed', source: 'ci', title: 'T', services: ['payments'], ...change },
    receivedAt: t0,
    releases: [],
    may: ['report-check', 'mark-deployed'],
    ...more,
  },
});
const one = ['REL-2026-12-07-001'];
const check = { name: 'unit-tests', result: 'pass' } as const;
const tried = (read: ReadChange) => triedChange('ci', read, ['unit-tests']);

test.each<[string, ReadChange, object]>([
  ['names a release', said({ releases: one }), { would: 'mark-deployed', release: one[0] }],
  ['has a version', said({}, { version: '2.14.0' }), { would: 'mark-deployed', byVersion: true }],
  ['has neither', said(), { would: 'list', because: 'it names neither a release nor a version' }],
  [
    'has a version of no service',
    said({}, { version: '2.14.0', services: [] }),
    { would: 'list', because: expect.stringContaining('2.14.0 alone means no release') as string },
  ],
  [
    'names two releases',
    said({ releases: [...one, 'REL-2026-12-07-002'] }),
    { would: 'list', because: expect.stringContaining('several releases') as string },
  ],
  [
    'may not do it',
    said({ releases: one, may: ['report-check'] }),
    { would: 'list', release: one[0], because: 'the source may not mark-deployed' },
  ],
  ['failed', said({ releases: one }, { kind: 'deployment-failed' }), { would: 'list', release: one[0] }],
  ['is a change', said({}, { kind: 'changed' }), { would: 'list' }],
  ['is a check', said({ releases: one, check }, { kind: 'check' }), { would: 'report-check', release: one[0] }],
  [
    'is a check of no template',
    said({ releases: one, check: { ...check, name: 'unit-test' } }, { kind: 'check' }),
    { would: 'report-check', release: one[0], because: 'unknown check "unit-test"; did you mean unit-tests?' },
  ],
  [
    'is a check of no service',
    said({ check }, { kind: 'check', version: '2.14.0', services: [] }),
    { would: 'nothing', because: expect.stringContaining('no service') as string },
  ],
])('a message that %s', (_, read, expected) => {
  const { change, ...trial } = tried(read);
  expect(change).toMatchObject({ title: 'T' });
  const { check: told, ...rest } = trial;
  expect(rest).toEqual({ source: 'ci', ...expected });
  expect(told).toEqual(read.type === 'said' ? read.said.check : undefined);
});

test('a message that says nothing, and one that cannot be read, are told with the reason', () => {
  expect(tried({ type: 'ignored', because: 'staging' })).toEqual({
    source: 'ci',
    would: 'nothing',
    because: 'staging',
  });
  expect(tried(said({}, { kind: 'unread', because: 'it has no state' }))).toEqual({
    source: 'ci',
    would: 'not-read',
    because: 'it has no state',
  });
});

test('what of a message does not count is told beside what it does', () => {
  const read = said({ releases: one });
  expect(tried({ ...read, type: 'said', because: 'its time lies ahead' } as ReadChange)).toMatchObject({
    would: 'mark-deployed',
    doubt: 'its time lies ahead',
  });
});
