/**
 * Owns how a name that people write with dashes, in files and flags, is written in code:
 * `page-during` is pageDuring.
 */
import { given, type Given } from '../given';

export type CamelCase<Name> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;

/** `name` in camelCase. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The fields that have a value, in their order, by their names in camelCase. */
export function camelCased<const T extends object>(fields: T): Given<{ [Name in keyof T as CamelCase<Name>]: T[Name] }>;
export function camelCased(fields: object): object {
  return given(Object.fromEntries(Object.entries(fields).map(([name, value]) => [camelCase(name), value as unknown])));
}
