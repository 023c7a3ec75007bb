/**
 * What a storm of alerts does, counted at the sink: 500 alerts about one service, alerts about 100
 * services of one team to one person, and alerts about 100 services of as many people, beside the
 * raw SDK that starts as many workflows with one activity each. Meanwhile other deadlines must not
 * be late. Alerts come in by their door, as a sender sends them.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { policyOf } from '../src/config/in-force';
import { instantsAhead, oursLate } from './lateness';
import {
  floorQueue,
  serviceOfOne,
  serviceOfTeam,
  stormed,
  stormedPerson,
  stormRounds,
  type Arrival,
  type Sides,
} from './sides';
import { atMost, percentile, ratioRow, type Round, type Row } from './table';

const alerts = 500;
const spreadMs = 10_000;
const minuteMs = 60_000;
/** After this time what has not come counts as lost. */
const patienceMs = 90_000;
/** Open deadlines that have nothing to do with the storm. */
const unrelated = { open: 50, spreadMs: 10_000, leadMs: 10_000 };

export async function storm(sides: Sides): Promise<Row[]> {
  const senders = new Agent({ connections: alerts, headersTimeout: patienceMs });
  const door: Door = { sides, senders };
  try {
    return [...(await oneService(door)), ...(await everybody(door)), ...(await oneTeam(door))];
  } finally {
    await senders.close();
  }
}

interface Door {
  readonly sides: Sides;
  readonly senders: Agent;
}

/** Sends one alert of level P1; whether it was taken. */
async function alert({ sides, senders }: Door, service: string, key: string): Promise<boolean> {
  const { statusCode, body } = await request(`${sides.url}/v1/alerts/scripts`, {
    dispatcher: senders,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key, state: 'firing', title: `${service} fails`, service, severity: 'P1' }),
  });
  await body.dump();
  return statusCode === 202;
}

/** Sends the alerts evenly over ten seconds, however slow the answers; how many were refused. */
async function spread(door: Door, serviceOf: (index: number) => string): Promise<number> {
  const began = Date.now();
  const taken = await Promise.all(
    Array.from({ length: alerts }, async (_, index) => {
      await wait(Math.max(0, began + (index * spreadMs) / alerts - Date.now()));
      return alert(door, serviceOf(index), `${serviceOf(index)}/${index}`);
    }),
  );
  return taken.filter((one) => !one).length;
}

/** The open incidents about a service. */
async function incidentsAbout({ sides }: Door, service: string): Promise<string[]> {
  const { body } = await request(`${sides.url}/v1/incidents?service=${service}&limit=100`);
  return ((await body.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await holds()) && Date.now() < end;) await wait(50);
}

/** The pages in an arrival. */
const pagesIn = (arrival: Arrival) => arrival.gathered ?? [arrival];

async function oneService(door: Door): Promise<Row[]> {
  const service = serviceOfOne(0, stormed - 1);
  const { arrivals } = door.sides;
  const from = arrivals.length;
  const refused = await spread(door, () => service);
  await until(async () => (await incidentsAbout(door, service)).length > 0);
  await wait(5_000);
  const ids = await incidentsAbout(door, service);
  const pages = arrivals.slice(from).filter(({ kind, process }) => kind === 'page' && ids.includes(process.id));
  return [
    atMost(`refused of ${alerts} alerts about one service within 10 s`, refused, 0),
    exactly('their incidents', ids.length, 1),
    { ...atMost('their pages', pages.length, 3), ok: pages.length >= 1 && pages.length <= 3 },
  ];
}

/** Everybody is paged: an incident for each of 100 services, each with a primary of its own. */
async function everybody(door: Door): Promise<Row[]> {
  const rounds: Round[] = [];
  let lost = 0;
  for (let round = 0; round < stormRounds; round++) {
    const took = { ours: NaN, floor: NaN };
    for (const side of round % 2 === 0 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)) {
      took[side] = side === 'floor' ? await floorTakes(door.sides) : await oursTakes(door, round);
      await wait(2_000);
    }
    if (!Number.isFinite(took.ours)) lost += 1;
    rounds.push(took);
  }
  return [
    ratioRow(`until everybody is paged about ${personally} services, as many people`, rounds, 3),
    atMost('rounds in which a page was lost', lost, 0),
  ];
}
/** The service of the last person has an incident already. */
const personally = stormed - 1;

