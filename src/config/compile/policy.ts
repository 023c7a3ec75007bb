/**
 * Owns how a template file becomes the policy that a process copies, and finds every wrong instant,
 * recipient and reference. Knows nothing of YAML: an error is a path and a sentence.
 */
import { parseOffset, parseOpens, parseRungAt } from '../../domain/time/duration';
import {
  assertNever,
  dayMs,
  hourMs,
  kindRules,
  allTold,
  announcedMoments,
  unknownName,
  usualDeployment,
  type AnchorName,
  type CheckPolicy,
  type DeadlineKind,
  type GroupPolicy,
  type ItemPolicy,
  type Length,
  type Offset,
  type PhasePolicy,
  type Policy,
  type RungPolicy,
  type SeverityPolicy,
} from '../../domain';
import { compileGates, Instants } from './gates';
import { checkedLadderNames, refuseCircles, References, type Complain, type Names } from './policy-references';
import { deadlineKinds } from '../../contracts/deadline-kinds';
import type { TemplateFile } from '../files/shapes';
import { noLevel } from '../../contracts/command-table';
import { camelCased } from '../../contracts/camel-case';
import { given } from '../../given';

export type CompiledTemplate = Pick<
  Policy,
  | 'kind'
  | 'severities'
  | 'usualSeverity'
  | 'phases'
  | 'deployment'
  | 'gates'
  | 'ladders'
  | 'namedLadders'
  | 'announcements'
>;

type GroupFile = TemplateFile['phases'][string]['groups'][string];
type SeverityFile = TemplateFile['severities'][string];
type ItemFile = Exclude<GroupFile['items'][string], string>;

const incidentAnchors: readonly AnchorName[] = ['declared', 'acknowledged', 'identified', 'monitoring', 'resolved'];
const releaseAnchors: readonly AnchorName[] = ['planned', 'target', 'target-morning', 'deployed'];
/**
 * Compiles one template. All complaints are made before the return; the result is only valid when
 * there was none. `asks` is called with every recipient and role that the template names.
 */
export function compileTemplate(
  file: TemplateFile,
  names: Names,
  complain: Complain,
  asks: (name: string) => void = () => undefined,
): CompiledTemplate {
  const anchors = file.kind === 'incident' ? incidentAnchors : releaseAnchors;
  const references = new References(names, Object.keys(file.gates), complain, asks);
  const instants = new Instants(file, anchors, references, complain);
  const compiler = new Compiler(file, instants, complain, references);
  const { deployment } = instants;
  return {
    kind: file.kind,
    severities: compiler.severities(),
    ...given({ usualSeverity: compiler.usualSeverity() }),
    phases: compiler.phases(),
    ...given({ deployment: deployment === usualDeployment ? undefined : deployment }),
    gates: compileGates(file, names, instants, references, complain),
    ladders: compiler.ladders(),
    ...given({ namedLadders: compiler.namedLadders(), announcements: compiler.announcements() }),
  };
}

/**
 * A field that the policy has as the file states it is not named here: `camelCased` hands it on.
 */
class Compiler {
  private readonly phaseIds: string[];
  private readonly itemPlaces = new Map<string, string>();
  private readonly groupPlaces = new Map<string, string>();

  constructor(
    private readonly file: TemplateFile,
    private readonly instants: Instants,
    private readonly complain: Complain,
    private readonly references: References,
  ) {
    this.phaseIds = Object.keys(file.phases);
  }

  severities(): Policy['severities'] {
    const compiled = Object.entries(this.file.severities).map(([id, severity]): [string, SeverityPolicy] => {
      severity['escalate-to'].forEach((name, index) =>
        this.references.recipient(['severities', id, 'escalate-to', index], name, []),
      );
      severity.inform.forEach((name, index) => this.references.audience(['severities', id, 'inform', index], name));
      if (severity.calendar !== undefined) this.references.calendar(['severities', id, 'calendar'], severity.calendar);
      return [id, this.severity(['severities', id], severity)];
    });
    if (compiled.length > 0) return Object.fromEntries(compiled);
    if (this.file.kind === 'incident')
      this.complain(
        ['severities'],
        'an incident needs at least one level, the worst first: severities: { sev1: { name: ..., means: ..., response: 5m, update-every: 15m, escalate-to: [...] } }',
      );
    return { [noLevel]: withoutLevels };
  }

  private severity(path: readonly PropertyKey[], severity: SeverityFile): SeverityPolicy {
    const { default: _, update, 'update-every': every, ...stated } = severity;
    if ((update === undefined) === (every === undefined))
      this.complain(path, 'a level says either update-every: 15m, or update: none, or update: { once: 2bd }');
    if (stated.insist !== undefined && stated['page-during'] !== undefined)
      this.complain(
        [...path, 'insist'],
        'insist pages day and night, and page-during says the opposite; leave one out',
      );
    return {
      ...camelCased(stated),
      updateEvery: intervalOf(severity),
      ...given({ update: typeof update === 'object' ? ('once' as const) : update }),
    };
  }

