/**
 * Owns how findings are gathered: the same fault at the same times is reported once, with all its
 * rungs, services and severities.
 */
import type { Severity } from '../../contracts/command-table';
import type { CoverageKind, CoverageWhere } from '../../contracts/coverage-view';
import { levelsOf } from '../state/severity';
import type { CoveredLadder } from './rungs';
import type { Span } from './stretches';
import { findingWords } from './words';
import type { Instant, Policy, ProcessKind } from '../model';
import type { CoverageFinding, Subject } from './findings';
interface Gathered {
  readonly subject: Subject;
  readonly where: CoverageWhere[];
  readonly times: readonly Span[];
}

export class CoverageNotes {
  private readonly gathered = new Map<string, Gathered>();
  /** Kinds of process of which several templates are judged: a place names its template there. */
  private readonly several: readonly ProcessKind[];

  /** Of all templates, the worst first in each. */
  private readonly levels: readonly Severity[];

  constructor(policies: readonly Pick<Policy, 'kind' | 'severities'>[]) {
    const kinds = policies.map(({ kind }) => kind);
    this.levels = [...new Set(policies.flatMap(levelsOf))];
    this.several = kinds.filter((kind, index) => kinds.indexOf(kind) !== index);
  }

  /** Notes that `subject` holds for these rungs at these times. */
  add(subject: Subject, ladder: CoveredLadder, rungs: readonly number[], stretches: readonly Span[]): void {
    if (stretches.length === 0) return;
    const times = joined(stretches, []);
    const { process, severities, services, deadlines } = ladder;
    const where: CoverageWhere = {
      process,
      ...(this.several.includes(process) ? { template: ladder.template } : {}),
      ladder: ladder.ladder,
      rungs,
      severities,
      services,
      deadlines,
    };
    const what = JSON.stringify(subject);
    // A person's broken reach concerns every rung that means the person: one finding for all.
    const key = subject.kind === 'broken-reach' ? what : `${what} ${JSON.stringify(times)}`;
    const known = this.gathered.get(key);
    if (!known) this.gathered.set(key, { subject, where: [where], times });
    else this.gathered.set(key, { subject, where: [...known.where, where], times: joined(known.times, times) });
  }

  /** Notes that `subject`, which is about no ladder, holds at these times. */
  addOfNoLadder(subject: Subject, times: readonly Span[]): void {
    this.gathered.set(JSON.stringify(subject), { subject, where: [], times });
  }

  /** The findings: errors first, then the earliest. `allow`: kinds that are no errors here. */
  findings(allow: readonly CoverageKind[]): CoverageFinding[] {
    const found = [...this.gathered.values()].map(({ subject, where, times }): CoverageFinding => {
      const allowed = subject.level === 'error' && allow.includes(subject.kind);
      // Two rungs are a pair: a list of more than two would not say which rung goes with which.
      const fields = subject.kind === 'one-carries-two' ? places : ([...places, 'rungs'] as const);
      const folded = fold(where, fields, this.levels);
      return {
        kind: subject.kind,
        level: allowed ? 'note' : subject.level,
        ...(allowed ? { allowed: true } : {}),
        ...findingWords(subject),
        ...('person' in subject ? { person: subject.person } : {}),
        ...('channel' in subject ? { channel: subject.channel } : {}),
        where: folded,
        times,
      };
    });
    const rank = ({ level, kind }: CoverageFinding) => (level === 'error' ? 0 : 20) + gravity[kind];
    return found.sort((a, b) => rank(a) - rank(b) || a.times[0]!.from - b.times[0]!.from);
  }
}
const gravity: Readonly<Record<CoverageKind, number>> = {
  'broken-reach': 0,
  'reaches-nobody': 1,
  'one-carries-two': 2,
  'late-response': 3,
  'no-ladder': 4,
  'alerts-lead-nowhere': 5,
  'always-frozen': 6,
  'pages-nobody': 7,
  'falls-silent': 8,
  'hours-only': 9,
  'stays-here': 10,
  'one-channel': 11,
  'idle-freeze': 12,
};

function joined(a: readonly Span[], b: readonly Span[]): Span[] {
  const found: { from: Instant; to: Instant }[] = [];
  for (const { from, to } of [...a, ...b].sort((one, other) => one.from - other.from)) {
    const last = found.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}

const places = ['deadlines', 'severities', 'services'] as const;
// Merges places that differ in one field only: deadlines first, then severities, services, rungs.
// Severities stand in the order of the template (R28).
function fold(
  where: readonly CoverageWhere[],
  fields: readonly ((typeof places)[number] | 'rungs')[],
  levels: readonly Severity[],
): CoverageWhere[] {
  const rank = (one: string | number | null): number =>
    typeof one === 'number' ? one : one === null ? -1 : levels.indexOf(one);
  return fields.reduce<readonly CoverageWhere[]>((found, field) => {
    const folded = new Map<string, CoverageWhere>();
    for (const place of found) {
      const key = JSON.stringify({ ...place, [field]: [] });
      const known = folded.get(key);
      const each = [...new Set<string | number | null>([...(known?.[field] ?? []), ...place[field]])];
      const ordered = field === 'rungs' || field === 'severities';
      folded.set(key, { ...place, [field]: ordered ? each.sort((one, other) => rank(one) - rank(other)) : each });
    }
    return [...folded.values()];
  }, where) as CoverageWhere[];
}
