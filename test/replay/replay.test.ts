/** Processes live for weeks: today's workflow code must replay the histories of older code. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { dataConverter } from '../../src/data-converter';
import { quietRuntime, sharedBundle } from '../support/env';
import { stories } from './stories';

const folder = join(__dirname, 'histories');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const options = () => ({
  workflowBundle: sharedBundle(),
  dataConverter: dataConverter('worker'),
});
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const replay = (text: string, name: string) =>
  Worker.runReplayHistory(options(), JSON.parse(text) as unknown, workflowIdOf(text) ?? name);
/** The id of the workflow, which the workflow checks against its own id. */
function workflowIdOf(text: string): string | undefined {
  const started = (
    JSON.parse(text) as { events: { workflowExecutionStartedEventAttributes?: { workflowId?: string } }[] }
  ).events[0];
  return started?.workflowExecutionStartedEventAttributes?.workflowId;
}

beforeAll(quietRuntime);

test('every story has its history', () => {
  expect(files.map((file) => file.replace(/\.json$/, '')).sort()).toEqual(Object.keys(stories).sort());
});

// From version 0.3.0 on: what a release has recorded is never recorded anew (docs/upgrading.md).
test('the histories of a release are as it recorded them', () => {
  const released = readFileSync(join(__dirname, 'released.txt'), 'utf8').trim().split('\n');
  const asNow = released.map((line) => {
    const [, file = ''] = line.split('  ');
    return `${createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex')}  ${file}`;
  });
  expect(asNow).toEqual(released);
});

test.each(files)('%s still replays', async (file) => {
  await replay(read(file), file);
});

// Proof that the check above can fail: each row changes a history as a careless change of the
// workflow code would.
test.each([
  ['a renamed activity', (text: string) => text.replaceAll('"name": "send"', '"name": "deliver"')],
  [
    'a timer that is no longer started',
    (text: string) =>
      text
        .replaceAll('EVENT_TYPE_TIMER_STARTED', 'EVENT_TYPE_MARKER_RECORDED')
        .replaceAll('timerStartedEventAttributes', 'markerRecordedEventAttributes'),
  ],
  [
    'an attribute that is no longer upserted',
    (text: string) =>
      text
        .replaceAll('EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES', 'EVENT_TYPE_TIMER_STARTED')
        .replaceAll('upsertWorkflowSearchAttributesEventAttributes', 'timerStartedEventAttributes'),
  ],
])('%s is caught', async (_, change) => {
  const original = read('incident-nobody-answers.json');
  const changed = change(original);
  expect(changed).not.toBe(original);
  await expect(replay(changed, 'changed')).rejects.toThrow();
});

// The same from the side of the code: today's history under changed workflow code.
test.each([
  ['that no longer arms its timer', 'timer.arm(', 'void ('],
  ['that no longer publishes its attributes', 'publish(state);', ''],
])('a workflow %s is caught', async (_, before, after) => {
  const code = readFileSync(sharedBundle().codePath, 'utf8');
  const changed = code.replaceAll(before, after);
  expect(changed).not.toBe(code);
  const codePath = join(await mkdtemp(join(tmpdir(), 'muster-changed-')), 'workflows.js');
  await writeFile(codePath, changed);
  const history = read('incident-nobody-answers.json');
  await expect(
    Worker.runReplayHistory(
      { ...options(), workflowBundle: { codePath } },
      JSON.parse(history) as unknown,
      workflowIdOf(history),
    ),
  ).rejects.toBeInstanceOf(DeterminismViolationError);
  await rm(dirname(codePath), { recursive: true });
});

test('a renamed activity is reported as a determinism violation', async () => {
  const changed = read('incident-nobody-answers.json').replaceAll('"name": "send"', '"name": "deliver"');
  await expect(replay(changed, 'changed')).rejects.toBeInstanceOf(DeterminismViolationError);
});
