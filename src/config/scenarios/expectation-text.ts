/**
 * Owns how the expectations of a scenario are written, one per line: `at 3m page giorgos`, `no page
 * after 7m`, `missed response`. An error names words that would fit. The grammar is in
 * docs/rehearsals.md.
 */
import {
  responseId,
  formatDuration,
  nearest,
  unknownName,
  warnedOf,
  type ExpectedTime,
  type Expectation,
  type Instant,
  type Telling,
} from '../../domain';
import { parseDuration } from '../../domain/time/duration';
import { momentOf, type Moments } from './moments';

/** The names that an expectation may use. */
export interface ExpectationNames {
  readonly people: readonly string[];
  readonly audiences: readonly string[];
  readonly deadlines: readonly string[];
  /** Commands by their names and aliases. */
  readonly commands: ReadonlyMap<string, string>;
  readonly statuses: readonly string[];
}
export type ExpectationRead =
  { readonly ok: true; readonly value: Expectation } | { readonly ok: false; readonly message: string };

const kinds: readonly Telling[] = ['page', 'remind', 'announce', 'tell'];
const beginnings = [
  'at',
  'by',
  'after',
  'before',
  'no',
  'never',
  'only',
  'nobody',
  'missed',
  'met',
  'exhausted',
  'refused',
  'warned',
  'status',
  ...kinds,
];
const times = ['at', 'by', 'after', 'before'] as const;

/** Examples of valid lines, made from these names. */
function formOf({ people, deadlines, commands, statuses }: ExpectationNames): string {
  const [one = 'ana', other = one] = people;
  const [deadline = responseId] = deadlines;
  const refusable = commands.has('deploy') ? 'deploy' : 'snooze';
  const lines = [
    `at 3m page ${one}`,
    `by 5m page ${one}, ${other}`,
    'no page after 7m',
    `never page ${other}`,
    `missed ${deadline}`,
    `met ${deadline} at 7m late 2m`,
    `exhausted ${deadline}`,
    'nobody at 5m',
    `refused ${refusable}`,
    ...(commands.has('deploy') ? ['warned of holiday'] : []),
  ];
  return `expected a line such as ${lines.map((line) => `"${line}"`).join(', ')} or "status ${statuses.at(-1)}"`;
}

/** The moments against which expectations are read; nothing is known after `until`. */
export interface ExpectedMoments extends Moments {
  readonly until: Instant;
}

/** Reads one line. Never throws. */
export function readExpectation(line: string, names: ExpectationNames, moments: ExpectedMoments): ExpectationRead {
  try {
    return { ok: true, value: new Line(line, names, moments).read() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, message: error.message };
    throw error;
  }
}

class Unreadable extends Error {}

class Line {
  private readonly words: string[];
  constructor(
    line: string,
    private readonly names: ExpectationNames,
    private readonly moments: ExpectedMoments,
  ) {
    this.words = line
      .trim()
      .replace(/,/g, ' , ')
      .split(/\s+/)
      .filter((word) => word !== '');
  }

  read(): Expectation {
    const [first = ''] = this.words;
    if (!beginnings.includes(first)) {
      const close = nearest(first, beginnings)[0];
      throw new Unreadable(
        `${first === '' ? 'this line is empty' : `"${first.slice(0, 40)}" begins no expectation`}${close === undefined ? '' : `; did you mean ${close}?`}; ${formOf(this.names)}`,
      );
    }
    const value = this.expectation();
    if (this.words.length > 0) throw new Unreadable(`"${this.words[0]}" was not understood; ${formOf(this.names)}`);
    return value;
  }

  private expectation(): Expectation {
    const time = this.leadingTime();
    const first = this.take();
    switch (first) {
      case 'no':
      case 'never':
        return this.negated(time);
      case 'nobody':
        return { type: 'nobody', holds: true, time: this.time(time) };
      case 'missed':
      case 'met':
      case 'exhausted':
        return this.promise(first, true, time);
      case 'refused':
        return {
          type: 'refused',
          command: this.names.commands.get(this.oneOf('command', [...this.names.commands.keys()]))!,
          time: this.time(time),
        };
      case 'warned':
        return this.warned(true, time);
      case 'status':
        return { type: 'status', status: this.oneOf('status', this.names.statuses) };
      case 'only':
        return this.told(this.kind(this.take()), time, true);
      default:
        return this.told(this.kind(first), time, false);
    }
  }

