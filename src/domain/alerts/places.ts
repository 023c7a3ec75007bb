/**
 * Owns which alerts belong together: those of one place go to one incident. Pure; changes the draft
 * that it is given.
 */
import type { Episode, Further, IntakeState, Lead, Leading } from '../model';

/**
 * Alerts of one value of a rule's group belong together, else those about one service, else those
 * of one source. `\0` stands in no name.
 */
export function placeOf(lead: Lead | undefined, source: string): string {
  const gather = lead?.do === 'open' ? lead.gather : undefined;
  if (gather !== undefined) return `gather\0${gather}`;
  return lead?.service === undefined ? `source\0${source}` : `service\0${lead.service}`;
}
export const placeOfEpisode = ({ lead, source }: Episode): string => placeOf(lead, source);

/** At how many places such alerts wait; those of more wait together, at that of their source. */
const mostFurther = 100;

/** An alert that is not told apart waits at its place, by its number alone. */
export function joinFurther(draft: IntakeState, source: string, ruling: Leading): void {
  const own = placeOf(ruling, source);
  const isWaiting = draft.places[own]?.further !== undefined;
  const name = isWaiting || furtherPlaces(draft) < mostFurther ? own : placeOf(undefined, source);
  const place = draft.places[name];
  draft.places[name] = { ...place, further: oneMore(place?.further, ruling) };
}

function furtherPlaces({ places }: IntakeState): number {
  let count = 0;
  for (const name in places) if (places[name]!.further) count += 1;
  return count;
}

function oneMore(before: Further | undefined, ruling: Leading): Further {
  if (before === undefined) return { count: 1, ruling, levels: [ruling.severity] };
  const opens = before.ruling.do === 'open' || ruling.do === 'join' ? before.ruling : ruling;
  const levels = [...new Set([...before.levels, ruling.severity])];
  return { ...before, count: before.count + 1, ruling: opens, levels };
}
