/**
 * Owns which deadlines concern a person: what `--mine` and `person=` show. Knows nothing of how a
 * deadline is shown.
 */
import { deadlineId } from '../deadlines/kinds';
import type { ProcessFacts } from './view';

type Process = Pick<ProcessFacts, 'roles' | 'acknowledgedBy' | 'hasIt' | 'handOff' | 'actionItems' | 'phases'>;
interface Shown {
  readonly id: string;
  readonly told: readonly { readonly person: string }[];
  readonly next: { readonly recipients: readonly { readonly person: string }[] } | null;
}

/**
 * Whether a deadline of `process` concerns `person`: the person has a role in the process,
 * acknowledged it, has it or is asked to take it, was told of the deadline or is told next, or owns
 * what is due.
 */
export function concerns(person: string, process: Process, { id, told, next }: Shown): boolean {
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

/** Whether `person` was paged or reminded of a deadline that is not met. */
export function wasTold(person: string, { told }: Pick<Shown, 'told'>): boolean {
  return told.some((one) => one.person === person);
}

function ownedBy(person: string, { actionItems, phases }: Process): string[] {
  const items = phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  return [
    ...actionItems.filter(({ owner }) => owner === person).map((item) => deadlineId('action-item', item.id)),
    ...items.filter(({ owner }) => owner === person).map((item) => deadlineId('item', item.id)),
  ];
}
