/**
 * Owns the orders about tokens and signing in: their fields, in the form of the command table.
 * These orders act on no process, so that table does not have them. Plain data, for the API and the
 * command line alike.
 */
import type { CommandSpec } from './command-table';

type OrderSpec = Pick<CommandSpec, 'about' | 'fields'>;

const expiresAt = { type: 'instant', flag: 'expires', about: 'when it ends, within 366 days (default 90d)' } as const;

export const createTokenOrder = {
  about: 'make a token, which is shown once: your own, or as an admin that of a person or a program',
  fields: {
    name: { type: 'name', required: true, about: 'its name, such as laptop; a program is known by that of its token' },
    person: { type: 'person', flag: 'for', about: 'whose it is (default you)' },
    ci: { type: 'boolean', about: 'it is for a program, which has no role, but what --may and --service say' },
    operations: { type: 'name', list: true, flag: 'may', about: 'only these commands, and read (default all)' },
    services: { type: 'service', list: true, flag: 'service', about: 'only for processes on these services' },
    expiresAt,
  },
} as const satisfies OrderSpec;

export const rotateTokenOrder = {
  about: 'make a token in place of another, with its name and rights; the old one goes on for a while',
  fields: {
    expiresAt,
    oldUntil: { type: 'instant', about: 'until when the old one goes on, within 7 days (default 24h)' },
  },
} as const satisfies OrderSpec;

export const loginLinkOrder = {
  about:
    'make a one-time secret by which you, or as an admin somebody else, sign in: `muster login` takes it, and so does the page',
  fields: {
    person: { type: 'person', about: 'whom it signs in (default you, within 10 minutes; others within a day)' },
  },
} as const satisfies OrderSpec;

export const loginRequestOrder = {
  about: 'ask to be signed in on this machine by somebody who confirms the code in a browser',
  fields: { name: { type: 'name', required: true, about: 'the name of the token, such as that of your machine' } },
} as const satisfies OrderSpec;

export const collectLoginOrder = {
  about: 'get the token, once somebody has confirmed the code',
  fields: { secret: { type: 'name', required: true, about: 'the secret that came with the code' } },
} as const satisfies OrderSpec;

export const loginOrder = {
  about: 'sign in by a one-time secret of an admin, or by the code of the first admin, for a token',
  fields: {
    secret: { type: 'name', required: true, about: 'the one-time secret, or the code in the log of the API' },
    // Not checked as a person: whoever has no secret must not learn who exists.
    person: { type: 'name', about: 'with the code: who becomes the first admin' },
    name: { type: 'name', required: true, about: 'the name of the token, such as that of your machine' },
  },
} as const satisfies OrderSpec;
