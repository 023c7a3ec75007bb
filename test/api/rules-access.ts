/** The book of access over the rules alone, in memory and in virtual time. */
import type { AccessStore } from '../../src/api/temporal/access-store';
import { Refused, StoreUnavailable } from '../../src/api/temporal/process-store';
import {
  emptyAccess,
  orderAccess,
  type AccessAnswer,
  type AccessBook,
  type AccessOrderName,
  type AccessOrders,
  type AccessState,
} from '../../src/domain';

export class RulesAccess implements AccessStore {
  book: AccessBook = { ...emptyAccess, mark: 'test' };
  /** Every order as it came. */
  readonly orders: (readonly [AccessOrderName, object])[] = [];
  down = false;

  constructor(private readonly clock: () => number) {}

  async read(): Promise<AccessState> {
    if (this.down) throw new StoreUnavailable('down for a test');
    return this.book;
  }
  async order<N extends AccessOrderName>(name: N, order: AccessOrders[N]): Promise<AccessAnswer> {
    this.orders.push([name, order]);
    const result = orderAccess(this.book, name, order, this.clock());
    if (!result.ok) throw new Refused(result.refusal);
    if (result.answer.fingerprint !== order.fingerprint)
      throw new Refused({ kind: 'key-reuse', reason: 'key-reuse', message: 'used before' });
    this.book = result.book;
    return result.answer;
  }
}
