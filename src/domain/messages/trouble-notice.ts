/**
 * Owns what people are told of processes that were ended in Temporal by no command, and of
 * workflows that stand still: the words, and whom it concerns. Pure.
 */
import type { Ending } from '../../contracts/statuses';
import type { NoticeAbout, Trouble, TroubleNotice } from '../model';
import { cut } from '../alerts/mapping';
import { noLevel } from '../state/severity';
import { oneLine } from '../text/one-line';
import { iso } from '../time/instants';
import { drillMark } from './message-body';
import type { PlainNotice } from './plain-notice';

/** How many of each kind a message names. */
const mostNamed = 10;
/** People and services of a notice: a message to a whole organisation helps nobody. */
const mostAbout = 50;

/** How a process ended by no command, as words after `was`. */
export const endingWords = (how: Ending): string => `${how.replace('-', ' ')} in Temporal`;

/**
 * Whose troubles these are: the admins, whoever is on call for the services, and who has the
 * processes.
 */
export function troubleAbout({ troubles }: TroubleNotice): NoticeAbout {
  const each = (names: readonly string[]) => [...new Set(names)].slice(0, mostAbout);
  return {
    services: each(troubles.flatMap(({ services }) => services)),
    people: each([
      ...troubles.flatMap(({ admins = [] }) => admins),
      ...troubles.flatMap(({ holder }) => (holder === undefined ? [] : [holder])),
    ]),
  };
}

/** The words, for every reader the same. Those come first that nobody had answered. */
export function troubleText({ troubles, further }: TroubleNotice): string {
  const still = troubles.filter(({ what }) => what === 'stands-still');
  const ended = troubles
    .filter(({ what }) => what !== 'stands-still')
    .sort((a, b) => Number(b.unanswered ?? false) - Number(a.unanswered ?? false));
  return [
    ...(ended.length === 0
      ? []
      : [
          `${counted(ended.length, 'process was', 'processes were')} ended in Temporal by no command: nobody is paged, reminded or told anything for ${ended.length === 1 ? 'it' : 'them'} any more`,
          ...named(ended),
          `What still goes on has to begin anew. See one: muster ${ended[0]!.process?.kind ?? 'incident'} show ${ended[0]!.id}`,
        ]),
    ...(still.length === 0
      ? []
      : [
          `${counted(still.length, 'workflow stands', 'workflows stand')} still, because the code that runs cannot go on with ${still.length === 1 ? 'it' : 'them'}: nothing is sent until it can`,
          ...named(still),
          'Go back to the earlier build (docs/upgrading.md). /readyz has the list under stuck',
        ]),
    ...(further === 0 ? [] : [`There were ${further} more than Muster keeps`]),
  ].join('\n');
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

function named(troubles: readonly Trouble[]): string[] {
  const more = troubles.length - mostNamed;
  return [...troubles.slice(0, mostNamed).map(lineOf), ...(more > 0 ? [`and ${more} more`] : [])];
}

function lineOf({ id, what, at, because, process, unanswered }: Trouble): string {
  const facts = process === undefined ? '' : ` ${factsOf(process)}`;
  const since = at === undefined ? '' : ` ${what === 'stands-still' ? 'since' : 'at'} ${clock(at)}`;
  const how = what === 'stands-still' ? `stands still${since}` : `${what.replace('-', ' ')}${since}`;
  const why = because === undefined || because === '' ? '' : ` (${cut(oneLine(because), 200)})`;
  return `${id}${facts}: ${how}${unanswered ? ', nobody had answered' : ''}${why}`;
}

function factsOf({ drill, severity, title, status }: NonNullable<Trouble['process']>): string {
  const level = severity === noLevel ? '' : `[${severity}] `;
  return `${drill ? drillMark : ''}${level}${cut(oneLine(title), 120)} (${status})`;
}

const clock = (at: number): string => `${iso(at).slice(0, 16).replace('T', ' ')} UTC`;

/** The notice as a message about no process. */
export function troubleNotice(notice: TroubleNotice): PlainNotice {
  return {
    ...{ key: notice.key, at: notice.at, id: 'troubles', title: 'Processes that Muster no longer runs' },
    text: troubleText(notice),
    why: 'you keep Muster, are on call for a service of one of these, or have one of them',
  };
}
