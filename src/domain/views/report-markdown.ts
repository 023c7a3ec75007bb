/**
 * Owns the written form of a report: of an incident the Post-Incident Report Template of the
 * checklists, word for word in its headings and in their order; of a release a form of its own.
 * Facts that have no place in the template stand at the end of its Summary.
 */
import type { IncidentReport, ReleaseReport, ReportView } from '../../contracts/report-view';
import { formatDuration } from '../time/duration';
import { asEntry, asParagraphs, inLine } from '../text/markdown-text';

/** Title of the document, as plain text. */
export function reportTitle({ kind, title, drill }: ReportView): string {
  return `${kind === 'incident' ? 'Post-Incident Report' : 'Release Report'}: ${drill ? 'DRILL - ' : ''}${title}`;
}

/** The report in Markdown. */
export function reportMarkdown(report: ReportView): string {
  return `${(report.kind === 'incident' ? incidentLines(report) : releaseLines(report)).join('\n')}\n`;
}

const list = (values: readonly string[], none: string): string =>
  values.length === 0 ? none : values.map(inLine).join(', ');
const entries = (values: readonly string[], none: string): string[] =>
  values.length === 0 ? [`- ${none}`] : values.map((value) => `- ${asEntry(value)}`);
const length = (ms: number | null, none: string): string => (ms === null ? none : formatDuration(ms));

function incidentLines(report: IncidentReport): string[] {
  const { summary, durations } = report;
  const { impact } = summary;
  return [
    `# ${inLine(reportTitle(report))}`,
    '',
    '## Summary',
    `- **Incident ID**: ${summary.id}`,
    `- **Date**: ${summary.date}`,
    `- **Duration**: ${summary.start} - ${summary.end ?? 'ongoing'} (${length(summary.durationMs, 'ongoing')})`,
    `- **Severity**: ${summary.severity}`,
    `- **Services Affected**: ${list(summary.services, 'none recorded')}`,
    `- **Users Impacted**: ${inLine(summary.usersImpacted)}`,
    ...(impact === null ? [] : [`- **User Impact**: ${inLine(impact)}`]),
    `- **Time to Acknowledge**: ${length(durations.toAcknowledgeMs, 'not acknowledged')}`,
    `- **Time to Mitigate**: ${length(durations.toMitigateMs, 'not mitigated yet')}`,
    `- **Time to Resolve**: ${length(durations.toResolveMs, 'not resolved yet')}`,
    ...factLines(report),
    '',
    ...timelineLines(report),
    '',
    ...reviewLines(report),
    '',
    ...actionLines(report),
  ];
}

function releaseLines(report: ReleaseReport): string[] {
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
    `- **Planned**: ${summary.plannedAt} by ${inLine(summary.plannedBy)}`,
    `- **Target**: ${summary.targetAt}`,
    ...report.moves.map(
      ({ at, by, from, to, reason }) => `  - moved from ${from} to ${to} at ${at} by ${inLine(by)}: ${inLine(reason)}`,
    ),
    `- **Deployed**: ${deployedWords(summary)}`,
    `- **Ended**: ${summary.endedAt ?? 'not yet'}`,
    ...factLines(report),
    '',
    '## Decisions',
    ...decisionLines(report),
    '',
    '## Skipped Items',
    ...entries(
      report.skipped.map(({ text, reason, by }) => `${text} - ${reason} - ${by}`),
      'none',
    ),
    '',
    '## Checks',
    ...entries(report.checks.map(checkWords), 'none reported'),
    '',
    ...timelineLines(report),
    '',
    ...(reviewed || learned ? [...reviewLines(report), ''] : []),
    ...actionLines(report),
  ];
}

function deployedWords({ deployedAt, lateMs }: ReleaseReport['summary']): string {
  if (deployedAt === null) return 'not deployed';
  return `${deployedAt} (${lateMs === null || lateMs < 1000 ? 'on time' : `${formatDuration(lateMs)} late`})`;
}

function decisionLines({ gates, overrides }: ReleaseReport): string[] {
  const lines = [
    ...gates.flatMap(({ id, decision, decisions }) => [
      `- **${id}**: ${decision}`,
      ...decisions.map(
        ({ person, decision: vote, at, note, stale }) =>
          `  - ${asEntry(`${person}: ${vote}, ${at}${note === null ? '' : `: ${note}`}${stale === null ? '' : ` (no longer counts: ${stale})`}`)}`,
      ),
    ]),
    ...overrides.map(
      ({ at, by, reason, gates, closedBecause }) =>
        `- **Override**: ${inLine(`${by}, ${at}: ${reason} (${gates.length === 0 ? '' : `${gates.join(', ')} `}closed because ${closedBecause.join('; ')})`)}`,
    ),
  ];
  return lines.length === 0 ? ['- no gate'] : lines;
}

function checkWords({ check, result, value, url, at }: ReleaseReport['checks'][number]): string {
  return `${check}: ${result}${value === null ? '' : ` (${value})`}, ${at}${url === null ? '' : `, ${url}`}`;
}

// Facts that both kinds have and that no template has a place for.
function factLines(report: ReportView): string[] {
  const { missed, overFailedChecks, paging, people, labels, contacts, drill } = report;
  return [
    ...(drill ? ['- **Drill**: yes, nothing of this was real'] : []),
    `- **Deadlines Missed**: ${missed.length === 0 ? 'none' : missed.length}`,
    ...missed.map((one) => `  - ${asEntry(`${one.name}, due ${one.dueAt}: ${outcomeWords(one)}`)}`),
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
  reopened: 'it was opened again',
  'severity-raised': 'the severity was raised',
} as const;

function outcomeWords({ outcome, metAt, lateMs, endedAt, supersededBy }: ReportView['missed'][number]): string {
  switch (outcome) {
    case 'met-late':
      return `met at ${metAt}, ${lateMs !== null && lateMs > 0 ? `${lateLength(lateMs)} late` : 'in the instant in which it was due'}`;
    case 'not-met':
      return 'not met';
    case 'cancelled':
      return `not met; cancelled at ${endedAt}`;
    case 'superseded':
      return `not met; a new round began at ${endedAt}${supersededBy === null ? '' : `, as ${supersededWords[supersededBy]}`}`;
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

function timelineLines({ timeline }: ReportView): string[] {
  return ['## Timeline', ...timeline.map(({ at, by, text }) => `- ${at} ${inLine(`${by}: ${text}`)}`)];
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

function actionLines({ actionItems }: ReportView): string[] {
  return [
    '## Action Items',
    ...(actionItems.length === 0
      ? ['none']
      : actionItems.map(
          ({ title, owner, dueAt, done, dropped }) =>
            `- [${done ? 'x' : ' '}] ${inLine(title)} - ${inLine(owner)} - ${dueAt.slice(0, 10)}${dropped === null ? '' : ` (dropped: ${inLine(dropped)})`}`,
        )),
  ];
}
