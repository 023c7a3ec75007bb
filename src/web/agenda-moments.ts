/**
 * Owns how an agenda is read for a page: its moments, who is told when, and what of it surprises.
 * Pure; computes no rule.
 */
import type { AgendaLine, ShownRehearsal } from '../contracts/rehearse-page';
import { msWords } from './times';

const minuteMs = 60_000;

/** What happens at one instant. */
export interface Moment {
  readonly at: string;
  /** ms after the beginning. */
  readonly after: number;
  readonly lines: readonly AgendaLine[];
}

/** The moments of an agenda, in order; the declaration itself is no news. */
export function momentsOf(agenda: readonly AgendaLine[]): Moment[] {
  const moments: { at: string; after: number; lines: AgendaLine[] }[] = [];
  for (const line of agenda) {
    if (line.type === 'command' && line.after === 0 && line.text.startsWith('Declared')) continue;
    const last = moments.at(-1);
    if (last?.after === line.after) last.lines.push(line);
    else moments.push({ at: line.at, after: line.after, lines: [line] });
  }
  return moments;
}

/** Whether `line` is a message to people. */
export function isMessage({ type }: AgendaLine): boolean {
  return type === 'page' || type === 'remind';
}

/** Whether `line` says again what its rung has said before: `4+2`, `end+1`. */
export function isRepeat({ rung }: AgendaLine): boolean {
  return rung?.includes('+') === true;
}

/** What happens to one person. */
export interface Lane {
  readonly person: string;
  readonly name: string;
  readonly marks: readonly { readonly after: number; readonly kind: 'page' | 'remind' | 'failed' | 'acts' }[];
}

/** Who is told, in the order of the first message to each. */
export function lanesOf(agenda: readonly AgendaLine[]): Lane[] {
  const lanes = new Map<string, { person: string; name: string; marks: Lane['marks'][number][] }>();
  const laneOf = (person: string, name: string) => {
    const lane = lanes.get(person) ?? { person, name, marks: [] };
    lanes.set(person, lane);
    return lane;
  };
  for (const line of agenda) {
    const { after, type, by } = line;
    if (type === 'page' || type === 'remind')
      for (const { person, name, channel } of line.recipients)
        laneOf(person, name).marks.push({ after, kind: channel === undefined ? 'failed' : type });
    if (type === 'command' && by !== undefined) lanes.get(by)?.marks.push({ after, kind: 'acts' });
  }
  return [...lanes.values()];
}

/** How a rehearsal came out, in a few words. */
export interface Outcome {
  /** Whoever is told first; null: nobody ever is. */
  readonly first: { readonly names: readonly string[]; readonly after: number } | null;
  /** When the response was met; null: never. */
  readonly answered: { readonly after: number; readonly late: number } | null;
  readonly people: number;
  /** The names of the deadlines that are missed, in order. */
  readonly missed: readonly string[];
}

export function outcomeOf({ agenda }: ShownRehearsal): Outcome {
  const pages = agenda.filter(({ type }) => type === 'page');
  const reached = pages.map(({ after, recipients }) => ({
    after,
    names: recipients.filter(({ channel }) => channel !== undefined).map(({ name }) => name),
  }));
  const met = agenda.find(({ type, deadlines }) => type === 'met' && deadlines.some(({ id }) => isResponse(id)));
  return {
    first: reached.find(({ names }) => names.length > 0) ?? null,
    answered: met === undefined ? null : { after: met.after, late: met.late },
    people: new Set(reached.flatMap(({ names }) => names)).size,
    missed: [...new Set(agenda.flatMap(({ type, about }) => (type === 'missed' ? about : [])))],
  };
}

const isResponse = (id: string) => id === 'response' || id.startsWith('response.');

// --- Surprises -----------------------------------------------------------------------------------

/** Shorter silences are the usual pace of a ladder. */
const longSilenceMs = 15 * minuteMs;
/** Whoever is paged so soon is paged at once. */
const soonMs = 5 * minuteMs;

/** What of a rehearsal somebody would not expect, one sentence each, the gravest first. */
export function surprisesIn(rehearsal: ShownRehearsal): string[] {
  const { agenda, ends, later } = rehearsal;
  return [
    ...new Set([
      ...unreached(agenda),
      ...lateBeginning(agenda),
      ...inVain(agenda),
      ...silences(agenda),
      ...(ends === 'limit' || later > 0 ? ['So much happens that only the first part of it is shown.'] : []),
    ]),
  ];
}

