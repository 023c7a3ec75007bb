/**
 * Owns what the views across all processes ask each of them, read once a second for all who look:
 * twenty people who look at what is due would otherwise ask the same hundred processes twenty
 * times. What is kept is what processes answer, before anything of it is left out for whoever
 * looks: each view does that for its own reader (R37). A command through this API ends what is
 * known of its process, so that whoever gave it sees what it did.
 */
import type { Delivery, ProcessFacts } from '../../domain';
import type { ProcessStore } from './process-store';
import { Remembered } from './remembered';

const goodFor = { ms: 1_000, joins: true } as const;

export class AskedLately {
  private readonly views: Remembered<ProcessFacts>;
  private readonly messages: Remembered<readonly Delivery[]>;
  private readonly notices: Remembered<readonly Delivery[]>;

  /** `now`: the clock, in ms. `readNotices`: the messages that are about no process. */
  constructor(
    private readonly store: Pick<ProcessStore, 'view' | 'deliveries'>,
    private readonly readNotices: () => Promise<readonly Delivery[]>,
    now: () => number,
  ) {
    this.views = new Remembered(goodFor, now);
    this.messages = new Remembered(goodFor, now);
    this.notices = new Remembered(goodFor, now);
  }

  view(id: string): Promise<ProcessFacts> {
    return this.views.ask(id, () => this.store.view(id));
  }

  deliveries(id: string): Promise<readonly Delivery[]> {
    return this.messages.ask(id, () => this.store.deliveries(id));
  }

  noticesToKeepers(): Promise<readonly Delivery[]> {
    return this.notices.ask('all', this.readNotices);
  }

  /** The process was given a command. */
  noteChange(id: string): void {
    this.views.forget(id);
    this.messages.forget(id);
  }
}
