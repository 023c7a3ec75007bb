/**
 * Owns when a tool that keeps reports gets the report of a process, and under which title the
 * report is found again. Knows no tool.
 */
import type { FollowEntry } from '../../domain';
import type { Following, Setback } from '../channel';
import { quotedLine } from '../outside-text';

export interface FollowedReport {
  /** Holds the id of the process, so no other report has this title. */
  readonly title: string;
  readonly markdown: string;
  readonly html: string;
}

const publishing: ReadonlySet<FollowEntry['type']> = new Set([
  'resolved',
  'review-written',
  'closed',
  'completed',
  'rolled-back',
] as const);
export const changing: ReadonlySet<FollowEntry['type']> = new Set([
  ...publishing,
  'action-item-added',
  'action-item-completed',
  'action-item-dropped',
  'reopened',
  'cancelled',
  'merged',
] as const);

/**
 * Whether the entries concern the report. The report is published when the process is resolved,
 * reviewed or over. Once the report is in the tool (`ref` is set), later changes to the process
 * update the report.
 */
export function concernsReport({ request: { entries, ref } }: Following): boolean {
  const types = ref === undefined ? publishing : changing;
  return entries.some(({ type }) => types.has(type));
}

/** The report as of now. When the process does not answer, the setback asks for another attempt. */
export async function writtenReport(
  { report, request }: Following,
  maxTitle = 255,
): Promise<{ readonly ok: true; readonly report: FollowedReport } | { readonly ok: false; readonly undone: Setback }> {
  const suffix = ` (${request.process.id})`;
  try {
    const { title, markdown, html } = await report();
    return {
      ok: true,
      report: { title: quotedLine(title, maxTitle - suffix.length) + suffix, markdown, html },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, undone: { status: 'unavailable', because: `the report is not to be had now: ${reason}` } };
  }
}
