/**
 * Owns the rule of every command that both kinds of process take. Pure: state, body and instant in;
 * events or a refusal out (docs/rules.md).
 */
import { levelNamed, levelsOf, levelOf, levelProblem } from '../../state/severity';
import { lateAt } from '../../deadlines/rounds';
import { intervalsAfter, isOver, isUnmet, offsetFrom, unitsOf } from '../../deadlines/due';
import { kindRules, updateOf } from '../../deadlines/kinds';
import type { NewEvent } from '../../state/draft';
import { formatLength } from '../../time/duration';
import { isSilent } from '../../deadlines/ladder';
import { rungInstants } from '../../deadlines/rung-instants';
import { nextResponseRung, wordsOfResponseRung } from '../called-words';
import { unknownName } from '../../text/nearest';
import type { CommandBody, CommandOf, Instant, ProcessState } from '../../model';
import { restrictedTo } from '../../state/restricted';
import { isoSecond } from '../../time/instants';
import { given } from '../../../given';
import { reportCheck } from './check-report';
import { type Context, type Decided, type Decisions, events, instant, invalid, refuse } from './decision';
import { completeItems, reopenItems, skipItems } from './items';
import { decideAtGate } from './votes';

/** Commands of both kinds of process, except `close`, which each kind takes in another status. */
type Common = Exclude<CommandOf<'incident'> & CommandOf<'release'>, 'close'>;

export const decideCommon = {
  'assign-role': (_state, { role, person }) => events({ type: 'role-assigned', role, person }),
  'set-severity': (state, { severity, reason }) => {
    const to = levelNamed(levelsOf(state.policy), severity);
    if (to === undefined) return invalid('severity', levelProblem(state.policy, severity)!);
    return to === state.severity
      ? refuse('unchanged', `the severity is already ${to}`)
      : events({ type: 'severity-changed', from: state.severity, to, reason });
  },
  'complete-items': (state, body) => completeItems(state, body),
  'skip-items': (state, body) => skipItems(state, body),
  'reopen-items': (state, body) => reopenItems(state, body),
  snooze: (state, body, context) => snooze(state, body, context),
  escalate: (state, body) => escalate(state, body),
  'set-title': (state, { title }) =>
    title === state.title
      ? refuse('unchanged', 'it has this title already')
      : events({ type: 'title-changed', from: state.title, to: title }),
  restrict: (state, { to }) => restrict(state, [...new Set(to)]),
  unrestrict: (state, { reason }) =>
    restrictedTo(state) === undefined
      ? refuse('not-restricted', 'everybody sees it already')
      : events({ type: 'unrestricted', reason }),
  comment: (_state, { text }) => events({ type: 'commented', text }),
  'add-action-item': (state, { title, owner, dueAt }, { at }) =>
    instant(dueAt) <= at
      ? invalid('dueAt', `an action item must be due in the future; ${dueAt} is past`)
      : beyond(state, instant(dueAt))
        ? invalid('dueAt', `at most ${horizonDays} days ahead`)
        : events({
            type: 'action-item-added',
            actionItem: `${state.actionItems.length + 1}`,
            title,
            owner,
            dueAt: instant(dueAt),
          }),
  'complete-action-item': (state, { actionItem }) => completeActionItem(state, actionItem),
  'drop-action-item': (state, { actionItem, reason }) => dropActionItem(state, actionItem, reason),
  link: (state, { to, relation, title }) =>
    to === state.id
      ? invalid('to', 'expected something else than the process itself')
      : events({ type: 'linked', to, relation, ...given({ title }) }),
  'write-review': (_state, body) =>
    Object.keys(body).length === 0
      ? invalid('rootCause', 'a review needs at least one of rootCause, resolution, wentWell, couldImprove')
      : events({ type: 'review-written', ...given(body) }),
  'post-update': (state, body, context) => postUpdate(state, body, context),
  'report-check': (state, body, context) => reportCheck(state, body, context),
  decide: (state, body, context) => decideAtGate(state, body, context),
  cancel: (_state, { reason }) => events({ type: 'cancelled', reason }),
} satisfies Decisions<ProcessState, Common>;

// R37. The names replace those that people named before; those of the template stay.
function restrict(state: ProcessState, to: readonly string[]): Decided {
  if (to.length === 0) return invalid('to', 'name at least one person or role; `unrestrict` lets everybody see it');
  const before = state.unrestricted ? undefined : state.restrictedTo;
  return before?.length === to.length && to.every((name) => before.includes(name))
    ? refuse('unchanged', `it is restricted to ${to.join(', ')} already`)
    : events({ type: 'restricted', to: [...to] });
}

export const horizonDays = 400;
/** T12: true when `at` lies beyond the calendar that the process copied. */
export function beyond(state: ProcessState, at: Instant): boolean {
  return at > state.policy.calendar.until;
}

