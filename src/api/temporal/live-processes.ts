/**
 * Owns processes that somebody watches: each is read once for everybody who does. New entries come
 * by `TimelineWatch`; with them the process is read again, and every few seconds besides, because
 * of an end in Temporal the timeline says nothing. What time alone changes (a deadline that has
 * passed) is noticed without a question.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Instant, ProcessFacts, TimelineEntry } from '../../domain';
import { StoreUnavailable, type ProcessStore } from './process-store';
import type { TimelineWatch } from './timeline-watch';

/** More of the latest entries are not kept. */
const mostKept = 1_000;
/** Every how many seconds the process is read although no entry came. */
const lookEvery = 5;
const retryMs = 1_000;

/** How a process stands. */
export interface Standing {
  readonly at: Instant;
  readonly facts: ProcessFacts;
  /** All entries after number `from`, in order. */
  readonly entries: readonly TimelineEntry[];
  readonly from: number;
}
/** The same, with what is made of it once for everybody. */
export interface Live<S> {
  readonly facts: ProcessFacts;
  readonly shown: S;
}
export interface Viewer<S> {
  readonly take: (live: Live<S>) => void;
  /** The process cannot be read any more; nothing comes after that. */
  readonly fail: (error: unknown) => void;
}

interface Places<S> {
  readonly store: Pick<ProcessStore, 'account' | 'view' | 'timeline'>;
  readonly watch: TimelineWatch;
  readonly clock: () => Instant;
  readonly show: (standing: Standing) => Promise<S>;
}

export class LiveProcesses<S> {
  private readonly sources = new Map<string, Source<S>>();

  constructor(private readonly places: Places<S>) {}

  /**
   * `viewer` hears of each change of the process until `gone`. Returns how the process stands: not
   * before entry `after`, if there is one. Throws what the store throws.
   */
  async join(id: string, viewer: Viewer<S>, after: number, gone: AbortSignal): Promise<Watched<S>> {
    const source = this.sources.get(id) ?? this.begin(id);
    source.viewers.add(viewer);
    const leave = () => this.leave(id, source, viewer);
    if (gone.aborted) leave();
    else gone.addEventListener('abort', leave, { once: true });
    await source.reach(after);
    return source;
  }

  /** A second has passed. */
  tick(): void {
    for (const source of this.sources.values()) source.tick();
  }

  private begin(id: string): Source<S> {
    const source = new Source(id, this.places, () => this.sources.delete(id));
    this.sources.set(id, source);
    return source;
  }

  private leave(id: string, source: Source<S>, viewer: Viewer<S>): void {
    source.viewers.delete(viewer);
    if (source.viewers.size > 0) return;
    source.stop();
    if (this.sources.get(id) === source) this.sources.delete(id);
  }
}

export interface Watched<S> {
  /** What was told last. */
  readonly live: Live<S>;
  /** Whether that is known to be how the process stands. */
  readonly isCurrent: boolean;
}

class Source<S> implements Watched<S> {
  readonly viewers = new Set<Viewer<S>>();
  isCurrent = true;
  live!: Live<S>;
  private readonly left = new AbortController();
  private readonly begun: Promise<Live<S>>;
  private publishing: Promise<unknown>;
  private facts!: ProcessFacts;
  private entries: readonly TimelineEntry[] = [];
  private from = 0;
  /** The next instant that changes the view by passing. */
  private turnsAt = Infinity;
  private ticks = 0;

  constructor(
    private readonly id: string,
    private readonly places: Places<S>,
    private readonly forget: () => void,
  ) {
    this.publishing = this.begun = this.begin();
    // Whoever joins hears of it.
    this.begun.then(
      () => void this.follow(),
      () => this.forget(),
    );
  }

  stop(): void {
    this.left.abort();
  }

  /** Settles when the process is known: at entry `after` or later, if there is one. */
  async reach(after: number): Promise<void> {
    await this.begun;
    // Another program may have told the client of entries that have not come here.
    if (after > this.newest) await this.look();
  }

  tick(): void {
    this.ticks += 1;
    if (this.places.clock() > this.turnsAt) this.inBackground(this.publish());
    else if (this.ticks % lookEvery === 0 && this.isCurrent) this.inBackground(this.look());
  }

  private get newest(): number {
    return this.entries.at(-1)?.seq ?? this.from;
  }

  private async begin(): Promise<Live<S>> {
    const { facts, timeline } = await this.places.store.account(this.id);
    this.facts = facts;
    this.add(timeline);
    return this.show();
  }

  private async follow(): Promise<void> {
    const { watch } = this.places;
    const { signal } = this.left;
    while (!signal.aborted) {
      try {
        if (!this.isCurrent) {
          await this.look();
          this.isCurrent = true;
        }
        const entries = await watch.next(this.id, this.newest, signal);
        if (entries.length > 0) await this.learn(entries);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) return this.fail(error);
        this.isCurrent = false;
        await pause(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async look(): Promise<void> {
    await this.learn(await this.places.store.timeline(this.id, this.newest, mostKept));
  }

  // The process is read after its entries, so that what they tell stands in it.
  private async learn(entries: readonly TimelineEntry[]): Promise<void> {
    const facts = await this.places.store.view(this.id);
    const isNew = this.add(entries) || (facts.revision >= this.facts.revision && !isDeepStrictEqual(facts, this.facts));
    if (facts.revision >= this.facts.revision) this.facts = facts;
    if (isNew) await this.publish();
  }

  private add(entries: readonly TimelineEntry[]): boolean {
    const added = entries.filter(({ seq }) => seq > this.newest);
    const all = [...this.entries, ...added];
    const left = all.slice(0, -mostKept);
    this.from = left.at(-1)?.seq ?? this.from;
    this.entries = all.slice(-mostKept);
    return added.length > 0;
  }

  // One after the other, so that nobody hears of the older after the newer.
  private publish(): Promise<void> {
    const publishing = this.publishing.then(async () => {
      const live = await this.show();
      for (const viewer of this.viewers) viewer.take(live);
    });
    this.publishing = publishing.catch(() => undefined);
    return publishing;
  }

  private async show(): Promise<Live<S>> {
    const { facts, entries, from } = this;
    const at = this.places.clock();
    this.turnsAt = turnOf(facts, at);
    return (this.live = { facts, shown: await this.places.show({ at, facts, entries, from }) });
  }

  // Whether the engine answers is `follow` to say.
  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) this.fail(error);
    });
  }

  private fail(error: unknown): void {
    this.stop();
    this.forget();
    for (const viewer of this.viewers) viewer.fail(error);
  }
}

/** The first instant after `now` whose passing makes something late. */
function turnOf({ deadlines, phases }: ProcessFacts, now: Instant): number {
  const due = [
    ...deadlines.filter(({ status, over }) => status === 'pending' && over !== true).map(({ dueAt }) => dueAt),
    ...phases.filter(({ status, over }) => status === 'open' && over !== true).map(({ dueAt }) => dueAt),
  ].map((instant) => (instant === undefined ? NaN : Date.parse(instant)));
  return Math.min(Infinity, ...due.filter((instant) => instant >= now));
}
