/**
 * Owns how on-call is shown to a reader: names beside ids, since when and until when, and whom an
 * override replaces. Asks nobody, decides nothing.
 */
import type { OnCallRow } from '../../contracts/page-view';
import type { OnCallScheduleView, OnCallSlot, OverrideRow, Recipient, RotaView, ShiftView } from '../../contracts/view';
import {
  dayMs,
  iso,
  joined,
  participantsOf,
  nameOf,
  listOf,
  overridesBelow,
  shiftsAround,
  shiftsBetween,
  slots,
  type Directory,
  type Instant,
  type Override,
  type Schedule,
  type Shift,
} from '../../domain';
import { given } from '../../given';

/** How far the ends of a stretch are searched, in steps: the shortest is enough for most. */
const reachesMs = [8 * dayMs, 100 * dayMs, 400 * dayMs];
/** How far ahead the schedules must be known to show an instant or a range. */
export const longestReachMs = reachesMs.at(-1)!;
/** Beyond this, nobody knows the rules of the clocks. */
export const furthestMs = 5 * 366 * dayMs;
/** How far the real ends of the first and the last shift of a range are looked for. */
const shiftReachMs = 100 * dayMs;

export interface OnCallKnown {
  readonly directory: Directory;
  readonly schedules: Readonly<Record<string, Schedule>>;
  /**
   * Only overrides by people of people.yaml. Other people cannot be reached, so the rotation counts
   * instead.
   */
  readonly overrides: readonly Override[];
}

/** Every slot of every team, and of the services that have slots of their own. */
export function shownSlots(known: OnCallKnown, at: Instant): OnCallSlot[] {
  const { directory, schedules } = known;
  const rows = [
    ...Object.entries(directory.teams).map(([team, own]) => ({ team, service: null, own })),
    ...Object.entries(directory.services).flatMap(([service, { team, 'on-call': own }]) =>
      own ? [{ team, service, own }] : [],
    ),
  ];
  return rows.flatMap(({ team, service, own }) =>
    slots.flatMap((slot) =>
      // A slot may hold several (R35): a row for each.
      listOf(own[slot]).map((word): OnCallSlot => {
        const schedule = Object.hasOwn(schedules, word) ? schedules[word]! : undefined;
        const stretch = schedule
          ? shownStretch(stretchAt(schedule, known.overrides, at), directory)
          : { people: named([word], directory), from: null, until: null, next: null, override: null };
        return { team, service, slot, schedule: schedule ? word : null, ...stretch };
      }),
    ),
  );
}

export function shownSchedules({ directory, schedules, overrides }: OnCallKnown, at: Instant): OnCallScheduleView[] {
  return Object.values(schedules).map((schedule) => {
    const stretch = stretchAt(schedule, overrides, at);
    const { source } = stretch.present;
    return {
      id: schedule.id,
      name: schedule.name,
      zone: schedule.zone.zone,
      ...shownStretch(stretch, directory),
      layer: source && 'layer' in source ? source.layer : null,
      participants: named(participantsOf(schedule), directory),
    };
  });
}

/**
 * The whole shifts of a schedule that touch the range; `person`: only the shifts of that person.
 */
export function shownRota(
  { directory, overrides }: OnCallKnown,
  schedule: Schedule,
  from: Instant,
  to: Instant,
  person?: string,
): RotaView {
  const shifts = shiftsAround(schedule, overrides, from, to, shiftReachMs);
  const isSeen = (end: Instant) => end > from - shiftReachMs && end < to + shiftReachMs;
  return {
    schedule: schedule.id,
    name: schedule.name,
    zone: schedule.zone.zone,
    zones: [...new Set(schedule.layers.map((layer) => (layer.zone ?? schedule.zone).zone))],
    shifts: shifts
      .filter(({ people }) => person === undefined || people.includes(person))
      .map((shift) => ({
        ...shownShift(shift, schedule, overrides, directory),
        from: isSeen(shift.from) ? iso(shift.from) : null,
        to: isSeen(shift.to) ? iso(shift.to) : null,
      })),
  };
}

function shownShift(
  { from, to, people, source }: Shift,
  schedule: Schedule,
  overrides: readonly Override[],
  directory: Directory,
): Omit<ShiftView, 'from' | 'to'> {
  const override = source && 'override' in source ? overrides.find(({ id }) => id === source.override) : undefined;
  const planned = shiftsBetween(schedule, [], from, to);
  const below = override ? shiftsBetween(schedule, overridesBelow(overrides, override), from, to) : [];
  return {
    people: named(people, directory),
    layers: override ? [] : [...new Set(planned.flatMap(({ source: by }) => (by && 'layer' in by ? [by.layer] : [])))],
    override: override
      ? {
          id: override.id,
          by: override.by,
          ...given({ reason: override.reason }),
          replaces: named([...new Set(below.flatMap((one) => one.people))], directory),
        }
      : null,
  };
}

export function shownOverride(
  { from, to, at, ...override }: Override,
  directory: Directory,
  now: Instant,
): OverrideRow {
  return {
    ...override,
    name: named([override.person], directory)[0]!.name,
    from: iso(from),
    to: iso(to),
    at: iso(at),
    // An override that is removed before it begins has no length left.
    status: to <= now || to <= from ? 'over' : from > now ? 'ahead' : 'now',
  };
}

interface Stretch {
  readonly present: Shift;
  readonly since: Instant | null;
  readonly until: Instant | null;
  readonly next: Shift | null;
}

function stretchAt(schedule: Schedule, overrides: readonly Override[], at: Instant): Stretch {
  for (const reach of reachesMs) {
    const shifts = joined(shiftsBetween(schedule, overrides, at - reach, at + reach));
    const index = shifts.findIndex(({ from, to }) => from <= at && at < to);
    const [present, next] = [shifts[index]!, shifts[index + 1]];
    if ((index > 0 && next) || reach === longestReachMs)
      return {
        present,
        since: index > 0 ? present.from : null,
        until: next ? present.to : null,
        next: next ?? null,
      };
  }
  throw new RangeError('there is a longest reach');
}

/** Who is on call on each schedule at `at`, those of `reader` first. */
export function onCallRows(known: OnCallKnown, at: Instant, reader: string | undefined): OnCallRow[] {
  return shownSchedules(known, at)
    .map(({ id, name, people, until }) => ({
      schedule: id,
      name,
      people,
      until,
      isReader: people.some(({ person }) => person === reader),
    }))
    .sort((a, b) => Number(b.isReader) - Number(a.isReader));
}

function shownStretch({ present, since, until, next }: Stretch, directory: Directory) {
  return {
    people: named(present.people, directory),
    from: since === null ? null : iso(since),
    until: until === null ? null : iso(until),
    next: next && { at: iso(next.from), people: named(next.people, directory) },
    override: present.source && 'override' in present.source ? present.source.override : null,
  };
}

function named(ids: readonly string[], { people }: Directory): Recipient[] {
  return ids.map((person) => ({ person, name: nameOf(person, people) }));
}
