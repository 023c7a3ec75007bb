/**
 * Owns the form in which a run hands its state over to the next one: the timeline without what
 * repeats in each event or follows from its place. Most of a long process is its timeline. Knows
 * nothing of Temporal.
 */
import type { Instant, ProcessState, TimelineEvent } from '../model';

/** A timeline in its short form. */
interface ShortTimeline {
  /** The type and the names of the fields, once for all events that have the same. */
  readonly forms: readonly (readonly [type: string, ...names: string[]])[];
  /** By event: the number of its form, the ms since the event before, the values of its fields. */
  readonly rows: readonly (readonly [form: number, after: number, ...values: unknown[]])[];
}

type Carried<S> = S extends ProcessState
  ? Omit<S, 'timeline'> & {
      /** As it stands, where an older version handed over. */
      readonly timeline: S['timeline'] | ShortTimeline;
    }
  : never;
/** A state as one run hands it over to the next. */
export type CarriedState = Carried<ProcessState>;

/** `state` in the form in which it is handed over. */
export function carriedOf(state: ProcessState): CarriedState {
  return { ...state, timeline: shortened(state.timeline) };
}

/** The state that was handed over; throws when `carried` has no timeline. */
export function stateOf(carried: CarriedState): ProcessState {
  const { timeline } = carried;
  return { ...carried, timeline: 'rows' in timeline ? restored(timeline) : timeline };
}

function shortened(timeline: readonly TimelineEvent[]): ShortTimeline {
  const forms: [string, ...string[]][] = [];
  const rows: [number, number, ...unknown[]][] = [];
  const numbers = new Map<string, number>();
  let before: Instant = 0;
  for (const { seq: _seq, at, type, ...fields } of timeline) {
    const given = Object.entries<unknown>(fields).filter(([, value]) => value !== undefined);
    const form: [string, ...string[]] = [type, ...given.map(([name]) => name)];
    const key = JSON.stringify(form);
    const known = numbers.get(key) ?? forms.push(form) - 1;
    numbers.set(key, known);
    rows.push([known, at - before, ...given.map(([, value]) => value)]);
    before = at;
  }
  return { forms, rows };
}

// The events are what `shortened` was given, so their fields belong to their types.
function restored({ forms, rows }: ShortTimeline): TimelineEvent[] {
  let at: Instant = 0;
  return rows.map(([form, after, ...values], index) => {
    const [type, ...names] = forms[form]!;
    at += after;
    const fields = Object.fromEntries(names.map((name, place) => [name, values[place]]));
    return { seq: index + 1, at, type, ...fields } as TimelineEvent;
  });
}
