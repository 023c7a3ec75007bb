/**
 * Owns how the overrides that the server knows reach the rules, for verbs that run the rules here.
 */
import type { OverrideRow, Page } from '../../contracts/view';
import { given } from '../../given';
import type { Client } from './client';

type Override = import('../../domain').Override;

/** The overrides of the server; `past`: also those that are over. */
export async function knownOverrides(client: Client, { past }: { readonly past: boolean }): Promise<Override[]> {
  const { items } = (await client.get<Page<OverrideRow>>('/v1/on-call/overrides', past ? { past } : {})).body;
  return items.map(({ id, schedule, person, by, from, to, at, replaces, reason }) => {
    const instants = { from: Date.parse(from), to: Date.parse(to), at: Date.parse(at) };
    return { id, schedule, person, by, ...instants, ...given({ replaces, reason }) };
  });
}
