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

  /**
   * The condition that stands at `path`; undefined without one. `around`: the conditions of what it
   * stands in, which have to hold too.
   */
  read(
    path: readonly PropertyKey[],
    when: WhenFile | undefined,
    around: readonly (WhenFile | undefined)[] = [],
  ): Condition | undefined {
    if (when === undefined) return undefined;
    if (Object.keys(when).length === 0)
      this.complain(path, 'this says nothing; say what has to hold, as in when: { label: security }, or leave it out');
    for (const outer of around) this.agree(path, when, outer);
    const { severity, label, team, service, 'customer-facing': customerFacing, strategy } = when;
    const isIncident = this.file.kind === 'incident';
    if (label !== undefined && !isIncident)
      this.complain([...path, 'label'], 'only an incident has labels, so this never holds; leave the line out');
    if (strategy !== undefined && isIncident)
      this.complain([...path, 'strategy'], 'only a release has a strategy, so this never holds; leave the line out');
    this.customerFacing(path, customerFacing);
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

  /** Complains where a release is asked whether customers notice it. */
  customerFacing(path: readonly PropertyKey[], stated: boolean | undefined): void {
    if (stated !== undefined && this.file.kind === 'release')
      this.complain(
        [...path, 'customer-facing'],
        `only an incident is customer-facing, so this ${stated ? 'never' : 'always'} holds; leave the line out`,
      );
  }

  // A process has one level, one strategy, and is customer-facing or not.
  private agree(path: readonly PropertyKey[], when: WhenFile, outer: WhenFile | undefined): void {
    for (const key of ['severity', 'customer-facing', 'strategy'] as const) {
      const [inside, outside] = [valuesOf(when[key]), valuesOf(outer?.[key])];
      if (inside && outside && !inside.some((value) => outside.includes(value)))
        this.complain(
          [...path, key],
          `this never holds, because what it stands in applies only to ${key} ${outside.join(', ')}`,
        );
    }
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

function valuesOf(stated: string | boolean | readonly string[] | undefined): readonly string[] | undefined {
  return stated === undefined ? undefined : [stated].flat().map(String);
}
function listOf<T extends string>(named: T | readonly T[] | undefined): readonly T[] | undefined {
  return typeof named === 'string' ? [named] : named;
}
