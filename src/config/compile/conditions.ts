/**
 * Owns how `when` of a rung, a phase, a group or an item becomes policy (R30), and what is refused
 * because it could never hold.
 */
import { type Condition, unknownName } from '../../domain';
import type { TemplateFile } from '../files/shapes';
import { given } from '../../given';
import type { Complain, Names } from './policy-references';

type WhenFile = NonNullable<TemplateFile['phases'][string]['when']>;

/** Reads each `when` of one template. */
export class Conditions {
  constructor(
    private readonly file: Pick<TemplateFile, 'kind' | 'severities'>,
    private readonly names: Pick<Names, 'teams' | 'services'>,
    private readonly complain: Complain,
  ) {}

  /** The condition that stands at `path`; undefined without one. */
  read(path: readonly PropertyKey[], when: WhenFile | undefined): Condition | undefined {
    if (when === undefined) return undefined;
    const { severity, label, team, service, 'customer-facing': customerFacing, strategy } = when;
    const isIncident = this.file.kind === 'incident';
    if (label !== undefined && !isIncident)
      this.complain([...path, 'label'], 'only an incident has labels, so this never holds; leave the line out');
    if (strategy !== undefined && isIncident)
      this.complain([...path, 'strategy'], 'only a release has a strategy, so this never holds; leave the line out');
    this.levels([...path, 'severity'], severity);
    this.known([...path, 'team'], 'team', team, this.names.teams);
    this.known([...path, 'service'], 'service', service, this.names.services);
    return given({
      severity: listOf(severity),
      label: listOf(label),
      team: listOf(team),
      service: listOf(service),
      customerFacing,
      strategy: listOf(strategy),
    });
  }

  /** Complains of levels that the template does not have. */
  levels(path: readonly PropertyKey[], named: string | readonly string[] | undefined): void {
    this.known(path, 'severity', named, Object.keys(this.file.severities));
  }

  // `known`: undefined when the file with the names cannot be read.
  private known(
    path: readonly PropertyKey[],
    what: string,
    named: string | readonly string[] | undefined,
    known: readonly string[] | undefined,
  ): void {
    if (known === undefined) return;
    (listOf(named) ?? []).forEach((name, index) => {
      if (!known.includes(name))
        this.complain(typeof named === 'string' ? path : [...path, index], unknownName(what, name, known));
    });
  }
}

function listOf<T extends string>(named: T | readonly T[] | undefined): readonly T[] | undefined {
  return typeof named === 'string' ? [named] : named;
}
