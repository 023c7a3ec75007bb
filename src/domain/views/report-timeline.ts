/**
 * Owns the timeline of a report as people read it: names instead of ids, and one line a minute for
 * what Muster itself did. Knows nothing of zones and of the written form.
 */
import type { ReportView } from '../../contracts/report-view';
import type { TimelineEntry } from './timeline';

/** The name of a person by the id; the id itself when nobody knows a name. */
export type NameOf = (id: string) => string;
type Line = ReportView['timeline'][number];

/** Look-ups and openings of phases tell nothing that the entries around them do not. */
const machinery = new Set<TimelineEntry['type']>(['resolved-to', 'phase-opened']);

/** The kind of a line that stands for everything that Muster did in one minute. */
const foldedType = 'folded';

/**
 * The lines of the timeline. `full`: an entry for each event but the look-ups; else what Muster did
 * in a minute is one line, at the place of the first of these events, and one for what was met.
 */
export function reportTimeline(timeline: readonly TimelineEntry[], full: boolean, nameOf: NameOf): Line[] {
  if (full)
    return timeline
      .filter(({ type }) => !machinery.has(type))
      .map((entry) => ({ at: entry.at, type: entry.type, by: nameOf(entry.by), text: sentenceOf(entry, nameOf) }));
  const minutes = new Map<string, TimelineEntry[]>();
  const lines: (Line | TimelineEntry[])[] = [];
  for (const entry of timeline) {
    if (!isFolded(entry)) {
      lines.push({ at: entry.at, type: entry.type, by: nameOf(entry.by), text: sentenceOf(entry, nameOf) });
      continue;
    }
    // What was met stands after the event that met it.
    const minute = `${entry.at.slice(0, 16)}${entry.type === 'deadline-met' ? ' met' : ''}`;
    const same = minutes.get(minute);
    if (same) same.push(entry);
    else {
      const begun = [entry];
      minutes.set(minute, begun);
      lines.push(begun);
    }
  }
  return lines.flatMap((line) => (Array.isArray(line) ? foldedLine(line, nameOf) : [line]));
}

const folded = new Set<TimelineEntry['type']>([
  ...machinery,
  'rungs-fired',
  'fallthrough',
  'delivered',
  'delivery-failed',
  'called-off',
  'deadline-missed',
  'deadline-met',
]);
// What an event ticked by itself, and that a tool is up to date, tells a reader nothing new.
function isFolded({ type, by, to }: TimelineEntry): boolean {
  return folded.has(type) || (type === 'items-done' && by === 'muster') || (type === 'followed' && to === undefined);
}

function foldedLine(entries: readonly TimelineEntry[], nameOf: NameOf): Line[] {
  const told = (type: TimelineEntry['type'], kind?: string) => [
    ...new Set(
      entries
        .filter((entry) => entry.type === type && (kind === undefined || entry['kind'] === kind))
        .map((entry) => nameOf(String(entry['to']))),
    ),
  ];
  const list = (verb: string, names: readonly string[]) => (names.length === 0 ? [] : [`${verb} ${names.join(', ')}`]);
  const deadlines = (type: TimelineEntry['type'], label: string, verb: string) =>
    list(
      verb,
      entries.filter((entry) => entry.type === type).map(({ text }) => text.replace(label, '')),
    );
  const words = [
    ...deadlines('deadline-missed', 'MISSED: ', 'missed'),
    ...list('paged', told('delivered', 'page')),
    ...list('reminded', told('delivered', 'remind')),
    ...list('told', told('delivered', 'announce')),
    ...list('could not reach', told('delivery-failed')),
    ...list('called off what was on its way to', told('called-off')),
    ...deadlines('deadline-met', 'Met: ', 'met'),
  ];
  return words.length === 0 ? [] : [{ at: entries[0]!.at, type: foldedType, by: 'muster', text: words.join('; ') }];
}

/** True for a line that stands for what Muster did in a minute. */
export function isFoldedLine({ type }: Pick<Line, 'type'>): boolean {
  return type === foldedType;
}

// The sentence of an entry has ids in the places that its fields name. A note or a reason, which
// may hold the same word, stands elsewhere in the sentence.
function sentenceOf({ type, text, ...fields }: TimelineEntry, nameOf: NameOf): string {
  switch (type) {
    case 'role-assigned':
      return named(named(text, fields['handedBy'], 'last', nameOf), fields['person'], 'first', nameOf);
    case 'action-item-added':
      return named(text, fields['owner'], 'last', nameOf);
    case 'hand-off-expired':
      return named(named(text, fields['from'], 'last', nameOf), fields['to'], 'first', nameOf);
    case 'answer-expired':
      return named(text, fields['holder'], 'first', nameOf);
    case 'call-failed':
      return named(named(text, fields['next'], 'last', nameOf), fields['call'], 'first', nameOf);
    case 'escalated':
    case 'handed-off':
    case 'delivered':
    case 'delivery-failed':
    case 'called-off':
      return named(text, fields['to'], 'first', nameOf);
    default:
      return text;
  }
}

// `ids` as names, at the first or the last place in `text` where they stand as words of their own.
function named(text: string, ids: unknown, which: 'first' | 'last', nameOf: NameOf): string {
  const known = (Array.isArray(ids) ? ids : [ids]).filter((id) => typeof id === 'string');
  const list = known.join(', ');
  if (list === '') return text;
  const places = [...` ${text} `.matchAll(/(?<= )\S/g)].map(({ index }) => index - 1);
  const standing = places.filter(
    (place) => text.startsWith(list, place) && !/^[\w-]/.test(text.slice(place + list.length)),
  );
  const place = which === 'first' ? standing[0] : standing.at(-1);
  return place === undefined
    ? text
    : text.slice(0, place) + known.map(nameOf).join(', ') + text.slice(place + list.length);
}
