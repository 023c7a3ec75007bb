/**
 * Owns the rule of every command that an incident takes. Pure: state, body and instant in; events
 * or a refusal out (docs/rules.md).
 */
import { firingAlerts } from '../../state/alerts-shown';
import { blockingItems } from '../../state/checklist';
import { asksAnew, wasPaged, whoHasIt } from '../../state/has-it';
import { pagedByRaise } from '../raised';
import { isWorse, isWorst, levelNamed, levelsOf } from '../../state/severity';
import { isoSecond } from '../../time/instants';
import { unknownPerson } from '../news';
import { changesListed } from '../listed-changes';
import { unknownName } from '../../text/nearest';
import { lateAt } from '../../deadlines/rounds';
import { isUnmet, responsesAfter } from '../../deadlines/due';
import { decideCommon } from './common';
import { uselessAnswer } from './answered-page';
import { refusedByGate } from './held';
import { events, invalid, refuse, type Context, type Decided, type Decisions } from './decision';
import { responseOf } from '../../deadlines/kinds';
import type { NewEvent } from '../../state/draft';
import { involving, teamResponsesAnsweredBy } from '../../deadlines/teams';
import type { CommandBody, CommandOf, Deadline, Incident, Instant, ProcessState } from '../../model';
import { given } from '../../../given';

/** The rule of each command that an incident takes. */
export const decideIncident = {
  ...decideCommon,
  acknowledge: (state, body, context) => acknowledge(state, body, context),
  'hand-off': (state, body, context) => answering(state, context, handOff(state, body, context)),
  'assign-role': (state, body, context) => answering(state, context, decideCommon['assign-role'](state, body)),
  'post-update': (state, body, context) => answering(state, context, decideCommon['post-update'](state, body, context)),
  'set-severity': (state, body, context) => answering(state, context, setSeverity(state, body, context)),
  'set-status': (state, { status, note }) => {
    if (state.lifecycle.status === 'resolved')
      return refuse('resolved', 'the incident is resolved; reopen it to go on');
    if (state.lifecycle.status === status) return refuse('unchanged', `the status is already ${status}`);
    return events({ type: 'status-changed', from: state.lifecycle.status, to: status, ...given({ note }) });
  },
  'record-impact': (state, body, context) => recordImpact(state, body, context),
  resolve: (state, { summary }, context) =>
    state.lifecycle.status === 'resolved'
      ? // A second `resolve` changes nothing and is never refused; its summary is kept.
        events(...(summary === undefined ? [] : [{ type: 'commented' as const, text: summary, again: true as const }]))
      : events(
          {
            type: 'resolved',
            ...given({ summary, firing: firingAlerts(state) || undefined }),
            open: blockingItems(state).length,
          },
          ...answered(state, context),
        ),
  reopen: (state, { reason }) =>
    state.lifecycle.status === 'resolved'
      ? events({ type: 'reopened', reason })
      : refuse('not-resolved', `only a resolved incident can be reopened; this one is ${state.lifecycle.status}`),
  merge: (state, { into, severity }) =>
    into === state.id
      ? invalid('into', 'an incident cannot be merged into itself')
      : events({ type: 'merged', into, ...given({ severity }) }),
  close: (state, body) =>
    state.lifecycle.status === 'resolved'
      ? closeWhenNothingIsOpen(state, body)
      : refuse('not-resolved', `resolve it first; the incident is ${state.lifecycle.status}`),
} satisfies Decisions<Incident, CommandOf<'incident'>>;

// R21: services are added and removed. R9: the teams of newly affected services are involved with
// the record.
function recordImpact(state: Incident, body: CommandBody<'record-impact'>, { command }: Context): Decided {
  if (Object.keys(body).length === 0)
    return invalid(
      'addServices',
      'name at least one of addServices, removeServices, customerFacing, usersAffected, description, labels, restrictedTo',
    );
  const { services, addServices, removeServices, labels, restrictedTo, ...facts } = body;
  if (restrictedTo?.length === 0)
    return invalid('restrictedTo', 'name at least one person or role; `unrestrict` lets everybody see it');
  const added = [...new Set([...(services ?? []), ...(addServices ?? [])])];
  const removed = [...new Set(removeServices)];
  for (const [index, service] of removed.entries()) {
    const path = `removeServices[${index}]`;
    if (added.includes(service)) return invalid(path, `${service} is added by the same command`);
    if (!state.services.includes(service))
      return invalid(path, unknownName('affected service', service, state.services));
  }
  const affected = [...new Set([...state.services, ...added])].filter((service) => !removed.includes(service));
  const teams = added.length > 0 ? command.teams?.of : undefined;
  return events(
    {
      type: 'impact-recorded',
      ...facts,
      ...(added.length + removed.length > 0 ? { services: affected } : {}),
      ...(added.length > 0 ? { added } : {}),
      ...(removed.length > 0 ? { removed } : {}),
      ...given({
        labels: labels && [...new Set(labels)],
        teams,
        restrictedTo: restrictedTo && [...new Set(restrictedTo)],
      }),
    },
    ...involving(state, added, teams ?? {}),
    ...changesListed(state.recent, command.recent),
  );
}

