/**
 * Owns the decisions about a command for which its process does not know enough: whether another
 * incident can take a merged one (R10), and for whom a hand-off without a name is (R19). The caller
 * looks up the other incident, and who is on call.
 */
import { restrictedSource, takesMerges } from '../merge';
import { mayTell, type Restriction } from '../../state/restricted';
import { levelNamed } from '../../state/severity';
import { unknownName } from '../../text/nearest';
import { invalid, refuse, type NotTaken } from './decision';
import type { Refusal, Severity, Status } from '../../model';

/** What a merge has to know of an incident. */
interface MergeSide {
  readonly id: string;
  readonly status: Status;
  readonly drill: boolean;
  readonly template: { readonly name: string };
  readonly severity: Severity;
  /** The levels of its template, the worst first. Absent: a worker of an older build answered. */
  readonly levels?: readonly Severity[];
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
  const to = from.restricted?.to;
  if (!mayTell(to, into.restricted?.to)) return restrictedSource({ id: from.id, to: to ?? [] }, into.id);
  const problem = countsAsProblem(from, into, severity);
  return problem === undefined ? undefined : invalid('severity', problem).refusal;
}

// R10, R28: a template that kept its name may have other levels since `from` began. An incident
// that `into` could not take would be over here and begin nowhere.
function countsAsProblem(from: MergeSide, into: MergeSide, severity: Severity | undefined): string | undefined {
  const [one, other] = [from.template.name, into.template.name];
  const has = (level: Severity) => into.levels === undefined || levelNamed(into.levels, level) !== undefined;
  if (severity !== undefined)
    return has(severity) ? undefined : unknownName('severity', severity, [...(into.levels ?? [])]);
  if (one !== other) return `${from.id} follows ${one} and ${into.id} follows ${other}: say what it counts as there`;
  return has(from.severity)
    ? undefined
    : `${from.id} is ${from.severity}, which is no level of ${into.id}: say what it counts as there, one of ${(into.levels ?? []).join(', ')}`;
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
