/** Owns the form of an act: how a scenario says one command. Knows no command. */
import type { CommandOf, ProcessCommandName } from '../../contracts/command-table';
import type { ScenarioFieldName } from '../../contracts/rehearsal-fields';
import type { ScriptStep } from '../../domain';
import type { StepWorld } from './entry-text';

/** The step that gives command `N`. */
export type StepOf<N extends ProcessCommandName> = Extract<ScriptStep, { name: N }>;
export interface Act<N extends ProcessCommandName> {
  readonly field: ScenarioFieldName;
  /** An entry may end with `because ...`: the command has a reason or a note. */
  readonly because?: true;
  /** Throws `Unfit`. */
  readonly read: (text: string, world: StepWorld) => StepOf<N>;
}
/** How each of the commands `N` is said: a missing command does not compile. */
export type Acts<N extends ProcessCommandName> = { readonly [P in N]: Act<P> };
/** The commands that both kinds of process take. */
export type CommonCommand = CommandOf<'incident'> & CommandOf<'release'>;
