/**
 * Owns the check that nothing in a template waits for itself: phases and items that count from each
 * other, open after each other or need each other (R31, R33), and gates that wait for what they
 * hold (R25). Knows nothing of amounts.
 */
import type { Anchor, GatePolicy, ItemPolicy, PhasePolicy } from '../../domain';
import type { Complain } from './policy-references';

/** Something that happens, what has to happen before, and where the template says so. */
interface Happening {
  readonly words: string;
  readonly waitsFor: readonly { readonly key: string; readonly path: readonly PropertyKey[] | undefined }[];
}

/** What of a template may wait. `deployment`: the phase, if there is one. */
interface Waiting {
  readonly phases: readonly PhasePolicy[];
  readonly gates: readonly GatePolicy[];
  readonly deployment: string | undefined;
  /** Where a gate says that it waits for what it holds, and that was told already. */
  readonly told: readonly (readonly PropertyKey[])[];
}

/** Complains of each circle once, where it is closed. */
export function refuseCircles(waiting: Waiting, complain: Complain): void {
  const { phases, gates } = waiting;
  const happenings = new Map<string, Happening>();
  for (const phase of phases) noteHappenings(happenings, phase, gates);
  noteGates(happenings, waiting);
  for (const { id, due } of gates) {
    const anchor = due && keyOf(due.anchor);
    if (anchor !== undefined && waitsFor(anchor, gateKey(id), []) && !isTold(waiting, ['gates', id, 'due']))
      complain(
        ['gates', id, 'due'],
        `${happenings.get(anchor)!.words} waits for this gate, so the gate cannot be due by it`,
      );
  }
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

  function waitsFor(from: string, to: string, seen: readonly string[]): boolean {
    const next = happenings.get(from)?.waitsFor ?? [];
    return next.some(({ key }) => key === to || (!seen.includes(key) && waitsFor(key, to, [...seen, from])));
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
const gateKey = (gate: string) => `gate ${gate}`;
const deployed = 'deployed';

function isTold({ told }: Waiting, path: readonly PropertyKey[]): boolean {
  return told.some((one) => one.join(' ') === path.join(' '));
}

// A gate waits for the phases that it requires and for its instant.
function noteGates(happenings: Map<string, Happening>, waiting: Waiting): void {
  const { phases, gates, deployment } = waiting;
  for (const { id, requires, notBefore } of gates) {
    const edges = [
      ...requires.map((phase, index) => ({ key: completed(phase), path: ['gates', id, 'requires', index] })),
      ...counting(notBefore?.anchor, ['gates', id, 'not-before']),
    ];
    happenings.set(gateKey(id), {
      words: `gate ${id}`,
      waitsFor: edges.filter(({ path }) => !isTold(waiting, path)),
    });
  }
  if (deployment === undefined) return;
  const ids = phases.map(({ id }) => id);
  const holding = gates.filter(({ before }) => ids.indexOf(before) <= ids.indexOf(deployment));
  happenings.set(deployed, {
    words: 'the deployment',
    waitsFor: holding.map(({ id }) => ({ key: gateKey(id), path: undefined })),
  });
}

function noteHappenings(happenings: Map<string, Happening>, phase: PhasePolicy, gates: readonly GatePolicy[]): void {
  const { id, opens, due, groups } = phase;
  const held = gates.filter(({ before }) => before === id).map((gate) => ({ key: gateKey(gate.id), path: undefined }));
  const path = ['phases', id];
  const before = opens && 'after' in opens ? completed(opens.after) : opens && keyOf(opens.anchor);
  happenings.set(opened(id), {
    words: `phase ${id}`,
    waitsFor: [...held, ...(before === undefined ? [] : [{ key: before, path: [...path, 'opens'] }])],
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
    happenings.set(done(item.id), itemHappening(item, [...path, 'groups', group, 'items', item.id], held));
}

function itemHappening(
  { id, due, needs = [] }: ItemPolicy,
  path: readonly PropertyKey[],
  held: Happening['waitsFor'],
): Happening {
  return {
    words: `item ${id}`,
    waitsFor: [
      ...held,
      ...counting(due?.anchor, [...path, 'due']),
      ...needs.map((need, index) => ({ key: done(need), path: [...path, 'needs', index] })),
    ],
  };
}

function counting(anchor: Anchor | undefined, path: readonly PropertyKey[]) {
  const key = anchor === undefined ? undefined : keyOf(anchor);
  return key === undefined ? [] : [{ key, path }];
}

// What any other anchor of the process waits for is no matter of the template.
function keyOf(anchor: Anchor): string | undefined {
  if (typeof anchor === 'string') return anchor === 'deployed' ? deployed : undefined;
  if ('phase' in anchor) return completed(anchor.phase);
  return 'item' in anchor ? done(anchor.item) : opened(anchor.opened);
}
