/**
 * Owns the Post-Incident Report Template of the checklists, filled from a process: a model, and exactly that form in Markdown.
 * Knows nothing of where the view came from.
 */
import type { ReportView as Report } from '../contracts/view';
import { formatDuration } from './duration';
import type { ProcessFacts, TimelineEntry } from './view';

/** Deliveries and look-ups are kept out of the report: they are in the timeline of the process. */
const machinery = new Set(['resolved-to', 'delivered', 'phase-opened']);

/** The report of a process as it stands; open ends are null. Lengths in ms. */
export function reportOf(view: ProcessFacts, timeline: readonly TimelineEntry[]): Report {
  const start = view.startedAt ?? view.declaredAt ?? view.plannedAt!;
  const end = view.resolvedAt ?? view.closedAt ?? null;
  const between = (from: string, to: string | null | undefined) =>
    to === null || to === undefined ? null : Math.max(0, Date.parse(to) - Date.parse(from));
  const resolved = [...timeline].reverse().find(({ type }) => type === 'resolved');
  return {
    title: view.title,
    summary: {
      id: view.id,
      date: start.slice(0, 10),
      start,
      end,
      durationMs: between(start, end),
      severity: view.severity,
      services: view.services,
      usersImpacted: view.impact.usersAffected ?? 'not recorded',
    },
    durations: {
      toAcknowledgeMs: between(view.declaredAt ?? start, view.acknowledgedAt),
      toResolveMs: between(view.declaredAt ?? start, view.resolvedAt),
    },
    timeline: timeline.filter(({ type }) => !machinery.has(type)).map(({ at, by, text }) => ({ at, by, text })),
    rootCause: view.review?.rootCause ?? null,
    resolution: view.review?.resolution ?? (typeof resolved?.['summary'] === 'string' ? resolved['summary'] : null),
    wentWell: view.review?.wentWell ?? [],
    couldImprove: view.review?.couldImprove ?? [],
    actionItems: view.actionItems.map(({ title, owner, dueAt, doneAt }) => ({
      title,
      owner,
      dueAt,
      done: doneAt !== undefined,
    })),
    missed: view.deadlines
      .filter(({ missedAt }) => missedAt !== undefined)
      .map(({ id, dueAt, metAt }) => ({ deadline: id, dueAt, lateMs: between(dueAt, metAt) })),
  };
}

// People's words may hold Markdown that would change the form of the report.
const line = (text: string): string => text.replace(/\s*\n\s*/g, ' ');
const bullets = (values: readonly string[]): string[] =>
  values.length === 0 ? ['- not recorded'] : values.map((value) => `- ${line(value)}`);

/**
 * People's paragraphs, with their lists and code, but nothing in them that would begin, end or swallow a section of the report:
 * headings and HTML are escaped, a code block that was left open is closed.
 */
function paragraphs(text: string): string {
  let fence: string | undefined;
  const lines = text.split('\n').map((written) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(written)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && written.trim() === mark) fence = undefined;
      return written;
    }
    fence = mark;
    return written.replace(/^(\s*)(#|=+\s*$|-+\s*$|<)/, '$1\\$2');
  });
  return [...lines, ...(fence === undefined ? [] : [fence])].join('\n');
}

/** The report in the form of the template, word for word in its headings. */
export function reportMarkdown(report: Report): string {
  const { summary } = report;
  const duration = summary.durationMs === null ? 'ongoing' : formatDuration(summary.durationMs);
  return [
    `# Post-Incident Report: ${line(report.title)}`,
    '',
    '## Summary',
    `- **Incident ID**: ${summary.id}`,
    `- **Date**: ${summary.date}`,
    `- **Duration**: ${summary.start} - ${summary.end ?? 'ongoing'} (${duration})`,
    `- **Severity**: ${summary.severity}`,
    `- **Services Affected**: ${summary.services.length === 0 ? 'none recorded' : summary.services.join(', ')}`,
    `- **Users Impacted**: ${line(summary.usersImpacted)}`,
    '',
    '## Timeline',
    ...report.timeline.map(({ at, by, text }) => `- ${at} ${by}: ${line(text)}`),
    '',
    '## Root Cause',
    paragraphs(report.rootCause ?? 'not recorded yet'),
    '',
    '## Resolution',
    paragraphs(report.resolution ?? 'not recorded yet'),
    '',
    '## Lessons Learned',
    '### What Went Well',
    ...bullets(report.wentWell),
    '',
    '### What Could Be Improved',
    ...bullets(report.couldImprove),
    '',
    '## Action Items',
    ...(report.actionItems.length === 0
      ? ['none']
      : report.actionItems.map(
          ({ title, owner, dueAt, done }) =>
            `- [${done ? 'x' : ' '}] ${line(title)} - ${owner} - ${dueAt.slice(0, 10)}`,
        )),
    '',
  ].join('\n');
}
