/** Owns a question at a terminal and its answer of one line. Knows no question. */
import type { Io } from './io';

/** Whether somebody can be asked: both ends are a terminal. */
export function canAsk(io: Io): boolean {
  return io.stdout.isTTY === true && io.stdin?.isTTY === true;
}

/**
 * The line typed after `question`; undefined when the keyboard ends or the person interrupts.
 * `isSecret`: the terminal does not show what is typed.
 */
export function ask(io: Io, question: string, { isSecret = false } = {}): Promise<string | undefined> {
  const { stdin, signal } = io;
  io.stderr.write(question);
  return new Promise((resolve) => {
    let typed = '';
    const onText = (text: string) => {
      // Without its own editing, the terminal hands over Ctrl-C, Ctrl-D and the erase key.
      if (isSecret && ['\u0003', '\u0004'].some((key) => text.includes(key))) return finish(undefined);
      typed = isSecret ? erased(typed + text) : typed + text;
      const end = typed.search(/[\r\n]/);
      if (end !== -1) finish(typed.slice(0, end).trim());
    };
    const onEnd = () => finish(undefined);
    const finish = (line: string | undefined) => {
      stdin?.off('data', onText);
      stdin?.off('end', onEnd);
      if (isSecret) stdin?.setRawMode?.(false);
      stdin?.pause();
      signal.removeEventListener('abort', onEnd);
      // The answer itself ends its line; otherwise the line is still open.
      if (line === undefined || isSecret) io.stderr.write('\n');
      resolve(line);
    };
    if (stdin === undefined || signal.aborted) return finish(undefined);
    signal.addEventListener('abort', onEnd);
    if (isSecret) stdin.setRawMode?.(true);
    stdin.setEncoding('utf8');
    stdin.on('data', onText);
    stdin.on('end', onEnd);
    stdin.resume();
  });
}

function erased(typed: string): string {
  let left = typed;
  while (/[\x7f\b]/.test(left)) left = left.replace(/[^\x7f\b]?[\x7f\b]/, '');
  return left;
}
