/**
 * Entry point of the command line: connects a run to this process's streams, signals and exit code.
 * Nothing else imports it.
 */
import type { Io } from './terminal/io';
import { run } from './run';

const interruption = new AbortController();
const interrupt = () => {
  // Asked twice: do not wait for what is under way.
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
  // Opening it costs time and it is a keyboard only when it is a terminal.
  get stdin() {
    return process.stdin.isTTY ? process.stdin : undefined;
  },
  env: process.env,
  now: Date.now,
  signal: interruption.signal,
};

void run(process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
});
