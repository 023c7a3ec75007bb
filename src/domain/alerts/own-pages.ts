/**
 * Owns how a page of Muster is known that a pager tells of, and who answered it there. Pure;
 * whether the answer counts, the process says that sent the page
 * (engine/commands/answered-page.ts).
 */
import { addressedAs } from '../state/addresses';
import type { Alert, AlertSays, AnswerRequest, Directory, Ruling } from '../model';
import { given } from '../../given';

const processId = '(?:INC|REL)-\\d{4}-\\d{2}-\\d{2}-\\d{3,}';
/** The key of a message, or of the test of a channel (messageKey, identityOf). */
const ownKey = new RegExp(`^(?:(${processId})(?:-[0-9a-f]{12})?|(TEST)-[0-9a-f]{8})/`);
/** How PagerDuty shows the title of a page. */
const ownTitle = new RegExp(`\\((${processId})\\)$`);

/**
 * The ruling on an alert that is a page of Muster; undefined for every other alert. Only for a
 * pager: a page that came back as an alert would page again, without end. `channels`: those over
 * which pages to this pager leave.
 */
export function pageRuling(
  { key, title }: Pick<Alert, 'key' | 'title'>,
  channels: readonly string[],
): Ruling | undefined {
  const [found, process, test] = ownKey.exec(key) ?? [];
  if (found !== undefined) return { do: 'page', process: process ?? test!, channels };
  const [, titled] = ownTitle.exec(title) ?? [];
  if (titled === undefined) return undefined;
  return {
    do: 'unmatched',
    because: `its title is that of a page of ${titled}, but the key is not, so nobody can answer it there: let the pager keep each alert apart`,
  };
}

/**
 * Whether somebody answered a page of `process` by this. Whoever closes it at the pager has seen it
 * too. What a program does says nothing of a person: Muster itself closes what is over there. Only
 * an incident waits for an answer.
 */
export function answersPage(
  { says, by = [] }: { readonly says: AlertSays; readonly by: Alert['by'] | undefined },
  process: string,
): boolean {
  return says !== 'firing' && by.length > 0 && process.startsWith('INC-');
}

/**
 * Who answered: the person whom people.yaml knows by one of the pager's words, else the person to
 * whom the page went. `name`: the pager's word, where people.yaml does not know it. Undefined when
 * the key is too long to say to whom the page went.
 */
export function answererOf(
  { key, by }: Pick<AnswerRequest, 'key' | 'by'>,
  people: Directory['people'],
): { readonly person: string; readonly name?: string } | undefined {
  for (const word of by) {
    const known = onlyOne(people, ({ addresses }) => addressedAs(addresses, word));
    if (known !== undefined) return { person: known };
  }
  for (const word of by) {
    const known = onlyOne(people, ({ name }) => same(name, word));
    if (known !== undefined) return { person: known };
  }
  if (/#[0-9a-f]{16}$/.test(key)) return undefined;
  const person = key.split('/').at(-2);
  return person === undefined ? undefined : { person, ...given({ name: by[0] }) };
}

type Person = Directory['people'][string];
// Two people of one name or address are none.
function onlyOne(people: Directory['people'], fits: (person: Person) => boolean): string | undefined {
  const found = Object.keys(people).filter((id) => fits(people[id]!));
  return found.length === 1 ? found[0] : undefined;
}

const same = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase();
