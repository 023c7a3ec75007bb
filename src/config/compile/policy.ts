/**
 * Owns how a template file becomes the policy that a process copies, and finds every wrong instant,
 * recipient and reference. Knows nothing of YAML: an error is a path and a sentence.
 */
import { parseOpens } from '../../domain/time/template-instants';
import {
  allTold,
  announcedMoments,
  unknownName,
  usualDeployment,
  type AnchorName,
  type CheckPolicy,
  type GroupPolicy,
  type ItemPolicy,
  type PhasePolicy,
  type Policy,
} from '../../domain';
import { compileGates, Instants } from './gates';
import { refuseCircles } from './circles';
import { Conditions } from './conditions';
import { compileLadders } from './ladders';
import { compileLevels } from './levels';
import { refuseSenseless } from './sense';
import { References, type Complain, type Names } from './policy-references';
import type { TemplateFile } from '../files/shapes';
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
  | 'restrictedTo'
  | 'incidentsCloseGates'
>;

type GroupFile = TemplateFile['phases'][string]['groups'][string];
type ItemFile = Exclude<GroupFile['items'][string], string>;

const incidentAnchors: readonly AnchorName[] = [
  'started',
  'declared',
  'acknowledged',
  'identified',
  'monitoring',
  'resolved',
];
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
  const known = { names: anchors, phases: Object.keys(file.phases), items: itemIds(file) };
  const instants = new Instants(file, known, references, complain);
  const conditions = new Conditions(file, names, complain);
  const compiler = new Compiler(file, instants, conditions, complain, references);
  const { deployment } = instants;
  const phases = compiler.phases();
  const { gates, told } = compileGates(file, names, instants, references, complain);
  refuseCircles({ phases, gates, deployment, told }, complain);
  refuseSenseless(file, instants, complain);
  return {
    kind: file.kind,
    ...compileLevels(file, references, complain),
    phases,
    ...given({ deployment: deployment === usualDeployment ? undefined : deployment }),
    gates,
    ...compileLadders(file, names, conditions, references, complain),
    ...given({
      announcements: compiler.announcements(),
      restrictedTo: compiler.restrictedTo(),
      incidentsCloseGates: compiler.incidentsCloseGates(gates.length > 0),
    }),
  };
}

function itemIds({ phases }: TemplateFile): string[] {
  const groups = Object.values(phases).flatMap((phase) => Object.values(phase.groups));
  return groups.flatMap(({ items }) => Object.keys(items));
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
    private readonly conditions: Conditions,
    private readonly complain: Complain,
    private readonly references: References,
  ) {
    this.phaseIds = Object.keys(file.phases);
  }

  phases(): PhasePolicy[] {
    const phases = Object.entries(this.file.phases).map(([id, phase]): PhasePolicy => {
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
        if (phase.each !== undefined && group.each !== undefined)
          this.complain(
            ['phases', id, 'groups', groupId, 'each'],
            `the phase ${id} is repeated for each service already, with all of its groups; leave this line out`,
          );
        return this.group(['phases', id, 'groups', groupId], groupId, group, phase.when);
      });
      const when = this.conditions.read(['phases', id, 'when'], phase.when);
      return { id, ...camelCased({ ...phase, when, opens, due, groups }) };
    });
    return phases;
  }

  private group(path: readonly PropertyKey[], id: string, group: GroupFile, around: GroupFile['when']): GroupPolicy {
    const items = Object.entries(group.items).map(([itemId, item]) => {
      this.references.unique(this.itemPlaces, 'item', itemId, [...path, 'items', itemId], id);
      const stated = typeof item === 'string' ? { text: item } : item;
      return this.item([...path, 'items', itemId], itemId, stated, [around, group.when]);
    });
    const when = this.conditions.read([...path, 'when'], group.when, [around]);
    return { id, ...camelCased({ ...group, when, items }) };
  }

  private item(
    path: readonly PropertyKey[],
    id: string,
    item: ItemFile,
    around: readonly GroupFile['when'][],
  ): ItemPolicy {
    if (item['done-when'] !== undefined) this.references.fact([...path, 'done-when'], item['done-when']);
    if (item['done-when'] === 'deployed' && this.file.kind === 'release')
      this.instants.deployed([...path, 'done-when']);
    const { items } = this.instants.anchors;
    item.needs?.forEach((need, index) => {
      if (!items.includes(need)) this.complain([...path, 'needs', index], unknownName('item', need, items));
    });
    if (item.owner !== undefined) this.references.recipient([...path, 'owner'], item.owner, []);
    const check: CheckFile | undefined = typeof item.check === 'string' ? { name: item.check } : item.check;
    const due = this.instants.read([...path, 'due'], item.due);
    const { evidence, ...stated } = item;
    return {
      id,
      ...camelCased({
        ...stated,
        'if-needed': item['if-needed'] ? true : undefined,
        when: this.conditions.read([...path, 'when'], item.when, around),
        due,
        check: check && checkPolicy(check),
      }),
      ...given({ evidenceRequired: evidence && true }),
    };
  }

  /** R37: who sees and hears of a process. */
  restrictedTo(): Policy['restrictedTo'] {
    const names = this.file['restricted-to'];
    names?.forEach((name, index) => this.references.reader(['restricted-to', index], name));
    return names;
  }

  /** R43. Undefined where no incident closes a gate. */
  incidentsCloseGates(hasGates: boolean): Policy['incidentsCloseGates'] {
    const { kind, 'incidents-close-gates': from } = this.file;
    const place = ['incidents-close-gates'];
    if (kind === 'incident') {
      if (from !== undefined) this.complain(place, 'incidents close gates of releases only; leave the line out');
      return undefined;
    }
    if (!hasGates && from !== undefined && from !== 'never')
      this.complain(place, 'the template has no gate that an incident could close; leave the line out');
    return hasGates && from !== 'never' ? given({ from }) : undefined;
  }

  /** Undefined when there are none, so that a template without announcements compiles as before. */
  announcements(): Policy['announcements'] {
    const moments = Object.keys(announcedMoments[this.file.kind]);
    const compiled = this.file.announcements.map((announcement, index) => {
      const { on, to } = announcement;
      this.conditions.levels(['announcements', index, 'severity'], announcement.severity);
      this.conditions.customerFacing(['announcements', index], announcement['customer-facing']);
      if (!moments.includes(on))
        this.complain(
          ['announcements', index, 'on'],
          `a ${this.file.kind} has no such moment; expected one of ${moments.join(', ')}`,
        );
      to.forEach((name, position) => {
        if (name !== allTold) this.references.audience(['announcements', index, 'to', position], name);
        else if (on === beginnings[this.file.kind])
          this.complain(
            ['announcements', index, 'to', position],
            `nobody has heard of it before it is ${on}; name the audiences`,
          );
      });
      return camelCased(announcement);
    });
    return compiled.length === 0 ? undefined : compiled;
  }
}

// Of what comes first, nobody was told before.
const beginnings = { incident: 'declared', release: 'planned' } as const;

type CheckFile = Exclude<ItemFile['check'], string | undefined>;
function checkPolicy({ 'valid-for': validFor, ...stated }: CheckFile): CheckPolicy {
  return { ...camelCased(stated), ...given({ validForMs: validFor }) };
}
