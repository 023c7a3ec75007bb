/**
 * Records the histories that `replay.test.ts` replays: `npm run record [name ...]`. Run this when a
 * story is added, not when a replay fails: a failing replay means that the change would break
 * running processes.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import globalSetup from '../support/global-setup';
import globalTeardown from '../support/global-teardown';
import { Bench } from '../workflows/live';
import { stories } from './stories';

async function record(): Promise<void> {
  const folder = join(__dirname, 'histories');
  await mkdir(folder, { recursive: true });
  const wanted = process.argv.slice(2);
  await globalSetup({ testPathPatterns: { patterns: [] } });
  const bench = await Bench.open();
  try {
    for (const [name, tell] of Object.entries(stories)) {
      const path = join(folder, `${name}.json`);
      // Kept histories come from older code; a history is replaced only when named.
      if (wanted.length > 0 ? !wanted.includes(name) : existsSync(path)) continue;
      const handle = bench.harness.env.client.workflow.getHandle(await tell(bench));
      await writeFile(path, `${withoutMachine(historyToJSON(await handle.fetchHistory()))}\n`);
      console.log(`recorded ${name}`);
    }
  } finally {
    await bench.close();
    await globalTeardown();
  }
}

/**
 * Removes the process number and host that workers write into each event, and the folder of the
 * code in traces of errors; they mean nothing to a replay.
 */
function withoutMachine(history: string): string {
  const here = join(__dirname, '..', '..');
  return history
    .replaceAll(here, '.')
    .replaceAll(new RegExp(`[0-9]+@${hostname().replace(/[^\w-]/g, '.')}`, 'g'), 'recorder');
}

record().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
