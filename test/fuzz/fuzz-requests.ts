/**
 * Owns the run of requests: batch after batch, each from a seed of its own, the figures, and the
 * smallest batch that still breaks a promise. `--seed` of a finding with one batch repeats it.
 */
import fc from 'fast-check';
import { freeMemory } from './memory';
import { polluted, Promises } from './promises';
import { steps, type ApiDocument, type Sent, type Step } from './requests';
import { Sender } from './send';
import type { Pool } from './from-schema';

/** The API under the fuzzer, here or elsewhere. */
export interface Target {
  readonly url: string;
  readonly pool: Pool;
  readonly document: ApiDocument;
  readonly credentials: readonly (readonly [string, string])[];
  /** No answer may hold one of these. */
  readonly secrets: readonly string[];
  /** What went wrong inside, since the batch began. */
  readonly logged: readonly { readonly message: string; readonly fields: unknown }[];
  renew(): Promise<void> | void;
  pass(ms: number): void;
  /** Says later what has changed since now. */
  snapshot(): Promise<Changed> | Changed;
}
export type Changed = () => Promise<readonly string[]> | readonly string[];

export interface Finding {
  readonly seed: number;
  readonly target: string;
  readonly words: readonly string[];
  /** The smallest requests that show it. */
  readonly steps: readonly string[];
}
export interface Figures {
  requests: number;
  readonly statuses: Map<number, number>;
  /** Requests that were answered with success, by operation. */
  readonly succeeded: Map<string, number>;
  slowest: { ms: number; what: string };
  /** After a collection of garbage, in bytes: after the first tenth, and at the end. */
  readonly memory: { heapUsed: number; rss: number }[];
  readonly findings: Finding[];
  ms: number;
}
export interface RequestRun {
  readonly requests: number;
  readonly seed: number;
  readonly withinMs: number;
  readonly mostFindings?: number;
  readonly progress?: (figures: Figures) => void;
  readonly found?: (finding: Finding) => void;
}

export const atOnce = 25;

/** Sends `requests` requests, in turn to each of `targets`. */
export async function fuzzRequests(
  targets: Readonly<Record<string, Target>>,
  { requests, seed, withinMs, mostFindings = 20, progress, found }: RequestRun,
): Promise<Figures> {
  const figures: Figures = {
    ...{ requests: 0, statuses: new Map(), succeeded: new Map(), slowest: { ms: 0, what: '' } },
    ...{ memory: [], findings: [], ms: 0 },
  };
  const began = performance.now();
  const benches = Object.entries(targets).map(([name, target]) => ({
    name,
    target,
    sender: new Sender(target.url, withinMs),
    promises: new Promises(target.url, target.document, target.secrets, withinMs),
    arbitrary: fc.array(steps(target.document, target.pool, target.credentials), {
      minLength: atOnce,
      maxLength: atOnce,
    }),
  }));
  const tenth = Math.max(1, Math.floor(requests / atOnce / 10));
  for (let batch = 0; batch * atOnce < requests; batch += 1) {
    // By the seed alone, so that the seed of a finding repeats the finding.
    const bench = benches[(seed + batch) % benches.length]!;
    const finding = await fuzzBatch(bench, seed + batch, figures);
    if (finding) {
      figures.findings.push(finding);
      found?.(finding);
    }
    figures.ms = performance.now() - began;
    // A collection of garbage takes a while, so there are few.
    const isLast = (batch + 1) * atOnce >= requests;
    if (isLast || batch + 1 === tenth || (progress && (batch + 1) % tenth === 0)) {
      figures.memory.push(freeMemory());
      progress?.(figures);
    }
    if (figures.findings.length >= mostFindings) break;
  }
  await Promise.all(benches.map(({ sender }) => sender.close()));
  return figures;
}

interface Bench {
  readonly name: string;
  readonly target: Target;
  readonly sender: Sender;
  readonly promises: Promises;
  readonly arbitrary: fc.Arbitrary<Step[]>;
}

