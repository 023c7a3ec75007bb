/**
 * Owns how phases and groups with `each: service` are repeated for the services of a process (R33):
 * the ids of the repetitions, and what they refer to. Knows nothing of which of them apply
 * (checklist.ts).
 */
import type { Anchor, GroupPolicy, InstantSpec, ItemPolicy, OpensSpec, PhasePolicy, Policy } from '../model';
import { given } from '../../given';

/** The part of a policy that repetition changes. */
type Repeatable = Pick<Policy, 'phases' | 'gates' | 'repeated'>;

/**
 * `policy` with a repetition for each of `services`. Those that it has stay as they are; new ones
 * come behind them.
 */
export function repeatedFor<P extends Repeatable>(policy: P, services: readonly string[]): P {
  const repeats = policy.phases.some(({ each, groups }) => each ?? groups.some((group) => group.each));
  const repeated = policy.repeated ?? (repeats ? { phases: policy.phases, gates: policy.gates } : undefined);
  if (repeated === undefined) return policy;
  const known = policy.phases.flatMap(
    ({ service, groups }) => service ?? groups.flatMap((group) => group.service ?? []),
  );
  const all = [...new Set([...known, ...services])];
  if (policy.repeated !== undefined && all.length === new Set(known).size) return policy;
  const names = suffixes(repeated.phases, all);
  const phases = repeated.phases.flatMap((phase) => phaseFor(phase, names));
  const gates = repeated.gates.map((gate) => ({
    ...gate,
    requires: gate.requires.flatMap((id) =>
      phases.filter((one) => one.id === id || one.repeats === id).map((one) => one.id),
    ),
  }));
  return { ...policy, phases, gates, repeated };
}

/** What the ids of one repetition are made of. */
interface Repetition {
  readonly service: string;
  /** The id in this repetition; an id that is not repeated stays. */
  readonly own: (id: string) => string;
}

function suffixes(phases: readonly PhasePolicy[], services: readonly string[]): Repetition[] {
  const ids = new Set<string>();
  const repeated = new Set<string>();
  for (const phase of phases) {
    const note = (id: string, each: unknown) => (each === undefined ? ids.add(id) : repeated.add(id));
    note(phase.id, phase.each);
    for (const group of phase.groups) {
      note(group.id, phase.each ?? group.each);
      for (const { id } of group.items) note(id, phase.each ?? group.each);
    }
  }
  const taken = new Set<string>();
  return services.map((service) => {
    const slug =
      service
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '') || 'service';
    let suffix = slug;
    const isFree = () => !taken.has(suffix) && [...repeated].every((id) => !ids.has(`${id}-${suffix}`));
    for (let number = 2; !isFree(); number++) suffix = `${slug}-${number}`;
    taken.add(suffix);
    return { service, own: (id) => (repeated.has(id) ? `${id}-${suffix}` : id) };
  });
}

function phaseFor(phase: PhasePolicy, repetitions: readonly Repetition[]): PhasePolicy[] {
  if (phase.each === undefined)
    return [{ ...phase, groups: phase.groups.flatMap((group) => groupFor(group, repetitions)) }];
  const { each: _, ...stated } = phase;
  return repetitions.map((repetition) => ({
    ...stated,
    ...given({
      opens: opensOf(stated.opens, repetition),
      due: dueOf(stated.due, repetition),
      hint: stated.hint === undefined ? undefined : said(stated.hint, repetition),
    }),
    id: repetition.own(phase.id),
    repeats: phase.id,
    service: repetition.service,
    name: named(phase.name, repetition),
    groups: phase.groups.flatMap((group) => {
      const { each: __, ...alone } = group;
      return { ...groupOf(alone, repetition), name: said(group.name, repetition) };
    }),
  }));
}

function groupFor(group: GroupPolicy, repetitions: readonly Repetition[]): GroupPolicy[] {
  if (group.each === undefined) return [group];
  const { each: _, ...stated } = group;
  return repetitions.map((repetition) => ({
    ...groupOf(stated, repetition),
    service: repetition.service,
    name: named(group.name, repetition),
  }));
}

function groupOf(group: GroupPolicy, repetition: Repetition): GroupPolicy {
  return { ...group, id: repetition.own(group.id), items: group.items.map((item) => itemOf(item, repetition)) };
}

function itemOf(item: ItemPolicy, repetition: Repetition): ItemPolicy {
  const { check, needs } = item;
  return {
    ...item,
    id: repetition.own(item.id),
    repeats: item.id,
    text: said(item.text, repetition),
    ...given({
      due: dueOf(item.due, repetition),
      needs: needs?.map(repetition.own),
      check: check && { ...check, name: said(check.name, repetition) },
    }),
  };
}

function said(text: string, { service }: Repetition): string {
  return text.replaceAll('{service}', service);
}
// Two phases of one name would not be told apart.
function named(name: string, repetition: Repetition): string {
  return name.includes('{service}') ? said(name, repetition) : `${name} (${repetition.service})`;
}

function dueOf(spec: InstantSpec | undefined, repetition: Repetition): InstantSpec | undefined {
  return spec && { ...spec, anchor: anchorOf(spec.anchor, repetition) };
}
function opensOf(spec: OpensSpec | undefined, repetition: Repetition): OpensSpec | undefined {
  return spec && 'after' in spec ? { after: repetition.own(spec.after) } : dueOf(spec, repetition);
}
function anchorOf(anchor: Anchor, { own }: Repetition): Anchor {
  if (typeof anchor === 'string') return anchor;
  if ('phase' in anchor) return { phase: own(anchor.phase) };
  return 'item' in anchor ? { item: own(anchor.item) } : { opened: own(anchor.opened) };
}
