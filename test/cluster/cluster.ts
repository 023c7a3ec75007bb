/**
 * A whole cluster, as scripts/cluster.mjs brings it up: PostgreSQL, Temporal's production server,
 * several API and worker processes. Tests act on its parts with the same script, as people do.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { until } from '../e2e/muster';

const run = promisify(execFile);
export const root = join(__dirname, '..', '..');
const script = join(root, 'scripts', 'cluster.mjs');

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export class Cluster {
  output = '';
  /** How long the slowest answer of an API took, in ms. */
  slowest = 0;
  /** Answers that came neither as asked for nor as 503, by what they were. */
  readonly odd: string[] = [];
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async up(folder: string, env: NodeJS.ProcessEnv, apis: number, workers: number): Promise<Cluster> {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(MUSTER_|TEMPORAL_|TEST_|JEST_|NODE_)/.test(name)),
    );
    const all = { ...inherited, ...env };
    const args = ['up', '--fresh', '--folder', folder, '--apis', String(apis), '--workers', String(workers)];
    const child = spawn(process.execPath, [script, ...args, '--end-with', String(process.pid)], {
      env: all,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const cluster = new Cluster(child, folder, all);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (cluster.output += chunk));
    const runs = () => cluster.output.includes('The cluster runs.');
    await until(async () => runs() || child.exitCode !== null, 180_000);
    if (!runs()) throw new Error(`the cluster did not come up:\n${cluster.output}`);
    return cluster;
  }

  /** A counter of Temporal's metrics, summed over its labels. */
  async counted(metric: string): Promise<number> {
    const [, metrics] = /metrics (\S+)/.exec(this.output) ?? [];
    const text = await (await fetch(metrics!)).text();
    return [...text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  }

  /** Starts a part of another build, with the configuration of that build. */
  async startOther(part: string, clone: string, config: string): Promise<void> {
    const env = { ...this.env, MUSTER_CONFIG: config };
    await run(process.execPath, [script, 'start', part, '--root', clone, '--folder', this.folder], { env });
  }

  /** Runs the script on parts: `kill worker-1 worker-2`. Throws with its output when it fails. */
  async tell(command: 'start' | 'stop' | 'kill' | 'setup' | 'backup' | 'restore', ...args: string[]): Promise<void> {
    await run(process.execPath, [script, command, ...args, '--folder', this.folder], { env: this.env });
  }

  /** Ends everything; no process stays. */
  async down(): Promise<void> {
    this.child.kill('SIGTERM');
    await until(async () => this.child.exitCode !== null, 60_000);
  }

  url(part: string): string {
    const [, url] = new RegExp(`^${part} +(\\S+)$`, 'm').exec(this.output) ?? [];
    if (url === undefined) throw new Error(`the cluster has no ${part}`);
    return url;
  }

  async get(api: string, path: string): Promise<Answer> {
    return this.ask(api, path, {});
  }
  /** Posts once, under a key. */
  async post(api: string, path: string, body: unknown, key: string = randomUUID(), actor = 'emeka'): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'muster-actor': actor, 'idempotency-key': key };
    return this.ask(api, path, { method: 'POST', headers, body: body === undefined ? null : JSON.stringify(body) });
  }
  /** The status of `/readyz` of a part. */
  async readyz(part: string): Promise<number> {
    return (await fetch(`${this.url(part)}/readyz`)).status;
  }
  /**
   * Posts as a client should: where the outcome is unknown, the same request goes to the next API a
   * second later, under the same key. Throws when no API takes the request within a minute.
   */
  async insist(apis: readonly string[], path: string, body: unknown): Promise<Answer> {
    const key = randomUUID();
    for (const end = performance.now() + 60_000, turn = { of: 0 }; ; turn.of++, await wait(1_000)) {
      const answer = await this.post(apis[turn.of % apis.length]!, path, body, key).catch(() => undefined);
      if (answer !== undefined && answer.status < 300) return answer;
      if (answer !== undefined && answer.status !== 503) this.odd.push(`${answer.status} to ${path}`);
      if (performance.now() > end) throw new Error(`no API took ${path}: ${JSON.stringify(answer)}`);
    }
  }

  private async ask(api: string, path: string, init: RequestInit): Promise<Answer> {
    const began = performance.now();
    const response = await fetch(`${this.url(api)}${path}`, init);
    const text = await response.text();
    this.slowest = Math.max(this.slowest, performance.now() - began);
    // A process that is starting answers without a body.
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }
}
