/**
 * Owns the written form of a report: of an incident the Post-Incident Report Template of the
 * checklists, word for word in its headings and in their order; of a release a form of its own.
 * Facts that have no place in the template stand at the end of its Summary.
 */
import type { IncidentReport, ReleaseReport, ReportView } from '../../contracts/report-view';
import { formatDuration } from '../time/duration';
import { endingWords } from '../messages/trouble-notice';
import { isFoldedLine } from './report-timeline';
import { asEntry, asParagraphs, inLine } from '../text/markdown-text';

/** Title of the document, as plain text. */
export function reportTitle({ kind, title, drill }: ReportView): string {
  return `${kind === 'incident' ? 'Post-Incident Report' : 'Release Report'}: ${drill ? 'DRILL - ' : ''}${title}`;
}

/** The clock on which a report shows its instants, which are RFC 3339 in the report. */
export interface ReportClock {
  readonly zone: string;
  /** Date and time of an instant. */
  at(instant: string): { readonly date: string; readonly time: string };
  /** A sentence, with the instants in it as the clock shows them. */
  sentence(text: string): string;
}
const utcClock: ReportClock = {
  zone: 'UTC',
  at: (instant) => ({ date: instant.slice(0, 10), time: instant.slice(11, 16) }),
  sentence: (text) => text,
};

/** The report in Markdown. */
export function reportMarkdown(report: ReportView, clock: ReportClock = utcClock): string {
  return `${(report.kind === 'incident' ? incidentLines(report, clock) : releaseLines(report, clock)).join('\n')}\n`;
}

/** `2026-12-07 10:05`. */
function when(instant: string, clock: ReportClock): string {
  const { date, time } = clock.at(instant);
  return `${date} ${time}`;
}

const list = (values: readonly string[], none: string): string =>
  values.length === 0 ? none : values.map(inLine).join(', ');
const entries = (values: readonly string[], none: string): string[] =>
  values.length === 0 ? [`- ${none}`] : values.map((value) => `- ${asEntry(value)}`);
const length = (ms: number | null, none: string): string => (ms === null ? none : formatDuration(ms));

function incidentLines(report: IncidentReport, clock: ReportClock): string[] {
  const { summary, durations } = report;
  const { start, end } = summary;
  const { impact } = summary;
  const ongoing = report.ended === null ? 'ongoing' : 'end not on record';
  return [
    `# ${inLine(reportTitle(report))}`,
    '',
    '## Summary',
    `- **Incident ID**: ${summary.id}`,
    `- **Date**: ${clock.at(start).date}`,
    `- **Duration**: ${when(start, clock)} - ${end === null ? ongoing : when(end, clock)} (${length(summary.durationMs, ongoing)})`,
    `- **Severity**: ${summary.severity}`,
    `- **Services Affected**: ${list(summary.services, 'none recorded')}`,
    `- **Users Impacted**: ${inLine(summary.usersImpacted)}`,
    ...(impact === null ? [] : [`- **User Impact**: ${inLine(impact)}`]),
    `- **Time to Detect**: ${length(durations.toDetectMs, 'not known, as nobody said when it started')}`,
    `- **Time to Acknowledge**: ${length(durations.toAcknowledgeMs, 'not acknowledged')}`,
    `- **Time to Mitigate**: ${length(durations.toMitigateMs, 'not mitigated yet')}`,
    `- **Time to Resolve**: ${length(durations.toResolveMs, 'not resolved yet')}`,
    ...factLines(report, clock),
    // The report of a release has a section of its own.
    ...(report.skipped.length === 0 ? [] : [`- **Skipped Items**: ${report.skipped.length}`]),
    ...report.skipped.map(({ text, reason, by }) => `  - ${asEntry(`${text} - ${reason} - ${by}`)}`),
    '',
    ...alertLines(report, clock),
    ...changeLines(report, clock),
    ...timelineLines(report, clock),
    '',
    ...reviewLines(report),
    '',
    ...actionLines(report, clock),
  ];
}

function alertLines({ alerts, alertsInAll }: IncidentReport, clock: ReportClock): string[] {
  if (alertsInAll === 0) return [];
  const words = alerts.map(({ title, source, state, fellSilent, firstAt, lastAt, count, links }) => {
    const times = count === 1 ? 'said once' : `said ${count} times`;
    const heard = `last heard ${when(lastAt, clock)}`;
    const until = state === 'firing' ? `fires still, ${heard}` : fellSilent ? heard : `ended ${when(lastAt, clock)}`;
    return [
      `${title} (${source}): since ${when(firstAt, clock)}, ${until}, ${times}`,
      ...links.map(({ title: name, url }) => `${name}: ${url}`),
    ].join('; ');
  });
  const more = alertsInAll - alerts.length;
  return ['## Alerts', ...entries([...words, ...(more > 0 ? [`and ${more} more`] : [])], 'none'), ''];
}

