/**
 * Owns how the entry of an acting field is taken apart: its moment, its value, the words of the
 * value. What does not fit is thrown as `Unfit`, which says what would be right. Knows no field.
 */
import {
  levelNamed,
  levelProblem,
  levelsOf,
  unknownName,
  type Calendars,
  type Directory,
  type Instant,
  type Policy,
} from '../../domain';
import { given } from '../../given';
import { momentOf, type Moments } from './moments';

/** The surroundings against which an entry is read. */
export interface StepWorld {
  readonly moments: Moments;
  /** With what is repeated for each service (R33). */
  readonly policy: Policy;
  readonly directory: Directory;
  readonly calendarsAt: (at: Instant) => Calendars;
  /** The levels of an incident that a roll-back declares, or of another one on the services. */
  readonly declaredLevels: readonly string[];
  /** The ids of the deadlines that the process may have. */
  readonly deadlines: readonly string[];
  /** Where the entry stands in its field, from 0. */
  readonly index: number;
  /** Why somebody acts, as the entry says; absent: it does not say. */
  readonly because?: string;
}

/** What is wrong with an entry. */
export class Unfit extends Error {}

/** The reason that an entry gives, else one of the rehearsal's own. */
export const reasonOf = ({ because = 'as rehearsed' }: StepWorld): string => because;

/** The note that an entry gives, if any. */
export const noteOf = ({ because }: StepWorld): { note?: string } => given({ note: because });

/** The people who may act and be named. */
export const peopleOf = ({ directory }: StepWorld): string[] => Object.keys(directory.people);

/** The level of the template that `text` names. */
export function levelOfPolicy(text: string, { policy }: StepWorld): string {
  const found = levelNamed(levelsOf(policy), text);
  if (found === undefined) throw new Unfit(levelProblem(policy, text));
  return found;
}

export function moment(text: string, { moments }: StepWorld): Instant {
  const read = momentOf(text, moments);
  if (!read.ok) throw new Unfit(read.message);
  return read.at;
}

/** As `moment`, of an act that has no value, but maybe a reason. */
export function momentAlone(text: string, world: StepWorld): Instant {
  if (text.includes('='))
    throw new Unfit(`expected a moment, and maybe why, such as 10m because false alarm, found "${text.slice(0, 60)}"`);
  return moment(text, world);
}

/** `20m=P0`: the moment, and the text after the sign. `form`: what is expected, in words. */
export function pair(text: string, form: string, world: StepWorld): { at: Instant; value: string } {
  const cut = text.indexOf('=');
  if (cut < 1 || cut === text.length - 1) throw new Unfit(`expected ${form}, found "${text.slice(0, 60)}"`);
  return { at: moment(text.slice(0, cut).trim(), world), value: text.slice(cut + 1).trim() };
}

/** As `pair`, but a moment alone is an entry too. */
export function maybePair(text: string, form: string, world: StepWorld): { at: Instant; value?: string } {
  return text.includes('=') ? pair(text, form, world) : { at: moment(text, world) };
}

/** The one of `names` that `name` is. `what`: what the names are, in words. */
export function known<T extends string>(what: string, name: string, names: readonly T[]): T {
  const found = names.find((one) => one === name);
  if (found === undefined) throw new Unfit(unknownName(what, name, names));
  return found;
}

/** `a, b`: each of `names`. */
export function knownList<T extends string>(what: string, text: string, names: readonly T[]): T[] {
  return text.split(',').map((one) => known(what, one.trim(), names));
}

/** The parts of `text` by `pattern`. `form`: what is expected, in words. */
export function parts(pattern: RegExp, text: string, form: string): readonly (string | undefined)[] {
  const found = pattern.exec(text);
  if (!found) throw new Unfit(`expected ${form}, found "${text.slice(0, 60)}"`);
  return found.slice(1);
}

/**
 * `add bookings, search, remove payments, customer-facing` by keyword: what stands after it, and
 * after commas that no other keyword follows. A keyword alone has no values.
 */
export function clauses<K extends string>(
  text: string,
  keywords: readonly K[],
  form: string,
): Partial<Record<K, readonly string[]>> {
  const found: Partial<Record<K, readonly string[]>> = {};
  let current: K | undefined;
  for (const part of text.split(',').map((one) => one.trim())) {
    const keyword = keywords.find((one) => part === one || part.startsWith(`${one} `));
    current = keyword ?? current;
    const value = keyword === undefined ? part : part.slice(keyword.length).trim();
    if (current === undefined || (keyword === undefined && value === ''))
      throw new Unfit(`expected ${form}, found "${text.slice(0, 60)}"`);
    found[current] = [...(found[current] ?? []), ...(value === '' ? [] : [value])];
  }
  return found;
}

/** Two moments, `10m..40m`, or a message about their fault. */
export function spanOf(text: string, moments: Moments): { readonly from: Instant; readonly to: Instant } | string {
  const found = /^(.+?)\.\.(.+)$/.exec(text.trim());
  if (!found) return `expected two moments, such as 10m..40m, found "${text.slice(0, 60)}"`;
  const [from, to] = [momentOf(found[1]!.trim(), moments), momentOf(found[2]!.trim(), moments)];
  if (!from.ok) return from.message;
  if (!to.ok) return to.message;
  if (to.at <= from.at) return `it ends at ${found[2]!.trim()}, before or when it begins at ${found[1]!.trim()}`;
  return { from: from.at, to: to.at };
}
