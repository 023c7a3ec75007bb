/**
 * Owns how the gates of a template become policy, which phase the deployment is, and what is
 * refused because nothing could enforce it (R25, R27).
 */
import { parseInstantSpec, type KnownAnchors } from '../../domain/time/template-instants';
import { type GatePolicy, type InstantSpec, unknownName, usualDeployment } from '../../domain';
import type { TemplateFile } from '../files/shapes';
import { camelCased } from '../../contracts/camel-case';
import { given } from '../../given';
import type { Complain, Names, References } from './policy-references';

type GateFile = TemplateFile['gates'][string];

/**
 * The phase of the deployment: as stated, else the one called `deployment`, else the only one with
 * an item that the deployment ticks. Undefined: nothing is deployed.
 */
export function deploymentOf({ kind, deployment, phases }: TemplateFile): string | undefined {
  if (kind === 'incident') return undefined;
  if (deployment !== undefined) return deployment;
  if (Object.hasOwn(phases, usualDeployment)) return usualDeployment;
  const ticked = Object.entries(phases).filter(([, { groups }]) =>
    Object.values(groups).some(({ items }) =>
      Object.values(items).some((item) => typeof item !== 'string' && item['done-when'] === 'deployed'),
    ),
  );
  return ticked.length === 1 ? ticked[0]![0] : undefined;
}

/**
 * Reads the instants of one template: anchors that the kind has, and `deployed` where something is.
 */
export class Instants {
  readonly deployment: string | undefined;

  constructor(
    private readonly file: TemplateFile,
    readonly anchors: KnownAnchors,
    private readonly references: References,
    private readonly complain: Complain,
  ) {
    this.deployment = deploymentOf(file);
    const ids = Object.keys(file.phases);
    if (this.deployment !== undefined && file.phases[this.deployment]?.each !== undefined)
      complain(
        ['phases', this.deployment, 'each'],
        'the deployment is one phase; repeat its groups instead: each: service in a group',
      );
    if (file.deployment === undefined) return;
    if (file.kind === 'incident') complain(['deployment'], 'an incident deploys nothing; leave the line out');
    else if (!ids.includes(file.deployment)) complain(['deployment'], unknownName('phase', file.deployment, ids));
  }

  /** The instant that `text` names; undefined without `text`, and after a complaint. */
  read(path: readonly PropertyKey[], text: string | undefined): InstantSpec | undefined {
    if (text === undefined) return undefined;
    return this.checked(path, this.references.parsed(path, parseInstantSpec(text, this.anchors)));
  }

  /** Complains of an instant that can never come. */
  checked<S extends InstantSpec | { readonly after: string }>(
    path: readonly PropertyKey[],
    spec: S | undefined,
  ): S | undefined {
    if (spec && 'anchor' in spec && spec.anchor === 'deployed') this.deployed(path);
    return spec;
  }

  /** Complains of a word that means the deployment where there is none. */
  deployed(path: readonly PropertyKey[]): void {
    if (this.deployment !== undefined) return;
    const last = Object.keys(this.file.phases).at(-1) ?? 'PHASE';
    this.complain(
      path,
      `nothing is deployed here, so this never comes; say which phase the deployment is, such as "deployment: ${last}"`,
    );
  }
}

/**
 * Compiles every gate. The result is only valid when there was no complaint. `told`: the places of
 * the complaints.
 */
export function compileGates(
  file: TemplateFile,
  names: Names,
  instants: Instants,
  references: References,
  complainOf: Complain,
): { readonly gates: GatePolicy[]; readonly told: readonly (readonly PropertyKey[])[] } {
  const told: (readonly PropertyKey[])[] = [];
  const complain: Complain = (path, message) => {
    told.push(path);
    complainOf(path, message);
  };
  refuseKnots(file, complain);
  const gates = Object.entries(file.gates).map(([id, gate]) => {
    const path = ['gates', id];
    checkPhases(file, path, gate, instants, complain);
    const { each, override, passes, approvers } = gate;
    approvers.roles.forEach((role, index) => references.role([...path, 'approvers', 'roles', index], role));
    each?.forEach((role, index) => references.role([...path, 'each', index], role));
    override.forEach((role, index) => references.role([...path, 'override', index], role));
    const roles = [...new Set([...approvers.roles, ...(each ?? [])])];
    const min = enough(path, gate, names.approversWith?.(roles), complain);
    if (passes?.majority && passes.veto)
      complain(
        [...path, 'passes', 'majority'],
        'a majority decides nothing while one no-go closes the gate; add "veto: false", or leave it out',
      );
    const { before, requires, never, 'stale-on': staleOn } = gate;
    const due = instants.read([...path, 'due'], gate.due);
    const notBefore = instants.read([...path, 'not-before'], gate['not-before']);
    return {
      id,
      ...camelCased({ before, due, override, requires, 'stale-on': staleOn }),
      min,
      roles,
      neverPlanner: never === 'planner',
      ...given({
        notBefore,
        each,
        majority: passes?.majority ? true : undefined,
        veto: passes?.veto === false ? false : undefined,
      }),
    };
  });
  return { gates, told };
}

