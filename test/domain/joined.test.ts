/** R41: a call by hand of somebody who was paged within the minute before joins that page. */
import fc from 'fast-check';
import { completeEffect, type CommandBody, type Policy } from '../../src/domain';
import { incidentPolicy, minute } from '../support/policy';
import { incident, type Story } from '../support/story';

const policy: Policy = { ...incidentPolicy, joinsPages: true };
const called = (to: string[]): CommandBody<'escalate'> => ({ reason: 'help', to });
/** The changes that the answer to a call now tells. */
function answerTo(story: Story, body: CommandBody<'escalate'>): readonly string[] {
  const answer = story.ask('escalate', body, 'emeka');
  if (!answer.ok) throw new Error(answer.refusal.message);
  story.activate();
  return answer.answer.changes;
}

test('the page before is the page of the call: the answer and the timeline say so, and nothing more is sent', () => {
  const story = incident({}, policy).until('20s');
  expect(answerTo(story, called(['fatima']))).toEqual([
    'Escalated to fatima: help',
    'fatima was paged 20s ago: this call joins that page, and makes no other',
  ]);
  expect(story.pages()).toEqual(['0m fatima']);
  expect(story.text()).toContain('joins the page before to fatima');
  expect(story.state.calls).toBeUndefined();
});

test('after a minute, and of somebody else, a call pages; of several only those who were paged are left out', () => {
  const story = incident({}, policy).at('40s', 'escalate', called(['fatima', 'hana']));
  expect(story.pages()).toEqual(['0m fatima', '40s hana']);
  story.at('60s', 'escalate', called(['fatima']));
  expect(story.pages()).toHaveLength(2);
  story.at('61s', 'escalate', called(['fatima']));
  expect(story.pages()).toEqual(['0m fatima', '40s hana', '61s fatima']);
});

test('a role, a slot, a team or the next rung is the person behind it', () => {
  const story = incident({}, policy).at('10s', 'escalate', called(['primary', 'platform']));
  expect(story.pages()).toEqual(['0m fatima']);
  story.at('20s', 'escalate', { reason: 'help' });
  expect(answerTo(story.until('30s'), { reason: 'help' })[1]).toBe(
    'giorgos was paged 10s ago: this call joins that page, and makes no other',
  );
  expect(story.pages()).toEqual(['0m fatima', '20s giorgos']);
});

test.each<[string, (story: Story) => Story]>([
  ['that person has answered', (story) => story.at('10s', 'acknowledge', {}, 'fatima')],
  ['somebody else has answered, of which the person heard', (story) => story.at('10s', 'acknowledge', {}, 'giorgos')],
  ['the severity has changed', (story) => story.at('10s', 'set-severity', { severity: 'P2', reason: 'milder' })],
])('a call is a new page when %s since', (_what, since) => {
  const story = since(incident({}, policy));
  const before = story.pages().length;
  story.at('20s', 'escalate', called(['fatima']), 'emeka');
  expect(story.pages().slice(before)).toEqual(['20s fatima']);
});

test('a page that reached nobody is no page before: the call goes on by its own ladder', () => {
  const story = incident({}, policy);
  story.broken.add('bruno/inbox');
  story.at('10s', 'escalate', called(['bruno'])).at('20s', 'escalate', called(['bruno']));
  expect(story.state.timeline.filter(({ type }) => type === 'call-failed')).toHaveLength(2);
});

describe('a page of a call that is still on its way', () => {
  /** Two calls of bruno, ten seconds apart, of which the first has not left yet. */
  function twoCalls() {
    const story = incident({}, policy);
    const found = { rungs: [{ people: [{ person: 'bruno', name: 'Bruno Keller', reach: ['inbox'] }] }] };
    for (const after of ['10s', '20s']) {
      story.until(after).ask('escalate', called(['bruno']), 'emeka');
      const look = story.state.outbox.find(({ type }) => type === 'resolve')!;
      story.state = completeEffect(story.state, look.id, { type: 'resolve', result: found }, story.now);
    }
    const sends = story.state.outbox.filter((effect) => effect.type === 'send' && effect.request.recipient === 'bruno');
    return { story, sends };
  }

  test('is joined, and both calls end as it ends', () => {
    const { story, sends } = twoCalls();
    expect(sends).toHaveLength(1);
    expect(story.state.calls).toHaveLength(2);
    const delivered = { type: 'send', result: { status: 'delivered', at: story.now } } as const;
    expect(completeEffect(story.state, sends[0]!.id, delivered, story.now).calls).toBeUndefined();
    const failed = { type: 'send', result: { status: 'failed', because: '404' } } as const;
    const after = completeEffect(story.state, sends[0]!.id, failed, story.now);
    expect(after.calls?.some(({ word }) => word === 'bruno')).not.toBe(true);
    expect(after.timeline.filter(({ type }) => type === 'call-failed')).toHaveLength(2);
  });
});

test('a process of an older version pages at every call', () => {
  const story = incident().at('20s', 'escalate', called(['fatima']));
  expect(story.pages()).toEqual(['0m fatima', '20s fatima']);
});

test('whenever people are called, each hears within the minute, and no more than once a minute while nobody answers', () => {
  const people = ['fatima', 'giorgos', 'hana', 'bruno'];
  const call = fc.record({ after: fc.integer({ min: 0, max: 50_000 }), who: fc.subarray(people, { minLength: 1 }) });
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 12 }), (calls) => {
      const story = incident({}, policy);
      const asked: { at: number; who: string[] }[] = [];
      let at = 0;
      for (const { after, who } of calls) {
        at += after;
        story.at(at, 'escalate', called(who), 'emeka');
        asked.push({ at: story.state.beganAt + at, who });
      }
      const byHand = story.sent.filter(({ request }) => request.kind === 'page' && request.rung === null);
      for (const person of people) {
        const all = story.sent.filter(({ request }) => request.kind === 'page' && request.recipient === person);
        for (const each of asked.filter(({ who }) => who.includes(person)))
          expect(all.some((page) => page.at <= each.at && page.at >= each.at - minute)).toBe(true);
        const own = byHand.filter(({ request }) => request.recipient === person).map((page) => page.at);
        own.forEach((instant, index) => {
          if (index > 0) expect(instant - own[index - 1]!).toBeGreaterThan(minute);
        });
      }
    }),
  );
});