  /** The level of a release that names none (R28). Undefined when no level is marked. */
  usualSeverity(): Policy['usualSeverity'] {
    const marked = Object.entries(this.file.severities).filter(([, level]) => level.default);
    for (const [id] of marked) {
      if (this.file.kind === 'incident')
        this.complain(
          ['severities', id, 'default'],
          'only a release may leave its severity out; whoever declares an incident says how bad it is',
        );
      else if (id !== marked[0]![0])
        this.complain(
          ['severities', id, 'default'],
          `${marked[0]![0]} is the default already; leave one of the two marks out`,
        );
    }
    return marked[0]?.[0];
  }

  private levels(path: readonly PropertyKey[], named: readonly string[] | undefined): void {
    const levels = Object.keys(this.file.severities);
    named?.forEach((name, index) => {
      if (!levels.includes(name)) this.complain([...path, index], unknownName('severity', name, levels));
    });
  }

  phases(): PhasePolicy[] {
    refuseCircles(this.file.phases, this.complain);
    return Object.entries(this.file.phases).map(([id, phase]) => {
      const opens =
        phase.opens === undefined
          ? undefined
          : this.instants.checked(
              ['phases', id, 'opens'],
              this.references.parsed(['phases', id, 'opens'], parseOpens(phase.opens, this.instants.anchors)),
            );
      if (opens && 'anchor' in opens && opens.anchor === 'deployed' && id === this.instants.deployment)
        this.complain(
          ['phases', id, 'opens'],
          'the deployment begins with this phase, so the phase cannot wait for it',
        );
      if (opens && 'after' in opens && (!this.phaseIds.includes(opens.after) || opens.after === id))
        this.complain(
          ['phases', id, 'opens'],
          opens.after === id ? 'a phase cannot open after itself' : unknownName('phase', opens.after, this.phaseIds),
        );
      const due = this.instants.read(['phases', id, 'due'], phase.due);
      const groups = Object.entries(phase.groups).map(([groupId, group]) => {
        this.references.unique(this.groupPlaces, 'group', groupId, ['phases', id, 'groups', groupId], id);
        return this.group(['phases', id, 'groups', groupId], groupId, group);
      });
      return { id, ...camelCased({ ...phase, opens, due, groups }) };
    });
  }

  private group(path: readonly PropertyKey[], id: string, group: GroupFile): GroupPolicy {
    const items = Object.entries(group.items).map(([itemId, item]) => {
      this.references.unique(this.itemPlaces, 'item', itemId, [...path, 'items', itemId], id);
      return this.item([...path, 'items', itemId], itemId, typeof item === 'string' ? { text: item } : item);
    });
    return { id, ...camelCased({ ...group, items }) };
  }

  private item(path: readonly PropertyKey[], id: string, item: ItemFile): ItemPolicy {
    if (item['done-when'] !== undefined) this.references.fact([...path, 'done-when'], item['done-when']);
    if (item['done-when'] === 'deployed' && this.file.kind === 'release')
      this.instants.deployed([...path, 'done-when']);
    this.levels([...path, 'when', 'severity'], item.when?.severity);
    if (item.owner !== undefined) this.references.recipient([...path, 'owner'], item.owner, []);
    const check: CheckFile | undefined = typeof item.check === 'string' ? { name: item.check } : item.check;
    const due = this.instants.read([...path, 'due'], item.due);
    const { evidence, ...stated } = item;
    return {
      id,
      ...camelCased({
        ...stated,
        'if-needed': item['if-needed'] ? true : undefined,
        when: item.when && camelCased(item.when),
        due,
        check: check && checkPolicy(check),
      }),
      ...given({ evidenceRequired: evidence && true }),
    };
  }

  ladders(): Policy['ladders'] {
    const ladders: Partial<Record<DeadlineKind, RungPolicy[]>> = {};
    const { kind: process, ladders: stated = {} } = this.file;
    for (const kind of deadlineKinds) {
      const rungs = stated[kind];
      if (!rungs) continue;
      if (!kindRules[kind].processes.includes(process))
        this.complain(['ladders', kind], `${process === 'incident' ? 'an' : 'a'} ${process} has no ${kind} deadline`);
      ladders[kind] = rungs.map((rung, index) => this.rung(['ladders', kind, index], rung, index));
      this.inOrder(kind, ladders[kind]);
    }
    return ladders;
  }

  /** The ladders that phases and items name (R30). Undefined when there are none. */
  namedLadders(): Policy['namedLadders'] {
    const names = checkedLadderNames(this.file, this.complain);
    const compiled = names.map((name) => {
      const rungs = (this.file.ladders[name] ?? []).map((rung, index) =>
        this.rung(['ladders', name, index], rung, index),
      );
      this.inOrder(name, rungs);
      return [name, rungs] as const;
    });
    return compiled.length === 0 ? undefined : Object.fromEntries(compiled);
  }

