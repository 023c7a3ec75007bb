/** What holds for any sequence of commands and passing time (fast-check). */
import fc from 'fast-check';
import { accept, nextInstant, settle, start, timelineOf, viewOf, type ProcessState } from '../../src/domain';
import { snapshotAt } from '../../src/domain/snapshot';
import { actorOf, incident, release, Story } from '../support/story';
import { incidentPolicy, minute, t0 } from '../support/policy';

type Step = { readonly wait: number; readonly act: (story: Story) => void; readonly name: string };
const people = ['fatima', 'giorgos', 'emeka', 'stranger'] as const;
const iso = (at: number) => new Date(at).toISOString();

const act = (name: string, run: (story: Story) => void): fc.Arbitrary<Step> =>
  fc.integer({ min: 0, max: 40 * minute }).map((wait) => ({ wait, act: run, name }));
const severity = fc.constantFrom('P0' as const, 'P1' as const, 'P2' as const, 'P3' as const);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.constantFrom(...people).chain((who) => act(`ack ${who}`, (story) => void story.ask('acknowledge', {}, who))),
    severity.chain((to) =>
      act(`severity ${to}`, (story) => void story.ask('set-severity', { severity: to, reason: 'x' })),
    ),
    act('update', (story) => void story.ask('post-update', { text: 'still on it' })),
    fc
      .integer({ min: 1, max: 80 })
      .chain((ahead) =>
        act(
          `promise ${ahead}`,
          (story) => void story.ask('post-update', { text: 'x', nextUpdateAt: iso(story.now + ahead * minute) }),
        ),
      ),
    fc
      .constantFrom('update', 'phase.assessment', 'phase.immediate', 'response')
      .chain((deadline) =>
        act(
          `snooze ${deadline}`,
          (story) => void story.ask('snooze', { deadline, until: iso(story.now + 10 * minute), reason: 'x' }),
        ),
      ),
    act('handoff', (story) => void story.ask('escalate', { reason: 'x', handOff: true })),
    act('resolve', (story) => void story.ask('resolve', {})),
    act('reopen', (story) => void story.ask('reopen', { reason: 'x' })),
    act('done', (story) => void story.ask('complete-items', { items: ['dashboards-checked', 'commander-assigned'] })),
    act('undone', (story) => void story.ask('reopen-items', { items: ['dashboards-checked'], reason: 'x' })),
    act('impact', (story) => void story.ask('record-impact', { customerFacing: true, usersAffected: 'all' })),
    act(
      'action item',
      (story) => void story.ask('add-action-item', { title: 'x', owner: 'cto', dueAt: iso(story.now + 90 * minute) }),
    ),
    act('away', (story) => void (story.away = true)),
    act('back', (story) => story.back()),
    act('close', (story) => void story.ask('close', { skipRest: 'x' })),
  ),
  { maxLength: 14 },
);

function play(script: readonly Step[], check?: (story: Story) => void): Story {
  const story = incident({ severity: 'P1' });
  for (const step of script) {
    story.until(story.now - t0 + step.wait);
    step.act(story);
    if (!story.away) story.activate();
    check?.(story);
  }
  story.away = false;
  story.activate();
  return story.until(story.now - t0 + 12 * 60 * minute);
}

test('no rung fires before its instant or twice in a round', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const { state } = play(script);
      const seen = new Set<string>();
      for (const event of state.timeline) {
        if (event.type !== 'rungs-fired') continue;
        for (const rung of event.rungs) {
          expect(rung.nominalAt).toBeLessThanOrEqual(event.at);
          const { at } = state.policy.ladders[rung.kind]![Number.parseInt(rung.rung) - 1]!;
          if (at.n >= 0) expect(event.at).toBeGreaterThanOrEqual(rung.dueAt);
          const key = `${rung.deadline}/${rung.round}/${rung.rung}`;
          expect(seen.has(key)).toBe(false);
          seen.add(key);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a met deadline is silent, until it turns out not to be met', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const silentFrom = new Map<string, number>();
      const { state } = play(script, ({ state: { deadlines, timeline } }) => {
        for (const { id, round, status } of Object.values(deadlines)) {
          const key = `${id}/${round}`;
          if (status === 'pending' || status === 'missed') silentFrom.delete(key);
          else if (!silentFrom.has(key)) silentFrom.set(key, timeline.length);
        }
      });
      for (const event of state.timeline) {
        if (event.type !== 'rungs-fired') continue;
        for (const { deadline, round } of event.rungs)
          expect(event.seq).toBeLessThanOrEqual(silentFrom.get(`${deadline}/${round}`) ?? Infinity);
      }
    }),
    { numRuns: 200 },
  );
});

