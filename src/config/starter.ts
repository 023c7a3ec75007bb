/**
 * Owns the first configuration of a team: a small valid folder, made from the shipped one without
 * the people of its sample. The templates stay word for word, save the gates, which must not need
 * more people than there are. Writes nothing itself.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processRoles } from '../domain';
import { takenWords } from './checks/cross-references';
import { isKnownZone, unknownZone } from './compile/zone';
import { yamlEnding, filesIn } from './files/folder-files';
import { formatErrors, loadConfig } from './load';

/** A person as `muster init` takes one: `ana=Ana Duarte <ana@example.com>`, or a name alone. */
export interface StarterPerson {
  readonly id: string;
  readonly name: string;
  readonly address?: string;
}
/** What a team says of itself. */
export interface Starter {
  readonly zone: string;
  /** At least one; the first is on call first, the last is called last. */
  readonly people: readonly StarterPerson[];
  readonly team: string;
  readonly services: readonly string[];
  /** The host that sends mail; absent: messages stay in the inbox of Muster. */
  readonly mailHost?: string;
}

const idForm = /^[a-z0-9][a-z0-9-]{0,59}$/;

/** The id of a name: `ana` of Ana Duarte. Undefined when no letter or digit is left. */
export function idOf(name: string): string | undefined {
  const plain = name.normalize('NFKD').toLowerCase();
  return /[a-z0-9]+/.exec(plain.replace(/[^\x20-\x7e]/g, '').trim())?.[0]?.slice(0, 60);
}

/** A person as typed, or a sentence that says what would be right. */
export function readPerson(text: string): StarterPerson | string {
  const found = /^(?:([^=<>]+)=)?([^=<>]+?)\s*(?:<([^<>\s]+@[^<>\s]+)>)?$/.exec(text.trim());
  const name = found?.[2]?.trim() ?? '';
  const id = found?.[1]?.trim() ?? idOf(name);
  if (name === '' || id === undefined || !idForm.test(id))
    return `expected a person such as "Ana Duarte", "ana=Ana Duarte" or "Ana Duarte <ana@example.com>", found "${text}"`;
  return { id, name, ...(found?.[3] === undefined ? {} : { address: found[3] }) };
}

/** What is wrong with the answers; empty when they fit. */
export function starterFaults({ zone, people, team, services, mailHost }: Starter): string[] {
  const named = [['team', team] as const, ...services.map((service) => ['service', service] as const)];
  const reserved = [...takenWords];
  return [
    ...(isKnownZone(zone) ? [] : [unknownZone(zone)]),
    ...(people.length > 0 ? [] : ['at least one person is needed']),
    ...(services.length > 0 ? [] : ['at least one service is needed']),
    ...named
      .filter(([, id]) => !idForm.test(id))
      .map(([what, id]) => `expected a ${what} in lower-case letters, digits and dashes, found "${id}"`),
    ...people
      .filter(({ id }, index) => people.findIndex((other) => other.id === id) < index)
      .map(({ id, name }) => `two people have the id ${id}; give one of their own: ${id}-2=${name}`),
    ...people.filter(({ id }) => reserved.includes(id)).map(({ id }) => `"${id}" is the name of a role, no person`),
    ...(mailHost === undefined
      ? []
      : people
          .filter(({ address }) => address === undefined)
          .map(({ name }) => `mail needs an address of ${name}: "${name} <name@example.com>"`)),
  ];
}

/**
 * Writes the folder, which must not exist or be empty. Returns the files that were written, or
 * throws when the result would not load, which would be a fault of Muster.
 */
export function writeStarter(shipped: string, folder: string, starter: Starter): string[] {
  const files = starterFiles(shipped, starter);
  cpSync(join(shipped, 'schema'), join(folder, 'schema'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const loaded = loadConfig(folder, null);
  if (!loaded.ok) throw new Error(`the new folder does not load:\n${formatErrors(loaded.errors)}`);
  return Object.keys(files);
}

/** Whether something stands in `folder` already. */
export function isTaken(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

function starterFiles(shipped: string, starter: Starter): Record<string, string> {
  const read = (name: string) => readFileSync(join(shipped, name), 'utf8');
  const templates = filesIn(join(shipped, 'templates'), 'templates', yamlEnding).names;
  return {
    'alerts.yaml': alertsOf(read('alerts.yaml'), starter),
    'calendar.yaml': calendarOf(read('calendar.yaml'), starter),
    'channels.yaml': channelsOf(read('channels.yaml'), starter),
    'contacts.yaml': read('contacts.yaml').replace(/, services: \[[^\]]*\]/g, ''),
    'freezes.yaml': read('freezes.yaml'),
    'people.yaml': peopleOf(read('people.yaml'), starter, rolesNeeded(shipped)),
    'services.yaml': servicesOf(read('services.yaml'), starter),
    ...Object.fromEntries(
      templates.map((name) => [`templates/${name}`, templateOf(read(`templates/${name}`), starter)]),
    ),
  };
}

// The comment with which the shipped file begins, without the words about the sample.
function headOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(' This is a sample organisation: replace it with your own.', ''))
    .join('\n');
}

