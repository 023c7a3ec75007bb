/** T3 and T4 in real seconds: no worker runs while rungs pass and people answer. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Policy } from '../../src/domain';
import { present } from '../support/clock';
import { startHarness } from '../support/env';
import { incidentPolicy } from '../support/policy';
import { Bench } from './live';

/**
 * With a response time of one second, P0 has rungs at 0, 0.6, 1 and 2 s, and repeats each second.
 */
const hasty: Policy = {
  ...incidentPolicy,
  severities: {
    ...incidentPolicy.severities,
    P0: { ...incidentPolicy.severities['P0']!, response: { n: 1_000, unit: 'ms' } },
  },
};

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

async function whileAway(action: () => Promise<void>): Promise<void> {
  const { taskQueue } = bench.harness;
  await bench.harness.stop();
  const witness = await startHarness({ taskQueue: `idle-${taskQueue}`, activities: {} });
  bench.harness = { ...witness, taskQueue };
  await action();
  await witness.stop();
  bench.harness = await startHarness({ taskQueue, activities: bench.activities() });
}

test('three rungs that passed while no worker was there become one notification each person, which names them and how late', async () => {
  const policy = {
    ...hasty,
    severities: {
      ...hasty.severities,
      P0: { ...hasty.severities['P0']!, response: { n: 3_000, unit: 'ms' as const } },
    },
  };
  let id = '';
  let beganAt = 0;
  await whileAway(async () => {
    const incident = await bench.incident({}, { policy });
    id = incident.id;
    beganAt = incident.beganAt;
    await wait(3_300); // rungs at 0, 1.8 and 3 s
  });
  const incident = bench.follow(id, beganAt);
  const fired = await incident.eventually(async () => {
    const found = (await incident.timeline()).filter(({ type }) => type === 'rungs-fired');
    return found.length >= 1 && found;
  });
  const first = (fired as unknown as { rungs: { deadline: string; rung: string; late: number }[] }[])[0]!;
  const response = first.rungs.filter(({ deadline }) => deadline === 'response');
  // On a slow machine the time of rung 4 may have come too.
  expect(response.map(({ rung }) => rung).slice(0, 3)).toEqual(['1', '2', '3']);
  expect(response[0]!.late).toBeGreaterThanOrEqual(3_300);
  // On a slow machine rung 4 may have fired meanwhile.
  const ofThem = async () =>
    (await incident.deliveries()).filter(({ kind, rung }) => kind === 'page' && ['1', '2', '3'].includes(rung ?? ''));
  await incident.eventually(async () => (await ofThem()).length >= 6);
  const pages = await ofThem();
  expect(pages.map(({ recipient }) => recipient).sort()).toEqual([
    'ana',
    'bruno',
    'chiara',
    'fatima',
    'giorgos',
    'hana',
  ]);
});

test('an acknowledge sent as a Signal while no worker was there stops the rungs that passed meanwhile; the miss before it stays on record', async () => {
  let id = '';
  let beganAt = 0;
  await whileAway(async () => {
    const incident = await bench.incident({}, { policy: hasty });
    id = incident.id;
    beganAt = incident.beganAt;
    await wait(1_300);
    await incident.signal('acknowledge', {}, 'fatima', { receivedAt: present() });
    await wait(1_000);
  });
  const incident = bench.follow(id, beganAt);
  const view = await incident.view();
  const response = view.deadlines.find((deadline) => deadline.id === 'response')!;
  expect(Date.parse(response.missedAt!)).toBe(beganAt + 1_000);
  expect(Date.parse(view.acknowledgedAt!)).toBeGreaterThanOrEqual(beganAt + 1_300);
  expect(Date.parse(view.acknowledgedAt!)).toBeLessThan(beganAt + 2_000);
  const rungs = (await incident.timeline())
    .filter(({ type }) => type === 'rungs-fired')
    .flatMap((event) => event['rungs'] as { deadline: string }[]);
  expect(rungs.filter(({ deadline }) => deadline === 'response')).toEqual([]);
});

test('signals that waited for a worker are applied in the order in which they came; one under a name of Temporal does no harm', async () => {
  let id = '';
  let beganAt = 0;
  await whileAway(async () => {
    const incident = await bench.incident();
    id = incident.id;
    beganAt = incident.beganAt;
    const { connection, namespace } = bench.harness.env;
    const surprise = (signalName: string) =>
      connection.workflowService.signalWorkflowExecution({
        namespace: namespace ?? 'default',
        workflowExecution: { workflowId: id },
        signalName,
      });
    await surprise('__temporal_surprise');
    await incident.signal('set-severity', { severity: 'P1', reason: 'some users' });
    await surprise('__stack_trace');
    await incident.signal('comment', { text: 'first' });
    await surprise('__temporal_again');
    await incident.signal('acknowledge', {});
    await incident.signal('comment', { text: 'second' });
  });
  const incident = bench.follow(id, beganAt);
  const mine = async () => (await incident.timeline()).filter(({ by }) => by === 'fatima').map(({ type }) => type);
  expect(await mine()).toEqual(['severity-changed', 'commented', 'acknowledged', 'role-assigned', 'commented']);
  // The same while the workflow runs.
  await bench.harness.env.connection.workflowService.signalWorkflowExecution({
    namespace: bench.harness.env.namespace ?? 'default',
    workflowExecution: { workflowId: id },
    signalName: '__temporal_surprise',
  });
  expect((await incident.ask('comment', { text: 'third' })).id).toBe(id);
});
