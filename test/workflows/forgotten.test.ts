/**
 * Workers that remember nothing, as each one does after a restart: what somebody saw of a process
 * stays as it was, and its history goes on replaying.
 */
import { Worker } from '@temporalio/worker';
import type { CommandBody, ProcessCommandName } from '../../src/domain';
import { keptApart } from '../../src/api/temporal/apart';
import { dataConverter } from '../../src/data-converter';
import { sharedBundle } from '../support/env';
import { Bench, type Live } from './live';

jest.setTimeout(60_000);
let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

/** Another worker takes the place of this one, and is asked at once. */
async function restart(workflowId: string): Promise<void> {
  await bench.harness.restart();
  // Else the server waits for the worker that is gone, up to 10 s.
  const { workflowService, options } = bench.harness.env.client;
  await workflowService.resetStickyTaskQueue({ namespace: options.namespace, execution: { workflowId } });
}

async function replay(id: string): Promise<void> {
  const history = await bench.harness.env.client.workflow.getHandle(id).fetchHistory();
  await Worker.runReplayHistory(
    { workflowBundle: sharedBundle(), dataConverter: dataConverter('worker') },
    history,
    id,
  );
}

/** Gives the command as the API does: once more under its key when no worker answers in time. */
async function give<N extends ProcessCommandName>(incident: Live, name: N, body: CommandBody<N>): Promise<void> {
  const once = () =>
    keptApart(incident.handle, () => incident.ask(name, body, 'fatima', {}, `${name}/${JSON.stringify(body)}`));
  await once().catch(once);
}

/**
 * The timeline without its instants: those of what a local activity answered are some ms earlier in
 * a replay.
 */
const told = async (incident: Live) => (await incident.timeline()).map(({ at: _, ...entry }) => entry);

const orders: { [N in ProcessCommandName]?: CommandBody<N> } = {
  acknowledge: {},
  comment: { text: 'looking' },
  'set-severity': { severity: 'P1', reason: 'some users' },
  resolve: {},
};
test.each(Object.entries(orders))(
  'what was delivered before a restart stands before the %s after it, also after another restart',
  async (command, body) => {
    const incident = await bench.incident();
    await incident.eventually(async () => (await incident.deliveries()).length === 2);
    const before = await told(incident);
    await restart(incident.id);
    await give(incident, command as ProcessCommandName, body);
    expect((await told(incident)).slice(0, before.length)).toEqual(before);
    await incident.until('20m');
    const later = await told(incident);
    expect(later.slice(0, before.length)).toEqual(before);
    await restart(incident.id);
    await give(incident, 'comment', { text: 'and on' });
    expect((await told(incident)).slice(0, later.length)).toEqual(later);
    await replay(incident.handle.workflowId);
  },
);
