/**
 * Owns the last step from the facts of a process to the view of a reader. Recipients become people
 * (by the directory of this moment), and everything that depends on the current time is computed
 * here, because the clock of a workflow stands still between its tasks. Decides nothing.
 */
import type {
  DeadlineWithRungs,
  ProcessView,
  Recipient,
  ReschedulePreviewView,
  CommandAnswer as AnswerView,
} from '../../contracts/view';
import {
  iso,
  meansSchedule,
  nameOf,
  resolveRecipients,
  serviceLinks,
  type CommandAnswer,
  type Directory,
  type Instant,
  type ProcessFacts,
  type RecipientRef,
  type ReschedulePreview,
} from '../../domain';
import { given } from '../../given';

type DeadlineFacts = ProcessFacts['deadlines'][number];

/** The whole process as its readers get it. */
export function shownProcess(facts: ProcessFacts, directory: Directory, now: Instant): ProcessView {
  const { handOff, partakers: _, ...others } = facts;
  return {
    ...others,
    hasIt: facts.hasIt && { ...facts.hasIt, name: nameOf(facts.hasIt.person, directory.people) },
    ...given({ handOff: handOff && { ...handOff, name: nameOf(handOff.to, directory.people) } }),
    lastWord: facts.lastWord && { ...facts.lastWord, name: nameOf(facts.lastWord.by, directory.people) },
    phases: facts.phases.map((phase) => ({
      ...phase,
      late: phase.late || (phase.status === 'open' && phase.over !== true && isPast(phase.dueAt, now)),
    })),
    deadlines: shownDeadlines(facts, directory, now).map(({ rungs: _, ...deadline }) => deadline),
    serviceLinks: serviceLinks(facts.services, directory),
  };
}

/** The deadlines with their rungs, earliest first. */
export function shownDeadlines(facts: ProcessFacts, directory: Directory, now: Instant): DeadlineWithRungs[] {
  const named = (person: string): Recipient => ({ person, name: nameOf(person, directory.people) });
  const people = (to: readonly RecipientRef[], already: readonly string[] | undefined, at: Instant) =>
    peopleOf(to, facts, directory, at).filter(({ person }) => already?.includes(person) !== true);
  // People who are on call when the rung is due, or now when the rung is past: Muster looks people
  // up when the rung fires.
  const ahead = (at: string) => Math.max(Date.parse(at), now);
  return facts.deadlines.map((deadline) => {
    const { next, rungs, told, ...own } = overdueNow(deadline, now);
    return {
      ...own,
      next: next && {
        rung: next.rung,
        at: next.at,
        ...given({ heldFrom: next.heldFrom }),
        mode: next.mode,
        recipients: people(next.to, next.already, ahead(next.at)),
      },
      told: told.map(({ recipient: person, ...message }) => ({
        ...named(person),
        ...message,
      })),
      // R15: the people whom a fired rung told stand on the timeline.
      rungs: rungs.map(({ to, told: recorded = [], already = [], ...rung }) => ({
        ...rung,
        recipients: [...recorded.map(named), ...people(to, [...already, ...recorded], ahead(rung.at))],
      })),
    };
  });
}

function peopleOf(to: readonly RecipientRef[], facts: ProcessFacts, directory: Directory, at: Instant): Recipient[] {
  const request = { process: facts.id, drill: facts.drill, drillChannels: [], rungs: [{ deadline: '', rung: '', to }] };
  return resolveRecipients(request, directory, at).rungs[0]!.people.map(({ person, name }) => ({ person, name }));
}

/** Whether a recipient of the process depends on a schedule. */
export function meetsSchedule(facts: ProcessFacts, directory: Directory): boolean {
  return facts.deadlines.some(
    ({ next, rungs }) =>
      rungs.some(({ to }) => meansSchedule(to, directory)) || (next !== null && meansSchedule(next.to, directory)),
  );
}

// A deadline that has passed is missed, whether or not the process has woken up yet (T3). What the
// resolve ended stays as it stood (R1).
function overdueNow(deadline: DeadlineFacts, now: Instant): DeadlineFacts {
  return deadline.status === 'pending' && deadline.over !== true && isPast(deadline.dueAt, now)
    ? { ...deadline, status: 'missed', missedAt: deadline.dueAt }
    : deadline;
}
function isPast(instant: string | undefined, now: Instant): boolean {
  return instant !== undefined && Date.parse(instant) < now;
}

/** The answer to a command, without the fields that only the API needs. */
export function shownAnswer({ id, revision, changes, preview, belowThreshold, meets }: CommandAnswer): AnswerView {
  return { id, revision, changes, ...given({ preview: preview && shownPreview(preview), belowThreshold, meets }) };
}
function shownPreview({ targetAt, moves, overdue, meets }: ReschedulePreview): ReschedulePreviewView {
  return {
    targetAt: iso(targetAt),
    moves: moves.map(({ deadline, from, to }) => ({ deadline, from: iso(from), to: iso(to) })),
    overdue,
    meets,
  };
}
