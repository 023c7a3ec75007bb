/**
 * In any order, doubled and late, while effects are slow, their answers are lost and runs hand
 * over: what docs/alerts.md promises of it ("In any order"), by the intake and the incidents
 * together.
 */
import fc from 'fast-check';
import type { RuledAlert } from '../../../src/domain';
import { alert, opens } from '../../support/alert-desk';
import { AlertWorld, smooth, type Chances } from '../../support/alert-world';
import { directory } from '../../support/story';
import { hour, incidentPolicy, minute, t0 } from '../../support/policy';

const two = {
  ...directory,
  teams: {
    ...directory.teams,
    search: { primary: 'nadia', secondary: 'mateo', 'escalation-manager': 'hana' },
  },
  services: { ...directory.services, search: { team: 'search' } },
};

/** One episode of one alert, as its sender knows it. */
interface Told {
  readonly key: string;
  readonly number: number;
  readonly level: string;
  readonly ends: boolean;
}
const services: Readonly<Record<string, string>> = { a: 'payments', b: 'payments', c: 'search', d: 'search' };
const startOf = ({ number }: Told) => t0 - hour + number * minute;
const aboutOf = ({ key, number, level }: Told): Partial<RuledAlert> => ({
  key,
  title: `${key} is high`,
  startsAt: t0 - hour + number * minute,
  ruling: { ...opens, title: `${services[key]} is ill`, service: services[key]!, severity: level },
});
const begins = (told: Told) => alert('firing', aboutOf(told));
const ends = (told: Told) => alert('resolved', { ...aboutOf(told), endsAt: startOf(told) + 30_000 });

/** Up to three episodes of each of four alerts; the last of each may go on. */
const story = (level: fc.Arbitrary<string>): fc.Arbitrary<Told[]> =>
  fc
    .tuple(
      ...Object.keys(services).map((key) =>
        fc.record({
          key: fc.constant(key),
          count: fc.nat(3),
          goesOn: fc.boolean(),
          levels: fc.array(level, { minLength: 3, maxLength: 3 }),
        }),
      ),
    )
    .map((alerts) =>
      alerts.flatMap(({ key, count, goesOn, levels }) =>
        Array.from({ length: count }, (_, index) => ({
          key,
          number: index + 1,
          level: levels[index]!,
          ends: !(goesOn && index === count - 1),
        })),
      ),
    );

/** What happens to one message on its way. */
interface Sent {
  readonly says: 'firing' | 'resolved';
  readonly told: Told;
  readonly message: RuledAlert;
}
const messagesOf = (told: readonly Told[]): Sent[] =>
  told.flatMap((one) => [
    { says: 'firing' as const, told: one, message: begins(one) },
    ...(one.ends ? [{ says: 'resolved' as const, told: one, message: ends(one) }] : []),
  ]);

const mishaps: fc.Arbitrary<Chances> = fc
  .record({ quick: fc.array(fc.boolean()), lost: fc.array(fc.boolean()), handed: fc.array(fc.boolean()) })
  .map(({ quick, lost, handed }) => {
    const from = (list: boolean[], after: boolean) => {
      let index = 0;
      return () => list[index++] ?? after;
    };
    return { isQuick: from(quick, true), isLost: from(lost, false), handsOver: from(handed, false) };
  });

/** In any order, each message once or twice, with a pause before each. */
const anyWay = (sent: readonly Sent[], mostPauseMs: number) =>
  fc.tuple(
    fc
      .shuffledSubarray([...sent, ...sent], { minLength: sent.length })
      .map((some) => [...some, ...sent.filter((one) => !some.includes(one))]),
    fc.array(fc.nat(mostPauseMs), { minLength: sent.length * 2, maxLength: sent.length * 2 }),
  );

function played(way: readonly Sent[], pauses: readonly number[], chances: Chances): AlertWorld {
  const world = new AlertWorld(chances, incidentPolicy, two);
  way.forEach(({ message }, index) => world.take({ source: 'am', alerts: [message], groups: [] }, pauses[index]));
  world.rest();
  return world;
}
const isOpen = ({ state }: AlertWorld['incidents'][number]) => !['resolved', 'closed'].includes(state.lifecycle.status);
const alertsIn = (one: AlertWorld['incidents'][number]) =>
  one.state.kind === 'incident' ? (one.state.alerts?.known ?? []) : [];

