/**
 * Owns which events of a timeline belong to one command: an event that follows from the command is
 * no command of its own. Knows nothing of what a command says (recorded-commands.ts).
 */
import type { AbsorbRequest, Severity } from '../model';
import type { TimelineEntry } from '../views/timeline';
import { given } from '../../given';

/** How many entries after `index` come from the same command, by the same person. */
export function furtherEventsOf(timeline: readonly TimelineEntry[], index: number): number {
  const entry = timeline[index]!;
  const same = (other: TimelineEntry | undefined) => other?.at === entry.at && other.by === entry.by;
  const next = timeline[index + 1];
  if (entry.type === 'check-reported')
    return same(next) && (next!.type === 'items-done' || next!.type === 'items-reopened') && isOfCheck(entry, next!)
      ? 1
      : 0;
  if (entry.type !== 'acknowledged') return 0;
  // The first person to acknowledge becomes commander; events of Muster may stand in between.
  for (let ahead = index + 1; same(timeline[ahead]) || isMetOf(timeline[ahead], entry); ahead++) {
    const other = timeline[ahead]!;
    if (other.type === 'role-assigned' && other['role'] === 'commander' && other['person'] === entry.by)
      return ahead - index;
    if (other.type !== 'deadline-met') break;
  }
  return 0;
}

function isMetOf(other: TimelineEntry | undefined, entry: TimelineEntry): boolean {
  return other?.type === 'deadline-met' && other.at === entry.at;
}

function isOfCheck(report: TimelineEntry, next: TimelineEntry): boolean {
  return next.type === 'items-done'
    ? (typeof next['evidence'] === 'string' ? next['evidence'] : '').startsWith(
        `check ${String(report['check'])} passed`,
      )
    : report['because'] === next['reason'] || next['reason'] === `check ${String(report['check'])} failed`;
}

export function closesWith(next: TimelineEntry | undefined, entry: TimelineEntry): boolean {
  return (
    next?.type === 'closed' && next.at === entry.at && next.by === entry.by && next['skipRest'] === entry['reason']
  );
}

// A merge: first a worse severity, if any, then `absorbed`, then roles and links, all at one
// instant.
export function isAbsorption(timeline: readonly TimelineEntry[], index: number): boolean {
  const entry = timeline[index]!;
  if (entry.type === 'absorbed') return true;
  const next = timeline[index + 1];
  return (
    entry.type === 'severity-changed' &&
    next?.type === 'absorbed' &&
    next.at === entry.at &&
    entry['reason'] === `${String(next['from'])} was merged into this`
  );
}

export function absorbedAt(
  timeline: readonly TimelineEntry[],
  index: number,
): { request: AbsorbRequest; last: number } {
  const at = timeline[index]!.type === 'absorbed' ? index : index + 1;
  const entry = timeline[at]!;
  const roles: Record<string, string> = {};
  const links: AbsorbRequest['links'][number][] = [];
  let last = at;
  for (let ahead = at + 1; timeline[ahead]?.at === entry.at; ahead++) {
    const other = timeline[ahead]!;
    if (other.type === 'role-assigned' && other.by === entry.by && typeof other['person'] === 'string')
      roles[String(other['role'])] = other['person'];
    else if (other.type === 'linked')
      links.push({
        ...(fieldsOf(other, ['to', 'relation', 'title']) as { to: string; relation: 'other' }),
        by: other.by,
        at: Date.parse(other.at),
      });
    // Whose teams are asked follows from the merge.
    else if (other.type !== 'team-involved') break;
    last = ahead;
  }
  const from = String(entry['from']);
  const request: AbsorbRequest = {
    key: `${from}/recorded`,
    into: '',
    from,
    by: entry.by,
    severity: entry['severity'] as Severity,
    services: entry['services'] as string[],
    people: entry['people'] as string[],
    ...(fieldsOf(entry, ['answeredUpTo', 'unanswered', 'teams']) as Pick<
      AbsorbRequest,
      'answeredUpTo' | 'unanswered' | 'teams'
    >),
    roles,
    links,
  };
  return { request, last };
}

type Fields = Readonly<Record<string, unknown>>;
/** The fields of `entry` with these names. */
export const fieldsOf = (entry: Fields, keys: readonly string[]): Record<string, unknown> =>
  given(Object.fromEntries(keys.map((key) => [key, entry[key]])));
