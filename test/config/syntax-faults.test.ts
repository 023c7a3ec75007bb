/**
 * A text that is no YAML: each slip is told once, where it was made, with what would be right, and
 * nothing of what follows from it.
 */
import { editedFolder } from '../support/edited-folder';

const incident = 'templates/incident.yaml';
const item = 'timeline-established: Timeline of events established';
const folder = editedFolder('templates/release.yaml', 'templates/hotfix.yaml');

/** The errors once `from` of `file` is replaced. */
function errorsWith(file: string, from: string, to: string): string[] {
  folder.change(file, from, to);
  return folder.errors();
}

const keyAndValue = 'expected "key: value"';
const uneven =
  'this line is indented unlike the entries around it; entries of one map or list begin at the same column';
const inQuotes = (text: string) =>
  `a colon with a space after it ends a text here; put a text with a colon in quotes: "${text}", or write a comma between two entries`;
const tag = 'a tag has no meaning here; expected the value without it, or in quotes a text that begins with "!"';

// The line of the item stands at 96:11.
test.each([
  ['timeline-established: Do this: then that', '96:33', inQuotes('Do this: then that')],
  ['timeline-established: { text: Do this: then that, if-needed: true }', '96:41', inQuotes('Do this: then that')],
  ['timeline-established: { text: Do this; if-needed: true }', '96:41', inQuotes('Do this; if-needed: true')],
  [
    'timeline-established:Do this',
    '96:11',
    `${keyAndValue}, with a space after the colon: timeline-established: Do this`,
  ],
  ['timeline-established = Do this', '96:11', `${keyAndValue}: timeline-established: Do this`],
  ['timeline-established', '96:11', keyAndValue],
  [
    'timeline-established:{ text: Do this }',
    '96:11',
    `${keyAndValue}, with a space after the colon; found the key "timeline-established:{ text"`,
  ],
  ['timeline-established: { text: Do this, if-needed: true', '96:33', 'this "{" has no end; close it with "}"'],
  ['timeline-established: { text: Do this }}', '96:50', 'this "}" closes nothing; take it out, or open it before'],
  ['timeline-established: "Do this', '96:33', 'this quote has no end'],
  [
    'timeline-established: "Do" this',
    '96:38',
    'nothing may follow here, found "this"; a text that begins with a bracket or a quote stands in quotes as a whole',
  ],
  [
    'timeline-established: *urgent',
    '96:33',
    '*urgent stands for an entry marked &urgent, and none is before it; put a text that begins with "*" in quotes: "*urgent"',
  ],
  ['timeline-established: !urgent now', '96:33', tag],
  ['timeline-established: !!binary aGk=', '96:33', tag],
  ['timeline-established: @ana does', '96:33', 'a text that begins with "@" stands in quotes: "@ana does"'],
  ['timeline-established: > 5 things', '96:33', 'a text that begins with ">" stands in quotes: "> 5 things"'],
  ['timeline-established: - do', '96:33', 'a list begins on a line of its own, or stands in brackets: [do]'],
  [' timeline-established: x', '97:11', uneven],
  ['timeline-established: x\n             more: y', '97:14', uneven],
  ['timeline-established: x\n\t  more: y', '97:1', 'a line is indented with spaces; here is a tab'],
  ['timeline-established: x\n---', '97:1', '"---" begins a second document, and a file is one; take this line out'],
  [
    'timeline-established: x\n          timeline-established: y',
    '97:11',
    'the key "timeline-established" stands in this map already; keys are unique',
  ],
  ['<<: { a: b }', '96:11', 'merge keys are not read; write the entries out'],
])('%j', (line, place, message) => {
  expect(errorsWith(incident, item, line)).toEqual([`${incident}:${place}: ${message}`]);
});

test('a comment after braces that are closed hides nothing, and is not blamed', () => {
  expect(errorsWith('channels.yaml', '  product: {', ' product: {')).toEqual([`channels.yaml:34:2: ${uneven}`]);
});

test('a bracket that is not closed is told where it stands, not at the next comment', () => {
  expect(
    errorsWith(
      'channels.yaml',
      'leadership: { channels: [inbox], notes: briefing }',
      'leadership: { channels: [inbox]',
    ),
  ).toEqual(['channels.yaml:31:15: this "{" has no end; close it with "}"']);
});

test('a key without a value that stands twice is told at the second', () => {
  expect(errorsWith('services.yaml', '  travel:\n', '  travel:\n  travel:\n')).toContainEqual(
    'services.yaml:21:3: the key "travel" stands in this map already; keys are unique',
  );
});

test('two slips far apart are told at once', () => {
  errorsWith(incident, item, 'timeline-established: Do: this');
  expect(errorsWith(incident, '        name: Incident Tracking', '\tname: Incident Tracking')).toEqual([
    `${incident}:96:33: ${inQuotes('Do: this')}`,
    `${incident}:181:1: a line is indented with spaces; here is a tab`,
  ]);
});

test('a key that is a map is shown on one line', () => {
  const errors = errorsWith('people.yaml', 'people:', '? { a: 1,\n  b: 2 }\n: x\npeople:');
  expect(errors).toEqual([expect.stringMatching(/^people\.yaml:11:\d+: [^\n]*"\{ a: 1, b: 2 \}"/)]);
});