function changeLines({ recentChanges, recentChangesInAll }: IncidentReport, clock: ReportClock): string[] {
  if (recentChangesInAll === 0) return [];
  const words = recentChanges.map(
    ({ at, text, url }) => `${when(at, clock)} ${text}${url === undefined ? '' : `: ${url}`}`,
  );
  const more = recentChangesInAll - recentChanges.length;
  return ['## Recent Changes', ...entries([...words, ...(more > 0 ? [`and ${more} more`] : [])], 'none'), ''];
}

function releaseLines(report: ReleaseReport, clock: ReportClock): string[] {
  const { summary } = report;
  const reviewed = [report.rootCause, report.resolution].some((text) => text !== null);
  const learned = report.wentWell.length + report.couldImprove.length > 0;
  return [
    `# ${inLine(reportTitle(report))}`,
    '',
    '## Summary',
    `- **Release ID**: ${summary.id}`,
    `- **Version**: ${inLine(summary.version ?? 'not given')}`,
    `- **Status**: ${report.status}`,
    `- **Services**: ${list(summary.services, 'none')}`,
    `- **Strategy**: ${summary.strategy ?? 'not given'}`,
    `- **Planned**: ${when(summary.plannedAt, clock)} by ${inLine(summary.plannedBy)}`,
    `- **Target**: ${when(summary.targetAt, clock)}`,
    ...report.moves.map(
      ({ at, by, from, to, reason }) =>
        `  - moved from ${when(from, clock)} to ${when(to, clock)} at ${when(at, clock)} by ${inLine(by)}: ${inLine(reason)}`,
    ),
    `- **Deployed**: ${deployedWords(summary, clock)}`,
    `- **Ended**: ${summary.endedAt !== null ? when(summary.endedAt, clock) : report.ended === null ? 'not yet' : 'not on record'}`,
    ...factLines(report, clock),
    '',
    '## Decisions',
    ...decisionLines(report, clock),
    '',
    '## Skipped Items',
    ...entries(
      report.skipped.map(({ text, reason, by }) => `${text} - ${reason} - ${by}`),
      'none',
    ),
    '',
    '## Checks',
    ...entries(
      report.checks.map((check) => checkWords(check, clock)),
      'none reported',
    ),
    '',
    ...timelineLines(report, clock),
    '',
    ...(reviewed || learned ? [...reviewLines(report), ''] : []),
    ...actionLines(report, clock),
  ];
}

function deployedWords({ deployedAt, lateMs }: ReleaseReport['summary'], clock: ReportClock): string {
  if (deployedAt === null) return 'not deployed';
  return `${when(deployedAt, clock)} (${lateMs === null || lateMs < 1000 ? 'on time' : `${formatDuration(lateMs)} late`})`;
}

function decisionLines({ gates, closedBy, overrides, begunEarly }: ReleaseReport, clock: ReportClock): string[] {
  const lines = [
    ...gates.flatMap(({ id, decision, decisions }) => [
      `- **${id}**: ${decision}`,
      ...decisions.map(
        ({ person, decision: vote, at, note, stale, notBinding }) =>
          `  - ${asEntry(`${person}: ${vote}, ${when(at, clock)}${note === null ? '' : `: ${note}`}${stale === null ? '' : ` (no longer counts: ${stale})`}${notBinding === null ? '' : ` (not binding: ${notBinding})`}`)}`,
      ),
    ]),
    ...closedBy.map(
      ({ incident, severity, from, to }) =>
        `- **Closed by ${inLine(`${incident} (${severity})`)}**: from ${when(from, clock)}${to === null ? '' : ` to ${when(to, clock)}`}`,
    ),
    ...overrides.map(
      ({ at, by, reason, gates, closedBecause }) =>
        `- **Override**: ${inLine(`${by}, ${when(at, clock)}: ${reason} (${gates.length === 0 ? '' : `${gates.join(', ')} `}closed because ${closedBecause.join('; ')})`)}`,
    ),
  ];
  const early =
    begunEarly === null
      ? []
      : [`- **Begun early**: ${inLine(`${begunEarly.by}, ${when(begunEarly.at, clock)}: ${begunEarly.reason}`)}`];
  return [...(lines.length === 0 ? ['- no gate'] : lines), ...early];
}

function checkWords({ check, result, value, url, at }: ReleaseReport['checks'][number], clock: ReportClock): string {
  return `${check}: ${result}${value === null ? '' : ` (${value})`}, ${when(at, clock)}${url === null ? '' : `, ${url}`}`;
}

