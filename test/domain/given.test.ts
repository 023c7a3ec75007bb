/** Optional fields as they are handed on, and their names in files and in code. */
import { camelCased } from '../../src/contracts/camel-case';
import { given } from '../../src/given';

test('a field without a value is left out; null, false and empty text are values; the order stays', () => {
  const fields = given({ title: 'x', note: undefined, person: null, drill: false, text: '' });
  expect(JSON.stringify(fields)).toBe('{"title":"x","person":null,"drill":false,"text":""}');
  expect(Object.keys(fields)).not.toContain('note');
});

test('fields of a file get their names in code, and what they hold is not looked into', () => {
  expect(camelCased({ name: 'x', 'page-during': { 'a-b': 1 }, 'valid-for-ms': undefined })).toEqual({
    name: 'x',
    pageDuring: { 'a-b': 1 },
  });
});
