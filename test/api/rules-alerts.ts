/** The intake of alerts over the rules alone: no Temporal, and effects that the test answers. */
import type { AlertStore } from '../../src/api/temporal/alert-store';
import { StoreUnavailable } from '../../src/api/temporal/process-store';
import {
  emptyIntake,
  expectSources,
  takeAlerts,
  takeEnded,
  type AlertsTaken,
  type Expected,
  type IntakeState,
} from '../../src/domain';

export class RulesAlerts implements AlertStore {
  state: IntakeState | undefined;
  /** All that was taken, in its order. */
  readonly taken: AlertsTaken[] = [];
  isDown = false;
  constructor(private readonly clock: () => number) {}

  async take(taken: AlertsTaken): Promise<void> {
    if (this.isDown) throw new StoreUnavailable('the test has stopped the engine');
    // As over the wire.
    const copy = JSON.parse(JSON.stringify(taken)) as AlertsTaken;
    this.taken.push(copy);
    this.state = takeAlerts(this.state ?? emptyIntake('test', this.clock()), [copy], this.clock());
    return Promise.resolve();
  }
  async expect(expected: readonly Expected[]): Promise<void> {
    this.state = expectSources(this.state ?? emptyIntake('test', this.clock()), expected, this.clock());
    return Promise.resolve();
  }
  async ended(incidents: readonly string[]): Promise<void> {
    if (this.state !== undefined) this.state = takeEnded(this.state, incidents, this.clock());
    return Promise.resolve();
  }
  read(): Promise<IntakeState | undefined> {
    return Promise.resolve(this.state);
  }
}
