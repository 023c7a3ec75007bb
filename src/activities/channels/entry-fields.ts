/**
 * Owns the fields that several types of channel share in channels.yaml, and how an entry of that
 * file becomes the options of an adapter. A secret is written as `env:NAME` or `file:/PATH`, never
 * as itself. Knows no vendor.
 */
import { z } from 'zod';
import { levelPattern } from '../../contracts/field-rules';
import type { CamelCase } from '../../contracts/camel-case';

// Errors go to logs, and what stands here instead may be the secret.
const noSecret =
  'expected env:NAME, the environment variable that holds the secret, or file:/PATH, a file that holds it; never the secret itself; what was found is not shown';
export const notShown = {
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? undefined : noSecret),
};
export const secret = z.string(notShown).regex(/^(env:[A-Z][A-Z0-9_]*|file:(\/|[A-Za-z]:[\\/])[^\r\n]+)$/, noSecret);
const noAddress = 'expected an http or https URL';
/** A web address. It may hold a secret, so a wrong one is not shown either. */
export const address = z.url({
  protocol: /^https?$/,
  error: ({ input }) => (input === undefined ? noAddress : `${noAddress}; what was found is not shown`),
});
export const allowHosts = z
  .array(z.string().min(1).max(253))
  .default([])
  .describe('hosts that may have an in-house address or use plain http');
export const vendor = {
  url: address.optional().describe("replaces the vendor's usual address"),
  'allow-hosts': allowHosts,
};
/**
 * Which step of the tool's own scale a level has (R28); the order of the levels decides of others.
 */
export function levelMap<const T extends string>(steps: readonly T[]) {
  return z
    .record(z.string().regex(levelPattern, 'expected the name of a level, such as P0 or sev1'), z.enum(steps))
    .optional()
    .describe('by level of severity; a level that is not named gets a step by the order of the levels');
}
export const short = z.string().trim().min(1).max(200);

type ReadOnly<Value> = Value extends readonly (infer One)[] ? readonly One[] : Value;
/** An entry of channels.yaml as it is opened: names in camelCase, secrets read. */
export type SettingsOf<Entry> = Entry extends unknown
  ? { readonly [Name in keyof Entry as CamelCase<Name>]: ReadOnly<Exclude<Entry[Name], undefined>> }
  : never;
/** What of it is the adapter's own; `allowHosts` is for HTTP. */
export type OptionsOf<Entry> = Omit<SettingsOf<Entry>, 'type' | 'allowHosts'>;
