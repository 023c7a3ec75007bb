/**
 * Owns who of a rung is reached, and how: stretch by stretch, for each list of references once.
 * Knows nothing of findings.
 */
import { peopleOver } from './people-over';
import type { CoveredRung } from './rungs';
import { asStretches, spansWhere, type Span, type Stretch } from './stretches';
import type { Directory, Instant } from '../model';

/** One way to reach a person; `problem` says why the way cannot work. */
export interface Way {
  readonly channel: string;
  readonly problem?: string;
}
export type People = readonly string[];
interface Asked {
  readonly directory: Directory;
  /** By person, in the order of attempts; absent for people who are not listed. */
  readonly ways: Readonly<Record<string, readonly Way[]>>;
  readonly from: Instant;
  readonly to: Instant;
}

/** Facts about the people of one list of references, which may stand on many ladders. */
export interface Judged {
  readonly people: readonly Stretch<People>[];
  /** The people who have a way that works. */
  readonly reached: readonly Stretch<People>[];
  readonly empty: readonly Span[];
  /** The times when exactly one person is reached. */
  readonly alone: readonly Stretch<string>[];
  readonly broken: readonly { readonly person: string; readonly times: readonly Span[] }[];
  /** By channel: the times when everybody who is reached is reached over this channel alone. */
  readonly sole: ReadonlyMap<string, readonly Span[]>;
}
export type Judge = (rung: CoveredRung) => Judged;

/** Answers the facts of a rung over the whole time. Earlier answers are remembered. */
export function judgeOf({ ways, directory, from, to }: Asked): Judge {
  const over = peopleOver(directory, from, to);
  const channels = new Map(
    Object.entries(ways).map(([person, own]) => [
      person,
      own.flatMap(({ channel, problem }) => (problem === undefined ? [channel] : [])),
    ]),
  );
  const working = (person: string) => channels.get(person) ?? [];
  const isWhole = (person: string) => working(person).length > 0 && working(person).length === ways[person]!.length;
  const known = new Map<string, Judged>();
  return ({ refs }) => {
    const key = JSON.stringify(refs);
    const before = known.get(key);
    if (before) return before;
    const people = over(refs);
    const everybody = new Set<string>();
    for (const { is } of people) for (const person of is) everybody.add(person);
    const broken = [...everybody].filter((person) => !isWhole(person));
    const reached =
      broken.length === 0
        ? people
        : people.map((one) => ({ ...one, is: one.is.filter((person) => working(person).length > 0) }));
    const judged: Judged = {
      people,
      reached,
      empty: spansWhere(reached, (those) => those.length === 0),
      alone: reached.flatMap(({ from: begin, to: end, is }) =>
        is.length === 1 ? [{ from: begin, to: end, is: is[0]! }] : [],
      ),
      broken: broken.map((person) => ({ person, times: spansWhere(people, (meant) => meant.includes(person)) })),
      sole: soleChannels(reached, working),
    };
    known.set(key, judged);
    return judged;
  };
}

/**
 * Of these times, those that matter to rungs of which one waits for the working hours, `open`
 * (R14): a time that lies outside them alone holds while nothing fires.
 */
export function whileFiring<T extends Span>(
  rungs: readonly CoveredRung[],
  times: readonly T[],
  open: readonly Span[],
): readonly T[] {
  if (!rungs.some(({ hoursOnly }) => hoursOnly)) return times;
  return times.filter(({ from, to }) => open.some((span) => span.from < to && from < span.to));
}

function soleChannels(
  reached: readonly Stretch<People>[],
  working: (person: string) => readonly string[],
): Map<string, readonly Span[]> {
  const found = new Map<string, Span[]>();
  for (const { from, to, is: people } of reached) {
    const [only] = people[0] === undefined ? [] : working(people[0]);
    if (only === undefined || !people.every((person) => working(person).every((channel) => channel === only))) continue;
    const spans = found.get(only) ?? [];
    spans.push({ from, to });
    found.set(only, spans);
  }
  return new Map([...found].map(([channel, spans]) => [channel, spansWhere(asStretches(spans), () => true)]));
}
