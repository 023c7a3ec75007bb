/**
 * Owns the way from a timeline back to commands: the start and the commands of a process, read from
 * its events, so that they can be given again under another policy. The consequences of a command
 * are left out, because they follow again. Pure; reads what readers get.
 */
import { actorFacts } from '../on-call/actor';
import { teamsOf } from '../state/actor';
import { assertNever } from '../model/assert-never';
import { isOpenItem } from '../state/action-items';
import { isTerminalStatus } from '../state/draft';
import type { freezeView } from '../state/freezes';
import type { ProcessFacts } from '../views/view';
import type { TimelineEntry } from '../views/timeline';
import type { ScriptStep } from './acts';
import type {
  CommandBody,
  Calendars,
  Directory,
  Frozen,
  Instant,
  Order,
  Policy,
  ProcessCommandName,
  StartInput,
} from '../model';
import { given } from '../../given';
import { absorbedAt, closesWith, furtherEventsOf, isAbsorption, fieldsOf } from './recorded-together';

export interface Recorded {
  readonly input: StartInput;
  readonly steps: readonly ScriptStep[];
  /** The instant of the last event. */
  readonly lastAt: Instant;
  readonly over: boolean;
}

/**
 * The start and the commands that `view` and the whole `timeline` tell of. The process will begin
 * under `policy`. `calendarsAt`: the calendars that a reschedule at an instant brings. Throws when
 * the timeline does not begin with the start of a process.
 */
export function recordedCommands(
  view: Pick<
    ProcessFacts,
    | 'id'
    | 'kind'
    | 'drill'
    | 'drillEndsAt'
    | 'status'
    | 'description'
    | 'startedAt'
    | 'version'
    | 'strategy'
    | 'actionItems'
  >,
  timeline: readonly TimelineEntry[],
  policy: Policy,
  directory: Directory,
  calendarsAt: (at: Instant) => Calendars,
): Recorded {
  const [first] = timeline;
  if (!first || (first.type !== 'declared' && first.type !== 'planned'))
    throw new Error(`the timeline of ${view.id} does not begin with its beginning`);
  const at = Date.parse(first.at);
  const actor = actorFacts(first.by, directory, at);
  const begun = beginningOf(view, timeline);
  const input = {
    kind: view.kind,
    id: view.id,
    at,
    actor,
    policy,
    body: begun.body,
    teams: teamsOf(servicesOf(first), directory),
    ...begun.more,
  } as StartInput;
  const steps: ScriptStep[] = [];
  for (let index = begun.taken; index < timeline.length; index++) {
    const entry = timeline[index]!;
    const incident = incidentStep(entry);
    if (incident !== undefined) steps.push(incident);
    if (entry.by === 'muster') continue;
    if (isAbsorption(timeline, index)) {
      const absorbed = absorbedAt(timeline, index);
      steps.push({ at: Date.parse(entry.at), name: 'absorb', request: absorbed.request });
      index = absorbed.last;
      continue;
    }
    const command = commandOf(entry, timeline, index);
    if (command === undefined) continue;
    steps.push({
      at: Date.parse(entry.at),
      by: entry.by,
      ...command,
      ...given({ frozen: frozenIn(entry) }),
      ...(command.name === 'reschedule' ? { calendars: calendarsAt(Date.parse(entry.at)) } : {}),
    });
    index += furtherEventsOf(timeline, index);
  }
  return {
    input,
    steps,
    lastAt: Date.parse(timeline.at(-1)!.at),
    over: isTerminalStatus(view.status) && !view.actionItems.some(isOpenItem),
  };
}

// R43: what other incidents did to the gates, as the release found it.
function incidentStep({ type, ...entry }: TimelineEntry): ScriptStep | undefined {
  const at = Date.parse(entry.at);
  const id = String(entry['incident']);
  if (type === 'incident-frees-gates') return { at, name: 'incident-ends', id };
  if (type !== 'incident-closes-gates') return undefined;
  const severity = String(entry['severity']);
  const since = Date.parse(String(entry['since']));
  return { at, name: 'incident-opens', incident: { id, severity, since }, levels: [severity] };
}

