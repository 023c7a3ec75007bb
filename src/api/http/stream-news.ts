/**
 * Owns the text of one change, made once for everybody who gets it: of a process by the last entry
 * that a client has, of what is open by what a reader may not see (R37).
 */
import { createHash } from 'node:crypto';
import type { ProcessView, TimelineEntry } from '../../contracts/view';
import { iso, type Instant } from '../../domain';
import type { StoredRow } from '../temporal/process-store';
import { eventText } from './event-stream';

/** How many entries a client gets that says of none that it has it. */
const usualEntries = 20;

/** How a process stands, with its latest entries. */
export interface Shown {
  readonly at: Instant;
  readonly view: ProcessView;
  /** All after number `from`, in order. */
  readonly entries: readonly TimelineEntry[];
  readonly from: number;
  /** The names that the process and these entries mention by id. */
  readonly namesIn: (entries: readonly TimelineEntry[]) => Readonly<Record<string, string>>;
}

export class ProcessNews {
  private process: string | undefined;
  private readonly rests = new Map<number, string>();
  private readonly texts = new Map<number, Buffer>();

  constructor(private readonly shown: Shown) {}

  /** The number of the newest entry. */
  get newest(): number {
    return this.shown.entries.at(-1)?.seq ?? this.shown.from;
  }

  /** The number after which the usual entries come. */
  get usualAfter(): number {
    return this.shown.entries.at(-1 - usualEntries)?.seq ?? this.shown.from;
  }

  /** Whether all entries after this number are here. */
  reaches(after: number): boolean {
    return after >= this.shown.from;
  }

  /** The event for those who have the entries up to `after`. */
  after(after: number): Buffer {
    const known = this.texts.get(after);
    if (known !== undefined) return known;
    const text = this.snapshot(after, this.shown.at);
    this.texts.set(after, text);
    return text;
  }

  /** The same for somebody who comes now. `earlier`: entries that are not here. */
  snapshot(after: number, now: Instant, earlier: readonly TimelineEntry[] = []): Buffer {
    const rest = earlier.length > 0 ? this.restWith([...earlier, ...this.shown.entries]) : this.rest(after);
    return eventText('process', `{"at":"${iso(now)}",${rest}`, `${this.shown.view.revision}.${this.newest}`);
  }

  private rest(after: number): string {
    const known = this.rests.get(after);
    if (known !== undefined) return known;
    const rest = this.restWith(this.shown.entries.filter(({ seq }) => seq > after));
    this.rests.set(after, rest);
    return rest;
  }

  private restWith(entries: readonly TimelineEntry[]): string {
    this.process ??= JSON.stringify(this.shown.view);
    const names = JSON.stringify(this.shown.namesIn(entries));
    return `"process":${this.process},"entries":${JSON.stringify(entries)},"names":${names}}`;
  }
}

/** What is open now, and what of it was different before. */
export interface OpenChange {
  readonly at: Instant;
  readonly rows: readonly StoredRow[];
  readonly changed: readonly { readonly id: string; readonly rows: readonly StoredRow[] }[];
}
type Sees = (row: StoredRow) => boolean;

export class OpenNews {
  private readonly texts = new Map<string, Buffer | undefined>();
  private readonly restricted: readonly StoredRow[];

  constructor(private readonly change: OpenChange) {
    const { rows, changed } = change;
    this.restricted = [...rows, ...changed.flatMap((one) => one.rows)].filter(({ seenBy }) => seenBy !== undefined);
  }

  /** Whether everybody gets the same. */
  get isForAll(): boolean {
    return this.restricted.length === 0;
  }

  /** The event for a reader; undefined: nothing that they see has changed. */
  for(sees: Sees): Buffer | undefined {
    const { changed, at } = this.change;
    const key = this.restricted.map((row) => (sees(row) ? 'y' : 'n')).join('');
    if (this.texts.has(key)) return this.texts.get(key);
    const seen = changed.filter((one) => one.rows.some(sees)).map(({ id }) => id);
    const text = seen.length === 0 ? undefined : this.textOf(seen, sees, at);
    this.texts.set(key, text);
    return text;
  }

  /** What is open, for a reader who comes now. */
  snapshot(sees: Sees, now: Instant): Buffer {
    return this.textOf([], sees, now);
  }

  private textOf(changed: readonly string[], sees: Sees, at: Instant): Buffer {
    return eventText('open', JSON.stringify({ at: iso(at), changed }), openIdOf(this.change.rows, sees));
  }
}

/** Says what is open, for a reader who sees these rows: the same rows give the same id. */
export function openIdOf(rows: readonly StoredRow[], sees: Sees): string {
  const shown = rows.filter(sees).map(({ seenBy: _, ...row }) => row);
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 22);
}
