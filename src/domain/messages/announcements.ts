/**
 * Owns the comparison of what two policies announce: which audiences hear of which moment, by
 * severity. The comparison asks the rules that announce (audiences.ts), so no second copy of these
 * rules can differ from them. Knows nothing of scenarios: a moment counts even if no scenario
 * reaches the moment.
 */
import { levelsOf } from '../state/severity';
import type { ProcessKind, Severity } from '../../contracts/command-table';
import { announcedMoments, hearingOf, informedOf, type Hearing } from './audiences';
import type { AnnouncedEvent, Policy } from '../model';

export interface AnnouncementChange {
  /** Types of timeline events; `public update-posted` means a post for the public. */
  readonly moments: readonly string[];
  readonly severities: readonly Severity[];
  /** Only for customer-facing processes (true), only for the others (false), or for both (null). */
  readonly customerFacing: boolean | null;
  /** Audiences that hear of the moments by the earlier policy only. */
  readonly gone: readonly string[];
  /** Audiences that hear of the moments by the later policy only. */
  readonly new: readonly string[];
}

type AudiencesAt = (at: Hearing & Pick<Policy, 'kind'>) => string[];
const ofBoth: readonly (readonly [moment: string, AudiencesAt])[] = [
  ['update-posted', (at) => informedOf(at, 'internal')],
  ['public update-posted', (at) => informedOf(at, 'public')],
  ['exhausted', (at) => informedOf(at, 'internal')],
];
/** For each moment of a process: the function that names the audiences that hear of the moment. */
const momentsOf = (kind: ProcessKind): readonly (readonly [moment: string, AudiencesAt])[] => [
  ...(Object.keys(announcedMoments[kind]) as AnnouncedEvent[]).map(
    (on) => [on, (at: Parameters<AudiencesAt>[0]) => hearingOf(at, on)] as const,
  ),
  ...ofBoth,
];

/**
 * The differences between what `before` and `after` announce, two policies for one kind of process.
 * Moments and severities with the same difference share an entry. Empty when the policies announce
 * alike.
 */
export function compareAnnouncements(before: Policy, after: Policy): AnnouncementChange[] {
  const severities = levelsOf(before).filter((level) => levelsOf(after).includes(level));
  const rows = momentsOf(before.kind).flatMap(([moment, audiencesAt]) =>
    severities.flatMap((severity) =>
      [true, false].map((customerFacing): Row => {
        const hear = (policy: Policy) => [
          ...new Set(audiencesAt({ kind: policy.kind, policy, severity, customerFacing })),
        ];
        const [was, is] = [hear(before), hear(after)];
        const beyond = (some: string[], others: string[]) => some.filter((name) => !others.includes(name)).sort();
        const change = { gone: beyond(was, is), new: beyond(is, was) };
        return { moments: [moment], severities: [severity], facing: [customerFacing], ...change };
      }),
    ),
  );
  const changed = rows.filter((row) => row.gone.length + row.new.length > 0);
  return together(together(together(changed, 'facing'), 'severities'), 'moments').map(({ facing, ...row }) => ({
    ...row,
    customerFacing: facing.length === 2 ? null : facing[0]!,
  }));
}

type Row = Omit<AnnouncementChange, 'customerFacing'> & { readonly facing: readonly boolean[] };

// Rows that differ in `field` alone become one.
function together(rows: readonly Row[], field: 'facing' | 'severities' | 'moments'): Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row, [field]: null });
    const same = found.get(key);
    found.set(key, same ? { ...same, [field]: [...same[field], ...row[field]] } : row);
  }
  return [...found.values()];
}
