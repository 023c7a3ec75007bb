/**
 * Owns Muster as the senders' tests run it, with a source for each shape that they send, and the
 * questions about what came of their requests: alerts, incidents, pages that arrived.
 */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AlertPage, AlertRow } from '../../src/contracts/view';
import { configFor, freePort, Muster, removeFolder, Sink, until, type Page } from '../e2e/muster';

/** What senders show: PagerDuty's keys have 32 characters. */
export const senderKey = '0123456789abcdef0123456789abcdef';
/** Generous: the machine may be busy, and a retry of a sender may have to come round. */
const patienceMs = 60_000;

export class Receiving {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly sink: Sink,
    private muster: Muster,
  ) {}

  /** `services`: besides the shipped ones, of the team platform, whose primary is fatima. */
  static async open(services: readonly string[]): Promise<Receiving> {
    const sink = await Sink.open();
    const folder = await configFor(sink, '20m');
    const added = services.map((service) => `  ${service}: { team: platform }\n`).join('');
    await appendFile(join(folder, 'config', 'services.yaml'), added);
    await addSources(join(folder, 'config', 'alerts.yaml'));
    const port = await freePort();
    const receiving = new Receiving(folder, port, sink, launch(folder, port));
    await receiving.muster.ready().catch(async (error: unknown) => {
      await receiving.close();
      throw error;
    });
    return receiving;
  }
  get url(): string {
    return this.muster.url;
  }
  /** No process may outlive its test. */
  async close(): Promise<void> {
    await this.muster.end();
    await this.sink.close();
    await removeFolder(this.folder);
  }

  /** A power cut: Muster and its Temporal server die at once. */
  kill9(): Promise<void> {
    return this.muster.kill9();
  }
  async startAgain(): Promise<void> {
    this.muster = launch(this.folder, this.port);
    await this.muster.ready();
  }

  /** The alerts about a service, by title. */
  async alerts(service: string): Promise<AlertRow[]> {
    const { body } = await this.muster.get(`/v1/alerts?service=${service}&limit=500`);
    const { items } = body as unknown as AlertPage;
    return items.sort((one, other) => (one.title < other.title ? -1 : 1));
  }
  /** Waits until the alerts about a service are these: `title state`, by title. */
  async alertsAre(service: string, expected: readonly string[]): Promise<void> {
    await eventually(
      async () => (await this.alerts(service)).map(({ title, state }) => `${title} ${state}`),
      (rows) => JSON.stringify(rows) === JSON.stringify([...expected].sort()),
      `the alerts about ${service} to be ${expected.join(', ')}`,
    );
  }
  /** Waits for the incident about a service; every alert about the service is in it. */
  async incidentAbout(service: string): Promise<string> {
    const ids = await eventually(
      async () => (await this.alerts(service)).map(({ incident }) => incident),
      (found) => found.length > 0 && found.every((id) => id !== undefined),
      `every alert about ${service} to have an incident`,
    );
    expect(new Set(ids).size).toBe(1);
    return ids[0]!;
  }
  /** Waits until the incident has this status. */
  async becomes(incident: string, status: string): Promise<void> {
    await eventually(
      async () => (await this.muster.get(`/v1/incidents/${incident}`)).body['status'],
      (found) => found === status,
      `${incident} to be ${status}`,
    );
  }
  /**
   * Waits for the end of an incident that nobody has acknowledged: it resolves by itself after the
   * last of its alerts has ended, it is the one incident about the service, and one person was
   * paged once. Answers the source that ended it.
   */
  async isOver(incident: string, service: string): Promise<string | undefined> {
    await this.becomes(incident, 'resolved');
    const { body: view } = await this.muster.get(`/v1/incidents/${incident}`);
    for (const { endedAt = 'never' } of await this.alerts(service))
      expect([endedAt, endedAt < String(view['resolvedAt'])]).toEqual([endedAt, true]);
    expect(await this.incidentsAbout(service)).toEqual([incident]);
    expect(this.paged(incident)).toEqual(['fatima']);
    const { body } = await this.muster.get(`/v1/incidents/${incident}/timeline`);
    return (body['items'] as { type: string; by?: string }[]).find(({ type }) => type === 'resolved')?.by;
  }
  /** The ids of all incidents about a service, in any status. */
  async incidentsAbout(service: string): Promise<string[]> {
    const { body } = await this.muster.get(`/v1/incidents?service=${service}`);
    return (body['items'] as { id: string }[]).map(({ id }) => id);
  }
  /**
   * Who was paged for the incident, once for each page: one that was on the wire when Muster was
   * killed comes again, under its key.
   */
  private paged(incident: string): string[] {
    return this.pages(incident).map(({ recipient }) => recipient);
  }
  /** Waits for the first page, to the person on call. */
  async pagesFatima(incident: string): Promise<void> {
    await eventually(
      () => Promise.resolve(this.paged(incident)),
      (people) => people.length > 0,
      `a page about ${incident}`,
    );
    expect(this.paged(incident)).toEqual(['fatima']);
    expect(this.sink.refused).toEqual([]);
  }
  private pages(incident: string): Page[] {
    const pages = this.sink.pages.filter(({ process, kind }) => process.id === incident && kind === 'page');
    return pages.filter(({ key }, index) => pages.findIndex((page) => page.key === key) === index);
  }
}

/** Asks until the answer is right; throws with the last answer when that does not happen. */
export async function eventually<Answer>(
  question: () => Promise<Answer>,
  isRight: (answer: Answer) => boolean,
  what: string,
): Promise<Answer> {
  let last: unknown = 'none';
  let answer: Answer | undefined;
  const ask = async () => {
    const one = await question();
    last = one;
    if (isRight(one)) answer = one;
    return isRight(one);
  };
  const happened = await until(
    () =>
      ask().catch((error: unknown) => {
        last = String(error);
        return false;
      }),
    patienceMs,
  );
  if (!happened) throw new Error(`waited in vain for ${what}; the last answer was ${JSON.stringify(last)}`);
  return answer!;
}

function launch(folder: string, port: number): Muster {
  return Muster.launch(folder, port, { SENDER_KEY: senderKey });
}

/** The shipped file, with more sources, and incidents resolve a second after their last alert. */
async function addSources(file: string): Promise<void> {
  const shipped = await readFile(file, 'utf8');
  const entry = '  alertmanager: { preset: alertmanager, ';
  const common = 'severity: P1, resolve-after: 1s';
  const more = [
    `  pager: { preset: pagerduty-events, key: env:SENDER_KEY, ${common} }\n`,
    `  genie: { preset: opsgenie-api, key: env:SENDER_KEY, ${common} }\n`,
    `  victor: { preset: victorops, key: env:SENDER_KEY, ${common} }\n`,
    `  direct: { preset: prometheus, ${common} }\n`,
  ];
  const changed = shipped.replace(entry, `${more.join('')}${entry}resolve-after: 1s, `);
  if (changed === shipped) throw new Error('alerts.yaml is not as this test expects it');
  await writeFile(file, changed);
}
