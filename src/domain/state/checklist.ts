/**
 * Owns the checklist: which items apply, which are settled, when a phase is complete and when it
 * opens. Knows nothing of ladders or messages. Rules: docs/rules.md.
 */
import { waitsForNoTool } from './following';
import type { GroupPolicy, ItemPolicy, PhasePolicy, ProcessState } from '../model';

export type ItemStatus = 'open' | 'done' | 'skipped' | 'not-needed' | 'not-applicable';

interface PlacedItem {
  readonly phase: PhasePolicy;
  readonly group: GroupPolicy;
  readonly item: ItemPolicy;
}
// Kept, because every event asks for the items. The phases of a policy are never changed in place,
// so an entry stays right.
const placed = new WeakMap<readonly PhasePolicy[], readonly PlacedItem[]>();

/** Every item of a policy with its phase and group, in order. */
export function itemsOf({ policy: { phases } }: ProcessState): readonly PlacedItem[] {
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

export function findItem(state: ProcessState, id: string): ItemPolicy | undefined {
  return itemsOf(state).find(({ item }) => item.id === id)?.item;
}

export function phaseOfItem(state: ProcessState, id: string): PhasePolicy | undefined {
  return itemsOf(state).find(({ item }) => item.id === id)?.phase;
}

/** True when the item's `when` holds for the facts as they are now. */
export function itemApplies(state: ProcessState, item: ItemPolicy): boolean {
  const { when } = item;
  if (!when) return true;
  if (when.severity && !when.severity.includes(state.severity)) return false;
  if (when.customerFacing !== undefined && when.customerFacing !== state.customerFacing) return false;
  const strategy = state.kind === 'release' ? state.strategy : undefined;
  return !(when.strategy && !(strategy !== undefined && when.strategy.includes(strategy)));
}

/** Done or skipped. */
export function itemIsSettled(state: ProcessState, item: ItemPolicy): boolean {
  const status = state.items[item.id]?.status;
  return status === 'done' || status === 'skipped';
}

/** True unless the item is `if-needed`, or waits for a tool that does not follow (R3). */
export function itemIsRequired(state: ProcessState, item: ItemPolicy): boolean {
  return item.ifNeeded !== true && !waitsForNoTool(state, item);
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

/** Items that still have to be done or skipped before the process may be closed. */
export function blockingItems(state: ProcessState): ItemPolicy[] {
  return itemsOf(state)
    .filter(({ item }) => itemBlocks(state, item))
    .map(({ item }) => item);
}
