/**
 * Owns when a tool that keeps reports is to have one, and under which name it is found again. Knows
 * no tool.
 */
import type { FollowEntry } from '../../domain';
import type { Following, Setback } from '../channel';
import { quotedLine } from '../outside-text';

export interface FollowedReport {
  /** Holds the id of the process, so it is the only one of that name. */
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
  'reopened',
  'cancelled',
  'merged',
] as const);

/**
 * Whether the news concern the report: it is published when the process is resolved, written up, or
 * over, and whatever changes it later changes it there (`ref`: it is there).
 */
export function concernsReport({ request: { entries, ref } }: Following): boolean {
  const types = ref === undefined ? publishing : changing;
  return entries.some(({ type }) => types.has(type));
}

/** The report as it stands. A process that does not answer is worth another attempt. */
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