async function floorTakes({ client, floorArrivals }: Sides): Promise<number> {
  floorArrivals.length = 0;
  const began = Date.now();
  await Promise.all(
    Array.from({ length: personally }, () =>
      client.workflow.start('floorDeadline', {
        workflowId: `floor-${randomUUID()}`,
        taskQueue: floorQueue,
        args: [began],
      }),
    ),
  );
  await until(() => floorArrivals.length >= personally);
  return Math.max(...floorArrivals.map(({ at }) => at)) - began;
}

async function oursTakes(door: Door, round: number): Promise<number> {
  const { arrivals } = door.sides;
  const from = arrivals.length;
  const began = Date.now();
  await Promise.all(
    Array.from({ length: personally }, (_, index) => alert(door, serviceOfOne(round, index), `each-${round}-${index}`)),
  );
  const paged = () => {
    const people = new Map<string, number>();
    for (const { kind, recipient, at } of arrivals.slice(from))
      if (kind === 'page' && /^p\d+$/.test(recipient) && !people.has(recipient)) people.set(recipient, at);
    return people;
  };
  await until(() => paged().size >= personally);
  const instants = [...paged().values()];
  return instants.length < personally ? Infinity : Math.max(...instants) - began;
}

/**
 * One person is paged about 100 services, and 50 deadlines of others come meanwhile; before that
 * the same 50 in calm.
 */
async function oneTeam(door: Door): Promise<Row[]> {
  const { sides } = door;
  const { arrivals } = sides;
  const policy = policyOf(sides.config, 'incident', Date.now());
  const calm = (await oursLate(sides, instantsAhead(unrelated), policy)).late;
  const from = arrivals.length;
  const deadlines = oursLate(sides, instantsAhead(unrelated), policy, patienceMs);
  await wait(unrelated.leadMs - 1_000);
  const began = Date.now();
  const refused = await spread(door, (index) => serviceOfTeam(index % stormed));
  const messages = () =>
    arrivals.slice(from).filter(({ kind, recipient }) => kind === 'page' && recipient === stormedPerson);
  const named = () =>
    new Set(
      messages()
        .flatMap(pagesIn)
        .map(({ process }) => process.id),
    );
  await until(() => named().size >= stormed);
  const lastNamed = Date.now() - began;
  const late = (await deadlines).late;
  const first = messages()[0]?.at ?? NaN;
  await wait(Math.max(0, first + minuteMs - Date.now()));
  const inFirstMinute = messages().filter(({ at }) => at < first + minuteMs);
  const pages = messages().flatMap(pagesIn);
  const inMs = (values: readonly number[], share: number): number => Math.max(1, percentile(values, share));
  return [
    atMost(`refused of ${alerts} alerts about ${stormed} services of one team within 10 s`, refused, 0),
    exactly('incidents of which one person heard', named().size, stormed),
    exactly('their pages, each named once', pages.length, stormed),
    exactly(
      'of these with an acknowledge link of its own',
      new Set(pages.flatMap(({ ackUrl }) => ackUrl ?? [])).size,
      stormed,
    ),
    atMost(
      'messages to that person in the first minute',
      inFirstMinute.length,
      5,
      '',
      `the last is named after ${lastNamed / 1_000} s`,
    ),
    ratioRow(
      '50 unrelated deadlines meanwhile, lateness p99',
      [{ ours: inMs(late, 0.99), floor: inMs(calm, 0.99) }],
      3,
      'floor: in calm',
    ),
    ratioRow('the same, p50', [{ ours: inMs(late, 0.5), floor: inMs(calm, 0.5) }], 3, 'floor: in calm'),
  ];
}

function exactly(what: string, measured: number, wanted: number): Row {
  return { what, measured: String(measured), allowed: `= ${wanted}`, ok: measured === wanted };
}
