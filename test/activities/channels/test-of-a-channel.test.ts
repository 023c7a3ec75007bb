/** The test of a channel looks like a test at every vendor, and never like an incident. */
import { alertLine, headlineOf, linksOf } from '../../../src/activities/headline';
import { mailOf } from '../../../src/activities/channels/email/mail';
import { messagePost } from '../../../src/activities/channels/slack/blocks';
import { cardMessage } from '../../../src/activities/channels/teams/card';
import { messageLike, pageRequest, testRequest } from '../../support/messages';

const message = messageLike(testRequest, { urls: { process: 'http://muster.example/v1/incidents/TEST-1' } });
const first = 'TEST of channel ops, sent by ana';

test.each<[string, string]>([
  ['a mail', JSON.stringify(mailOf(message, ['giorgos@hopngo.example'], { from: 'muster@hopngo.example' }))],
  ['a post in Slack', JSON.stringify(messagePost(message).blocks.filter((block) => !('elements' in block)))],
  ['a card in Teams', JSON.stringify(cardMessage(message))],
])('%s names the test, and neither severity nor status nor an incident to open', (_, text) => {
  expect(text).toContain(first);
  expect(text).not.toMatch(/\[?P3\]?\b|Severity|DRILL|resolved|\/v1\/incidents/);
});

test('its subject and its line at a pager are the first line; those of a page are not', () => {
  expect([headlineOf(testRequest), alertLine(testRequest), linksOf(message)]).toEqual([first, first, []]);
  expect(headlineOf(pageRequest)).toBe('[P0] INC-1 Checkout is down: nobody has answered');
  expect(alertLine(pageRequest)).toBe('P0 Checkout is down');
});
