/**
 * The words of Muster as types: policy (what was promised), state (what is so), timeline events
 * (what happened), effects (what the world must be told), inputs (what is asked). Plain JSON
 * throughout, instants as epoch milliseconds. No rules live here.
 */
export type { CommandBody, CommandOf, ProcessCommandName, ProcessKind, Severity } from '../../contracts/command-table';
export type { DeadlineKind, Supersession } from '../../contracts/deadline-kinds';
export * from './terms';
export * from './policy';
export * from './state';
export * from './events';
export * from './effects';
export * from './inputs';
export * from './on-call';
