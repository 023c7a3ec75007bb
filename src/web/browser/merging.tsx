/**
 * Owns what an event of the stream makes of the page that is shown. An event is the same for every
 * reader; what is for this reader alone, such as a right, only the page itself says.
 */
import type { IncidentPage, PageModel } from '../../contracts/page-view';
import type { ProcessEvent } from '../../contracts/stream-view';

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
      return undefined;
    case 'incident':
      return model.incident.id === event.process.id ? incidentWith(model, event) : undefined;
  }
}

function incidentWith(model: IncidentPage, { at, process, entries, names }: ProcessEvent): Merged {
  const newest = model.timeline[0]?.seq ?? 0;
  const fresh = entries.filter(({ seq }) => seq > newest).sort((a, b) => b.seq - a.seq);
  // The stream sends the latest few: what stands between them and the page only the page has.
  const missing = (fresh.at(-1)?.seq ?? newest + 1) > newest + 1;
  const { incident: before } = model;
  return {
    next: {
      ...model,
      at,
      incident: process,
      names: { ...model.names, ...names },
      timeline: missing ? model.timeline : [...fresh, ...model.timeline],
    },
    isForReader: missing || asksOfReader(before) !== asksOfReader(process),
  };
}

// What decides who may and who should do something.
function asksOfReader({
  hasIt,
  handOff,
  status,
  roles,
  restricted,
  ended,
  services,
  review,
}: IncidentPage['incident']) {
  const answer = [hasIt?.person, handOff?.to, status, roles, restricted, ended, services, review?.at];
  return JSON.stringify(answer);
}
