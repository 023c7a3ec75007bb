/** Owns reading all of standard input, as text. */
import type { Io } from './io';

/** All that comes on standard input until it ends, or until the person interrupts. */
export function readAll({ stdin, signal }: Io): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const onText = (more: string) => void (text += more);
    const finish = () => {
      signal.removeEventListener('abort', finish);
      stdin?.off('data', onText);
      stdin?.off('end', finish);
      stdin?.pause();
      resolve(text);
    };
    if (stdin === undefined || signal.aborted) return finish();
    signal.addEventListener('abort', finish);
    stdin.setEncoding('utf8');
    stdin.on('data', onText);
    stdin.on('end', finish);
    stdin.resume();
  });
}