// Facts that both kinds have and that no template has a place for.
function factLines(report: ReportView, clock: ReportClock): string[] {
  const { missed, overFailedChecks, paging, people, labels, contacts, drill, ended } = report;
  return [
    `- **Times**: ${clock.zone}`,
    ...(ended === null
      ? []
      : [
          `- **Record Ends**: ${endingWords(ended.how)} at ${when(ended.at, clock)}${ended.reason === null ? '' : ` (${inLine(ended.reason)})`}; what came after that is not here`,
        ]),
    ...(drill ? ['- **Drill**: yes, nothing of this was real'] : []),
    `- **Deadlines Missed**: ${missed.length === 0 ? 'none' : missed.length}`,
    ...missed.map((one) => `  - ${asEntry(`${one.name}, due ${when(one.dueAt, clock)}: ${outcomeWords(one, clock)}`)}`),
    ...(overFailedChecks.length === 0 ? [] : [`- **Done over Failed Checks**: ${overFailedChecks.length}`]),
    ...overFailedChecks.map(
      ({ text, because, by, reason }) => `  - ${asEntry(`${text} - ${because} - ${by}: ${reason}`)}`,
    ),
    `- **Pages**: ${pagingWords(paging)}`,
    `- **People Involved**: ${list(
      people.map(({ person, as }) => `${person} (${as.join(', ')})`),
      'nobody',
    )}`,
    ...(labels.length === 0 ? [] : [`- **Labels**: ${list(labels, '')}`]),
    ...(contacts.length === 0
      ? []
      : ['- **External Contacts**:', ...contacts.map((contact) => `  - ${asEntry(contactWords(contact))}`)]),
  ];
}

const supersededWords = {
  rescheduled: 'the release was rescheduled',
  'handed-off': 'it was handed off',
  'answer-expired': 'nothing was heard of it',
  reopened: 'it was opened again',
  'severity-raised': 'the severity was raised',
} as const;

function outcomeWords(
  { outcome, metAt, lateMs, endedAt, supersededBy }: ReportView['missed'][number],
  clock: ReportClock,
): string {
  const at = (instant: string | null) => (instant === null ? '?' : when(instant, clock));
  switch (outcome) {
    case 'met-late':
      return `met at ${at(metAt)}, ${lateMs !== null && lateMs > 0 ? `${lateLength(lateMs)} late` : 'in the instant in which it was due'}`;
    case 'not-met':
      return 'not met';
    case 'cancelled':
      return `not met; cancelled at ${at(endedAt)}`;
    case 'superseded':
      return `not met; a new round began at ${at(endedAt)}${supersededBy === null ? '' : `, as ${supersededWords[supersededBy]}`}`;
  }
}
const lateLength = (ms: number): string => (ms < 1000 ? 'less than a second' : formatDuration(ms));

function pagingWords({ pages, failed, people, rungs }: ReportView['paging']): string {
  if (pages + failed + rungs.length === 0) return 'none';
  const where = [...new Set(rungs.map(({ name, rung }) => `${name} ${rung}`))];
  return [
    `${pages}${people.length === 0 ? '' : ` to ${list(people, '')}`}`,
    ...(where.length === 0 ? [] : [`rungs ${list(where, '')}`]),
    ...(failed === 0 ? [] : [`${failed} could not be delivered`]),
  ].join('; ');
}

function contactWords({ name, hint, phone, email, links }: ReportView['contacts'][number]): string {
  const ways = [phone, email, ...Object.values(links)].filter((way) => way !== null);
  return `${name}${hint === null ? '' : ` ${hint}`}${ways.length === 0 ? '' : `: ${ways.join(', ')}`}`;
}

// The date stands where a new day begins.
function timelineLines({ timeline }: ReportView, clock: ReportClock): string[] {
  let day = '';
  const lines = timeline.map((line) => {
    const { date, time } = clock.at(line.at);
    const shown = date === day ? time : `${date} ${time}`;
    day = date;
    const text = clock.sentence(line.text);
    return `- ${shown} ${inLine(isFoldedLine(line) ? text : `${line.by}: ${text}`)}`;
  });
  return ['## Timeline', ...lines];
}

function reviewLines({ rootCause, resolution, wentWell, couldImprove }: ReportView): string[] {
  return [
    '## Root Cause',
    asParagraphs(rootCause ?? 'not recorded yet'),
    '',
    '## Resolution',
    asParagraphs(resolution ?? 'not recorded yet'),
    '',
    '## Lessons Learned',
    '### What Went Well',
    ...entries(wentWell, 'not recorded'),
    '',
    '### What Could Be Improved',
    ...entries(couldImprove, 'not recorded'),
  ];
}

function actionLines({ actionItems }: ReportView, clock: ReportClock): string[] {
  return [
    '## Action Items',
    ...(actionItems.length === 0
      ? ['none']
      : actionItems.map(
          ({ title, owner, dueAt, done, dropped }) =>
            `- [${done ? 'x' : ' '}] ${inLine(title)} - ${inLine(owner)} - ${clock.at(dueAt).date}${dropped === null ? '' : ` (dropped: ${inLine(dropped)})`}`,
        )),
  ];
}
