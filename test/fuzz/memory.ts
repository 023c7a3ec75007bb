/** Owns how much memory the program holds, once everything that nobody needs is thrown away. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export function freeMemory(): { readonly heapUsed: number; readonly rss: number } {
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapUsed, rss };
}
