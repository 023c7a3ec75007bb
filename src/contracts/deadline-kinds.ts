/**
 * Owns the kinds and statuses of deadlines as the one list that types, views and files are made
 * from. Plain data without imports, so that every layer may load it. What sets a kind apart from
 * the others stands in src/domain/deadlines/kinds.ts.
 */

export const deadlineKinds = ['response', 'phase', 'item', 'update', 'action-item', 'gate'] as const;
export type DeadlineKind = (typeof deadlineKinds)[number];

/** The kind that asks for an answer: it is shown before all others. */
export const responseKind = 'response' satisfies DeadlineKind;

export const deadlineStatuses = ['pending', 'met', 'missed', 'cancelled'] as const;
export type DeadlineStatus = (typeof deadlineStatuses)[number];

/**
 * Whether nobody has met the deadline and it still counts: pending, or missed and not met since.
 */
export function isUnmetStatus(status: DeadlineStatus): boolean {
  return status === 'pending' || status === 'missed';
}

/** What begins a new round of a deadline while the one before is open. */
export const supersessions = ['rescheduled', 'handed-off', 'reopened'] as const;
export type Supersession = (typeof supersessions)[number];
