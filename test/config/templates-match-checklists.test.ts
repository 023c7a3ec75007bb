/**
 * The shipped configuration repeats HopNGo's checklists word for word: stages, phases, groups,
 * items, severities, contacts, tools. The checklists themselves do not ship. Where they are
 * missing, only the rules that the files alone can show are tested.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Item {
  text: string;
  'if-needed'?: true;
  when?: Record<string, unknown>;
  check?: string | { name: string };
}
interface Group {
  name: string;
  items: Record<string, string | Item>;
}
interface Phase {
  stage: string;
  name: string;
  hint?: string | undefined;
  opens?: string;
  due?: string;
  groups: Record<string, Group>;
}
interface SeverityText {
  insist?: string;
  'acknowledged-for'?: string;
  name: string;
  means: string;
  examples: string[];
  hint: string;
  response: string;
  'escalate-to': string[];
  inform: string[];
}
interface Template {
  kind: string;
  severities: Record<string, SeverityText>;
  phases: Record<string, Phase>;
  gates: Record<string, { before: string; requires: string[] }>;
  ladders: Record<string, object[]>;
}
interface Entry {
  name: string;
  hint?: string | undefined;
  category?: string | undefined;
}
/** A phase as the checklists print it. */
interface Printed {
  stage: string;
  name: string;
  hint?: string | undefined;
  groups: { name: string; items: string[] }[];
}

const configDir = path.resolve(__dirname, '../../config');
const load = <T>(file: string): T => parse(readFileSync(path.join(configDir, file), 'utf8')) as T;
const templates = {
  release: load<Template>('templates/release.yaml'),
  incident: load<Template>('templates/incident.yaml'),
};
const kinds = ['release', 'incident'] as const;

const itemOf = (item: string | Item): Item => (typeof item === 'string' ? { text: item } : item);
const groupsOf = (template: Template): [string, Group][] =>
  Object.values(template.phases).flatMap((phase) => Object.entries(phase.groups));
const itemsOf = (template: Template): [string, Item][] =>
  groupsOf(template).flatMap(([, group]) =>
    Object.entries(group.items).map(([id, item]): [string, Item] => [id, itemOf(item)]),
  );

function printed(template: Template): Printed[] {
  return Object.values(template.phases).map((phase) => ({
    stage: phase.stage,
    name: phase.name,
    hint: phase.hint,
    groups: Object.values(phase.groups).map((group) => ({
      name: group.name,
      items: Object.values(group.items).map((item) => itemOf(item).text),
    })),
  }));
}

/** `Name (hint)` in a heading. */
function heading(text: string): { name: string; hint?: string | undefined } {
  const found = /^(.*?) \((.*)\)$/.exec(text);
  return found ? { name: found[1]!, hint: found[2] } : { name: text };
}

/** The lines under a `## ` heading, up to the next one. */
function section(markdown: string, title: string): string[] {
  const lines = markdown.split(/\r?\n/);
  const start = lines.indexOf(`## ${title}`);
  if (start < 0) throw new Error(`the checklists have no section "${title}"`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('## '));
  return end < 0 ? rest : rest.slice(0, end);
}

function readChecklist(lines: string[]): Printed[] {
  const phases: Printed[] = [];
  let stage: { name: string; hint?: string | undefined } = { name: '' };
  for (const line of lines) {
    const phase = phases[phases.length - 1];
    if (line.startsWith('### ')) stage = heading(line.slice(4));
    else if (line.startsWith('#### ')) {
      const { name, hint } = heading(line.slice(5));
      phases.push({ stage: stage.name, name, hint: hint ?? stage.hint, groups: [] });
    } else if (line.startsWith('- [ ] **')) phase!.groups.push({ name: line.slice(8, -2), items: [] });
    else if (line.startsWith('  - [ ] ')) phase!.groups[phase!.groups.length - 1]!.items.push(line.slice(8));
    else if (line.trim() !== '' && line !== '---') throw new Error(`not understood in the checklists: ${line}`);
  }
  return phases;
}

/** `- **Name**: value` */
function pair(line: string): [string, string] | undefined {
  const found = /^- \*\*(.*?)\*\*: (.*)$/.exec(line);
  return found ? [found[1]!, found[2]!] : undefined;
}

