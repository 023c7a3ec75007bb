/**
 * Owns what a report says of a process: one model, computed from the view and the whole timeline.
 * Knows nothing of where view and timeline come from, or of the written form (report-markdown.ts).
 */
import type { IncidentReport, ReleaseReport, ReportView } from '../../contracts/report-view';
import { changeWords } from '../changes/words';
import { given } from '../../given';
import type { Contact } from '../model';
import type { ProcessFacts } from './view';
import { reportTimeline, type NameOf } from './report-timeline';
import type { TimelineEntry } from './timeline';

export interface ReportReader {
  /** Each event of the timeline; by default, what Muster did in a minute is one line. */
  readonly full?: boolean;
  /** By default, people are ids. */
  readonly nameOf?: NameOf;
}

/** The report of a process as it stands; open ends are null. Lengths in ms. */
export function reportOf(
  view: ProcessFacts,
  timeline: readonly TimelineEntry[],
  { full = false, nameOf = (id) => id }: ReportReader = {},
): ReportView {
  const reader = { full, nameOf };
  return view.kind === 'incident' ? incidentReport(view, timeline, reader) : releaseReport(view, timeline, reader);
}
type Reader = Required<ReportReader>;

/** How long from `from` to `to`; null while there is no `to`. */
function between(from: string, to: string | null | undefined): number | null {
  return to === null || to === undefined ? null : Math.max(0, Date.parse(to) - Date.parse(from));
}

function incidentReport(view: ProcessFacts, timeline: readonly TimelineEntry[], reader: Reader): IncidentReport {
  const declared = view.declaredAt!;
  const start = view.startedAt ?? declared;
  const end = view.resolvedAt ?? view.closedAt ?? null;
  // A resolution without a `monitoring` before is the mitigation too. What was opened again since
  // was none.
  const lasting = timeline.slice(timeline.findLastIndex(({ type }) => type === 'reopened') + 1);
  const mitigated = lasting.find(
    ({ type, to }) => (type === 'status-changed' && to === 'monitoring') || type === 'resolved',
  );
  return {
    kind: 'incident',
    summary: {
      id: view.id,
      date: start.slice(0, 10),
      start,
      end,
      durationMs: between(start, end),
      severity: view.severity,
      services: view.services,
      usersImpacted: view.impact.usersAffected ?? 'not recorded',
      impact: view.impact.description ?? null,
    },
    durations: {
      toDetectMs: view.startedAt === undefined ? null : between(view.startedAt, declared),
      toAcknowledgeMs: between(declared, firstAcknowledgedAt(timeline)),
      toMitigateMs: between(declared, mitigated?.at),
      toResolveMs: between(declared, view.resolvedAt),
    },
    alerts: (view.alerts?.shown ?? []).map(
      ({ title, source, state, fellSilent, firstAt, lastAt, count, links, runbook }) => ({
        ...{ title, source, state, firstAt, lastAt, count },
        ...given({ fellSilent }),
        links: [...(runbook === undefined ? [] : [{ title: 'runbook', url: runbook }]), ...links],
      }),
    ),
    alertsInAll: view.alerts?.all ?? 0,
    recentChanges: (view.recentChanges?.shown ?? []).map(({ at, url, ...change }) => ({
      at,
      text: changeWords(change),
      ...given({ url }),
    })),
    recentChangesInAll: (view.recentChanges?.shown.length ?? 0) + (view.recentChanges?.more ?? 0),
    ...commonOf(view, timeline, reader),
  };
}

// Not `acknowledgedAt` of the view, which belongs to the round in force. An acknowledgement of a
// resolved incident does not count.
function firstAcknowledgedAt(timeline: readonly TimelineEntry[]): string | undefined {
  let over = false;
  for (const { type, at } of timeline) {
    if (type === 'acknowledged' && !over) return at;
    if (type === 'resolved' || type === 'reopened') over = type === 'resolved';
  }
  return undefined;
}

