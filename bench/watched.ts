/**
 * What it costs that many people watch one incident: how soon each of them hears of an event, and
 * how much more of the processor Muster needs than for one of them. Whoever watches is in this
 * process, Muster in another.
 */
import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { declareBody, post } from './paced';
import type { Sides } from './sides';
import { atMost, median, type Row } from './table';

const viewers = 500;
const rounds = 3;
const events = 10;
const everyMs = 2_000;

export async function watched(sides: Sides): Promise<Row[]> {
  const { client, url } = sides;
  const { id } = (await post(`${url}/v1/incidents`, declareBody)) as { id: string };
  const late: number[] = [];
  const used: { readonly one: number; readonly many: number }[] = [];
  // What a program does for the first time costs more.
  await measure(sides, id, viewers, 2);
  // In turns, so that a machine that becomes slower does so for both.
  for (let round = 0; round < rounds; round++) {
    const one = await measure(sides, id, 1, events);
    const many = await measure(sides, id, viewers, events);
    late.push(...many.lateMs);
    used.push({ one: one.cpu, many: many.cpu });
  }
  await client.workflow.getHandle(id).terminate('measured');
  const ratios = used.map(({ one, many }) => many / one);
  const seconds = used.map(({ one, many }) => `${many.toFixed(2)} s to ${one.toFixed(2)} s`).join(', ');
  return [
    atMost(
      `an event is seen by ${viewers} viewers, the last of them`,
      Math.max(...late),
      1_000,
      ' ms',
      `from the command on; median ${Math.round(median(late))} ms, ${late.length} seen`,
    ),
    atMost(`CPU of Muster with ${viewers} viewers against one`, median(ratios), 1.5, 'x', `in each round: ${seconds}`),
  ];
}

/** The CPU seconds of Muster while so many watch, and how late each of them saw each event. */
async function measure({ url, cpu }: Sides, id: string, count: number, eventCount: number) {
  const all = await Promise.all(Array.from({ length: count }, () => Viewer.open(`${url}/v1/stream?process=${id}`)));
  await wait(3_000);
  const before = cpu()?.muster ?? NaN;
  const lateMs: number[] = [];
  for (let event = 0; event < eventCount; event++) {
    const began = performance.now();
    const text = `event ${event} of ${began}`;
    await post(`${url}/v1/incidents/${id}/comment`, { text });
    await wait(Math.max(0, began + everyMs - performance.now()));
    lateMs.push(...all.map((viewer) => (viewer.seen.get(text) ?? Infinity) - began));
  }
  const used = (cpu()?.muster ?? NaN) - before;
  for (const viewer of all) viewer.close();
  await wait(500);
  return { cpu: used, lateMs };
}

class Viewer {
  /** By the text of a comment: when it came. */
  readonly seen = new Map<string, number>();

  private constructor(
    private readonly asked: ClientRequest,
    answer: IncomingMessage,
  ) {
    // Finding the text in JSON that is not read: 500 readers are not to take the machine.
    const parser = createParser({
      onEvent: ({ data }) => {
        const [text] = /event \d+ of [\d.]+/.exec(data.slice(data.indexOf('"entries":'))) ?? [];
        if (text !== undefined && !this.seen.has(text)) this.seen.set(text, performance.now());
      },
    });
    answer
      .setEncoding('utf8')
      .on('data', (chunk: string) => parser.feed(chunk))
      .on('error', () => undefined);
  }

  static open(address: string): Promise<Viewer> {
    return new Promise((resolve, reject) => {
      const asked = get(address, { agent: false }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`${address} answered ${answer.statusCode}`));
        const viewer = new Viewer(asked, answer);
        answer.once('data', () => resolve(viewer));
      });
      asked.on('error', reject);
    });
  }

  close(): void {
    this.asked.destroy();
  }
}
