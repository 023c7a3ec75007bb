/**
 * Owns the door to the types of the model: policy (what was promised), state (how a process stands
 * now), timeline events (what happened), effects (what the outside world must be told), inputs
 * (what is commanded). Plain JSON throughout, instants as epoch milliseconds. No rules live here.
 */
export type { CommandBody, CommandOf, ProcessCommandName, ProcessKind, Severity } from '../../contracts/command-table';
export type { DeadlineKind, Supersession } from '../../contracts/deadline-kinds';
export * from './terms';
export * from './policy';
export * from './state';
export * from './events';
export * from './effects';
export * from './message-content';
export * from './inputs';
export * from './on-call';
export * from './freezes';
export * from './alerts';
export * from './intake';
export * from './incidents-and-releases';
export * from './changes';
export * from './troubles';