  /** Undefined when there are none, so that a template without announcements compiles as before. */
  announcements(): Policy['announcements'] {
    const moments = Object.keys(announcedMoments[this.file.kind]);
    const compiled = this.file.announcements.map((announcement, index) => {
      const { on, to } = announcement;
      this.levels(['announcements', index, 'severity'], announcement.severity);
      if (!moments.includes(on))
        this.complain(
          ['announcements', index, 'on'],
          `a ${this.file.kind} has no such moment; expected one of ${moments.join(', ')}`,
        );
      to.forEach((name, position) => {
        if (name !== allTold) this.references.audience(['announcements', index, 'to', position], name);
      });
      return camelCased(announcement);
    });
    return compiled.length === 0 ? undefined : compiled;
  }

  private rung(
    path: readonly PropertyKey[],
    rung: NonNullable<NonNullable<TemplateFile['ladders']>['phase']>[number],
    index: number,
  ): RungPolicy {
    const { page, remind, ...stated } = rung;
    if ((page === undefined) === (remind === undefined)) this.complain(path, 'a rung has either page or remind');
    const mode = page === undefined ? 'remind' : 'page';
    const to = page ?? remind ?? [];
    to.forEach((name, position) => {
      this.references.recipient([...path, mode, position], name, ['severity', 'owner', 'holder', 'all above']);
      if (name === 'all above' && index === 0)
        this.complain([...path, mode, position], 'the first rung has no rung above it');
    });
    const at = this.references.parsed([...path, 'at'], parseRungAt(rung.at)) ?? zero;
    const every = rung.repeat && this.references.parsed([...path, 'repeat', 'every'], parseOffset(rung.repeat.every));
    if (every && every.n <= 0)
      this.complain([...path, 'repeat', 'every'], `expected a length above zero, found "${rung.repeat!.every}"`);
    return { ...camelCased({ ...stated, at, repeat: every && { ...rung.repeat!, every } }), mode, to };
  }

  // A later rung must not come earlier in time, at any severity.
  private inOrder(kind: string, rungs: readonly RungPolicy[]): void {
    rungs.forEach((rung, index) => {
      const previous = rungs[index - 1];
      if (!previous) return;
      const early = Object.entries(this.file.severities)
        .filter(([, units]) => isSurelyBefore(rung.at, previous.at, units))
        .map(([id]) => id);
      const whose = early.length === Object.keys(this.file.severities).length ? '' : ` for ${early.join(', ')}`;
      if (early.length > 0)
        this.complain(
          ['ladders', kind, index, 'at'],
          `rung ${index + 1} comes before rung ${index}${whose}; rungs climb in time`,
        );
    });
  }
}

type CheckFile = Exclude<ItemFile['check'], string | undefined>;
function checkPolicy({ 'valid-for': validFor, ...stated }: CheckFile): CheckPolicy {
  return { ...camelCased(stated), ...given({ validForMs: validFor }) };
}

// What a release template that states no level says of its releases.
const withoutLevels: SeverityPolicy = {
  name: 'no levels',
  means: 'the template has no levels',
  examples: [],
  response: { n: hourMs, unit: 'ms' },
  updateEvery: { n: dayMs, unit: 'ms' },
  escalateTo: ['escalation-manager'],
  inform: [],
};

const zero: Offset = { n: 0, unit: 'ms' };
type SeverityUnits = Pick<SeverityFile, 'response' | 'update-every' | 'update'>;

// Without updates the unit `interval` is one response.
function intervalOf({ response, 'update-every': every, update }: SeverityUnits): Length {
  return every ?? (typeof update === 'object' ? update.once : response);
}

/**
 * Whether one instant of a ladder comes before another, whatever the hour of the day. A business
 * day counts as a day. An hour of business time takes an hour at least, and nobody knows how long
 * at most.
 */
function isSurelyBefore(one: Offset, other: Offset, units: SeverityUnits): boolean {
  const [a, b] = [lengthOf(one, units), lengthOf(other, units)];
  if (a.unit === b.unit) return a.n < b.n;
  const latest = a.unit === 'bh' && a.n > 0 ? Infinity : a.n;
  const earliest = b.unit === 'bh' && b.n < 0 ? -Infinity : b.n;
  return latest < earliest;
}

function lengthOf({ n, unit }: Offset, severity: SeverityUnits): Length {
  switch (unit) {
    case 'ms':
    case 'bh':
      // Nothing after `due` is an instant, in whichever unit.
      return n === 0 ? { n, unit: 'ms' } : { n, unit };
    case 'd':
    case 'bd':
      return { n: n * dayMs, unit: 'ms' };
    case 'response':
    case 'interval': {
      const length = unit === 'response' ? severity.response : intervalOf(severity);
      return lengthOf({ n: n * length.n, unit: length.unit }, severity);
    }
    default:
      return assertNever(unit);
  }
}
