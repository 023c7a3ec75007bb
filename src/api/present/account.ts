/**
 * Owns what the page of a process tells of what happened: the newest entries of those that its
 * address asks for, and the names of whoever the page names by id alone.
 */
import { isAskedFor, queryOf, shownKindIn, type TimelineFilter } from '../../contracts/entry-kinds';
import type { Account } from '../../contracts/page-view';
import { nameOf, type Directory, type ProcessFacts, type TimelineEntry } from '../../domain';
import { given } from '../../given';
import type { Call } from '../http/route';
import { namesIn } from './named';
import { textIn } from './page-base';

/** The others are in the report. */
const mostEntries = 20;
/** Whoever asks for some kind of entries looks for something. */
const mostAskedFor = 100;

/** The account of a process for the page of `call`. */
export function accountOf(
  call: Call,
  facts: ProcessFacts,
  timeline: readonly TimelineEntry[],
  people: Directory['people'],
): Account {
  const filter = filterIn(call);
  const asked = timeline.filter((entry) => isAskedFor(entry, filter, nameOf(entry.by, people)));
  const shown = asked.slice(queryOf(filter) === '' ? -mostEntries : -mostAskedFor).reverse();
  const named = peopleIn(facts).map((id) => [id, nameOf(id, people)] as const);
  return {
    names: { ...Object.fromEntries(named), ...namesIn(facts, shown, people) },
    filter,
    timeline: shown,
    earlier: asked.length - shown.length,
    newest: timeline.at(-1)?.seq ?? 0,
  };
}

// What nobody can ask for asks for nothing: the page is there all the same.
function filterIn(call: Call): TimelineFilter {
  const text = textIn(call, 'text').trim();
  return given({ show: shownKindIn(textIn(call, 'show')), text: text === '' ? undefined : text });
}

// Whom the checklist and the gates name.
function peopleIn({ phases, gates, plannedBy }: ProcessFacts): string[] {
  const items = phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  const all = [
    plannedBy,
    ...items.flatMap(({ by, owner }) => [by, owner]),
    ...gates.flatMap(({ approvals, overridden }) => [...approvals.map(({ person }) => person), overridden?.by]),
  ];
  return [...new Set(all.filter((one) => one !== undefined))];
}
