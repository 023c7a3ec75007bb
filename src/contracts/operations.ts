/**
 * Owns the operations to which a key or a token may be bound: the commands, and `read`. Decides
 * nothing about who may what (src/domain/access).
 */
import { commandTable, type CommandSpec } from './command-table';

/** Every operation that a key or a token may name. */
export const operations: readonly string[] = ['read', ...Object.keys(commandTable)];

/** Those that a program of a CI may: nobody votes, overrides or acknowledges but people. */
export const operationsOfPrograms: readonly string[] = [
  'read',
  ...Object.entries<CommandSpec>(commandTable).flatMap(([name, { peopleOnly }]) => (peopleOnly === true ? [] : [name])),
];
