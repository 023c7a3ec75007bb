/** The workflow and a plain loop over the pure rules tell the same story: what a rehearsal shows is what happens. */
import { Story } from '../support/story';
import { actorOf } from '../support/story';
import { incidentPolicy, releasePolicy } from '../support/policy';
import {
  timelineOf,
  type CommandBody,
  type ProcessCommandName,
  type StartInput,
  type TimelineEntry,
} from '../../src/domain';
import { Bench, type Live } from './live';
import { iso, localNine } from './times';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

type Step = {
  [N in ProcessCommandName]: readonly [after: string, name: N, body: CommandBody<N>, by?: string];
}[ProcessCommandName];

/** What was so and when it was due, without the moment at which a machine got round to it. */
function comparable(timeline: readonly TimelineEntry[], from: number): string[] {
  return timeline.map((event) => {
    const rungs = (
      event['rungs'] as { deadline: string; rung: string; mode: string; nominalAt: string }[] | undefined
    )?.map(({ deadline, rung, mode, nominalAt }) => `${deadline}/${rung} ${mode} ${seconds(nominalAt)}`);
    const told = [
      event['people'],
      event['to'],
      event['channel'],
      event['kind'],
      event['deadline'],
      event['items'],
      event['phase'],
      event['changes'],
    ]
      .map((field) => JSON.stringify(field) ?? '-')
      .join(' ');
    return `${seconds(event.at)} ${event.type} by ${event.by} ${rungs?.join(', ') ?? ''} ${told}`;
  });
  // Half a second of slack: a real server fires some milliseconds after the instant.
  function seconds(at: string): number {
    return Math.floor((Date.parse(at) - from) / 1_000);
  }
}
/** Messages of one look-up leave side by side; in which order they are confirmed says nothing. */
function settled(lines: string[]): string[] {
  return [...lines].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1));
}

async function both(input: StartInput, live: Live, steps: readonly Step[], end: string): Promise<[string[], string[]]> {
  const story = new Story(input);
  for (const [after, name, body, by] of steps) {
    story.at(after, name, body, by);
    await live.at(after, name, body, by);
  }
  story.until(end);
  await live.until(end);
  return [
    settled(comparable(await live.timeline(), live.beganAt)),
    settled(comparable(timelineOf(story.state), story.state.beganAt)),
  ];
}

test('an incident that nobody answers', async () => {
  const live = await bench.incident();
  const [real, pure] = await both(
    {
      kind: 'incident',
      id: live.id,
      at: live.beganAt,
      actor: actorOf('emeka'),
      policy: incidentPolicy,
      body: { title: 'Checkout is down', severity: 'P0', services: ['payments'] },
    },
    live,
    [],
    '45m30s',
  );
  expect(real).toEqual(pure);
});

test('an incident with an acknowledge, a change of severity, updates, a snooze, a hand-off and a resolution', async () => {
  const live = await bench.incident();
  const until = iso(live.beganAt + 40 * 60_000);
  const steps: Step[] = [
    ['2m30s', 'acknowledge', { note: 'mine' }],
    ['6m30s', 'set-severity', { severity: 'P1', reason: 'not all users' }],
    ['12m30s', 'post-update', { text: 'traffic moved', actions: ['failing over'] }],
    ['30m30s', 'snooze', { deadline: 'update', until, reason: 'vendor call' }],
    ['50m30s', 'escalate', { reason: 'shift ends', handOff: true }],
    ['70m30s', 'acknowledge', {}, 'giorgos'],
    ['80m30s', 'resolve', { summary: 'fixed' }],
  ];
  const [real, pure] = await both(
    {
      kind: 'incident',
      id: live.id,
      at: live.beganAt,
      actor: actorOf('emeka'),
      policy: incidentPolicy,
      body: { title: 'Checkout is down', severity: 'P0', services: ['payments'] },
    },
    live,
    steps,
    '52h30s',
  );
  expect(real).toEqual(pure);
});

test('a release that is rescheduled and runs late', async () => {
  const targetAt = iso(localNine(21));
  const live = await bench.release(targetAt);
  const steps: Step[] = [
    ['2d1h', 'complete-items', { items: ['feature-list'] }, 'jonas'],
    ['4d1h', 'reschedule', { targetAt: iso(localNine(28)), reason: 'freeze' }, 'jonas'],
    ['10d1h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ingrid'],
  ];
  const [real, pure] = await both(
    {
      kind: 'release',
      id: live.id,
      at: live.beganAt,
      actor: actorOf('jonas'),
      policy: releasePolicy,
      body: { title: '2.14', services: ['payments'], targetAt },
    },
    live,
    steps,
    '25d1h',
  );
  expect(real).toEqual(pure);
});
