/**
 * Owns the kinds and statuses of deadlines as the one list from which types, views and files are
 * made. Plain data without imports, so that every layer may load it. The differences between the
 * kinds are in src/domain/deadlines/kinds.ts.
 */

export const deadlineKinds = ['response', 'phase', 'item', 'update', 'action-item', 'gate'] as const;
export type DeadlineKind = (typeof deadlineKinds)[number];

/** The kind that asks for an answer, and is shown before all others. */
export const responseKind = 'response' satisfies DeadlineKind;

export const deadlineStatuses = ['pending', 'met', 'missed', 'cancelled'] as const;
export type DeadlineStatus = (typeof deadlineStatuses)[number];

/** True while the deadline is pending, or missed and not met since. */
export function isUnmetStatus(status: DeadlineStatus): boolean {
  return status === 'pending' || status === 'missed';
}

/** Why a new round of a deadline begins while the round before is open. */
export const supersessions = ['rescheduled', 'handed-off', 'reopened', 'severity-raised', 'answer-expired'] as const;
export type Supersession = (typeof supersessions)[number];
