/**
 * Owns the other incident of a merge in a rehearsal: it begins, somebody may answer it, and it is
 * merged, by the rules of every incident. Only what it tells the incident that stays is of use.
 */
import { mergeRefusal } from '../engine/commands/others';
import { actorFacts } from '../on-call/actor';
import { teamsOf } from '../state/actor';
import { viewOf } from '../views/view';
import { VirtualRun, type Broken } from './virtual-run';
import type { AbsorbRequest, Directory, Refusal, Severity } from '../model';

export interface OtherIncident {
  readonly id: string;
  readonly severity: Severity;
  readonly services: readonly string[];
  /** Who has acknowledged it; absent: nobody has. */
  readonly holder?: string;
}

/**
 * What `other` tells `target` when `by` merges it at `now`, or why it cannot be merged. It follows
 * the policy of `target`. Those who were paged for it hear of the merge from it, not from here.
 */
export function mergedInto(
  target: Pick<VirtualRun, 'state' | 'now'>,
  { id, severity, services, holder }: OtherIncident,
  by: string,
  { directory, broken }: { readonly directory: Directory; readonly broken: Broken },
): { readonly ok: true; readonly request: AbsorbRequest } | { readonly ok: false; readonly refusal: Refusal } {
  const { state, now } = target;
  const actor = (person: string) => actorFacts(person, directory, now);
  const source = new VirtualRun(
    {
      kind: 'incident',
      id,
      at: now,
      actor: actor(by),
      policy: state.policy,
      body: { title: 'Another incident', severity, services: [...services] },
      teams: teamsOf(services, directory),
    },
    () => directory,
    () => broken,
  );
  const refusal = mergeRefusal(viewOf(source.state), viewOf(state), undefined);
  if (refusal !== undefined) return { ok: false, refusal };
  if (holder !== undefined) source.give({ name: 'acknowledge', body: {}, actor: actor(holder) });
  const merged = source.give({ name: 'merge', body: { into: state.id }, actor: actor(by) });
  if (!merged.ok) return merged;
  source.activate();
  return { ok: true, request: source.told[0]! };
}
