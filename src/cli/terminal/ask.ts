/** Owns a question at a terminal and its answer of one line. Knows no question. */
import type { Io } from './io';

/** Whether somebody can be asked: both ends are a terminal. */
export function canAsk(io: Io): boolean {
  return io.stdout.isTTY === true && io.stdin?.isTTY === true;
}

/** The line typed after `question`; undefined when the keyboard ends or the person interrupts. */
export function ask(io: Io, question: string): Promise<string | undefined> {
  const { stdin, signal } = io;
  io.stderr.write(question);
  return new Promise((resolve) => {
    let typed = '';
    const onText = (text: string) => {
      typed += text;
      const end = typed.search(/[\r\n]/);
      if (end !== -1) finish(typed.slice(0, end).trim());
    };
    const onEnd = () => finish(undefined);
    const finish = (line: string | undefined) => {
      stdin?.off('data', onText);
      stdin?.off('end', onEnd);
      stdin?.pause();
      signal.removeEventListener('abort', onEnd);
      // The answer itself ends its line; otherwise the line is still open.
      if (line === undefined) io.stderr.write('\n');
      resolve(line);
    };
    if (stdin === undefined || signal.aborted) return finish(undefined);
    signal.addEventListener('abort', onEnd);
    stdin.setEncoding('utf8');
    stdin.on('data', onText);
    stdin.on('end', onEnd);
    stdin.resume();
  });
}
