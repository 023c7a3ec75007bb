/**
 * Owns the processes of a cluster: starts them apart from this program, remembers them in
 * `cluster.json` of the cluster's folder, and ends them. So each call of the script finds what an
 * earlier call started. Knows nothing of what a process does.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

export class Running {
  /**
   * `identity`: { identityOf, isSameProcess } of src/embedded/process-identity.ts, because the
   * system gives a pid again.
   */
  constructor(folder, identity) {
    this.file = join(folder, 'cluster.json');
    this.logs = join(folder, 'logs');
    this.identity = identity;
  }

  /** The names of the parts that run. */
  names() {
    return Object.keys(this.parts()).filter((name) => this.isUp(name));
  }

  /** What was remembered of a part: its pid and the fields that `start` was given. */
  part(name) {
    return this.parts()[name];
  }

  isUp(name) {
    const part = this.part(name);
    return part !== undefined && this.identity.isSameProcess(part.pid, part.identity);
  }

  /**
   * Starts a program as part `name`; its output goes to `logs/<name>.log`. `remember`: plain fields
   * to keep with it.
   */
  start(name, command, args, { remember = {}, ...options }) {
    mkdirSync(this.logs, { recursive: true });
    const log = openSync(join(this.logs, `${name}.log`), 'a');
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    // A program that cannot be started says so here; waiting for the part then fails.
    child.on('error', (error) => console.error(`${name}: ${error.message}`));
    child.unref();
    if (child.pid !== undefined)
      this.keep(name, { pid: child.pid, identity: this.identity.identityOf(child.pid), ...remember });
  }

  /** Sends a signal to a part; false when the part does not run. */
  signal(name, signal) {
    if (!this.isUp(name)) return false;
    try {
      process.kill(this.part(name).pid, signal);
      return true;
    } catch (error) {
      if (error.code === 'ESRCH') return false;
      throw error;
    }
  }

  /** Waits until a part has ended; false when it still runs after `ms`. */
  async ended(name, ms) {
    for (const until = performance.now() + ms; performance.now() < until; await pause(50))
      if (!this.isUp(name)) return true;
    return !this.isUp(name);
  }

  /**
   * Waits until `isReady` answers true. Throws with the end of its log when the part ends before,
   * or after `ms`.
   */
  async ready(name, isReady, ms) {
    for (const until = performance.now() + ms; ; await pause(100)) {
      if (await isReady()) return;
      const ended = !this.isUp(name);
      if (!ended && performance.now() < until) continue;
      const why = ended ? 'ended' : `was not ready within ${ms / 1_000} s`;
      throw new Error(`${name} ${why}:\n${this.lastLines(name)}`);
    }
  }

  lastLines(name) {
    const log = join(this.logs, `${name}.log`);
    return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-20).join('\n') : '(no log)';
  }

  parts() {
    return existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : {};
  }
  keep(name, part) {
    const half = `${this.file}.${process.pid}`;
    writeFileSync(half, `${JSON.stringify({ ...this.parts(), [name]: part }, null, 2)}\n`);
    renameSync(half, this.file);
  }
}