function releaseReport(view: ProcessFacts, timeline: readonly TimelineEntry[], reader: Reader): ReleaseReport {
  const { nameOf } = reader;
  const entriesOf = (type: string) => timeline.filter((entry) => entry.type === type);
  const targetAt = view.targetAt!;
  // A check reports many times; the last report counts.
  const checks = new Map(entriesOf('check-reported').map((entry) => [textOf(entry['check']), entry]));
  return {
    kind: 'release',
    summary: {
      id: view.id,
      version: view.version ?? null,
      strategy: view.strategy ?? null,
      severity: view.severity,
      services: view.services,
      plannedAt: view.plannedAt!,
      plannedBy: nameOf(view.plannedBy!),
      targetAt,
      startedAt: entriesOf('deployment-started').at(-1)?.at ?? null,
      deployedAt: view.deployedAt ?? null,
      lateMs: between(targetAt, view.deployedAt),
      endedAt: view.closedAt ?? null,
    },
    moves: entriesOf('rescheduled').map(({ at, by, ...entry }) => ({
      at,
      by: nameOf(by),
      from: textOf(entry['from']),
      to: textOf(entry['to']),
      reason: textOf(entry['reason']),
    })),
    gates: view.gates.map(({ id, decision, approvals }) => ({
      id,
      decision,
      decisions: approvals.map(({ note, stale, notBinding, person, ...vote }) => ({
        person: nameOf(person),
        ...vote,
        note: note ?? null,
        stale: stale ?? null,
        notBinding: notBinding ?? null,
      })),
    })),
    closedBy: entriesOf('incident-closes-gates').map(({ seq, at: from, incident, ...entry }) => ({
      incident: textOf(incident),
      severity: textOf(entry['severity']),
      from,
      to: entriesOf('incident-frees-gates').find((end) => end.seq > seq && end['incident'] === incident)?.at ?? null,
    })),
    overrides: timeline.flatMap(({ type, at, by, closedBecause, ...entry }) => {
      const more = { at, by: nameOf(by), closedBecause: textsOf(closedBecause) };
      if (type === 'decided' && entry['decision'] === 'override')
        return [{ ...more, reason: textOf(entry['note']), gates: [textOf(entry['gate'])] }];
      return type === 'deployment-started' && entry['override'] !== undefined
        ? [{ ...more, reason: textOf(entry['override']), gates: textsOf(entry['gates']) }]
        : [];
    }),
    begunEarly: view.begunEarly === undefined ? null : { ...view.begunEarly, by: nameOf(view.begunEarly.by) },
    checks: [...checks].map(([check, { at, result, value, url }]) => ({
      check,
      result: textOf(result),
      value: value === undefined ? null : textOf(value),
      url: url === undefined ? null : textOf(url),
      at,
    })),
    ...commonOf(view, timeline, reader),
  };
}

function commonOf(view: ProcessFacts, timeline: readonly TimelineEntry[], { full, nameOf }: Reader) {
  const said = timeline.filter(({ type }) => type === 'resolved').at(-1)?.['summary'];
  return {
    title: view.title,
    status: view.status,
    drill: view.drill,
    ended:
      view.ended === undefined ? null : { how: view.ended.how, at: view.ended.at, reason: view.ended.reason ?? null },
    timeline: reportTimeline(timeline, full, nameOf),
    rootCause: view.review?.rootCause ?? null,
    resolution: view.review?.resolution ?? (typeof said === 'string' ? said : null),
    wentWell: view.review?.wentWell ?? [],
    couldImprove: view.review?.couldImprove ?? [],
    actionItems: view.actionItems.map(({ id, title, owner, dueAt, doneAt, dropped }) => ({
      id,
      title,
      owner: nameOf(owner),
      dueAt,
      done: doneAt !== undefined,
      doneAt: doneAt ?? null,
      dropped: dropped ?? null,
    })),
    skipped: view.phases
      .flatMap(({ groups }) => groups.flatMap(({ items }) => items))
      .filter(({ status }) => status === 'skipped')
      .map(({ id, text, note, by, at }) => ({
        id,
        text,
        reason: note ?? '',
        by: nameOf(by ?? 'muster'),
        at: at ?? null,
      })),
    missed: missedOf(view),
    overFailedChecks: view.phases
      .flatMap(({ groups }) => groups.flatMap(({ items }) => items))
      .flatMap(({ id, text, overFailedCheck: because, note, by, at }) =>
        because === undefined
          ? []
          : [{ id, text, because, reason: note ?? '', by: nameOf(by ?? 'muster'), at: at ?? null }],
      ),
    paging: pagingOf(view, timeline, nameOf),
    people: peopleOf(view, timeline).map(({ person, as }) => ({ person: nameOf(person), as })),
    labels: view.labels,
    contacts: contactsOf(view),
  };
}