test('the next update that messages promise, read off the timeline, is the one that the deadline holds', () => {
  fc.assert(
    fc.property(steps, (script) => {
      play(script, ({ state }) => {
        const { nextUpdateAt } = snapshotAt(state, state.timeline.length);
        expect(nextUpdateAt === undefined ? null : iso(nextUpdateAt)).toBe(viewOf(state).nextUpdateDueAt);
      });
    }),
    { numRuns: 300 },
  );
});

test('one outage coalesces: on return each person hears once of each deadline round', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), severity, (minutes, level) => {
      const story = incident({ severity: level });
      story.away = true;
      story.until(minutes * minute);
      const before = story.sent.length;
      story.back();
      const heard = story.sent
        .slice(before)
        .filter(({ request }) => request.kind !== 'announce')
        .map(({ request }) => request.recipient);
      expect(new Set(heard).size).toBe(heard.length);
    }),
  );
});

test('every message has a key of its own, and the next instant strictly moves on', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const story = play(script, ({ state, now, away }) => {
        const next = nextInstant(state);
        if (!away && next !== null) expect(next).toBeGreaterThan(now);
      });
      const keys = story.sent.map(({ request }) => request.key);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { numRuns: 300 },
  );
});

test('state is plain JSON: it survives a round trip after any script', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const { state } = play(script);
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    }),
    { numRuns: 100 },
  );
});

test('no input changes the state it was given', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const freeze = (value: unknown): unknown => {
        if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
          Object.freeze(value);
          Object.values(value).forEach(freeze);
        }
        return value;
      };
      const story = incident();
      for (const step of script) {
        freeze(story.state);
        story.until(story.now - t0 + step.wait);
        freeze(story.state);
        step.act(story);
        story.activate();
      }
    }),
    { numRuns: 60 },
  );
});

test('a repeated key gives the first answer and changes nothing; another body under it is refused', () => {
  let state: ProcessState = settle(
    start({
      kind: 'incident',
      id: 'INC-2026-12-07-001',
      at: t0,
      actor: actorOf('emeka'),
      policy: incidentPolicy,
      body: { title: 'x', severity: 'P0' },
    }),
    t0,
  );
  const command = {
    name: 'comment' as const,
    body: { text: 'hello' },
    actor: actorOf('ana'),
    key: 'comment/1',
    fingerprint: 'f',
  };
  const first = accept(state, command, t0 + 1);
  if (!first.ok) throw new Error('refused');
  state = first.state;
  expect(accept(state, command, t0 + 2)).toEqual({ ok: true, state, answer: first.answer });
  expect(accept(state, { ...command, fingerprint: 'other' }, t0 + 2)).toMatchObject({
    ok: false,
    refusal: { kind: 'key-reuse' },
  });
});

test('a release keeps the same invariants over reschedules', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 })), { maxLength: 6 }),
      (moves) => {
        const story = release('2026-12-30T10:00:00+02:00');
        for (const [hours, days] of moves) {
          story.until(story.now - t0 + hours * 60 * minute);
          story.ask('reschedule', { targetAt: iso(story.now + days * 1440 * minute), reason: 'x' }, 'ana');
          story.activate();
          const next = nextInstant(story.state);
          if (next !== null) expect(next).toBeGreaterThan(story.now);
        }
        story.until(story.now - t0 + 60 * 1440 * minute);
        const rungs = story.state.timeline.flatMap((event) =>
          event.type === 'rungs-fired' ? event.rungs.map((rung) => ({ ...rung, at: event.at })) : [],
        );
        for (const rung of rungs) expect(rung.nominalAt).toBeLessThanOrEqual(rung.at);
        expect(new Set(rungs.map(({ deadline, round, rung }) => `${deadline}/${round}/${rung}`)).size).toBe(
          rungs.length,
        );
        expect(timelineOf(story.state).length).toBe(story.state.timeline.length);
      },
    ),
    { numRuns: 100 },
  );
});
