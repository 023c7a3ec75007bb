/**
 * Owns the words and small forms that views share: statuses, kinds, ids, instants. Knows no view.
 */
import { z } from 'zod';
import { severityIds } from './command-table';

export const instantText = z.iso.datetime({ precision: 3 }).describe('RFC 3339 in UTC with milliseconds');
export const severity = z.enum(severityIds);
export const kind = z.enum(['incident', 'release']);
export const modes = z.enum(['page', 'remind']);

export const incidentStatuses = [
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'closed',
  'cancelled',
  'merged',
] as const;
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
export const status = z.enum([...new Set([...incidentStatuses, ...releaseStatuses])]);
