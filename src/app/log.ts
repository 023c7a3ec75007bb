/**
 * Owns the log: JSON lines on standard error, so that standard output stays for people. Knows
 * nothing of what is logged.
 */
import pino, { type Logger as Pino } from 'pino';
import { makeTelemetryFilterString, type Logger as TemporalLogger, type RuntimeOptions } from '@temporalio/worker';
import type { Logger } from '../activities';

export type Level = 'info' | 'warn';

/** A log of `level` and above. `dest`: another file than standard error. */
export function createLog(level: Level, dest: string | number = 2): Logger & { readonly pino: Pino } {
  const destination = pino.destination({ dest, sync: true });
  // A closed terminal takes no more lines. An exception for that would keep Muster from stopping in
  // order.
  destination.on('error', () => undefined);
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // The SDK puts errors under this name. Without a serializer they would be `{}`.
      serializers: { error: pino.stdSerializers.err },
    },
    destination,
  );
  return {
    pino: log,
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
  };
}

/**
 * Takes what ends a role, or goes wrong while the role stops. Everything that a role of a cluster
 * writes to standard error is JSON, because a log collector reads it.
 */
export function complaintsTo({ pino: log }: { readonly pino: Pino }): (problem: unknown) => void {
  return (problem) =>
    typeof problem === 'string' ? log.fatal(problem) : log.fatal({ error: problem }, 'Muster ended');
}

/**
 * The runtime of Temporal with the same log, for the core of the SDK too: by itself the core writes
 * coloured lines. Leaves signals to Muster.
 */
export function temporalRuntime(log: Pino): RuntimeOptions {
  return {
    logger: temporalLogger(log),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
    },
    shutdownSignals: [],
  };
}

/** The info lines of the SDK count as debugging. */
function temporalLogger(log: Pino): TemporalLogger {
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