/** The words of the checklists, and their names in the configuration. */
const escalationWords: Record<string, string> = {
  CEO: 'ceo',
  CTO: 'cto',
  'VP Engineering': 'vp-engineering',
  'Engineering Manager': 'engineering-manager',
  'Engineering Managers': 'engineering-manager',
  'Team Lead': 'team-lead',
};
const audienceWords: Record<string, string> = {
  'all hands': 'all-hands',
  'public status page': 'status-page',
  'leadership team': 'leadership',
  'affected teams': 'affected-teams',
  'engineering team': 'engineering',
  'product team': 'product',
};
const responseWords: Record<string, string> = {
  'Immediate (< 5 minutes)': '5m',
  '< 15 minutes': '15m',
  '< 1 hour': '1h',
  '< 4 hours': '4bh',
};
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

describe('the shipped templates', () => {
  test.each([
    ['release', 7, 16, 74],
    ['incident', 10, 18, 76],
  ] as const)('%s: %i phases, %i groups, %i items', (kind, phases, groups, items) => {
    const template = templates[kind];
    expect(template.kind).toBe(kind);
    expect(Object.keys(template.phases)).toHaveLength(phases);
    expect(groupsOf(template)).toHaveLength(groups);
    expect(itemsOf(template)).toHaveLength(items);
  });

  test.each(kinds)('%s: ids are unique and easy to type', (kind) => {
    const template = templates[kind];
    for (const ids of [
      Object.keys(template.phases),
      groupsOf(template).map(([id]) => id),
      itemsOf(template).map(([id]) => id),
    ]) {
      expect(ids).toEqual([...new Set(ids)]);
      for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    }
    const checks = itemsOf(template).flatMap(([, { check }]) =>
      check === undefined ? [] : [typeof check === 'string' ? check : check.name],
    );
    expect(checks).toEqual([...new Set(checks)]);
  });

  test('what says "if needed" is marked so, and nothing else is', () => {
    const all = kinds.flatMap((kind) => itemsOf(templates[kind]));
    const marked = all.filter(([, item]) => item['if-needed'] === true).map(([id]) => id);
    expect(marked).toEqual(
      all.filter(([, item]) => /if (needed|necessary|applicable)/.test(item.text)).map(([id]) => id),
    );
    expect(marked).toHaveLength(6);
  });

  test.each(kinds)('%s: what the gates name exists', (kind) => {
    const { phases, gates } = templates[kind];
    for (const gate of Object.values(gates))
      for (const phase of [gate.before, ...gate.requires]) expect(Object.keys(phases)).toContain(phase);
  });

  test('both have the same severities, and a release the same ladder for all planned work', () => {
    // Only an incident has a response to insist on.
    const ofReleases = Object.entries(templates.incident.severities).map(
      ([id, { insist: _, 'acknowledged-for': __, ...level }]) => [id, level] as const,
    );
    expect(templates.release.severities).toEqual(Object.fromEntries(ofReleases));
    for (const kind of ['gate', 'item', 'action-item'])
      expect(templates.release.ladders[kind]).toEqual(templates.release.ladders['phase']);
  });

  test('R3: the phases and items of an incident only remind; action items and releases speak in working hours only', () => {
    const { incident, release } = templates;
    for (const kind of ['phase', 'item'])
      for (const rung of incident.ladders[kind]!) expect(rung).toHaveProperty('remind');
    for (const rung of [...incident.ladders['action-item']!, ...Object.values(release.ladders).flat()])
      expect(rung).toHaveProperty('during', 'working-hours');
  });

  test('windows', () => {
    const windows = kinds.flatMap((kind) =>
      Object.entries(templates[kind].phases)
        .map(([id, { opens, due }]) => [id, opens, due])
        .filter(([, opens, due]) => opens !== undefined || due !== undefined),
    );
    expect(windows).toEqual([
      ['planning', 'target - 2w', 'target - 1w'],
      ['technical-preparation', 'target - 5bd', 'target - 3bd'],
      ['deployment-preparation', 'target - 2bd', 'target - 1bd'],
      ['pre-deployment', 'target-morning', 'target'],
      ['deployment', 'target', 'target + 4h'],
      ['post-deployment', 'deployed', 'deployed + 4h'],
      ['monitoring-and-validation', 'deployed + 24h', 'deployed + 48h'],
      ['immediate-response', 'declared', 'declared + 1 response'],
      ['assessment', 'after immediate-response', 'declared + 3 response'],
      ['review', 'resolved', 'resolved + 48h'],
    ]);
  });
});

