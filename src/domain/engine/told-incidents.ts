/**
 * Owns what a release tells the incidents that close its gates (R43): what became of its gates. How
 * a release finds out how an incident stands is in watched-incidents.ts; after what it is told to
 * look, in state/standing-changes.ts.
 */
import { enqueue } from './outbox';
import { gatesAhead } from '../state/closing-incidents';
import { isRelease, isTerminal } from '../state/draft';
import { restrictedTo } from '../state/restricted';
import type { ProcessState, Release, ReleaseReport, TimelineEvent } from '../model';
import { given } from '../../given';

/** Puts into the outbox what `event` of a release says to the incidents that close its gates. */
export function tellIncidents(draft: ProcessState, event: TimelineEvent): void {
  if (!isRelease(draft)) return;
  switch (event.type) {
    case 'incident-closes-gates':
      report(draft, event, [event.incident], { gatesAre: 'closed', gates: event.gates });
      break;
    case 'incident-frees-gates':
      // Another incident that still closes them is no matter of this one.
      report(draft, event, [event.incident], { gatesAre: 'open', gates: event.gates });
      break;
    case 'decided':
      if (event.decision === 'override') overridden(draft, event, [event.gate], event.note);
      break;
    case 'deployment-started':
      if (event.override !== undefined) overridden(draft, event, event.gates ?? [], event.override);
      break;
    case 'cancelled':
    case 'closed':
    case 'completed':
    case 'rolled-back':
      ended(draft, event);
      break;
    default:
      break;
  }
}

function overridden(draft: Release, event: TimelineEvent, gates: readonly string[], why = ''): void {
  // R37: more people see the incident than the release. They know its id already, and no more.
  const reason = restrictedTo(draft) === undefined ? why : undefined;
  report(draft, event, closingOf(draft), { gatesAre: 'overridden', gates, ...given({ reason, by: event.by }) });
}

// Of a release that is over an incident closes no gate, though it is still open.
function ended(draft: Release, event: TimelineEvent): void {
  const gates = gatesAhead(draft).map(({ id }) => id);
  if (isTerminal(draft) && gates.length > 0) report(draft, event, closingOf(draft), { gatesAre: 'over', gates });
}

// The watch stands as it was before the event: only a reaction to the event drops it.
const closingOf = ({ watch }: Release) => (watch?.closing ?? []).map(({ id }) => id);

function report(
  draft: Release,
  { seq: of }: TimelineEvent,
  incidents: readonly string[],
  said: Pick<ReleaseReport, 'gatesAre' | 'gates' | 'by' | 'reason'>,
): void {
  for (const incident of incidents)
    enqueue(draft, { type: 'tell-incident', of, request: { incident, release: draft.id, of, ...said } });
}