// R16: only a known person answers. The first to do so commands if nobody does; whoever was asked
// to take the incident takes it (R19).
function acknowledge(state: Incident, { note }: CommandBody<'acknowledge'>, context: Context): Decided {
  const { actor, page } = context.command;
  const { person, known } = actor;
  const useless = page && uselessAnswer(state, page);
  if (useless) return useless;
  if (!known && !wasPaged(state, person))
    return refuse(
      unknownPerson,
      `${person} is not known here: only a person of people.yaml, or who was paged for it, can acknowledge ${state.id}`,
    );
  const heard: NewEvent = { type: 'acknowledged', ...given({ note, via: page?.via }) };
  const accepts = state.handOff?.to === person;
  const leads = accepts || (state.roles['commander'] === undefined && state.lifecycle.status !== 'resolved');
  const handedBy = accepts ? state.handOff?.from : undefined;
  return events(
    heard,
    ...answered(state, context),
    ...(leads ? [{ type: 'role-assigned' as const, role: 'commander', person, ...given({ handedBy }) }] : []),
  );
}

// R19. Half the time at the worst severity: somebody has to answer for the incident meanwhile.
function handOff(state: Incident, { to, note }: CommandBody<'hand-off'>, { at }: Context): Decided {
  if (state.lifecycle.status === 'resolved') return refuse('resolved', 'the incident is resolved; reopen it first');
  const holder = whoHasIt(state);
  if (holder === undefined)
    return refuse(
      'nobody-has-it',
      'nobody has acknowledged it, so nobody can hand it off; acknowledge it, or escalate',
    );
  if (to === undefined) return invalid('to', 'say who is to take it: a person');
  if (to === holder.person) return refuse('has-it', `${to} has it already, since ${isoSecond(holder.since)}`);
  const answerBy = responsesAfter(state, at, isWorst(state.policy, state.severity) ? 0.5 : 1);
  return events({ type: 'handed-off', to, from: holder.person, ...given({ note }), answerBy });
}

// R8: worse than what was answered so far asks for an answer anew, but not of whoever has it.
function setSeverity(state: Incident, { severity, reason }: CommandBody<'set-severity'>, context: Context): Decided {
  const decided = decideCommon['set-severity'](state, { severity, reason });
  const to = levelNamed(levelsOf(state.policy), severity);
  const { person } = context.command.actor;
  // A change for the better moves the open round, and asks nobody again.
  if (!decided.ok || to === undefined || !isWorse(state.policy, to, state.severity)) return decided;
  const raised = { type: 'severity-changed' as const, from: state.severity, to, reason };
  if (whoHasIt(state)?.person !== person && asksAnew(state, to)) return events({ ...raised, asksAnew: true });
  return events({ ...raised, ...pagedByRaise(state, to) });
}

/**
 * R8, R9: adds to the events of a command what it answers: everything, when whoever has the
 * incident gives it; the response of their team, when one of its people does.
 */
function answering(state: Incident, context: Context, decided: Decided): Decided {
  if (!decided.ok) return decided;
  const { actor } = context.command;
  const isHolder = whoHasIt(state)?.person === actor.person;
  const met = isHolder ? answered(state, context) : teamsAnswered(state, context, false);
  return { ...decided, events: [...met, ...decided.events] };
}

// The events that an answer to what is open leaves on the timeline, with its lateness.
function answered(state: Incident, context: Context): NewEvent[] {
  const response = responseOf(state);
  const isHolder = whoHasIt(state)?.person === context.command.actor.person;
  return [
    ...(response && isUnmet(response) ? [metAt(response, context.at)] : []),
    ...teamsAnswered(state, context, isHolder),
  ];
}

function teamsAnswered(state: Incident, { at, command }: Context, isHolder: boolean): NewEvent[] {
  return teamResponsesAnsweredBy(state, command.actor, isHolder).map((deadline) => metAt(deadline, at));
}

function metAt(deadline: Deadline, at: Instant): NewEvent {
  return { type: 'deadline-met', deadline: deadline.id, round: deadline.round, ...lateAt(deadline, at) };
}

/**
 * `close`: refuses while required items are open, unless `skipRest` gives a reason to skip them.
 * Action items go on after the end (R22).
 */
export function closeWhenNothingIsOpen(state: ProcessState, { skipRest }: CommandBody<'close'>): Decided {
  const items = blockingItems(state).map(({ id }) => id);
  if (items.length === 0) return events({ type: 'closed' });
  if (skipRest === undefined)
    return refuse(
      'items-open',
      `${items.length} required items are open (${items.slice(0, 5).join(', ')}${items.length > 5 ? ', ...' : ''}); finish or skip them, or close with skipRest and a reason`,
      { openItems: items },
    );
  // R25: an end with the rest skipped is no way around a gate.
  return (
    refusedByGate(state, items) ??
    events({ type: 'items-skipped', items, reason: skipRest }, { type: 'closed', skipRest })
  );
}
