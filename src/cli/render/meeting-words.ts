/** Owns the words for a target or a deadline on a day off, or in a freeze (R24, R42). */
import type { MeetingView } from '../../contracts/view';
import { localTime } from '../terminal/format';
import { cleanLine } from '../terminal/text';

function whyWords({ why, text, freeAt }: MeetingView, now: number): string {
  const free = freeAt === undefined ? '' : `, free from ${localTime(Date.parse(freeAt), now, { date: true })}`;
  return `${why}${text === undefined ? '' : `: ${cleanLine(text)}`}${free}`;
}

/**
 * `2026-12-25 (holiday)`, `2026-12-28 (freeze: the books are closed, free from Mon 4 Jan 06:00)`.
 */
export function metWords(met: MeetingView, now: number): string {
  return `${met.date} (${whyWords(met, now)})`;
}

/** The warning of a target; `meets` is what is against its day, and not empty. */
export function targetMeetsWords(meets: readonly MeetingView[], now: number): string {
  return `Beware: the target is on ${meets[0]?.date} (${meets.map((met) => whyWords(met, now)).join('; ')})`;
}
