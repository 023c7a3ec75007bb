/** The store of overrides over the rules alone, in memory and in virtual time. */
import { StoreUnavailable, Refused } from '../../src/api/temporal/process-store';
import type { OverrideStore } from '../../src/api/temporal/override-store';
import {
  addOverride,
  emptyBook,
  removeOverride,
  type AddOverride,
  type Booked,
  type Override,
  type OverrideBook,
  type RemoveOverride,
} from '../../src/domain';

export class RulesOverrides implements OverrideStore {
  book: OverrideBook = emptyBook;
  /** How often the overrides were read. */
  reads = 0;
  down = false;

  constructor(private readonly clock: () => number) {}

  async read(): Promise<readonly Override[]> {
    this.reads += 1;
    if (this.down) throw new StoreUnavailable('down for a test');
    return this.book.overrides;
  }
  async add(order: AddOverride): Promise<Override> {
    return this.booked(addOverride(this.book, order, this.clock()), order);
  }
  async remove(order: RemoveOverride): Promise<Override> {
    return this.booked(removeOverride(this.book, order, this.clock()), order);
  }

  private booked(result: Booked, order: { readonly fingerprint: string }): Override {
    if (!result.ok) throw new Refused(result.refusal);
    if (result.answer.fingerprint !== order.fingerprint)
      throw new Refused({ kind: 'key-reuse', reason: 'key-reuse', message: 'used before' });
    this.book = result.book;
    return result.answer.override;
  }
}
