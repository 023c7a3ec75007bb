/**
 * How long `muster incident list` takes as a process of its own, against a Node that does nothing.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { declareBody, post, tenAtATime } from './paced';
import type { Sides } from './sides';
import { atMost, median, ratioRow, type Round, type Row } from './table';

const rounds = 25;
const list = [join(__dirname, '..', 'bin', 'muster.js'), 'incident', 'list'];

export async function startCli({ client, url }: Sides): Promise<Row[]> {
  const ids = await tenAtATime(
    Array.from({ length: 10 }),
    async () => ((await post(`${url}/v1/incidents`, declareBody)) as { id: string }).id,
  );
  await msOf(list, url); // builds the command line where it is out of date
  const measured: Round[] = [];
  // In turns, so that a machine that becomes slower does so for both.
  for (let round = 0; round < rounds; round++)
    measured.push({ floor: await msOf(['-e', '0'], url), ours: await msOf(list, url) });
  await tenAtATime(ids, (id) => client.workflow.getHandle(id).terminate('measured'));
  const over = median(measured.map(({ ours }) => ours)) - median(measured.map(({ floor }) => floor));
  return [ratioRow('muster incident list', measured, 2), atMost('over the start of Node', over, 150, ' ms')];
}

/** Runs Node with these words; returns the time from start to end, in ms. */
function msOf(words: readonly string[], url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, words, { env: { ...process.env, MUSTER_URL: url }, stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(performance.now() - began) : reject(new Error(`${words.join(' ')} ended with ${code}`)),
    );
  });
}
