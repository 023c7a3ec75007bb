/**
 * How much memory `npm start` needs at rest: Muster and its embedded server together, on a new data
 * folder, half a minute after it is ready.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root, startMuster } from './sides';
import { atMost, type Row } from './table';

const restMs = 30_000;

export async function rest(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const muster = await startMuster(folder, join(root, 'config'));
  try {
    await wait(restMs);
    const pids = [muster.pid, ...(await childrenOf(muster.pid))];
    const resident = await Promise.all(pids.map(residentMb));
    const [own = NaN, ...others] = resident;
    return [
      atMost(
        'npm start at rest, resident memory',
        resident.reduce((sum, mb) => sum + mb, 0),
        350,
        ' MB',
        `Muster ${Math.round(own)} MB, its server ${others.map((mb) => `${Math.round(mb)} MB`).join(', ')}`,
      ),
    ];
  } finally {
    await muster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // Field 4 of proc(5).
      return Number(stat.replace(/^.*\) /s, '').split(' ')[1]);
    }),
  );
  return pids.filter((_, index) => parents[index] === parent);
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}
