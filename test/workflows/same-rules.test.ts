/**
 * The workflow and a plain loop over the pure rules tell the same story: a rehearsal shows what
 * happens.
 */
import { readScenario } from '../../src/config/scenarios/scenario';
import type { ScenarioText } from '../../src/contracts/rehearsal-fields';
import { present } from '../support/clock';
import { actorOf, directory, Story } from '../support/story';
import { calendarOfToday } from '../support/moved-calendar';
import { incidentPolicy, releasePolicy } from '../support/policy';
import {
  recordedCommands,
  rehearse,
  timelineOf,
  viewOf,
  type CommandBody,
  type CompiledCalendar,
  type Policy,
  type ProcessCommandName,
  type ProcessKind,
  type StartInput,
  type TimelineEntry,
} from '../../src/domain';
import { Bench, type Live } from './live';
import { iso, workdayAfter } from './times';
import type { ScenarioWorld } from '../../src/config/scenarios/faults';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

/**
 * A real calendar with working days, holidays and clock changes, around the same day in every run.
 */
let calendar: CompiledCalendar;
beforeEach(() => (calendar = calendarOfToday()));
const policy = (kind: ProcessKind): Policy => ({
  ...(kind === 'incident' ? incidentPolicy : releasePolicy),
  calendar,
});

type Step = {
  [N in ProcessCommandName]: readonly [after: string, name: N, body: CommandBody<N>, by?: string];
}[ProcessCommandName];

/**
 * One event in words, and apart from them its instants (ms after the beginning): when it happened,
 * and the instants for which its rungs were meant.
 */
interface Told {
  readonly words: string;
  readonly at: readonly number[];
}
function toldOf(timeline: readonly TimelineEntry[], from: number): Told[] {
  return timeline.map((event) => {
    const rungs = (event['rungs'] ?? []) as { deadline: string; rung: string; mode: string; nominalAt: string }[];
    const fields = ['people', 'to', 'channel', 'kind', 'deadline', 'items', 'phase', 'changes'];
    return {
      words: [
        `${event.type} by ${event.by}`,
        ...(Array.isArray(rungs) ? rungs : []).map(({ deadline, rung, mode }) => `${deadline}/${rung} ${mode}`),
        ...fields.map((field) => JSON.stringify(event[field]) ?? '-'),
      ].join(' '),
      at: [event.at, ...rungs.flatMap(({ nominalAt }) => nominalAt ?? [])].map((at) => Date.parse(at) - from),
    };
  });
}

/** A real server fires some milliseconds after the instant, and more on a busy machine. */
const slackMs = 5_000;

/**
 * `real` as lines in order. Each line has the instants of the event of `pure` with the same words
 * at nearly the same time.
 */
function linesLike(real: readonly Told[], pure: readonly Told[]): string[] {
  const left = [...pure];
  const isTwin = (one: Told, other: Told) =>
    one.words === other.words && one.at.every((at, index) => Math.abs(at - other.at[index]!) <= slackMs);
  return linesOf(
    real.map((event) => {
      const index = left.findIndex((other) => isTwin(event, other));
      return index === -1 ? event : left.splice(index, 1)[0]!;
    }),
  );
}
/**
 * Messages of one look-up leave side by side, so the order of their confirmations means nothing.
 */
function linesOf(told: readonly Told[]): string[] {
  return [...told]
    .sort((a, b) => a.at[0]! - b.at[0]! || (a.words < b.words ? -1 : 1))
    .map(({ words, at }) => `${at.join(' ')} ${words}`);
}

async function both(input: StartInput, live: Live, steps: readonly Step[], end: string): Promise<[string[], string[]]> {
  const story = new Story(input);
  for (const [after, name, body, by] of steps) {
    story.at(after, name, body, by);
    await live.at(after, name, body, by);
  }
  story.until(end);
  await live.until(end);
  const pure = toldOf(timelineOf(story.state), story.state.beganAt);
  return [linesLike(toldOf(await live.timeline(), live.beganAt), pure), linesOf(pure)];
}

