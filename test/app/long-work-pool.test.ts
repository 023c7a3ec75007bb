/** The thread for long work, with the program of the product and with one that dawdles. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { openLongWork, type LongWorkPool } from '../../src/app/long-work-pool';
import type { Script } from '../../src/domain';
import { longWork, TooMuchWork } from '../../src/words/long-work';
import { directory } from '../support/story';
import { incidentPolicy, t0 } from '../support/policy';

let folder: string;
const pools: LongWorkPool[] = [];
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'muster-long-work-'))));
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.stop()));
  await rm(folder, { recursive: true });
});
function opened(program: string, limitMs?: number): LongWorkPool {
  const pool = openLongWork(program, limitMs);
  pools.push(pool);
  return pool;
}

/** A program whose pages say how often it has worked; a page called `never` is never done. */
async function dawdler(): Promise<string> {
  const file = join(folder, 'dawdler.js');
  await writeFile(
    file,
    `let times = 0;
     exports.reportPage = async ({ title, markdown }) => {
       times += 1;
       if (title === 'broken') throw new Error('no page');
       while (title === 'never') ;
       await new Promise((resolve) => setTimeout(resolve, Number(markdown)));
       return title + ' ' + times;
     };`,
  );
  return file;
}

const script: Script = {
  input: {
    kind: 'incident',
    id: 'INC-2026-12-07-001',
    at: t0,
    actor: { person: 'emeka', roles: [], approves: [], known: true },
    body: { title: 'Checkout is down', severity: 'P0', services: ['payments'] },
    policy: incidentPolicy,
  },
  directory,
  broken: new Map(),
  steps: [],
  away: [],
  until: t0 + 3_600_000,
};

test('the thread of the product answers as the work done here does', async () => {
  const outfile = join(folder, 'long-work-thread.js');
  const entryPoints = [join(__dirname, '..', '..', 'src', 'app', 'long-work-thread.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  const { rehearse, reportPage } = opened(outfile);
  const rehearsed = await rehearse(script);
  expect(rehearsed).toEqual(longWork.rehearse(script));
  expect(rehearsed.answer.agenda.length).toBeGreaterThan(3);
  const report = { title: 'INC-1 <b>', markdown: '# Down\n\n- [x] mended\n' };
  expect(await reportPage(report)).toBe(longWork.reportPage(report));
});

test('a page that was made is kept; one that failed is made again', async () => {
  const { reportPage } = opened(await dawdler());
  const first = { title: 'a', markdown: '1' };
  expect([await reportPage(first), await reportPage(first)]).toEqual(['a 1', 'a 1']);
  await expect(reportPage({ title: 'broken', markdown: '1' })).rejects.toThrow('no page');
  await expect(reportPage({ title: 'broken', markdown: '1' })).rejects.toThrow('no page');
  expect(await reportPage({ title: 'b', markdown: '1' })).toBe('b 4');
});

test('who comes when twenty wait is told to come again, and the others are served', async () => {
  const { reportPage } = opened(await dawdler());
  const asked = Array.from({ length: 30 }, (_, index) => reportPage({ title: `${index}`, markdown: '5' }));
  const results = await Promise.allSettled(asked);
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused.every(({ reason }) => reason instanceof TooMuchWork)).toBe(true);
  expect(refused.length).toBeGreaterThanOrEqual(8);
  expect(refused.length).toBeLessThanOrEqual(10);
  expect(await reportPage({ title: 'later', markdown: '1' })).toMatch(/^later /);
});

test('work that is never done is ended, and the next work goes on', async () => {
  const { reportPage } = opened(await dawdler(), 3_000);
  await expect(reportPage({ title: 'never', markdown: '' })).rejects.toThrow('the work was not done within 3 s');
  expect(await reportPage({ title: 'next', markdown: '1' })).toBe('next 1');
});
