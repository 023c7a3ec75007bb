/**
 * What the receiver of the pages must have got of incidents that nobody answers: the oracle of the
 * cluster's faults. Works from the pages alone, after the fact.
 */
import type { Page } from '../e2e/muster';

/** The response ladder of the shipped template: its four rungs. */
const rungs = ['1', '2', '3', '4'];

/** By rung of the response ladder: the people whom it pages. */
export type Reached = Readonly<Record<string, readonly string[]>>;

/**
 * The pages of the response ladder of an incident: by rung the people, each as often as under
 * different keys. A message of several rungs that fired together counts for each of them, a repeat
 * of the last rung for that rung.
 */
export function reachedBy(pages: readonly Page[], incident: string): Reached {
  const byKey = new Map(pages.filter(({ process }) => process.id === incident).map((page) => [page.key, page]));
  const reached: Record<string, string[]> = {};
  for (const page of byKey.values()) for (const rung of rungsOf(page)) (reached[rung] ??= []).push(page.recipient);
  return Object.fromEntries(Object.entries(reached).map(([rung, people]) => [rung, people.sort()]));
}

/**
 * The rungs of the response ladder that a page names, as `1` or `4+2`. The second line names every
 * rung of the message: `Why you: you are the CTO, on rung 3 of response, rung 1 of phase
 * Assessment`.
 */
function rungsOf({ text }: Page): string[] {
  const why = text.split('\n').find((line) => line.startsWith('Why you: ')) ?? '';
  return [...why.matchAll(/\brung (\d+(?:\+\d+)?) of response\b/g)].map(([, rung]) => rung!);
}

/**
 * What is wrong with the pages of the incidents, as sentences. `whole`: what an incident without
 * any fault reached. `acrossBuilds`: an earlier build has other words and links, and each link
 * counts; whom it tells of which rung, and when, is the same.
 */
export function faultsOf(
  pages: readonly Page[],
  incidents: readonly string[],
  whole: Reached,
  { acrossBuilds = false } = {},
): string[] {
  const faults: string[] = [];
  const bodies = new Map<string, string>();
  for (const page of pages) {
    if (page.arrivedAt < Date.parse(page.nominalAt)) faults.push(`${page.key} came before ${page.nominalAt}`);
    const { arrivedAt: _, ...body } = page;
    const bytes = JSON.stringify(acrossBuilds ? promisedBy(page) : body);
    if ((bodies.get(page.key) ?? bytes) !== bytes) faults.push(`${page.key} came twice with different content`);
    bodies.set(page.key, bytes);
  }
  for (const incident of incidents) {
    const reached = reachedBy(pages, incident);
    for (const rung of rungs) {
      const told = new Set(people(reached, rung));
      for (const person of people(whole, rung))
        if (!told.has(person)) faults.push(`${incident}: ${person} was not told of rung ${rung}`);
    }
    for (const [rung, told] of Object.entries(reached))
      if (new Set(told).size < told.length)
        faults.push(`${incident}: rung ${rung} told somebody twice: ${told.join(', ')}`);
  }
  return faults;
}

/** What a page says whatever build sends it. */
function promisedBy({ kind, recipient, rung, nominalAt, deadlines, process }: Page) {
  return { kind, recipient, rung, nominalAt, process: process.id, due: deadlines.map(({ id, dueAt }) => [id, dueAt]) };
}

// Of missed repeats only the last counts, and it counts for the rung that it repeats.
function people(reached: Reached, rung: string): readonly string[] {
  return Object.entries(reached).flatMap(([name, told]) => (name.split('+')[0] === rung ? told : []));
}

/** Whether the first repeat of the last rung was told, so that everything before was told too. */
export function isWhole(reached: Reached): boolean {
  return reached['4+1'] !== undefined;
}
