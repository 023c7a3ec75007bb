/**
 * Owns how the ladders of a template become policy, and finds rungs that do not climb in time, that
 * mean nobody, or whose ladder no deadline has.
 */
import {
  assertNever,
  dayMs,
  kindRules,
  type DeadlineKind,
  type Length,
  type Offset,
  type Policy,
  type RungPolicy,
  type Step,
} from '../../domain';
import { parseOffset, parseRungAt } from '../../domain/time/template-instants';
import { deadlineKinds } from '../../contracts/deadline-kinds';
import { camelCased } from '../../contracts/camel-case';
import { given } from '../../given';
import type { TemplateFile } from '../files/shapes';
import type { Conditions } from './conditions';
import { checkedLadderNames, type Complain, type Names, type References } from './policy-references';

type RungFile = TemplateFile['ladders'][string][number];
type SeverityFile = TemplateFile['severities'][string];

/** Compiles every ladder. The result is only valid when there was no complaint. */
export function compileLadders(
  file: TemplateFile,
  names: Names,
  conditions: Conditions,
  references: References,
  complain: Complain,
): Pick<Policy, 'ladders' | 'namedLadders'> {
  const compiler = new LadderCompiler(file, conditions, references, complain);
  const ladders: Partial<Record<DeadlineKind, RungPolicy[]>> = {};
  for (const kind of deadlineKinds) {
    const rungs = file.ladders[kind];
    if (!rungs) continue;
    if (!kindRules[kind].processes.includes(file.kind)) complain(['ladders', kind], noSuchDeadline(file, kind));
    ladders[kind] = compiler.ladder(kind, rungs);
  }
  const named = checkedLadderNames(file, names.teamLadders, complain).map(
    (name) => [name, compiler.ladder(name, file.ladders[name] ?? [], levelsThatClimb(file, name, names))] as const,
  );
  return { ladders, ...given({ namedLadders: named.length === 0 ? undefined : Object.fromEntries(named) }) };
}

/** What is wrong with a ladder for deadlines that a process of the template never has. */
export function noSuchDeadline({ kind }: Pick<TemplateFile, 'kind'>, of: DeadlineKind): string {
  return `${kind === 'incident' ? 'an' : 'a'} ${kind} has no ${of} deadline`;
}

class LadderCompiler {
  constructor(
    private readonly file: TemplateFile,
    private readonly conditions: Conditions,
    private readonly references: References,
    private readonly complain: Complain,
  ) {}

  ladder(name: string, stated: readonly RungFile[], levels?: readonly string[]): RungPolicy[] {
    const rungs = stated.map((rung, index) => this.rung(['ladders', name, index], rung, index));
    rungs.forEach(({ when }, index) => {
      if (levels && when?.severity && !when.severity.some((level) => levels.includes(level)))
        this.complain(
          ['ladders', name, index, 'when', 'severity'],
          `this rung never fires, because only ${levels.join(', ')} ${levels.length === 1 ? 'climbs' : 'climb'} the ladder ${name}`,
        );
    });
    stated.slice(0, -1).forEach(({ then }, index) => {
      if (then !== undefined)
        this.complain(
          ['ladders', name, index, 'then'],
          `only the last rung ends the ladder, and ${stated.length - index - 1} more come after this one; write it there`,
        );
    });
    this.inOrder(name, rungs);
    return rungs;
  }

  private rung(path: readonly PropertyKey[], rung: RungFile, index: number): RungPolicy {
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
    const when = this.conditions.read([...path, 'when'], rung.when);
    return { ...camelCased({ ...stated, at, when, repeat: every && { ...rung.repeat!, every } }), mode, to };
  }

  // A later rung must not come earlier in time, at any severity at which both may fire.
  private inOrder(kind: string, rungs: readonly RungPolicy[]): void {
    rungs.forEach((rung, index) => {
      const previous = rungs[index - 1];
      if (!previous) return;
      const severities = Object.entries(this.file.severities).filter(([id]) =>
        [rung, previous].every(({ when }) => when?.severity?.includes(id) !== false),
      );
      const early = severities.filter(([, units]) => isSurelyBefore(rung.at, previous.at, units)).map(([id]) => id);
      const whose = early.length === severities.length ? '' : ` for ${early.join(', ')}`;
      if (early.length > 0)
        this.complain(
          ['ladders', kind, index, 'at'],
          `rung ${index + 1} comes before rung ${index}${whose}; rungs climb in time`,
        );
    });
  }
}

// The levels that name the ladder; undefined when a phase, an item or a team names it too.
function levelsThatClimb(
  { severities, phases }: TemplateFile,
  name: string,
  { teamLadders }: Names,
): string[] | undefined {
  const others = Object.values(phases).flatMap(({ ladder, groups }) => [
    ladder,
    ...Object.values(groups).flatMap(({ items }) =>
      Object.values(items).map((item) => (typeof item === 'string' ? undefined : item.ladder)),
    ),
  ]);
  if (others.includes(name) || teamLadders?.includes(name) !== false) return undefined;
  return Object.entries(severities).flatMap(([id, { ladders = {} }]) =>
    Object.values(ladders).includes(name) ? [id] : [],
  );
}

const zero: Offset = { n: 0, unit: 'ms' };
type SeverityUnits = Pick<SeverityFile, 'response' | 'update-every' | 'update'>;

/** What the unit `interval` stands for: without updates, one response. */
export function intervalOf({ response, 'update-every': every, update }: SeverityUnits): Length {
  return every ?? (typeof update === 'object' ? update.once : response);
}

/**
 * Whether one instant comes before another that counts from the same, whatever the hour of the day.
 */
export function isSurelyBefore(one: Offset, other: Offset, units: SeverityUnits): boolean {
  if (isPlain(one) && isPlain(other)) {
    const [a, b] = [lengthOf(one, units), lengthOf(other, units)];
    if (a.unit === b.unit) return a.n < b.n;
  }
  return rangeOf(one, units).latest < rangeOf(other, units).earliest;
}
const isPlain = ({ and, clock }: Offset): boolean => and === undefined && clock === undefined;

// A business day counts as a day. An hour of business time takes an hour at least, and nobody knows
// how long at most. A time of day moves an instant within its day.
function rangeOf(offset: Offset, units: SeverityUnits): { readonly earliest: number; readonly latest: number } {
  const slack = offset.clock === undefined ? 0 : dayMs;
  let [earliest, latest] = [-slack, slack];
  for (const step of [offset, ...(offset.and ?? [])]) {
    const { n, unit } = lengthOf(step, units);
    earliest += unit === 'bh' && n < 0 ? -Infinity : n;
    latest += unit === 'bh' && n > 0 ? Infinity : n;
  }
  return { earliest, latest };
}

function lengthOf({ n, unit }: Step, severity: SeverityUnits): Length {
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
