/** Owns how a route reads the instants of its query, and the range from one to another. */
import type { ShapeError } from '../../contracts/command-shape';
import { dayMs, type Instant } from '../../domain';
import { readInstant } from '../http/command-body';
import { malformed } from '../http/problem';
import type { Shared } from '../http/route';
import { furthestMs } from '../present/on-call-shown';
import { surroundings } from './begin';

const longestRangeMs = 366 * dayMs;

/** The instants of a query, each epoch ms; absent ones stay absent. */
export function readTimes<K extends string>(
  shared: Shared,
  given: Readonly<Record<K, string | undefined>>,
): Readonly<Partial<Record<K, Instant>>> {
  const errors: ShapeError[] = [];
  const latest = shared.clock() + furthestMs;
  const times: Partial<Record<K, Instant>> = {};
  for (const [path, text] of Object.entries(given) as [K, string | undefined][]) {
    if (text === undefined) continue;
    const before = errors.length;
    const at = Date.parse(readInstant(path, text, surroundings(shared), errors));
    if (errors.length > before) continue;
    times[path] = at;
    if (at > latest) errors.push({ path, message: 'expected an instant within five years' });
  }
  if (errors.length > 0) throw malformed(errors);
  return times;
}

/** The range of a query; by default from now, and `byDefaultMs` long. */
export function rangeOf(
  shared: Shared,
  given: { readonly from: string | undefined; readonly to: string | undefined },
  byDefaultMs: number,
): { readonly from: Instant; readonly to: Instant } {
  const times = readTimes(shared, given);
  const from = times.from ?? shared.clock();
  const to = times.to ?? from + byDefaultMs;
  if (to <= from) throw malformed([{ path: 'to', message: 'expected an instant after from' }]);
  if (to - from > longestRangeMs) throw malformed([{ path: 'to', message: 'expected at most 366 days after from' }]);
  return { from, to };
}