// The fields of `declare` count as their events, which come at the same instant, by the same
// person, before any event of Muster's own.
function beginningOf(
  view: Parameters<typeof recordedCommands>[0],
  timeline: readonly TimelineEntry[],
): { body: object; more: object; taken: number } {
  const first = timeline[0]!;
  const drill = {
    ...(view.drill ? { drill: true } : {}),
    // A drill that was begun without an end goes on without one.
    ...(view.drillEndsAt === undefined
      ? {}
      : { drillFor: `${(Date.parse(view.drillEndsAt) - Date.parse(first.at)) / 1000}s` }),
  };
  if (view.kind === 'release')
    return {
      body: {
        ...fieldsOf(first, ['title', 'severity', 'services', 'targetAt', 'restrictedTo']),
        ...fieldsOf(view, ['description', 'version', 'strategy']),
        ...drill,
      },
      more: {},
      taken: 1,
    };
  const body: Record<string, unknown> = {
    ...fieldsOf(first, ['title', 'severity', 'services', 'usersAffected', 'commander', 'restrictedTo']),
    ...fieldsOf(view, ['description', 'startedAt']),
    ...drill,
  };
  let taken = 1;
  const next = (type: string) => {
    const entry = timeline[taken];
    return entry?.type === type && entry.at === first.at && entry.by === first.by ? entry : undefined;
  };
  const impact = next('impact-recorded');
  if (impact && impact['services'] === undefined) {
    Object.assign(body, fieldsOf(impact, ['customerFacing', 'usersAffected', 'description', 'labels']));
    taken += 1;
  } else delete body['description'];
  if (body['commander'] !== undefined && next('role-assigned')) taken += 1;
  const link = causeOf(first, timeline.slice(taken));
  return { body, more: link.more, taken: taken + link.taken };
}

// The link to the process that caused the incident; before the link stands what the incident took
// over from that process (R10).
function causeOf(first: TimelineEntry, rest: readonly TimelineEntry[]): { more: object; taken: number } {
  const last = rest.findIndex((entry) => entry.type === 'linked' && entry['relation'] === 'caused-by');
  const whole = rest.slice(0, last + 1);
  const isOfStart = ({ type, at, by }: TimelineEntry) =>
    at === first.at && by === first.by && (type === 'linked' || type === 'role-assigned');
  if (last === -1 || !whole.every(isOfStart)) return { more: {}, taken: 0 };
  const causedBy: unknown = whole[last]!['to'];
  if (last === 0) return { more: { causedBy }, taken: 1 };
  const ofType = (type: string) => whole.slice(0, last).filter((entry) => entry.type === type);
  const roles: object = Object.fromEntries(
    ofType('role-assigned').map((entry): [string, unknown] => [entry['role'] as string, entry['person']]),
  );
  const links = ofType('linked').map((entry) => fieldsOf(entry, ['to', 'relation', 'title']));
  return { more: { causedBy, inherited: { roles, links } }, taken: whole.length };
}

// R42: the freezes in which a deployment began that was overridden.
function frozenIn({ freezes }: TimelineEntry): Frozen | undefined {
  if (!Array.isArray(freezes)) return undefined;
  const windows = freezes as ReturnType<typeof freezeView>[];
  return {
    freezes: windows.map(({ from, until, ...one }) => ({ ...one, from: Date.parse(from), until: Date.parse(until) })),
    freeAt: null,
  };
}

// Readers get the fields of an entry without their types.
function servicesOf({ services }: TimelineEntry): string[] {
  return Array.isArray(services) ? services.filter((service) => typeof service === 'string') : [];
}

