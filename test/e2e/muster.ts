/**
 * Runs `npm start` as a user does: a process of its own, a folder of its own, real seconds. Also
 * owns a receiver for its webhooks.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { present } from '../support/clock';
import { temporalBinary } from '../support/env';

const root = join(__dirname, '..', '..');
/**
 * The command behind `npm start`, without npm, because npm answers a signal with an exit code of
 * its own.
 */
const withoutNpm: readonly string[] = [process.execPath, join(root, 'scripts', 'start.mjs')];
export const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

export interface Page {
  readonly arrivedAt: number;
  readonly key: string;
  readonly kind: string;
  readonly recipient: string;
  readonly rung: string | null;
  readonly nominalAt: string;
  readonly late: number;
  readonly text: string;
  readonly ackUrl: string | null;
  readonly deadlines: readonly { readonly id: string; readonly dueAt: string }[];
  readonly process: { readonly id: string; readonly title: string; readonly url: string };
}

/** Receives webhooks, checks their signature, keeps them. */
export class Sink {
  readonly pages: Page[] = [];
  readonly refused: string[] = [];
  private constructor(private readonly server: Server) {}

  static async open(): Promise<Sink> {
    const server = createServer((request, response) => {
      let body = '';
      request
        .setEncoding('utf8')
        .on('data', (chunk: string) => (body += chunk))
        .on('end', () => {
          try {
            sink.pages.push({
              ...(new Webhook(secret).verify(body, request.headers as Record<string, string>) as Page),
              arrivedAt: present(),
            });
          } catch (error) {
            sink.refused.push(String(error));
          }
          response.writeHead(204).end();
        });
    });
    const sink = new Sink(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sink;
  }
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }
  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/**
 * The configuration that `clone` ships, but with a response time of `response` for P0, and with
 * everybody reached over the sink.
 */
export async function configFor(sink: Sink, response: string, clone = root): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-e2e-'));
  const config = join(folder, 'config');
  await cp(join(clone, 'config'), config, { recursive: true });
  const edit = async (file: string, change: (text: string) => string) => {
    const before = await readFile(join(config, file), 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${file} is not as this test expects it`);
    await writeFile(join(config, file), after);
  };
  await edit('templates/incident.yaml', (text) => text.replace('response: 5m', `response: ${response}`));
  await edit('people.yaml', (text) => text.replaceAll('reach: [inbox]', 'reach: [ops]'));
  await edit('channels.yaml', (text) =>
    text.replace(
      'console: { type: console }',
      `ops: { type: webhook, url: "${sink.url}", secret: env:OPS_SECRET, allow-hosts: [127.0.0.1] }`,
    ),
  );
  return folder;
}

export class Muster {
  output = '';
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Starts Muster in `folder`; returns at once. */
  static launch(folder: string, port: number, more: NodeJS.ProcessEnv = {}, command = withoutNpm): Muster {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(MUSTER_|TEMPORAL_|TEST_|JEST_|NODE_)/.test(name)),
    );
    const env = {
      ...inherited,
      MUSTER_DATA: join(folder, 'data'),
      MUSTER_CONFIG: join(folder, 'config'),
      MUSTER_PORT: String(port),
      MUSTER_TEMPORAL_BIN: temporalBinary(),
      OPS_SECRET: secret,
      ...more,
    };
    // A process group of its own, so that the whole tree can be killed at once, as by a power cut.
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const muster = new Muster(child, `http://127.0.0.1:${port}`);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (muster.output += chunk));
    return muster;
  }

  static async start(folder: string, port: number): Promise<Muster> {
    const muster = Muster.launch(folder, port);
    await muster.ready();
    return muster;
  }

  async ready(): Promise<void> {
    const answered = await until(
      async () =>
        this.child.exitCode !== null ||
        (await fetch(`${this.url}/readyz`).then(
          ({ status }) => status === 200,
          () => false,
        )),
      50_000,
    );
    if (!answered || this.child.exitCode !== null) throw new Error(`Muster did not become ready:\n${this.output}`);
  }

  /**
   * Posts as a client should: 503 means that the outcome is unknown, so the same request is sent
   * again under the same key.
   */
  async post(path: string, body: unknown, actor = 'emeka'): Promise<{ status: number; body: Record<string, unknown> }> {
    const key = randomUUID();
    const ask = () =>
      fetch(`${this.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'muster-actor': actor, 'idempotency-key': key },
        body: JSON.stringify(body),
      });
    let response = await ask();
    await until(async () => response.status !== 503 || (response = await ask()).status !== 503, 20_000);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  async get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.url}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** Power cut: kills every process of the tree at once. */
  async kill9(): Promise<void> {
    process.kill(-this.child.pid!, 'SIGKILL');
    await this.exited(10_000);
  }
  /** Signals every process of the group, as Ctrl-C does. Returns the exit code. */
  async stop(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.child.pid!, signal);
    return this.exited(25_000);
  }
  /** Signals only the process of `npm start`, as a service manager does. */
  tell(signal: NodeJS.Signals): void {
    process.kill(this.child.pid!, signal);
  }
  async exited(withinMs: number): Promise<number | null> {
    await until(() => Promise.resolve(this.child.exitCode !== null || this.child.signalCode !== null), withinMs);
    return this.child.exitCode;
  }
  /** Stops reading the output, as a closed terminal does. */
  hangUp(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }
  /** True while any process of the tree runs. */
  alive(): boolean {
    try {
      process.kill(-this.child.pid!, 0);
      return true;
    } catch {
      return false;
    }
  }
  /** For afterEach: no process may outlive its test. */
  async end(): Promise<void> {
    if (this.alive()) process.kill(-this.child.pid!, 'SIGKILL');
    await this.exited(5_000);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks every 50 ms until the answer is true; false when that does not happen within `ms`. */
export async function until(question: () => Promise<boolean>, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; await wait(50)) if (await question()) return true;
  return false;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
