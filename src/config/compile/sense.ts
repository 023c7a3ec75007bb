/**
 * Owns the check that what a template says can come true in time: deadlines that would be late at
 * their birth, gates that open after what waits for them, facts that the kind of process never has,
 * and placeholders that nothing fills. Knows nothing of names (policy-references.ts) and of
 * circles.
 */
import { instantWords, parseInstantSpec, parseOpens, specWords } from '../../domain/time/template-instants';
import { dayMs, hourMs, type Anchor, type InstantSpec, type Offset } from '../../domain';
import type { TemplateFile } from '../files/shapes';
import type { Instants } from './gates';
import { isSurelyBefore } from './ladders';
import type { Complain } from './policy-references';

type PhaseFile = TemplateFile['phases'][string];
type GateFile = TemplateFile['gates'][string];

/** Complains of each entry that could never work. What cannot be read was complained of before. */
export function refuseSenseless(file: TemplateFile, instants: Instants, complain: Complain): void {
  const times = new Times(file, instants);
  for (const [id, phase] of Object.entries(file.phases)) {
    const path = ['phases', id];
    refuseLate([...path, 'due'], times.read(phase.due), complain);
    checkPlaceholders(path, phase, complain);
    for (const [where, item] of itemsOf(path, phase)) {
      refuseLate([...where, 'due'], times.read(item.due), complain);
      checkFact([...where, 'done-when'], item['done-when'], file.kind, complain);
    }
  }
  for (const [id, gate] of Object.entries(file.gates)) {
    refuseLate(['gates', id, 'due'], times.read(gate.due), complain);
    checkGate(['gates', id], gate, file, times, complain);
  }
}

type ItemFile = Exclude<PhaseFile['groups'][string]['items'][string], string>;
function itemsOf(path: readonly PropertyKey[], { groups }: PhaseFile): [readonly PropertyKey[], ItemFile][] {
  return Object.entries(groups).flatMap(([group, { items }]) =>
    Object.entries(items).flatMap(([id, item]): [readonly PropertyKey[], ItemFile][] =>
      typeof item === 'string' ? [] : [[[...path, 'groups', group, 'items', id], item]],
    ),
  );
}

// --- Instants ------------------------------------------------------------------------------------

class Times {
  private readonly levels: readonly Parameters<typeof isSurelyBefore>[2][];

  constructor(
    file: TemplateFile,
    private readonly instants: Instants,
  ) {
    const stated = Object.values(file.severities);
    // Of a release without levels, lengths in its units are compared by their sign only.
    this.levels = stated.length > 0 ? stated : [withoutLevels];
  }

  /** Undefined without a text, and for one that cannot be read. */
  read(text: string | undefined): InstantSpec | undefined {
    const read = text === undefined ? undefined : parseInstantSpec(text, this.instants.anchors);
    return read?.ok ? read.value : undefined;
  }

  opening({ opens }: Pick<PhaseFile, 'opens'>): InstantSpec | undefined {
    const read = opens === undefined ? undefined : parseOpens(opens, this.instants.anchors);
    return read?.ok && !('after' in read.value) ? read.value : undefined;
  }

  holdsDeployment({ before }: GateFile, { phases }: TemplateFile): boolean {
    const ids = Object.keys(phases);
    const { deployment } = this.instants;
    return deployment !== undefined && ids.includes(before) && ids.indexOf(before) <= ids.indexOf(deployment);
  }

  /**
   * True when, at every level, `one` comes after `other`. Instants of two anchors have no order.
   */
  isAfter(one: InstantSpec, other: InstantSpec): boolean {
    return (
      isSame(one.anchor, other.anchor) && this.levels.every((units) => isSurelyBefore(other.offset, one.offset, units))
    );
  }
}
const withoutLevels = { response: { n: hourMs, unit: 'ms' }, 'update-every': { n: dayMs, unit: 'ms' } } as const;
const isSame = (one: Anchor, other: Anchor) => JSON.stringify(one) === JSON.stringify(other);
const atTarget: InstantSpec = { anchor: 'target', offset: { n: 0, unit: 'ms' } };

