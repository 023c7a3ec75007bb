/**
 * Owns the decisions about a command for which its process does not know enough: whether another
 * incident can take a merged one (R10), and for whom a hand-off without a name is (R19). The caller
 * looks up the other incident, and who is on call.
 */
import { restrictedSource, takesMerges } from '../merge';
import { mayTell, type Restriction } from '../../state/restricted';
import { invalid, refuse, type NotTaken } from './decision';
import type { Refusal, Severity, Status } from '../../model';

/** What a merge has to know of an incident. */
interface MergeSide {
  readonly id: string;
  readonly status: Status;
  readonly drill: boolean;
  readonly template: { readonly name: string };
  readonly restricted?: Pick<Restriction, 'to'>;
}

/** Why `from` cannot be merged into `into`; undefined when it can. */
export function mergeRefusal(from: MergeSide, into: MergeSide, severity: Severity | undefined): Refusal | undefined {
  if (!takesMerges(into.status)) {
    const how = into.status === 'resolved' ? 'reopen it first' : 'merge into one that is open';
    return refuse('target-closed', `${into.id} is ${into.status}; ${how}`).refusal;
  }
  // A merge moves people and services. A drill must not make a real incident page them, and a real
  // incident must not hand them to a drill, where nobody is really paged.
  if (from.drill !== into.drill) {
    const [drill, real] = from.drill ? [from, into] : [into, from];
    return refuse('drill', `${drill.id} is a drill and ${real.id} is real; they stay apart`).refusal;
  }
  if (!mayTell(from.restricted?.to, into.restricted?.to)) return restrictedSource(from.id, into.id);
  const [one, other] = [from.template.name, into.template.name];
  return severity === undefined && one !== other
    ? invalid('severity', `${from.id} follows ${one} and ${into.id} follows ${other}: say what it counts as there`)
        .refusal
    : undefined;
}

/** For whom a hand-off without a name is: the one person on call now, if that is not `giver`. */
export function nextHolder(
  onCall: readonly string[],
  giver: string,
): { readonly ok: true; readonly to: string } | NotTaken {
  const [to, ...more] = onCall;
  if (to !== undefined && more.length === 0 && to !== giver) return { ok: true, to };
  const who =
    to === undefined
      ? 'nobody is on call now'
      : more.length > 0
        ? `${onCall.join(', ')} are on call now`
        : 'you are on call now';
  return invalid('to', `say who is to take it: ${who}`);
}