// T7: not for `response`; at most one update interval (incident) or 1 business day (release) at a
// time, three times a round, and only where a rung would wait for its end.
function snooze(
  state: ProcessState,
  { deadline: id, until: text, reason }: CommandBody<'snooze'>,
  { at }: Context,
): Decided {
  const deadline = Object.hasOwn(state.deadlines, id) ? state.deadlines[id] : undefined;
  if (!deadline) return invalid('deadline', unknownName('deadline', id, Object.keys(state.deadlines)));
  if (!kindRules[deadline.kind].snoozable)
    return refuse('not-for-response', 'the response deadline cannot be snoozed: acknowledge it, or escalate');
  if (!isUnmet(deadline))
    return refuse('not-running', `deadline ${id} is ${deadline.status}; there is nothing to snooze`);
  if (isOver(state, deadline))
    return refuse('not-running', `nobody is told of ${id} any more: the incident is resolved`);
  if (isSilent(state, deadline)) return refuse('not-running', `deadline ${id} has no ladder`);
  const until = instant(text);
  if (until <= at) return invalid('until', 'snooze until an instant ahead');
  const limit = state.kind === 'incident' ? intervalsAfter(state, at) : offsetFrom(state, at, { n: 1, unit: 'bd' });
  if (until > limit)
    return refuse(
      'too-long',
      `at most until ${isoSecond(limit)} (${state.kind === 'incident' ? `one update interval, ${formatLength(unitsOf(state).interval)}` : '1 business day'})`,
    );
  const ahead = rungInstants(state, deadline).filter(({ effectiveAt }) => effectiveAt > at);
  const next = Math.min(...ahead.map(({ nominalAt }) => nominalAt));
  if (ahead.length > 0 && next >= until)
    return refuse(
      'holds-nothing',
      `it would hold nothing: nobody is told of ${id} before ${isoSecond(next)}; snooze until later than that`,
    );
  if ((deadline.snoozes ?? 0) >= 3) return refuse('too-often', `deadline ${id} was snoozed three times already`);
  return events({ type: 'snoozed', deadline: id, until, reason });
}

// Without `to`: the recipients of the next rung of the response ladder, which still fires at its
// own time. A release has no response ladder.
function escalate(state: ProcessState, { reason, to }: CommandBody<'escalate'>): Decided {
  if (to?.length === 0) return invalid('to', 'name at least one recipient, or leave it out for the next rung');
  const next = nextResponseRung(state);
  const others =
    next === undefined
      ? ['escalation-manager', ...levelOf(state.policy, state.severity).escalateTo]
      : wordsOfResponseRung(state, next);
  return to === undefined
    ? events({ type: 'escalated', reason, to: others })
    : events({ type: 'escalated', reason, to: [...new Set(to)], named: true });
}

function completeActionItem(state: ProcessState, id: string): Decided {
  const item = state.actionItems.find((candidate) => candidate.id === id);
  if (!item) return unknownActionItem(state, id);
  return item.doneAt === undefined ? events({ type: 'action-item-completed', actionItem: id }) : events();
}

function dropActionItem(state: ProcessState, id: string, reason: string): Decided {
  const item = state.actionItems.find((candidate) => candidate.id === id);
  if (!item) return unknownActionItem(state, id);
  if (item.doneAt !== undefined) return refuse('done', `action item ${id} is done since ${isoSecond(item.doneAt)}`);
  return item.dropped === undefined ? events({ type: 'action-item-dropped', actionItem: id, reason }) : events();
}

function unknownActionItem({ actionItems }: ProcessState, id: string): Decided {
  return invalid(
    'actionItem',
    unknownName(
      'action item',
      id,
      actionItems.map((candidate) => candidate.id),
    ),
  );
}

function postUpdate(state: ProcessState, body: CommandBody<'post-update'>, { at }: Context): Decided {
  const { text, audience = 'internal', actions, nextUpdateAt } = body;
  const posted = (next?: Instant): NewEvent => ({
    type: 'update-posted',
    text,
    audience,
    ...given({ actions, nextUpdateAt: next }),
  });
  const update = updateOf(state);
  if (nextUpdateAt !== undefined) {
    const next = instant(nextUpdateAt);
    if (!update || state.lifecycle.status === 'resolved')
      return invalid('nextUpdateAt', 'no update is due here any more; leave nextUpdateAt out');
    if (next <= at) return invalid('nextUpdateAt', 'the next update must be promised for an instant ahead');
    const latest = intervalsAfter(state, at, 4);
    if (next > latest)
      return refuse(
        'too-far',
        `the next update may be promised for ${isoSecond(latest)} at the latest (4 intervals of ${formatLength(unitsOf(state).interval)})`,
      );
    return events(...metLate(state, at), posted(next));
  }
  return events(...metLate(state, at), posted());
}

function metLate(state: ProcessState, at: Instant): NewEvent[] {
  const update = updateOf(state);
  // Misses up to now are on record (T3). A post in time needs no event of its own.
  if (update?.status !== 'missed') return [];
  return [{ type: 'deadline-met', deadline: update.id, round: update.round, ...lateAt(update, at) }];
}
