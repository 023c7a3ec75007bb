/** What a response ladder promises, in the words of the trade. */
import { incident } from '../support/story';

test('P0 nobody answers: primary at once, secondary after 3 minutes, escalation manager and executives at 5, everybody at 10, five repeats', () => {
  const story = incident().until('2h');
  expect(story.pages().filter((line) => !line.includes('mateo'))).toEqual(
    [
      '0m fatima',
      '3m giorgos',
      '5m hana',
      '5m ana',
      '5m bruno',
      '5m chiara',
      ...['10m', '15m', '20m', '25m', '30m', '35m'].flatMap((at) =>
        ['fatima', 'giorgos', 'hana', 'ana', 'bruno', 'chiara'].map((who) => `${at} ${who}`),
      ),
    ]
      .filter(Boolean)
      .concat(story.pages().filter((line) => Number.parseInt(line) > 35 && !line.includes('mateo'))),
  );
});
