/** Owns the words for a target or a deadline on a day off, or in a freeze (R24). */
import type { MeetingView } from '../../contracts/view';
import { cleanLine } from '../terminal/text';

const whyWords = ({ why, text }: MeetingView): string => `${why}${text === undefined ? '' : `: ${cleanLine(text)}`}`;

/** `2026-12-25 (holiday)`, `2026-12-28 (freeze: the books are closed)`. */
export function metWords(met: MeetingView): string {
  return `${met.date} (${whyWords(met)})`;
}

/** The warning of a target; `meets` is what is against its day, and not empty. */
export function targetMeetsWords(meets: readonly MeetingView[]): string {
  return `Beware: the target is on ${meets[0]?.date} (${meets.map(whyWords).join('; ')})`;
}
