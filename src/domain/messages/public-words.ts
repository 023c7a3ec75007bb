/**
 * Owns the words about a process that people outside may read: a person's post for the public, and
 * for every other moment a sentence that gives nothing away. Such a sentence has no title,
 * description, note, person or service of the process (a property test checks this).
 */
import { capital } from './message-body';
import type { Phrase, ProcessKind, ProcessState, PublicFields, TimelineEvent, Unannounced } from '../model';
import type { Snapshot } from './snapshot';
import { moment, phrase } from '../text/phrase';
import { iso } from '../time/instants';

/**
 * Replaces the title of a process in everything that the public reads. The public title stays the
 * same from the first notice to the last.
 */
export function publicTitle({ kind, drill }: { readonly kind: ProcessKind; readonly drill: boolean }): string {
  return `${drill ? 'DRILL - ' : ''}${kind === 'incident' ? 'Service disruption' : 'Planned maintenance'}`;
}

/** The facts of a public message about `event`. */
export function publicFields(state: ProcessState, event: TimelineEvent, { status }: Snapshot): PublicFields {
  const nextUpdateAt = event.type === 'update-posted' ? event.nextUpdateAt : undefined;
  return {
    public: true,
    drill: state.drill,
    text: publicSentence(state.kind, event, status),
    status: capital(status),
    nextUpdateAt: nextUpdateAt === undefined ? null : iso(nextUpdateAt),
  };
}

function publicSentence(kind: ProcessKind, event: TimelineEvent, status: string): Phrase {
  switch (event.type) {
    case 'update-posted':
      return event.text;
    case 'resolved':
      return resolved;
    case 'reopened':
      return 'The problem is back; we are looking into it.';
    case 'planned':
      return phrase`Maintenance is planned for ${moment(event.targetAt)}.`;
    case 'rescheduled':
      return phrase`The maintenance planned for ${moment(event.from)} has been moved to ${moment(event.to)}.`;
    case 'deployment-started':
      return begun;
    case 'deployed':
      return carriedOut;
    case 'completed':
      return 'The planned maintenance is complete.';
    case 'rolled-back':
      return 'The planned maintenance has been undone.';
    case 'cancelled':
      return kind === 'incident' ? 'This incident is over.' : 'The planned maintenance is cancelled.';
    case 'merged':
      return 'This incident is being dealt with together with another.';
    // Of these events, customers hear only how it stands.
    case 'declared':
    case 'severity-changed':
      return standing(kind, status);
    default:
      event satisfies Unannounced;
      return standing(kind, status);
  }
}
const resolved = 'This incident is resolved.';
const begun = 'The planned maintenance has begun.';
const carriedOut = 'The planned maintenance has been carried out; we are watching the result.';

// A severity may change at any time: the sentence must not take back what was said before.
function standing(kind: ProcessKind, status: string): string {
  if (kind === 'incident') return status === 'resolved' ? resolved : 'We are looking into a problem.';
  if (status === 'deploying') return begun;
  return status === 'monitoring' ? carriedOut : 'Maintenance is planned.';
}
