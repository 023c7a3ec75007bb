/** Invariants for any sequence of commands and passing time (fast-check). */
import fc from 'fast-check';
import {
  accept,
  carriedOf,
  nextInstant,
  settle,
  start,
  stateOf,
  timelineOf,
  viewOf,
  type CarriedState,
  type FiredRung,
  type ProcessState,
  type Severity,
} from '../../src/domain';
import { isOwed } from '../../src/domain/deadlines/due';
import { unfiredRungs } from '../../src/domain/deadlines/ladders';
import { react } from '../../src/domain/engine/reactions';
import { snapshotAt } from '../../src/domain/messages/snapshot';
import { draftOf } from '../../src/domain/state/draft';
import { stateSize } from '../../src/domain/state/state-size';
import { actorOf, directory, incident, type Story } from '../support/story';
import { incidentPolicy, minute, severities, t0 } from '../support/policy';
import { iso, play, severity, steps } from '../support/scripts';

/**
 * The earliest instant at which a rung of the shipped ladders may fire, computed from the words of
 * docs/rules.md and not by the engine's arithmetic.
 */
function earliest(rung: FiredRung, level: Severity): number {
  const { response, updateEvery } = severities[level]!;
  const [responseMs, updateEveryMs] = [response.n, updateEvery.n];
  const [index, repeat = 0] = rung.rung.split('+').map(Number) as [number, number?];
  const after: Partial<Record<FiredRung['kind'], number[]>> = {
    response: [-responseMs, Math.round(-0.4 * responseMs), 0, responseMs],
    phase: [0, responseMs, 3 * responseMs],
    update: [Math.round(-0.2 * updateEveryMs), 0, updateEveryMs, 2 * updateEveryMs],
  };
  return rung.dueAt + (after[rung.kind]?.[index - 1] ?? -Infinity) + repeat * responseMs;
}
function severityAt(state: ProcessState, seq: number): Severity {
  let level: Severity = 'P1';
  for (const event of state.timeline.slice(0, seq)) if (event.type === 'severity-changed') level = event.to;
  return level;
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
          expect(event.at).toBeGreaterThanOrEqual(earliest(rung, severityAt(state, event.seq)));
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
      // Checked by the timeline alone too, because the state could hide a fault.
      let answered = false;
      for (const event of state.timeline) {
        if (event.type === 'acknowledged' || event.type === 'resolved') answered = true;
        if (event.type === 'deadline-met' && event.deadline === 'response') answered = true;
        if (['reopened', 'hand-off-expired'].includes(event.type) || ('asksAnew' in event && event.asksAnew))
          answered = false;
        if (event.type === 'rungs-fired' && answered)
          expect(event.rungs.map(({ deadline }) => deadline)).not.toContain('response');
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

test('the size of a state is that of its JSON, to the last character, however often it was measured before', () => {
  fc.assert(
    fc.property(steps, (script) => {
      play(script, ({ state }) => expect(stateSize(state)).toBe(JSON.stringify(state).length));
    }),
    { numRuns: 100 },
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

test('whoever cannot be reached: no message is tried twice, and somebody who can be is told of every fallthrough', () => {
  const everybody = Object.keys(directory.people);
  fc.assert(
    fc.property(steps, fc.subarray(everybody), fc.subarray(everybody), (script, broken, gone) => {
      const there = Object.entries(directory.people).filter(([id]) => !gone.includes(id));
      const story = play(script, undefined, (one) => {
        for (const person of broken) one.broken.add(`${person}/inbox`);
        one.directory = { ...directory, people: Object.fromEntries(there) };
      });
      expect(new Set(story.tried).size).toBe(story.tried.length);
      expect(story.state.inFlight).toEqual([]);
      const events = story.state.timeline;
      for (const event of events) {
        if (event.type !== 'fallthrough' || event.toRung === null) continue;
        const { deadline, round, rung, toRung } = event;
        const told = events.some((other) => other.type === 'delivered' && other.of === event.seq);
        const further = events.some(
          (other) =>
            other.type === 'fallthrough' && other.seq > event.seq && other.deadline === deadline && other.rung === rung,
        );
        const firedItself = events.some(
          (other) =>
            other.type === 'rungs-fired' &&
            other.seq < event.seq &&
            other.rungs.some((one) => one.deadline === deadline && one.round === round && one.rung === `${toRung}`),
        );
        expect(told || further || firedItself).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('state is plain JSON: it survives a round trip after any script', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const { state } = play(script);
      expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
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

test('nothing owed is lost: whatever happened, an open response has been asked to the end of its ladder', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const story = play(script);
      // The ladder of a P3 takes days.
      const { state } = story.until(story.now - t0 + 7 * 24 * 60 * minute);
      for (const deadline of Object.values(state.deadlines)) {
        if (deadline.kind !== 'response' || !isOwed(state, deadline)) continue;
        expect([deadline.id, deadline.exhaustedAt]).toEqual([deadline.id, expect.any(Number)]);
        expect(unfiredRungs(state, deadline)).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
});

/** `state` as the next run of its process gets it. */
const handedOver = (state: ProcessState): ProcessState =>
  stateOf(JSON.parse(JSON.stringify(carriedOf(state))) as CarriedState);

test('a state that is handed over comes back as it was, to the last character', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const { state } = play(script);
      expect(JSON.stringify(handedOver(state))).toBe(JSON.stringify(state));
      // Older versions hand over the timeline as it stands.
      expect(stateOf(state)).toEqual(state);
    }),
    { numRuns: 200 },
  );
});

test('what follows from the facts follows at once: nothing is concluded later, however much time passes', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 3 * 24 * 60 }), (script, minutes) => {
      const { state } = play(script);
      const draft = draftOf(state);
      react(draft, state.lastInputAt + minutes * minute);
      expect(draft).toEqual(state);
    }),
    { numRuns: 200 },
  );
});

test('a run that hands over at every step tells the same people the same, at the same instants', () => {
  const handOver = (story: Story) => (story.state = handedOver(story.state));
  fc.assert(
    fc.property(steps, (script) => {
      const whole = play(script);
      const inParts = play(script, handOver);
      expect(timelineOf(inParts.state)).toEqual(timelineOf(whole.state));
    }),
    { numRuns: 100 },
  );
});