// How many people have to say go. `able`: how many may decide at the most, if that is known.
function enough(
  path: readonly PropertyKey[],
  { approvers, passes, each }: GateFile,
  able: number | undefined,
  complain: Complain,
): number {
  const atLeast = passes?.['at-least'];
  const place = atLeast === undefined ? [...path, 'approvers', 'min'] : [...path, 'passes', 'at-least'];
  const min = atLeast ?? approvers.min ?? (each?.length ? 1 : undefined);
  if (min === undefined)
    complain(
      [...path, 'approvers'],
      'how many have to say go? say approvers: { min: 2, roles: [...] }, or passes: { at-least: 2 }, or each: [roles]',
    );
  else if (atLeast !== undefined && approvers.min !== undefined && atLeast !== approvers.min)
    complain(place, `approvers say min: ${approvers.min}; say the number once`);
  else if (able !== undefined && able < min)
    complain(
      place,
      `${min} different people must approve, but only ${able} can (holders of the roles and the teams' approvers); the gate could never open`,
    );
  return min ?? 1;
}

// A gate that holds nothing, or that could never open, is refused: it would look as if it did.
function checkPhases(
  { kind, phases }: TemplateFile,
  path: readonly PropertyKey[],
  { before, requires, due, 'not-before': notBefore, 'stale-on': staleOn }: GateFile,
  { deployment }: Instants,
  complain: Complain,
): void {
  const ids = Object.keys(phases);
  requires.forEach((phase, index) => {
    if (!ids.includes(phase)) complain([...path, 'requires', index], unknownName('phase', phase, ids));
  });
  if (!ids.includes(before)) return complain([...path, 'before'], unknownName('phase', before, ids));
  if (phases[before]!.each !== undefined)
    return complain(
      [...path, 'before'],
      `a gate holds one phase, and ${before} is repeated for each service; put the gate before a phase ahead of it`,
    );
  const holdsDeployment = deployment !== undefined && ids.indexOf(before) <= ids.indexOf(deployment);
  const isEmpty = Object.values(phases[before]!.groups).every(({ items }) => Object.keys(items).length === 0);
  if (isEmpty && !holdsDeployment)
    complain([...path, 'before'], `the phase ${before} has no item, so the gate would hold nothing`);
  for (const [key, text] of Object.entries({ due, 'not-before': notBefore }))
    if (holdsDeployment && text !== undefined && /^deployed(?![\w-])/.test(text.trim()))
      complain([...path, key], 'the deployment waits for this gate, so the gate cannot wait for the deployment');
  const never = staleOn.indexOf('reschedule');
  if (kind === 'incident' && never >= 0)
    complain([...path, 'stale-on', never], 'an incident is never rescheduled; expected "reopen-items" alone');
}

// A gate opens when the phases that it requires are complete. If one of these waits for the gate,
// nobody can ever tick its items.
function refuseKnots({ gates }: TemplateFile, complain: Complain): void {
  const waitsFor = (phase: string) =>
    Object.values(gates).flatMap(({ before, requires }) => (before === phase ? requires : []));
  const reaches = (from: string, to: string, seen: readonly string[]): boolean =>
    from === to || (!seen.includes(from) && waitsFor(from).some((next) => reaches(next, to, [...seen, from])));
  for (const [id, { before, requires }] of Object.entries(gates))
    requires.forEach((phase, index) => {
      if (!reaches(phase, before, [])) return;
      const what = phase === before ? 'which it holds' : `which waits for ${before} by another gate`;
      complain(
        ['gates', id, 'requires', index],
        `the gate could never open: it requires ${phase}, ${what}; take ${phase} out`,
      );
    });
}