async function fuzzBatch(bench: Bench, seed: number, figures: Figures): Promise<Finding | undefined> {
  const [batch = []] = fc.sample(bench.arbitrary, { seed, numRuns: 1 });
  const words = await brokenBy(bench, batch, figures);
  return words.length === 0
    ? undefined
    : { seed, target: bench.name, words, steps: (await smallest(bench, batch, words)).map(shown) };
}

/** The steps of `batch` without which the fault does not show, as far as leaving out one tells. */
async function smallest(bench: Bench, batch: readonly Step[], words: readonly string[]): Promise<readonly Step[]> {
  const shows = async (some: readonly Step[]) => kindOf(await brokenBy(bench, some, undefined)) === kindOf(words);
  let left = batch;
  for (let index = batch.length - 1; index >= 0; index -= 1) {
    const fewer = left.filter((step) => step !== batch[index]);
    if (await shows(fewer)) left = fewer;
  }
  return left;
}
const kindOf = (words: readonly string[]) => words[0]?.replace(/\d+/g, '#').slice(0, 60);

async function brokenBy(bench: Bench, batch: readonly Step[], figures: Figures | undefined): Promise<string[]> {
  const { target, sender, promises } = bench;
  await target.renew();
  for (const step of batch) {
    if ('passMs' in step) {
      target.pass(step.passMs);
      continue;
    }
    const changed = await target.snapshot();
    const answer = await sender.send(step);
    if (answer === undefined) continue;
    if (figures) count(figures, step, answer.status, answer.ms);
    const broken = promises.broken(step, answer);
    if (answer.status >= 400 && answer.status < 500)
      broken.push(...(await unwanted(step, changed)).map((what) => `refused with ${answer.status}, but it ${what}`));
    broken.push(...polluted().map((name) => `every object has ${name} now`));
    if (broken.length > 0)
      return broken.map((what) => `${step.operation?.operationId ?? step.path}: ${what}`).concat(logOf(target));
  }
  return [];
}

/**
 * A refused acknowledgement stands on the timeline (R16), and a release looks at the open incidents
 * before it may be deployed; nothing else that is refused changes anything.
 */
const leavesTrace = /^(incident-acknowledge|acknowledge-on-page|release-start-deployment)$/;
async function unwanted({ operation }: Sent, changed: Changed): Promise<readonly string[]> {
  const all = await changed();
  return leavesTrace.test(operation?.operationId ?? '') ? all.filter((what) => !what.startsWith('changed ')) : all;
}

function count(figures: Figures, { method, path, operation, raw }: Sent, status: number, ms: number): void {
  figures.requests += 1;
  figures.statuses.set(status, (figures.statuses.get(status) ?? 0) + 1);
  // How long a raw request takes is how long its connection stays open.
  if (raw === undefined && ms > figures.slowest.ms) figures.slowest = { ms, what: `${method} ${path.slice(0, 120)}` };
  if (operation && (status < 300 || status === operation.success.status))
    figures.succeeded.set(operation.operationId, (figures.succeeded.get(operation.operationId) ?? 0) + 1);
}
function logOf({ logged }: Target): string[] {
  return logged
    .filter(({ message }) => /unexpected/.test(message))
    .map(({ message, fields }) => `${message}: ${JSON.stringify(fields).slice(0, 1_500)}`);
}

function shown(step: Step): string {
  if ('passMs' in step) return `${step.passMs / 1000} s pass`;
  if (step.raw !== undefined) return `raw ${JSON.stringify(step.raw.slice(0, 200))}`;
  const body = typeof step.body === 'string' ? step.body : step.body?.toString('base64');
  const headers = step.headers.map(([name, value]) => `${name}: ${value.slice(0, 60)}`).join('; ');
  return `${step.method} ${step.path.slice(0, 300)} {${headers}} ${(body ?? '').slice(0, 600)}`;
}
