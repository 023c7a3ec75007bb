/**
 * Owns the log: JSON lines on standard error, so that standard output stays for people. Knows
 * nothing of what is logged.
 */
import pino, { type Logger as Pino } from 'pino';
import type { Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from '../activities';

export type Level = 'info' | 'warn';

/** A log of `level` and above. */
export function createLog(level: Level): Logger & { readonly pino: Pino } {
  const destination = pino.destination({ dest: 2, sync: true });
  // A closed terminal takes no more lines. An exception for that would keep Muster from stopping in
  // order.
  destination.on('error', () => undefined);
  const log = pino({ name: 'muster', level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return {
    pino: log,
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
  };
}

/** The same log for the runtime of Temporal, whose info lines count as debugging. */
export function temporalLogger(log: Pino): TemporalLogger {
  const quieter = { TRACE: 'trace', DEBUG: 'trace', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  const write = (level: keyof typeof quieter, message: string, meta?: Record<string | symbol, unknown>) =>
    log[quieter[level]](meta ?? {}, message);
  return {
    log: (level, message, meta) => write(level, message, meta),
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
