/**
 * Owns the form of a decision: what the rule of a command gets, and what it answers. Knows no
 * command.
 */
import type { Instant, CommandHeader, Refusal, ProcessState, ProcessCommandName, CommandBody } from '../../model';
import type { NewEvent } from '../../state/draft';

/** What a command does, or why it is refused. */
export type Decided =
  | {
      readonly events: readonly NewEvent[];
      readonly ok: true;
      /** The caller asks only for a preview. */
      readonly dryRun?: true;
    }
  | NotTaken;
/** The command is refused. */
export interface NotTaken {
  readonly ok: false;
  readonly refusal: Refusal;
}
export interface Context {
  readonly at: Instant;
  readonly command: CommandHeader;
}

/** The rule of a command: events or a refusal. */
export type Decide<S extends ProcessState, N extends ProcessCommandName> = (
  state: S,
  body: CommandBody<N>,
  context: Context,
) => Decided;
/** A rule for each of the commands `N`: a missing rule does not compile. */
export type Decisions<S extends ProcessState, N extends ProcessCommandName> = {
  readonly [P in N]: Decide<S, P>;
};

/** The command is accepted and does this. */
export const events = (...list: NewEvent[]): Decided => ({ ok: true, events: list });
/** A normal "no", with a reason for programs and a sentence for people. */
export const refuse = (reason: string, message: string, extra: Record<string, unknown> = {}): NotTaken => ({
  ok: false,
  refusal: { kind: 'refused', reason, message, ...extra },
});
/** The value at `path` of the body does not fit. */
export const invalid = (path: string, message: string): NotTaken => ({
  ok: false,
  refusal: { kind: 'invalid', reason: 'invalid', message, errors: [{ path, message }] },
});

/** An RFC 3339 instant that was already checked. */
export const instant = (text: string): Instant => Date.parse(text);
