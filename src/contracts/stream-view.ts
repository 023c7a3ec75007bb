/** Owns what the stream of events says. */
import type { ProcessView } from './process-view';
import type { TimelineEntry } from './view';

/** A process as it is now, and the entries that are new to whoever listens. */
export interface ProcessEvent {
  readonly at: string;
  readonly process: ProcessView;
  readonly entries: readonly TimelineEntry[];
  readonly names: Readonly<Record<string, string>>;
}
/** What is open has changed. */
export interface OpenEvent {
  readonly at: string;
  readonly changed: readonly string[];
}
