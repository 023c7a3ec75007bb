/**
 * Owns the step from a JSON body to a command: its form, times in the calendar's zone or as lengths
 * from now, and names that must be known. Reports all errors at once. The domain decides whether
 * the command is accepted.
 */
import { checkShape, type ShapeError } from '../../contracts/command-shape';
import {
  commandTable,
  type CommandBody,
  type CommandName,
  type CommandSpec,
  type FieldSpec,
} from '../../contracts/command-table';
import { parseCommand } from '../../contracts/commands';
import { expectedDrawn, hidesCharacters } from '../../contracts/field-rules';
import { linkFault } from '../../contracts/link-target';
import { processIdPattern } from '../../contracts/view';
import { endOfWorkOn, instantFromNow, instantOfText } from '../../config';
import {
  heldRoles,
  processRoles,
  readerNames,
  recipientNames,
  unknownName,
  type CompiledCalendar,
  type Directory,
} from '../../domain';
import { malformed } from './problem';

export interface Surroundings {
  readonly directory: Directory;
  /** The calendar for the time around `at` (epoch ms). */
  readonly calendarAt: (at: number) => CompiledCalendar;
  /** Epoch ms: lengths such as `2h` count from then. */
  readonly now: number;
}

/**
 * The body of command `name` as the domain takes it: checked, instants in UTC. Throws a problem
 * that names every wrong field.
 */
export function readCommandBody<N extends CommandName>(name: N, body: unknown, around: Surroundings): CommandBody<N> {
  const parsed = parseCommand(name, body);
  if (!parsed.ok) throw malformed(parsed.errors);
  const { fields } = commandTable[name] as CommandSpec;
  const errors: ShapeError[] = [];
  const read = readFields(fields, parsed.body, around, errors);
  const fault = name === 'link' ? linkFault(read['to'] as string) : undefined;
  if (fault !== undefined) errors.push({ path: 'to', message: fault });
  const shape = errors.length > 0 ? undefined : checkShape(name, read);
  if (shape?.ok) return shape.body;
  throw malformed(shape?.errors ?? errors);
}

/**
 * The fields of a body whose form is right: instants in UTC, and names checked. Faults are added to
 * `errors`.
 */
export function readFields(
  fields: CommandSpec['fields'],
  body: Readonly<Record<string, unknown>>,
  around: Surroundings,
  errors: ShapeError[],
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    const field = fields[key]!;
    const one = (path: string, entry: unknown) =>
      typeof entry === 'string' ? readText(path, field, entry, around, errors) : entry;
    read[key] = Array.isArray(value) ? value.map((entry, index) => one(`${key}[${index}]`, entry)) : one(key, value);
  }
  return read;
}

function readText(path: string, field: FieldSpec, text: string, around: Surroundings, errors: ShapeError[]): string {
  if (field.type === 'instant') {
    const dated = field.byDate ? endOfWorkOn(text, around.calendarAt) : undefined;
    return dated === undefined ? readInstant(path, text, around, errors) : new Date(dated).toISOString();
  }
  if (hidesCharacters(field.type, text)) errors.push({ path, message: `expected ${expectedDrawn}` });
  const known = knownNames(field, around.directory);
  if (known && !known.names.includes(text)) errors.push({ path, message: unknownName(known.what, text, known.names) });
  if (field.type === 'process' && !processIdPattern.test(text))
    errors.push({ path, message: 'expected a process id such as INC-2026-12-07-001' });
  return text;
}

function knownNames(field: FieldSpec, directory: Directory): { what: string; names: string[] } | undefined {
  const { people, services, schedules = {} } = directory;
  const persons = Object.keys(people);
  const roles = () => [...new Set([...processRoles, ...heldRoles(directory)])];
  switch (field.type) {
    case 'person':
      return { what: 'person', names: persons };
    case 'service':
      return { what: 'service', names: Object.keys(services) };
    case 'schedule':
      return { what: 'schedule', names: Object.keys(schedules) };
    case 'role':
      return { what: 'role', names: roles() };
    case 'reader':
      return { what: 'person or role', names: readerNames(directory) };
    case 'recipient':
      return { what: 'recipient', names: recipientNames(directory) };
    default:
      return undefined;
  }
}

/**
 * The instant that `text` means, in UTC. A wall-clock time is read in the calendar's zone, and must
 * occur exactly once there. A length counts from `now`, so a repeated request may get another
 * instant; its fingerprint is made from the raw body and stays the same.
 */
export function readInstant(
  path: string,
  text: string,
  { calendarAt, now }: Pick<Surroundings, 'calendarAt' | 'now'>,
  errors: ShapeError[],
): string {
  const read = instantFromNow(text, now) ?? instantOfText(text, calendarAt);
  if (!read.ok) errors.push({ path, message: read.message });
  return read.ok ? new Date(read.at).toISOString() : text;
}
