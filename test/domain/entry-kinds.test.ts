/** The filter of a timeline: by what an entry is about, by who did it, by its words. */
import { isAskedFor, queryOf, shownKindIn } from '../../src/contracts/entry-kinds';

const entry = (type: string, text: string, by = 'muster') => ({ type, text, by });
const paged = entry('delivered', 'Paged fatima by Slack');
const update = entry('update-posted', 'Update: we roll back', 'ana');

test('an entry is of the kind that it is about; what people did is asked for besides', () => {
  expect(isAskedFor(paged, { show: 'told' }, 'muster')).toBe(true);
  expect(isAskedFor(paged, { show: 'words' }, 'muster')).toBe(false);
  expect(isAskedFor(update, { show: 'words' }, 'Ana')).toBe(true);
  expect(isAskedFor(update, { show: 'people' }, 'Ana')).toBe(true);
  expect(isAskedFor(paged, { show: 'people' }, 'muster')).toBe(false);
});

test('a message that failed is one of those told, and one of what failed', () => {
  const failed = entry('delivery-failed', 'Could not page hana');
  expect(isAskedFor(failed, { show: 'told' }, 'muster')).toBe(true);
  expect(isAskedFor(failed, { show: 'trouble' }, 'muster')).toBe(true);
});

test('words are found in the sentence and in the name, whatever their case; both filters hold at once', () => {
  expect(isAskedFor(paged, { text: 'SLACK' }, 'muster')).toBe(true);
  expect(isAskedFor(update, { text: 'ana lopez' }, 'Ana Lopez')).toBe(true);
  expect(isAskedFor(update, { show: 'told', text: 'roll back' }, 'Ana')).toBe(false);
});

test('without a filter everything is shown, also what a later build wrote', () => {
  expect(isAskedFor(entry('of-a-later-build', 'x'), {}, 'muster')).toBe(true);
  expect(isAskedFor(entry('constructor', 'x'), { show: 'told' }, 'muster')).toBe(false);
});

test('an address says the filter, and a word that is no kind asks for none', () => {
  expect(queryOf({})).toBe('');
  expect(queryOf({ show: 'told', text: 'a b&c' })).toBe('?show=told&text=a+b%26c');
  expect(['told', 'toString', '', undefined].map(shownKindIn)).toEqual(['told', undefined, undefined, undefined]);
});