const deadlineNameOf = (view: ProcessFacts, id: string): string =>
  view.deadlines.find((one) => one.id === id)?.name ?? id;

// Read from the deadlines and not from the events: a completed phase and a post meet a deadline
// without `deadline-met`, and a cancelled deadline has no event at all.
function missedOf({ deadlines }: ProcessFacts): ReportView['missed'] {
  return deadlines
    .flatMap(({ id, name, misses, missedAt, ...current }) =>
      [...misses, ...(missedAt === undefined ? [] : [{ ...current, missedAt }])].map((miss) => missed(id, name, miss)),
    )
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0));
}

type Miss = Omit<ProcessFacts['deadlines'][number]['misses'][number], 'dueAt'>;
function missed(deadline: string, name: string, miss: Miss): ReportView['missed'][number] {
  const { round, missedAt: dueAt, metAt, cancelledAt, superseded } = miss;
  const endedAt = cancelledAt ?? superseded?.at;
  return {
    deadline,
    name,
    round,
    dueAt,
    outcome:
      metAt !== undefined
        ? 'met-late'
        : cancelledAt !== undefined
          ? 'cancelled'
          : superseded
            ? 'superseded'
            : 'not-met',
    metAt: metAt ?? null,
    lateMs: between(dueAt, metAt),
    endedAt: endedAt ?? null,
    supersededBy: superseded?.by ?? null,
  };
}

function pagingOf(view: ProcessFacts, timeline: readonly TimelineEntry[], personOf: NameOf): ReportView['paging'] {
  const pages = (type: string) => timeline.filter((entry) => entry.type === type && entry['kind'] === 'page');
  const delivered = pages('delivered');
  return {
    rungs: timeline
      .filter(({ type }) => type === 'rungs-fired')
      .flatMap(({ at, rungs }) =>
        (Array.isArray(rungs) ? (rungs as Record<string, unknown>[]) : []).map((rung) => ({ at, rung })),
      )
      .filter(({ rung }) => rung['mode'] === 'page')
      .map(({ at, rung }) => {
        const deadline = textOf(rung['deadline']);
        return {
          deadline,
          name: deadlineNameOf(view, deadline),
          round: Number(rung['round']),
          rung: textOf(rung['rung']),
          at,
        };
      }),
    pages: delivered.length,
    failed: pages('delivery-failed').length,
    people: [...new Set(delivered.map(({ to }) => textOf(to)))].map(personOf),
  };
}

function peopleOf(view: ProcessFacts, timeline: readonly TimelineEntry[]): ReportView['people'] {
  const involved = new Map<string, Set<string>>();
  const add = (person: unknown, as?: string) => {
    if (typeof person !== 'string') return;
    const known = involved.get(person) ?? new Set();
    involved.set(person, as === undefined ? known : known.add(as));
  };
  add(view.declaredBy, 'declared');
  add(view.plannedBy, 'planned');
  for (const { type, by, ...entry } of timeline) {
    if (type === 'role-assigned') add(entry['person'], textOf(entry['role']));
    if (type === 'acknowledged') add(by, 'acknowledged');
    if (type === 'decided') add(by, 'decided');
    if (type === 'delivered' && entry['kind'] === 'page') add(entry['to'], 'paged');
    // Somebody whose command was refused took no part.
    if (by !== 'muster' && type !== 'refused') add(by);
  }
  return [...involved].map(([person, as]) => ({ person, as: as.size === 0 ? ['took part'] : [...as] }));
}

function contactsOf(view: ProcessFacts): ReportView['contacts'] {
  return view.contacts
    .filter(({ matters }) => matters)
    .map(({ name, hint, ...more }: Contact) => {
      const { phone, email, links } = more as Readonly<Record<string, unknown>>;
      return {
        name,
        hint: hint ?? null,
        phone: typeof phone === 'string' ? phone : null,
        email: typeof email === 'string' ? email : null,
        links: typeof links === 'object' && links !== null ? (links as Record<string, string>) : {},
      };
    });
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
