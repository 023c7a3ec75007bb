/**
 * Owns how optional fields are handed on: an absent field stays absent, and is no key with the
 * value undefined. Plain code without imports, so that every folder may use it.
 */

/** The same fields; those that may be undefined are optional instead. */
export type Given<T> = {
  [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined>;
} & {
  [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name];
};

/**
 * The fields of `fields` that have a value, in their order: `...given({ title })` adds a title, or
 * nothing when it is undefined. Plain JSON has no undefined, and types say `title?: string`. A
 * loop, because events and states are made with it in rehearsals of months.
 */
export function given<const T extends object>(fields: T): Given<T>;
export function given(fields: Readonly<Record<string, unknown>>): object {
  const present: Record<string, unknown> = {};
  for (const name in fields) if (fields[name] !== undefined) present[name] = fields[name];
  return present;
}
