/**
 * Owns how an expectation of a scenario is written, one a line: `at 3m page giorgos`, `no page after 7m`, `missed response`. What is
 * wrong with a line is said with the words that would fit. The grammar is in docs/rehearsals.md.
 */
import { nearest, unknownName, type ExpectedTime, type Expectation, type Told } from '../domain';
import { parseDuration } from '../domain/duration';
import { momentOf, type Moments } from './moments';

/** What the words of an expectation may name. */
export interface ExpectationNames {
  readonly people: readonly string[];
  readonly audiences: readonly string[];
  readonly deadlines: readonly string[];
  readonly commands: readonly string[];
  readonly statuses: readonly string[];
}
export type ExpectationRead =
  { readonly ok: true; readonly value: Expectation } | { readonly ok: false; readonly message: string };

const kinds: readonly Told[] = ['page', 'remind', 'announce', 'tell'];
const beginnings = [
  'at',
  'by',
  'no',
  'never',
  'only',
  'nobody',
  'missed',
  'met',
  'exhausted',
  'refused',
  'status',
  ...kinds,
];
const form =
  'expected a line such as "at 3m page giorgos", "by 5m page ana, bruno", "no page after 7m", "never page hana", "missed response", "met response at 7m late 2m", "exhausted response", "nobody at 5m", "refused deploy" or "status resolved"';

/** Reads one line. Never throws. */
export function readExpectation(line: string, names: ExpectationNames, moments: Moments): ExpectationRead {
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
    private readonly moments: Moments,
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
        `${first === '' ? 'this line is empty' : `"${first.slice(0, 40)}" begins no expectation`}${close === undefined ? '' : `; did you mean ${close}?`}; ${form}`,
      );
    }
    const value = this.expectation();
    if (this.words.length > 0) throw new Unreadable(`"${this.words[0]}" was not understood; ${form}`);
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
        return { type: 'refused', command: this.name('command', this.names.commands) };
      case 'status':
        return { type: 'status', status: this.name('status', this.names.statuses) };
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
    const kind = this.kind(word);
    const people = this.people(kind, true);
    return { type: 'not-told', kind, people, ...this.whenAndOf(time) };
  }

  private told(kind: Told, time: ExpectedTime | undefined, only: boolean): Expectation {
    const exactly = only || this.accept('only');
    const people = this.people(kind, false);
    return { type: 'told', kind, people, only: exactly, ...this.whenAndOf(time) };
  }

  private promise(type: 'missed' | 'met' | 'exhausted', holds: boolean, time: ExpectedTime | undefined): Expectation {
    const named = this.words[0] !== undefined && !['at', 'by', 'after', 'before', 'late'].includes(this.words[0]);
    const deadline = named ? { deadline: this.name('deadline', this.names.deadlines) } : {};
    const when = this.time(time);
    const late = this.accept('late') ? { late: this.length() } : {};
    return { type, holds, ...deadline, time: when, ...late };
  }

  private length(): number {
    const text = this.take();
    const length = parseDuration(text);
    if (!length.ok) throw new Unreadable(`late: ${length.message}`);
    return length.value;
  }

  private leadingTime(): ExpectedTime | undefined {
    return this.words[0] === 'at' || this.words[0] === 'by' ? this.time(undefined) : undefined;
  }
  private time(before: ExpectedTime | undefined): ExpectedTime {
    const when = (['at', 'by', 'after', 'before'] as const).find((word) => word === this.words[0]);
    if (when === undefined) return before ?? { when: 'ever' };
    if (before !== undefined) throw new Unreadable(`it says twice when: "${when}" comes after a time already`);
    this.take();
    const written = this.take();
    const read = momentOf(written, this.moments);
    if (!read.ok) throw new Unreadable(`${when}: ${read.message}`);
    return { when, at: read.at, written };
  }

  private kind(word: string): Told {
    const found = kinds.find((kind) => kind === word);
    if (found !== undefined) return found;
    if (word === '') throw new Unreadable(form);
    if (beginnings.includes(word)) throw new Unreadable(`"${word}" cannot stand there; ${form}`);
    throw new Unreadable(unknownName('word', word, beginnings));
  }

  private people(kind: Told, maybeNone: boolean): string[] {
    const names = kind === 'announce' ? this.names.audiences : this.names.people;
    const found: string[] = [];
    if (maybeNone && (this.words.length === 0 || ['at', 'by', 'after', 'before', 'of'].includes(this.words[0]!)))
      return found;
    this.accept('to');
    do found.push(this.name(kind === 'announce' ? 'audience' : 'person', names));
    while (this.accept(',') || this.accept('and'));
    return found;
  }
  private whenAndOf(before: ExpectedTime | undefined): { time: ExpectedTime; of?: string } {
    const of = this.of();
    const time = this.time(before);
    return { time, ...of, ...this.of() };
  }
  private of(): { of?: string } {
    return this.accept('of') ? { of: this.name('deadline', this.names.deadlines) } : {};
  }

  private name(what: string, known: readonly string[]): string {
    const word = this.take();
    if (word === '')
      throw new Unreadable(`which ${what}? ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', ...' : ''}`);
    if (!known.includes(word)) throw new Unreadable(unknownName(what, word, known));
    return word;
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
