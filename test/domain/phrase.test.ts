/**
 * Phrases keep their instants apart from the words. The words of a person are never read as an
 * instant, and a joined phrase says exactly what its parts say.
 */
import fc from 'fast-check';
import { iso, written } from '../../src/domain';
import { describe as describeEvent } from '../../src/domain/messages/wording';
import { joinedPhrases, moment, phrase } from '../../src/domain/text/phrase';
import { messageContent } from '../../src/domain/messages/messages';
import type { Moment, Phrase } from '../../src/domain/model';
import { saidIn } from '../support/messages';
import { incident, release } from '../support/story';

const at = Date.parse('2026-12-07T08:00:00.000Z');
const part = fc.oneof(
  fc.string(),
  fc.constant('2026-12-07T08:00:00.000Z'),
  fc.integer({ min: 0, max: 4e12 }).map((when): Moment => ({ at: when })),
);
const anyPhrase: fc.Arbitrary<Phrase> = fc.oneof(fc.string(), fc.array(part));

test('an instant inside a phrase is written as the reader is shown times, and nothing else changes', () => {
  const said = phrase`moved from ${moment(at)} to ${moment(at + 60_000)} by ${'ana'}: ${'not 2026-12-07T08:00:00.000Z'}`;
  expect(written(said, (when) => `<${(when - at) / 1000} s>`)).toBe(
    'moved from <0 s> to <60 s> by ana: not 2026-12-07T08:00:00.000Z',
  );
});

test('a phrase without instants is a string; one with instants holds no empty words, and survives JSON', () => {
  fc.assert(
    fc.property(fc.array(anyPhrase), fc.string(), (phrases, separator) => {
      const joined = joinedPhrases(phrases, separator);
      const isPlain = phrases.every(
        (one) => typeof one === 'string' || one.every((piece) => typeof piece === 'string'),
      );
      expect(typeof joined === 'string').toBe(isPlain);
      if (typeof joined !== 'string') expect(joined).not.toContain('');
      expect(JSON.parse(JSON.stringify(joined))).toEqual(joined);
    }),
  );
});

test('joined phrases say what each of them says, in any zone', () => {
  fc.assert(
    fc.property(fc.array(anyPhrase), fc.string(), fc.func(fc.string()), (phrases, separator, show) => {
      const each = phrases.map((one) => written(one, show));
      expect(written(joinedPhrases(phrases, separator), show)).toBe(each.join(separator));
    }),
  );
});

test('no message and no sentence of the timeline has an instant of Muster among its words', () => {
  const stories = [
    incident({ description: 'Nobody can pay' })
      .until('12m')
      .at('13m', 'acknowledge', {})
      .at('14m', 'post-update', { text: 'on it' })
      .at('40m', 'snooze', { deadline: 'update', until: '2026-12-07T08:45:00.000Z', reason: 'busy' })
      .at('2h', 'add-action-item', { title: 'x', owner: 'ana', dueAt: '2026-12-14T08:00:00.000Z' })
      .at('3h', 'resolve', {}),
    release('2026-12-14T10:00:00.000Z', { description: 'new' })
      .at('1h', 'reschedule', { targetAt: '2026-12-15T10:00:00.000Z', reason: 'late' })
      .until('9d'),
  ];
  const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d/;
  const show = () => '<instant>';
  for (const { state, sent } of stories) {
    for (const event of state.timeline) expect(written(describeEvent(state, event), show)).not.toMatch(instant);
    for (const { request } of sent) {
      if (request.fields === undefined) throw new Error('a message of a process is made of facts');
      const { fields } = request;
      const phrases = fields.public
        ? [fields.text]
        : [fields.head, fields.why, ...fields.notes.map(({ text }) => text)];
      for (const one of phrases) expect(written(one, show)).not.toMatch(instant);
    }
  }
  expect(JSON.stringify(stories.map(({ sent }) => sent))).toContain('"at":');
});

test('the request of a message holds facts and no text', () => {
  for (const { request } of incident().until('6m').sent) expect(Object.keys(request)).not.toContain('text');
});

test('a message that an older Muster put into the outbox says what it said', () => {
  const story = incident().until('6m');
  const of = story.sent.at(-1)!.of;
  const content = messageContent(story.state, { of, kind: 'page', recipient: 'hana', rungs: [], public: false });
  if (content.fields === undefined || content.fields.public) throw new Error('an internal message');
  const words = (said: Phrase) => written(said, iso);
  const { head, why, notes } = content.fields;
  const older = {
    ...content.fields,
    head: words(head),
    why: words(why),
    notes: notes.map(({ label, text }) => ({ label, text: words(text) })),
  };
  expect(saidIn({ fields: older })).toBe(saidIn(content));
  expect(saidIn({ text: 'Checkout is down', why: 'a notification' })).toBe('Checkout is down');
});
