/** Owns what a page says of the rights of its reader: which commands they may give. */
import { commandsFor } from '../../contracts/command-table';
import type { Rights } from '../../contracts/page-view';
import type { Verdict } from '../../domain';
import type { Call, Shared } from '../http/route';
import { mayGive, type Governed } from './permit';

/** What of all commands that a process of this kind takes the reader may give. */
export async function rightsOf(shared: Shared, call: Call, facts: Governed): Promise<Rights> {
  const names = commandsFor(facts.kind);
  const verdicts = await Promise.all(names.map((name) => mayGive(shared, name, call, facts)));
  return Object.fromEntries(names.map((name, index) => [name, whyNot(verdicts[index]!)] as const));
}

/** null: the reader may; else why not. */
export function whyNot(verdict: Verdict): string | null {
  return verdict.ok ? null : verdict.message;
}
