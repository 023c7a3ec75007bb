/**
 * Owns the warning about lengths that a slip of the pen makes: a level that asks for an answer, or
 * for news, within seconds. Such a level works, so it is no error.
 */
import { formatDuration, levelsOf, minuteMs } from '../../domain';
import type { CompiledTemplate } from '../compile/policy';

interface Named {
  readonly name: string;
  readonly compiled: CompiledTemplate;
}

/** What is asked for in less than a minute, one sentence for each level and length. */
export function shortLengths({ name, compiled }: Named): string[] {
  return levelsOf(compiled).flatMap((level) => {
    const { response, updateEvery, update } = compiled.severities[level]!;
    const stated = { response, ...(update === undefined ? { 'update-every': updateEvery } : {}) };
    return Object.entries(stated)
      .filter(([, { n, unit }]) => unit === 'ms' && n < minuteMs)
      .map(
        ([key, { n }]) =>
          `${name}: ${key} of ${level} is ${formatDuration(n)}, which nobody keeps who has to read a message first; was ${formatDuration(n * 60)} meant?`,
      );
  });
}
