/**
 * Owns what all test files share: one Temporal server that can skip time, and one bundle of the
 * workflow code. Does nothing when only pure folders run. A failure here fails only the tests that
 * need the server or the bundle, with the reason.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';
import { workflowCode } from '../../src/data-converter';
import { dynamicConfigArgs, serverSettings } from '../../src/embedded/dev-server';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import { searchAttributeKeys } from '../../src/workflows/search-attributes';

// global-teardown.ts calls `stop`.
const shared: { stop?: () => Promise<void> } = ((globalThis as { musterTest?: object }).musterTest ??= {});

const needsServer = /(^|\/)(e2e|workflows|replay|api|embedded)(\/|$)/;
const pureFolder = /^(\.\/)?test\/(domain|config|contracts|cli|activities|fuzz)(\/|$)/;
// Time skipping lets a test move the clock of one workflow; other servers refuse it.
const testSettings = {
  ...serverSettings(),
  'frontend.WorkflowTimeSkippingEnabled': true,
  // Default 5, which takes a minute: a workflow is said to stand still at its first failure.
  'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': 1,
};

/** The part of jest's configuration with the requested test files; empty means all. */
interface Run {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

export default async function globalSetup({ testPathPatterns }: Run): Promise<void> {
  const { patterns } = testPathPatterns;
  const onlyPure =
    patterns.length > 0 && patterns.every((pattern) => pureFolder.test(pattern) && !needsServer.test(pattern));
  if (process.env.MUSTER_TEST_PURE === '1' || onlyPure) return;

  const logger = new DefaultLogger('WARN');
  Runtime.install({ logger, shutdownSignals: [] }); // otherwise the Runtime takes over Ctrl-C
  const folder = await mkdtemp(join(tmpdir(), 'muster-test-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  shared.stop = async () => void (await Promise.allSettled(stops.map((stop) => stop())));
  process.once('SIGTERM', () => void shared.stop?.().finally(() => process.exit(1)));

  await Promise.all([
    attempt('TEST_TEMPORAL_PROBLEM', async () => {
      const env = { ...process.env };
      delete env.TEMPORAL_ADDRESS; // a cluster in the environment must not be used for tests
      const binary = await findTemporalBinary({ env, log: (line) => console.error(line) });
      if (binary === undefined) throw new Error('no binary');
      process.env.TEST_TEMPORAL_BIN = binary.path;
      const server = await TestWorkflowEnvironment.createLocal({
        server: {
          executable: { type: 'existing-path', path: binary.path },
          searchAttributes: searchAttributeKeys,
          extraArgs: dynamicConfigArgs(testSettings),
          // Tests cause errors of the server on purpose (more requests at once than it takes).
          // MUSTER_TEST_LOG=1 shows them.
          log: { format: 'pretty', level: process.env.MUSTER_TEST_LOG === '1' ? 'error' : 'never' },
        },
      });
      stops.push(() => server.teardown());
      process.env.TEST_TEMPORAL_ADDRESS = server.address; // test processes inherit the environment
    }),
    attempt('TEST_WORKFLOW_PROBLEM', async () => {
      const { code } = await bundleWorkflowCode({ ...workflowCode, logger });
      const codePath = join(folder, 'workflows.js');
      await writeFile(codePath, code);
      process.env.TEST_WORKFLOW_BUNDLE = codePath;
    }),
  ]);
}

async function attempt(problemKey: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.env[problemKey] = error instanceof Error ? error.message : String(error);
    console.error(`test set-up: ${process.env[problemKey]}`);
  }
}