function unreached(agenda: readonly AgendaLine[]): string[] {
  return agenda.flatMap((line) => {
    if (line.type === 'nobody') return [`${plus(line.after)}: ${line.text}.`];
    if (!isMessage(line)) return [];
    return line.recipients
      .filter(({ channel }) => channel === undefined)
      .map(({ name, failed }) => {
        const why = failed.map(({ channel, because }) => `${channel}: ${because}`).join(', ');
        return `${name} is not reached${why === '' ? '' : ` (${why})`}.`;
      });
  });
}

function lateBeginning(agenda: readonly AgendaLine[]): string[] {
  const first = agenda.find(({ type }) => type === 'page');
  if (first === undefined) return ['Nobody is ever paged.'];
  return first.after < soonMs ? [] : [`Nobody is paged for the first ${msWords(first.after)}.`];
}

/** What one rung of the ladder of one deadline pages, in however many messages. */
interface FiredRung {
  readonly after: number;
  readonly deadline: string;
  readonly name: string;
  readonly rung: string;
  readonly people: Map<string, string>;
}

/** The rungs that page, in order; a round of the ladder ends where its deadline is met. */
function rungsIn(agenda: readonly AgendaLine[]): (FiredRung | { readonly met: string })[] {
  const found: (FiredRung | { readonly met: string })[] = [];
  const rungs = new Map<string, FiredRung>();
  for (const line of agenda) {
    const { type, rung, after, recipients, deadlines, about } = line;
    if (type === 'met') found.push(...deadlines.map(({ id }) => ({ met: id })));
    if (type !== 'page' || rung === undefined || rung === 'end' || isRepeat(line)) continue;
    deadlines.forEach(({ id, mode = 'page' }, index) => {
      if (mode !== 'page') return;
      const key = `${after}/${id}/${rung}`;
      const fired = rungs.get(key) ?? { after, deadline: id, name: about[index] ?? id, rung, people: new Map() };
      if (!rungs.has(key)) found.push(fired);
      rungs.set(key, fired);
      for (const { person, name } of recipients) fired.people.set(person, name);
    });
  }
  return found;
}

/** Rungs that page only some who were paged about the same deadline before: nobody new hears. */
function inVain(agenda: readonly AgendaLine[]): string[] {
  const told = new Map<string, Set<string>>();
  return rungsIn(agenda).flatMap((one) => {
    if ('met' in one) {
      told.delete(one.met);
      return [];
    }
    const { after, deadline, name, rung, people } = one;
    const before = told.get(deadline) ?? new Set<string>();
    told.set(deadline, new Set([...before, ...people.keys()]));
    const isTwice = people.size > 0 && [...people.keys()].every((person) => before.has(person));
    // A rung that tells everybody once more is meant so.
    if (!isTwice || (people.size === before.size && before.size > 1)) return [];
    return [
      `${plus(after)}: rung ${rung} of ${name} tells only ${[...people.values()].join(', ')}, who heard of it before.`,
    ];
  });
}

/** The longest time in which nobody is told anything although a deadline is missed. */
function silences(agenda: readonly AgendaLine[]): string[] {
  const open = new Map<string, string>();
  let [last, longest] = [0, { from: 0, ms: 0, missed: '' }];
  for (const line of agenda) {
    if (isMessage(line)) {
      const missed = [...open.values()][0];
      if (missed !== undefined && line.after - last > longest.ms)
        longest = { from: last, ms: line.after - last, missed };
      last = line.after;
    }
    line.deadlines.forEach(({ id }, index) => {
      if (line.type === 'missed') open.set(id, line.about[index] ?? id);
      if (line.type === 'met') open.delete(id);
    });
  }
  if (longest.ms < longSilenceMs) return [];
  return [
    `From ${plus(longest.from)} nobody is told anything for ${msWords(longest.ms)}, although ${longest.missed} is missed.`,
  ];
}

/** `+5 min`; the beginning is `+0`. */
export function plus(after: number): string {
  if (after < minuteMs) return after < 1_000 ? '+0' : `+${Math.round(after / 1_000)} s`;
  return `+${msWords(after)}`;
}