test('an incident that nobody answers', async () => {
  const live = await bench.incident({}, { policy: policy('incident') });
  const [real, pure] = await both(
    {
      kind: 'incident',
      id: live.id,
      at: live.beganAt,
      actor: actorOf('emeka'),
      policy: policy('incident'),
      body: { title: 'Checkout is down', severity: 'P0', services: ['payments'] },
    },
    live,
    [],
    '45m30s',
  );
  expect(real).toEqual(pure);
});

test('an incident with an acknowledge, a change of severity, updates, a snooze, a hand-off and a resolution', async () => {
  const live = await bench.incident({}, { policy: policy('incident') });
  const until = iso(live.beganAt + 40 * 60_000);
  const steps: Step[] = [
    ['2m30s', 'acknowledge', { note: 'mine' }],
    ['6m30s', 'set-severity', { severity: 'P1', reason: 'not all users' }],
    ['12m30s', 'post-update', { text: 'traffic moved', actions: ['failing over'] }],
    ['30m30s', 'snooze', { deadline: 'update', until, reason: 'vendor call' }],
    ['50m30s', 'hand-off', { to: 'giorgos', note: 'shift ends' }],
    ['70m30s', 'acknowledge', {}, 'giorgos'],
    ['80m30s', 'resolve', { summary: 'fixed' }],
  ];
  const [real, pure] = await both(
    {
      kind: 'incident',
      id: live.id,
      at: live.beganAt,
      actor: actorOf('emeka'),
      policy: policy('incident'),
      body: { title: 'Checkout is down', severity: 'P0', services: ['payments'] },
    },
    live,
    steps,
    '52h30s',
  );
  expect(real).toEqual(pure);
});

test('a release that is rescheduled and runs late', async () => {
  const targetAt = iso(workdayAfter(calendar, present(), 21));
  const live = await bench.release(targetAt, {}, { policy: policy('release') });
  const steps: Step[] = [
    ['2d1h', 'complete-items', { items: ['feature-list'] }, 'jonas'],
    ['4d1h', 'reschedule', { targetAt: iso(workdayAfter(calendar, present(), 28)), reason: 'freeze' }, 'jonas'],
    ['10d1h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ingrid'],
  ];
  const [real, pure] = await both(
    {
      kind: 'release',
      id: live.id,
      at: live.beganAt,
      actor: actorOf('jonas'),
      policy: policy('release'),
      body: { title: '2.14', services: ['payments'], targetAt },
    },
    live,
    steps,
    '25d1h',
  );
  expect(real).toEqual(pure);
});

// --- A rehearsal shows what happens --------------------------------------------------------------

/**
 * Moments lie half a minute beside the rungs, because a real server acts some milliseconds after
 * the instant.
 */
