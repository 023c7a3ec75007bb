/** Owns where a scenario is read and where it is at fault, as types. Knows no field. */
import type { CompiledCalendar, Directory, Instant, Policy } from '../../domain';
import type { ProcessKind } from '../../contracts/command-table';
import type { ScenarioFieldName } from '../../contracts/rehearsal-fields';

/** What a scenario is read against. */
export interface ScenarioWorld {
  /** Who is who, and who is on call around an instant and long after it. */
  readonly directoryAt: (at: Instant) => Directory;
  /** The names of channels.yaml. */
  readonly channels: readonly string[];
  /** The calendar for the time around an instant. */
  readonly calendarAt: (at: Instant) => CompiledCalendar;
  /** The policy that a process of `kind` copies when it begins at `at`. */
  readonly policyAt: (kind: ProcessKind, at: Instant) => Policy;
  /** Epoch ms: when a scenario begins that does not say. */
  readonly now: Instant;
  /** Who declares or plans; default: nobody in particular. */
  readonly actor?: string;
}
/** Where something was written: a field, and of a list which entry. */
export interface ScenarioPlace {
  readonly field: ScenarioFieldName;
  readonly index?: number;
}
/** Something wrong with a field. */
export interface ScenarioFault extends ScenarioPlace {
  readonly message: string;
}
