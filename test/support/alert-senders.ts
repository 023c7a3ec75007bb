/**
 * Senders of alerts that send the same again until they hear 2xx, as real ones do, and the oracle
 * of what must have come of it: nothing lost, nothing twice.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { AlertPage } from '../../src/contracts/view';
import { within } from '../../src/time-limit';
import { until, type Page } from '../e2e/muster';

/** The alerts.yaml by which each key of the senders has an incident of its own. */
export const alertsByKey =
  'sources: { am: { preset: generic, severity: P2, resolve-after: 1s } }\n' +
  'rules: [{ service: search, group: key }]\n';

export class AlertSenders {
  /** Requests that were answered with 2xx. */
  taken = 0;
  /** Requests that heard nothing, or an error, and were sent again. */
  repeated = 0;
  /** Errors other than 503. */
  readonly odd: string[] = [];
  /** They wait when about so many were taken, so that a fault meets alerts that come in. */
  private limit = 0;

  /**
   * `urls`: of the APIs, one after the other. Each of `keys` keys is sent `times` times; the last
   * time ends the alert of every other key.
   */
  constructor(
    private readonly urls: readonly string[],
    readonly keys: number,
    private readonly times: number,
  ) {}
  get total(): number {
    return this.keys * this.times;
  }

  /**
   * Lets a part of the alerts come in, and answers when half of that part was taken: `part` of
   * `parts`, from 1. False when that does not happen. The last time of each key is in no part.
   */
  async half(part: number, parts: number): Promise<boolean> {
    const size = (this.total - this.keys) / parts;
    this.limit = part * size;
    return until(() => Promise.resolve(this.taken >= (part - 0.5) * size), 90_000);
  }
  /**
   * Which keys fire and have paged nobody, as sentences. An alert that ends before its page, which
   * a death delays by up to half a minute, pages nobody, so the last times wait for the pages.
   */
  async unpaged(get: (path: string) => Promise<{ body: unknown }>, pages: readonly Page[]): Promise<string[]> {
    const { items: incidents = [] } = (await get('/v1/incidents?service=search&limit=100')).body as Incidents;
    return Array.from({ length: this.keys }, (_, index) => titleOf(index)).filter(
      (title) => !incidents.some((incident) => incident.title === title && pages.some(isPageOf(incident.id))),
    );
  }
  /** As `unpaged`, with what Muster says of each: for whoever reads why a test failed. */
  async whyUnpaged(get: (path: string) => Promise<{ body: unknown }>, pages: readonly Page[]): Promise<string[]> {
    const titles = await this.unpaged(get, pages);
    const { items: alerts = [] } = (await get('/v1/alerts?service=search&limit=500')).body as Partial<AlertPage>;
    const { items: incidents = [] } = (await get('/v1/incidents?service=search&limit=100')).body as Incidents;
    const said = titles.slice(0, 3).map(async (title) => {
      const alert = alerts.find((one) => one.title === title);
      const id = incidents.find((one) => one.title === title)?.id ?? alert?.incident;
      const timeline = id === undefined ? 'no incident' : (await get(`/v1/incidents/${id}/timeline?limit=20`)).body;
      return `${title}: ${JSON.stringify({ alert, timeline }).slice(0, 3_000)}`;
    });
    return [...(await Promise.all(said)), ...titles.slice(3)];
  }
  /** Lets the rest come in. */
  letAll(): void {
    this.limit = this.total;
  }

  /** Sends all, eight at a time; a key never at the same time as itself. */
  async sendAll(): Promise<void> {
    const atOnce = 8;
    const sender = async (first: number) => {
      for (let round = 1; round <= this.times; round += 1)
        for (let index = first; index < this.keys; index += atOnce) {
          // A sender may be ahead of the others, and its last times have to wait all the same.
          while (this.taken >= this.limit || (round === this.times && this.limit < this.total)) await wait(20);
          await this.send(index, round === this.times && endsAtLast(index) ? 'resolved' : 'firing');
          await wait(10);
        }
    };
    await Promise.all(Array.from({ length: atOnce }, (_, first) => sender(first)));
  }

  private async send(index: number, state: string): Promise<void> {
    const key = keyOf(index);
    // By its beginning, a firing that is stored after the end is known for what it is.
    const body = JSON.stringify({
      key,
      state,
      title: titleOf(index),
      labels: { key },
      startsAt: '2024-02-01T08:00:00Z',
    });
    for (let turn = index; ; turn += 1) {
      const url = `${this.urls[turn % this.urls.length]!}/v1/alerts/am`;
      const post = (signal: AbortSignal) =>
        fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
      const answer = await within(6_000, [], post).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.ok) break;
      if (answer !== undefined && answer.status !== 503) this.odd.push(`${answer.status} to ${url}`);
      this.repeated += 1;
      await wait(200);
    }
    this.taken += 1;
  }

  /**
   * What is wrong with what came of the alerts, as sentences; it may not have come yet. `get`: asks
   * an API.
   */
  async faults(get: (path: string) => Promise<{ body: unknown }>, pages: readonly Page[]): Promise<string[]> {
    const { items: alerts } = (await get('/v1/alerts?service=search&limit=500')).body as Partial<AlertPage>;
    const { items: incidents } = (await get('/v1/incidents?service=search&limit=100')).body as Incidents;
    if (alerts === undefined || incidents === undefined) return ['the API is not there again yet'];
    return Array.from({ length: this.keys }, (_, index) => index).flatMap((index) => {
      const title = titleOf(index);
      const own = incidents.filter((incident) => incident.title === title);
      const ends = endsAtLast(index);
      const status = ends ? 'resolved' : 'investigating';
      const [incident] = own;
      if (incident === undefined || own.length > 1) return [`${title}: ${own.length} incidents`];
      const alert = alerts.find(({ key }) => key === keyOf(index));
      const keys = new Set(pages.filter(isPageOf(incident.id)).map(({ key }) => key));
      return [
        ...(incident.status === status ? [] : [`${title}: ${incident.status}, not ${status}`]),
        ...(alert?.incident === incident.id ? [] : [`${title}: the alert is in ${alert?.incident ?? 'no incident'}`]),
        ...((alert?.count ?? 0) >= this.times - Number(ends) ? [] : [`${title}: fired ${alert?.count ?? 0} times`]),
        ...(keys.size === 1 ? [] : [`${title}: ${keys.size} pages`]),
      ];
    });
  }
}

interface Incidents {
  readonly items?: readonly { readonly id: string; readonly title: string; readonly status: string }[];
}
const keyOf = (index: number) => `k${index}`;
const titleOf = (index: number) => `${keyOf(index)} is high`;
const endsAtLast = (index: number) => index % 2 === 0;
const isPageOf =
  (incident: string) =>
  ({ process, kind }: Page): boolean =>
    process.id === incident && kind === 'page';
