/**
 * Owns the search for the processes whose unmet deadlines are the earliest, however many are open.
 * Visibility gives lists in one order only (newest first), a thousand rows at a time, and takes
 * about ten requests a second: so the search narrows the window of due instants until all processes
 * in the window fit on one page, and begins the next time with the window that was right. Knows no
 * query language.
 */
import type { ListRow } from '../../contracts/view';

/** What is due first of a process. */
export interface Due {
  readonly id: string;
  readonly nextDueAt: string;
}
/** A process with an instant at which its earliest unmet deadline is or was due. */
export type DueProcess = ListRow & Due;

/** What a search found. */
export interface Found<R> {
  /** The earliest first. */
  readonly rows: readonly R[];
  /** How many more there are. */
  readonly others: number;
  /** False: the search was cut short; some of the others may be due earlier. */
  readonly isExact: boolean;
}

export interface DueIndex<R extends Due = DueProcess> {
  /**
   * The processes whose earliest unmet deadline is due at `until` (epoch ms) or before; all with
   * such a deadline without `until`. `isAll`: no process is missing; otherwise only the newest
   * are there.
   */
  page(until: number | undefined): Promise<{ readonly rows: readonly R[]; readonly isAll: boolean }>;
  /** How many open processes have an unmet deadline. */
  count(): Promise<number>;
}

/** The most pages of one search. */
const mostPages = 8;
/** A search that lasts longer ends with the earliest that it has seen. */
const searchForMs = 2_000;
/** For how long the number of all is good. */
const countIsGoodForMs = 5_000;

export class SoonestSearch<R extends Due = DueProcess> {
  /** The window of the last search; undefined while everything fits on one page. */
  private window: number | undefined;
  private counted: { readonly at: number; readonly total: number } | undefined;

  /** `most`: how many processes are looked for, fewer than fit on a page. */
  constructor(
    private readonly index: DueIndex<R>,
    private readonly most: number,
    private readonly clock: () => number,
  ) {}

  /** At most `most` processes, the earliest first. */
  async find(): Promise<Found<R>> {
    const seen = new Map<string, R>();
    const endsAt = this.clock() + searchForMs;
    // Between the two lies a window that holds enough processes and not too many.
    let [low, high] = [-Infinity, Infinity];
    let until = this.window;
    for (let pages = 0; pages < mostPages && (pages === 0 || this.clock() < endsAt); pages++) {
      const { rows, isAll } = await this.index.page(until);
      for (const row of rows) seen.set(row.id, row);
      if (isAll && (until === undefined || rows.length >= this.most)) {
        this.window = until;
        const found = earliest(rows, this.most);
        return {
          rows: found,
          others: (until === undefined ? rows.length : await this.total()) - found.length,
          isExact: true,
        };
      }
      if (isAll) {
        low = until!;
        until = high === Infinity ? undefined : middle(low, high);
        continue;
      }
      // As many as wanted are due by the last of these, so no process that is due later counts.
      const due = earliest(rows, rows.length).map(dueAt);
      const wanted = (this.most + due.length) / 2;
      const before = high;
      high = Math.min(high, due[this.most - 1] ?? Infinity);
      if (before === Infinity) until = high;
      else if (low === -Infinity) until = guessed(due, (await this.total()) - seen.size, wanted, high);
      else until = middle(low, high);
    }
    this.window = until;
    const found = earliest([...seen.values()], this.most);
    return { rows: found, others: Math.max(0, (await this.total()) - found.length), isExact: false };
  }

  private async total(): Promise<number> {
    const now = this.clock();
    if (this.counted && now - this.counted.at < countIsGoodForMs) return this.counted.total;
    const total = await this.index.count();
    this.counted = { at: now, total };
    return total;
  }
}

/**
 * A window for processes that began at an even pace: the page holds the newest, so the `unseen` are
 * due before them, at the same pace. The window ends after `wanted` from the oldest on. The tenth
 * at either end of the page does not count for the pace: a single old process says nothing about
 * it.
 */
function guessed(due: readonly number[], unseen: number, wanted: number, high: number): number {
  const tenth = Math.floor(due.length / 10);
  const [first, last] = [due[tenth]!, due.at(-1 - tenth)!];
  const pace = Math.max(1, (last - first) / (due.length - 2 * tenth));
  return Math.min(first - (tenth + Math.max(0, unseen - wanted)) * pace, high - 1);
}
const middle = (low: number, high: number) => Math.floor((low + high) / 2);
const dueAt = ({ nextDueAt }: Due) => Date.parse(nextDueAt);

function earliest<R extends Due>(rows: readonly R[], most: number): R[] {
  return [...rows].sort((a, b) => dueAt(a) - dueAt(b) || (a.id < b.id ? -1 : 1)).slice(0, most);
}
