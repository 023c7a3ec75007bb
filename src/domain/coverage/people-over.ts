/**
 * Owns who is on a rung when. Between two hand-offs nothing changes, so each stretch needs one
 * look-up, by the rules of a page. Knows nothing of ladders.
 */
import type { Directory, Instant, RecipientRef } from '../model';
import { peopleOf, schedulesMeant } from '../on-call/recipients';
import { shiftsBetween } from '../on-call/rota';
import { joinedStretches, overlay, type Stretch } from './stretches';

/** Ids of the people on a rung, stretch by stretch without holes. */
export type PeopleOver = (refs: readonly RecipientRef[]) => readonly Stretch<readonly string[]>[];

/** Answers who is on a rung from `from` to `to`. Earlier answers are remembered. */
export function peopleOver(directory: Directory, from: Instant, to: Instant): PeopleOver {
  const ofRef = new Map<string, readonly Stretch<readonly string[]>[]>();
  const ofRung = new Map<string, readonly Stretch<readonly string[]>[]>();
  const handOffs = new Map<string, readonly Instant[]>();
  // An override by a person who has left the directory does not count, as for a page.
  const overrides = (directory.overrides ?? []).filter(({ person }) => Object.hasOwn(directory.people, person));
  const handOffsOf = (id: string): readonly Instant[] =>
    remembered(handOffs, id, () =>
      shiftsBetween(directory.schedules![id]!, overrides, from, to).map((shift) => shift.from),
    );
  const one = (ref: RecipientRef) =>
    remembered(ofRef, JSON.stringify(ref), () => {
      const bare = { ...ref, fallback: [] };
      // A role that only people have does not change hands; one of a schedule does (R35).
      const settled =
        ref.kind === 'process-role' &&
        schedulesMeant([bare], directory).length === 0 &&
        peopleOf(bare, directory, from).length > 0;
      const schedules = settled ? [] : schedulesMeant([ref], directory);
      const begins = [...new Set([from, ...schedules.flatMap(handOffsOf)])].sort((a, b) => a - b);
      return joinedStretches(
        begins.map((begin, index) => ({
          from: begin,
          to: begins[index + 1] ?? to,
          is: peopleOf(ref, directory, begin),
        })),
        sameList,
      );
    });
  return (refs) =>
    remembered(ofRung, JSON.stringify(refs), () => {
      const [first, ...more] = refs.map(one);
      return more.reduce(
        (sum, next) => joinedStretches(overlay(sum, next, union), sameList),
        first ?? [{ from, to, is: [] }],
      );
    });
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  const more = b.filter((entry) => !a.includes(entry));
  return more.length === 0 ? a : [...a, ...more];
}
/** The value that is known for `key`, else the one made now. */
export function remembered<K, T>(known: Map<K, T>, key: K, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}
const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((entry, index) => entry === b[index]));
