/**
 * Owns the orders about overrides on call: their names and fields, in the form of the command
 * table. These orders act on no process, so that table does not have them. Plain data, for the API
 * and the command line alike.
 */
import type { CommandSpec } from './command-table';

type OrderSpec = Pick<CommandSpec, 'about' | 'fields'>;

export const addOverrideOrder = {
  about: 'somebody stands in on a schedule for a while',
  fields: {
    schedule: { type: 'schedule', required: true, about: 'on which schedule' },
    person: { type: 'person', required: true, about: 'who stands in' },
    to: { type: 'instant', required: true, about: 'until when' },
    from: { type: 'instant', about: 'from when (default now)' },
    replaces: { type: 'person', about: 'only where this person would be on call' },
    reason: { type: 'short', about: 'why' },
  },
} as const satisfies OrderSpec;

export const removeOverrideOrder = {
  about: 'nobody stands in any more: one that has begun ends now, one that lies ahead is forgotten',
  fields: {},
} as const satisfies OrderSpec;
