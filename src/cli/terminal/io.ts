/**
 * Owns what a run of the command line touches of the outside: streams, environment, clock,
 * interruption. Knows no command.
 */

export interface Out {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}

/** Standard input: the keyboard of a terminal (`isTTY`), a pipe or a file. */
export interface Keys {
  readonly isTTY?: boolean | undefined;
  setRawMode?(on: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: 'data', listener: (keys: string) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  off(event: 'data', listener: (keys: string) => void): unknown;
  off(event: 'end', listener: () => void): unknown;
}

export interface Io {
  /** Only data, for scripts. */
  readonly stdout: Out;
  /** Errors and remarks. */
  readonly stderr: Out;
  readonly stdin?: Keys | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch ms. */
  now(): number;
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal;
}

/** Waits `ms`, or until `signal` is aborted; never rejects. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
