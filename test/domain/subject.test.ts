/** The subject of each message says what happened, in words without ladders. */
import fc from 'fast-check';
import { written, type SendRequest } from '../../src/domain';
import { play, steps } from '../support/scripts';
import { incident, release, type Story } from '../support/story';

const subject = ({ fields }: SendRequest): string | undefined =>
  fields === undefined || fields.public || fields.subject === undefined
    ? undefined
    : written(fields.subject, (at) => new Date(at).toISOString());
const subjects = (story: Story, kind?: SendRequest['kind']): string[] => [
  ...new Set(
    story.sent
      .filter(({ request }) => kind === undefined || request.kind === kind)
      .map(({ request }) => subject(request) ?? ''),
  ),
];

test('a page says what happened: declared, nobody has answered, escalated, reopened', () => {
  const story = incident().until('4m');
  expect(subjects(story, 'page')).toEqual(['declared', 'nobody has answered']);
  story.at('6m', 'acknowledge', {}).at('7m', 'escalate', { to: ['dimitris'], reason: 'I need help' });
  story.at('9m', 'resolve', { summary: 'rolled back' }).at('10m', 'reopen', { reason: 'it is back' });
  expect(subjects(story, 'page')).toEqual(expect.arrayContaining(['escalated by fatima: I need help', 'reopened']));
});

test('in a later round, since when nobody has answered', () => {
  const story = incident({ severity: 'P1' }).at('1m', 'acknowledge', {});
  story.at('2m', 'set-severity', { severity: 'P0', reason: 'worse' }, 'hana').until('6m');
  expect(subjects(story, 'page')).toEqual([
    'declared',
    'severity raised from P1 to P0',
    'nobody has answered since it was raised to P0',
  ]);
});

test('an update that nobody posts is due soon, then was not posted', () => {
  const story = incident().at('1m', 'acknowledge', {}).until('17m');
  expect(subjects(story).filter((words) => words.includes('update'))).toEqual([
    'update is due soon',
    'the promised update was not posted',
  ]);
});

test('an announcement says what happened, and whether a severity was raised or lowered', () => {
  const story = incident({ severity: 'P1' }).at('1m', 'set-severity', { severity: 'P0', reason: 'worse' });
  story.at('2m', 'set-severity', { severity: 'P1', reason: 'better' }).at('3m', 'post-update', { text: 'Cards fail' });
  story.at('4m', 'resolve', { summary: 'rolled back' });
  expect(subjects(story, 'announce')).toEqual(
    expect.arrayContaining([
      'P1 declared',
      'severity raised from P1 to P0',
      'severity lowered from P0 to P1',
      'update: Cards fail',
      'resolved: rolled back',
    ]),
  );
});

test('deadlines that fire together are counted, the first is named', () => {
  const story = release('2026-12-14T10:00:00.000Z').until('7d');
  expect(subjects(story, 'remind').some((words) => words.includes('is due soon'))).toBe(true);
  expect(subjects(story, 'remind').some((words) => /is not complete/.test(words))).toBe(true);
});

test('no head and no subject has the number of a rung, whatever happens', () => {
  fc.assert(
    fc.property(steps, (script) => {
      for (const { request } of play(script).sent) {
        if (request.fields === undefined || request.fields.public) continue;
        const head = written(request.fields.head, String);
        expect(head).not.toMatch(/\brung \d|fallthrough/i);
        expect(subject(request) ?? '').not.toMatch(/\brung \d|fallthrough/i);
      }
    }),
    { numRuns: 30 },
  );
});
