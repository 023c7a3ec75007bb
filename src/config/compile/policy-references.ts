/**
 * Owns the check of the references of a template: people, roles, audiences, facts, instants, and
 * ids that must be unique. Each complaint is a path and a sentence. Knows nothing of the structure
 * of a policy.
 */
import { formatLength, type Parsed } from '../../domain/time/duration';
import { deadlineKinds } from '../../contracts/deadline-kinds';
import { hourMs, nearest, own, processRoles, slots, unknownName, type Length } from '../../domain';
import { unknownCalendar } from './calendar';
import { doneWhenProblem } from './done-when';
import type { TemplateFile } from '../files/shapes';

/** Reports that the entry at `path` is wrong. */
export type Complain = (path: readonly PropertyKey[], message: string) => void;
/**
 * The names that a template may use; undefined when the file with the names cannot be read, and
 * then they are not checked.
 */
export interface Names {
  readonly who: { readonly people: readonly string[]; readonly roles: readonly string[] } | undefined;
  readonly audiences: readonly string[] | undefined;
  readonly calendars: readonly string[] | undefined;
  /** The hours of a usual working day, in the calendar of that name or in the top one. */
  readonly hoursOfDay?: ((calendar: string | undefined) => number) | undefined;
  readonly teams?: readonly string[] | undefined;
  readonly services?: readonly string[] | undefined;
  /** The ladders that teams name for their responses. */
  readonly teamLadders?: readonly string[] | undefined;
  /** Schedules of on-call.yaml, each with the slots that it stands in, such as `primary of web`. */
  readonly schedules?: Readonly<Record<string, readonly string[]>>;
  /** How many people may decide at a gate of these roles, at the most. */
  readonly approversWith?: (roles: readonly string[]) => number;
}

/**
 * Checks each reference and complains of wrong ones; `asks` is called with every recipient and
 * role.
 */
export class References {
  constructor(
    private readonly names: Names,
    private readonly gates: readonly string[],
    private readonly complain: Complain,
    private readonly asks: (name: string) => void,
  ) {}

  audience(path: readonly PropertyKey[], name: string): void {
    if (this.names.audiences && !this.names.audiences.includes(name))
      this.complain(path, unknownName('audience', name, this.names.audiences));
  }

  calendar(path: readonly PropertyKey[], name: string): void {
    const { calendars } = this.names;
    if (calendars && !calendars.includes(name)) this.complain(path, unknownCalendar(name, calendars));
  }

  /** Complains of a length in business days where hours count: how long a day is differs (R32). */
  inHours(path: readonly PropertyKey[], length: Length | undefined, calendar: string | undefined): void {
    if (length?.unit !== 'bd') return;
    const { calendars = [], hoursOfDay } = this.names;
    const isKnown = calendar === undefined || calendars.includes(calendar);
    const hours = hoursOfDay !== undefined && isKnown ? hoursOfDay(calendar) : undefined;
    const days = length.n === 1 ? 'a day' : `${length.n} days`;
    const proposed = hours && `${inBusinessHours(hours * length.n)} for ${days} of ${rounded(hours)} hours`;
    this.complain(
      path,
      `a response or an interval counts in hours: write business hours, such as ${proposed ?? '4bh'}; found "${formatLength(length)}"`,
    );
  }

  parsed<T>(path: readonly PropertyKey[], result: Parsed<T>): T | undefined {
    if (result.ok) return result.value;
    this.complain(path, result.message);
    return undefined;
  }

  unique(places: Map<string, string>, what: string, id: string, path: readonly PropertyKey[], where: string): void {
    const before = places.get(id);
    if (before !== undefined)
      this.complain(path, `${what} id "${id}" is used in ${before} already; ids are unique in a template`);
    else places.set(id, where);
  }

  recipient(path: readonly PropertyKey[], name: string, extra: readonly string[]): void {
    if (extra.includes(name)) return;
    this.asks(name);
    if (!this.names.who) return;
    const { roles, people } = this.names.who;
    const known = [...new Set([...extra, ...slots, ...processRoles, ...roles, ...people])];
    const held = known.includes(name) ? undefined : own(this.names.schedules ?? {}, name);
    if (held !== undefined) this.complain(path, namesSchedule(name, held));
    else if (!known.includes(name))
      this.complain(
        path,
        `${unknownName('recipient', name, known)} (nobody in people.yaml is called that or has that role)`,
      );
  }
  /** Somebody who sees a restricted process, or an audience that hears of it (R37). */
  reader(path: readonly PropertyKey[], name: string): void {
    const { who, audiences } = this.names;
    if (audiences?.includes(name)) return;
    this.asks(name);
    if (!who || !audiences) return;
    const known = [...who.roles, ...who.people, ...audiences];
    if (!known.includes(name)) this.complain(path, unknownName('person, role or audience', name, known));
  }
  role(path: readonly PropertyKey[], name: string): void {
    this.asks(name);
    if (this.names.who && !this.names.who.roles.includes(name))
      this.complain(path, `${unknownName('role', name, this.names.who.roles)} (nobody in people.yaml has it)`);
  }
  fact(path: readonly PropertyKey[], fact: string): void {
    const { who, audiences } = this.names;
    const roles = who && [...processRoles, ...who.roles];
    const problem = doneWhenProblem(fact, { roles, audiences, gates: this.gates });
    if (problem !== undefined) this.complain(path, problem);
  }
}

const rounded = (hours: number) => Math.round(hours * 100) / 100;
const inBusinessHours = (hours: number) => formatLength({ n: hours * hourMs, unit: 'bh' });

function namesSchedule(name: string, held: readonly string[]): string {
  const slot = held[0]?.split(' ')[0];
  return slot === undefined
    ? `"${name}" is a schedule, and a ladder names the slot in which it stands; write primary: ${name} under a team in services.yaml, and primary here`
    : `"${name}" is a schedule, and a ladder names the slot in which it stands; write ${slot} here (${held.join(', ')})`;
}

/**
 * The names of the ladders that are no kind of deadline. Complains of a ladder that no phase, item,
 * level or team names, because a kind with a slip of the pen would be one, and of a name without a
 * ladder. A team may name a ladder that only other templates have.
 */
export function checkedLadderNames(
  { kind, severities, phases, ladders }: TemplateFile,
  teamLadders: readonly string[] | undefined,
  complain: Complain,
): string[] {
  const names = Object.keys(ladders).filter((name) => !deadlineKinds.some((one) => one === name));
  const used = new Set<string>(kind === 'incident' ? teamLadders : []);
  const use = (path: readonly PropertyKey[], name: string | undefined): void => {
    if (name === undefined) return;
    used.add(name);
    if (!names.includes(name)) complain(path, `${unknownName('ladder', name, names)}; its rungs stand under ladders`);
  };
  for (const [id, severity] of Object.entries(severities))
    for (const [of, name] of Object.entries(severity.ladders ?? {})) use(['severities', id, 'ladders', of], name);
  for (const [id, phase] of Object.entries(phases)) {
    use(['phases', id, 'ladder'], phase.ladder);
    for (const [group, { items }] of Object.entries(phase.groups))
      for (const [item, stated] of Object.entries(items))
        if (typeof stated !== 'string') use(['phases', id, 'groups', group, 'items', item, 'ladder'], stated.ladder);
  }
  for (const name of names) {
    const [nearestKind] = nearest(name, deadlineKinds, 1);
    if (!used.has(name))
      complain(
        ['ladders', name],
        `no phase, item, level or team names the ladder ${name}, as in "ladder: ${name}"${nearestKind === undefined ? '' : `; did you mean the kind ${nearestKind}?`}`,
      );
  }
  return names;
}
