/**
 * Owns the sentences of the timeline, one for each event. Knows nothing of layout, colour or HTTP.
 */
import { formatDuration } from '../time/duration';
import { allAlerts, callFailedWords, gatesWords } from './news';
import { affectedTooWords, deadlineName, exhaustedWords } from './promises';
import { changeWords } from '../changes/words';
import { joinedPhrases, moment, phrase } from '../text/phrase';
import { assertNever } from '../model/assert-never';
import type { AnsweredVia, Phrase, ProcessState, TimelineEvent } from '../model';

const tail = (text: string | undefined): string => (text === undefined ? '' : `: ${text}`);
const lateBy = (late: number | undefined): string => (late === undefined ? '' : `, ${formatDuration(late)} late`);

/** Where somebody answered, if not in Muster. */
function viaWords(via: AnsweredVia | undefined): string {
  if (via === undefined) return '';
  const as = via.name === undefined ? '' : ` as ${via.name}`;
  return ` in ${via.source}${as}${via.closed ? ', by closing the page there' : ''}`;
}

/** The sentence of the timeline about `event`, for internal readers. */
export function describe(state: ProcessState, event: TimelineEvent): Phrase {
  switch (event.type) {
    case 'declared':
      return `Declared ${event.severity}: ${event.title}`;
    case 'planned':
      return phrase`Planned for ${moment(event.targetAt)}: ${event.title}`;
    case 'acknowledged':
      return `Acknowledged${viaWords(event.via)}${tail(event.note)}`;
    case 'role-assigned':
      return `${event.role}: ${event.person ?? 'nobody'}${event.handedBy === undefined ? '' : `, taken over from ${event.handedBy}`}`;
    case 'severity-changed':
      return `Severity ${event.from} to ${event.to}: ${event.reason}${event.asksAnew ? '; an answer is asked for anew' : ''}${event.pages ? '; whoever was told before hears it at once' : ''}`;
    case 'status-changed':
      return `Status ${event.from} to ${event.to}${tail(event.note)}`;
    case 'update-posted':
      return `Update (${event.audience}): ${event.text}`;
    case 'impact-recorded':
      return `Impact recorded${tail(impactWords(state, event))}`;
    case 'items-done':
      return `Done${event.overFailedCheck === undefined ? '' : ` over a failed check (${event.overFailedCheck})`}: ${event.items.join(', ')}${event.evidence === undefined ? '' : ` (${event.evidence})`}${tail(event.note)}`;
    case 'items-skipped':
      return `Skipped: ${event.items.join(', ')} - ${event.reason}`;
    case 'items-reopened':
      return `Reopened: ${event.items.join(', ')} - ${event.reason}`;
    case 'snoozed':
      return phrase`Snoozed ${deadlineName(state, event.deadline)} until ${moment(event.until)}: ${event.reason}`;
    case 'escalated':
      return `Escalated to ${event.to.join(', ')}: ${event.reason}`;
    case 'team-involved':
      return `${event.team} is involved: ${affectedTooWords(event)}`;
    case 'call-failed':
      return `Fallthrough: ${callFailedWords(event)}`;
    case 'handed-off':
      return phrase`Handed off to ${event.to}, who has until ${moment(event.answerBy)} to take it${tail(event.note)}`;
    case 'answer-expired':
      return `Nothing was heard of ${event.holder} for ${formatDuration(event.at - event.since)}; an answer is asked for anew`;
    case 'hand-off-expired':
      return `${event.to} did not take it over${event.because === undefined ? '' : ` (${event.because})`}: ${event.from} still has it`;
    case 'decision-awaited':
      return `${event.gate} waits for the decision of its approvers`;
    case 'restricted':
      return `Restricted to ${event.to.join(', ')}`;
    case 'unrestricted':
      return `Everybody sees it from now on: ${event.reason}`;
    case 'title-changed':
      return `Title changed to "${event.to}" (it was "${event.from}")`;
    case 'commented':
      return event.again ? `Already resolved: ${event.text}` : event.text;
    case 'action-item-added':
      return phrase`Action item ${event.actionItem}: ${event.title} - ${event.owner}, due ${moment(event.dueAt)}`;
    case 'action-item-completed':
      return `Action item ${event.actionItem} completed`;
    case 'action-item-dropped':
      return `Action item ${event.actionItem} dropped: ${event.reason}`;
    case 'linked':
      return `Linked ${event.relation}: ${event.title ?? event.to}`;
    case 'resolved':
      return `Resolved${tail(event.summary)}${event.open > 0 ? ` (${event.open} ${event.open === 1 ? 'item' : 'items'} still open)` : ''}`;
    case 'reopened':
      return `Reopened: ${event.reason}`;
    case 'review-written':
      return `Review written${tail(event.rootCause)}`;
    case 'merged':
      return `Merged into ${event.into}`;
    case 'absorbed':
      return `${event.from} was merged into this`;
    case 'cancelled':
      return `Cancelled: ${event.reason}`;
    case 'closed':
      return `Closed${event.skipRest === undefined ? '' : `, open items skipped: ${event.skipRest}`}`;
    case 'check-reported':
      return `Check ${event.check}: ${event.result}${event.value === undefined ? '' : ` (${event.value})`}${event.because === undefined ? '' : ` - ${event.because}`}${event.waiting === undefined ? '' : ` - ticks ${event.waiting.join(', ')} when the gate opens`}`;
    case 'check-expired':
      return `Check result too old: ${event.items.join(', ')} open again`;
    case 'decided':
      return decidedWords(event);
    case 'gate-stale':
      return `${event.gate}: earlier decisions no longer count (${event.because})`;
    case 'rescheduled':
      return phrase`Rescheduled from ${moment(event.from)} to ${moment(event.to)}: ${event.reason}`;
    case 'deployment-started':
      return event.override === undefined
        ? `Deployment started${event.early === undefined ? '' : ` early: ${event.early}`}`
        : `Deployment started${event.early === undefined ? '' : ` early (${event.early})`} ${overWords(event)} (${(event.closedBecause ?? []).join('; ')}): ${event.override}`;
    case 'deployed':
      return phrase`Deployed at ${moment(event.deployedAt)}`;
    case 'rolled-back':
      return `Rolled back: ${event.reason}${event.declare === undefined ? '' : ` (a ${event.declare} incident is declared)`}`;
    case 'completed':
      return 'Completed: every phase is complete';
    case 'phase-opened':
      return `Phase ${event.phase} opened`;
    case 'phase-completed':
      return `Phase ${event.phase} completed${lateBy(event.late)}${event.skipped === undefined ? '' : `, ${event.skipped} skipped`}`;
    case 'phase-reopened':
      return `Phase ${event.phase} is open again`;
    case 'deadline-missed':
      return `MISSED: ${deadlineName(state, event.deadline)}`;
    case 'deadline-met':
      return `Met: ${deadlineName(state, event.deadline)}${lateBy(event.late)}`;
    case 'rungs-fired':
      return `Escalation: ${event.rungs.map((rung) => `${rung.mode} rung ${rung.rung} of ${deadlineName(state, rung.deadline)}${rung.late !== undefined && rung.late >= 1000 ? ` (${formatDuration(rung.late)} late)` : ''}`).join('; ')}`;
    case 'fallthrough':
      return `Fallthrough: rung ${event.rung} of ${deadlineName(state, event.deadline)} reached nobody (${event.because}); ${event.toRung === null ? 'no rung is left to try' : `rung ${event.toRung} is told now`}`;
    case 'exhausted':
      return phrase`Exhausted: ${exhaustedWords(state, event)}`;
    case 'resolved-to':
      return goesWords(event);
    case 'delivered':
      return `${event.kind === 'announce' ? 'Announced to' : event.kind === 'page' ? 'Paged' : 'Reminded'} ${event.to} by ${event.channel}`;
    case 'delivery-failed':
      return `Could not reach ${event.to} by ${event.channel}: ${event.because}`;
    case 'called-off':
      return `Called off: the ${event.kind === 'remind' ? 'reminder' : event.kind} to ${event.to} by ${event.channel}${event.because === undefined ? '' : `, whose last attempt failed: ${event.because}`}`;
    case 'effect-failed':
      return `Failed for good: ${event.what}: ${event.because}`;
    case 'followed':
      return event.to === undefined
        ? `${event.channel} is up to date`
        : `${event.channel}: ${event.title === undefined ? '' : `${event.title}  `}${event.to}`;
    case 'follow-failed':
      return `${event.channel} could not be brought up to date: ${event.because}`;
    case 'incident-declared':
      return `Incident ${event.incident} declared`;
    case 'alerts-reported':
      return alertsWords(event);
    case 'alerts-over':
      return `${allAlerts(event.count)} ended; whoever has it says whether it is over`;
    case 'incident-closes-gates':
      return phrase`${event.incident} (${event.severity}) is open since ${moment(event.since)}: it closes ${gatesWords(event.gates)}`;
    case 'incident-frees-gates':
      return `${event.incident} no longer closes ${gatesWords(event.gates)}${event.still ? '; another incident does' : ''}`;
    case 'gates-of-release':
      return gatesOfReleaseWords(event);
    case 'changes-listed':
      return changesWords(event);
    case 'refused':
      return `Refused ${event.command}: ${event.message}`;
    default:
      return assertNever(event);
  }
}

