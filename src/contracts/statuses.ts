/** Owns the statuses of processes, as plain data: the command line reads them without a library. */

export const incidentStatuses = [
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'closed',
  'cancelled',
  'merged',
] as const;
/** Statuses of an incident that people still work on. */
export const unresolvedStatuses = ['investigating', 'identified', 'monitoring'] as const;
export const releaseStatuses = [
  'planned',
  'preparing',
  'ready',
  'deploying',
  'monitoring',
  'completed',
  'rolled-back',
  'cancelled',
] as const;
/** Statuses in which nothing can happen any more. */
export const terminalStatuses = ['closed', 'cancelled', 'merged', 'completed', 'rolled-back'] as const;
/** How a process may end in Temporal by no command of Muster. */
export const endings = ['terminated', 'timed-out', 'failed', 'cancelled'] as const;
export type Ending = (typeof endings)[number];
