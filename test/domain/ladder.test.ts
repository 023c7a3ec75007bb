/** The promises of a response ladder. */
import { incident } from '../support/story';
import { saidIn } from '../support/messages';

test('P0 nobody answers: primary at once, secondary after 3 minutes, escalation manager and executives at 5, everybody at 10, five repeats, then exhausted', () => {
  const story = incident().until('22h');
  const rungs = story.sent
    .filter(({ request }) => request.kind === 'page' && request.deadlines.some(({ id }) => id === 'response'))
    .map(({ at, request }) => `${story.clock(at)} ${request.rung} ${request.recipient}`);
  const everybody = ['fatima', 'giorgos', 'hana', 'ana', 'bruno', 'chiara'];
  expect(rungs).toEqual([
    '0m 1 fatima',
    '3m 2 giorgos',
    ...['hana', 'ana', 'bruno', 'chiara'].map((who) => `5m 3 ${who}`),
    ...['10m 4', '15m 4+1', '20m 4+2', '25m 4+3', '30m 4+4', '35m 4+5'].flatMap((rung) =>
      everybody.map((who) => `${rung} ${who}`),
    ),
  ]);
  expect(
    story.state.timeline.filter((event) => event.type === 'exhausted' && event.deadline === 'response'),
  ).toMatchObject([{ at: story.state.beganAt + 40 * 60_000 }]);
  const told = story.sent.filter(({ request }) =>
    saidIn(request).includes('nobody has answered, due 2026-12-07T08:05:00.000Z'),
  );
  expect(told.map(({ at, request }) => `${story.clock(at)} ${request.kind} ${request.recipient}`)).toEqual([
    '40m announce all-hands',
  ]);
});

test.each([
  ['P1', ['0m fatima', '9m giorgos', '15m hana', '15m chiara', '15m dimitris']],
  ['P2', ['0m fatima', '36m giorgos', '60m hana', '60m dimitris', '60m emeka']],
] as const)('%s nobody answers: the same rungs in units of its response time', (severity, expected) => {
  const story = incident({ severity }).until('60m');
  const pages = story.sent.filter(({ request }) => request.kind === 'page' && (request.rung ?? '') <= '3');
  expect(pages.map(({ at, request }) => `${story.clock(at)} ${request.recipient}`)).toEqual(expected);
});
