/**
 * Owns how an installation that nobody may change yet is told from others, and the words that show
 * the code of the first admin to whoever reads the log.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { firstAdminCode, isFirstAdminOpen } from '../api/access/first-admin';
import type { ApiDeps } from '../api/http/route';
import type { AccessStore } from '../api/temporal/access-store';

const longestPauseMs = 30_000;

/**
 * Shows the code of the first admin while nobody is one. Asks Temporal until it answers, or until
 * the program ends. Never rejects.
 */
export async function showFirstAdminCode(
  {
    accessBook,
    accessRules,
    secret,
    url,
    show,
  }: Pick<ApiDeps, 'accessRules'> & {
    readonly accessBook: Pick<AccessStore, 'read'>;
    readonly secret: Buffer;
    readonly url: string;
    readonly show: (words: string) => void;
  },
  ending: AbortSignal,
  pause: (ms: number) => Promise<unknown> = (ms) => wait(ms, undefined, { signal: ending, ref: false }),
): Promise<void> {
  for (let pauseMs = 1_000; !ending.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const book = await accessBook.read().catch(() => undefined);
    if (book !== undefined) {
      if (isFirstAdminOpen(book, accessRules())) show(wordsWith(firstAdminCode(secret, book), url));
      return;
    }
    await pause(pauseMs).catch(() => undefined);
  }
}

function wordsWith(code: string, url: string): string {
  return [
    'Nobody is an admin yet. Whoever reads this becomes the first, once:',
    `  muster login --server ${url} --as PERSON   # a person of people.yaml; then paste`,
    `  ${code}`,
  ].join('\n');
}
