/** The log of changes over the rules alone: no Temporal, and messages that nobody carries out. */
import type { ChangeStore } from '../../src/api/temporal/change-store';
import { StoreUnavailable } from '../../src/api/temporal/process-store';
import {
  emptyChangeLog,
  recentByService,
  recentChanges,
  takeSaid,
  takeWord,
  type ChangeLog,
  type RecentChanges,
  type ReleaseWord,
  type SaidChange,
} from '../../src/domain';

export class RulesChanges implements ChangeStore {
  log: ChangeLog | undefined;
  /** All that was taken, in its order. */
  readonly taken: SaidChange[] = [];
  isDown = false;
  constructor(private readonly clock: () => number) {}

  async take(said: SaidChange): Promise<void> {
    if (this.isDown) throw new StoreUnavailable('the test has stopped the engine');
    // As over the wire.
    const copy = JSON.parse(JSON.stringify(said)) as SaidChange;
    this.taken.push(copy);
    this.log = takeSaid(this.log ?? emptyChangeLog, [copy], this.clock());
    return Promise.resolve();
  }
  async tell(word: ReleaseWord): Promise<void> {
    this.log = takeWord(this.log ?? emptyChangeLog, word, this.clock());
    return Promise.resolve();
  }
  read(): Promise<ChangeLog | undefined> {
    return Promise.resolve(this.log);
  }
  recent(services: readonly string[], now: number): Promise<RecentChanges | undefined> {
    return Promise.resolve(recentChanges(recentByService(this.log ?? emptyChangeLog, now), services, now));
  }
}