// Only the target is known before it comes; any other anchor is past when a deadline counts from
// it.
function refuseLate(path: readonly PropertyKey[], due: InstantSpec | undefined, complain: Complain): void {
  if (due === undefined || due.anchor === 'target' || due.anchor === 'target-morning') return;
  const { anchor, offset } = due;
  if (offset.n >= 0) return;
  complain(
    path,
    `${instantWords(anchor, offset)} is past when it begins to count, so the deadline would be missed at once; write ${instantWords(anchor, ahead(offset))}, or count from another instant`,
  );
}
function ahead({ n, and, ...rest }: Offset): Offset {
  return { ...rest, n: -n, ...(and && { and: and.map((step) => ({ ...step, n: -step.n })) }) };
}

function checkGate(
  path: readonly PropertyKey[],
  gate: GateFile,
  file: TemplateFile,
  times: Times,
  complain: Complain,
): void {
  const { before } = gate;
  const held = Object.hasOwn(file.phases, before) ? times.opening(file.phases[before]!) : undefined;
  const [due, notBefore] = [times.read(gate.due), times.read(gate['not-before'])];
  const tooLate = (what: string, than: InstantSpec) =>
    complain(
      [...path, 'not-before'],
      `the gate may open only after ${what} (${specWords(than)}); write not-before: ${specWords(than)}, or something earlier`,
    );
  if (notBefore && due && times.isAfter(notBefore, due)) tooLate('it is due', due);
  else if (notBefore && held && times.isAfter(notBefore, held)) tooLate(`${before}, which it holds, opens`, held);
  else if (notBefore && times.holdsDeployment(gate, file) && times.isAfter(notBefore, atTarget))
    tooLate('the deployment, which it holds, is meant to be', atTarget);
  gate.requires.forEach((id, index) => {
    const required = Object.hasOwn(file.phases, id) ? times.opening(file.phases[id]!) : undefined;
    if (held && required && times.isAfter(required, held))
      complain(
        [...path, 'requires', index],
        `${id} opens (${specWords(required)}) after ${before} (${specWords(held)}), which waits for it by this gate; take ${id} out, or let it open earlier`,
      );
  });
}

// --- Facts and texts -----------------------------------------------------------------------------

// The facts of one kind of process. All others may come in both.
const factsOfKind = {
  incident: ['acknowledged', 'impact-recorded', 'resolved', 'timeline-kept'],
  release: ['deployed'],
} as const satisfies Record<TemplateFile['kind'], readonly string[]>;

function checkFact(
  path: readonly PropertyKey[],
  fact: string | undefined,
  kind: TemplateFile['kind'],
  complain: Complain,
): void {
  const other = kind === 'incident' ? 'release' : 'incident';
  if (!factsOfKind[other].some((one) => one === fact)) return;
  const [none, fits] = kind === 'incident' ? ['an incident', 'resolved'] : ['a release', 'deployed'];
  complain(
    path,
    `${none} never comes to "${fact}", so this would never be ticked; name another fact, such as ${fits}, or leave the line out and tick by hand`,
  );
}

function checkPlaceholders(path: readonly PropertyKey[], phase: PhaseFile, complain: Complain): void {
  const check = (where: readonly PropertyKey[], text: string | undefined, each: unknown, holder: string) => {
    for (const [, word = ''] of (text ?? '').matchAll(/\{([A-Za-z][\w-]*)\}/g)) {
      if (!/^(services?|svc)/i.test(word)) continue;
      if (word !== 'service') complain(where, `{${word}} stands for nothing; write {service}`);
      else if (each === undefined)
        complain(
          where,
          `{service} stands for a service only in what is repeated: write each: service in the ${holder}, or name what is meant`,
        );
    }
  };
  check([...path, 'name'], phase.name, phase.each, 'phase');
  check([...path, 'hint'], phase.hint, phase.each, 'phase');
  for (const [id, group] of Object.entries(phase.groups)) {
    const place = [...path, 'groups', id];
    const each = phase.each ?? group.each;
    check([...place, 'name'], group.name, each, 'group');
    for (const [itemId, item] of Object.entries(group.items)) {
      const isText = typeof item === 'string';
      const where = [...place, 'items', itemId, ...(isText ? [] : ['text'])];
      check(where, isText ? item : item.text, each, 'group');
    }
  }
}
