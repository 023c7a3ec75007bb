/** Owns freezes in words: the table of their times, and what holds a release now. Knows no HTTP. */
import type { FreezeRow, FreezesPage, FrozenView } from '../../contracts/view';
import { counted, localTime, zoneName } from '../terminal/format';
import { table, type Layout } from '../terminal/table';
import { cleanLine } from '../terminal/text';
import { headedClock } from '../client/when';

/** Each time of each freeze, on the clock of the calendar. */
export function freezeTable({ items, zone }: FreezesPage, now: number, layout: Layout): string[] {
  const clock = headedClock(zone, now);
  const time = (instant: string) => clock(Date.parse(instant));
  return table<FreezeRow>(
    [
      {
        title: `FROM (${zoneName(zone, now)})`,
        cell: ({ from }) => time(from),
        tone: ({ inForce }) => (inForce ? 'warn' : 'plain'),
      },
      { title: 'UNTIL', cell: ({ until }) => time(until) },
      { title: 'FREEZE', cell: ({ id }) => id },
      { title: 'WHAT FOR', cell: ({ title }) => cleanLine(title), gives: 'wrap' },
      { title: 'HOLDS', cell: heldWords, wide: true },
      { title: 'MAY DEPLOY', cell: ({ allow }) => allow.join(', ') || 'nobody', wide: true },
    ],
    items,
    layout,
  );
}

function heldWords({ services, templates, exempt }: FreezeRow): string {
  const what = [...(services ?? []), ...(templates ?? [])].join(', ') || 'everything';
  return exempt.length === 0 ? what : `${what}, not ${exempt.join(', ')}`;
}

/**
 * Why the list may not be what freezes.yaml says on disk, and what to do; undefined when the file
 * is in force.
 */
export function notInForce({ configuration }: FreezesPage, now: number): string | undefined {
  if (configuration.ok) return undefined;
  const { since, errors } = configuration;
  const [first] = errors;
  const what = first === undefined ? '' : ` ${first.file}:${first.line}:${first.column}: ${cleanLine(first.message)}`;
  const more = errors.length > 1 ? ` (and ${counted(errors.length - 1, 'more error')})` : '';
  return [
    `freezes.yaml may say otherwise on disk: since ${localTime(Date.parse(since), now)} the changed files are refused,`,
    `and those from before stay in force:${what}${more}.`,
    'Mend them, and they are read again by themselves; what is new in another file, such as a template, counts',
    'after a restart of Muster. `muster config check` lists all errors',
  ].join(' ');
}

/** What holds a release now: until when, what for, and who may deploy all the same. */
export function frozenLines({ freezes, freeAt }: FrozenView, now: number): string[] {
  const free =
    freeAt === null ? 'no end within 400 days' : `until ${localTime(Date.parse(freeAt), now, { date: true })}`;
  return freezes.map(({ title, id, allow }, index) => {
    const who =
      allow.length === 0 ? 'nobody may deploy' : `only ${allow.join(', ')} may deploy, with --override "reason"`;
    return `${index === 0 ? `${free}: ` : ''}${cleanLine(title)} (${id}; ${who})`;
  });
}
