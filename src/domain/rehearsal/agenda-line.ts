/** Owns the form of one line of an agenda. */
import type { DayOff, Instant, Mode, ProcessState } from '../model';
import { iso } from '../time/instants';

/** One person or audience of a line, with each channel that was tried. */
export interface AgendaRecipient {
  readonly person: string;
  readonly name: string;
  /** Which recipient of the ladder the person is: `primary on call of platform`. */
  readonly as?: string;
  /** The channel over which the message got through; absent when none did. */
  readonly channel?: string;
  readonly failed: readonly { readonly channel: string; readonly because: string }[];
}
/** What a person may be warned of. */
export const warnedOf = ['holiday', 'weekend', 'freeze', 'threshold'] as const satisfies readonly (
  DayOff['why'] | 'threshold'
)[];
export type WarnedOf = (typeof warnedOf)[number];
export interface AgendaLine {
  readonly at: string;
  /** ms after the beginning. */
  readonly after: number;
  readonly type:
    | Mode
    | 'announce'
    | 'nobody'
    | 'missed'
    | 'met'
    | 'exhausted'
    | 'command'
    | 'refused'
    | 'warned'
    | 'absent'
    | 'back'
    | 'held'
    | 'ended';
  /** The names of the deadlines that the line is about: `response`, `phase Immediate Response`. */
  readonly about: readonly string[];
  readonly deadlines: readonly {
    readonly id: string;
    readonly dueAt: string;
    /**
     * Messages only: what the message is for this deadline; a page may only remind of some (T8).
     */
    readonly mode?: Mode;
  }[];
  readonly rung?: string;
  /** Lateness in ms; 0 when on time. */
  readonly late: number;
  /** When the message was to leave, if that was earlier than `at`. */
  readonly nominalAt?: string;
  /**
   * `fallthrough`: told because other people were not reached (T9); `merged`: several deadlines in
   * one message (T8).
   */
  readonly because?: 'fallthrough' | 'escalated' | 'merged';
  readonly by?: string;
  /** The command that was refused. */
  readonly command?: string;
  /** What an answer warned of: days against a target (R24), a value below a threshold (R23). */
  readonly warns?: readonly WarnedOf[];
  readonly recipients: readonly AgendaRecipient[];
  readonly text: string;
}
/** A line of `type` at an instant of the process, in the words `text`. */
export function plain(
  state: ProcessState,
  at: Instant,
  type: AgendaLine['type'],
  text: string,
  more: Partial<AgendaLine> = {},
): AgendaLine {
  const after = at - state.beganAt;
  return { at: iso(at), after, type, about: [], deadlines: [], late: 0, recipients: [], text, ...more };
}
