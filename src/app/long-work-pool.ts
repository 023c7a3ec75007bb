/**
 * Owns the one thread for work that takes longer than an answer may hold up others. A bounded
 * number waits for it, work that takes too long is ended, and a page that was made is kept.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { isTimeout, within } from '../time-limit';
import { longWork, TooMuchWork, type LongWorker } from '../words/long-work';

/** A rehearsal takes up to 100 ms, so that the last one waits for two seconds. */
const mostWaiting = 20;
/** An answer may take 5 s. */
const longestMs = 4_500;
/** Pages that are asked for again and again, as by people who follow one link to a report. */
const mostKept = 20;

export interface LongWorkPool extends LongWorker {
  stop(): Promise<void>;
}

/**
 * The thread starts with the first piece of work, and ends when it had none for a minute.
 * `program`: its JavaScript file. `limitMs`: work that takes longer is ended.
 */
export function openLongWork(program = join(__dirname, 'long-work-thread.js'), limitMs = longestMs): LongWorkPool {
  const pool = new Piscina({
    filename: program,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 60_000,
  });
  const pages = new Map<string, Promise<string>>();
  return {
    rehearse: (script) => inThread({ pool, limitMs }, 'rehearse', script),
    coverage: (question) => inThread({ pool, limitMs }, 'coverage', question),
    reportPage: (report) => {
      const key = createHash('sha256').update(`${report.title}\0${report.markdown}`).digest('base64');
      const page = pages.get(key) ?? inThread({ pool, limitMs }, 'reportPage', report);
      // At the end of the map stands the page that was asked for last.
      pages.delete(key);
      pages.set(key, page);
      if (pages.size > mostKept) pages.delete(pages.keys().next().value!);
      page.catch(() => pages.get(key) === page && pages.delete(key));
      return page;
    },
    stop: () => pool.destroy(),
  };
}

type Work = typeof longWork;
async function inThread<N extends keyof Work>(
  { pool, limitMs }: { readonly pool: Piscina; readonly limitMs: number },
  name: N,
  input: Parameters<Work[N]>[0],
): Promise<ReturnType<Work[N]>> {
  if (pool.queueSize >= mostWaiting) throw new TooMuchWork(`${mostWaiting} others wait already`);
  try {
    // The thread answers by the function of this name. A thread whose work is given up is ended.
    return await within(
      limitMs,
      [],
      async (signal) => (await pool.run(input, { name, signal })) as ReturnType<Work[N]>,
    );
  } catch (error) {
    throw error instanceof Error && isTimeout(error.cause)
      ? new TooMuchWork(`the work was not done within ${limitMs / 1_000} s`, { cause: error })
      : error;
  }
}
