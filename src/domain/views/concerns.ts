/**
 * Owns which deadlines concern a person, and which processes wait for the person's answer: what
 * `--mine` and `person=` show. Knows nothing of how a deadline is shown.
 */
import { deadlineId, kindRules } from '../deadlines/kinds';
import type { DeadlineKind } from '../model';
import type { ProcessFacts } from './view';

type Process = Pick<ProcessFacts, 'roles' | 'acknowledgedBy' | 'hasIt' | 'handOff' | 'actionItems' | 'phases'>;
interface Shown {
  readonly id: string;
  readonly kind: DeadlineKind;
  readonly told: readonly { readonly person: string }[];
  readonly next: { readonly recipients: readonly { readonly person: string }[] } | null;
}

/**
 * Whether a deadline of `process` concerns `person`: the person has a role in the process,
 * acknowledged it, has it or is asked to take it, was told of the deadline or is told next, or owns
 * what is due.
 */
export function concerns(
  person: string,
  process: Process,
  { id, told, next }: Pick<Shown, 'id' | 'told' | 'next'>,
): boolean {
  return (
    Object.values(process.roles).includes(person) ||
    process.acknowledgedBy === person ||
    process.hasIt?.person === person ||
    process.handOff?.to === person ||
    wasTold(person, { told }) ||
    next?.recipients.some((one) => one.person === person) === true ||
    ownedBy(person, process).includes(id)
  );
}

/**
 * Whether the process waits for an answer of `person`: the person is asked to take the process
 * (R19), or was paged or reminded of a response. `unmet`: the unmet deadlines of the process.
 */
export function waitsFor(
  person: string,
  { handOff }: Pick<Process, 'handOff'>,
  unmet: readonly Pick<Shown, 'kind' | 'told'>[],
): boolean {
  return (
    handOff?.to === person ||
    unmet.some((deadline) => kindRules[deadline.kind].asksForAnswer && wasTold(person, deadline))
  );
}

function wasTold(person: string, { told }: Pick<Shown, 'told'>): boolean {
  return told.some((one) => one.person === person);
}

function ownedBy(person: string, { actionItems, phases }: Process): string[] {
  const items = phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  return [
    ...actionItems.filter(({ owner }) => owner === person).map((item) => deadlineId('action-item', item.id)),
    ...items.filter(({ owner }) => owner === person).map((item) => deadlineId('item', item.id)),
  ];
}
