/**
 * Owns what a reader sees of each rung of a deadline (R15): of a rung that fired, what the timeline
 * recorded; of a rung to come, what the ladder means at the instant of that rung. Knows nothing of
 * the directory: references to recipients become people in the API.
 */
import { indexOfLabel, ladderOf, rungsWithInsistence } from '../deadlines/ladder';
import { modeAhead, nextRung } from '../deadlines/ladders';
import { isOwed } from '../deadlines/due';
import { insistentInstant, rungInstants, type RungInstant } from '../deadlines/rung-instants';
import type { Deadline, FiredRung, Mode, ProcessState, RecipientRef, RungPolicy } from '../model';
import { refsOfRung } from '../on-call/refs';
import { given } from '../../given';
import { iso, isoIfAny } from '../time/instants';
import { rungsTold } from '../deadlines/fired-rungs';

export interface RungView {
  readonly rung: string;
  readonly at: string;
  /** When hours hold the rung until `at`: the instant that the ladder says (R14). */
  readonly heldFrom?: string;
  readonly mode: Mode;
  readonly fired: boolean;
  /** Of a fired rung: the people recorded; absent when there is none. */
  readonly told?: readonly string[];
  /** References to people who are still to be looked up. */
  readonly to: readonly RecipientRef[];
  /** Of a rung to come: people whom a fallthrough has told already (T9); absent when nobody. */
  readonly already?: readonly string[];
}

/** The rungs of one process that have fired, read from the timeline once. */
export type FiredRungs = ReadonlyMap<string, { readonly rung: FiredRung; readonly told: ReadonlySet<string> }>;

const keyOf = ({ deadline, round, rung }: Pick<FiredRung, 'deadline' | 'round' | 'rung'>): string =>
  `${deadline}/${round}/${rung}`;

/** Each fired rung of each round, with the people whom its messages were for. */
export function firedRungs(state: ProcessState): FiredRungs {
  const found = new Map<string, { readonly rung: FiredRung; readonly told: Set<string> }>();
  const note = (rungs: readonly FiredRung[], ...people: string[]) => {
    for (const rung of rungs) for (const person of people) found.get(keyOf(rung))?.told.add(person);
  };
  for (const event of state.timeline) {
    if (event.type === 'rungs-fired') {
      for (const rung of event.rungs) found.set(keyOf(rung), { rung, told: new Set() });
    } else if (event.type === 'delivered' || event.type === 'delivery-failed') {
      note(rungsTold(state, event), event.to);
    } else if (event.type === 'resolved-to') {
      // A look-up for several rungs does not say which person stands on which rung; the messages
      // do.
      const rungs = rungsTold(state, event);
      if (rungs.length === 1) note(rungs, ...event.people);
    }
  }
  for (const effect of state.outbox) if (effect.type === 'send') note(effect.rungs, effect.request.recipient);
  return found;
}

/**
 * The rungs of the round in force, in ladder order. Repeats that were missed and made no message of
 * their own (T4) are left out.
 */
export function rungsOf(state: ProcessState, deadline: Deadline, fired: FiredRungs): RungView[] {
  const ladder = rungsWithInsistence(state, deadline);
  const own = ladderOf(state, deadline);
  const placeOf = (label: string) => indexOfLabel(label, own);
  const past = deadline.fired.flatMap((label): RungView[] => {
    const known = fired.get(keyOf({ deadline: deadline.id, round: deadline.round, rung: label }));
    if (known === undefined) return [];
    const { nominalAt, mode, heldFrom } = known.rung;
    const wanted = isLookedUp(state, known.rung);
    const to = wanted ? refsOfRung(state, deadline, ladder, placeOf(label)) : [];
    const told = someOf([...known.told]);
    return [
      {
        rung: label,
        at: iso(nominalAt),
        ...given({ heldFrom: isoIfAny(heldFrom) }),
        mode,
        fired: true,
        to,
        ...given({ told }),
      },
    ];
  });
  const { exhaustedAt } = deadline;
  const insistent = exhaustedAt === undefined ? undefined : insistentInstant(state, deadline, exhaustedAt);
  const ahead = [
    ...rungInstants(state, deadline).filter(({ label }) => !deadline.fired.includes(label)),
    ...(insistent === undefined || !isOwed(state, deadline) ? [] : [insistent]),
  ].map((rung) => rungAhead(state, deadline, ladder, rung));
  return [...past, ...ahead].sort((a, b) => placeOf(a.rung) - placeOf(b.rung) || repeatOf(a) - repeatOf(b));
}

function rungAhead(
  state: ProcessState,
  deadline: Deadline,
  ladder: readonly RungPolicy[],
  { label, index, statedAt, nominalAt, effectiveAt }: RungInstant,
): RungView {
  return {
    rung: label,
    at: iso(effectiveAt),
    ...(statedAt < nominalAt ? { heldFrom: iso(statedAt) } : {}),
    mode: modeAhead(state, deadline, ladder[index]!, effectiveAt),
    fired: false,
    to: refsOfRung(state, deadline, ladder, index),
    ...given({ already: someOf(deadline.reachedEarly?.[label]) }),
  };
}

const someOf = <T>(list: readonly T[] | undefined) => (list === undefined || list.length === 0 ? undefined : list);
const repeatOf = ({ rung }: RungView): number => Number(rung.split('+')[1] ?? 0);

function isLookedUp({ outbox }: ProcessState, fired: FiredRung): boolean {
  return outbox.some(
    (effect) => effect.type === 'resolve' && effect.rungs.some((rung) => keyOf(rung) === keyOf(fired)),
  );
}

/** The rung that comes next, its instant and its recipients; null when no rung is left. */
export function nextRungOf(
  state: ProcessState,
  deadline: Deadline,
): Pick<RungView, 'rung' | 'at' | 'heldFrom' | 'mode' | 'to' | 'already'> | null {
  const next = nextRung(state, deadline);
  if (next === undefined) return null;
  const { fired: _, ...view } = rungAhead(state, deadline, rungsWithInsistence(state, deadline), next);
  return view;
}
