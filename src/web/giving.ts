/** Owns how a form of a page says which command it gives, and to which process. */
import type { CommandBody, ProcessCommandName } from '../contracts/command-table';
import type { Rights } from '../contracts/page-view';
import type { ProcessView } from '../contracts/process-view';
import { terminalStatuses } from '../contracts/statuses';
import type { Recipient } from '../contracts/deadline-view';
import type { Request } from './around';
import type { Names } from './names';
import type { Clock } from './times';

/** What the parts of a page get that give commands to its process. */
export interface Governed {
  readonly page: Clock & Names & { readonly people: readonly Recipient[] | null; readonly rights: Rights };
  readonly process: ProcessView;
}

/** The request that gives the command `name` with `body` to the process. */
export function commandTo<N extends ProcessCommandName>(
  { kind, id }: Pick<ProcessView, 'kind' | 'id'>,
  name: N,
  body: CommandBody<N>,
): Omit<Request, 'key'> {
  return { path: `v1/${kind}s/${id}/${name}`, body };
}

/** Whether the reader may give the command to the process, which takes commands still. */
export function mayGive({ page: { rights }, process }: Governed, name: ProcessCommandName): boolean {
  return rights[name] === null && !isOver(process);
}

/** The process has ended: it takes no commands but for its action items. */
export function isOver({ status, ended }: Pick<ProcessView, 'status' | 'ended'>): boolean {
  return ended !== undefined || terminalStatuses.some((one) => one === status);
}
