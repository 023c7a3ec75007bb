/**
 * Owns the list of what is open, for everybody who watches it: read once a second at most while
 * anybody does, and at once after a command through this API.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StoredRow } from './process-store';

/** A process whose row is new, gone or different, or that was given a command. */
interface Changed {
  readonly id: string;
  /** Its row before and now, as far as there is one. */
  readonly rows: readonly StoredRow[];
}
export interface OpenRows {
  readonly rows: readonly StoredRow[];
  readonly changed: readonly Changed[];
}
type OpenViewer<S> = (shown: S) => void;

interface Places<S> {
  /** Never answers later than a list may. */
  readonly read: () => Promise<readonly StoredRow[]>;
  /** Makes once for everybody what they get. */
  readonly show: (rows: OpenRows) => S;
}

export class LiveOpen<S> {
  private readonly viewers = new Set<OpenViewer<S>>();
  private known: { readonly rows: readonly StoredRow[]; readonly shown: S } | undefined;
  private readonly commanded = new Set<string>();
  private reading: Promise<S> | undefined;
  private isBehind = false;
  private isFailing = false;

  constructor(private readonly places: Places<S>) {}

  /** Whether what was told last is known to be what is open. */
  get isCurrent(): boolean {
    return !this.isFailing;
  }

  /**
   * `viewer` hears of each change until `gone`. Returns what is open; throws what reading throws.
   */
  async join(viewer: OpenViewer<S>, gone: AbortSignal): Promise<S> {
    this.viewers.add(viewer);
    const leave = () => this.leave(viewer);
    if (gone.aborted) leave();
    else gone.addEventListener('abort', leave, { once: true });
    return this.known?.shown ?? this.reading ?? this.read();
  }

  /** A second has passed. */
  tick(): void {
    this.readSoon();
  }

  /** This process began, or was given a command. */
  stir(id: string): void {
    if (this.viewers.size === 0) return;
    this.commanded.add(id);
    this.readSoon();
  }

  private leave(viewer: OpenViewer<S>): void {
    this.viewers.delete(viewer);
    if (this.viewers.size > 0) return;
    // Whoever comes next begins with what is open then.
    this.known = undefined;
    this.commanded.clear();
  }

  private readSoon(): void {
    if (this.viewers.size === 0) return;
    if (this.reading) this.isBehind ||= this.commanded.size > 0;
    // `isFailing` says it.
    else this.read().catch(() => undefined);
  }

  private read(): Promise<S> {
    const reading = this.readOnce().finally(() => {
      this.reading = undefined;
      if (!this.isBehind) return;
      this.isBehind = false;
      this.readSoon();
    });
    return (this.reading = reading);
  }

  private async readOnce(): Promise<S> {
    const commanded = [...this.commanded];
    this.commanded.clear();
    try {
      const rows = await this.places.read();
      this.isFailing = false;
      const shown = this.learn(rows, commanded);
      if (this.viewers.size === 0) this.known = undefined;
      return shown;
    } catch (error) {
      this.isFailing = true;
      throw error;
    }
  }

  private learn(rows: readonly StoredRow[], commanded: readonly string[]): S {
    const { known } = this;
    const changed = known === undefined ? [] : changesIn(known.rows, rows, commanded);
    if (known !== undefined && changed.length === 0) return known.shown;
    const shown = this.places.show({ rows, changed });
    this.known = { rows, shown };
    if (known !== undefined) for (const viewer of this.viewers) viewer(shown);
    return shown;
  }
}

function changesIn(
  earlier: readonly StoredRow[],
  rows: readonly StoredRow[],
  commanded: readonly string[],
): OpenRows['changed'] {
  const [before, now] = [rowsById(earlier), rowsById(rows)];
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((id) => commanded.includes(id) || !isDeepStrictEqual(before.get(id), now.get(id)))
    .map((id) => ({ id, rows: [before.get(id), now.get(id)].filter((row) => row !== undefined) }));
}

const rowsById = (rows: readonly StoredRow[]) => new Map(rows.map((row) => [row.id, row]));
