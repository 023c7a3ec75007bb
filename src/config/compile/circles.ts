/**
 * Owns the check that nothing in a template waits for itself: phases and items that count from each
 * other, open after each other or need each other (R31, R33). Knows nothing of amounts.
 */
import type { Anchor, ItemPolicy, PhasePolicy } from '../../domain';
import type { Complain } from './policy-references';

/** Something that happens, what has to happen before, and where the template says so. */
interface Happening {
  readonly words: string;
  readonly waitsFor: readonly { readonly key: string; readonly path: readonly PropertyKey[] | undefined }[];
}

/** Complains of each circle once, where it is closed. */
export function refuseCircles(phases: readonly PhasePolicy[], complain: Complain): void {
  const happenings = new Map<string, Happening>();
  for (const phase of phases) noteHappenings(happenings, phase);
  const settled = new Set<string>();
  for (const start of happenings.keys()) visit(start, []);

  function visit(key: string, chain: readonly string[]): void {
    if (settled.has(key)) return;
    for (const { key: next, path } of happenings.get(key)?.waitsFor ?? []) {
      const way = [...chain, key];
      const from = way.indexOf(next);
      if (from < 0) visit(next, way);
      else if (!settled.has(next)) closeCircle([...way.slice(from), next], path);
    }
    settled.add(key);
  }

  function closeCircle(circle: readonly string[], path: readonly PropertyKey[] | undefined): void {
    const said = path ?? placeIn(circle);
    const named = circle.map((key) => happenings.get(key)!.words);
    // The opening and the completion of a phase have one name.
    const words = named.filter((one, index) => one !== named[index - 1]);
    const why =
      words.length === 1
        ? `${words[0]} waits for itself and would never come`
        : `these wait for each other and none would ever come: ${words.join(' after ')}`;
    if (said) complain(said, why);
    for (const key of circle) settled.add(key);
  }

  function placeIn(circle: readonly string[]): readonly PropertyKey[] | undefined {
    for (const [index, key] of circle.entries())
      for (const edge of happenings.get(key)?.waitsFor ?? [])
        if (edge.key === circle[index + 1] && edge.path) return edge.path;
    return undefined;
  }
}

const completed = (phase: string) => `completed ${phase}`;
const opened = (phase: string) => `opened ${phase}`;
const done = (item: string) => `item ${item}`;

function noteHappenings(happenings: Map<string, Happening>, phase: PhasePolicy): void {
  const { id, opens, due, groups } = phase;
  const path = ['phases', id];
  const before = opens && 'after' in opens ? completed(opens.after) : opens && keyOf(opens.anchor);
  happenings.set(opened(id), {
    words: `phase ${id}`,
    waitsFor: before === undefined ? [] : [{ key: before, path: [...path, 'opens'] }],
  });
  const items = groups.flatMap((group) => group.items.map((item) => ({ group: group.id, item })));
  happenings.set(completed(id), {
    words: `phase ${id}`,
    waitsFor: [
      { key: opened(id), path: undefined },
      ...counting(due?.anchor, [...path, 'due']),
      ...items.map(({ item }) => ({ key: done(item.id), path: undefined })),
    ],
  });
  for (const { group, item } of items)
    happenings.set(done(item.id), itemHappening(item, [...path, 'groups', group, 'items', item.id]));
}

function itemHappening({ id, due, needs = [] }: ItemPolicy, path: readonly PropertyKey[]): Happening {
  return {
    words: `item ${id}`,
    waitsFor: [
      ...counting(due?.anchor, [...path, 'due']),
      ...needs.map((need, index) => ({ key: done(need), path: [...path, 'needs', index] })),
    ],
  };
}

function counting(anchor: Anchor | undefined, path: readonly PropertyKey[]) {
  const key = anchor === undefined ? undefined : keyOf(anchor);
  return key === undefined ? [] : [{ key, path }];
}

// What an anchor of the process waits for is no matter of the template.
function keyOf(anchor: Anchor): string | undefined {
  if (typeof anchor === 'string') return undefined;
  if ('phase' in anchor) return completed(anchor.phase);
  return 'item' in anchor ? done(anchor.item) : opened(anchor.opened);
}
