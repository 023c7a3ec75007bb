/**
 * What can never happen, holds nothing or takes itself back is refused where it stands, with what
 * would be right.
 */
import { editedFolder } from '../support/edited-folder';

const incident = 'templates/incident.yaml';
const release = 'templates/release.yaml';
const folder = editedFolder();

/** The errors once `from` of `file` is replaced, each without its place; and the first place. */
function refusals(file: string, from: string, to: string): { readonly words: string[]; readonly place: string } {
  folder.change(file, from, to);
  const errors = folder.errors();
  return {
    words: errors.map((line) => line.replace(/^\S+:\d+:\d+: /, '')),
    place: errors[0]?.split(': ')[0] ?? '',
  };
}
const gate = '    due: target - 1bd\n    approvers';
const notBefore = (spec: string) => `    due: target - 1bd\n    not-before: ${spec}\n    approvers`;
const circle = 'these wait for each other and none would ever come:';
const P0 = '    update-every: 15m\n';

test.each<readonly [string, string, string, string, string, string]>([
  [
    'a rung after the last',
    incident,
    '{ at: due - 0.4 response, page: [secondary] }',
    '{ at: due - 0.4 response, page: [secondary], then: nothing }',
    'then',
    'only the last rung ends the ladder, and 2 more come after this one; write it there',
  ],
  [
    'a rung at a level that does not climb its ladder',
    incident,
    '    ladder: review\n',
    '    ladder: review\n',
    'severity: P3 }',
    'this rung never fires, because only P0 climbs the ladder night',
  ],
  [
    'a name of which nothing can be seen',
    incident,
    'name: Immediate Response',
    'name: "\\u200b"',
    'name',
    'expected text that can be seen, without control characters; found text "\u200b"',
  ],
  [
    'a gate that waits for the completion of what it holds',
    release,
    gate,
    notBefore('deployment'),
    'not-before',
    `${circle} phase deployment after gate go-no-go after phase deployment`,
  ],
  [
    'a gate that waits for the opening of what it holds',
    release,
    gate,
    notBefore('opened deployment + 1h'),
    'not-before',
    `${circle} phase deployment after gate go-no-go after phase deployment`,
  ],
  [
    'a gate that waits for an item that it holds',
    release,
    gate,
    notBefore('item smoke-tests'),
    'not-before',
    `${circle} gate go-no-go after item smoke-tests after gate go-no-go`,
  ],
  [
    'a gate that waits for what follows the deployment',
    release,
    gate,
    notBefore('post-deployment'),
    'not-before',
    `${circle} gate go-no-go after phase post-deployment after the deployment after gate go-no-go`,
  ],
  [
    'a gate that requires what follows the deployment',
    release,
    'requires: [technical-preparation,',
    'requires: [post-deployment,',
    'post-deployment',
    `${circle} gate go-no-go after phase post-deployment after the deployment after gate go-no-go`,
  ],
  [
    'a gate that is due by what it holds',
    release,
    gate,
    '    due: deployment\n    approvers',
    'due',
    'phase deployment waits for this gate, so the gate cannot be due by it',
  ],
  [
    'a level that pages for ever and pages nobody',
    incident,
    '    insist: 1h',
    '    page: none\n    insist: 1h',
    'insist',
    'insist pages, and page: none says that nobody is paged; leave one out',
  ],
  [
    'a release that insists on an answer',
    release,
    P0,
    `${P0}    insist: 1h\n`,
    'insist',
    'a release has no response deadline, so this means nothing; leave the line out',
  ],
  [
    'a release whose answer counts for so long',
    release,
    P0,
    `${P0}    acknowledged-for: 1h\n`,
    'acknowledged-for',
    'a release has no response deadline, so this means nothing; leave the line out',
  ],
  [
    'levels of one name',
    incident,
    '  P3:\n',
    '  p2:\n',
    'p2',
    'another level is called P2, and names count the same in either case; give it another name',
  ],
  [
    'an announcement at no level',
    incident,
    'severity: [P0, P1], to: [leadership, support] }',
    'severity: [], to: [leadership, support] }',
    'severity',
    'expected at least one level; found an empty list',
  ],
  [
    'news for those who heard before there was any',
    incident,
    '  - { on: declared, customer-facing: true, to: [support, customer-success] }',
    '  - { on: declared, to: [all told] }',
    'all told',
    'nobody has heard of it before it is declared; name the audiences',
  ],
  [
    'an announcement of a release that customers notice',
    release,
    '{ on: planned, to: [stakeholders] }',
    '{ on: planned, customer-facing: true, to: [stakeholders] }',
    'customer-facing',
    'only an incident is customer-facing, so this never holds; leave the line out',
  ],
  [
    'an item of a release that customers notice',
    release,
    '{ text: Helm charts updated,',
    '{ text: Helm charts updated, when: { customer-facing: false },',
    'customer-facing',
    'only an incident is customer-facing, so this always holds; leave the line out',
  ],
  [
    'a condition of nothing',
    release,
    '{ text: Helm charts updated,',
    '{ text: Helm charts updated, when: {},',
    'when',
    'this says nothing; say what has to hold, as in when: { label: security }, or leave it out',
  ],
  [
    'an item at a level at which its group does not apply',
    incident,
    '        name: Regular Updates\n',
    '        name: Regular Updates\n        when: { severity: P3 }\n',
    'severity: [P0, P1] }',
    'this never holds, because what it stands in applies only to severity P3',
  ],
  [
    'an item that is repeated twice over',
    release,
    '      code-quality:\n',
    '      code-quality:\n        each: service\n',
    'each',
    'the phase technical-preparation is repeated for each service already, with all of its groups; leave this line out',
  ],
  [
    'a gate of no role',
    release,
    '    never: planner',
    '    each: []\n    never: planner',
    'each',
    'expected at least one role; found an empty list',
  ],
  [
    'two templates of one kind for a service',
    'services.yaml',
    '    tier: 2',
    '    template: [hopngo-release, hotfix]',
    'hotfix',
    'hopngo-release and hotfix are both of kind release, and a process follows one; leave one of the two out',
  ],
  [
    'releases of a label',
    'services.yaml',
    'default-team: platform',
    'default-team: platform\nlabels: { security: { template: hotfix } }',
    'template',
    'only incidents have labels, and hotfix is a template of releases; leave it out',
  ],
  [
    'somebody twice in a slot',
    'services.yaml',
    'primary: fatima',
    'primary: [giorgos, fatima, giorgos]',
    'giorgos]',
    'giorgos is listed twice',
  ],
  [
    'somebody twice in a turn',
    'on-call.yaml',
    '[omar, priya, rasmus]',
    '[[priya, omar, priya], rasmus]',
    'priya], rasmus',
    'priya is listed twice in one turn',
  ],
  [
    'a role that a ladder takes for a slot',
    'people.yaml',
    'roles: [ceo]',
    'roles: [ceo, primary]',
    'primary',
    '"primary" is the name of a recipient of ladders; expected a role',
  ],
  [
    'what is published by itself to nobody outside',
    'channels.yaml',
    'support: { channels: [inbox], notes: for-customers }',
    'support: { channels: [inbox], notes: for-customers, auto-publish: true }',
    'auto-publish',
    'only a public audience hears what nobody wrote for it by this line; add "public: true", or leave it out',
  ],
  [
    'a conference at no level',
    'channels.yaml',
    'drill: [inbox]',
    'conference: { url: "https://meet.example.com/a", severities: [] }\ndrill: [inbox]',
    'severities',
    'expected at least one level; found an empty list',
  ],
])('%s', (what, file, from, to, mark, words) => {
  if (what === 'an item that is repeated twice over') {
    const [phase, each] = ['  technical-preparation:\n', '  technical-preparation:\n    each: service\n'];
    refusals(release, phase, each);
  }
  if (what === 'a rung at a level that does not climb its ladder') {
    refusals(incident, '    insist: 1h', '    ladders: { response: night }\n    insist: 1h');
    const rungs = '{ at: due - 1 response, page: [primary] }, { at: due, page: [hana], when: { severity: P3 } }';
    refusals(incident, '  review: # named', `  night: [${rungs}]\n  review: # named`);
  }
  const refused = refusals(file, from, to);
  expect(refused.words).toEqual([words]);
  const changed = to.split('\n').find((line) => line.includes(mark)) ?? mark;
  expect(refused.place).toBe(folder.place(file, changed, mark));
});

test('a phase whose name begins like an anchor is that phase', () => {
  const phase =
    '  deployed-before:\n    name: Before\n    groups: { before: { name: Before, items: { seen: Seen } } }\n';
  folder.change('templates/hotfix.yaml', 'phases:\n', `phases:\n${phase}`);
  folder.change(
    'templates/hotfix.yaml',
    '    due: target\n    approvers',
    '    due: deployed-before + 1h\n    approvers',
  );
  expect(refusals('people.yaml', 'people:', 'people:').words).toEqual([]);
});