function commandOf(entry: TimelineEntry, timeline: readonly TimelineEntry[], index: number): Order | undefined {
  // Readers get the fields of an entry without their types: the fields have those of the command
  // that wrote the entry.
  const order = <N extends ProcessCommandName>(name: N, body: Partial<Record<keyof CommandBody<N>, unknown>>) => ({
    name,
    body: body as CommandBody<N>,
  });
  const own = <N extends ProcessCommandName>(name: N, ...keys: (keyof CommandBody<N> & string)[]) => ({
    name,
    body: fieldsOf(entry, keys) as CommandBody<N>,
  });
  switch (entry.type) {
    case 'acknowledged':
      return own('acknowledge', 'note');
    case 'role-assigned':
      return own('assign-role', 'role', 'person');
    case 'severity-changed':
      return order('set-severity', { severity: entry['to'], reason: entry['reason'] });
    case 'status-changed':
      return order('set-status', { status: entry['to'], ...fieldsOf(entry, ['note']) });
    case 'update-posted':
      return order('post-update', { text: entry['body'], ...fieldsOf(entry, ['audience', 'actions', 'nextUpdateAt']) });
    case 'impact-recorded':
      return order('record-impact', {
        ...given({ addServices: entry['added'], removeServices: entry['removed'] }),
        ...fieldsOf(entry, ['customerFacing', 'usersAffected', 'description', 'labels', 'restrictedTo']),
      });
    case 'restricted':
      return own('restrict', 'to');
    case 'unrestricted':
      return own('unrestrict', 'reason');
    case 'title-changed':
      return order('set-title', { title: entry['to'] });
    case 'items-done':
      return own('complete-items', 'items', 'note', 'evidence');
    case 'items-skipped':
      // `close` skipped these items for `skipRest`, and will skip them again.
      return closesWith(
        timeline.slice(index + 1).find(({ by }) => by !== 'muster'),
        entry,
      )
        ? undefined
        : own('skip-items', 'items', 'reason');
    case 'items-reopened':
      return own('reopen-items', 'items', 'reason');
    case 'snoozed':
      return own('snooze', 'deadline', 'until', 'reason');
    case 'escalated':
      // Without names, the next rung is called, which may be another rung now.
      return order('escalate', fieldsOf(entry, entry['named'] === true ? ['reason', 'to'] : ['reason']));
    case 'handed-off':
      return own('hand-off', 'to', 'note');
    case 'commented':
      return entry['again'] === true
        ? order('resolve', { summary: entry['body'] })
        : order('comment', { text: entry['body'] });
    case 'action-item-added':
      return own('add-action-item', 'title', 'owner', 'dueAt');
    case 'action-item-completed':
      return own('complete-action-item', 'actionItem');
    case 'action-item-dropped':
      return own('drop-action-item', 'actionItem', 'reason');
    case 'linked':
      return own('link', 'to', 'relation', 'title');
    case 'resolved':
      return own('resolve', 'summary');
    case 'reopened':
      return own('reopen', 'reason');
    case 'review-written':
      return own('write-review', 'rootCause', 'resolution', 'wentWell', 'couldImprove');
    case 'merged':
      return own('merge', 'into', 'severity');
    case 'cancelled':
      return own('cancel', 'reason');
    case 'closed':
      return own('close', 'skipRest');
    case 'check-reported':
      return order('report-check', {
        ...fieldsOf(entry, ['check', 'result', 'value', 'url']),
        ...given({ at: entry['measuredAt'] }),
      });
    case 'decided':
      return own('decide', 'gate', 'decision', 'note');
    case 'rescheduled':
      return order('reschedule', { targetAt: entry['to'], reason: entry['reason'] });
    case 'deployment-started':
      return own('start-deployment', 'override', 'early');
    case 'deployed':
      return order('mark-deployed', { at: entry['deployedAt'] });
    case 'rolled-back':
      return own('roll-back', 'reason', 'declare');
    // No command of this process stands for these: they follow again, or came with the start or a
    // merge.
    case 'declared':
    case 'planned':
    case 'absorbed':
    case 'team-involved':
    case 'call-failed':
    case 'hand-off-expired':
    case 'answer-expired':
    case 'decision-awaited':
    case 'check-expired':
    case 'gate-stale':
    case 'completed':
    case 'phase-opened':
    case 'phase-completed':
    case 'phase-reopened':
    case 'deadline-missed':
    case 'deadline-met':
    case 'rungs-fired':
    case 'fallthrough':
    case 'exhausted':
    case 'resolved-to':
    case 'delivered':
    case 'delivery-failed':
    case 'called-off':
    case 'followed':
    case 'follow-failed':
    case 'effect-failed':
    case 'incident-declared':
    case 'refused':
    case 'alerts-reported':
    case 'alerts-over':
    case 'incident-closes-gates':
    case 'incident-frees-gates':
    case 'gates-of-release':
    case 'changes-listed':
      return undefined;
    default:
      return assertNever(entry.type);
  }
}
