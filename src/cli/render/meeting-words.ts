/** Owns the words for a target or a deadline on a day off, or in a freeze (R24). */
import type { MeetingView } from '../../contracts/view';
import { cleanLine } from '../terminal/text';

/** `2026-12-25 (holiday)`, `2026-12-28 (freeze: the books are closed)`. */
export function metWords({ date, why, text }: MeetingView): string {
  return `${date} (${why}${text === undefined ? '' : `: ${cleanLine(text)}`})`;
}

/** The warning of a target; `meets` is not empty. */
export function targetMeetsWords(meets: readonly MeetingView[]): string {
  return `Beware: the target is on ${meets.map(metWords).join(' and ')}`;
}
