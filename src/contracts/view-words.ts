/**
 * Owns the words and small forms that views share: statuses, kinds, ids, instants. Knows no view.
 */
import { z } from 'zod';
import { incidentStatuses, releaseStatuses } from './statuses';

export const instantText = z.iso.datetime({ precision: 3 }).describe('RFC 3339 in UTC with milliseconds');
export const severity = z.string().describe('a level of the template of the process, such as P0 or sev1');
/** `rank` counts from 0, the worst. */
export const level = z.object({ rank: z.number().int(), of: z.number().int() });
export const kind = z.enum(['incident', 'release']);
export const modes = z.enum(['page', 'remind']);

export const status = z.enum([...new Set([...incidentStatuses, ...releaseStatuses])]);
