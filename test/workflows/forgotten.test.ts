/**
 * Workers that remember nothing, as each one does after a restart: what somebody saw of a process
 * stays as it was, and its history goes on replaying.
 */
import { Worker } from '@temporalio/worker';
import type { CommandBody, ProcessCommandName } from '../../src/domain';
import { dataConverter } from '../../src/data-converter';
import { sharedBundle } from '../support/env';
import { Bench, type Live } from './live';

jest.setTimeout(60_000);
let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

async function replay(id: string): Promise<void> {
  const history = await bench.harness.env.client.workflow.getHandle(id).fetchHistory();
  await Worker.runReplayHistory(
    { workflowBundle: sharedBundle(), dataConverter: dataConverter('worker') },
    history,
    id,
  );
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
    await bench.harness.restart();
    await incident.ask(command as ProcessCommandName, body);
    expect((await told(incident)).slice(0, before.length)).toEqual(before);
    await incident.until('20m');
    const later = await told(incident);
    expect(later.slice(0, before.length)).toEqual(before);
    await bench.harness.restart();
    await incident.ask('comment', { text: 'and on' });
    expect((await told(incident)).slice(0, later.length)).toEqual(later);
    await replay(incident.handle.workflowId);
  },
);
