/**
 * A rehearsal keeps the rules for any scenario, is the same each time, and agrees with the engine
 * driven by hand.
 */
import fc from 'fast-check';
import { readScenario } from '../../src/config/scenarios/scenario';
import type { ScenarioText } from '../../src/contracts/rehearsal-fields';
import type { ProcessKind } from '../../src/contracts/command-table';
import {
  accept,
  actorFacts,
  completeEffect,
  nextInstant,
  recordedCommands,
  rehearsalAnswer,
  rehearse,
  resolveRecipients,
  settle,
  start,
  timelineOf,
  viewOf,
  type Script,
} from '../../src/domain';
import { calendar, incidentPolicy, minute, releasePolicy, t0 } from '../support/policy';
import { iso, severity } from '../support/scripts';
import { directory } from '../support/story';
import type { ScenarioWorld } from '../../src/config/scenarios/faults';

const world: ScenarioWorld = {
  directoryAt: () => directory,
  channels: ['inbox'],
  calendarAt: () => calendar,
  calendarsAt: () => ({ calendar }),
  freezes: () => [],
  templates: (kind) => [(kind === 'incident' ? incidentPolicy : releasePolicy).template.name],
  policyAt: (kind) => (kind === 'incident' ? incidentPolicy : releasePolicy),
  now: t0,
  actor: 'emeka',
};
const read = (kind: ProcessKind, text: ScenarioText): Script => {
  const scenario = readScenario(kind, text, world);
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.faults));
  return scenario.script;
};

const length = (from: number, to: number) => fc.integer({ min: from, max: to }).map((seconds) => `${seconds}s`);
const span = fc
  .tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 3_000 }))
  .map(([from, more]) => `${from}s..${from + more}s`);
const people = Object.keys(directory.people);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const without = (fields: Record<string, unknown>): ScenarioText =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const anIncident = fc
  .record({
    severity,
    services: fc.constantFrom(['payments'], [] as string[]),
    ack: maybe(
      fc.tuple(length(1, 9_000), fc.constantFrom('', ' by giorgos', ' by hana')).map((parts) => parts.join('')),
    ),
    severityAt: fc.array(
      fc.tuple(length(1, 9_000), severity).map(([at, level]) => `${at}=${level}`),
      { maxLength: 2 },
    ),
    updateEvery: maybe(fc.constantFrom('7m', '14m', '25m')),
    snooze: fc.array(
      span.map((one) => `update@${one}`),
      { maxLength: 1 },
    ),
    escalate: fc.array(
      fc.tuple(length(1, 9_000), fc.constantFrom('', '=cto', '=primary')).map((parts) => parts.join('')),
      { maxLength: 1 },
    ),
    handOff: fc.array(
      length(1, 9_000).map((at) => `${at}=hana`),
      { maxLength: 1 },
    ),
    resolve: maybe(length(9_001, 12_000)),
    away: fc.array(span, { maxLength: 1 }),
    absent: fc.subarray(people, { maxLength: 4 }),
    until: fc.constant('8h'),
  })
  .map((fields): [ProcessKind, ScenarioText] => ['incident', without(fields)]);
const aRelease = fc
  .record({
    target: fc.integer({ min: 1, max: 42 }).map((days) => iso(t0 + days * 1440 * minute)),
    severity,
    services: fc.constant(['payments']),
    done: fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom('planning', 'feature-list'))
        .map(([day, what]) => `${day}d=${what}`),
      // At most one entry: a repeated completion leaves no event, so a timeline cannot show it.
      { maxLength: 1 },
    ),
    reschedule: fc.array(
      fc.integer({ min: 1, max: 12 }).map((day) => `${day}d=${day + 9}d`),
      { maxLength: 1 },
    ),
    go: maybe(fc.integer({ min: 1, max: 20 }).map((day) => `${day}d1h`)),
    away: fc.array(
      fc.integer({ min: 1, max: 15 }).map((day) => `${day}d..${day + 2}d`),
      { maxLength: 1 },
    ),
    absent: fc.subarray(people, { maxLength: 4 }),
  })
  .map((fields): [ProcessKind, ScenarioText] => ['release', without(fields)]);
const scenario = fc.oneof({ weight: 3, arbitrary: anIncident }, { weight: 1, arbitrary: aRelease });

