/**
 * Runs Alertmanager and Prometheus as Debian packages them: each a process of its own, which ends
 * with its test, and with the test run if that is killed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, removeFolder, until } from '../e2e/muster';
import { present } from '../support/clock';

/** An alert as Prometheus tells it to Alertmanager. */
export interface Pushed {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

class Program {
  private output = '';
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** Starts `name` on a free port, in a folder of its own with `files`; waits until ready. */
  static async start(
    name: string,
    files: Readonly<Record<string, string>>,
    args: (folder: string, port: number) => readonly string[],
  ): Promise<Program> {
    const folder = await mkdtemp(join(tmpdir(), `muster-${name}-`));
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    const port = await freePort();
    // The kernel kills the program when the process of the test dies, however that happens.
    const command = ['--pdeathsig', 'KILL', name, ...args(folder, port)];
    const child = spawn('setpriv', command, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new Program(child, folder, `http://127.0.0.1:${port}`);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (program.output += chunk));
    const isReady = () =>
      fetch(`${program.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    const answered = await until(async () => program.hasEnded() || (await isReady()), 30_000);
    if (answered && !program.hasEnded()) return program;
    await program.stop();
    throw new Error(`${name} did not become ready:\n${program.output}`);
  }

  /** A counter of its metrics, summed over the lines with all of `labels`. */
  async counted(metric: string, ...labels: readonly string[]): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${metric}{`) && labels.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    if (!(await until(() => Promise.resolve(this.hasEnded()), 10_000))) this.child.kill('SIGKILL');
    await until(() => Promise.resolve(this.hasEnded()), 5_000);
    await removeFolder(this.folder);
  }
  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

export class Alertmanager {
  private constructor(private readonly program: Program) {}

  /** Starts Alertmanager with this `alertmanager.yml`. */
  static async start(config: string): Promise<Alertmanager> {
    const program = await Program.start('prometheus-alertmanager', { 'alertmanager.yml': config }, (folder, port) => [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'kept')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=', // alone: no gossip
    ]);
    return new Alertmanager(program);
  }
  get url(): string {
    return this.program.url;
  }
  /** Tells it, as Prometheus does, that these alerts fire. */
  fire(...alerts: readonly Pushed[]): Promise<void> {
    return this.push(alerts);
  }
  /** Tells it that these alerts have ended. */
  end(...alerts: readonly Pushed[]): Promise<void> {
    const endsAt = new Date(present()).toISOString();
    return this.push(alerts.map((alert) => ({ ...alert, endsAt })));
  }
  /** How many requests of an integration, such as `webhook`, it holds for failed. */
  failed(integration: string): Promise<number> {
    return this.program.counted('alertmanager_notification_requests_failed_total', `integration="${integration}"`);
  }
  stop(): Promise<void> {
    return this.program.stop();
  }
  private async push(alerts: readonly Pushed[]): Promise<void> {
    const response = await fetch(`${this.program.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    if (!response.ok) throw new Error(`Alertmanager took no alert: ${response.status} ${await response.text()}`);
  }
}

/** Starts Prometheus with this `prometheus.yml` and, beside it, these `rules.yml`. */
export function startPrometheus(config: string, rules: string): Promise<{ stop(): Promise<void> }> {
  return Program.start('prometheus', { 'prometheus.yml': config, 'rules.yml': rules }, (folder, port) => [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'kept')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
}
