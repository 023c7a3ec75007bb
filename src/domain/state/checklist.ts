/**
 * Owns the checklist: which items apply, which are settled, when a phase is complete and when it
 * opens. Knows nothing of ladders or messages. Rules: docs/rules.md.
 */
import { holds } from './condition';
import { waitsForNoTool } from './following';
import type { Condition, GroupPolicy, ItemPolicy, PhasePolicy, Policy, ProcessState } from '../model';

export type ItemStatus = 'open' | 'done' | 'skipped' | 'not-needed' | 'not-applicable';

interface PlacedItem {
  readonly phase: PhasePolicy;
  readonly group: GroupPolicy;
  readonly item: ItemPolicy;
}
// Kept, because every event asks for the items. The phases of a policy are never changed in place,
// so an entry stays right.
const placed = new WeakMap<readonly PhasePolicy[], readonly PlacedItem[]>();

type WithPhases = { readonly policy: Pick<Policy, 'phases'> };

/** Every item of a policy with its phase and group, in order. */
export function itemsOf({ policy: { phases } }: WithPhases): readonly PlacedItem[] {
  const known = placed.get(phases);
  if (known) return known;
  const items = phases.flatMap((phase) =>
    phase.groups.flatMap((group) => group.items.map((item) => ({ phase, group, item }))),
  );
  placed.set(phases, items);
  return items;
}

const waiting = new WeakMap<readonly PhasePolicy[], ReadonlyMap<string, readonly ItemPolicy[]>>();

/** By fact of the `done-when` vocabulary: the items that the fact ticks. */
export function itemsByFact(state: ProcessState): ReadonlyMap<string, readonly ItemPolicy[]> {
  const { phases } = state.policy;
  const known = waiting.get(phases);
  if (known) return known;
  const byFact = new Map<string, ItemPolicy[]>();
  for (const { item } of itemsOf(state)) {
    if (item.doneWhen === undefined) continue;
    const others = byFact.get(item.doneWhen);
    if (others) others.push(item);
    else byFact.set(item.doneWhen, [item]);
  }
  waiting.set(phases, byFact);
  return byFact;
}

const byId = new WeakMap<readonly PhasePolicy[], ReadonlyMap<string, PlacedItem>>();
function placeOf(state: ProcessState, id: string): PlacedItem | undefined {
  const { phases } = state.policy;
  let known = byId.get(phases);
  if (known === undefined) {
    known = new Map(itemsOf(state).map((place) => [place.item.id, place]));
    byId.set(phases, known);
  }
  return known.get(id);
}

export function findItem(state: ProcessState, id: string): ItemPolicy | undefined {
  return placeOf(state, id)?.item;
}

export function phaseOfItem(state: ProcessState, id: string): PhasePolicy | undefined {
  return placeOf(state, id)?.phase;
}

// Most of a checklist says no `when`, and every event asks of all of it.
function isSo(state: ProcessState, when: Condition | undefined): boolean {
  return when === undefined || holds(state, when);
}

/**
 * True when the phase's `when` holds now; else the phase has no items and is due at no time (R30).
 */
export function phaseApplies(state: ProcessState, { when, service, groups }: PhasePolicy): boolean {
  return isSo(state, when) && serviceApplies(state, service, groups);
}

// R33: what is repeated for a service that is no longer affected goes on only if something was done
// there.
function serviceApplies(state: ProcessState, service: string | undefined, groups: readonly GroupPolicy[]): boolean {
  if (service === undefined || state.services.includes(service)) return true;
  return groups.some(({ items }) => items.some((item) => itemIsSettled(state, item)));
}

/**
 * True when the `when` of the item, of its group and of its phase holds for the facts as they are
 * now.
 */
export function itemApplies(state: ProcessState, item: ItemPolicy): boolean {
  const { phase, group } = placeOf(state, item.id) ?? {};
  if (phase && !phaseApplies(state, phase)) return false;
  if (group && !(isSo(state, group.when) && serviceApplies(state, group.service, [group]))) return false;
  return isSo(state, item.when);
}

/** Done or skipped. */
export function itemIsSettled(state: ProcessState, item: ItemPolicy): boolean {
  const status = state.items[item.id]?.status;
  return status === 'done' || status === 'skipped';
}

/** True unless the item is `if-needed`, or waits for a tool that does not follow (R3). */
export function itemIsRequired(state: ProcessState, item: ItemPolicy): boolean {
  return item.ifNeeded !== true && (item.doneWhen === undefined || !waitsForNoTool(state, item));
}

/** True when the item keeps its phase from completion: required, and neither done nor skipped. */
export function itemBlocks(state: ProcessState, item: ItemPolicy): boolean {
  return itemIsRequired(state, item) && itemApplies(state, item) && !itemIsSettled(state, item);
}

/** True when every required, applicable item is done or skipped. */
export function phaseIsComplete(state: ProcessState, phase: PhasePolicy): boolean {
  return phase.groups.every((group) => group.items.every((item) => !itemBlocks(state, item)));
}

/**
 * The status of an item as readers see it: an open item that is not required is `not-needed` once
 * the rest of its phase is complete, and at once when the item waits for a tool that does not
 * follow.
 */
export function itemStatus(state: ProcessState, phase: PhasePolicy, item: ItemPolicy): ItemStatus {
  const recorded = state.items[item.id]?.status;
  if (recorded === 'done' || recorded === 'skipped') return recorded;
  if (!itemApplies(state, item)) return 'not-applicable';
  if (waitsForNoTool(state, item) || (item.ifNeeded && phaseIsComplete(state, phase))) return 'not-needed';
  return 'open';
}

/**
 * True once the phase is complete. What waits for a phase that does not apply waits for what that
 * phase waits for (R30).
 */
export function phaseIsOver(state: ProcessState, phase: PhasePolicy): boolean {
  if (state.phases[phase.id]?.completedAt !== undefined) return true;
  if (phaseApplies(state, phase)) return false;
  const { opens } = phase;
  return (
    opens === undefined ||
    !('after' in opens) ||
    phasesMeant(state, opens.after).every((one) => phaseIsOver(state, one))
  );
}

/** The phase with the id, or what is repeated of it for each service (R33). */
export function phasesMeant(state: ProcessState, id: string): PhasePolicy[] {
  return state.policy.phases.filter((phase) => phase.id === id || phase.repeats === id);
}

/** The item with the id, or what is repeated of it for each service (R33). */
export function itemsMeant(state: ProcessState, id: string): ItemPolicy[] {
  return itemsOf(state).flatMap(({ item }) => (item.id === id || item.repeats === id ? [item] : []));
}

/** The items without which `item` cannot be done, and that are neither done nor skipped (R33). */
export function missingNeeds(state: ProcessState, { needs = [] }: ItemPolicy): string[] {
  return needs
    .flatMap((id) => itemsMeant(state, id))
    .filter((item) => itemApplies(state, item) && !itemIsSettled(state, item))
    .map(({ id }) => id);
}

/** Items that still have to be done or skipped before the process may be closed. */
export function blockingItems(state: ProcessState): ItemPolicy[] {
  return itemsOf(state)
    .filter(({ item }) => itemBlocks(state, item))
    .map(({ item }) => item);
}

/** The names of the checks that a template asks for, each once. */
export function checkNamesOf(policy: Pick<Policy, 'phases'>): string[] {
  return [...new Set(itemsOf({ policy }).flatMap(({ item }) => item.check?.name ?? []))];
}
