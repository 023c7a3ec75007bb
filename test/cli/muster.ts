/**
 * Runs the command line inside the test: words in; exit code and both streams out; in the virtual
 * time of the API.
 */
import { run } from '../../src/cli/run';
import type { Io, Keys } from '../../src/cli/terminal/io';
import { serve } from '../api/serve';
import { openFront, type Front } from './front';
import { t0 } from '../support/policy';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Setting {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Width of the terminal behind stdout; absent: a pipe. */
  readonly terminal?: number;
  readonly rows?: number;
  readonly stdin?: Keys;
  readonly now?: () => number;
}

/** A running command. */
export interface Running {
  readonly ended: Promise<Outcome>;
  readonly out: () => string;
  readonly err: () => string;
  /** Does the same as Ctrl-C. */
  readonly interrupt: () => void;
}

/** Starts `muster` with these words. */
export function start(argv: readonly string[], setting: Setting = {}): Running {
  const interruption = new AbortController();
  let out = '';
  let err = '';
  const { terminal } = setting;
  const io: Io = {
    stdout: { write: (text) => (out += text), isTTY: terminal !== undefined, columns: terminal, rows: setting.rows },
    stderr: { write: (text) => (err += text), isTTY: terminal !== undefined, columns: terminal },
    stdin: setting.stdin,
    env: setting.env ?? {},
    now: setting.now ?? (() => t0),
    signal: interruption.signal,
  };
  return {
    ended: run(argv, io).then((code) => ({ code, out, err })),
    out: () => out,
    err: () => err,
    interrupt: () => interruption.abort(),
  };
}

export interface World {
  readonly api: Awaited<ReturnType<typeof serve>>;
  readonly front: Front;
  /** Runs a command to its end against the API, through the front. */
  muster(argv: readonly string[] | string, setting?: Setting): Promise<Outcome>;
  start(argv: readonly string[], setting?: Setting): Running;
  /** A P0 about payments, declared by emeka; answers its id. */
  declared(body?: object): Promise<string>;
  /** A release of payments, planned by ana; answers its id. */
  planned(body?: object): Promise<string>;
  close(): Promise<void>;
}

/** The API over the rules, a front before the API, and the command line that talks to the front. */
export async function openWorld(...more: Parameters<typeof serve>): Promise<World> {
  const api = await serve(...more);
  const front = await openFront(api.url);
  const started: Running[] = [];
  const inside = (setting: Setting = {}): Setting => ({
    now: () => api.engine.now,
    ...setting,
    env: { MUSTER_URL: front.url, ...setting.env },
  });
  const began = async (path: string, body: object, actor: string): Promise<string> => {
    const reply = await api.post(path, body, { 'muster-actor': actor });
    if (reply.status !== 201) throw new Error(reply.text);
    return (reply.body as { id: string }).id;
  };
  return {
    api,
    front,
    muster: (argv, setting) => start(typeof argv === 'string' ? argv.split(' ') : argv, inside(setting)).ended,
    start: (argv, setting) => {
      const running = start(argv, inside(setting));
      started.push(running);
      return running;
    },
    declared: (body = {}) =>
      began('/v1/incidents', { title: 'Checkout is down', severity: 'P0', services: ['payments'], ...body }, 'emeka'),
    planned: (body = {}) =>
      began(
        '/v1/releases',
        { title: 'Payments 2.14', services: ['payments'], targetAt: '2027-01-20T10:00:00Z', ...body },
        'ana',
      ),
    close: async () => {
      // A command that a failed test left running would keep jest from ending.
      for (const running of started) running.interrupt();
      await Promise.allSettled(started.map(({ ended }) => ended));
      await front.close();
      await api.close();
    },
  };
}

/** Waits until `holds` is true; fails after `ms` ms and shows `seen`. */
export async function until(holds: () => boolean, seen: () => string = () => '', ms = 5000): Promise<void> {
  for (const end = performance.now() + ms; !holds();) {
    if (performance.now() > end) throw new Error(`it did not come true within ${ms} ms; seen: ${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
