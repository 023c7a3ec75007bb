/**
 * Owns what stays on record of what ladders say again and again after their end (R11), so that a
 * process that nobody ends stays small for years. The latest tellings stay whole. Of an older one
 * stays when it was, who was told over which channel, and what each message was about first.
 */
import { isAfterEnd } from '../deadlines/ladder';
import { inOrder } from '../deadlines/fired-rungs';
import { kindRules } from '../deadlines/kinds';
import type { FiredRung, ProcessState, TimelineEvent } from '../model';

/** How many tellings stay whole: six weeks of mornings. */
export const wholeTellings = 30;
/** How much stays of why a message did not arrive, in UTF-16 units. */
const mostReason = 80;

type Telling = TimelineEvent & { readonly type: 'rungs-fired' };

/**
 * Shortens the tellings before the last `wholeTellings`; each event keeps its number. A telling
 * some of whose messages are under way waits, and so do those after it.
 */
export function shortenOldTellings(draft: ProcessState): void {
  const from = draft.shortenedTo ?? 0;
  const whole = draft.timeline.slice(from).filter(isTelling);
  for (const telling of whole.slice(0, -wholeTellings)) {
    if (isUnderWay(draft, telling.seq)) return;
    shorten(draft, telling);
    draft.shortenedTo = telling.seq;
  }
}

function isTelling(event: TimelineEvent): event is Telling {
  return event.type === 'rungs-fired' && event.rungs.every(({ rung }) => isAfterEnd(rung));
}

function isUnderWay({ outbox, inFlight }: ProcessState, seq: number): boolean {
  return outbox.some(({ of }) => of === seq) || inFlight.some(({ of }) => of === seq);
}

function shorten(draft: ProcessState, telling: Telling): void {
  const own = draft.timeline.slice(telling.seq).filter((event) => 'of' in event && event.of === telling.seq);
  const rungs = keptOf(telling, own);
  const kept = rungs.map(labelOf);
  replace(draft, { ...telling, rungs });
  for (const event of own) replace(draft, shortened(event, kept));
}

// A response may be answered by whoever was paged for it (R9), so none of them goes.
function keptOf({ rungs }: Telling, own: readonly TimelineEvent[]): FiredRung[] {
  const firsts = own.flatMap((event) => {
    const about = 'rungs' in event && event.type !== 'rungs-fired' ? event.rungs : undefined;
    const [first] = inOrder(about === undefined ? rungs : rungs.filter((rung) => about.includes(labelOf(rung))));
    return first === undefined ? [] : [first];
  });
  const [first] = inOrder(rungs);
  return rungs.filter((rung) => rung === first || firsts.includes(rung) || kindRules[rung.kind].asksForAnswer);
}

function shortened(event: TimelineEvent, kept: readonly string[]): TimelineEvent {
  switch (event.type) {
    case 'resolved-to': {
      const { as: _, nobody, ...rest } = event;
      const still = nobody?.filter((label) => kept.includes(label)) ?? [];
      return still.length === 0 ? rest : { ...rest, nobody: still };
    }
    case 'delivered':
    case 'delivery-failed':
    case 'called-off': {
      const reason = 'because' in event && event.because !== undefined ? event.because.slice(0, mostReason) : undefined;
      return {
        ...event,
        ...(reason === undefined ? {} : { because: reason }),
        ...('rungs' in event && event.rungs ? { rungs: event.rungs.filter((label) => kept.includes(label)) } : {}),
      };
    }
    default:
      return event;
  }
}

const labelOf = ({ deadline, rung }: FiredRung): string => `${deadline}/${rung}`;

function replace(draft: ProcessState, event: TimelineEvent): void {
  draft.timeline[event.seq - 1] = event;
}