const scenarios: readonly (readonly [name: string, kind: ProcessKind, text: ScenarioText, until: string])[] = [
  ['nobody answers a P1', 'incident', { severity: 'P1', services: ['payments'], nobody: true }, '3h30s'],
  [
    'a late answer, updates that come late, a resolution',
    'incident',
    { severity: 'P0', services: ['payments'], ack: '7m30s by giorgos', updateEvery: '20m', resolve: '70m30s' },
    '80m',
  ],
  [
    'raised to P0 while the page rings',
    'incident',
    { severity: 'P2', services: ['payments'], severityAt: ['20m30s=P0'], ack: '28m30s' },
    '90m30s',
  ],
  [
    'lowered to P3 in working hours',
    'incident',
    { severity: 'P1', services: ['payments'], severityAt: ['5m30s=P3'], ack: '50m30s by fatima' },
    '5h30s',
  ],
  [
    'an update snoozed, the status going forth',
    'incident',
    {
      severity: 'P0',
      ack: '2m30s',
      snooze: ['update@13m30s..24m30s'],
      statusAt: ['10m30s=identified', '30m30s=monitoring'],
    },
    '60m30s',
  ],
  [
    'handed off, and nobody takes it',
    'incident',
    { severity: 'P0', services: ['payments'], ack: '1m30s', handOff: ['20m30s=giorgos'] },
    '70m30s',
  ],
  [
    'raised by somebody else, and answered by whoever has it',
    'incident',
    {
      severity: 'P2',
      services: ['payments'],
      ack: '2m30s by giorgos',
      severityAt: ['20m30s=P0 by fatima'],
      updateEvery: '20m',
    },
    '40m30s',
  ],
  [
    'called by hand, and not reached',
    'incident',
    { severity: 'P1', services: ['payments'], ack: '1m30s', escalate: ['10m30s=bruno by fatima'], absent: ['bruno'] },
    '12m30s',
  ],
  [
    'resolved, and not over',
    'incident',
    { severity: 'P0', services: ['payments'], ack: '2m30s', resolve: '30m30s', reopen: ['50m30s'] },
    '103m',
  ],
  [
    'roles, facts and an action item, and then a false alarm',
    'incident',
    {
      severity: 'P1',
      services: ['payments'],
      by: 'giorgos',
      ack: '2m30s',
      assign: ['4m30s=ana as technical-lead', '6m30s=nobody as technical-lead'],
      impact: ['5m30s=customer-facing'],
      update: ['12m30s=public'],
      skip: ['13m30s=dashboards-checked'],
      action: ['15m30s=nadia due 3d'],
      cancel: '20m30s because false alarm by hana',
    },
    '40m30s',
  ],
  [
    'the primary and the executives cannot be reached',
    'incident',
    { severity: 'P0', services: ['payments'], absent: ['fatima', 'ana', 'hana'], escalate: ['8m30s=cto'] },
    '40m30s',
  ],
  [
    'a release that nobody prepares',
    'release',
    { services: ['payments'], target: 'workday+14', nobody: true },
    '24d1h30s',
  ],
  [
    'a release prepared, moved, approved again and deployed',
    'release',
    {
      services: ['payments'],
      target: 'workday+14',
      done: ['1d30s=planning'],
      go: '9d1h30s',
      reschedule: ['3d30s=workday+21'],
      deploy: '28d1h30s=early',
      deployed: '28d2h30s',
    },
    '32d1h30s',
  ],
];

test.each(scenarios)('a rehearsal is what happens: %s', async (_name, kind, text, until) => {
  const isIncident = kind === 'incident';
  const absent = (text.absent ?? []) as readonly string[];
  bench.channel = ({ recipient }) =>
    Promise.resolve(
      absent.includes(recipient)
        ? { status: 'failed', because: `${directory.people[recipient]!.name} is absent` }
        : { status: 'delivered', at: present() },
    );
  const world = (now: number): ScenarioWorld => ({
    directoryAt: () => directory,
    channels: ['inbox'],
    calendarAt: () => calendar,
    calendarsAt: () => ({ calendar }),
    freezes: () => [],
    templates: (kind) => [(kind === 'incident' ? incidentPolicy : releasePolicy).template.name],
    policyAt: () => policy(kind),
    now,
    actor: isIncident ? 'emeka' : 'jonas',
  });
  // Targets on a working day.
  const dated = (value: string) =>
    value.replace(/workday\+(\d+)/g, (_, days: string) => iso(workdayAfter(calendar, present(), Number(days))));
  const fields = Object.fromEntries(
    Object.entries(text).map(([field, value]) => [
      field,
      typeof value === 'string' ? dated(value) : Array.isArray(value) ? value.map(dated) : value,
    ]),
  ) as ScenarioText;
  const scenario: ScenarioText = { ...fields, title: isIncident ? 'Checkout is down' : '2.14', until };
  const bodyAt = (now: number) => {
    const found = readScenario(kind, scenario, world(now));
    if (!found.ok) throw new Error(JSON.stringify(found.faults));
    return found.script;
  };
  const { body } = bodyAt(present()).input;
  const live = isIncident
    ? await bench.incident(body, { policy: policy(kind) })
    : await bench.release(fields.target as string, body, { policy: policy(kind) });
  const { state } = rehearse(bodyAt(live.beganAt)).run;
  // The commands of the rehearsal, given to the real process at the same moments.
  const { steps } = recordedCommands(viewOf(state), timelineOf(state), state.policy, directory, () => ({ calendar }));
  for (const step of steps) {
    if (!('body' in step)) throw new Error('unexpected');
    await live.at(`${(step.at - live.beganAt) / 1000}s`, step.name, step.body, step.by);
  }
  await live.until(until);
  const pure = toldOf(timelineOf(state), state.beganAt);
  expect(linesLike(toldOf(await live.timeline(), live.beganAt), pure)).toEqual(linesOf(pure));
});
