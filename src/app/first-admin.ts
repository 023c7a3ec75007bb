/**
 * Owns how an installation that nobody may change yet is told from others, and the words that show
 * the code of the first admin to whoever reads the log.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { firstAdminCode, isFirstAdminOpen } from '../api/access/first-admin';
import type { AccessStore } from '../api/temporal/access-store';
import type { AccessRules } from '../domain';

const longestPauseMs = 30_000;

/**
 * The code of the first admin, while it makes somebody an admin; undefined where there is one.
 * Asks Temporal until it answers, or until the program ends.
 */
export async function codeWhileNobodyIsAdmin(
  access: Pick<AccessStore, 'read'>,
  rules: AccessRules,
  secret: Buffer,
  ending: AbortSignal,
  pause: (ms: number) => Promise<unknown> = (ms) => wait(ms, undefined, { signal: ending, ref: false }),
): Promise<string | undefined> {
  for (let pauseMs = 1_000; !ending.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const book = await access.read().catch(() => undefined);
    if (book !== undefined) return isFirstAdminOpen(book, rules) ? firstAdminCode(secret, book) : undefined;
    await pause(pauseMs).catch(() => undefined);
  }
  return undefined;
}

/** What is said with the code. */
export function firstAdminWords(code: string, url: string): string {
  return [
    'Nobody is an admin yet. Whoever reads this becomes the first, once:',
    `  muster login --server ${url} --as PERSON   # a person of people.yaml; then paste`,
    `  ${code}`,
  ].join('\n');
}
