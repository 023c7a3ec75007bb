/** Owns the types for the reading of a scenario: its world, places and faults. Knows no field. */
import type { Calendars, CompiledCalendar, Directory, Freeze, Instant, Policy } from '../../domain';
import type { ProcessKind } from '../../contracts/command-table';
import type { ScenarioFieldName } from '../../contracts/rehearsal-fields';

/** The surroundings against which a scenario is read. */
export interface ScenarioWorld {
  /** People, teams, services and schedules, for the time around an instant and long after it. */
  readonly directoryAt: (at: Instant) => Directory;
  /** The names of channels.yaml. */
  readonly channels: readonly string[];
  /** The calendar for the time around an instant. */
  readonly calendarAt: (at: Instant) => CompiledCalendar;
  /** The calendars that a reschedule at an instant brings. */
  readonly calendarsAt: (at: Instant) => Calendars;
  /** The freezes, for questions from one instant to another (R42). */
  readonly freezes: (from: Instant, to: Instant) => readonly Freeze[];
  /** The names of the templates of a kind. */
  readonly templates: (kind: ProcessKind) => readonly string[];
  /**
   * The policy that a process of `kind` copies when it begins at `at`: from the template `named`,
   * which must exist, or from the default.
   */
  readonly policyAt: (kind: ProcessKind, at: Instant, named?: string) => Policy;
  /** Epoch ms; a scenario without `at` begins at this instant. */
  readonly now: Instant;
  /** The person who declares or plans; default: anonymous. */
  readonly actor?: string;
}
/** Where something was written: a field, and the index in a list. */
export interface ScenarioPlace {
  readonly field: ScenarioFieldName;
  readonly index?: number;
}
/** A fault of a field. */
export interface ScenarioFault extends ScenarioPlace {
  readonly message: string;
}
