/**
 * Owns the notes to an audience about an announced moment, in plain words: what happened, what the
 * moment means for the audience, whom to ask. An audience may get a briefing instead, or the words
 * for customers (`notes` in channels.yaml). Knows nothing of which audience is told when.
 */
import { levelOf } from '../state/severity';
import { audiencesThen } from './audiences';
import { inWorkingHours } from '../time/calendar';
import { formatDuration } from '../time/duration';
import { calendarOf } from '../deadlines/due';
import { responseOf } from '../deadlines/kinds';
import { ladderOf, rungApplies } from '../deadlines/ladder';
import { pagesInHoursOnly } from '../deadlines/ladders';
import { openActionItems } from '../state/action-items';
import { seenByCustomers } from './message-body';
import type {
  AudiencePolicy,
  Instant,
  InternalFields,
  Phrase,
  ProcessState,
  TimelineEvent,
  Unannounced,
} from '../model';
import { oneLine } from '../text/one-line';
import { moment, phrase } from '../text/phrase';
import { publicFields } from './public-words';
import { countingAt, snapshotAt, type Snapshot } from './snapshot';

type Notes = InternalFields['notes'][number][];
const note = (label: string, text: Phrase | undefined): Notes => (text === undefined ? [] : [{ label, text }]);

/**
 * The notes to `audience` about `event`, in addition to the headline and the body. Empty for an
 * event that templates cannot announce, with one exception: a briefing comes with each update on an
 * incident too.
 */
export function notesFor(state: ProcessState, event: TimelineEvent, snapshot: Snapshot, audience: string): Notes {
  const happened = happenedWords(state, event, snapshot);
  // A cancelled or merged incident has no owner and no next update, so there is nothing to brief
  // anybody on.
  const withdrawn = event.type === 'cancelled' || event.type === 'merged';
  const { notes } = state.policy.audiences[audience] ?? {};
  const briefing = notes === 'briefing' && state.kind === 'incident' && !withdrawn;
  if (happened === undefined && !(briefing && event.type === 'update-posted')) return [];
  return [
    ...note('What happened', happened),
    ...(briefing
      ? briefingNotes(state, event, snapshot)
      : notes === 'for-customers'
        ? customerNotes(state, event, snapshot)
        : note('For you', meaningWords(state, event, snapshot))),
    ...note('Ask', whoToAsk(state, snapshot, notes)),
  ];
}

function happenedWords(state: ProcessState, event: TimelineEvent, { services }: Snapshot): Phrase | undefined {
  const by = event.by === undefined ? '' : ` by ${event.by}`;
  const when = phrase`at ${moment(event.at)}${by}`;
  switch (event.type) {
    case 'declared': {
      const { name } = levelOf(state.policy, event.severity);
      return phrase`an incident of severity ${event.severity} (${name}) was declared ${when}`;
    }
    case 'severity-changed':
      return phrase`the severity changed from ${event.from} to ${event.to} ${when}: ${oneLine(event.reason)}`;
    case 'resolved':
      return phrase`resolved ${when}, ${formatDuration(event.at - state.beganAt)} after it was declared${tail(event.summary)}`;
    case 'planned':
      return phrase`a release was planned for ${moment(event.targetAt)}${by}${tail(state.description)}`;
    case 'rescheduled':
      return phrase`moved from ${moment(event.from)} to ${moment(event.to)}${by}: ${oneLine(event.reason)}`;
    case 'deployment-started':
      return phrase`the deployment began ${when}${state.kind === 'release' && state.strategy !== undefined ? ` (${state.strategy})` : ''}`;
    case 'deployed':
      return phrase`${versionWords(state)} is live in ${services.join(', ')} since ${moment(event.deployedAt)}${tail(state.description)}`;
    case 'completed':
      return phrase`every phase of the release was complete at ${moment(event.at)}`;
    case 'rolled-back':
      return phrase`rolled back ${when}: ${oneLine(event.reason)}`;
    case 'reopened':
      return phrase`opened again ${when}: ${oneLine(event.reason)}`;
    case 'cancelled':
      return phrase`cancelled ${when}: ${oneLine(event.reason)}`;
    case 'merged':
      return phrase`merged into ${event.into} ${when}: they are one and the same`;
    default:
      event satisfies Unannounced;
      return undefined;
  }
}

const tail = (text: string | undefined): string => (text === undefined ? '' : `: ${oneLine(text)}`);
function versionWords(state: ProcessState): string {
  return state.kind === 'release' && state.version !== undefined ? `version ${state.version}` : 'the release';
}

function meaningWords(state: ProcessState, event: TimelineEvent, { severity, services }: Snapshot): string | undefined {
  const where = services.length === 0 ? 'the services' : services.join(', ');
  switch (event.type) {
    case 'declared':
    case 'severity-changed':
      return `${severity} means: ${oneLine(levelOf(state.policy, severity).means)}. Unless you are called there is nothing to do.`;
    case 'resolved':
      return `${where} should work again; say so when something does not.`;
    case 'reopened':
      return `what was told of the resolution does not hold: ${where} may not work.`;
    case 'planned':
    case 'rescheduled':
      return `plan with this time for ${where}, and say soon when it does not suit you.`;
    case 'deployment-started':
      return `${where} may behave differently from now on; say so when something looks wrong.`;
    case 'deployed':
      return 'it is being watched; say so when something looks wrong.';
    case 'completed':
      return openActionItems(state).length === 0 ? 'nothing is left to do.' : 'only action items are left to do.';
    case 'rolled-back':
      return `what the release was to bring to ${where} is not there.`;
    case 'cancelled':
      return state.kind === 'incident'
        ? 'nothing is left to do.'
        : `what the release was to bring to ${where} does not come with it.`;
    case 'merged':
      return `it goes on as ${event.into}.`;
    default:
      event satisfies Unannounced;
      return undefined;
  }
}

