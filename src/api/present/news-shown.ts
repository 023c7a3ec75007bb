/**
 * Owns what becomes of a change before it goes to those who watch: the view and the names that all
 * readers of the process get.
 */
import { ProcessNews } from '../http/stream-news';
import type { Shared } from '../http/route';
import type { Standing } from '../temporal/live-processes';
import { directoryFor } from './directory-for';
import { withFreezes } from './freezes-shown';
import { namesIn } from './named';
import { shownProcess } from './shown';

/** How a process stands, as everybody sees it who may see it. */
export async function newsShown(shared: Shared, { at, facts, entries, from }: Standing): Promise<ProcessNews> {
  const directory = await directoryFor(shared, [facts]);
  const view = withFreezes(shared, shownProcess(facts, directory, at), at);
  return new ProcessNews({
    ...{ at, view, entries, from },
    namesIn: (shown) => namesIn(facts, shown, directory.people),
  });
}
