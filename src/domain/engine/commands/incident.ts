/**
 * Owns the rule of every command that an incident takes. Pure: state, body and instant in; events
 * or a refusal out (docs/rules.md).
 */
import { blockingItems } from '../../state/checklist';
import { lateAt } from '../../deadlines/rounds';
import { isUnmet } from '../../deadlines/due';
import { decideCommon } from './common';
import { events, invalid, refuse, type Context, type Decided, type Decisions } from './decision';
import { responseOf } from '../../deadlines/kinds';
import type { NewEvent } from '../../state/draft';
import type { CommandBody, CommandOf, Incident, Instant, ProcessState } from '../../model';
import { given } from '../../../given';

/** The rule of each command that an incident takes. */
export const decideIncident = {
  ...decideCommon,
  acknowledge: (state, body, context) => acknowledge(state, body, context),
  'set-status': (state, { status, note }) => {
    if (state.lifecycle.status === 'resolved')
      return refuse('resolved', 'the incident is resolved; reopen it to go on');
    if (state.lifecycle.status === status) return refuse('unchanged', `the status is already ${status}`);
    return events({ type: 'status-changed', from: state.lifecycle.status, to: status, ...given({ note }) });
  },
  'record-impact': (_state, body) =>
    Object.keys(body).length === 0
      ? invalid('services', 'name at least one of services, customerFacing, usersAffected, description, labels')
      : events({
          type: 'impact-recorded',
          ...given({
            ...body,
            services: body.services && [...new Set(body.services)],
            labels: body.labels && [...new Set(body.labels)],
          }),
        }),
  resolve: (state, { summary }, { at }) =>
    state.lifecycle.status === 'resolved'
      ? // A second `resolve` changes nothing and is never refused; its summary is kept.
        events(...(summary === undefined ? [] : [{ type: 'commented' as const, text: summary }]))
      : events({ type: 'resolved', ...given({ summary }), open: blockingItems(state).length }, ...answered(state, at)),
  reopen: (state, { reason }) =>
    state.lifecycle.status === 'resolved'
      ? events({ type: 'reopened', reason })
      : refuse('not-resolved', `only a resolved incident can be reopened; this one is ${state.lifecycle.status}`),
  merge: (state, { into }) =>
    into === state.id ? invalid('into', 'an incident cannot be merged into itself') : events({ type: 'merged', into }),
  close: (state, body) =>
    state.lifecycle.status === 'resolved'
      ? closeWhenNothingIsOpen(state, body)
      : refuse('not-resolved', `resolve it first; the incident is ${state.lifecycle.status}`),
} satisfies Decisions<Incident, CommandOf<'incident'>>;

// The first person to acknowledge becomes commander if there is none and people.yaml has the
// person.
function acknowledge(state: Incident, { note }: CommandBody<'acknowledge'>, { at, command }: Context): Decided {
  const heard: NewEvent = { type: 'acknowledged', ...given({ note }) };
  if (!isUnmet(responseOf(state)!)) return events(heard);
  const met = answered(state, at);
  const leads = command.actor.known && state.roles['commander'] === undefined;
  return leads
    ? events(heard, ...met, { type: 'role-assigned', role: 'commander', person: command.actor.person })
    : events(heard, ...met);
}

// The event that an answer to the unmet response leaves on the timeline, with its lateness.
function answered(state: Incident, at: Instant): NewEvent[] {
  const response = responseOf(state);
  if (!response || !isUnmet(response)) return [];
  return [{ type: 'deadline-met', deadline: response.id, round: response.round, ...lateAt(response, at) }];
}

/**
 * `close`: refuses while required items or action items are open, unless `skipRest` gives a reason.
 */
export function closeWhenNothingIsOpen(state: ProcessState, { skipRest }: CommandBody<'close'>): Decided {
  const items = blockingItems(state).map(({ id }) => id);
  const actions = state.actionItems.filter((item) => item.doneAt === undefined).map(({ id }) => id);
  if (skipRest === undefined && items.length + actions.length > 0) {
    const parts = [
      ...(items.length === 0
        ? []
        : [
            `${items.length} required items are open (${items.slice(0, 5).join(', ')}${items.length > 5 ? ', ...' : ''})`,
          ]),
      ...(actions.length === 0 ? [] : [`${actions.length} action items are open (${actions.slice(0, 5).join(', ')})`]),
    ];
    return refuse('items-open', `${parts.join(' and ')}; finish or skip them, or close with skipRest and a reason`, {
      openItems: items,
      openActionItems: actions,
    });
  }
  const skipped: NewEvent[] =
    items.length > 0 && skipRest !== undefined ? [{ type: 'items-skipped', items, reason: skipRest }] : [];
  return events(...skipped, {
    type: 'closed',
    ...given({ skipRest: items.length + actions.length > 0 ? skipRest : undefined }),
  });
}