function goesWords({ people, nobody, joins = {} }: TimelineEvent & { type: 'resolved-to' }): string {
  const further = people.filter((person) => !Object.hasOwn(joins, person));
  const none = nobody === undefined ? 'nobody further, who is meant was told before or need not be' : 'nobody';
  const parts = [
    `Goes to ${further.length > 0 ? further.join(', ') : none}`,
    ...(nobody === undefined ? [] : [`nobody there for ${nobody.join(', ')}`]),
    ...(Object.keys(joins).length === 0 ? [] : [`joins the page before to ${Object.keys(joins).join(', ')}`]),
  ];
  return parts.join('; ');
}

function alertsWords({ began, ended, firing, more, further }: TimelineEvent & { type: 'alerts-reported' }): string {
  const words = ({ title, flaps }: (typeof began)[number]) => (flaps ? `${title} (${flapsWords})` : title);
  const titles = (word: string, alerts: typeof began) =>
    alerts.length === 0 ? [] : [`${word}: ${alerts.map(words).join('; ')}`];
  const rest = more === undefined ? [] : [`${more - began.length - ended.length} more began or ended`];
  const left = further === undefined ? '' : `, and ${further} beyond those kept`;
  return [...titles('Alert fires', began), ...titles('Alert ended', ended), ...rest, `${firing} firing${left}`].join(
    '; ',
  );
}

