/**
 * Owns the `done-when` vocabulary: the events that tick an item, as templates write them. Knows
 * nothing of when they happen.
 */
import { commandTable } from '../../contracts/command-table';
import { unknownName } from '../../domain';

const plainFacts: readonly string[] = [
  'severity-set',
  'services-recorded',
  'impact-recorded',
  'responders-notified',
  'acknowledged',
  'channel-created',
  'stakeholders-informed',
  'update-posted',
  'ticket-created',
  'review-written',
  'action-items-added',
  'timeline-kept',
  'resolved',
  'deployed',
];

/** The names that may follow an event; a list that is undefined is not checked. */
export interface FactNames {
  readonly roles: readonly string[] | undefined;
  readonly audiences: readonly string[] | undefined;
  readonly gates: readonly string[];
}

/** The fault of `fact` in a sentence; undefined when `fact` is in the vocabulary. */
export function doneWhenProblem(fact: string, names: FactNames): string | undefined {
  if (plainFacts.includes(fact)) return undefined;
  const [event = '', name = '', ...more] = fact.split(' ');
  const nouns: Record<string, { what: string; known: readonly string[] | undefined }> = {
    'role-assigned': { what: 'role', known: names.roles },
    announced: { what: 'audience', known: names.audiences },
    linked: { what: 'relation', known: commandTable.link.fields.relation.values },
    approved: { what: 'gate', known: names.gates },
  };
  const noun = Object.hasOwn(nouns, event) ? nouns[event] : undefined;
  if (!noun) {
    const withNames = Object.entries(nouns).map(([word, { what }]) => `${word} <${what}>`);
    return unknownName('event', fact, [...plainFacts, ...withNames]);
  }
  const { what, known } = noun;
  return known === undefined || (more.length === 0 && known.includes(name))
    ? undefined
    : unknownName(what, [name, ...more].join(' '), known);
}
