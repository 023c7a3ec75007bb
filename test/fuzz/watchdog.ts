/**
 * Owns the end of a case that never ends: a thread of its own sees that the same case has been
 * under way for a minute, says which, and ends the program.
 */
import { Worker } from 'node:worker_threads';

const program = `
const { workerData, parentPort } = require('node:worker_threads');
const cell = new Float64Array(workerData.shared);
let seen = -1, times = 0;
const watch = setInterval(() => {
  times = cell[0] === seen ? times + 1 : 0;
  seen = cell[0];
  if (times < 60 || seen === 0) return;
  require('node:fs').writeSync(2, 'the case of seed ' + seen + ' does not end\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
parentPort.on('message', () => clearInterval(watch));
`;

export class Watchdog {
  private readonly cell: Float64Array;
  private readonly worker: Worker;

  constructor() {
    const shared = new SharedArrayBuffer(8);
    this.cell = new Float64Array(shared);
    this.worker = new Worker(program, { eval: true, workerData: { shared } });
    this.worker.unref();
  }
  /** The case of `seed` begins; 0: none is under way. */
  begins(seed: number): void {
    this.cell[0] = seed;
  }
  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