// Whoever reads it may see at the sender that it has ended.
const flapsWords = 'it begins and ends too often: its end counts when it has been quiet';

function changesWords({ changes, more }: TimelineEvent & { type: 'changes-listed' }): Phrase {
  const named = changes.slice(0, 3).map((change) => phrase`${changeWords(change)} at ${moment(change.at)}`);
  const rest = changes.length - named.length + more;
  return phrase`Changed lately: ${joinedPhrases(named, '; ')}${rest === 0 ? '' : `; and ${rest} more`}`;
}

function decidedWords({
  gate,
  decision,
  note,
  notBinding,
  closedBecause = [],
}: TimelineEvent & { type: 'decided' }): string {
  if (decision === 'override') return `${gate}: overridden (${closedBecause.join('; ')})${tail(note)}`;
  return `${gate}: ${decision}${notBinding === undefined ? '' : ` (not binding: ${notBinding})`}${tail(note)}`;
}

function gatesOfReleaseWords({
  release,
  gatesAre,
  gates,
  reason,
}: TimelineEvent & { type: 'gates-of-release' }): string {
  const which = `${gatesWords(gates)} of ${release}`;
  switch (gatesAre) {
    case 'closed':
      return `Closes ${which}`;
    case 'open':
      return `No longer closes ${which}`;
    case 'overridden':
      return `Overridden: ${which}${tail(reason)}`;
    case 'over':
      return `No longer closes ${which}: the release has ended`;
    default:
      return assertNever(gatesAre);
  }
}

