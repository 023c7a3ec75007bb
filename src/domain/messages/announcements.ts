/**
 * Owns the comparison of what two policies announce: which audiences hear of which moment, by
 * severity. Read off the rules that announce (audiences.ts), never written a second time. Knows
 * nothing of scenarios: a moment that none of them comes to counts too.
 */
import type { ProcessKind, Severity } from '../../contracts/command-table';
import { announcedMoments, hearingOf, informedOf, type Hearing } from './audiences';
import type { AnnouncedEvent, Policy } from '../model';

export interface AnnouncementChange {
  /** Events of the timeline; `public update-posted` when it is for the public. */
  readonly moments: readonly string[];
  readonly severities: readonly Severity[];
  /** Only when customers can see it, or only when they cannot; null: either way. */
  readonly customerFacing: boolean | null;
  /** Audiences that hear of it no more, and newly. */
  readonly gone: readonly string[];
  readonly new: readonly string[];
}

type AudiencesAt = (at: Hearing & Pick<Policy, 'kind'>) => string[];
const ofBoth: readonly (readonly [moment: string, AudiencesAt])[] = [
  ['update-posted', (at) => informedOf(at, 'internal')],
  ['public update-posted', (at) => informedOf(at, 'public')],
  ['exhausted', (at) => informedOf(at, 'internal')],
];
/** Who hears of each moment of a process. */
const momentsOf = (kind: ProcessKind): readonly (readonly [moment: string, AudiencesAt])[] => [
  ...(Object.keys(announcedMoments[kind]) as AnnouncedEvent[]).map(
    (on) => [on, (at: Parameters<AudiencesAt>[0]) => hearingOf(at, on)] as const,
  ),
  ...ofBoth,
];

/**
 * What `after` announces otherwise than `before`, both of one kind; what changes alike stands
 * together.
 */
export function compareAnnouncements(before: Policy, after: Policy): AnnouncementChange[] {
  const severities = Object.keys(before.severities).sort() as Severity[];
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
