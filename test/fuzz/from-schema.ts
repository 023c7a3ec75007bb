/**
 * Owns how a JSON schema of the API document becomes requests: JSON texts that fit it, and JSON
 * texts that nearly do. Knows no route. Words that the running API knows (ids, names, levels) come
 * from the pool, so that commands meet things that exist.
 */
import fc from 'fast-check';
import { hostileNames, hostileTexts, hostileValue, times } from './dictionary';

/** As much of a schema as the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly description?: string;
}
export type Schemas = Readonly<Record<string, Schema>>;

/** The words that the API was heard to say, by the key under which each stood. */
export class Pool {
  private readonly byKey = new Map<string, Set<string>>();
  private readonly forPaths = new Map<string, readonly string[]>();

  /** Takes all short texts of an answer. */
  hear(value: unknown, key = ''): void {
    if (typeof value === 'string' && value.length <= 80) this.add(key, value);
    else if (Array.isArray(value)) for (const one of value.slice(0, 60)) this.hear(one, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) {
        this.hear(one, name);
        // What has an id is meant by its kind: an item of `items`, a gate of `gates`.
        if (typeof one === 'object' && one !== null && 'id' in one)
          this.hear((one as { readonly id: unknown }).id, key);
      }
  }
  add(key: string, word: string): void {
    const words = this.byKey.get(key) ?? new Set();
    if (words.size < 200) words.add(word);
    this.byKey.set(key, words);
  }
  /** Words that stand in addresses alone, such as keys of sources: what is written is shown. */
  keep(name: string, words: readonly string[]): void {
    this.forPaths.set(name, words);
  }
  /** The words for a part of an address. */
  inPath(name: string): readonly string[] {
    return this.forPaths.get(name) ?? this.wordsFor(name);
  }
  /** The words for a field of this name; the words of all fields where there are none. */
  wordsFor(field: string): readonly string[] {
    const names = [field, `${field}s`, field.replace(/s$/, ''), field.toLowerCase()];
    const own = [...new Set(names.flatMap((name) => [...(this.byKey.get(name) ?? [])]))];
    const all = [...new Set([...this.byKey.values()].flatMap((words) => [...words]))];
    return own.length > 0 ? own : all.length > 0 ? all : ['x'];
  }
}

const timeFields = /(At|Until|^at|^from|^to|^until|^away|^since)$/;

/** JSON texts for `schema`. `spoiled`: of a hundred values, so many are hostile. */
export class FromSchema {
  constructor(
    private readonly schemas: Schemas,
    private readonly pool: Pool,
    private readonly spoiled: number,
  ) {}

  json(schema: Schema, field = '', depth = 0): fc.Arbitrary<string> {
    const right = this.fitting(schema, field, depth);
    if (this.spoiled === 0) return right;
    return fc.oneof(
      { weight: 100 - this.spoiled, arbitrary: right },
      { weight: this.spoiled, arbitrary: hostileValue },
    );
  }

  private fitting(schema: Schema, field: string, depth: number): fc.Arbitrary<string> {
    if (schema.$ref !== undefined) {
      const named = this.schemas[schema.$ref.split('/').at(-1) ?? ''];
      return named === undefined || depth > 6 ? fc.constant('{}') : this.fitting(named, field, depth + 1);
    }
    if (schema.enum) return fc.constantFrom(...schema.enum.map((one) => JSON.stringify(one)));
    if ('const' in schema) return fc.constant(JSON.stringify(schema.const));
    const choice = schema.anyOf ?? schema.oneOf;
    if (choice) return fc.oneof(...choice.map((one) => this.json(one, field, depth + 1)));
    switch (schema.type) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return fc
          .array(this.json(schema.items ?? {}, field, depth + 1), { maxLength: 4 })
          .map((entries) => `[${entries.join(',')}]`);
      case 'string':
        return this.text(schema, field).map((text) => JSON.stringify(text));
      case 'integer':
      case 'number':
        return fc
          .integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 200, 1_000_000) })
          .map((number) => `${number}`);
      case 'boolean':
        return fc.constantFrom('true', 'false');
      case 'null':
        return fc.constant('null');
      default:
        return fc.json({ maxDepth: 2 });
    }
  }

  private object({ properties = {}, required = [] }: Schema, depth: number): fc.Arbitrary<string> {
    const fields = Object.entries(properties).map(([name, schema]) => {
      const entry = this.json(schema, name, depth + 1).map((json) => `${JSON.stringify(name)}:${json}`);
      // Optional fields in one of three, so that most bodies are short and some are full.
      return required.includes(name) && this.spoiled === 0
        ? entry
        : fc.oneof(
            { weight: required.includes(name) ? 19 : 1, arbitrary: entry },
            { weight: required.includes(name) ? 1 : 2, arbitrary: fc.constant('') },
          );
    });
    const further = fc
      .tuple(fc.constantFrom(...hostileNames, ...Object.keys(properties)), hostileValue)
      .map(([name, json]) => `${JSON.stringify(name)}:${json}`);
    const more =
      this.spoiled === 0
        ? fc.constant('')
        : fc.oneof({ weight: 9, arbitrary: fc.constant('') }, { weight: 1, arbitrary: further });
    return fc.tuple(...fields, more).map((entries) => `{${entries.filter((entry) => entry !== '').join(',')}}`);
  }

  private text({ maxLength = 4_096 }: Schema, field: string): fc.Arbitrary<string> {
    const most = Math.min(maxLength, 4_096);
    const usual = timeFields.test(field)
      ? fc.constantFrom(...times)
      : fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...this.pool.wordsFor(field)) },
          { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(most, 40) }) },
          { weight: 1, arbitrary: fc.constantFrom(...hostileTexts) },
          { weight: 1, arbitrary: fc.constantFrom(...times) },
        );
    return usual.map((text) => text.slice(0, most));
  }
}
