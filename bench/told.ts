/**
 * Whether people hear the end soon, and whether nobody is tried on after an answer. Pages 200
 * people at once, resolves, and times the news to the last of them. Pages a person over a receiver
 * that hangs, lets the person acknowledge, and times the last attempt.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { post } from './paced';
import { crowd, crowdRole, type Sides, unanswered } from './sides';
import { atMost, percentile, type Row } from './table';

const patienceMs = 60_000;
const second = 1_000;
const rounds = 3;
/** How long after the acknowledgement attempts would still be seen: the pauses grow to a minute. */
const watchedMs = 65_000;

export async function told(sides: Sides): Promise<Row[]> {
  const ends: { pagedMs: number; toldMs: number }[] = [];
  for (let round = 0; round < rounds; round++) ends.push(await crowdHears(sides));
  const last = (pick: (one: (typeof ends)[number]) => number) => percentile(ends.map(pick), 1) / second;
  const hanging = await hangingPage(sides);
  return [
    atMost(
      `${crowd} people are paged by hand, to the last`,
      last(({ pagedMs }) => pagedMs),
      10,
      ' s',
      `worst of ${rounds}`,
    ),
    atMost(
      'they hear the end, to the last',
      last(({ toldMs }) => toldMs),
      10,
      ' s',
      `worst of ${rounds}`,
    ),
    atMost('attempts that begin after the acknowledgement', hanging.after, 0, '', `${hanging.before} before`),
    atMost('acknowledge to the end of the last attempt, receiver hangs', hanging.endedMs / second, 16, ' s'),
  ];
}

async function crowdHears({ url, arrivals }: Sides): Promise<{ pagedMs: number; toldMs: number }> {
  const { id } = (await post(`${url}/v1/incidents`, {
    title: 'All hands',
    severity: 'P2',
    services: ['payments'],
  })) as {
    id: string;
  };
  const of = (subject: string) =>
    arrivals
      .filter(({ process, key }) => process.id === id && key.includes(`/${subject}/`) && key.includes('/p'))
      .map(({ at }) => at);
  const all = async (subject: string, since: number) => {
    while (of(subject).length < crowd && Date.now() - since < patienceMs) await wait(20);
    return of(subject).length < crowd ? Infinity : Math.max(...of(subject)) - since;
  };
  const called = Date.now();
  await post(`${url}/v1/incidents/${id}/escalate`, { reason: 'everybody', to: [crowdRole] });
  const pagedMs = await all('event', called);
  const ended = Date.now();
  await post(`${url}/v1/incidents/${id}/cancel`, { reason: 'false alarm' });
  return { pagedMs, toldMs: await all('news', ended) };
}

async function hangingPage({ url, hangs }: Sides): Promise<{ before: number; after: number; endedMs: number }> {
  const { id } = (await post(`${url}/v1/incidents`, { title: 'Hanging', severity: 'P2', services: ['payments'] })) as {
    id: string;
  };
  await post(`${url}/v1/incidents/${id}/escalate`, { reason: 'help', to: [unanswered] });
  while (hangs.length === 0) await wait(20);
  await wait(3 * second);
  const acknowledged = Date.now();
  await post(`${url}/v1/incidents/${id}/acknowledge`, {}, unanswered);
  await wait(watchedMs);
  const after = hangs.filter(({ at }) => at > acknowledged).length;
  const endedMs = Math.max(...hangs.map(({ endedAt = Date.now() }) => endedAt)) - acknowledged;
  await post(`${url}/v1/incidents/${id}/cancel`, { reason: 'measured' });
  return { before: hangs.length - after, after, endedMs };
}
