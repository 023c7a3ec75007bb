/** What a lock screen, a list of mails or a pager shows of a restricted process (R37). */
import { alertLine, headlineOf } from '../../src/activities/headline';
import { pageRequest } from '../support/messages';

const { process } = pageRequest;
const restricted = {
  ...pageRequest,
  process: { ...process, restricted: true as const },
  subject: 'update: cards leaked',
};

test.each([headlineOf, alertLine])('%p of a restricted process says neither its title nor what happened', (line) => {
  expect(line(pageRequest)).toContain(process.title);
  expect(line(restricted)).toBe(`[P0] ${process.id} restricted incident: you are paged`);
  expect(line({ ...restricted, kind: 'remind' })).toBe(`[P0] ${process.id} restricted incident: a reminder`);
});
