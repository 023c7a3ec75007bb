/**
 * Owns how a moment of a scenario is written: a length after the beginning (`7m`, `1h30m`),
 * `target`, or an instant.
 */
import type { CompiledCalendar, Instant } from '../../domain';
import { parseDuration } from '../../domain/time/duration';
import { instantOfText, type InstantRead } from '../compile/local-instant';

export interface Moments {
  /** The beginning. */
  readonly at: Instant;
  /** Of a release: the current target, or the last target that the scenario sets. */
  readonly target?: Instant;
  readonly calendarAt: (at: Instant) => CompiledCalendar;
}

/** The instant that `text` means. A day is 24 hours here; `0` and `0m` are the beginning itself. */
export function momentOf(text: string, { at, target, calendarAt }: Moments): InstantRead {
  if (/^0+[smhd]?$/.test(text)) return { ok: true, at };
  const anchored = /^target(?:\s*([+-])\s*(\S+))?$/.exec(text);
  if (anchored && target !== undefined) {
    if (anchored[2] === undefined) return { ok: true, at: target };
    const away = parseDuration(anchored[2]);
    return away.ok ? { ok: true, at: target + (anchored[1] === '-' ? -away.value : away.value) } : away;
  }
  const length = parseDuration(text);
  if (length.ok) return { ok: true, at: at + length.value };
  const written = /^\d{4}-/.test(text) ? instantOfText(text, calendarAt) : undefined;
  if (written) return written;
  const anchor = target === undefined ? '' : ', target - 2h';
  return {
    ok: false,
    message: `expected a length after the beginning such as 7m, 1h30m or 2d${anchor}, or an instant such as 2026-12-24T23:30; found "${text.slice(0, 60)}"`,
  };
}
