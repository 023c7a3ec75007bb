/**
 * Owns in which words it is said how the messages of two policies differ. Plain code, for terminals
 * and pages alike: each writes lengths in its own way.
 */

/** How the messages to one person about one deadline differ; instants in ms after the beginning. */
export interface Change {
  readonly change: string;
  readonly name: string;
  readonly person: string;
  readonly deadline: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly kindBefore: string | null;
  readonly kindAfter: string | null;
  readonly number?: number;
  readonly alone?: number;
  readonly countBefore: number;
  readonly countAfter: number;
  readonly pagesBefore: number;
  readonly pagesAfter: number;
  readonly until?: number;
}

type Length = (ms: number) => string;

/** `2m earlier`, `never any more`, `2 pages instead of 1`. */
export function changeWords(one: Change, duration: Length): string {
  const { change, before, after, kindAfter, number = 1, alone = 0, until } = one;
  const by = `${duration(Math.abs((after ?? 0) - (before ?? 0)))} ${change}`;
  // The comparison ends here; messages after this instant are unknown.
  const end = until === undefined ? '' : ` before +${duration(until)}`;
  switch (change) {
    case 'earlier':
    case 'later':
      return `${number === 1 ? by : `${ordinal(number)} ${kindAfter === 'page' ? 'page' : 'reminder'} ${by}`}${fewerOrMore(one, ', ')}${end}`;
    case 'gone':
      return until === undefined ? 'never any more' : `not${end}`;
    case 'new':
      return `newly${end}`;
    case 'louder':
      return isTheSame(one) ? 'a reminder becomes a page' : `newly a page${end}`;
    case 'quieter':
      return isTheSame(one) ? 'a page becomes a reminder' : until === undefined ? 'no page any more' : `no page${end}`;
    default:
      return `${fewerOrMore(one)}${end}: ${change === 'more' ? 'also' : 'not'} at +${duration(alone)}`;
  }
}

// Whether the message is the same, judged by its time. A real message comes some seconds after its
// instant.
function isTheSame({ before, after }: Change): boolean {
  return Math.abs((before ?? 0) - (after ?? 0)) < 60_000;
}

function fewerOrMore({ countBefore, countAfter, pagesBefore, pagesAfter }: Change, separator = ''): string {
  const words = (what: string, was: number, is: number) =>
    `${separator}${is} ${is === 1 ? what : `${what}s`} instead of ${was}`;
  if (pagesBefore !== pagesAfter) return words('page', pagesBefore, pagesAfter);
  return countBefore === countAfter ? '' : words('reminder', countBefore - pagesBefore, countAfter - pagesAfter);
}

function ordinal(number: number): string {
  const last = number % 100 > 10 && number % 100 < 14 ? 0 : number % 10;
  return `${number}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}
