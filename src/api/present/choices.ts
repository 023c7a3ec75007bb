/** Owns what the forms of pages offer to choose from. */
import { templatesOf, type Config } from '../../config';
import type { Choices } from '../../contracts/page-view';
import { heldRoles, levelsOf, processRoles, type Directory } from '../../domain';

/** More people are no choice on a phone, and half of a page. */
const mostPeople = 200;

/** The people, roles and services of `directory`, by name. */
export function choicesOf(directory: Directory): Choices {
  const named = Object.entries(directory.people).map(([person, { name }]) => ({ person, name }));
  return {
    people: named.length > mostPeople ? null : named.sort((a, b) => a.name.localeCompare(b.name, 'en')),
    roles: [...new Set([...processRoles, ...heldRoles(directory)])],
    services: Object.keys(directory.services).sort(),
  };
}

/** The levels that a new incident may have: those of the template that it follows. */
export function levelsToDeclare(config: Config): string[] {
  const [first] = templatesOf(config, 'incident');
  return first === undefined ? [] : [...levelsOf(first.compiled)];
}