function briefingNotes(state: ProcessState, event: TimelineEvent, snapshot: Snapshot): Notes {
  const { nextUpdateAt } = snapshot;
  const began = state.kind === 'incident' ? (state.startedAt ?? state.beganAt) : state.beganAt;
  return [
    ...note('Impact', impactWords(snapshot)),
    ...note('Who has it', ownerWords(state, event, snapshot)),
    ...note('Since', [moment(began)]),
    ...note('Next update', nextUpdateAt === undefined ? 'none is due' : [moment(nextUpdateAt)]),
  ];
}

// Nobody owns an incident until somebody acknowledges: not a commander who was named at the
// declaration.
function ownerWords(state: ProcessState, event: TimelineEvent, snapshot: Snapshot): Phrase {
  const { acknowledged, holder, roles, status } = snapshot;
  const commander = roles['commander'];
  if (acknowledged === undefined && status !== 'resolved')
    return `nobody has answered yet; ${callingWords(state, event, snapshot)}${commander === undefined ? '' : ` (${commander} is commander)`}`;
  const owner = holder ?? commander ?? 'nobody';
  if (acknowledged === undefined) return owner;
  // Who has it now need not be who answered.
  const { at, by = owner } = acknowledged;
  return by === owner ? phrase`${owner}, answered at ${moment(at)}` : phrase`${owner}; ${by} answered at ${moment(at)}`;
}

// An incident that waits for an answer does not always page: the severity may page in working hours
// only, the ladder may only remind, or the ladder may have come to its end.
function callingWords(state: ProcessState, { at }: TimelineEvent, snapshot: Snapshot): string {
  const { severity, services, customerFacing = false } = snapshot;
  const then: ProcessState = { ...state, severity, services: [...services], customerFacing };
  const response = responseOf(state);
  const rungs = response === undefined ? [] : ladderOf(then, response).filter((rung) => rungApplies(then, rung));
  if (snapshot.calledInVain || rungs.length === 0) return 'no rung is left to call anybody';
  const counting = countingAt(state, snapshot);
  const pages =
    levelOf(state.policy, snapshot.severity).page !== 'none' &&
    rungs.some(
      (rung) => rung.mode === 'page' && (!pagesInHoursOnly(counting, rung) || inWorkingHours(calendarOf(counting), at)),
    );
  return pages ? 'people are being paged' : 'people are being reminded';
}

function impactWords({ impact, usersAffected, customerFacing }: Snapshot): string {
  const visible = customerFacing === true;
  const words = [
    ...(impact !== undefined ? [oneLine(impact)] : visible ? [seenByCustomers] : []),
    ...(usersAffected === undefined ? [] : [`users affected: ${usersAffected}`]),
    ...(visible && impact !== undefined ? ['visible to customers'] : []),
  ];
  return words.join('; ') || 'not recorded yet';
}

function customerNotes(state: ProcessState, event: TimelineEvent, snapshot: Snapshot): Notes {
  const { nextUpdateAt } = snapshot;
  const published = lastPublished(state, event, snapshot);
  const silence =
    state.kind === 'release' || event.type === 'cancelled'
      ? 'nothing was published about it; nobody outside has been told'
      : event.type === 'resolved'
        ? 'that it is resolved; nothing else was published'
        : 'nothing was published yet; say that we are looking into it, and no more';
  return [
    ...(state.kind === 'incident' ? note('What users see', impactWords(snapshot)) : []),
    ...note(
      'Tell customers',
      published === undefined ? silence : phrase`what was published at ${moment(published.at)}: "${published.text}"`,
    ),
    ...(nextUpdateAt === undefined ? [] : note('Next update', [moment(nextUpdateAt)])),
  ];
}

// The latest text that people outside could read: a post for the public, or the sentence about a
// moment that a public audience heard of.
function lastPublished(
  state: ProcessState,
  event: TimelineEvent,
  { published }: Snapshot,
): { readonly at: Instant; readonly text: Phrase } | undefined {
  const { audiences } = state.policy;
  const isOutside = (name: string) => audiences[name]?.public === true && audiences[name].channels.length > 0;
  // A drill tells nobody outside.
  const told =
    state.drill || !Object.keys(audiences).some(isOutside)
      ? undefined
      : state.timeline.slice(0, event.seq).findLast((one) => audiencesThen(state, one).some(isOutside));
  if (!told || (published && told.at < published.at))
    return published && { at: published.at, text: oneLine(published.text) };
  const { text } = publicFields(state, told, snapshotAt(state, told.seq));
  return { at: told.at, text: typeof text === 'string' ? oneLine(text) : text };
}

function whoToAsk(state: ProcessState, { roles, holder }: Snapshot, notes: AudiencePolicy['notes']): string {
  const lead =
    state.kind === 'release'
      ? (roles['release-manager'] ?? state.beganBy)
      : (holder ?? roles['commander'] ?? 'whoever is on call');
  return notes === 'for-customers' ? (roles['communications-lead'] ?? lead) : lead;
}