test('each alert is known as its last episode is, and what fires is in the one open incident of its service', () => {
  fc.assert(
    fc.property(
      story(fc.constantFrom('P0', 'P1', 'P2')).chain((told) =>
        fc.tuple(fc.constant(told), anyWay(messagesOf(told), 4 * minute), mishaps),
      ),
      ([told, [way, pauses], chances]) => {
        const world = played(way, pauses, chances);
        for (const key of Object.keys(services)) {
          const last = told.findLast((one) => one.key === key);
          const known = world.state.episodes[`am/${key}`];
          if (last === undefined) {
            expect(known).toBeUndefined();
            continue;
          }
          expect([key, known?.endedAt === undefined]).toEqual([key, !last.ends]);
          const open = world.incidents.filter((one) => isOpen(one) && one.state.services.includes(services[key]!));
          expect(open.length).toBeLessThanOrEqual(1);
          const firing = open.flatMap(alertsIn).filter(({ id, state }) => id === `am/${key}` && state === 'firing');
          expect([key, firing.length]).toEqual([key, last.ends ? 0 : 1]);
        }
      },
    ),
    { numRuns: 300 },
  );
});

// An end that overtakes its beginning keeps everybody asleep, and one that comes after the incident
// has resolved begins another: both are meant, and neither is here.
const recipientsOf = (world: AlertWorld) =>
  [
    ...new Set(
      world.incidents.flatMap(({ sent, state }) =>
        sent.map(({ request }) => `${state.services.join()} ${request.kind} ${request.recipient}`),
      ),
    ),
  ].sort();
const incidentsOf = (world: AlertWorld) =>
  world.incidents
    .map((one) => ({
      services: one.state.services,
      severity: one.state.severity,
      status: one.state.lifecycle.status,
      title: one.state.title,
      alerts: alertsIn(one)
        .map(({ id, state }) => `${id} ${state}`)
        .sort(),
    }))
    .sort((a, b) => (a.services.join() < b.services.join() ? -1 : 1));

/** In the order of the senders' clocks, each once, without a mishap. */
function inOrder(told: readonly Told[]): AlertWorld {
  const way = messagesOf(told).sort((a, b) => timeOf(a) - timeOf(b));
  return played(
    way,
    way.map(() => 1_000),
    smooth,
  );
}
const timeOf = ({ says, told }: Sent) => startOf(told) + (says === 'resolved' ? 30_000 : 0);

test('beginnings before their ends: the same incidents, and the same people told', () => {
  fc.assert(
    fc.property(
      story(fc.constant('P1')).chain((told) => fc.tuple(fc.constant(told), anyWay(messagesOf(told), 2_000), mishaps)),
      ([told, [way, pauses], chances]) => {
        const expected = inOrder(told);
        const world = played(withBeginnings(way), pauses, chances);
        for (const one of [expected, world]) one.pass(t0 + 3 * hour);
        for (const one of [expected, world]) one.rest();
        expect(incidentsOf(world)).toEqual(incidentsOf(expected));
        expect(recipientsOf(world)).toEqual(recipientsOf(expected));
      },
    ),
    { numRuns: 200 },
  );
});

test('of different levels: each incident ends up at the worst of them', () => {
  fc.assert(
    fc.property(
      story(fc.constantFrom('P0', 'P1', 'P2', 'P3')).chain((told) =>
        fc.tuple(fc.constant(told), anyWay(messagesOf(told), 2_000), mishaps),
      ),
      ([told, [way, pauses], chances]) => {
        // One level for each alert: what it says last counts, and what is said last depends on the
        // order.
        const same = (one: Told) => ({ ...one, level: told.find(({ key }) => key === one.key)!.level });
        const levelled = way.map(({ says, told: one }) => ({
          says,
          told: one,
          message: says === 'firing' ? begins(same(one)) : ends(same(one)),
        }));
        const world = played(withBeginnings(levelled), pauses, chances);
        const worst = (service: string) =>
          told
            .filter(({ key }) => services[key] === service)
            .map((one) => same(one).level)
            .sort()[0];
        for (const { state } of world.incidents)
          expect([state.services, state.severity]).toEqual([state.services, worst(state.services[0]!)]);
      },
    ),
    { numRuns: 200 },
  );
});

/** The same, but no end comes before the beginning of its own episode. */
function withBeginnings(way: readonly Sent[]): Sent[] {
  const begun = new Set<Told>();
  const kept: Sent[] = [];
  const early = new Set<Sent>();
  for (const one of way) {
    if (one.says === 'firing') {
      kept.push(one);
      begun.add(one.told);
      for (const end of early)
        if (end.told === one.told) {
          kept.push(end);
          early.delete(end);
        }
    } else if (begun.has(one.told)) kept.push(one);
    else early.add(one);
  }
  return kept;
}
