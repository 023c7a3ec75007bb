/** Histories outlive keys: which list of payload keys reads what was written under another list. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { dataConverter } from '../../src/data-converter';
import { sealingBundle } from '../../src/worker';
import { quietRuntime, sharedBundle } from '../support/env';
import { keysOf } from '../support/payload-keys';
import { Bench } from '../workflows/live';
import { stories } from './stories';

jest.setTimeout(60_000);
beforeAll(quietRuntime);

const folder = join(__dirname, 'histories');
const recorded = readdirSync(folder).filter((file) => file.endsWith('.json'));
interface Started {
  events: [{ workflowExecutionStartedEventAttributes: { workflowId: string } }];
}
const replay = (history: string, ...ids: [string, ...string[]]) => {
  const workflowBundle = sealingBundle(sharedBundle());
  const parsed = JSON.parse(history) as Started;
  const { workflowId } = parsed.events[0].workflowExecutionStartedEventAttributes;
  return Worker.runReplayHistory(
    { workflowBundle, dataConverter: dataConverter('worker', keysOf(...ids)) },
    parsed,
    workflowId,
  );
};

test.each([
  'incident-worked-on-and-closed',
  'incident-with-failing-channel',
  'alert-intake',
  'change-log',
  'on-call-overrides',
])('%s, written under k1, replays with every list that has k1, and is held back without', async (story) => {
  const bench = await Bench.open(keysOf('k1'));
  const id = await stories[story]!(bench);
  const history = historyToJSON(await bench.harness.env.client.workflow.getHandle(id).fetchHistory());
  await bench.close();
  await replay(history, 'k1');
  await replay(history, 'k2', 'k1');
  await replay(history, 'plain', 'k1');
  await expect(replay(history, 'k2')).rejects.toThrow();
  await expect(replay(history, 'plain')).rejects.toThrow();
});

test.each(recorded)('%s, written before there were keys, replays while plain is in the list', async (file) => {
  await replay(readFileSync(join(folder, file), 'utf8'), 'k1', 'plain');
});

test.each(['incident-nobody-answers.json', 'incident-handed-over.json', 'id-allocator.json'])(
  '%s, written before there were keys, is held back when plain is taken out',
  async (file) => {
    await expect(replay(readFileSync(join(folder, file), 'utf8'), 'k1')).rejects.toThrow();
  },
);

test.each([
  ['k1', false],
  ['plain', true],
])(
  'under %s, errors of activities and of workflow code stand in the history as plain text: %s',
  async (id, isPlain) => {
    const bench = await Bench.open(keysOf(id));
    const { client } = bench.harness.env;
    const tried = await stories['incident-whose-page-is-called-off']!(bench);
    const { workflowId } = await client.workflow.start('incident', {
      workflowId: `INC-${randomUUID()}`,
      taskQueue: bench.harness.taskQueue,
      args: [{ kind: 'incident' }],
    });
    // Whoever has the key reads the error as it was.
    await expect(client.workflow.getHandle(workflowId).result()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('this cannot start the incident') as string },
    });
    const [ofActivity, ofWorkflow] = await Promise.all(
      [tried, workflowId].map(async (it) => historyToJSON(await client.workflow.getHandle(it).fetchHistory())),
    );
    await bench.close();
    expect(ofActivity!.includes('answered 503')).toBe(isPlain);
    expect(ofWorkflow!.includes('this cannot start')).toBe(isPlain);
  },
);

/**
 * The history of an incident that gets two Signals which are not encrypted, and whether they
 * counted.
 */
async function signalledByStranger(...ids: [string, ...string[]]) {
  const bench = await Bench.open(keysOf(...ids));
  const incident = await bench.incident();
  const { client, connection } = bench.harness.env;
  const stranger = new Client({ connection, dataConverter: dataConverter('client') }).workflow.getHandle(incident.id);
  const actor = { person: 'fatima', known: true };
  await incident.signal('comment', { text: 'encrypted' });
  await stranger.signal('comment', { actor, body: { text: 'plain' } });
  await incident.ask('comment', { text: 'between' });
  await stranger.signal('acknowledge', { actor, body: {} });
  await incident.until('20m');
  const counted = { acknowledged: (await incident.view()).acknowledgedBy === 'fatima', comments: 0 };
  counted.comments = (await incident.timeline()).filter(({ type }) => type === 'commented').length;
  const history = historyToJSON(await client.workflow.getHandle(incident.id).fetchHistory());
  await bench.close();
  return { counted, history };
}

test('a Signal that was refused for not being encrypted is refused in each replay, also when plain is in the list by then', async () => {
  const { counted, history } = await signalledByStranger('k1');
  expect(counted).toEqual({ acknowledged: false, comments: 2 });
  expect(new Set(unfolded(history).match(/refused-signal-\d/g))).toEqual(
    new Set(['refused-signal-2', 'refused-signal-3']),
  );
  await replay(history, 'k1');
  await replay(history, 'k1', 'plain');
  await replay(history, 'plain', 'k1');
  await replay(history, 'k2', 'plain', 'k1');
});

test('a Signal that was taken while plain was in the list is held back without, and not decided otherwise', async () => {
  const { counted, history } = await signalledByStranger('k1', 'plain');
  expect(counted).toEqual({ acknowledged: true, comments: 3 });
  expect(unfolded(history)).not.toContain('refused-signal-');
  await replay(history, 'k1', 'plain');
  await replay(history, 'plain', 'k1');
  const held = await replay(history, 'k1').catch((error: unknown) => error);
  expect(held).toBeInstanceOf(Error);
  expect(held).not.toBeInstanceOf(DeterminismViolationError);
});

/** Bytes stand in JSON as base64: what they say is added. */
function unfolded(json: string): string {
  const texts = [...json.matchAll(/"([A-Za-z0-9+/]{12,}={0,2})"/g)].map(([, text]) => Buffer.from(text!, 'base64'));
  return [json, ...texts.map(String)].join('\n');
}
