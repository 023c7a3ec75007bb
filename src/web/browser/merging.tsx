/**
 * Owns what an event of the stream makes of the page that is shown. An event is the same for every
 * reader; what is for this reader alone, such as a right, only the page itself says.
 */
import { isAskedFor } from '../../contracts/entry-kinds';
import type { Account, PageBase, PageModel } from '../../contracts/page-view';
import type { ProcessView } from '../../contracts/process-view';
import type { ProcessEvent } from '../../contracts/stream-view';
import { nameIn } from '../names';

interface Merged {
  readonly next: PageModel;
  /** The page has to be asked for: what this reader may or should do is another now. */
  readonly isForReader: boolean;
}

/** The page `model` with what `event` says; undefined where the event is about another process. */
export function withEvent(model: PageModel, event: ProcessEvent): Merged | undefined {
  switch (model.page) {
    case 'now':
    case 'on-call':
    case 'rehearse':
    case 'history':
    case 'settings':
      return undefined;
    case 'incident': {
      if (model.incident.id !== event.process.id) return undefined;
      const { account, isMissing } = accountWith(model, event);
      return {
        next: { ...model, ...account, incident: event.process },
        isForReader: isMissing || asksOfReader(model.incident) !== asksOfReader(event.process),
      };
    }
    case 'release': {
      if (model.release.id !== event.process.id) return undefined;
      const { account, isMissing } = accountWith(model, event);
      return {
        next: { ...model, ...account, release: event.process },
        isForReader: isMissing || asksOfReader(model.release) !== asksOfReader(event.process),
      };
    }
  }
}

/** Whether `model` shows its process as it was before `other` does. */
export function isBefore(model: PageModel, other: PageModel): boolean {
  return (processOf(model)?.revision ?? 0) < (processOf(other)?.revision ?? 0);
}

/** Whether `model` shows what is open, and something else is open by the stream's `id`. */
export function isOther(model: PageModel, id: string): boolean {
  return model.page === 'now' && model.openId !== id;
}

function processOf(model: PageModel): ProcessView | undefined {
  switch (model.page) {
    case 'incident':
      return model.incident;
    case 'release':
      return model.release;
    case 'now':
    case 'on-call':
    case 'history':
    case 'rehearse':
    case 'settings':
      return undefined;
  }
}

type Accounted = PageBase & Account;

// What happened, and whether something between the page and the event is missing.
function accountWith(model: Accounted, { at, entries, names: also }: ProcessEvent) {
  const names = { ...model.names, ...also };
  const fresh = entries.filter(({ seq }) => seq > model.newest).sort((a, b) => b.seq - a.seq);
  // The stream sends the latest few: what stands between them and the page only the page has.
  const isMissing = (fresh.at(-1)?.seq ?? model.newest + 1) > model.newest + 1;
  if (isMissing) return { account: { at, names }, isMissing };
  const asked = fresh.filter((entry) => isAskedFor(entry, model.filter, nameIn({ names }, entry.by)));
  const newest = fresh[0]?.seq ?? model.newest;
  return { account: { at, names, newest, timeline: [...asked, ...model.timeline] }, isMissing };
}

// What decides who may and who should do something, and on what time a release is drawn.
function asksOfReader({
  hasIt,
  handOff,
  status,
  roles,
  restricted,
  ended,
  services,
  review,
  targetAt,
  deployedAt,
}: ProcessView) {
  const answer = [hasIt?.person, handOff?.to, status, roles, restricted, ended, services, review?.at];
  return JSON.stringify([...answer, targetAt, deployedAt]);
}