// What an override passed (R26, R42).
function overWords({ gates, freezes }: TimelineEvent & { type: 'deployment-started' }): string {
  if (freezes === undefined) return `over ${gateWords(gates)}`;
  return gates?.length === 0 ? 'in a freeze' : `over ${gateWords(gates)} and in a freeze`;
}

function gateWords(gates: readonly string[] = []): string {
  if (gates.length === 0) return 'a closed gate';
  return `the closed ${gates.length === 1 ? 'gate' : 'gates'} ${gates.join(', ')}`;
}

function impactWords(state: ProcessState, event: TimelineEvent & { type: 'impact-recorded' }): string | undefined {
  const words = [
    ...(event.services ? [`services ${listedWords(event.services, event.removed)}`] : []),
    ...(event.usersAffected === undefined ? [] : [`users affected ${event.usersAffected}`]),
    ...(event.customerFacing === undefined ? [] : [event.customerFacing ? 'customer-facing' : 'not customer-facing']),
    ...(event.labels === undefined ? [] : [`labels ${labelWords(state, event)}`]),
    ...(event.description === undefined ? [] : [event.description]),
    ...(event.restrictedTo === undefined ? [] : [readersWords(state, event, event.restrictedTo)]),
  ];
  return words.length === 0 ? undefined : words.join('; ');
}

// New labels replace the earlier ones, so the words also name those that are gone: when a label
// goes, readers may lose sight of the contact that belongs to the label.
function labelWords(
  { timeline }: ProcessState,
  { seq, labels: now = [] }: TimelineEvent & { type: 'impact-recorded' },
): string {
  const before = timeline.findLast((one) => one.seq < seq && one.type === 'impact-recorded' && one.labels);
  const labels = (before?.type === 'impact-recorded' ? before.labels : undefined) ?? [];
  return listedWords(
    now,
    labels.filter((name) => !now.includes(name)),
  );
}

// R37: who was added takes the place of what people wrote before, so the words say who is gone by
// that. What the template names stays.
function readersWords({ timeline, policy }: ProcessState, { seq }: TimelineEvent, written: readonly string[]): string {
  const fixed = policy.restrictedTo ?? [];
  const before = timeline
    .slice(0, seq - 1)
    .flatMap((event) => ('restrictedTo' in event && event.restrictedTo !== undefined ? [event.restrictedTo] : []))
    .at(-1);
  const all = (names: readonly string[]) => [...new Set([...fixed, ...names])];
  const [now, was] = [all(written), all(before ?? [])];
  const added = was.length === 0 ? [] : now.filter((name) => !was.includes(name));
  const gone = was.filter((name) => !now.includes(name));
  const changes = [
    ...(added.length === 0 ? [] : [`added ${added.join(', ')}`]),
    ...(gone.length === 0 ? [] : [`no longer named: ${gone.join(', ')}`]),
  ];
  const to = now.length === 0 ? 'restricted to nobody any more, everybody sees it' : `restricted to ${now.join(', ')}`;
  return `${to}${changes.length === 0 ? '' : ` (${changes.join('; ')})`}`;
}

function listedWords(now: readonly string[], gone: readonly string[] = []): string {
  return `${now.join(', ') || 'none'}${gone.length === 0 ? '' : ` (no longer ${gone.join(', ')})`}`;
}