  private negated(time: ExpectedTime | undefined): Expectation {
    const word = this.take();
    if (word === 'nobody') return { type: 'nobody', holds: false, time: this.time(time) };
    if (word === 'missed' || word === 'met' || word === 'exhausted') return this.promise(word, false, time);
    if (word === 'warned') return this.warned(false, time);
    const kind = this.kind(word);
    const people = this.people(kind, true);
    return { type: 'not-told', kind, people, ...this.whenAndDeadline(time) };
  }

  private told(kind: Telling, time: ExpectedTime | undefined, only: boolean): Expectation {
    const exactly = only || this.accept('only');
    const people = this.people(kind, false);
    return { type: 'told', kind, people, only: exactly, ...this.whenAndDeadline(time) };
  }

  private promise(type: 'missed' | 'met' | 'exhausted', holds: boolean, time: ExpectedTime | undefined): Expectation {
    const named = this.words[0] !== undefined && ![...times, 'late'].includes(this.words[0]);
    const deadline = named ? { deadline: this.oneOf('deadline', this.names.deadlines) } : {};
    const when = this.time(time);
    const late = this.accept('late') ? { late: this.length() } : {};
    return { type, holds, ...deadline, time: when, ...late };
  }

  private warned(holds: boolean, before: ExpectedTime | undefined): Expectation {
    const of = this.accept('of') ? { of: this.oneOf('warning', warnedOf) } : {};
    return { type: 'warned', holds, ...of, time: this.time(before) };
  }

  private length(): number {
    const text = this.take();
    const length = parseDuration(text);
    if (!length.ok) throw new Unreadable(`late: ${length.message}`);
    return length.value;
  }

  private leadingTime(): ExpectedTime | undefined {
    return times.some((word) => word === this.words[0]) ? this.time(undefined) : undefined;
  }
  private time(before: ExpectedTime | undefined): ExpectedTime {
    const when = times.find((word) => word === this.words[0]);
    if (when === undefined) return before ?? { when: 'ever' };
    if (before !== undefined) throw new Unreadable(`it says twice when: "${when}" comes after a time already`);
    this.take();
    const written = this.momentWords();
    const read = momentOf(written, this.moments);
    if (!read.ok) throw new Unreadable(`${when}: ${read.message}`);
    const { at, until } = this.moments;
    if (read.at > until || (when === 'after' && read.at === until))
      throw new Unreadable(
        `${when} ${written}: nothing is looked at after ${formatDuration(until - at)}; say a later until`,
      );
    return { when, at: read.at, written };
  }

  /** `7m`; in a release also `target - 2h`. */
  private momentWords(): string {
    const first = this.take();
    if (first !== 'target' || !/^[+-]/.test(this.words[0] ?? '')) return first;
    const sign = this.take();
    return ['target', sign, ...(sign.length === 1 ? [this.take()] : [])].join(' ');
  }

  private kind(word: string): Telling {
    const found = kinds.find((kind) => kind === word);
    if (found !== undefined) return found;
    if (word === '') throw new Unreadable(formOf(this.names));
    if (beginnings.includes(word)) throw new Unreadable(`"${word}" cannot stand there; ${formOf(this.names)}`);
    throw new Unreadable(unknownName('word', word, beginnings));
  }

  private people(kind: Telling, maybeNone: boolean): string[] {
    const names = kind === 'announce' ? this.names.audiences : this.names.people;
    const found: string[] = [];
    if (maybeNone && (this.words.length === 0 || [...times, 'of'].includes(this.words[0]!))) return found;
    this.accept('to');
    do found.push(this.oneOf(kind === 'announce' ? 'audience' : 'person', names));
    while (this.accept(',') || this.accept('and'));
    return found;
  }
  private whenAndDeadline(before: ExpectedTime | undefined): { time: ExpectedTime; deadline?: string } {
    const deadline = this.ofDeadline();
    const time = this.time(before);
    return { time, ...deadline, ...this.ofDeadline() };
  }
  private ofDeadline(): { deadline?: string } {
    return this.accept('of') ? { deadline: this.oneOf('deadline', this.names.deadlines) } : {};
  }

  private oneOf<T extends string>(what: string, known: readonly T[]): T {
    const word = this.take();
    if (word === '')
      throw new Unreadable(`which ${what}? ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', ...' : ''}`);
    const found = known.find((one) => one === word);
    if (found === undefined) throw new Unreadable(unknownName(what, word, known));
    return found;
  }
  private accept(word: string): boolean {
    if (this.words[0] !== word) return false;
    this.words.shift();
    return true;
  }
  private take(): string {
    return this.words.shift() ?? '';
  }
}
