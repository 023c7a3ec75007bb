/**
 * JSON values that break code which trusts their form: objects with a `length`, a `toString` or a
 * `then` of their own. Written as JSON text, because only text can carry an entry called
 * `__proto__`.
 */
import fc from 'fast-check';

/**
 * An object whose `length` has no primitive value. zod measures the object, although text was
 * expected, and fails.
 */
export const unmeasurable = '{"length":{"toString":1}}';

const keys = ['length', 'size', 'toString', 'valueOf', 'toJSON', 'then', 'constructor', '__proto__', 'hasOwnProperty'];

/** One object with every such key. */
export const allKeys = `{${keys.map((key) => `${JSON.stringify(key)}:${key === 'length' ? unmeasurable : '1'}`).join(',')}}`;

/** Any JSON text, with many such objects. */
export const hostileJson: fc.Arbitrary<string> = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('1', '-1', '1e999', '""', '"x"', 'null', 'true', '[]', '{}', unmeasurable, allKeys),
    fc.array(tie('json'), { maxLength: 3 }).map((entries) => `[${entries.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...keys, 'a'), tie('json')), { maxLength: 4, selector: ([key]) => key })
      .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
  ),
})).json;

type Path = readonly (string | number)[];

/** Every place of a JSON value, the value itself first. */
export function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Array.isArray(value)
    ? value.flatMap((entry, index) => placesOf(entry, [...path, index]))
    : Object.entries(value).flatMap(([key, entry]) => placesOf(entry, [...path, key]));
  return [path, ...below];
}

/** `value` as JSON text, with `json` at one of its places. */
export function withAt(value: unknown, path: Path, json: string): string {
  const [key, ...rest] = path;
  if (key === undefined) return json;
  if (Array.isArray(value))
    return `[${value.map((entry, index) => (index === key ? withAt(entry, rest, json) : JSON.stringify(entry))).join(',')}]`;
  const entries = Object.entries(value as object).map(
    ([name, entry]) => `${JSON.stringify(name)}:${name === key ? withAt(entry, rest, json) : JSON.stringify(entry)}`,
  );
  return `{${entries.join(',')}}`;
}
