/**
 * Owns the orders about overrides on call: their names and fields, in the form of the command
 * table. These orders act on no process, so that table does not have them. Plain data, for the API
 * and the command line alike.
 */
import type { CommandSpec } from './command-table';

type OrderSpec = Pick<CommandSpec, 'about' | 'fields'>;

export const addOverrideOrder = {
  about: 'let a person stand in on a schedule for a while; the newest override counts, older ones go on around it',
  fields: {
    schedule: { type: 'schedule', required: true, about: 'the schedule' },
    person: { type: 'person', required: true, about: 'the person who stands in' },
    to: { type: 'instant', required: true, about: 'when the override ends' },
    from: { type: 'instant', about: 'when the override begins (default now)' },
    replaces: { type: 'person', about: 'stand in only while this person would be on call, older overrides included' },
    reason: { type: 'short', about: 'why' },
  },
} as const satisfies OrderSpec;

export const removeOverrideOrder = {
  about: 'remove an override: it ends now if it has begun, and is deleted if it lies ahead',
  fields: {},
} as const satisfies OrderSpec;