function calendarOf(shipped: string, { zone }: Starter): string {
  return `${headOf(shipped)}
zone: ${zone}
weekend: [sat, sun]
hours: { from: "09:00", to: "18:00" }

# Your public holidays, such as: 2026-12-25
holidays: []
`;
}

function alertsOf(shipped: string, { services }: Starter): string {
  const service = services[0]!;
  return `${headOf(shipped)}
sources:
  # Scripts: muster alert send backup "The backup failed" --service ${service}; muster alert resolve backup
  scripts: { preset: generic, severity: P2, local: true }
  # alertmanager: { preset: alertmanager, severity: P2, severities: { critical: P1 }, key: env:ALERTMANAGER_KEY }

# The first rule that fits decides. Without one, an alert joins the open incident about its service, or begins one.
rules: []
#  - { when: { labels: { env: "staging*" } }, do: ignore }
#  - { when: { source: alertmanager, service: "" }, service: ${service} } # an alert that names no service
`;
}

function channelsOf(shipped: string, { mailHost }: Starter): string {
  if (mailHost === undefined) return shipped;
  const mail = `  mail: { type: email, host: ${JSON.stringify(mailHost)}, user: env:SMTP_USER, password: env:SMTP_PASSWORD, from: Muster <muster@${mailHost.split('.').slice(-2).join('.')}> }\n`;
  return shipped.replace(/^ {2}console: .*\n/m, (line) => line + mail);
}

// The roles of people.yaml that the shipped templates ask for.
function rolesNeeded(shipped: string): string[] {
  const loaded = loadConfig(shipped, null);
  if (!loaded.ok) throw new Error(`the shipped folder does not load:\n${formatErrors(loaded.errors)}`);
  const people = Object.values(loaded.value.people.people);
  const known = new Set(people.flatMap(({ roles }) => roles));
  return [...new Set(loaded.value.templates.flatMap(({ asks }) => asks))].filter((asked) => known.has(asked));
}

function peopleOf(shipped: string, { people, mailHost }: Starter, roles: readonly string[]): string {
  const [first, second = first, last = second] = [people[0]!, people[1], people.at(-1)];
  const holderOf = (role: string) =>
    role === 'release-manager' || isOfProcess(role) ? first : role === 'qa-lead' ? second : last;
  const lines = people.map((person) => {
    const own = roles.filter((role) => holderOf(role) === person);
    const reach = mailHost === undefined ? 'inbox' : 'mail, inbox';
    const addresses = person.address === undefined ? '' : `, addresses: { email: ${JSON.stringify(person.address)} }`;
    return `  ${person.id}: { name: ${JSON.stringify(person.name)}, roles: [${own.join(', ')}], reach: [${reach}]${addresses} }`;
  });
  return `${headOf(shipped)}
people:
  # The templates need each of these roles. Give them to the people who have them.
${lines.join('\n')}
`;
}
const isOfProcess = (role: string): boolean => processRoles.some((name) => name === role);

function servicesOf(shipped: string, { team, people, services }: Starter): string {
  const [first, second, last] = [people[0]!, people[1], people.at(-1)!];
  const slot = (name: string, person: StarterPerson | undefined) =>
    person === undefined ? '' : `    ${name}: ${person.id}\n`;
  return `${headOf(shipped)}
default-team: ${team}

teams:
  ${team}:
${slot('primary', first)}${slot('secondary', second)}${slot('escalation-manager', last)}    approvers: [${people.map(({ id }) => id).join(', ')}]

services:
${services.map((service) => `  ${service}: { team: ${team} }`).join('\n')}
`;
}

// A gate that needs two people, or somebody else than the planner, could never open for one person.
function templateOf(shipped: string, { people }: Starter): string {
  const able = people.length;
  const few = shipped.replace(
    /(approvers: \{ min: )(\d+)/g,
    (_, before: string, min: string) => `${before}${Math.max(1, Math.min(Number(min), able - 1))}`,
  );
  return able > 1 ? few : few.replace(/^ *never: planner.*\n/gm, '');
}