const checklists = path.resolve(__dirname, '../../../shared/checklists.md');
const present = existsSync(checklists);
if (!present)
  console.warn('SKIPPED: the templates are not compared with the checklists, ../shared/checklists.md is not there');
const compare = present ? test : test.skip;
const markdown = present ? readFileSync(checklists, 'utf8') : '';

describe('against the checklists, word for word', () => {
  for (const [kind, title] of [
    ['release', 'Release Checklist'],
    ['incident', 'Incident Response Checklist'],
  ] as const) {
    compare(`${kind}: stages, phases, groups and items, in order`, () => {
      expect(printed(templates[kind])).toEqual(readChecklist(section(markdown, title)));
    });
  }

  compare('severities', () => {
    const found: Record<string, Record<string, unknown>> = {};
    let current: Record<string, unknown> = {};
    for (const line of section(markdown, 'Incident Severity Levels')) {
      const title = /^### (P\d) - (.*)$/.exec(line);
      const means = /^\*\*(.*)\*\*$/.exec(line);
      const [key, value] = pair(line) ?? [];
      if (title) found[title[1]!] = current = { name: title[2] };
      else if (means) current['means'] = means[1];
      else if (key === 'Response Time') Object.assign(current, { hint: value, response: responseWords[value!] });
      else if (key === 'Escalation') current['escalate-to'] = value!.split(', ').map((word) => escalationWords[word]);
      else if (key === 'Communication')
        current['inform'] = value!.split(', ').map((word) => audienceWords[word.toLowerCase()]);
      else if (key === 'Examples') current['examples'] = value!.split(', ').map(capitalised);
    }
    expect(Object.keys(found)).toEqual(['P0', 'P1', 'P2', 'P3']);
    for (const kind of kinds) {
      const { severities } = templates[kind];
      expect(Object.keys(severities)).toEqual(Object.keys(found));
      for (const [id, words] of Object.entries(found)) {
        const { name, means, hint, response, 'escalate-to': escalateTo, inform, examples } = severities[id]!;
        expect({ name, means, hint, response, 'escalate-to': escalateTo, inform, examples }).toEqual(words);
      }
    }
  });

  const contacts = load<{ contacts: Record<string, Entry>; tools: Record<string, Entry> }>('contacts.yaml');
  const entries = (lines: string[]): Entry[] => {
    let category = '';
    return lines.flatMap((line) => {
      if (line.startsWith('### ')) category = line.slice(4);
      const [name, hint] = pair(line) ?? [];
      return name === undefined ? [] : [{ category, name, hint }];
    });
  };

  compare('external contacts', () => {
    const expected = entries(section(markdown, 'Emergency Contacts'))
      .filter(({ category }) => category === 'External Contacts')
      .map(({ name, hint }) => ({ name, hint }));
    expect(expected).toHaveLength(4);
    expect(Object.values(contacts.contacts).map(({ name, hint }) => ({ name, hint }))).toEqual(expected);
  });

  compare('tools and resources', () => {
    const expected = entries(section(markdown, 'Tools and Resources'));
    expect(expected).toHaveLength(12);
    expect(Object.values(contacts.tools).map(({ category, name, hint }) => ({ category, name, hint }))).toEqual(
      expected,
    );
  });

  compare('on-call rotation and key personnel have somebody', () => {
    const people = load<{ people: Record<string, { roles: string[]; reach: string[] }> }>('people.yaml').people;
    const services = load<{ 'default-team': string; teams: Record<string, Record<string, string>> }>('services.yaml');
    const team = services.teams[services['default-team']]!;
    const slots: Record<string, string> = {
      'Primary On-Call': 'primary',
      'Secondary On-Call': 'secondary',
      'Escalation Manager': 'escalation-manager',
    };
    const roles: Record<string, string> = {
      'Incident Commander': 'commander',
      'Technical Lead': 'technical-lead',
      'Communications Lead': 'communications-lead',
      'Customer Success': 'customer-success',
    };
    const named = entries(section(markdown, 'Emergency Contacts')).filter(
      ({ category }) => category !== 'External Contacts',
    );
    expect(named.map(({ name }) => name)).toEqual([...Object.keys(slots), ...Object.keys(roles)]);
    for (const slot of Object.values(slots)) expect(Object.keys(people)).toContain(team[slot]);
    for (const role of Object.values(roles))
      expect(Object.values(people).filter((person) => person.roles.includes(role))).toHaveLength(1);
  });
});