test('no rung of a rehearsal fires early or twice in a round, and no message has the key of another', () => {
  fc.assert(
    fc.property(scenario, ([kind, text]) => {
      const { run } = rehearse(read(kind, text));
      const seen = new Set<string>();
      for (const event of run.state.timeline) {
        if (event.type !== 'rungs-fired') continue;
        for (const { deadline, round, rung, nominalAt } of event.rungs) {
          expect(nominalAt).toBeLessThanOrEqual(event.at);
          const key = `${deadline}/${round}/${rung}`;
          expect(seen.has(key)).toBe(false);
          seen.add(key);
        }
      }
      const keys = [...run.sent, ...run.failed].map(({ request }) => request.key);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { numRuns: 200 },
  );
});

test('the agenda tells of each message that got through, once, and pages nobody for the response after an acknowledge', () => {
  fc.assert(
    fc.property(scenario, ([kind, text]) => {
      const script = read(kind, text);
      const { sent, state } = rehearse(script).run;
      const { agenda } = rehearsalAnswer(script);
      const told = agenda.flatMap(({ type, at, recipients }) =>
        recipients.flatMap(({ person, channel }) =>
          channel === undefined ? [] : [`${at} ${type} ${person} ${channel}`],
        ),
      );
      expect([...told].sort()).toEqual(
        sent.map(({ at, request }) => `${iso(at)} ${request.kind} ${request.recipient} ${request.channel}`).sort(),
      );
      let answeredAt: number | undefined;
      for (const event of state.timeline) {
        if (event.type === 'acknowledged' || event.type === 'resolved') answeredAt ??= event.at;
        if (event.type === 'deadline-met' && event.deadline === 'response') answeredAt ??= event.at;
        if (event.type === 'hand-off-expired' || ('asksAnew' in event && event.asksAnew)) answeredAt = undefined;
        if (event.type === 'rungs-fired' && answeredAt !== undefined)
          expect(event.rungs.map(({ deadline }) => deadline)).not.toContain('response');
      }
      expect(agenda.map(({ after }) => after)).toEqual([...agenda.map(({ after }) => after)].sort((a, b) => a - b));
    }),
    { numRuns: 200 },
  );
});

test('the same scenario gives the same rehearsal', () => {
  fc.assert(
    fc.property(scenario, ([kind, text]) => {
      expect(rehearsalAnswer(read(kind, text))).toEqual(rehearsalAnswer(read(kind, text)));
    }),
    { numRuns: 60 },
  );
});

/** Drives the functions of engine.ts by hand, a tick at a time, without the loop of rehearsals. */
function byHand({ input, directory: who, broken, steps, until }: Script) {
  let state = start(input);
  const settleAt = (now: number) => {
    state = settle(state, now);
    for (let effect = state.outbox[0]; effect; effect = state.outbox[0]) {
      const because =
        effect.type === 'send' ? broken.get(`${effect.request.recipient}/${effect.request.channel}`) : undefined;
      state = completeEffect(
        state,
        effect.id,
        effect.type === 'resolve'
          ? { type: 'resolve', result: resolveRecipients(effect.request, who, now) }
          : {
              type: 'send',
              result: because === undefined ? { status: 'delivered', at: now } : { status: 'failed', because },
            },
        now,
      );
    }
  };
  const passTo = (end: number) => {
    for (;;) {
      const next = nextInstant(state);
      if (next === null || next > end) return;
      settleAt(next);
    }
  };
  settleAt(input.at);
  for (const step of steps) {
    if (!('body' in step)) throw new Error('unexpected');
    passTo(step.at - 1); // what comes at the very instant comes first (T3)
    const { at, by, ...order } = step;
    const answer = accept(state, { ...order, actor: actorFacts(by!, who, at), receivedAt: at }, at);
    if (answer.ok) state = answer.state;
    settleAt(step.at);
  }
  passTo(until);
  return state;
}

test('a rehearsal is the engine driven by hand', () => {
  fc.assert(
    fc.property(scenario, ([kind, text]) => {
      const { away: _, ...present } = text;
      const script = read(kind, present);
      const { run, endedAt } = rehearse(script);
      const { state } = run;
      // Steps that depend on the state, replaced by the commands that they became.
      const { steps } = recordedCommands(viewOf(state), timelineOf(state), state.policy, directory, () => ({
        calendar,
      }));
      expect(timelineOf(byHand({ ...script, steps, until: endedAt }))).toEqual(timelineOf(state));
    }),
    { numRuns: 200 },
  );
});
