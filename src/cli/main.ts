/**
 * Entry point of the command line: connects a run to the streams, the signals and the exit code of
 * this program. No other file imports it.
 */
import type { Io } from './terminal/io';
import { run } from './run';

const interruption = new AbortController();
const interrupt = () => {
  // Second interruption: end at once, without waiting.
  if (interruption.signal.aborted) process.exit(130);
  interruption.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// `muster ... | head` closes the pipe early: not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  // A getter, because opening stdin costs time. A pipe is read by `-` alone: questions ask for a
  // terminal.
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  now: Date.now,
  signal: interruption.signal,
};

void run(process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
});
